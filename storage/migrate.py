"""Bringing a database up to date."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.database import Database, sqlite_file, told_when_unavailable

MIGRATIONS = Path(__file__).parent / "migrations"
NOTHING = "0000"
"""The version of a database that was never migrated."""
# Any number will do, as long as nothing else in the database locks the same one.
_LOCK = 7_226_001


class UnknownVersion(Exception):
    """The database was migrated by a newer version of the bot than this one."""


class NotMigrated(Exception):
    """The database lacks tables, or has older ones than this program needs: `migrate` comes first."""


def newest() -> str:
    """The revision that a database is to be at. The files are numbered, so the last one tells."""
    return max((path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")), default=NOTHING)


async def migrate(database: Database) -> bool:
    """Bring `database` up to date; whether there was anything to do.

    Safe to call from several processes at once: on PostgreSQL they take turns by an advisory lock, on SQLite by the
    write lock. All is one transaction: it is done wholly or not at all. The folder of a SQLite file is made.

    Raises:
        UnknownVersion: the database is newer than this program.
        DatabaseUnavailable: it does not answer.
    """
    file = sqlite_file(database.url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    async with database.transaction() as session:
        # Alembic takes longer to import than this takes to answer, and at most starts there is nothing to do.
        if await (await session.connection()).run_sync(_version) == newest():
            return False
    if database.is_sqlite:
        return await _upgrade(database.engine)
    # An engine of its own: a migration may take longer than the bot gives any other statement.
    engine = create_async_engine(database.url, poolclass=NullPool)
    try:
        return await _upgrade(engine)
    finally:
        await engine.dispose()


async def check(database: Database, *, writing: bool = True) -> None:
    """That a process can work with `database`: it is there, at the version that this program knows, and takes a write
    (unless it is only to be read: not `writing`).

    Raises:
        NotMigrated: it lacks tables, or is older than this program.
        UnknownVersion: it is newer.
        DatabaseUnavailable: it does not answer, or cannot be used; its `fault` says why.
    """
    file = sqlite_file(database.url)
    if file is not None and not file.exists():
        # Connecting would make it.
        raise NotMigrated
    async with database.transaction() if writing else database.reading() as session:
        version = await (await session.connection()).run_sync(_version)
        if version < newest():
            raise NotMigrated(version)
        if version > newest():
            raise UnknownVersion(_newer_than_this(version))
        if writing:
            # It changes nothing, and is written to the disk all the same.
            await session.execute(text("UPDATE alembic_version SET version_num = version_num"))


async def _upgrade(engine: AsyncEngine) -> bool:
    with told_when_unavailable():
        return await _upgrade_alone(engine)


async def _upgrade_alone(engine: AsyncEngine) -> bool:
    async with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        return await connection.run_sync(_upgrade_on)


def _upgrade_on(connection: Connection) -> bool:
    from alembic import command  # noqa: PLC0415 - see migrate
    from alembic.util import CommandError  # noqa: PLC0415

    before = _version(connection)
    if before == newest():
        return False
    try:
        command.upgrade(alembic_config(connection), "head")
    except CommandError as error:
        raise UnknownVersion(_newer_than_this(before)) from error
    return True


def _newer_than_this(version: str) -> str:
    return (
        f"The database is at version {version}, this program knows versions up to {newest()}: "
        "start the newer program, or restore the database that belongs to this one."
    )


def alembic_config(connection: Connection) -> Any:
    """What Alembic's commands want to know: our migrations, on this connection."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _version(connection: Connection) -> str:
    """The revision that the database is at."""
    if not inspect(connection).has_table("alembic_version"):
        return NOTHING
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
