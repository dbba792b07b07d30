"""The small partnership, kept once it is built: writing it row by row takes longer than most tests that stand in it."""

import sqlite3
from contextlib import closing
from datetime import datetime
from io import BytesIO
from typing import NamedTuple

import asyncpg
from sqlmodel import SQLModel

from bot.chores import Doer
from handlers.capabilities import registry
from storage.database import Database
from tests.clock import FixedClock
from tests.warm import warm
from tests.world import World, build


class _Rows(NamedTuple):
    """What PostgreSQL's COPY gives of each table that has rows, and a statement that lets ids go on after these."""

    tables: dict[str, bytes]
    ids_go_on: str


class _Kept(NamedTuple):
    """`content`: a SQLite database in memory, or rows of PostgreSQL's."""

    world: World
    content: sqlite3.Connection | _Rows


_KEPT: dict[tuple[str, datetime], _Kept] = {}


async def world_in(database: Database, now: datetime) -> World:
    """The partnership of `tests.world.build` in a database that is empty, as it is at `now`."""
    url = database.engine.url
    key = (url.get_backend_name(), now)
    kept = _KEPT.get(key)
    if kept is None:
        world = await build(database, now)
        await _look(database, now)
        content = _of_sqlite(str(url.database)) if key[0] == "sqlite" else await _of_postgresql(_plain(database))
        _KEPT[key] = _Kept(_copy(world, database), content)
        return world
    if isinstance(kept.content, _Rows):
        await _into_postgresql(_plain(database), kept.content)
    else:
        with closing(sqlite3.connect(str(url.database))) as there:
            kept.content.backup(there)
    return _copy(kept.world, database)


_LATER = {"meetings.reminders", "reminders.send"}
"""Chores that have something to do in this partnership, which the tests that are about it do."""


async def _look(database: Database, now: datetime) -> None:
    """Let the worker have looked at everything, as it has wherever it has been running: in most tests it only comes by
    afterwards, and a look at everything takes longer than what the test is about. What a test changes is found as what
    anybody changes: by the triggers that note it."""
    doer = Doer(database, FixedClock(now))
    written = [await doer.do(chore) for chore in registry().chores if chore.name not in _LATER]
    assert not any(written), "tests look at what there is to do"


def _copy(world: World, database: Database) -> World:
    """Tests add people of their own to what they are given."""
    return World(database, *map(dict, (world.committees, world.meetings, world.people, world.units)))


def _plain(database: Database) -> str:
    return database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _of_sqlite(path: str) -> sqlite3.Connection:
    kept = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(path)) as there:
        there.backup(kept)
    return kept


async def _of_postgresql(url: str) -> _Rows:
    return await warm().on(url, _kept_rows)


async def _kept_rows(connection: asyncpg.Connection) -> _Rows:
    tables = {}
    for table in SQLModel.metadata.sorted_tables:
        rows = BytesIO()
        copied = await connection.copy_from_table(table.name, output=rows, format="binary")
        if copied != "COPY 0":
            tables[table.name] = rows.getvalue()
    used = await connection.fetch("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
    return _Rows(tables, ";".join(f"SELECT setval('{name}', {last})" for name, last in used))


async def _into_postgresql(url: str, content: _Rows) -> None:
    async def fill(connection: asyncpg.Connection) -> None:
        # No trigger writes here (see `Warm`): what they wrote is among what was kept.
        async with connection.transaction():
            for table, rows in content.tables.items():
                await connection.copy_to_table(table, source=BytesIO(rows), format="binary")
            await connection.execute(content.ids_go_on)

    await warm().on(url, fill)
