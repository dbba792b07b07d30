"""Like databases for both builds, written from outside.

The older build makes the tables and they are filled with SQL; each build gets a copy, and brings it up to date itself,
as it would a database that it found. So nothing here depends on the newer build's tables, and what is written names
columns that a build of either kind may or may not have: those it lacks are left out, and what must have a value and is
not named here gets an empty one.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from bench.against.builds import Build
from bench.slack_servers import MEMBERS
from bench.submission import USER
from tests.world import HOSPITAL_TEAM

_LONGEST_SECONDS = 300.0
FIRST_OF_MANY = 1001
"""The id of the first of many people: those before it have their parts in the smaller measurements."""
_MEETINGS_EACH = 10
_PEOPLE_EACH = 20
_EVENTS_EACH = 5
_OPEN_OF = 17
"""One report in so many is open: 6,000 of 100,000."""


class Filler(Protocol):
    """Writes rows into a database of one kind, by SQL expressions over a running number `n`, from 1."""

    async def fill(self, table: str, count: int, columns: Mapping[str, str]) -> None: ...

    async def update(self, table: str, columns: Mapping[str, str]) -> None:
        """Write these into every row, where there are such columns."""
        ...

    def moment(self, seconds: str) -> str:
        """The expression for the moment `seconds` from now."""
        ...

    def json(self, text: str) -> str:
        """The expression for a JSON value from an expression that gives its text."""
        ...

    async def run(self, statement: str) -> None: ...

    async def close(self) -> None: ...


class PostgresFiller:
    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection

    async def fill(self, table: str, count: int, columns: Mapping[str, str]) -> None:
        chosen = _chosen(columns, await self._columns(table))
        await self.run(_insert(table, chosen, f"generate_series(1, {count}) AS g(n)"))
        if "id" in chosen and await self._connection.fetchval("SELECT pg_get_serial_sequence($1, 'id')", table):
            await self.run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")

    async def update(self, table: str, columns: Mapping[str, str]) -> None:
        for statement in _updates(table, columns, await self._columns(table)):
            await self.run(statement)

    async def _columns(self, table: str) -> "Columns":
        rows = await self._connection.fetch(
            "SELECT column_name, is_nullable = 'NO' AND column_default IS NULL, data_type "
            "FROM information_schema.columns WHERE table_name = $1",
            table,
        )
        return [(name, required, kind) for name, required, kind in rows]

    def moment(self, seconds: str) -> str:
        return f"now() + ({seconds}) * interval '1 second'"

    def json(self, text: str) -> str:
        return f"({text})::jsonb"

    async def run(self, statement: str) -> None:
        await self._connection.execute(statement, timeout=_LONGEST_SECONDS)

    async def close(self) -> None:
        await self._connection.execute("VACUUM ANALYZE", timeout=_LONGEST_SECONDS)
        await self._connection.close()


class SqliteFiller:
    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        # Made once, and copied: nothing is lost that cannot be made again.
        self._connection.execute("PRAGMA synchronous=OFF")

    async def fill(self, table: str, count: int, columns: Mapping[str, str]) -> None:
        chosen = _chosen(columns, self._columns(table))
        numbers = f"(WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {count}) SELECT n FROM g)"
        await self.run(_insert(table, chosen, numbers))

    async def update(self, table: str, columns: Mapping[str, str]) -> None:
        for statement in _updates(table, columns, self._columns(table)):
            await self.run(statement)

    def _columns(self, table: str) -> "Columns":
        return self._connection.execute(
            f"SELECT name, \"notnull\" AND dflt_value IS NULL AND NOT pk, type FROM pragma_table_info('{table}')"
        ).fetchall()

    def moment(self, seconds: str) -> str:
        # As SQLAlchemy writes it.
        return f"strftime('%Y-%m-%d %H:%M:%f', 'now', ({seconds}) || ' seconds') || '000'"

    def json(self, text: str) -> str:
        return text

    async def run(self, statement: str) -> None:
        self._connection.execute(statement)

    async def close(self) -> None:
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()


Columns = Sequence[tuple[str, bool, str]]
"""Name, whether it must be given a value, and type of each column of a table."""


def _updates(table: str, columns: Mapping[str, str], known: Columns) -> list[str]:
    there = {name for name, _required, _kind in known}
    return [f"UPDATE {table} SET {name} = {value}" for name, value in columns.items() if name in there]


def _chosen(columns: Mapping[str, str], known: Columns) -> dict[str, str]:
    """What is written: the columns that the table has, and an empty value where it must have one and none is given."""
    chosen = {}
    for name, required, kind in known:
        if name in columns:
            chosen[name] = columns[name]
        elif required and name != "id":
            chosen[name] = _empty(kind.lower())
    return chosen


def _empty(kind: str) -> str:
    if "json" in kind:
        return "'{}'"
    if "bool" in kind:
        return "false"
    return "0" if "int" in kind else "''"


def _insert(table: str, chosen: Mapping[str, str], numbers: str) -> str:
    return f"INSERT INTO {table} ({', '.join(chosen)}) SELECT {', '.join(chosen.values())} FROM {numbers}"


# --- what is in them ---------------------------------------------------------------------------------------


async def partnership(to: Filler) -> None:
    """Two organisations, a committee with meetings, members who speak on Slack, and two secretaries."""
    await to.fill("organisation", 2, {"id": "n", "key": "'o' || n", "name": "'Eksempel ' || n", "kind": "'hospital'"})
    workspace = {"id": "n", "organisation_id": "1", "surface": "'slack'", "external_id": f"'{HOSPITAL_TEAM}'"}
    await to.fill("workspace", 1, workspace)
    people = MEMBERS + 3
    await _people(to, people, "n")
    user = f"CASE WHEN n = {MEMBERS + 1} THEN '{USER}' ELSE 'U-' || (n - 1) END"
    await _accounts(to, people, "n", user)
    await _committees(to, 1, "n", "'FSU'")
    await to.fill(
        "membership",
        people,
        {
            "committee_id": "1",
            "person_id": "n",
            "role": f"CASE WHEN n > {MEMBERS + 1} THEN 'sekretariat' ELSE 'medlem' END",
        },
    )
    await _meetings(to, 2, "n", "1", "86400 * 40 * n")


async def waiting_drafts(to: Filler, count: int) -> list[str]:
    """So many cases of one member that wait on their summary; the tokens of their forms."""
    answers = (
        '{"committee": "1", "title": "Felles opplæring i utskrivning", "purpose": "'
        + "Bli enige om en plan for høsten. " * 10
        + '", "types": ["O", "D"], "meeting": "m1", "minutes": "20", "conclusion": "Planen følges."}'
    )
    draft = {
        "id": "'bench' || n",
        "person_id": str(MEMBERS + 1),
        "dialog": "'sak'",
        "step": "'summary'",
        "status": "'open'",
        "arguments": to.json("'{}'"),
        "answers": to.json(f"'{answers}'"),
        "created_at": to.moment("0"),
        "changed_at": to.moment("0"),
        "expires_at": to.moment("86400"),
    }
    await to.fill("draft", count, draft)
    return [f"sak.summary.bench{number}" for number in range(1, count + 1)]


async def known_for_sure(to: Filler) -> None:
    """Slack was asked lately who everybody is, where the build writes down when it asks again."""
    await to.update("account", {"ask_at": to.moment("86400")})


async def many_committees(to: Filler, count: int) -> None:
    """So many committees with twenty people each, ten meetings each, the first in the reminders' window."""
    await partnership(to)
    people = count * _PEOPLE_EACH
    who = f"{FIRST_OF_MANY - 1} + n"
    await _people(to, people, who)
    await _accounts(to, people, who, "'V-' || n")
    await _committees(to, count, "1 + n", "'Utvalg ' || n")
    await to.fill(
        "membership",
        people,
        {
            "committee_id": f"2 + (n - 1) / {_PEOPLE_EACH}",
            "person_id": who,
            "role": f"CASE WHEN n % {_PEOPLE_EACH} = 1 THEN 'sekretariat' ELSE 'medlem' END",
        },
    )
    nth = f"(n - 1) % {_MEETINGS_EACH}"
    meetings = count * _MEETINGS_EACH
    await _meetings(to, meetings, "2 + n", f"2 + (n - 1) / {_MEETINGS_EACH}", f"86400 * (3 + 30 * ({nth})) + 60 * n")
    cases = meetings * 10
    await to.fill(
        "agenda_item",
        cases,
        {
            "id": "n",
            "draft_id": "'d' || n",
            "committee_id": f"2 + (n - 1) / {_MEETINGS_EACH * 10}",
            "meeting_id": "3 + (n - 1) / 10",
            "proposer_id": f"{FIRST_OF_MANY} + n % {people}",
            "status": "'accepted'",
            "number": "'nr' || n",
            "number_year": "2026",
            "number_in_year": "n",
            "title": "'Sak ' || n",
            "types": to.json("'[\"O\"]'"),
            "purpose": "'Hensikt ' || n",
            "presenter_ids": to.json(f"'[' || ({FIRST_OF_MANY} + n % {people}) || ']'"),
            "links": to.json("'[]'"),
            "late": "false",
            "created_at": to.moment("-60 * n"),
            "changed_at": to.moment("-60 * n"),
        },
    )


async def many_reports(to: Filler, count: int) -> None:
    """So many reports of deviations with five events each, one in seventeen open, the deadlines of those ahead."""
    await partnership(to)
    await _people(to, 3000, f"{FIRST_OF_MANY - 1} + n")
    unit = {
        "id": "n",
        "organisation_id": "1 + n % 2",
        "key": "'u' || n",
        "name": "'Enhet ' || n",
        "response_days": "21",
    }
    await to.fill("unit", 200, {**unit, "serious_response_days": "7"})
    staff = {"unit_id": "n", "person_id": f"{FIRST_OF_MANY - 1} + n", "role": "'handler'"}
    await to.fill("unit_staff", 200, staff)
    sent = f"-(1 + n % {_OPEN_OF * 400}) * 3600"
    is_open = f"n % {_OPEN_OF} = 0"
    await to.fill(
        "deviation",
        count,
        {
            "id": "n",
            "draft_id": "'v' || n",
            "reference": "'AVV-2026-' || n",
            "year": "2026",
            "number_in_year": "n",
            "direction": "'to_hospital'",
            "reporter_id": f"{FIRST_OF_MANY} + n % 3000",
            "reporter_organisation_id": "1",
            "unit_id": "1 + n % 200",
            "organisation_id": "1 + n % 2",
            "description": "'tekst'",
            "consequence": "'none'",
            "near_miss": "false",
            "consent": "'none'",
            "status": f"CASE WHEN {is_open} THEN 'sent' ELSE 'answered' END",
            "month": "'2026-' || CASE WHEN n % 11 < 9 THEN '0' ELSE '' END || (1 + n % 11)",
            "created_at": to.moment(sent),
            "sent_at": to.moment(sent),
            # Far ahead, so that there is nothing to write.
            "due_at": to.moment("86400 * 20"),
            "changed_at": to.moment(sent),
        },
    )
    await to.fill("deviation_category", count, {"deviation_id": "n", "category": "'medication'"})
    await to.fill(
        "deviation_event",
        count * _EVENTS_EACH,
        {
            "id": "n",
            "deviation_id": f"1 + (n - 1) % {count}",
            "kind": "'sent'",
            "actor_id": str(FIRST_OF_MANY),
            "at": to.moment("-n"),
            "data": to.json("'{}'"),
            "internal": "false",
        },
    )


async def due_deliveries(to: Filler, count: int) -> None:
    """So many messages that are due, each to somebody else."""
    await partnership(to)
    who = f"{FIRST_OF_MANY - 1} + n"
    await _people(to, count, who)
    await _accounts(to, count, who, "'V-' || n")
    await to.fill(
        "delivery",
        count,
        {
            "id": "n",
            "key": "'bench:' || n",
            "subject": "'bench:' || n",
            "person_id": who,
            "message": to.json('\'{"title": "Påminnelse", "text": "Skriv en sak."}\''),
            "status": "'pending'",
            "revision": "1",
            "shown_revision": "0",
            "attempts": "0",
            "uncertain": "0",
            "due_at": to.moment("-60"),
            "created_at": to.moment("-60"),
        },
    )


async def _people(to: Filler, count: int, who: str) -> None:
    person = {
        "id": who,
        "organisation_id": "1",
        "name": f"'Eksempel ' || ({who})",
        "email": f"'p' || ({who}) || '@example.org'",
        "language": "'nb'",
        "also_at": to.json("'[]'"),
    }
    await to.fill("person", count, person)


async def _accounts(to: Filler, count: int, who: str, user: str) -> None:
    await to.fill(
        "account",
        count,
        {
            "id": who,
            "person_id": who,
            "surface": "'slack'",
            "workspace": f"'{HOSPITAL_TEAM}'",
            "user_id": user,
            "reach": to.json(f"'{{\"channel\": \"' || ({user}) || '\"}}'"),
            "seen_at": to.moment("0"),
            "ask_at": to.moment("86400"),
        },
    )


async def _committees(to: Filler, count: int, which: str, name: str) -> None:
    committee = {
        "id": which,
        "key": f"'k' || ({which})",
        "name": name,
        "number_template": "'{n}/{yy}'",
        "proposals_from": "'members'",
        "zone": "'Europe/Oslo'",
        "settings": to.json("'{}'"),
        "standing_items": to.json("'[]'"),
    }
    await to.fill("committee", count, committee)


async def _meetings(to: Filler, count: int, which: str, committee: str, starts: str) -> None:
    meeting = {
        "id": which,
        "committee_id": committee,
        "key": f"'m' || ({which})",
        "starts_at": to.moment(starts),
        "ends_at": to.moment(f"{starts} + 7200"),
        "deadline_at": to.moment(f"{starts} - 86400 * 2"),
        "zone": "'Europe/Oslo'",
    }
    await to.fill("meeting", count, meeting)


# --- where they are ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sqlite:
    """Databases in files of one folder."""

    folder: Path
    label = "SQLite"

    def url(self, name: str) -> str:
        return f"sqlite:///{self.folder}/{name}.sqlite"

    async def make(self, name: str) -> None:
        """Nothing: migrating makes the file."""

    async def copy(self, source: str, name: str) -> None:
        shutil.copy(self.folder / f"{source}.sqlite", self.folder / f"{name}.sqlite")

    async def filler(self, name: str) -> Filler:
        return SqliteFiller(self.folder / f"{name}.sqlite")


@dataclass(frozen=True)
class Postgres:
    """Databases of one server."""

    server: Any
    folder: Path
    label = "PostgreSQL"

    def url(self, name: str) -> str:
        return str(self.server.get_uri(database=name))

    async def make(self, name: str) -> None:
        await self._run(f"CREATE DATABASE {name}")

    async def copy(self, source: str, name: str) -> None:
        await self._run(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {source}")

    async def drop(self, name: str) -> None:
        await self._run(f"DROP DATABASE IF EXISTS {name}")

    async def filler(self, name: str) -> Filler:
        return PostgresFiller(await asyncpg.connect(self.url(name), timeout=10))

    async def log_statements(self, name: str, *, wanted: bool) -> None:
        """Have the server write down what connections made from now on to this database ask."""
        await self._run(f"ALTER DATABASE {name} SET log_statement = '{'all' if wanted else 'none'}'")

    def logged(self) -> int:
        """How many statements it has written down, but those that begin, end or prepare."""
        lines = (self.folder / "log").read_text(errors="replace").splitlines()
        return sum(
            any(mark in line for mark in (" execute ", " statement: "))
            and not any(word in line for word in ("BEGIN", "COMMIT", "ROLLBACK", "SET ", "SHOW ", "ALTER "))
            for line in lines
        )

    async def _run(self, *statements: str) -> None:
        connection = await asyncpg.connect(self.url("postgres"), timeout=10)
        try:
            for statement in statements:
                await connection.execute(statement, timeout=_LONGEST_SECONDS)
        finally:
            await connection.close()


Place = Sqlite | Postgres


async def migrate(build: Build, url: str) -> None:
    """As its own `release` does. Raises `RuntimeError`."""
    process = await asyncio.create_subprocess_exec(
        str(build.python),
        *("-m", "bot", "migrate"),
        cwd=build.tree,
        env=build.environment(DATABASE_URL=url),
    )
    if await asyncio.wait_for(process.wait(), _LONGEST_SECONDS):
        raise RuntimeError(f"{build.name} could not migrate")
