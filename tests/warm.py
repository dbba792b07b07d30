"""A connection to each PostgreSQL database that tests share, kept from one test to the next: making one takes longer
than all that is done on it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cache
from threading import Thread
from typing import TypeVar

import asyncpg
from sqlmodel import SQLModel

T = TypeVar("T")


class Warm:
    """The connections, on an event loop of their own, since each test has another one.

    They act as a replica, so that no trigger writes, nor keeps a history from being deleted.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="warm connections", daemon=True)
        self._thread.start()
        self._connections: dict[str, asyncpg.Connection] = {}

    async def on(self, url: str, do: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """What is found or done on the connection to `url`."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._on(url, do), self._loop))

    def now(self, url: str, do: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """The same, where nothing can be awaited."""
        return asyncio.run_coroutine_threadsafe(self._on(url, do), self._loop).result()

    async def leave(self, url: str) -> None:
        """Nothing more is done on `url`."""
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._leave(url), self._loop))

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()

    async def _on(self, url: str, do: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        if url in self._connections:
            # A test may have broken all connections of its database.
            with suppress(asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError):
                return await do(self._connections[url])
            self._connections.pop(url).terminate()
        connection = self._connections[url] = await asyncpg.connect(url, timeout=5)
        await connection.execute("SET session_replication_role = replica; SET lock_timeout = '1s'")
        return await do(connection)

    async def _leave(self, url: str) -> None:
        connection = self._connections.pop(url, None)
        if connection is not None:
            with suppress(asyncpg.InterfaceError, asyncpg.PostgresError, OSError):
                await connection.close(timeout=1)

    async def _close(self) -> None:
        for url in list(self._connections):
            await self._leave(url)


@cache
def warm() -> Warm:
    """The ones of this process."""
    return Warm()


async def emptied(connection: asyncpg.Connection) -> None:
    """Delete every row of every table that has any, and let ids begin anew.

    Raises:
        PostgresError: something of a test still holds a lock.
    """
    try:
        await connection.execute("SELECT pg_temp.emptied()")
    except (asyncpg.InvalidSchemaNameError, asyncpg.UndefinedFunctionError):
        # The first time on this connection.
        tables = [table.name for table in SQLModel.metadata.sorted_tables]
        found = await connection.fetch("SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'S'")
        counts = [row["name"] for row in found]
        lines = [
            *(f'IF EXISTS (SELECT FROM "{name}") THEN DELETE FROM "{name}"; END IF;' for name in tables),
            *(f"IF (SELECT is_called FROM {name}) THEN PERFORM setval('{name}', 1, false); END IF;" for name in counts),
        ]
        # Its plans are kept as long as the connection.
        await connection.execute(
            f"CREATE FUNCTION pg_temp.emptied() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {' '.join(lines)} END $$"
        )
        await connection.execute("SELECT pg_temp.emptied()")
