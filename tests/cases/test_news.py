"""What those concerned hear and see as a case goes its way: nothing important happens silently."""

from datetime import timedelta

import pytest
from sqlalchemy import event, update
from sqlmodel import col

from handlers.meetings import changes
from handlers.meetings.life import MeetingTimes
from handlers.messages.message import Message
from storage.tables import AgendaItem, Meeting, Membership, Person
from tests.cases.steps import propose, to_summary, too_late_to_undo
from tests.surface import FakeSurface, errors, facts, form, labels, message

ACCEPT = "Sett på sakslisten"
FSU_2 = "lørdag 31. oktober 2026 kl. 09.00"


async def test_the_new_committee_reads_the_note(surface: FakeSurface) -> None:
    await propose(surface)
    await _move(surface, "au", "Hører til hos dere.")
    too_late_to_undo(surface)
    arrived = await _notice(surface, "secretary")
    assert (facts(arrived)["Utvalg"], arrived.text) == ("Arbeidsutvalg (AU)", "Hører til hos dere.")


async def test_a_case_that_comes_back_rings_a_bell(surface: FakeSurface) -> None:
    await propose(surface)
    await _move(surface, "au", "Hører til hos dere.")
    too_late_to_undo(surface)
    await _move(surface, "fsu", "Nei, hos dere.")
    too_late_to_undo(surface)
    told = next(item for item in await surface.inbox("deputy") if item.title.startswith("Saken er sendt til dere"))
    assert told.text == "Nei, hos dere."
    assert ACCEPT in labels(message(await surface.press("deputy", told, "Vis saken")))


async def test_withdrawing_an_accepted_case_is_told_to_those_who_counted_on_it(surface: FakeSurface) -> None:
    receipt = await propose(surface, presenters=[str(surface.world.people["colleague"])])
    await surface.press("secretary", await _notice(surface, "secretary"), ACCEPT)
    too_late_to_undo(surface)
    await surface.arrive()
    sent = surface.messenger.sends
    await surface.press("member", receipt, "Trekk saken")
    for who in ("secretary", "deputy"):
        assert (await surface.inbox(who))[-1].title.startswith("Saken er trukket: 1/2026 (O/D)")
    standing, news = await surface.inbox("colleague")
    assert (
        standing.title
        == news.title
        == ("Du skal ikke lenger legge fram saken, den er trukket: 1/2026 (O/D) Felles opplæring i utskrivning")
    )
    assert surface.messenger.sends == sent + 3


async def test_what_is_told_once_it_cannot_be_undone_says_where_the_meeting_is_by_then(surface: FakeSurface) -> None:
    await propose(surface, presenters=[str(surface.world.people["colleague"])])
    await surface.press("secretary", await _notice(surface, "secretary"), ACCEPT)
    surface.clock.forward(timedelta(seconds=20))
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        before = MeetingTimes.of(meeting)
        meeting.starts_at, meeting.ends_at = meeting.starts_at + timedelta(days=3), meeting.ends_at + timedelta(days=3)
        await changes.moved(session, meeting, before, surface.clock.now())
    # It can still be undone, so nobody has heard of it.
    assert not [each for each in await surface.inbox("member") if each.title.startswith("Saken din er satt")]
    assert not [each for each in await surface.inbox("colleague") if each.title.startswith("Du er satt opp")]
    too_late_to_undo(surface)
    (told,) = [each for each in await surface.inbox("member") if each.title.startswith("Saken din er satt")]
    assert facts(told)["Møte"].startswith("torsdag 24. september 2026")
    (presents,) = [each for each in await surface.inbox("colleague") if each.title.startswith("Du er satt opp")]
    assert "torsdag 24. september 2026" in facts(presents)["Møte"]


@pytest.mark.parametrize("on_agenda", [True, False])
async def test_what_is_told_of_a_later_meeting_says_where_it_is_by_then(surface: FakeSurface, on_agenda: bool) -> None:
    await propose(surface, presenters=[str(surface.world.people["colleague"])])
    if on_agenda:
        await surface.press("secretary", await _notice(surface, "secretary"), ACCEPT)
        too_late_to_undo(surface)
        await surface.arrive()
        await _cancel(surface)
    later = form(await surface.press("secretary", await _notice(surface, "secretary"), "Ta senere"))
    await surface.submit("secretary", later)
    surface.clock.forward(timedelta(seconds=20))
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-2"])
        before = MeetingTimes.of(meeting)
        meeting.starts_at, meeting.ends_at = meeting.starts_at + timedelta(days=3), meeting.ends_at + timedelta(days=3)
        await changes.moved(session, meeting, before, surface.clock.now())
    too_late_to_undo(surface)
    (told,) = [each for each in await surface.inbox("member") if each.title.startswith("Saken din tas i et senere")]
    assert "tirsdag 3. november 2026" in facts(told)["Møte"]
    # Who did not know that it was on an agenda, does not hear that it is on another one, nor on any.
    presents = [each for each in await surface.inbox("colleague") if "legg" in each.title]
    assert bool(presents) is on_agenda
    assert all("tirsdag 3. november 2026" in facts(each)["Møte"] for each in presents)


async def test_the_question_stays_in_sight_until_it_is_answered(surface: FakeSurface) -> None:
    receipt = await propose(surface)
    surface.clock.forward(timedelta(seconds=20))
    asked = form(await surface.press("secretary", await _notice(surface, "secretary"), "Be om mer"))
    await surface.submit("secretary", asked, {"question": "Hvem skal delta?"})
    listed = message(await surface.say("member", "sak mine"))
    assert listed.sections[0].text.endswith("Venter på svar fra deg")
    answer = form(await surface.press("member", listed, "Svar"))
    assert [field.label for field in answer.fields[:2]] == [
        "Saken: Felles opplæring i utskrivning",
        "Hvem skal delta?",
    ]
    how = form(await surface.submit("member", form(await surface.press("member", receipt, "Endre"))))
    changed = message(await surface.submit("member", form(await surface.submit("member", how))))
    assert changed.text == "Hvem skal delta?"


async def test_the_receipt_says_by_when_and_until_when(surface: FakeSurface) -> None:
    wanted = await propose(surface)
    assert wanted.text == (
        "Sekretariatet (Eksempel Deputy, Eksempel Secretary) ser på saken innen møtet mandag 21. september 2026. "
        "Du kan endre eller trekke saken til mandag 7. september 2026 kl. 10.00."
    )
    whenever = await propose(surface, meeting="any")
    assert whenever.text == (
        "Sekretariatet (Eksempel Deputy, Eksempel Secretary) ser på saken innen neste møte, mandag 21. september 2026, "
        "og velger hvilket møte den tas i. Du kan endre eller trekke saken til den er behandlet."
    )


async def test_the_meeting_that_a_case_would_be_put_in_is_seen_first(surface: FakeSurface) -> None:
    await propose(surface, meeting="any")
    notice = await _notice(surface, "secretary")
    assert facts(notice)["Settes opp i møtet"] == "mandag 21. september 2026 kl. 10.00"
    # Its deadline passes before the button is pressed: it is that meeting all the same.
    surface.clock.forward(timedelta(days=7))
    done = message(await surface.press("secretary", notice, ACCEPT))
    assert facts(done)["Møte"] == "mandag 21. september 2026 kl. 10.00, Eksempelsalen"


async def test_only_later_meetings_are_later(surface: FakeSurface) -> None:
    await propose(surface, meeting=f"m{surface.world.meetings['fsu-2']}")
    none = message(await surface.press("secretary", await _notice(surface, "secretary"), "Ta senere"))
    assert "ingen senere møter i planen" in none.title


async def test_a_case_taken_later_stays_there(surface: FakeSurface) -> None:
    receipt = await propose(surface)
    later = await surface.press("secretary", await _notice(surface, "secretary"), "Ta senere")
    await surface.submit("secretary", form(later))
    how = form(await surface.submit("member", form(await surface.press("member", receipt, "Endre"))))
    look = form(await surface.submit("member", how, {"meeting": f"m{surface.world.meetings['fsu-1']}"}))
    again = form(await surface.submit("member", look))
    assert errors(again)["meeting"].startswith("Sekretariatet har utsatt saken til møtet 31. okt. 2026.")


async def test_each_reader_gets_the_day_in_their_own_language(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        await session.execute(update(Person).where(col(Person.name) == "Eksempel Deputy").values(language="en"))
    await propose(surface)
    later = await surface.press("secretary", await _notice(surface, "secretary"), "Ta senere")
    await surface.submit("secretary", form(later))
    assert "31. okt. 2026" in (await _notice(surface, "secretary")).small
    assert "31 Oct 2026" in (await surface.inbox("deputy"))[-1].small


async def test_without_a_secretariat_the_receipt_says_just_that(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        await session.execute(update(Membership).where(col(Membership.role) == "sekretariat").values(role="medlem"))
    assert (await propose(surface)).text.startswith(
        "Utvalget har ingen i sekretariatet akkurat nå. Saken ligger klar til de er på plass. Du kan endre"
    )


async def test_types_stand_in_numbers_in_one_order_and_once(surface: FakeSurface) -> None:
    shown = await to_summary(surface)
    first = form(await surface.submit("member", shown, {}, "back"))
    how = form(await surface.submit("member", first, {"types": ["D", "O", "O"]}))
    await surface.submit("member", form(await surface.submit("member", how)))
    await surface.press("secretary", await _notice(surface, "secretary"), ACCEPT)
    assert (await _notice(surface, "secretary")).title.startswith("1/2026 (O/D) ")


# --- meetings that change ----------------------------------------------------------------------------------


async def test_a_cancelled_meetings_case_is_taken_later_with_its_number(surface: FakeSurface) -> None:
    await propose(surface, presenters=[str(surface.world.people["colleague"])])
    await surface.press("secretary", await _notice(surface, "secretary"), ACCEPT)
    await _cancel(surface)
    notice = await _notice(surface, "secretary")
    assert labels(notice) == ["Ta senere", "Ta av sakslisten"]
    assert facts(notice)["Status"] == "På sakslisten som 1/2026 (O/D), men møtet 21. sep. 2026 er avlyst"
    await surface.submit("secretary", form(await surface.press("secretary", notice, "Ta senere")))
    notice = await _notice(surface, "secretary")
    assert facts(notice)["Status"] == "På sakslisten som 1/2026 (O/D), møtet 31. okt. 2026"
    assert labels(notice)[:3] == ["Flytt til et annet møte", "Send til annet utvalg", "Ta av sakslisten"]
    too_late_to_undo(surface)
    *others, news = await surface.inbox("colleague")
    standing = next(item for item in others if item.title == "Du er satt opp til å legge fram en sak")
    assert news.title == "Saken du legger fram, er flyttet"
    assert FSU_2 in facts(standing)["Møte"]
    old = {"item": "1", "step": "2"}
    late = message(await surface.bot.press(surface.world.sender("deputy"), "sak.senere", old))
    assert late.title.startswith("Saken er allerede behandlet")


async def test_a_proposer_outside_the_committee_hears_of_it(surface: FakeSurface) -> None:
    await propose(surface)
    surface.clock.forward(timedelta(seconds=20))
    async with surface.world.database.transaction() as session:
        await session.execute(update(AgendaItem).values(proposer_id=surface.world.people["clinician"]))
    await _cancel(surface)
    titles = [item.title for item in await surface.inbox("clinician")]
    assert "Møtet i Faglig samarbeidsutvalg (FSU) er avlyst" in titles


async def test_a_moved_meetings_new_date_is_in_every_message_about_its_cases(surface: FakeSurface) -> None:
    await propose(surface)
    surface.clock.forward(timedelta(seconds=20))
    await surface.arrive()
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        before = MeetingTimes(meeting.starts_at, meeting.ends_at, meeting.place)
        meeting.starts_at += timedelta(days=7)
        meeting.ends_at += timedelta(days=7)
        await changes.moved(session, meeting, before, surface.clock.now())
    for who in ("secretary", "member"):
        about = next(item for item in await surface.inbox(who) if "Ønsket møte" in facts(item))
        assert facts(about)["Ønsket møte"] == "mandag 28. september 2026 kl. 10.00"


# --- what it costs -----------------------------------------------------------------------------------------


async def test_opening_takes_one_statement_and_proposing_two_or_on_sqlite_nine(surface: FakeSurface) -> None:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    shown = await to_summary(surface, "colleague")
    event.listen(surface.world.database.engine.sync_engine, "before_cursor_execute", note)
    await surface.say("member", "sak")
    assert _asked(statements) == 1, statements
    statements.clear()
    await surface.submit("colleague", shown)
    assert _asked(statements) == (9 if surface.world.database.is_sqlite else 2), statements


def _asked(statements: list[str]) -> int:
    """How many there are, without what SQLite says to begin a transaction."""
    return len([statement for statement in statements if not statement.startswith(("BEGIN", "PRAGMA"))])


async def _notice(surface: FakeSurface, who: str) -> Message:
    """The newest message about a case that its secretariat has."""
    found = [item for item in await surface.inbox(who) if "Meldt av" in facts(item)]
    return found[-1]


async def _move(surface: FakeSurface, committee: str, note: str) -> None:
    shown = form(await surface.press("secretary", await _notice(surface, "secretary"), "Send til annet utvalg"))
    chosen = {"committee": str(surface.world.committees[committee]), "note": note}
    await surface.submit("secretary", shown, chosen)


async def _cancel(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        meeting.cancelled_at = surface.clock.now()
        await changes.cancelled(session, meeting, surface.clock.now())
