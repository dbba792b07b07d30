"""The connection to the database: one pool, one transaction per use case."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import StaticPool

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


class DatabaseUnavailable(Exception):
    """The database is locked, gone or too slow to answer. Nothing was stored; trying again is safe."""


def driver_url(url: str) -> URL:
    """The URL with the asynchronous driver put in: `sqlite:///…` and `postgresql://…` are what people write."""
    parsed = make_url(url)
    return parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))


def _is_unavailable(error: BaseException) -> bool:
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout | OSError):
        return True
    return isinstance(error, DBAPIError) and (error.connection_invalidated or "Cannot" in type(error.orig).__name__)


class Database:
    """Opens transactions.

    Args:
        url: `sqlite:///path` or `postgresql://…`.
        patience: seconds to wait for a connection or a lock before giving up. Slack wants its answer within
            three seconds, so this is less.
    """

    def __init__(self, url: str, *, patience: float = 2.0, pool_size: int = 10) -> None:
        self.url = driver_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_timeout": patience, "pool_size": pool_size, "max_overflow": 0}
        if self.is_sqlite:
            options["connect_args"] = {"timeout": patience}
            if self.url.database in (None, "", ":memory:"):
                options = {"poolclass": StaticPool, "connect_args": {"timeout": patience}}
        else:
            options["connect_args"] = {"timeout": patience, "command_timeout": 10.0}
        self.engine = create_async_engine(self.url, **options)
        if self.is_sqlite:
            _prepare_sqlite(self.engine.sync_engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end, or rolls back on any error.

        Raises:
            DatabaseUnavailable: locked, gone, or no connection free in time.
        """
        try:
            async with self._sessions() as session, session.begin():
                yield session
        except (DBAPIError, PoolTimeout, OSError) as error:
            if _is_unavailable(error):
                raise DatabaseUnavailable(type(error).__name__) from error
            raise

    async def close(self) -> None:
        await self.engine.dispose()


def _prepare_sqlite(engine: Any) -> None:
    """WAL, enforced foreign keys, and transactions that take the write lock at once.

    A transaction that first reads and then wants to write would otherwise fail at once with «locked», without
    waiting, when another one wrote in between (https://www.sqlite.org/lang_transaction.html).
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


async def patiently(seconds: float, work: Any) -> Any:
    """Await `work`, but no longer than `seconds`.

    Raises:
        DatabaseUnavailable: it took longer.
    """
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError as error:
        raise DatabaseUnavailable("too slow") from error
