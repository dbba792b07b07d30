"""A decision that goes down: from a committee to another, where it becomes a case, on to a person, and back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.capabilities import registry
from handlers.decisions.actions import Do
from handlers.decisions.chain.actions import Do as ChainDo
from handlers.meetings.agenda import lines
from storage import agenda, minutes
from storage.tables import (
    AgendaItem,
    Committee,
    Conclusion,
    FollowUp,
    FollowUpStatus,
    ItemStatus,
    Meeting,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    Person,
)
from tests.cases.steps import too_late_to_undo
from tests.clock import FixedClock
from tests.decisions import steps as register
from tests.decisions.chain import steps
from tests.decisions.chain.steps import told
from tests.decisions.steps import Decided
from tests.meetings.steps import ACCEPT
from tests.surface import FakeSurface, form, labels, message
from tests.world import World

TITLE, CONCLUDED, TO_DO = "Felles opplæring", "Opplæringen gjøres felles.", "Lage en plan for opplæringen"


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def sent_down(surface: FakeSurface, committee: str = "forum", **more: Any) -> Decided:
    """FSU has decided that another committee is to do something, and the clock has sent it there."""
    decided = await register.decide(
        surface, TITLE, CONCLUDED, to_do=TO_DO, owner_committee_id=surface.world.committees[committee], **more
    )
    await steps.clock_says(surface, minutes=1)
    return decided


async def case_of(world: World, follow_up_id: int) -> AgendaItem | None:
    async with world.database.transaction() as session:
        row = await session.get_one(FollowUp, follow_up_id)
        return await session.get(AgendaItem, row.became_item_id) if row.became_item_id is not None else None


async def meeting_of(world: World, committee: str, key: str, clock: FixedClock) -> None:
    """A coming meeting of the committee."""
    async with world.database.transaction() as session:
        starts = clock.now() + timedelta(days=10)
        row = Meeting(
            committee_id=world.committees[committee],
            key=key,
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            deadline_at=starts - timedelta(days=1),
            zone="Europe/Oslo",
        )
        session.add(row)
        await session.flush()
        world.meetings[key] = row.id


async def handled_there(
    surface: FakeSurface, item_id: int, meeting: str, *, text: str, to_do: str = "", **owner: Any
) -> Decided:
    """The case was put on the agenda of that meeting, and decided there; the minutes are published."""
    world, now = surface.world, surface.clock.now()
    async with world.database.transaction() as session:
        await agenda.locked(session, world.meetings[meeting])
        found = await agenda.meeting(session, world.meetings[meeting])
        assert found is not None
        laid = await lines.lay_down(session, await lines.read(session, *found))
        await minutes.begin(session, world.meetings[meeting], world.people["deputy"], now)
        written = await minutes.locked(session, world.meetings[meeting])
        assert written is not None
        slots = [line.slot.id for line in laid.lines if line.slot is not None]
        await minutes.begin_entries(session, written.id, slots, now)
        slot = next(line.slot.id for line in laid.lines if line.slot and line.case and line.case.item.id == item_id)
        entry = (await minutes.entries(session, written.id))[slot].entry
        conclusion = Conclusion(entry_id=entry.id, ordinal=1, text=text)
        session.add(conclusion)
        await session.flush()
        follow = 0
        if to_do:
            row = FollowUp(entry_id=entry.id, ordinal=1, text=to_do, conclusion_id=conclusion.id, **owner)
            session.add(row)
            await session.flush()
            follow = row.id
        await session.flush()
        written.status, written.published_at = MinutesStatus.PUBLISHED, now
        return Decided(item_id, entry.id, conclusion.id, follow)


async def set_status(world: World, follow_up_id: int, status: FollowUpStatus, surface: FakeSurface) -> None:
    async with world.database.transaction() as session:
        row = await session.get_one(FollowUp, follow_up_id)
        row.status, row.status_at = status, surface.clock.now()


async def test_a_decision_goes_down_to_a_person_and_comes_back_done(surface: FakeSurface, clock: FixedClock) -> None:
    world = surface.world
    await meeting_of(world, "forum", "forum-1", clock)
    decided = await sent_down(surface)
    case = await case_of(world, decided.follow)
    assert case is not None
    assert (case.status, case.title, case.committee_id) == (ItemStatus.PROPOSED, TO_DO, world.committees["forum"])
    assert case.purpose.startswith(f"Fra Faglig samarbeidsutvalg (FSU), sak 1/2026: {TITLE}\nVedtatt: {CONCLUDED}")
    proposal = await steps.newest(surface, "deputy", f"Forslag til sak: {TO_DO}")
    assert ACCEPT in labels(proposal)
    assert "Foreslått som sak, venter på sekretariatet" in told(await steps.picture(surface, decided.entry))

    await surface.press("deputy", proposal, ACCEPT)
    too_late_to_undo(surface)
    await steps.clock_says(surface, minutes=1)
    assert (await steps.follow_up(world, decided.follow)).status == FollowUpStatus.TAKEN
    assert "På sakslisten (sak 1/26, møtet" in told(await steps.picture(surface, decided.entry))

    clock.forward(timedelta(days=11))
    assert "Møtet har vært, referatet er ikke publisert" in told(await steps.picture(surface, decided.entry))
    there = await handled_there(
        surface, case.id, "forum-1", text="Forumet lager planen.", to_do="Skrive planen", owner_id=world.people["nurse"]
    )
    await steps.clock_says(surface, minutes=1)
    picture = told(await steps.picture(surface, decided.entry))
    assert "1 Samarbeidsforum rus og psykisk helse: Lage en plan for opplæringen" in picture
    assert "Behandlet, følges opp videre (sak 1/26)" in picture
    assert "i Samarbeidsforum rus og psykisk helse: Forumet lager planen." in picture
    assert "1.1 Eksempel Nurse: Skrive planen" in picture
    assert "Neste: Eksempel Nurse" in picture
    assert not [title for title in await steps.titles(surface, "secretary") if "fulgt opp" in title]

    await set_status(world, there.follow, FollowUpStatus.DONE, surface)
    await steps.clock_says(surface, minutes=1)
    assert (await steps.follow_up(world, decided.follow)).status == FollowUpStatus.DONE
    heard = await steps.newest(surface, "secretary", "Vedtaket er fulgt opp")
    assert heard.title == f"Vedtaket er fulgt opp: Faglig samarbeidsutvalg (FSU), sak 1/2026: {TITLE}"
    assert "1 av 1 oppfølging er avsluttet." in told(await steps.picture(surface, decided.entry))


async def test_it_is_sent_once_however_often_the_clock_looks(surface: FakeSurface) -> None:
    decided = await sent_down(surface)
    for _again in range(3):
        await steps.clock_says(surface, days=1)
    async with surface.world.database.transaction() as session:
        found = list(await session.scalars(select(AgendaItem).where(col(AgendaItem.title) == TO_DO)))
    assert len(found) == 1
    assert [each.kind for each in await steps.events(surface.world, decided.follow)] == ["sent_down"]


async def test_what_was_decided_long_before_is_not_sent_when_the_bot_begins_to(surface: FakeSurface) -> None:
    surface.clock.forward(timedelta(days=100))
    decided = await register.decide(
        surface, TITLE, CONCLUDED, to_do=TO_DO, owner_committee_id=surface.world.committees["forum"]
    )
    async with surface.world.database.transaction() as session:
        entry = await session.get_one(MinutesEntry, decided.entry)
        row = await session.get_one(Minutes, entry.minutes_id)
        row.published_at = surface.clock.now() - timedelta(days=61)
    await steps.clock_says(surface, minutes=1)
    assert await case_of(surface.world, decided.follow) is None
    assert "Ikke bekreftet" in told(await steps.picture(surface, decided.entry))
    # Once somebody gives it to a committee anew, it goes there.
    await set_status(surface.world, decided.follow, FollowUpStatus.OPEN, surface)
    async with surface.world.database.transaction() as session:
        (await session.get_one(FollowUp, decided.follow)).owner_committee_id = surface.world.committees["au"]
    await steps.clock_says(surface, minutes=1)
    assert await case_of(surface.world, decided.follow) is not None


async def test_nothing_is_sent_while_the_minutes_are_written(surface: FakeSurface) -> None:
    decided = await sent_down(surface, status=MinutesStatus.DRAFT)
    assert await case_of(surface.world, decided.follow) is None


async def test_a_committee_may_send_it_back_and_it_goes_to_another(surface: FakeSurface) -> None:
    world = surface.world
    decided = await sent_down(surface)
    proposal = await steps.newest(surface, "deputy", "Forslag til sak")
    opened = form(await surface.press("deputy", proposal, "Send tilbake"))
    await surface.submit("deputy", opened, {"reason": "Ikke vår."})
    too_late_to_undo(surface)
    await steps.clock_says(surface, minutes=1)
    back = await steps.newest(surface, "secretary", "Sendt tilbake")
    assert "Ikke vår." in back.text
    picture = told(await steps.picture(surface, decided.entry))
    assert "Sendt tilbake" in picture
    assert "Stopper her" in picture
    assert "«Ikke vår.»" in picture
    again = form(await surface.press("secretary", back, "Send på nytt"))
    au = str(world.committees["au"])
    shown = message(await surface.submit("secretary", again, {"committee": au}))
    assert "Sendt på nytt." in shown.text
    case = await case_of(world, decided.follow)
    assert case is not None
    assert (case.committee_id, case.status) == (world.committees["au"], ItemStatus.PROPOSED)
    assert "Arbeidsutvalg (AU): Foreslått som sak, venter på sekretariatet" in await steps.titles(surface, "deputy")


async def test_a_chain_that_would_close_a_circle_is_not_sent_and_the_picture_ends(
    surface: FakeSurface, clock: FixedClock
) -> None:
    world = surface.world
    await meeting_of(world, "forum", "forum-1", clock)
    decided = await sent_down(surface)
    case = await case_of(world, decided.follow)
    assert case is not None
    await surface.press("deputy", await steps.newest(surface, "deputy", "Forslag til sak"), ACCEPT)
    clock.forward(timedelta(days=11))
    there = await handled_there(
        surface, case.id, "forum-1", text="Tilbake.", to_do="FSU gjør det", owner_committee_id=world.committees["fsu"]
    )
    await steps.clock_says(surface, minutes=1)
    assert await case_of(world, there.follow) is None
    picture = told(await steps.picture(surface, decided.entry))
    assert "Ikke sendt: saken kom derfra, og ville gått i ring" in picture
    assert "FSU): Ikke sendt: saken kom derfra" in (await steps.newest(surface, "deputy", "Ikke sendt")).title
    # Data that has one all the same, as from another program, does not make reading go on for ever.
    async with world.database.transaction() as session:
        (await session.get_one(FollowUp, there.follow)).became_item_id = decided.item
    await steps.clock_says(surface, minutes=1)
    assert "ville gått i ring" in told(await steps.picture(surface, decided.entry))


async def test_a_decision_that_is_revoked_takes_the_proposal_back(surface: FakeSurface) -> None:
    decided = await sent_down(surface)
    later = await register.decide(surface, "En annen sak", "Opplæringen stanses.", number=2)
    async with surface.world.database.transaction() as session:
        (await session.get_one(Conclusion, decided.decision)).revoked_by_id = later.decision
    await steps.clock_says(surface, minutes=1)
    case = await case_of(surface.world, decided.follow)
    assert case is not None
    assert case.status == ItemStatus.WITHDRAWN
    assert (await steps.follow_up(surface.world, decided.follow)).status == FollowUpStatus.DROPPED
    assert [title for title in await steps.titles(surface, "deputy") if "gjelder ikke lenger" in title]


async def test_what_a_closed_case_leads_to_is_closed_and_not_named_to_others(surface: FakeSurface) -> None:
    decided = await sent_down(surface, case={"closed_under": "offl. § 13"})
    case = await case_of(surface.world, decided.follow)
    assert case is not None
    assert case.closed_under == "offl. § 13"
    seen = told(await steps.picture(surface, decided.entry, who="observer"))
    assert "Unntatt offentlighet (offl. § 13)" in seen
    for secret in (TITLE, CONCLUDED, TO_DO):
        assert secret not in seen
    assert TO_DO in told(await steps.picture(surface, decided.entry, who="member"))


async def test_the_page_of_the_case_says_where_it_came_from_and_where_it_went(surface: FakeSurface) -> None:
    decided = await sent_down(surface)
    page = message(await surface.say("member", "vedtak 1/2026"))
    assert "På vei videre" in told(page)
    assert "Se hvor det står" in labels(page)
    case = await case_of(surface.world, decided.follow)
    assert case is not None
    there = message(await steps.press(surface, "deputy", Do.CASE, item=case.id))
    assert "Kommer fra et annet utvalg" in told(there)
    assert f"Faglig samarbeidsutvalg (FSU), sak 1/2026: {TITLE}" in told(there)


async def test_a_committee_that_was_laid_down_gets_nothing_and_the_sender_hears_of_it(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        (await session.get_one(Committee, surface.world.committees["forum"])).removed_at = surface.clock.now()
    decided = await sent_down(surface)
    assert await case_of(surface.world, decided.follow) is None
    assert [title for title in await steps.titles(surface, "secretary") if "utvalget er lagt ned" in title]


async def test_an_owner_who_left_is_shown_as_where_it_stopped(surface: FakeSurface) -> None:
    await steps.with_parties(surface.world, surface.clock)
    decided = await register.decide(surface, TITLE, CONCLUDED, to_do=TO_DO, owner_id=surface.world.people["nurse"])
    async with surface.world.database.transaction() as session:
        (await session.get_one(Person, surface.world.people["nurse"])).removed_at = surface.clock.now()
    picture = told(await steps.picture(surface, decided.entry))
    assert "Den som har ansvaret, er ikke lenger med" in picture
    assert "Stopper her" in picture


async def test_what_is_closed_above_or_below_is_told_nobody_by_the_other(surface: FakeSurface) -> None:
    """A case and the one that came of it are closed each by its own committee."""
    made = await sent_down(surface)
    below = await case_of(surface.world, made.follow)
    assert below is not None
    async with surface.world.database.transaction() as session:
        (await session.get_one(AgendaItem, made.item)).closed_under = "offl. § 13"
        row = await session.get_one(AgendaItem, below.id)
        row.title, row.status = "Opplæring", ItemStatus.ACCEPTED
    for who, sees in (("observer", False), ("member", True)):
        shown = message(await surface.bot.press(surface.world.sender(who), Do.CASE, {"item": str(below.id)}))
        above = next(each for each in shown.sections if each.title == "Kommer fra et annet utvalg")
        assert (TITLE in above.text) is sees, who
        assert ("Unntatt offentlighet" in above.text) is not sees, who


async def test_why_a_closed_case_came_back_is_for_those_who_may_see_it(surface: FakeSurface) -> None:
    made = await sent_down(surface)
    below = await case_of(surface.world, made.follow)
    assert below is not None
    why = "Gjelder en navngitt ansatt."
    proposal = await steps.newest(surface, "deputy", "Forslag til sak")
    await surface.submit("deputy", form(await surface.press("deputy", proposal, "Send tilbake")), {"reason": why})
    too_late_to_undo(surface)
    await steps.clock_says(surface, minutes=1)
    assert why in told(await steps.press(surface, "member", ChainDo.SHOW, entry=made.entry))
    async with surface.world.database.transaction() as session:
        (await session.get_one(AgendaItem, below.id)).closed_under = "offl. § 13"
    assert why not in told(await steps.press(surface, "observer", ChainDo.SHOW, entry=made.entry))
    assert why in told(await steps.press(surface, "secretary", ChainDo.SHOW, entry=made.entry))
