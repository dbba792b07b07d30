"""Migrations lead from nothing to the tables of the program, on both databases, once and only once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.migrate import MIGRATIONS, NOTHING, UnknownVersion, alembic_config, migrate, newest
from storage.migrations.metadata import METADATA
from tests.conftest import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without any table; the SQLite file and its folder are not there yet."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/new/folder/test.sqlite"
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.create_empty()
    database = Database(url)
    yield database
    await database.close()


def differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


async def test_from_nothing_to_the_tables_of_the_program(empty: Database) -> None:
    assert await migrate(empty) is True
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_second_time_there_is_nothing_to_do(empty: Database) -> None:
    await migrate(empty)
    assert await migrate(empty) is False


async def test_several_processes_at_once(empty: Database) -> None:
    databases = [Database(empty.url.render_as_string(hide_password=False)) for _i in range(4)]
    done = await asyncio.gather(*(migrate(database) for database in databases))
    for database in databases:
        await database.close()
    assert sorted(done) == [False, False, False, True]


async def test_a_failing_migration_leaves_nothing_behind(empty: Database) -> None:
    if empty.is_sqlite:
        Path(str(empty.url.database)).parent.mkdir(parents=True)
    async with empty.engine.begin() as connection:
        # The last of the tables is in the way, so creating it fails after all the others were created.
        await connection.execute(text("CREATE TABLE delivery (id integer)"))
    with pytest.raises(DBAPIError, match="delivery"):
        await migrate(empty)
    async with empty.engine.connect() as connection:
        tables = await connection.run_sync(lambda connection: inspect(connection).get_table_names())
    assert tables == ["delivery"]


async def test_a_database_from_a_newer_program_is_refused(empty: Database) -> None:
    await migrate(empty)
    async with empty.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnknownVersion, match=rf"at version 9999, .* up to {newest()}"):
        await migrate(empty)


def test_the_last_file_is_what_alembic_takes_for_the_head() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == newest() != NOTHING


async def test_deliveries_are_vacuumed_eagerly_on_postgresql(postgres: Postgres) -> None:
    database = Database(postgres.create_empty())
    await migrate(database)
    async with database.engine.connect() as connection:
        options = await connection.scalar(text("SELECT reloptions FROM pg_class WHERE relname = 'delivery'"))
    await database.close()
    assert "autovacuum_vacuum_scale_factor=0.01" in options


def upgrade_to(connection: Connection, revision: str) -> None:
    command.upgrade(alembic_config(connection), revision)


async def test_whose_language_the_file_had_said_is_known_after_the_migration(empty: Database) -> None:
    if empty.is_sqlite:
        Path(str(empty.url.database)).parent.mkdir(parents=True)
    async with empty.engine.begin() as connection:
        await connection.run_sync(upgrade_to, "0005")
        await connection.execute(text("INSERT INTO organisation (id, key, name, kind) VALUES (1, 'a', 'A', 'other')"))
        for number, spoken in enumerate(("nb", "nn", "en")):
            await connection.execute(
                text("INSERT INTO person (id, organisation_id, name, language, also_at) VALUES (:n, 1, 'X', :l, '[]')"),
                {"n": number, "l": spoken},
            )
    assert await migrate(empty) is True
    async with empty.engine.connect() as connection:
        found = await connection.execute(text("SELECT language, language_from FROM person ORDER BY id"))
        assert [tuple(row) for row in found] == [("nb", ""), ("nn", "file"), ("en", "file")]
