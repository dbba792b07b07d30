"""No decision is without an owner, a date and a reminder; and one that a later one took the place of is done with."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from handlers.capabilities import registry
from handlers.messages.message import Message
from storage import minutes
from storage.tables import (
    AgendaItem,
    Conclusion,
    FollowUp,
    FollowUpStatus,
    HowDecided,
    Meeting,
    Minutes,
    MinutesEntry,
    MinutesStatus,
)
from tests.clock import FixedClock
from tests.decisions import cast
from tests.decisions.steps import decide, put_paper
from tests.deviations.steps import context_of
from tests.surface import FakeSurface, errors, facts, form, labels, message
from tests.world import World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def lacking(surface: FakeSurface, who: str = "secretary") -> Message:
    return message(await surface.say(who, "vedtak mangler"))


async def home(surface: FakeSurface, who: str) -> list[str]:
    async with surface.world.database.transaction() as session:
        found = await registry().home(await context_of(surface, session, who))
    return [each.text for each in found if "vedtak" in each.text or "oppfølging" in each.text]


async def test_a_decision_without_an_owner_waits_for_the_secretariat_until_it_has_one(surface: FakeSurface) -> None:
    made = await decide(surface, "Felles opplæring", "Utvalget slutter seg til planen.", verb="joined")
    assert await home(surface, "secretary") == ["1 vedtak mangler eier eller frist"]
    assert await home(surface, "member") == []
    shown = await lacking(surface)
    assert [each.title for each in shown.sections] == ["1/2026 Felles opplæring"]
    asked = form(await surface.press("secretary", shown, "Legg til eier og frist"))
    due = surface.clock.now().date() + timedelta(days=30)
    given = {"text": "Lage planen.", "owner": str(surface.world.people["surgeon"]), "due": str(due)}
    reply = message(await surface.submit("secretary", asked, given))
    assert reply.text.startswith("Lagret. Eksempel Surgeon får beskjed.")
    assert await home(surface, "secretary") == []
    assert [each.title for each in await surface.inbox("surgeon")] == ["Oppfølging til deg: Lage planen."]
    # What the minutes say is what they said.
    async with surface.world.database.transaction() as session:
        written = await minutes.minutes(session, surface.world.meetings["fsu-1"])
        assert written is not None
        assert [each.follow_ups for each in (await minutes.entries(session, written.id)).values()] == [()]
    assert (await lacking(surface)).text == "Alle vedtak har eier og frist, eller krever ingen oppfølging."
    assert made.decision


async def test_one_that_needs_no_follow_up_is_settled_and_that_can_be_taken_back(surface: FakeSurface) -> None:
    await decide(surface, "Felles opplæring", "Utvalget slutter seg til planen.")
    shown = await lacking(surface)
    after = message(await surface.press("secretary", shown, "Krever ingen oppfølging"))
    assert facts(after)["Status"] == "Krever ingen oppfølging"
    assert "Eksempel Secretary noterte at det ikke krever oppfølging" in after.sections[0].text
    assert await home(surface, "secretary") == []
    second = message(await surface.press("deputy", shown, "Krever ingen oppfølging"))
    assert "notert allerede" in second.title
    await surface.press("secretary", after, "Krever oppfølging likevel")
    assert await home(surface, "secretary") == ["1 vedtak mangler eier eller frist"]


@pytest.mark.parametrize(
    ("verb", "how", "waits"),
    [
        ("information", None, False),
        ("noted", None, False),
        ("postponed", None, False),
        ("", HowDecided.POSTPONED, False),
        ("approved", None, True),
        ("joined", None, True),
        ("", None, True),
    ],
)
async def test_set_verbs_that_need_none_by_themselves(
    surface: FakeSurface, verb: str, how: HowDecided | None, waits: bool
) -> None:
    made = await decide(surface, "Felles opplæring", "Utvalget har bestemt.", verb=verb)
    async with surface.world.database.transaction() as session:
        await session.execute(update(MinutesEntry).where(col(MinutesEntry.id) == made.entry).values(how_decided=how))
    assert bool(await home(surface, "secretary")) is waits


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({"owner": True, "due_in": 10}, False),
        ({"owner": True}, True),
        ({"due_in": 10}, True),
        ({"owner_text": "kommunene", "due_in": 10}, False),
        ({"status": FollowUpStatus.DONE}, False),
    ],
)
async def test_what_follows_needs_both_an_owner_and_a_date(
    surface: FakeSurface, fields: dict[str, object], waits: bool
) -> None:
    more = {name: value for name, value in fields.items() if name in ("owner_text", "status")}
    if fields.get("owner"):
        more["owner_id"] = surface.world.people["surgeon"]
    if "due_in" in fields:
        more["due_on"] = surface.clock.now().date() + timedelta(days=10)
    # Also of a decision that would need nothing by itself.
    await decide(surface, "Felles opplæring", "Tas til orientering.", verb="information", to_do="Lage en plan.", **more)  # type: ignore[arg-type]
    assert bool([each for each in await home(surface, "secretary") if "mangler" in each]) is waits
    if waits:
        shown = await lacking(surface)
        asked = form(await surface.press("secretary", shown, "Velg eier og frist"))
        due = str(surface.clock.now().date() + timedelta(days=5))
        await surface.submit("secretary", asked, {"owner": str(surface.world.people["surgeon"]), "due": due})
        assert (await lacking(surface)).sections == ()


async def test_what_lacks_something_stands_once_however_many_decisions_its_case_has(surface: FakeSurface) -> None:
    made = await decide(surface, "Felles opplæring", "Planen vedtas.", to_do="Lage en plan.")
    async with surface.world.database.transaction() as session:
        session.add(Conclusion(entry_id=made.entry, ordinal=2, text="Kommunene melder inn behov."))
        session.add(FollowUp(entry_id=made.entry, ordinal=2, text="Kalle inn."))
    shown = await lacking(surface)
    assert [each.title for each in shown.sections] == ["Lage en plan.", "Kalle inn."]
    assert labels(shown).count("Velg eier og frist") == 2
    assert await home(surface, "secretary") == ["2 vedtak mangler eier eller frist"]


async def test_who_is_in_no_secretariat_is_not_told_that_nothing_is_lacking(surface: FakeSurface) -> None:
    await decide(surface, "Felles opplæring", "Planen vedtas.", to_do="Lage en plan.")
    assert (await lacking(surface, "member")).text.startswith("Dette er en liste for sekretariatet")


async def test_drafts_and_old_papers_lack_nothing(surface: FakeSurface) -> None:
    await decide(surface, "Felles opplæring", "Planen vedtas.", status=MinutesStatus.DRAFT)
    assert await home(surface, "secretary") == []
    paper = await put_paper(surface)
    async with surface.world.database.transaction() as session:
        await session.execute(update(Minutes).values(status=MinutesStatus.APPROVED, paper_id=paper))
    assert await home(surface, "secretary") == []


async def test_a_long_list_comes_in_pages(surface: FakeSurface) -> None:
    for number in range(1, 12):
        await decide(surface, f"Sak nummer {number}", "Vedtas.", number=number)
    shown = await lacking(surface)
    assert (len(shown.sections), shown.text) == (8, "Nummer 1 til 8.")
    assert len(message(await surface.press("secretary", shown, "Neste")).sections) == 3


# --- revoked -------------------------------------------------------------------------------------------------


async def test_a_decision_that_a_later_one_revokes(surface: FakeSurface) -> None:
    due = surface.clock.now().date() + timedelta(days=30)
    old = await decide(
        surface,
        "Felles opplæring",
        "Planen vedtas.",
        to_do="Lage planen.",
        owner_id=surface.world.people["surgeon"],
        due_on=due,
    )
    new = await decide(surface, "Ny plan", "Den gamle planen gjelder ikke.", number=2)
    await surface.worker.do_chores()
    await surface.inbox("surgeon")
    page = await shown_decision(surface, old.decision)
    asked = form(await surface.press("secretary", page, "Opphevet av et annet vedtak"))
    after = message(await surface.submit("secretary", asked, {"later": str(new.decision)}))
    assert facts(after)["Status"].startswith("Opphevet av 2/2026 Ny plan (Faglig samarbeidsutvalg (FSU)")
    (told,) = await surface.inbox("surgeon")
    assert told.title == "Bortfalt: Lage planen."
    listed = message(await surface.say("member", "vedtak"))
    assert any("Opphevet av" in facts(each).get("Status", "") for each in listed.sections)
    # Nobody is reminded of it, and it lacks nothing.
    surface.clock.forward(timedelta(days=40))
    await surface.worker.do_chores()
    assert len(await surface.inbox("surgeon")) == 1
    again = form(
        await surface.bot.press(surface.world.sender("secretary"), "vedtak.opphev", {"decision": str(new.decision)})
    )
    circle = form(await surface.submit("secretary", again, {"later": str(old.decision)}))
    assert "selv opphevet av dette" in errors(circle)["later"]
    back = message(await surface.press("secretary", after, "Gjelder likevel"))
    assert "Gjelder likevel" not in labels(back)
    assert (await surface.inbox("surgeon"))[0].title == "Oppfølging til deg: Lage planen."
    assert (await cast.task(surface.world, old.follow)).row.status == FollowUpStatus.OPEN


async def test_the_later_decision_is_found_by_its_number_and_is_not_an_older_one(surface: FakeSurface) -> None:
    before = surface.clock.now() - timedelta(days=60)
    oldest = await decide(surface, "Første plan", "Den første planen vedtas.", on=before)
    for number in range(2, 8):
        await decide(surface, f"Sak {number}", "Det 7 vedtas.", number=number, meeting="fsu-2")
    page = await shown_decision(surface, 2)
    asked = form(await surface.press("secretary", page, "Opphevet av et annet vedtak"))
    found = await surface.bot.search(surface.world.sender("secretary"), asked.token, "later", "7/2026")
    assert [each.label[:6] for each in found] == ["7/2026"]
    wrong = form(await surface.submit("secretary", asked, {"later": str(oldest.decision)}))
    assert errors(wrong)["later"] == "Det vedtaket er eldre enn dette. Velg et som kom etterpå."


async def shown_decision(surface: FakeSurface, decision: int, who: str = "secretary") -> Message:
    return message(await surface.bot.press(surface.world.sender(who), "vedtak.vis", {"decision": str(decision)}))


async def test_what_was_done_before_it_was_revoked_stays_done(surface: FakeSurface) -> None:
    old = await decide(
        surface, "Felles opplæring", "Planen vedtas.", to_do="Lage planen.", status=MinutesStatus.APPROVED
    )
    new = await decide(surface, "Ny plan", "Den gamle planen gjelder ikke.", number=2, status=MinutesStatus.APPROVED)
    async with surface.world.database.transaction() as session:
        await session.execute(update(FollowUp).values(status=FollowUpStatus.DONE))
    asked = form(
        await surface.press("secretary", await shown_decision(surface, old.decision), "Opphevet av et annet vedtak")
    )
    await surface.submit("secretary", asked, {"later": str(new.decision)})
    assert (await cast.task(surface.world, old.follow)).row.status == FollowUpStatus.DONE
    async with surface.world.database.transaction() as session:
        assert (
            await session.scalar(select(Conclusion.revoked_by_id).where(col(Conclusion.id) == old.decision))
            == new.decision
        )


async def test_a_later_decision_that_somebody_may_not_read_is_not_named_to_them(surface: FakeSurface) -> None:
    """The secretary of two committees lets a decision of the one take the place of a decision of the other."""
    old = await decide(surface, "Felles opplæring", "Planen vedtas.")
    new = await decide(surface, "Fortrolig tema i AU", "Planen oppheves.", number=2, meeting="fsu-2")
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-2"])
        meeting.committee_id = surface.world.committees["au"]
        (await session.get_one(AgendaItem, new.item)).committee_id = surface.world.committees["au"]
        (await session.get_one(Conclusion, old.decision)).revoked_by_id = new.decision
    said = {}
    for who in ("member", "colleague"):
        shown = message(
            await surface.bot.press(surface.world.sender(who), "vedtak.vis", {"decision": str(old.decision)})
        )
        said[who] = facts(shown)["Status"]
    assert said["member"].startswith("Opphevet av Arbeidsutvalg (AU), ")
    assert "Fortrolig" not in said["member"]
    # Who is in both reads which it was.
    assert "Fortrolig tema i AU" in said["colleague"]
