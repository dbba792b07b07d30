"""The connection to the database: one pool, one transaction per use case."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pydantic_core import from_json
from sqlalchemy import Executable, event
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.engine import URL, Row, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.util import await_only

from storage import alphabet, asking, sqlite_in_place
from storage.direct import Driver, Question
from storage.lending import LendingPool
from storage.types import as_json

DRIVERS = {
    "sqlite": sqlite_in_place.NAME,
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


# PostgreSQL, «PostgreSQL Error Codes»: what passes by itself.
_PASSING = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "53300",  # too_many_connections
    "55P03",  # lock_not_available: lock_timeout
    "57014",  # query_canceled: statement_timeout
    "57P01",  # admin_shutdown
    "57P03",  # cannot_connect_now: it is starting up
}


class Fault(StrEnum):
    """Why a database cannot be used; all but the first last until somebody does something about it."""

    PASSING = "passing"
    """Locked, gone for a while, or too slow."""
    NOT_A_DATABASE = "not a database"
    DAMAGED = "damaged"
    READ_ONLY = "read-only"
    FULL = "full"
    """The disk has no room left."""
    CANNOT_OPEN = "cannot be opened"
    """The file or its folder is not there, or may not be used."""
    WRONG_LOGIN = "wrong login"
    NO_SUCH_DATABASE = "no such database"
    NOT_ALLOWED = "not allowed"
    """The user lacks a right in the database."""


# PostgreSQL, «PostgreSQL Error Codes».
_FAULTS_OF_POSTGRESQL = {
    "25006": Fault.READ_ONLY,
    "3D000": Fault.NO_SUCH_DATABASE,
    "42501": Fault.NOT_ALLOWED,
    "53100": Fault.FULL,
    "XX001": Fault.DAMAGED,
    "XX002": Fault.DAMAGED,
}
# SQLite, «Result and Error Codes», by the beginning of the extended one's name.
_FAULTS_OF_SQLITE = {
    "SQLITE_NOTADB": Fault.NOT_A_DATABASE,
    "SQLITE_CORRUPT": Fault.DAMAGED,
    "SQLITE_READONLY": Fault.READ_ONLY,
    "SQLITE_FULL": Fault.FULL,
    # What all of its processes share finds no room: a full disk, from the first statement on.
    "SQLITE_IOERR_SHMSIZE": Fault.FULL,
    "SQLITE_CANTOPEN": Fault.CANNOT_OPEN,
    "SQLITE_PERM": Fault.CANNOT_OPEN,
}


class DatabaseUnavailable(Exception):
    """The database is locked, gone, too slow to answer, or cannot be used at all (see `fault`).

    Nothing was stored, unless the connection broke during the very commit: then it is not known.
    """

    def __init__(self, reason: str, fault: Fault = Fault.PASSING) -> None:
        super().__init__(reason if fault is Fault.PASSING else f"{reason}: {fault}")
        self.fault = fault


# Of SQLAlchemy, and of the drivers where they are asked directly.
_TROUBLE = (
    OperationalError,
    InterfaceError,
    PoolTimeout,
    OSError,
    sqlite3.OperationalError,
    sqlite3.InterfaceError,
    # As SQLAlchemy has it of asyncpg where it begins a transaction (see `storage.asking`).
    AsyncAdapt_asyncpg_dbapi.InterfaceError,
)


def driver_url(url: str) -> URL:
    """The URL with the asynchronous driver put in: `sqlite:///…` and `postgresql://…` are what people write."""
    parsed = make_url(url)
    return parsed.set(drivername=DRIVERS.get(parsed.drivername, parsed.drivername))


def sqlite_file(url: str | URL) -> Path | None:
    """The file that a SQLite URL names; None where there is none (in memory, PostgreSQL)."""
    parsed = driver_url(url) if isinstance(url, str) else url
    name = parsed.database or ""
    if parsed.get_backend_name() != "sqlite" or name in ("", ":memory:"):
        return None
    # «Uniform Resource Identifiers» of SQLite: file:/path?mode=ro, where SQLAlchemy keeps the question to itself.
    return Path(unquote(name.removeprefix("file:"))) if name.startswith("file:") else Path(name)


def _fault_of(error: Exception) -> Fault | None:
    """Why the database cannot be used; None: something else is wrong."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    # What goes wrong while connecting comes from the driver itself, and is not wrapped.
    state = getattr(cause, "sqlstate", None) or ""
    if state in _PASSING or state.startswith("08"):
        return Fault.PASSING
    if state in _FAULTS_OF_POSTGRESQL:
        return _FAULTS_OF_POSTGRESQL[state]
    if state.startswith("28"):
        return Fault.WRONG_LOGIN
    code = getattr(cause, "sqlite_errorname", "")
    for beginning, fault in _FAULTS_OF_SQLITE.items():
        if code.startswith(beginning):
            return fault
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Fault.PASSING
    # SQLite says SQLITE_ERROR when the statement is at fault: a table that is not there yet.
    if code == "SQLITE_ERROR":
        return None
    return Fault.PASSING if isinstance(error, _TROUBLE) or _is_asyncpgs(error) else None


def _is_asyncpgs(error: Exception) -> bool:
    """Whether PostgreSQL's driver cannot be asked as it is. It is large, so it is not imported to find that out."""
    if "asyncpg" not in sys.modules:
        return False
    import asyncpg  # type: ignore[import-untyped]  # noqa: PLC0415

    return isinstance(error, asyncpg.InterfaceError)


_QUEUE = 3
"""How many times its patience one waits in a queue that moves on by itself."""
_IN_PLACE_SECONDS = 0.005
"""So long SQLite itself waits for another process: nothing else is done meanwhile."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.05
"""Between two tries to begin while another process writes: each is twice as long as the one before."""

_NO_QUEUE: AbstractAsyncContextManager[None] = nullcontext()
Foreseen = Sequence[tuple[Question, Sequence[Any]]]
"""What was asked before it was known who asks, and what was found."""
Pause = Callable[[float], Awaitable[None]]
"""Lets others have their turn for so many seconds."""


class Database:
    """Opens transactions.

    Args:
        url: `sqlite:///path` or `postgresql://…`.
        patience: seconds to wait for a connection or a lock before giving up. Slack wants its answer within
            three seconds, so this is less. In the queue of SQLite's one process, which moves on, several times as
            long. On PostgreSQL a lock is waited for a bit more than half as long, since the bot tries twice; any
            statement may take four times as long.
        pause: how to wait between two tries to begin, while another process writes to SQLite.
    """

    def __init__(self, url: str, *, patience: float = 2.0, pool_size: int = 10, pause: Pause = asyncio.sleep) -> None:
        self.url = driver_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_timeout": patience, "pool_size": pool_size, "max_overflow": 0}
        if self.is_sqlite:
            # For opening it; what comes after waits by itself (see `_prepare_sqlite`).
            options["connect_args"] = connecting = {"timeout": patience}
            options["pool_timeout"] = _QUEUE * patience
            if self.url.database in (None, "", ":memory:"):
                options = {"connect_args": connecting}
        else:
            options["poolclass"] = LendingPool
            # The connection that was used last goes first: its process at the database has at hand what it needs. Taken
            # in turn, each of ten costs the database a fifth more.
            options["pool_use_lifo"] = True
            # Driver and database agree on what is the same JSON, however it is written (on SQLite it is text).
            options["json_serializer"] = as_json
            options["json_deserializer"] = from_json
            options["connect_args"] = {
                "timeout": patience,
                # For a server that has gone silent; one that still answers ends the statement itself, before that.
                "command_timeout": 5 * patience,
                "server_settings": {
                    # More than deadlock_timeout (1 s): of two who wait for each other, one is to go on.
                    "lock_timeout": _milliseconds(0.6 * patience),
                    "statement_timeout": _milliseconds(4 * patience),
                },
            }
        # Without parameters: an error that somebody prints would hold names, addresses and what was written.
        self.engine = create_async_engine(self.url, hide_parameters=True, **options)
        if self.is_sqlite:
            _prepare_sqlite(self.engine.sync_engine, partial(_tried, patience=patience, pause=pause))
        else:
            event.listen(self.engine.sync_engine, "checkout", _whole)
        self._reading: dict[str, Any] = {"reading": True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._driver = Driver(self.engine)
        self._sessions = async_sessionmaker(
            self.engine,
            class_=asking.AskingSession,
            sync_session_class=asking.BegunSession,
            expire_on_commit=False,
            autoflush=False,
        )
        self._readers = async_sessionmaker(
            self.engine.execution_options(**self._reading),
            class_=asking.AskingSession,
            sync_session_class=asking.BegunSession,
            expire_on_commit=False,
            autoflush=False,
        )
        self._patience = patience
        self._turn = asyncio.Lock()
        self._whose_turn: asyncio.Task[Any] | None = None

    @asynccontextmanager
    async def transaction(self, *, sure: bool = False, foreseen: Foreseen = ()) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end, or rolls back on any error.

        `sure`, `foreseen`: see `storage.asking`.

        On SQLite those of one process take turns, in the order they came: there can be only one at a time anyhow, and
        SQLite's own way to wait is to try again now and then, by which some are never let in when many come.

        Raises:
            DatabaseUnavailable: locked, gone, or no connection free in time.
            Overtaken: what was read to be changed is not as it was read. Not where it is `sure`.
        """
        with told_when_unavailable():
            async with self._in_turn() if self.is_sqlite else _NO_QUEUE:
                session = self._sessions()
                asking.prepare(session, self._driver, is_sqlite=self.is_sqlite, sure=sure, foreseen=foreseen)
                try:
                    yield session
                    # One that was asked nothing never began, and ends without a word to the database.
                    await asking.commit(session)
                finally:
                    if session.has_begun():
                        await session.rollback()

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        me = asyncio.current_task()
        # Whoever has the turn already would wait for themselves.
        if self._whose_turn is me:
            yield
            return
        async with asyncio.timeout(_QUEUE * self._patience):
            await self._turn.acquire()
        self._whose_turn = me
        try:
            yield
        finally:
            self._whose_turn = None
            self._turn.release()
        await self._let_others()

    async def _let_others(self) -> None:
        """Nothing is waited for where SQLite answers in place, so whoever does one thing after the other would keep the
        rest of the program from its turn."""
        if self.is_sqlite:
            await asyncio.sleep(0)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads: it waits for nobody and keeps nobody waiting. Each statement sees the database as
        it is then.

        Raises:
            DatabaseUnavailable: gone, or no connection free in time.
        """
        with told_when_unavailable():
            session = self._readers()
            asking.prepare_to_read(session, self._driver)
            try:
                yield session
            finally:
                if session.has_begun():
                    await session.close()
        await self._let_others()

    async def read(self, statement: Executable, values: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """What one statement finds, outside any transaction: one round trip, and no lock.

        Raises:
            DatabaseUnavailable: gone, or no connection free in time.
        """
        with told_when_unavailable():
            return await self._driver.ask(Question(statement, values))

    async def read_together(self, questions: Sequence[Question]) -> Sequence[Sequence[Row[Any]]]:
        """What each of these finds, outside any transaction and without a lock; on PostgreSQL in one round trip."""
        with told_when_unavailable():
            return await self._driver.together(questions)

    async def close(self) -> None:
        self._driver.close()
        await self.engine.dispose()


class told_when_unavailable:  # noqa: N801 - reads as what it does; a generator would take five times as long
    """What goes wrong with the database itself becomes a `DatabaseUnavailable`."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        fault = _fault_of(error) if isinstance(error, Exception) else None
        if fault is not None:
            raise DatabaseUnavailable(type(error).__name__, fault) from error


def _tried(do: Callable[[], object], *, patience: float, pause: Pause) -> None:
    """Do it as soon as no other process keeps SQLite from it, and raise what it raises when the patience is over."""
    waited, seconds = 0.0, _FIRST_PAUSE
    while True:
        try:
            do()
        except sqlite3.OperationalError as error:
            # The last eight bits of an extended result code are the plain one.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or waited >= patience:
                raise
        else:
            return
        await_only(pause(seconds))
        waited += seconds
        seconds = min(2 * seconds, _LONGEST_PAUSE)


def _whole(connection: Any, _record: Any, _lent: Any) -> None:
    """One that broke while nobody used it is made anew, and so are all that are as old as it. SQLAlchemy would learn
    of it only from a statement that it runs itself."""
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def _lower(text: str | None) -> str | None:
    return text.lower() if text is not None else None


def _in_alphabet(text: str | None) -> str | None:
    return alphabet.key(text) if text is not None else None


def _prepare_sqlite(engine: Any, tried: Callable[[Callable[[], object]], None]) -> None:
    """WAL, enforced foreign keys, `lower` for all letters (SQLite's own knows A to Z), the order of the alphabet, and
    transactions that take the write lock at once, or as soon as they get it (`tried`).

    A transaction that first reads and then wants to write would otherwise fail at once with «locked», without
    waiting, when another one wrote in between (https://www.sqlite.org/lang_transaction.html).
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.create_function("lower", 1, _lower, deterministic=True)
        connection.create_function(alphabet.FUNCTION, 1, _in_alphabet, deterministic=True)
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # Else what REPLACE removes is removed past the triggers that keep a history, and those that note a change
        # (https://www.sqlite.org/lang_conflict.html).
        cursor.execute("PRAGMA recursive_triggers=ON")
        cursor.execute(f"PRAGMA busy_timeout={_milliseconds(_IN_PLACE_SECONDS)}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        if connection.get_execution_options().get("reading"):
            return
        driver = connection.connection.driver_connection
        tried(lambda: driver.execute("BEGIN IMMEDIATE"))
