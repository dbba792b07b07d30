"""Closed cases (unntatt offentlighet): what observers, guests and those outside are told of them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.meetings.agenda import difference
from handlers.meetings.convocation.changed import CHANGES
from handlers.people.roles import Role
from storage.tables import AgendaItem, Attendance, Committee, Delivery, Membership
from tests.chores import done
from tests.clock import FixedClock
from tests.meetings import steps as meetings
from tests.meetings.agenda.test_work import work
from tests.meetings.attendance.steps import seat
from tests.meetings.convocation import steps
from tests.surface import FakeSurface, facts, form, message
from tests.world import World

SECRET, INSTEAD = "Hemmelig personalsak", "Unntatt offentlighet (offl. § 13)"


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return steps.surface_with_links(world, clock)


async def _inbox(surface: FakeSurface, who: str) -> str:
    return " ".join([shown.model_dump_json() for shown in await surface.inbox(who)])


async def _close(surface: FakeSurface, item_id: int, section: str = "offl. § 13") -> None:
    sender = surface.world.sender("secretary")
    shown = message(await surface.bot.press(sender, "sak.vis", {"item": str(item_id)}))
    opened = form(await surface.press("secretary", shown, "Innsyn og arkiv"))
    await surface.submit("secretary", opened, {"closed_under": section})


async def _finish_draft(surface: FakeSurface) -> None:
    shown = await surface.press("secretary", await work(surface), "Begynn å arbeide med sakslisten")
    await surface.press("secretary", message(shown), "Ferdig")


async def test_an_agenda_that_is_ready_names_closed_cases_to_members_only(surface: FakeSurface) -> None:
    item = await steps.put(surface.world, SECRET, closed_under="offl. § 13")
    await _finish_draft(surface)
    assert SECRET in await _inbox(surface, "member")
    assert SECRET not in await _inbox(surface, "observer")
    assert INSTEAD in await _inbox(surface, "observer")
    # Nor does a change of what it is called.
    begun = message(await surface.press("secretary", await work(surface), "Begynn å arbeide med sakslisten"))
    await steps.change(surface.world, AgendaItem, item, title=f"{SECRET} to")
    before = len(await surface.inbox("observer"))
    surface.clock.forward(timedelta(minutes=1))
    await surface.press("secretary", begun, "Ferdig")
    assert f"{SECRET} to" in await _inbox(surface, "member")
    assert len(await surface.inbox("observer")) == before, "nothing that they may know has changed"


async def test_what_was_told_of_a_case_is_taken_back_when_it_is_closed(surface: FakeSurface) -> None:
    await seat(surface.world, "nurse", Role.OBSERVER)
    item = await steps.put(surface.world, SECRET)
    await steps.put(surface.world, "Felles rutine", 11)
    await _finish_draft(surface)
    await steps.sent(surface)
    # One of them has been shown it, the other has not read anything yet.
    assert SECRET in await _inbox(surface, "observer")
    await _close(surface, item)
    for who in ("observer", "nurse"):
        seen = await _inbox(surface, who)
        assert SECRET not in seen
        assert f"1/2026 {INSTEAD}" in seen
        assert "Felles rutine" in seen, "another number that ends the same is another case"
    for who in ("member", "colleague", "secretary"):
        assert SECRET in await _inbox(surface, who)
    async with surface.world.database.transaction() as session:
        left = select(Delivery.message).where(  # type: ignore[call-overload]
            col(Delivery.person_id).in_([surface.world.people[who] for who in ("observer", "nurse")])
        )
        assert not any(SECRET in str(kept) for kept in await session.scalars(left))


async def test_whoever_is_no_secretary_any_more_is_left_nothing_of_it(surface: FakeSurface) -> None:
    await meetings.accepted(surface, SECRET)
    async with surface.world.database.transaction() as session:
        item = (await session.scalars(select(AgendaItem))).one()
        deputy = surface.world.people["deputy"]
        held = select(Membership).where(
            col(Membership.person_id) == deputy, col(Membership.committee_id) == surface.world.committees["fsu"]
        )
        (await session.scalars(held)).one().valid_to = surface.clock.now().date() - timedelta(days=1)
    assert SECRET in await _inbox(surface, "deputy")
    await _close(surface, item.id)
    assert SECRET not in await _inbox(surface, "deputy")
    assert INSTEAD in await _inbox(surface, "deputy")


async def test_whoever_was_reminded_of_its_papers_and_presents_it_no_more_is_left_nothing_of_it(
    surface: FakeSurface,
) -> None:
    """Also where the reminder is one of several in a message."""
    world = surface.world
    async with world.database.transaction() as session:
        committee = await session.get_one(Committee, world.committees["fsu"])
        committee.settings = {**committee.settings, "papers": "7d 12:00", "remind_meeting": []}
    item = await steps.put(world, SECRET, presenter_ids=[world.people["nurse"]])
    au, meeting = world.committees["au"], world.meetings["au-1"]
    await steps.change(world, Committee, au, settings={"papers": "2d 12:00", "remind_meeting": []})
    nurse = [world.people["nurse"]]
    await steps.put(world, "Annen sak", 2, committee_id=au, meeting_id=meeting, presenter_ids=nurse)
    await surface.worker.do_chores()
    surface.clock.go_to(datetime(2026, 9, 13, 12, tzinfo=UTC))
    await surface.worker.do_chores()
    last = (await surface.inbox("nurse"))[-1]
    assert SECRET in last.model_dump_json()
    assert last.sections, "two in one"
    await steps.change(world, AgendaItem, item, presenter_ids=[world.people["member"]])
    await _close(surface, item)
    assert SECRET not in await _inbox(surface, "nurse")
    assert INSTEAD in await _inbox(surface, "nurse")


async def test_a_change_after_the_convocation_does_not_tell_what_it_was_called_before(surface: FakeSurface) -> None:
    item = await steps.put(surface.world, SECRET)
    await steps.sent(surface)
    await _close(surface, item)
    await steps.change(surface.world, AgendaItem, item, title="Noe annet")
    await steps.put(surface.world, "Felles rutine", 2)
    await done(CHANGES, surface.world.database, surface.clock)
    surface.clock.forward(timedelta(hours=1))
    await done(CHANGES, surface.world.database, surface.clock)
    (told,) = [shown for shown in await surface.inbox("observer") if shown.title.startswith("Endret siden")]
    assert facts(told) == {"Nytt": "2/2026 Felles rutine"}
    assert "Noe annet" in await _inbox(surface, "member")


async def test_a_closed_case_that_left_the_agenda_is_not_named_either() -> None:
    line = {"key": "c1", "title": SECRET, "number": "1/2026"}
    before = difference.marked_closed({"lines": [line]}, [1])
    told = difference.facts(difference.between(before, {"lines": []}), closed=False)
    assert [fact.value for fact in told] == ["1/2026 Sak unntatt offentlighet"]


async def test_a_guest_at_a_closed_case_reads_its_number(surface: FakeSurface) -> None:
    await steps.put(surface.world, SECRET, closed_under="offl. § 13")
    laid = await meetings.read(surface.world, lay=True)
    (slot,) = [line.slot.id for line in laid.lines if line.slot is not None and line.case is not None]
    meeting = surface.world.meetings["fsu-1"]
    async with surface.world.database.transaction() as session:
        nurse = surface.world.people["nurse"]
        session.add(Attendance(meeting_id=meeting, person_id=nurse, capacity=Role.GUEST, guest_in=[slot]))
    for action in ("oppmote.mitt", "oppmote.kommer"):
        shown = await surface.bot.press(surface.world.sender("nurse"), action, {"meeting": str(meeting)})
        assert SECRET not in message(shown).model_dump_json()
    shown = await surface.bot.press(surface.world.sender("nurse"), "oppmote.mitt", {"meeting": str(meeting)})
    assert message(shown).sections[0].text == f"1/2026  {INSTEAD}"


async def test_an_undoing_is_for_whoever_still_decides(surface: FakeSurface) -> None:
    """The role is asked when it is pressed, and the event must be a decision."""
    await steps.put(surface.world, SECRET)
    async with surface.world.database.transaction() as session:
        item = (await session.scalars(select(AgendaItem))).one()
    shown = message(await surface.bot.press(surface.world.sender("secretary"), "sak.vis", {"item": str(item.id)}))
    opened = form(await surface.press("secretary", shown, "Ta av sakslisten"))
    taken_off = message(await surface.submit("secretary", opened, {}))
    async with surface.world.database.transaction() as session:
        held = select(Membership).where(col(Membership.person_id) == surface.world.people["secretary"])
        for each in await session.scalars(held):
            each.valid_to = surface.clock.now().date() - timedelta(days=1)
    refused = message(await surface.press("secretary", taken_off, "Angre"))
    assert refused.title.startswith("Bare den som bestemte det, kan angre.")
    own = message(await surface.bot.press(surface.world.sender("member"), "sak.angre", {"item": "1", "step": "1"}))
    assert own.title.startswith("Bare den som bestemte det, kan angre.")
