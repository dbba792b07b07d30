"""Chores: each item by itself, so that one that fails holds back no other, and is tried again later."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.chores import LEASE, Doer
from handlers.capabilities import registry
from handlers.chore import Chore, Item
from handlers.deviations.words import CATEGORIES
from storage import deliveries, leases
from storage.database import DatabaseUnavailable
from storage.deliveries import Wish
from storage.tables import (
    Delivery,
    Deviation,
    DeviationCategory,
    DeviationPattern,
    DeviationStatus,
    Meeting,
    Reminder,
    ReminderStatus,
)
from tests.clock import FixedClock
from tests.deviations.reports import put
from tests.deviations.seed import Places, report, store
from tests.world import World

NOTHING_WRITTEN = "Noe som noen har skrevet"
CHORES = registry().chores
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


async def test_a_database_that_is_gone_is_not_asked_for_each_item(
    world: World, doer: Doer, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    ten = Ten(world, poisoned=range(10), error=DatabaseUnavailable("gone"))
    with pytest.raises(DatabaseUnavailable):
        await doer.do(ten.chore())
    assert ten.tries == [[0], [1]]
    lines = [record for record in caplog.records if record.name == "bot.chores"]
    assert [line.levelname for line in lines] == ["WARNING"] * 2
    assert all("waits with thing" in line.getMessage() for line in lines)
    assert "failed" not in caplog.text, "nothing is wrong with the chore"
    assert "reference" not in caplog.text
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


# --- leases ------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The worker's process is gone: nothing is tidied up after it."""


def dies_at(ten: Ten, number: int) -> Chore:
    """The chore of a worker that is killed in the middle of this item."""

    async def do(session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
        written = await ten.do(session, items, now)
        if items[0].id == number:
            raise Killed
        return written

    return Chore("test.ten", ten.due, do)


async def test_another_worker_takes_over_what_a_killed_one_held(world: World, clock: FixedClock) -> None:
    ten, again = Ten(world), list[datetime]()
    first = Doer(world.database, clock)
    second = Doer(world.database, clock, lambda _chore, at: again.append(at))
    with pytest.raises(Killed):
        await first.do(dies_at(ten, 4))
    assert await ten.left() == [4, 5, 6, 7, 8, 9]
    assert await second.do(ten.chore()) == 0, "the lease runs"
    # It knows when to look again, so nobody waits for the next tick.
    assert again == [clock.now() + LEASE]
    clock.go_to(again[0])
    assert await second.do(ten.chore()) == 6
    assert await ten.left() == []


async def test_whoever_slept_too_long_writes_nothing_after_another_has_taken_over(
    world: World, clock: FixedClock
) -> None:
    ten = Ten(world)
    first, second = Doer(world.database, clock), Doer(world.database, clock)

    async def due(session: AsyncSession, now: datetime) -> Sequence[Item]:
        return await ten.due(session, now) or [Item("thing", 10)]

    async def do(session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
        assert items[0].id == 0, "it has been overtaken"
        return await ten.do(session, items, now)

    async with world.database.transaction() as session:
        assert await leases.keep(session, "test.ten", first.holder, clock.now(), clock.now() + LEASE)
    clock.forward(LEASE)
    async with world.database.transaction() as session:
        assert await leases.keep(session, "test.ten", second.holder, clock.now(), clock.now() + LEASE)
        assert not await leases.keep(session, "test.ten", first.holder, clock.now(), clock.now() + LEASE)
    assert await first.do(Chore("test.ten", due, do)) == 0
    assert ten.tries == []
    assert await second.do(ten.chore()) == 10


async def test_an_orderly_stop_gives_the_lease_back(world: World, clock: FixedClock) -> None:
    ten = Ten(world)
    first, second = Doer(world.database, clock), Doer(world.database, clock)

    async def do(session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
        first.stopping = True
        return await ten.do(session, items, now)

    assert await first.do(Chore("test.ten", ten.due, do)) == 1
    assert await second.do(ten.chore()) == 9


async def test_two_workers_at_once_do_each_item_once(world: World, clock: FixedClock) -> None:
    ten = Ten(world)
    doers = [Doer(world.database, clock) for _worker in range(3)]
    written = await asyncio.gather(*(doer.do(ten.chore()) for doer in doers))
    assert sum(written) == 10
    assert sorted(number for tried in ten.tries for number in tried) == list(range(10))


# --- the real ones -----------------------------------------------------------------------------------------


async def test_one_poisoned_meeting_among_ten(world: World, clock: FixedClock) -> None:
    async with world.database.transaction() as session:
        first = await session.get_one(Meeting, world.meetings["fsu-1"])
        day = timedelta(days=1)
        for number in range(9):
            times = {"starts_at": first.starts_at + day, "ends_at": first.ends_at + day}
            zone = "Nowhere/Nowhere" if number == 4 else first.zone
            session.add(
                Meeting(
                    committee_id=first.committee_id, key=f"x{number}", deadline_at=first.deadline_at, zone=zone, **times
                )
            )
    doer = Doer(world.database, clock)
    for name in ("meetings.reminders", "reminders.send"):
        await doer.do(next(chore for chore in CHORES if chore.name == name))
    async with world.database.reading() as session:
        handed = select(col(Reminder.subject)).where(col(Reminder.status) == ReminderStatus.HANDED)
        assert len(set(await session.scalars(handed))) == 9


async def _unknown_category(world: World, deviation_id: int) -> None:
    async with world.database.transaction() as session:
        await session.execute(
            update(DeviationCategory)
            .where(col(DeviationCategory.deviation_id) == deviation_id)
            .values(category="no such category")
        )


async def test_one_poisoned_report_among_ten_that_wait_for_somebody(world: World, clock: FixedClock) -> None:
    reports = []
    for _report in range(10):
        clock.forward(timedelta(seconds=1))
        reports.append(await put(world, clock, handler="nurse"))
    await _unknown_category(world, reports[9])
    clock.forward(timedelta(days=14))
    by_name = {chore.name: chore for chore in CHORES}
    doer = Doer(world.database, clock)
    await doer.do(by_name["deviations.reminders"])
    assert await doer.do(by_name["reminders.send"]) == 1
    async with world.database.reading() as session:
        told = await session.scalar(select(col(Delivery.message)).where(col(Delivery.key).like("reminders:%")))
    assert told is not None
    assert told["title"] == "10 avvik venter på deg"
    assert told["sections"][0]["title"].startswith("AVV-2026-0001")


async def test_one_poisoned_report_among_ten_that_wait_for_a_leader(world: World, clock: FixedClock) -> None:
    waiting: dict[str, Any] = {"status": DeviationStatus.AT_LEADER, "sent_at": None, "due_at": None}
    reports = []
    for _report in range(10):
        clock.forward(timedelta(seconds=1))
        reports.append(await put(world, clock, **waiting))
    await _unknown_category(world, reports[3])
    clock.forward(timedelta(days=3))
    complete = next(chore for chore in CHORES if chore.name == "deviations.complete")
    await Doer(world.database, clock).do(complete)
    async with world.database.reading() as session:
        sent = await session.scalars(select(col(Deviation.id)).where(col(Deviation.status) == DeviationStatus.SENT))
        assert set(reports) - {reports[3]} <= set(sent)


async def test_one_poisoned_pattern_among_ten(world: World, clock: FixedClock) -> None:
    async with world.database.transaction() as session:
        places = await Places.of(session)
        categories = [*list(CATEGORIES)[:9], "no such category"]
        day = clock.now() - timedelta(days=3)
        await store(session, [report(places, day, categories=(each,)) for each in categories for _report in range(5)])
    patterns = next(chore for chore in CHORES if chore.name == "deviations.patterns")
    await Doer(world.database, clock).do(patterns)
    async with world.database.reading() as session:
        offered = set(await session.scalars(select(col(DeviationPattern.category))))
    assert offered == set(categories) - {"no such category"}
