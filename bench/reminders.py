"""What reminders cost: a tick with nothing due, with everybody's own wishes and a million reminders pending; laying the
reminders of a meeting that moved; handing over what came due for everybody at once.

    python -m bench.reminders --committees 160 --pending 1000000
"""

import argparse
import asyncio
import statistics
from collections.abc import Sequence
from datetime import timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from bench.common import Verdict, describe
from bench.ticks import MEMBERS, databases, fill
from bot.chores import Doer
from handlers.calendar.clock import SystemClock
from handlers.capabilities import registry
from handlers.meetings import reminders as of_meetings
from handlers.reminders.handing import NAME
from storage.database import Database

TICKS, MOVES, LARGE = 20, 20, 400
_MOST_STATEMENTS, _MOST_MS, _MOST_MS_OF_A_MOVE = 10, 20, 100
_WISHES = '{"quiet_from": "22:00:00", "quiet_until": "07:00:00", "weekdays": [0, 1, 2, 3, 4], "gather_at": "08:00:00"}'


async def fill_reminders(database: Database, pending: int) -> None:
    """Everybody has wishes of their own, and there are so many reminders to come, of every kind, in the next years."""
    lite = database.is_sqlite
    kinds = sorted(registry().reminders)
    wishes = _WISHES.replace(":", r"\:")
    numbers = (
        f"(WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {pending}) SELECT n FROM g) AS g"
        if lite
        else f"generate_series(1, {pending}) AS g(n)"
    )
    seconds = "3600 + n * 60"
    later = (
        f"strftime('%Y-%m-%d %H:%M:%f', 'now', ({seconds}) || ' seconds') || '000'"
        if lite
        else f"now() + ({seconds}) * interval '1 second'"
    )
    kind = "CASE n % {count} {whens} END".format(
        count=len(kinds), whens=" ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(kinds))
    )
    filler = Database(database.engine.url.render_as_string(hide_password=False), patience=500)
    async with filler.transaction() as session:
        people = await session.scalar(text("SELECT max(id) FROM person")) or 1
        for statement in (
            f"INSERT INTO reminder_wishes (person_id, wishes, changed_at) SELECT id, '{wishes}', "
            f"{'CURRENT_TIMESTAMP' if lite else 'now()'} FROM person",
            "INSERT INTO reminder (kind, occurrence, person_id, subject, due_at, send_at, status, reason, created_at) "
            f"SELECT {kind}, 'n' || n, 1 + n % {people}, 'test\\:' || n / 20, {later}, {later}, 'pending', '', {later} "
            f"FROM {numbers}",
        ):
            await session.execute(text(statement))
    if not lite:
        async with filler.transaction() as session:
            await session.execute(text("ANALYZE"))
    await filler.close()


async def move(database: Database, meeting_id: int, clock: SystemClock) -> float:
    """Milliseconds for laying the reminders of a meeting that has moved by a day, and its commit."""
    async with database.transaction() as session:
        shift = "datetime(starts_at, '+1 day') || '.000000'" if database.is_sqlite else "starts_at + interval '1 day'"
        await session.execute(text(f"UPDATE meeting SET starts_at = {shift} WHERE id = {meeting_id}"))
    begun = perf_counter()
    async with database.transaction() as session:
        change = await of_meetings.lay_of(session, [meeting_id], clock.now())
    took = (perf_counter() - begun) * 1e3
    if not change.written or not change.withdrawn:
        raise RuntimeError("nothing was laid anew")
    return took


async def _largest(session: AsyncSession, what: str) -> Any:
    return await session.scalar(text(what))


def _middle(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.1f} ms (slowest {max(times):.1f})"


async def measure(kind: str, sizes: argparse.Namespace, verdict: Verdict) -> None:
    async with databases(kind) as url:
        database, clock = Database(url, patience=60), SystemClock()
        async with database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        await fill(database, sizes)
        await fill_reminders(database, sizes.pending)
        doer = Doer(database, clock)
        of_everybody = next(chore for chore in registry().chores if chore.name == NAME)
        for chore in registry().chores:
            begun = perf_counter()
            written = await doer.do(chore)
            if chore.name in ("meetings.reminders", NAME):
                print(f"{kind}: {chore.name}, the first time: {written} written in {perf_counter() - begun:.1f} s")
        if not database.is_sqlite:
            cleaner = Database(url, patience=500)
            async with cleaner.reading() as session:
                await session.execute(text("VACUUM ANALYZE"))
            await cleaner.close()
        statements: list[str] = []

        @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        times = []
        for _tick in range(TICKS):
            begun = perf_counter()
            await doer.do(of_everybody)
            times.append((perf_counter() - begun) * 1e3)
        each = len(statements) / TICKS
        print(
            f"{kind}: a tick with nothing due, {len(registry().reminders)} kinds: {each:g} statements, {_middle(times)}"
        )
        verdict.at_most(f"{kind}: statements of the reminders' tick", each, _MOST_STATEMENTS)
        verdict.at_most(f"{kind}: the reminders' tick", statistics.median(times), _MOST_MS, " ms")
        statements.clear()
        for chore in registry().chores:
            await doer.do(chore)
        print(f"{kind}: all {len(registry().chores)} chores with nothing due: {len(statements)} statements")
        async with database.reading() as session:
            meeting = await _largest(
                session, "SELECT max(id) FROM meeting WHERE key LIKE 'm%' AND deadline_at > CURRENT_TIMESTAMP"
            )
            first = await _largest(session, "SELECT min(id) FROM person")
        moves = [await move(database, meeting, clock) for _move in range(MOVES)]
        print(f"{kind}: laying a meeting of {MEMBERS} that moved: {_middle(moves)}")
        verdict.at_most(f"{kind}: laying a meeting that moved", statistics.median(moves), _MOST_MS_OF_A_MOVE, " ms")
        async with database.transaction() as session:
            await session.execute(
                text(
                    "INSERT INTO membership (committee_id, person_id, role) SELECT meeting.committee_id, person.id, "
                    f"'medlem' FROM meeting, person WHERE meeting.id = {meeting} AND person.id BETWEEN {first} AND "
                    f"{first + LARGE} ON CONFLICT DO NOTHING"
                )
            )
            await of_meetings.lay_of(session, [meeting], clock.now())
        large = [await move(database, meeting, clock) for _move in range(5)]
        print(f"{kind}: laying a meeting of {MEMBERS + LARGE} that moved: {_middle(large)}")
        # Those of one hour come due at once.
        ahead = clock.now() + timedelta(hours=sizes.hours)
        async with database.reading() as session:
            due = len(await of_everybody.due(session, ahead))
        print(f"{kind}: {due} people found who are due within {sizes.hours} hours of {sizes.pending}")
        await database.close()


async def run(sizes: argparse.Namespace) -> None:
    describe("sqlalchemy", "asyncpg", "aiosqlite")
    verdict = Verdict()
    for kind in ("sqlite", "postgresql"):
        await measure(kind, sizes, verdict)
    verdict.exit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--committees", type=int, default=160)
    parser.add_argument("--reports", type=int, default=2_000)
    parser.add_argument("--open", type=int, default=200)
    parser.add_argument("--follow-ups", type=int, default=1_600)
    parser.add_argument("--pending", type=int, default=1_000_000)
    parser.add_argument("--hours", type=int, default=24)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
