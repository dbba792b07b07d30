"""The small partnership, and what tests begin with in it, kept once it is built: writing it row by row, or doing it
step by step, takes longer than most tests that stand in it."""

import sqlite3
from collections.abc import Awaitable, Callable, Hashable
from contextlib import closing
from copy import deepcopy
from datetime import datetime
from functools import wraps
from io import BytesIO
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import asyncpg
from sqlalchemy.pool import QueuePool
from sqlmodel import SQLModel

from bot.chores import Doer
from handlers.capabilities import registry
from handlers.messages.message import Message
from storage.database import Database
from tests.clock import FixedClock
from tests.surface import FakeSurface
from tests.warm import emptied, warm
from tests.world import World, build

P = ParamSpec("P")
T = TypeVar("T")


class _Rows(NamedTuple):
    """What PostgreSQL's COPY gives of each table that has rows, and a statement that lets ids go on after these."""

    tables: dict[str, bytes]
    ids_go_on: str


_Content = sqlite3.Connection | _Rows
"""A SQLite database in memory, or rows of PostgreSQL's."""
_Of = tuple[str, datetime]
"""The kind of database, and the moment at which the partnership is as it is."""


class _Kept(NamedTuple):
    world: World
    content: _Content


_KEPT: dict[_Of, _Kept] = {}
_FILLED: WeakKeyDictionary[Database, _Of] = WeakKeyDictionary()
"""Those that were filled with what was kept, and with what."""


async def world_in(database: Database, now: datetime) -> World:
    """The partnership of `tests.world.build` in a database that is empty, as it is at `now`."""
    key = (database.url.get_backend_name(), now)
    kept = _KEPT.get(key)
    if kept is None:
        world = await build(database, now)
        await _look(database, now)
        _KEPT[key] = _Kept(world.within(database), await _of(database))
        return world
    await _into(database, kept.content)
    _FILLED[database] = key
    return kept.world.within(database)


_LATER = {"meetings.reminders", "reminders.send"}
"""Chores that have something to do in this partnership, which the tests that are about it do."""


async def _look(database: Database, now: datetime) -> None:
    """Let the worker have looked at everything, as it has wherever it has been running: in most tests it only comes by
    afterwards, and a look at everything takes longer than what the test is about. What a test changes is found as what
    anybody changes: by the triggers that note it."""
    doer = Doer(database, FixedClock(now))
    written = [await doer.do(chore) for chore in registry().chores if chore.name not in _LATER]
    assert not any(written), "tests look at what there is to do"


async def _of(database: Database) -> _Content:
    """All that is in it."""
    return _of_sqlite(str(database.url.database)) if database.is_sqlite else await _of_postgresql(_plain(database))


async def _into(database: Database, content: _Content) -> None:
    """Put it into one that has the tables, and no rows."""
    if isinstance(content, _Rows):
        await _into_postgresql(_plain(database), content)
    else:
        with closing(sqlite3.connect(str(database.url.database))) as there:
            content.backup(there)


def _plain(database: Database) -> str:
    return database.url.set(drivername="postgresql").render_as_string(hide_password=False)


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


# --- what tests begin with -----------------------------------------------------------------------------------------


class _Scene(NamedTuple):
    """How everything stands once something was built. `names`: of the world, as in `World`."""

    outcome: Any
    names: World
    now: datetime
    seen: dict[str, dict[int, Message]]
    sends: int
    updates: int
    content: _Content


class _TheSurface:
    """Stands in what is kept for the surface that it was built on."""


_THE_SURFACE = _TheSurface()
_MOST = 50
"""Scenes: one takes a megabyte."""
_BUILT: set[Hashable] = set()
"""What was built once. Most of it is never built again."""
_SCENES: dict[Hashable, _Scene] = {}


def kept(
    build_it: Callable[Concatenate[FakeSurface, P], Awaitable[T]],
) -> Callable[Concatenate[FakeSurface, P], Awaitable[T]]:
    """What is built so is kept, and put in place where the same is to be built once more.

    It is built as ever where anything else has been done before: where the partnership is not as it was put there, or
    somebody has asked the database anything, watches what it is asked, or has got a message. What is built has to
    follow from the partnership, the clock and what is given; what comes of it may hold the surface.
    """

    @wraps(build_it)
    async def built(surface: FakeSurface, *given: P.args, **more: P.kwargs) -> T:
        what = (build_it.__module__, build_it.__qualname__, repr(given), repr(more))
        stands = _stands(surface)
        # What an object has no words for has its address instead.
        if stands is None or any(" at 0x" in each for each in what):
            return await build_it(surface, *given, **more)
        key = (stands, what)
        scene = _SCENES.pop(key, None)
        if scene is not None:
            # The last is the one that was used last.
            _SCENES[key] = scene
            await _put_in_place(surface, scene)
            return deepcopy(scene.outcome, {id(_THE_SURFACE): surface})
        outcome = await build_it(surface, *given, **more)
        if key in _BUILT:
            _SCENES[key] = await _as_it_stands(surface, outcome)
            if len(_SCENES) > _MOST:
                del _SCENES[next(iter(_SCENES))]
        _BUILT.add(key)
        return outcome

    return built


def _stands(surface: FakeSurface) -> Hashable | None:
    """All that is built on; None: something has been done already."""
    world, database = surface.world, surface.world.database
    filled, pool = _FILLED.get(database), database.engine.pool
    if (
        filled is None
        or world != _KEPT[filled].world.within(database)
        or not isinstance(pool, QueuePool)
        # It has a connection as soon as it was asked anything.
        or pool.checkedin() + pool.checkedout() > 0
        or database.engine.sync_engine.dispatch.before_cursor_execute
        or not surface.is_as_made
    ):
        return None
    return filled, surface.clock.now(), surface.made_of


async def _as_it_stands(surface: FakeSurface, outcome: Any) -> _Scene:
    messenger = surface.messenger
    return _Scene(
        deepcopy(outcome, {id(surface): _THE_SURFACE}),
        surface.world.within(surface.world.database),
        surface.clock.now(),
        {who: dict(seen) for who, seen in messenger.seen.items()},
        messenger.sends,
        messenger.updates,
        await _of(surface.world.database),
    )


async def _put_in_place(surface: FakeSurface, scene: _Scene) -> None:
    world, messenger = surface.world, surface.messenger
    if isinstance(scene.content, _Rows):
        await warm().on(_plain(world.database), emptied)
    await _into(world.database, scene.content)
    # What is built next is built on this.
    del _FILLED[world.database]
    world.__dict__.update(vars(scene.names.within(world.database)))
    surface.clock.go_to(scene.now)
    messenger.seen = {who: dict(seen) for who, seen in scene.seen.items()}
    messenger.sends, messenger.updates = scene.sends, scene.updates
