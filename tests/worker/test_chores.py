"""Chores: each item by itself, so that one that fails holds back no other, and is tried again later."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chores import Doer
from handlers.capabilities import registry
from handlers.chore import Chore, Item
from storage import deliveries
from storage.database import DatabaseUnavailable
from storage.deliveries import Wish
from tests.clock import FixedClock
from tests.world import World

NOTHING_WRITTEN = "Noe som noen har skrevet"
MINUTE = timedelta(minutes=1)


class Ten:
    """Ten items, each of which writes a message to somebody; what is due is what has not been written."""

    def __init__(self, world: World, *, poisoned: Sequence[int] = (), error: Exception | None = None) -> None:
        self.world = world
        self.poisoned = set(poisoned)
        self.error = error or ValueError(NOTHING_WRITTEN)
        self.tries: list[list[int]] = []

    def chore(self, at_once: int = 1) -> Chore:
        return Chore("test.ten", self.due, self.do, at_once=at_once)

    async def due(self, session: AsyncSession, _now: datetime) -> Sequence[Item]:
        written = await deliveries.known(session, [f"ten:{number}" for number in range(10)])
        return [Item("thing", number) for number in range(10) if f"ten:{number}" not in written]

    async def do(self, session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
        numbers = [int(item.id) for item in items]
        self.tries.append(numbers)
        written = 0
        for number in numbers:
            wish = Wish(f"ten:{number}", "ten", self.world.people["member"], {"title": "Hei"}, now)
            written += await deliveries.wish_once(session, [wish])
            if number in self.poisoned:
                raise self.error
        return written

    async def left(self) -> list[int]:
        async with self.world.database.reading() as session:
            return [int(item.id) for item in await self.due(session, datetime.now(UTC))]


@pytest.fixture
def doer(world: World, clock: FixedClock) -> Doer:
    return Doer(world.database, clock)


@pytest.mark.parametrize("at_once", [1, 4, 100])
async def test_one_poisoned_item_among_ten_holds_back_none(world: World, doer: Doer, at_once: int) -> None:
    ten = Ten(world, poisoned=[3])
    assert await doer.do(ten.chore(at_once)) == 9
    assert await ten.left() == [3]


async def test_what_failed_is_logged_by_id_and_reference_without_what_people_wrote(
    world: World, doer: Doer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await doer.do(Ten(world, poisoned=[3]).chore())
    (line,) = [record.getMessage() for record in caplog.records if record.name == "bot.chores"]
    assert line.startswith("chore test.ten failed for thing 3 and is tried again in 0:01:00, reference ")
    assert "ValueError at " in line
    assert NOTHING_WRITTEN not in caplog.text


async def test_what_failed_is_tried_again_later_and_less_often_each_time(
    world: World, doer: Doer, clock: FixedClock
) -> None:
    ten = Ten(world, poisoned=[3])
    await doer.do(ten.chore())
    ten.tries.clear()
    tried = []
    for minute in range(1, 300):
        clock.forward(MINUTE)
        await doer.do(ten.chore())
        if ten.tries:
            tried.append(minute)
            ten.tries.clear()
    assert tried == [1, 3, 7, 15, 31, 63, 123, 183, 243]
    ten.poisoned.clear()
    clock.forward(60 * MINUTE)
    assert await doer.do(ten.chore()) == 1
    assert await ten.left() == []


async def test_one_that_waits_for_a_lock_holds_back_none_either(world: World, doer: Doer) -> None:
    ten = Ten(world, poisoned=[3], error=DatabaseUnavailable("LockNotAvailable"))
    assert await doer.do(ten.chore()) == 9
    assert await ten.left() == [3]


async def test_a_database_that_is_gone_is_not_asked_for_each_item(world: World, doer: Doer, clock: FixedClock) -> None:
    ten = Ten(world, poisoned=range(10), error=DatabaseUnavailable("gone"))
    with pytest.raises(DatabaseUnavailable):
        await doer.do(ten.chore())
    assert ten.tries == [[0], [1]]
    ten.poisoned.clear()
    clock.forward(MINUTE)
    assert await doer.do(ten.chore()) == 10


async def test_stopping_ends_it_after_the_item_under_way(world: World, doer: Doer) -> None:
    ten = Ten(world)

    async def do(session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
        doer.stopping = len(ten.tries) == 2
        return await ten.do(session, items, now)

    assert await doer.do(Chore("test.ten", ten.due, do)) == 3
    assert await ten.left() == [3, 4, 5, 6, 7, 8, 9]


async def test_what_comes_of_it_is_done_as_well(world: World, doer: Doer) -> None:
    """What is due only once something else is done does not wait for the next tick."""
    steps: list[Item] = []

    async def due(_session: AsyncSession, _now: datetime) -> Sequence[Item]:
        return [Item("step", len(steps))] if len(steps) < 3 else []

    async def do(_session: AsyncSession, items: Sequence[Item], _now: datetime) -> int:
        steps.extend(items)
        return 0

    await doer.do(Chore("test.steps", due, do))
    assert [item.id for item in steps] == [0, 1, 2]


async def test_what_stays_due_is_done_once_at_each_tick(world: World, doer: Doer) -> None:
    """As where nobody is there to hear of it."""
    done: list[Item] = []

    async def due(_session: AsyncSession, _now: datetime) -> Sequence[Item]:
        return [Item("thing", 1)]

    async def do(_session: AsyncSession, items: Sequence[Item], _now: datetime) -> int:
        done.extend(items)
        return 0

    await doer.do(Chore("test.stays", due, do))
    assert len(done) == 1
    await doer.do(Chore("test.stays", due, do))
    assert len(done) == 2


def test_every_chore_has_a_name_of_its_own() -> None:
    names = [chore.name for chore in registry().chores]
    assert len(names) == len(set(names)) > 0
