"""However many parties there are, and however far down it goes, the picture costs the same number of statements."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from handlers.capabilities import registry
from handlers.decisions.actions import Do as Register
from storage.tables import AgendaItem, AgendaSlot, FollowUp, Meeting, Minutes, MinutesEntry
from tests.clock import FixedClock
from tests.decisions.chain import steps
from tests.decisions.steps import decide
from tests.surface import FakeSurface
from tests.world import World


@contextmanager
def counting(world: World) -> Iterator[list[str]]:
    """The statements that are made meanwhile."""
    made: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        made.append(statement)

    engine = world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    yield made
    event.remove(engine, "before_cursor_execute", count)


def _parties(count: int) -> Sequence[str]:
    return [f"kommune{number:02}" for number in range(count)]


async def deep(world: World, clock: FixedClock, entry_id: int, down: int, name: str) -> None:
    """Below this line of minutes, one committee after the other carries it on, so many times."""
    async with world.database.transaction() as session:
        for number in range(down):
            committee = world.committees["au" if number % 2 else "forum"]
            item = AgendaItem(
                draft_id=f"{name}{number}",
                committee_id=committee,
                proposer_id=world.people["secretary"],
                status="accepted",
                title=f"Sak {number}",
                created_at=clock.now(),
                changed_at=clock.now(),
            )
            meeting = Meeting(
                committee_id=committee,
                key=f"{name}{number}",
                starts_at=clock.now(),
                ends_at=clock.now(),
                deadline_at=clock.now(),
                zone="Europe/Oslo",
            )
            session.add_all([item, meeting])
            await session.flush()
            item.meeting_id = meeting.id
            session.add(FollowUp(entry_id=entry_id, ordinal=1, owner_committee_id=committee, became_item_id=item.id))
            slot = AgendaSlot(meeting_id=meeting.id, kind="case", position=1, item_id=item.id)
            minutes = Minutes(meeting_id=meeting.id, status="published", created_at=clock.now(), changed_at=clock.now())
            session.add_all([slot, minutes])
            await session.flush()
            entry = MinutesEntry(minutes_id=minutes.id, slot_id=slot.id, changed_at=clock.now())
            session.add(entry)
            await session.flush()
            entry_id = entry.id


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def test_the_picture_and_an_answer_cost_the_same_for_sixty_parties_as_for_four(
    surface: FakeSurface, clock: FixedClock
) -> None:
    world = surface.world
    await steps.with_parties(world, clock, _parties(60))
    few = await steps.recommended(surface)
    many = await decide(surface, "En annen plan", "Partene tilrås å øve.", number=2)
    # What is the same each time has been asked for.
    await steps.send(surface, few.entry, _parties(1)[0])
    with counting(world) as sending_few:
        await steps.send(surface, few.entry, *_parties(4))
    with counting(world) as sending_many:
        await steps.send(surface, many.entry, *_parties(60))
    if not world.database.is_sqlite:
        # SQLite inserts one row at a time when it is to tell their ids.
        assert len(sending_many) <= len(sending_few)
    counts = []
    for decided in (few, many):
        with counting(world) as looking:
            await steps.picture(surface, decided.entry)
        leg = (await steps.legs_of(world, decided.entry))[_parties(4)[3]]
        opened = await steps.to_answer(surface, _parties(4)[3], leg.id)
        with counting(world) as answering:
            await surface.submit(_parties(4)[3], opened, {"answer": "yes"})
        with counting(world) as on_page:
            await steps.press(surface, "member", Register.CASE, item=decided.item)
        counts.append((len(looking), len(answering), len(on_page)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 15


async def test_the_picture_costs_the_same_however_far_down_it_goes(surface: FakeSurface, clock: FixedClock) -> None:
    world = surface.world
    shallow = await decide(surface, "En sak", "Vedtatt.")
    far = await decide(surface, "En annen sak", "Vedtatt.", number=2)
    await deep(world, clock, shallow.entry, 1, "shallow")
    counts = []
    with counting(world) as looking:
        await steps.picture(surface, shallow.entry)
    counts.append(len(looking))
    await deep(world, clock, far.entry, 12, "far")
    with counting(world) as looking:
        shown = await steps.picture(surface, far.entry)
    counts.append(len(looking))
    assert counts[0] == counts[1] <= 15
    assert "1.1.1.1.1.1.1.1.1.1.1.1 " in steps.told(shown)
