"""Taken off the agenda, or moved to another meeting: the number stays used, and everybody concerned hears of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.calendar import dates
from handlers.meetings import changes
from handlers.meetings.life import MeetingTimes
from handlers.messages.message import Message
from storage.tables import AgendaItem, ItemStatus, Meeting
from tests.cases.steps import propose, too_late_to_undo
from tests.surface import FakeSurface, facts, form, labels, message

ACCEPT, OFF, ELSEWHERE = "Sett på sakslisten", "Ta av sakslisten", "Flytt til et annet møte"
TITLE = "Felles opplæring i utskrivning"


async def _accepted(surface: FakeSurface) -> Message:
    """The secretary's message about a case on the agenda, that a colleague is to present."""
    await propose(surface, presenters=[str(surface.world.people["colleague"])])
    notice = next(item for item in await surface.inbox("secretary") if ACCEPT in labels(item))
    await surface.press("secretary", notice, ACCEPT)
    too_late_to_undo(surface)
    await surface.arrive()
    return await _notice(surface)


async def _notice(surface: FakeSurface, who: str = "secretary") -> Message:
    return [item for item in await surface.inbox(who) if "Meldt av" in facts(item)][-1]


async def _take_off(surface: FakeSurface, notice: Message, reason: str = "") -> Message:
    shown = form(await surface.press("secretary", notice, OFF))
    assert shown.fields[0].label == f"Saken: 1/2026 (O/D) {TITLE}"
    return message(await surface.submit("secretary", shown, {"reason": reason}))


async def _move(surface: FakeSurface, notice: Message) -> Message:
    shown = form(await surface.press("secretary", notice, ELSEWHERE))
    assert shown.fields[0].label == f"Saken: 1/2026 (O/D) {TITLE}"
    assert [option.value for option in shown.fields[1].options] == [str(surface.world.meetings["fsu-2"])]
    return message(await surface.submit("secretary", shown))


async def _agenda(surface: FakeSurface) -> str:
    return message(await surface.say("member", "sak liste fsu")).sections[0].text


async def test_taken_off_it_says_so_and_nobody_gets_its_number(surface: FakeSurface) -> None:
    done = await _take_off(surface, await _accepted(surface), "Utgår på grunn av sykdom.")
    assert "Eksempel Secretary tok saken av sakslisten, der den var 1/2026 (O/D)" in done.text
    assert await _agenda(surface) == f"1/2026 (O/D)  {TITLE} (utgår)"
    for who in ("secretary", "deputy"):
        notice = await _notice(surface, who)
        assert facts(notice)["Status"] == "Tatt av sakslisten"
        assert facts(notice)["Tidligere saksnummer"] == "1/2026 (O/D), møtet 21. sep. 2026: utgår"
        assert notice.text == "Utgår på grunn av sykdom."
        assert labels(notice) == ["Sett på sakslisten igjen"]
    await propose(surface)
    await surface.press("secretary", await _notice(surface), ACCEPT)
    assert await _agenda(surface) == f"1/2026 (O/D)  {TITLE} (utgår)\n2/2026 (O/D)  {TITLE}"


async def test_where_its_meeting_is_by_the_time_one_hears_that_it_was_moved_there(surface: FakeSurface) -> None:
    """That meeting moves in the minute in which the moving of the case can be undone."""
    await _move(surface, await _accepted(surface))
    surface.clock.forward(timedelta(seconds=20))
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-2"])
        before = MeetingTimes.of(meeting)
        meeting.starts_at, meeting.ends_at = meeting.starts_at + timedelta(days=3), meeting.ends_at + timedelta(days=3)
        await changes.moved(session, meeting, before, surface.clock.now())
        day = dates.day(meeting.starts_at, meeting.zone)
    too_late_to_undo(surface)
    (told,) = [item for item in await surface.inbox("member") if item.title.startswith("Saken din er flyttet")]
    assert day in facts(told)["Møte"]
    assert facts(told)["Før"] == "1/2026 (O/D)"
    (presents,) = [
        item for item in await surface.inbox("colleague") if item.title == "Saken du legger fram, er flyttet"
    ]
    assert day in facts(presents)["Møte"]


async def test_those_concerned_hear_that_it_was_taken_off(surface: FakeSurface) -> None:
    await _take_off(surface, await _accepted(surface), "Utgår på grunn av sykdom.")
    too_late_to_undo(surface)
    news = next(item for item in await surface.inbox("member") if "tatt av sakslisten" in item.title)
    assert (news.title, news.text) == (
        f"Saken din er tatt av sakslisten: 1/2026 (O/D) {TITLE}",
        "Utgår på grunn av sykdom.",
    )
    receipt = next(item for item in await surface.inbox("member") if item.title.startswith("Saken din:"))
    assert (facts(receipt)["Status"], receipt.text) == ("Tatt av sakslisten", "Utgår på grunn av sykdom.")
    titles = [item.title for item in await surface.inbox("colleague")]
    assert titles == [f"Du skal ikke lenger legge fram saken: 1/2026 (O/D) {TITLE}"] * 2
    # Nobody is reminded of what they are not to present.
    surface.clock.forward(timedelta(days=18, hours=23))
    await surface.worker.do_chores()
    reminder = next(item for item in await surface.inbox("colleague") if item.title.startswith("Påminnelse"))
    assert reminder.sections == ()


async def test_taken_off_the_proposer_may_send_it_in_again(surface: FakeSurface) -> None:
    await _take_off(surface, await _accepted(surface))
    too_late_to_undo(surface)
    news = next(item for item in await surface.inbox("member") if "tatt av sakslisten" in item.title)
    how = form(await surface.submit("member", form(await surface.press("member", news, "Rett opp og send på nytt"))))
    look = form(await surface.submit("member", how, {"meeting": f"m{surface.world.meetings['fsu-2']}"}))
    await surface.submit("member", look)
    notice = await _notice(surface)
    assert ACCEPT in labels(notice)
    await surface.press("secretary", notice, ACCEPT)
    # Another meeting, another number; where it stood first, the first one stands.
    assert facts(await _notice(surface))["Status"] == "På sakslisten som 2/2026 (O/D), møtet 31. okt. 2026"
    assert await _agenda(surface) == f"1/2026 (O/D)  {TITLE} (utgår)"


async def test_put_back_on_the_same_agenda_it_has_its_number_again(surface: FakeSurface) -> None:
    await _take_off(surface, await _accepted(surface))
    too_late_to_undo(surface)
    shown = form(await surface.press("secretary", await _notice(surface), "Sett på sakslisten igjen"))
    values = [option.value for option in shown.fields[1].options]
    assert values == [str(surface.world.meetings[key]) for key in ("fsu-1", "fsu-2")]
    await surface.submit("secretary", shown, {"meeting": values[0]})
    assert await _agenda(surface) == f"1/2026 (O/D)  {TITLE}"
    too_late_to_undo(surface)
    titles = [item.title for item in await surface.inbox("member")]
    assert f"Saken din er satt på sakslisten igjen: {TITLE}" in titles
    assert "Du er satt opp til å legge fram en sak" in [item.title for item in await surface.inbox("colleague")]


async def test_moved_it_gets_a_number_there_and_its_way_is_seen(surface: FakeSurface) -> None:
    done = await _move(surface, await _accepted(surface))
    assert (
        "Eksempel Secretary flyttet saken fra 1/2026 (O/D) til møtet 31. okt. 2026, der den er 2/2026 (O/D)"
        in done.text
    )
    assert await _agenda(surface) == f"1/2026 (O/D)  {TITLE} (flyttet til møtet 31. okt. 2026)"
    for who in ("secretary", "deputy"):
        notice = await _notice(surface, who)
        assert notice.title == f"2/2026 (O/D) {TITLE}"
        assert facts(notice)["Status"] == "På sakslisten som 2/2026 (O/D), møtet 31. okt. 2026"
        assert facts(notice)["Tidligere saksnummer"] == "1/2026 (O/D), møtet 21. sep. 2026: flyttet"
    async with surface.world.database.transaction() as session:
        assert len((await session.scalars(select(AgendaItem))).all()) == 1


async def test_those_concerned_hear_that_it_was_moved(surface: FakeSurface) -> None:
    await _move(surface, await _accepted(surface))
    too_late_to_undo(surface)
    news = next(item for item in await surface.inbox("member") if "flyttet" in item.title)
    assert facts(news) == {
        "Saksnummer": "2/2026 (O/D)",
        "Før": "1/2026 (O/D)",
        "Utvalg": "Faglig samarbeidsutvalg (FSU)",
        "Møte": "lørdag 31. oktober 2026 kl. 09.00, Eksempelsalen",
    }
    receipt = next(item for item in await surface.inbox("member") if item.title.startswith("Saken din:"))
    assert facts(receipt)["Tidligere saksnummer"] == "1/2026 (O/D), møtet 21. sep. 2026: flyttet"
    standing, moved = await surface.inbox("colleague")
    assert facts(standing)["Sak"] == f"2/2026 (O/D) {TITLE}"
    assert moved.title == "Saken du legger fram, er flyttet"
    # Reminders follow: of the first meeting nobody presents it, of the second one the colleague does.
    for days, presents in ((18.96, []), (40, [f"2/2026 (O/D) {TITLE}"])):
        surface.clock.forward(timedelta(days=days))
        await surface.worker.do_chores()
        reminder = [item for item in await surface.inbox("colleague") if item.title.startswith("Påminnelse")][-1]
        assert [section.text for section in reminder.sections] == presents


async def test_moved_to_and_fro_it_has_the_numbers_that_it_had(surface: FakeSurface) -> None:
    await _move(surface, await _accepted(surface))
    too_late_to_undo(surface)
    shown = form(await surface.press("secretary", await _notice(surface), ELSEWHERE))
    await surface.submit("secretary", shown, {"meeting": str(surface.world.meetings["fsu-1"])})
    assert await _agenda(surface) == f"1/2026 (O/D)  {TITLE}"
    assert facts(await _notice(surface))["Tidligere saksnummer"] == "2/2026 (O/D), møtet 31. okt. 2026: flyttet"


async def test_once_the_meeting_has_begun_its_agenda_stands(surface: FakeSurface) -> None:
    notice = await _accepted(surface)
    surface.clock.forward(timedelta(days=19))
    opened = form(await surface.press("secretary", notice, OFF))
    surface.clock.forward(timedelta(days=1))
    refused = message(await surface.press("secretary", notice, OFF))
    assert refused.title.startswith("Møtet 21. sep. 2026 har begynt eller er holdt, så sakslisten kan ikke endres")
    closed = message(await surface.submit("secretary", opened))
    assert closed.title.startswith("Møtet 21. sep. 2026 har begynt")
    assert await _status(surface) == ItemStatus.ACCEPTED


@pytest.mark.parametrize("label", [OFF, ELSEWHERE])
async def test_of_two_secretaries_one_wins(surface: FakeSurface, label: str) -> None:
    first, second = await _accepted(surface), await _notice(surface, "deputy")
    opened = form(await surface.press("deputy", second, label))
    await _take_off(surface, first)
    closed = message(await surface.submit("deputy", opened))
    assert "Eksempel Secretary tok saken av sakslisten" in closed.title
    late = message(await surface.press("deputy", second, label))
    assert "Eksempel Secretary tok saken av sakslisten" in late.title
    assert await _status(surface) == ItemStatus.REMOVED


@pytest.mark.parametrize("label", [OFF, ELSEWHERE])
@pytest.mark.parametrize("who", ["member", "colleague", "clinician"])
async def test_nobody_else_may(surface: FakeSurface, label: str, who: str) -> None:
    notice = await _accepted(surface)
    refused = message(await surface.press(who, notice, label))
    assert refused.title.startswith("Bare sekretariatet for Faglig samarbeidsutvalg (FSU)")
    assert await _status(surface) == ItemStatus.ACCEPTED


async def test_without_another_meeting_it_says_so(surface: FakeSurface) -> None:
    notice = await _accepted(surface)
    async with surface.world.database.transaction() as session:
        (await session.get_one(Meeting, surface.world.meetings["fsu-2"])).cancelled_at = surface.clock.now()
    refused = message(await surface.press("secretary", notice, ELSEWHERE))
    assert refused.title.startswith("Faglig samarbeidsutvalg (FSU) har ingen andre møter i planen.")


async def test_a_case_of_a_cancelled_meeting_can_be_taken_off(surface: FakeSurface) -> None:
    await _accepted(surface)
    async with surface.world.database.transaction() as session:
        (await session.get_one(Meeting, surface.world.meetings["fsu-1"])).cancelled_at = surface.clock.now()
    notice = message(await surface.bot.press(surface.world.sender("secretary"), "sak.vis", {"item": "1"}))
    assert labels(notice) == ["Ta senere", OFF]
    await _take_off(surface, notice)
    assert await _status(surface) == ItemStatus.REMOVED


async def test_a_number_of_one_committee_is_never_in_the_way_of_anothers(surface: FakeSurface) -> None:
    """A case that comes back to a committee, by way of another, has there what it had."""
    await _take_off(surface, await _accepted(surface))
    too_late_to_undo(surface)
    news = next(item for item in await surface.inbox("member") if "tatt av sakslisten" in item.title)
    how = form(await surface.submit("member", form(await surface.press("member", news, "Rett opp og send på nytt"))))
    await surface.submit("member", form(await surface.submit("member", how)))
    for committee in ("au", "fsu"):
        shown = form(await surface.press("secretary", await _notice(surface), "Send til annet utvalg"))
        await surface.submit("secretary", shown, {"committee": str(surface.world.committees[committee])})
        too_late_to_undo(surface)
    await surface.press("secretary", await _notice(surface), ACCEPT)
    assert await _agenda(surface) == f"1/2026 (O/D)  {TITLE}"


async def _status(surface: FakeSurface) -> str:
    async with surface.world.database.transaction() as session:
        return (await session.scalars(select(AgendaItem).order_by(col(AgendaItem.id)))).one().status
