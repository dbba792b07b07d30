"""A tick at which nothing is due asks once for all chores, and misses none for which something is."""

import asyncio
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.chores import Doer
from bot.worker import Worker
from handlers.capabilities import registry
from handlers.chore import Chore, Item
from storage.database import Database
from storage.direct import Question
from storage.stirring import which
from tests.chores import done
from tests.clock import FixedClock
from tests.worker.test_chores import NOTHING_WRITTEN, Ten
from tests.worker.test_every_chore import two_that_do_all_there_is
from tests.world import World

CHORES = registry().chores
ALWAYS: Any = select(literal_column("1"))
NEVER: Any = select(literal_column("1")).where(text("1 = 0"))


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def all_done(database: Database, clock: FixedClock) -> None:
    doer = Doer(database, clock)
    while await doer.do_all(CHORES):
        pass


async def test_nothing_due_is_one_statement_for_all_chores(world: World, clock: FixedClock) -> None:
    await two_that_do_all_there_is(world, clock)
    await all_done(world.database, clock)
    worker = Worker(world.database, {}, clock, CHORES)
    with counted(world.database) as asked:
        assert await worker.do_chores() == 0
    assert len(asked) == 1


async def test_whatever_finds_something_is_among_those_that_are_asked(world: World, clock: FixedClock) -> None:
    await two_that_do_all_there_is(world, clock)
    seen: set[str] = set()
    asked_in_vain = []
    for _step in range(14):
        now = clock.now()
        questions = {chore.name: chore.stirs(now) for chore in CHORES if chore.stirs is not None}
        assert questions.keys() == {chore.name for chore in CHORES}
        stirred = {row.name for row in await world.database.read(*which(questions))}
        async with world.database.reading() as session:
            due = {chore.name for chore in CHORES if await chore.due(session, now)}
        assert due <= stirred
        seen |= due
        asked_in_vain += sorted(stirred - due)
        await all_done(world.database, clock)
        clock.forward(timedelta(days=4, hours=7))
    assert {"meetings.reminders", "meetings.evaluations.open", "meetings.evaluations", "reminders.send"} <= seen
    # The one that would not know before it has looked at what the committee wants.
    assert set(asked_in_vain) <= {"meetings.evaluations.open"}


class After(Ten):
    """Something to do only once the other one has written something."""

    async def due(self, session: AsyncSession, now: datetime) -> Sequence[Item]:
        found = await session.scalar(text("SELECT count(*) FROM delivery WHERE key LIKE 'ten:%'"))
        return [Item("thing", 0)] if found and not self.tries else []

    async def do(self, session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
        self.tries.append([int(item.id) for item in items])
        return 0


_WRITTEN: Any = select(literal_column("1")).where(text("EXISTS (SELECT 1 FROM delivery WHERE key LIKE 'ten:%')"))


async def test_what_one_does_gives_another_something_to_do_in_the_same_round(world: World, clock: FixedClock) -> None:
    ten, after = Ten(world), After(world)
    chores = [
        replace(ten.chore(), name="test.first", stirs=lambda _now: Question(ALWAYS, {})),
        replace(after.chore(), name="test.after", stirs=lambda _now: Question(_WRITTEN, {})),
    ]
    assert await Doer(world.database, clock).do_all(chores) == 10
    assert after.tries == [[0]]


async def test_what_has_nothing_to_do_is_not_asked_and_what_tells_nothing_beforehand_is(
    world: World, clock: FixedClock
) -> None:
    never, silent = Ten(world), Ten(world)
    chores = [replace(never.chore(), name="test.never", stirs=lambda _now: Question(NEVER, {})), silent.chore()]
    assert await Doer(world.database, clock).do_all(chores) == 10
    assert (never.tries, len(silent.tries)) == ([], 10)


def _cannot_be_asked(_now: datetime) -> Question:
    return Question(select(literal_column("nowhere.nothing")), {})


def _asks_nothing(_now: datetime) -> Question:
    raise ValueError(NOTHING_WRITTEN)


@pytest.mark.parametrize("stirs", [_cannot_be_asked, _asks_nothing])
@pytest.mark.parametrize("order", [1, -1])
async def test_one_that_cannot_be_asked_holds_back_no_other(
    world: World,
    clock: FixedClock,
    caplog: pytest.LogCaptureFixture,
    order: int,
    stirs: Callable[[datetime], Question],
) -> None:
    ten = Ten(world)

    async def due(_session: AsyncSession, _now: datetime) -> Sequence[Item]:
        raise ValueError(NOTHING_WRITTEN)

    poisoned = Chore("test.poisoned", due, ten.do, stirs=stirs)
    sound = replace(ten.chore(), stirs=lambda _now: Question(ALWAYS, {}))
    worker = Worker(world.database, {}, clock, [poisoned, sound][::order])
    worker.start()
    async with asyncio.timeout(10):
        while await ten.left() or not re.search(r"chore test.poisoned failed and .*: ValueError at ", caplog.text):
            await world.database.read(ALWAYS, {})
    await worker.stop()
    assert NOTHING_WRITTEN not in caplog.text


async def test_what_failed_and_is_not_due_any_more_begins_anew(
    world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    ten = Ten(world, poisoned=range(10))
    due = True
    chore = replace(ten.chore(), stirs=lambda _now: Question(ALWAYS if due else NEVER, {}))
    doer = Doer(world.database, clock)
    await doer.do_all([chore])
    await doer.do_all([chore])
    assert len(ten.tries) == 10, "they wait"
    due = False
    await doer.do_all([chore])
    due = True
    with caplog.at_level(logging.ERROR, "bot.chores"):
        caplog.clear()
        await doer.do_all([chore])
    assert len(ten.tries) == 20
    assert all("is tried again in 0:01:00" in record.getMessage() for record in caplog.records)


async def test_a_chore_done_by_itself_needs_nothing_that_tells_beforehand(world: World, clock: FixedClock) -> None:
    ten = Ten(world)
    assert await done(ten.chore(), world.database, clock) == 10
