"""SQLite where it stands: a dialect of SQLAlchemy's asyncio without a thread, `sqlite+in_place:///…`.

SQLite answers from memory in less time than it takes to hand a call to a thread and its answer back, so each statement
runs in the event loop, which does nothing else meanwhile. What could take long is kept out of it:

- Waiting for another process that writes. SQLite itself does not wait (`timeout=0`); a transaction that cannot begin
  tries again, and others are served in between (see `storage.database`).
- Transactions of this process, which take turns before they begin.

A statement that reads a hundred thousand rows holds up everybody for as long as it takes: SQLite is for a partnership
that fits on one machine.
"""

import sqlite3
from typing import Any

from sqlalchemy import URL
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool, StaticPool
from sqlalchemy.util import await_only

NAME = "sqlite+in_place"


class Cursor(sqlite3.Cursor):
    """What SQLAlchemy's asyncio asks of a cursor besides: there is nothing to wait for."""

    server_side = False

    async def _async_soft_close(self) -> None:
        return


class Connection(sqlite3.Connection):
    """Lets go of the database when it is closed.

    SQLite keeps a connection that is closed with a statement unfinished, and with it the transaction and its lock,
    until the statement is finished too (https://www.sqlite.org/c3ref/close.html, `sqlite3_close_v2`). So what is open
    is rolled back first.
    """

    def cursor(self, factory: Any = Cursor) -> Any:
        return super().cursor(factory)

    def close(self) -> None:
        if self.in_transaction:
            self.rollback()
        super().close()


async def _nothing() -> None:
    return


class InPlace(SQLiteDialect_pysqlite):
    """As SQLAlchemy's own for `sqlite3`, to be used from an asynchronous engine."""

    driver = "in_place"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        return AsyncAdaptedQueuePool if cls._is_url_file_db(url) else StaticPool

    # An asynchronous connection takes it for a mistake if nothing at all is waited for.
    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        await_only(_nothing())
        cursor.execute(statement, parameters)

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        await_only(_nothing())
        cursor.executemany(statement, parameters)

    def do_execute_no_params(self, cursor: Any, statement: str, context: Any = None) -> None:
        await_only(_nothing())
        cursor.execute(statement)

    def get_driver_connection(self, connection: Any) -> Any:
        return connection

    def create_connect_args(self, url: URL) -> Any:
        arguments, options = super().create_connect_args(url)
        return arguments, {**options, "factory": Connection}


registry.register(NAME.replace("+", "."), __name__, InPlace.__name__)
