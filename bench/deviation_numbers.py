"""`/avvik tall` over 10,000 and over 100,000 reports of the same twelve months, which is the hard reading: ten times as
many in each month, not ten times as many years.

Measured is the whole call through the bot's door, from the typed line to the message, without the drawing of the
picture, which is done when a client fetches it (its time is printed, it does not depend on how many there are).

- As it is mostly: the worker has counted what changed since. This is what the targets are about.
- Just after a report, which a person may meet between two ticks: the month it touched is counted anew in the call
  itself. Against the absolute target; the ratio is printed (it depends on how many there are in a month).
- Printed only: the first time of all, when every month is counted.
"""

import asyncio
import contextlib
import statistics
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import event, text
from sqlmodel import SQLModel

from bench.common import Verdict, describe, middle
from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.deviations.learning import numbers, picture
from handlers.deviations.learning.numbers import View
from handlers.deviations.learning.period import parse
from handlers.deviations.words import SERVICES
from handlers.messages.message import Message
from storage import deviation_numbers
from storage.database import Database
from storage.tables import Unit
from tests.clock import FixedClock
from tests.deviations.seed import Places, random_reports, report, store, store_fixes
from tests.world import World, build

FEW, MANY = 10_000, 100_000
TIMES_TARGET = 3.0
MILLISECONDS_TARGET = 300.0
ROUNDS = 5
PER_ROUND = 20
UNITS = 40
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
YEAR = timedelta(days=357)
"""From 2 December 2025: the reports lie in the twelve months that are shown."""


class Measured:
    """A database with so many reports, and somebody who asks for the numbers."""

    def __init__(self, world: World, places: Places, reports: int) -> None:
        self.world = world
        self.places = places
        self.reports = reports
        self._bot = Bot(world.database, registry(), FixedClock(NOW))

    async def ask(self) -> float:
        """Seconds from the line to the message."""
        begun = perf_counter()
        shown = await self._bot.command(self.world.sender("member"), "avvik tall")
        taken = perf_counter() - begun
        if not isinstance(shown, Message) or not shown.facts:
            raise RuntimeError(f"no numbers: {shown}")
        return taken

    async def report(self) -> None:
        """One more, sent this month."""
        async with self.world.database.transaction() as session:
            await store(session, [report(self.places, NOW)])

    async def count(self) -> float:
        """Seconds to count what has changed, as the worker does at its tick."""
        begun = perf_counter()
        async with self.world.database.transaction() as session:
            await deviation_numbers.recount(session)
        return perf_counter() - begun

    async def statements(self) -> int:
        found: list[str] = []
        engine = self.world.database.engine.sync_engine

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            found.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        await self.ask()
        event.remove(engine, "before_cursor_execute", note)
        return len([one for one in found if not one.startswith("BEGIN")])


Ask = Callable[[Measured], Awaitable[float]]


@contextlib.asynccontextmanager
async def prepared(url: str, reports: int) -> AsyncIterator[Measured]:
    database = Database(url, patience=60.0)
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    world = await build(database, NOW)
    async with database.transaction() as session:
        sides = (await session.execute(text("SELECT id FROM organisation ORDER BY id"))).scalars().all()
        for number in range(UNITS):
            service = list(SERVICES)[number % len(SERVICES)] if number % 2 else ""
            session.add(
                Unit(organisation_id=sides[number % 2], key=f"u{number}", name=f"Enhet {number}", service=service)
            )
        await session.flush()
        places = await Places.of(session)
        await store(session, random_reports(places, reports, NOW - YEAR, NOW))
        await store_fixes(session, places, reports // 10, NOW - YEAR, NOW)
    if not database.is_sqlite:
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("ANALYZE"))
    yield Measured(world, places, reports)
    await database.close()


async def compare(verdict: Verdict, kind: str, few: Measured, many: Measured) -> None:
    for each in (few, many):
        print(f"{kind}, {each.reports:,} reports: the first time of all {await each.count() * 1e3:.0f} ms to count")
        await each.ask()
    await targets(verdict, kind, "", few, many, Measured.ask)

    async def just_after_a_report(each: Measured) -> float:
        await each.report()
        return await each.ask()

    await targets(verdict, kind, ", just after a report", few, many, just_after_a_report)
    print(f"{kind}: {await few.statements()} and {await many.statements()} statements")
    if await few.statements() != await many.statements():
        raise RuntimeError("the number of statements is not fixed")


async def targets(verdict: Verdict, kind: str, when: str, few: Measured, many: Measured, ask: Ask) -> None:
    ratios, longest = [], []
    for _round in range(ROUNDS):
        times = {each.reports: statistics.median(await repeat(each, ask)) for each in (few, many)}
        ratios.append(times[MANY] / times[FEW])
        longest.append(times[MANY] * 1e3)
        print(f"{kind}{when}: " + ", ".join(f"{number:,}: {taken * 1e3:.1f} ms" for number, taken in times.items()))
    if when:
        print(f"{kind}{when}: {MANY:,} reports to {FEW:,}: {middle(ratios):.2f} times")
    else:
        verdict.at_most(f"{kind}: {MANY:,} reports to {FEW:,}", middle(ratios), TIMES_TARGET, " times")
    if kind == "PostgreSQL":
        verdict.at_most(f"{kind}{when}: {MANY:,} reports", middle(longest), MILLISECONDS_TARGET, " ms")


async def repeat(each: Measured, ask: Ask) -> Sequence[float]:
    return [await ask(each) for _time in range(PER_ROUND)]


async def drawing(each: Measured) -> None:
    """For the record: the picture itself."""
    async with each.world.database.transaction() as session:
        found = await deviation_numbers.counted(session, [deviation_numbers.EVERYTHING], "2025-12", "2026-11")
        units = await deviation_numbers.unit_names(session)
    period = parse("", NOW.date())
    figures = numbers.built(numbers.Numbers(found), units, period, View(), below=3, of="")
    begun = perf_counter()
    picture.draw(figures)
    first = perf_counter() - begun
    begun = perf_counter()
    picture.draw(figures)
    print(f"the picture: {first * 1e3:.0f} ms the first time, then {(perf_counter() - begun) * 1e3:.0f} ms")


async def main() -> None:
    from tests.conftest import Postgres

    describe("sqlalchemy", "asyncpg", "matplotlib")
    verdict = Verdict()
    server = await asyncio.to_thread(Postgres, Path(tempfile.mkdtemp(prefix="pg")))
    try:
        with tempfile.TemporaryDirectory() as folder:
            for kind, few_url, many_url in (
                ("SQLite", f"sqlite:///{folder}/few.sqlite", f"sqlite:///{folder}/many.sqlite"),
                ("PostgreSQL", server.create_empty(), server.create_empty()),
            ):
                async with prepared(few_url, FEW) as few, prepared(many_url, MANY) as many:
                    await compare(verdict, kind, few, many)
                    if kind == "PostgreSQL":
                        await drawing(many)
    finally:
        await asyncio.to_thread(server.stop)
    verdict.exit()


if __name__ == "__main__":
    asyncio.run(main())
