"""Connections to SQLite that let go of the database when they are closed.

SQLite keeps a connection that is closed with a statement unfinished, and with it the transaction and its lock, until
the statement is finished too (https://www.sqlite.org/c3ref/close.html, `sqlite3_close_v2`). A task that is cancelled in
the middle of a call leaves such a statement in an exception's frames, and nobody else can write until the garbage
collector comes by. So whatever is open is rolled back before the connection is closed.
"""

import asyncio
import sqlite3
from functools import partial
from typing import Any

import aiosqlite

_ROWS_AT_ONCE = 64


class Connection(aiosqlite.Connection):
    """aiosqlite's, which has both ways to close in one queue with all that is asked of it."""

    def stop(self) -> asyncio.Future[Any] | None:
        self._let_go()
        return super().stop()

    async def close(self) -> None:
        self._let_go()
        await super().close()

    def _let_go(self) -> None:
        connection = self._connection
        if connection is not None:
            self._tx.put_nowait((None, partial(_roll_back, connection)))


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.rollback()


def connect(database: str, **options: Any) -> Connection:
    """As `aiosqlite.connect`. Its thread does not keep the process from ending."""
    connection = Connection(partial(sqlite3.connect, database, **options), _ROWS_AT_ONCE)
    connection._thread.daemon = True
    return connection
