"""A database that is locked, or gone for a while: a clear answer, one effect, nothing lost."""

import asyncio
import contextlib
import logging
import random
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.worker import Worker
from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.capability import Command
from handlers.dialogs.dialog import Form, Reply
from handlers.errors import Busy
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.registry import Registry
from storage import deliveries
from storage.database import Database, DatabaseUnavailable, Fault, told_when_unavailable
from storage.deliveries import Wish
from storage.tables import AgendaItem
from tests.cases.steps import WHAT
from tests.clock import FixedClock
from tests.conftest import Postgres, create_tables
from tests.everything import capability
from tests.surface import FakeMessenger, form, message
from tests.world import World, build


class Switch:
    """Stands between the bot and PostgreSQL on a Unix socket, and can be turned off: as if the server were gone."""

    def __init__(self, target: str) -> None:
        self._target = target
        self.folder = Path(tempfile.mkdtemp(prefix="switch"))
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._copies: set[asyncio.Task[Any]] = set()

    async def on(self) -> None:
        self._server = await asyncio.start_unix_server(self._connect, str(self.folder / ".s.PGSQL.5432"))

    async def off(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.gather(*self._copies, return_exceptions=True)
        (self.folder / ".s.PGSQL.5432").unlink(missing_ok=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._target)
        self._open |= {writer, back}
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._copy(source, sink))
            self._copies.add(task)
            task.add_done_callback(self._copies.discard)

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        sink.transport.abort()
        self._open.discard(sink)


@pytest.fixture
async def switch(postgres: Postgres) -> AsyncIterator[tuple[Switch, Database]]:
    url = postgres.create()
    base, _question, folder = url.partition("?host=")
    found = Switch(f"{folder}/.s.PGSQL.5432")
    await found.on()
    database = Database(f"{base}?host={found.folder}", patience=1.0)
    yield found, database
    await database.close()
    await found.off()


async def _summary(bot: Bot, world: World) -> Form:
    me = world.sender("member")
    first = form(await bot.command(me, "sak"))
    how = form(await bot.submit(me, first.token, {**WHAT, "committee": str(world.committees["fsu"])}))
    return form(await bot.submit(me, how.token, {"meeting": f"m{world.meetings['fsu-1']}"}))


async def _count(database: Database) -> int:
    async with database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(AgendaItem)) or 0


async def test_postgresql_gone_in_the_middle(
    switch: tuple[Switch, Database], clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    server, database = switch
    world = await build(database, clock.now())
    bot = Bot(database, registry(), clock)
    shown = await _summary(bot, world)
    await server.off()
    with caplog.at_level(logging.WARNING), pytest.raises(Busy) as trouble:
        await bot.submit(world.sender("member"), shown.token, {})
    assert "prøv igjen" in str(trouble.value)
    assert trouble.value.reference in caplog.text
    reply = message(await bot.command(world.sender("member"), "mote"))
    assert "Jeg får ikke lagret akkurat nå" in reply.title
    await server.on()
    assert message(await bot.submit(world.sender("member"), shown.token, {})).title.startswith("Saken din")
    assert await _count(database) == 1


async def test_a_database_that_cannot_be_written_to_is_said_to_be_for_somebody_to_mend(
    sqlite: Database, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """As on a full disk; what is written stays in the form, and reading goes on."""
    world = await build(sqlite, clock.now())
    bot = Bot(sqlite, registry(), clock)
    shown = await _summary(bot, world)

    def writes(allowed: bool, connection: Any, *_rest: object) -> None:
        with contextlib.closing(connection.cursor()) as cursor:
            cursor.execute(f"PRAGMA query_only = {not allowed:d}")

    event.listen(sqlite.engine.sync_engine, "checkout", only_reading := partial(writes, False))
    with caplog.at_level(logging.ERROR), pytest.raises(Busy) as trouble:
        await bot.submit(world.sender("member"), shown.token, {})
    assert str(trouble.value).startswith("Jeg får ikke lagret noe, og det går ikke over av seg selv. Oppgi referansen")
    assert f"database unavailable (OperationalError: read-only), reference {trouble.value.reference}" in caplog.text
    event.remove(sqlite.engine.sync_engine, "checkout", only_reading)
    event.listen(sqlite.engine.sync_engine, "checkout", partial(writes, True))
    assert message(await bot.submit(world.sender("member"), shown.token, {})).title.startswith("Saken din")
    assert await _count(sqlite) == 1


def test_a_disk_that_has_no_room_for_what_processes_share_is_full() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
    with pytest.raises(DatabaseUnavailable) as found, told_when_unavailable():
        raise error
    assert found.value.fault is Fault.FULL


async def test_a_connection_that_broke_while_idle_is_noticed_by_nobody(
    switch: tuple[Switch, Database], clock: FixedClock
) -> None:
    server, database = switch
    world = await build(database, clock.now())
    bot = Bot(database, registry(), clock)
    await server.off()
    await server.on()
    assert message(await bot.command(world.sender("member"), "mote")).title == "Kommende møter"


async def test_the_worker_outlives_the_database(switch: tuple[Switch, Database], clock: FixedClock) -> None:
    server, database = switch
    world = await build(database, clock.now())
    messenger = FakeMessenger()
    worker = Worker(database, {"local": messenger}, clock, registry().chores)
    await server.off()
    with pytest.raises(DatabaseUnavailable):
        await worker.do_chores()
    await server.on()
    await worker.do_chores()
    while await worker.deliver_due():
        pass
    assert len(messenger.seen[str(world.people["member"])]) == 1


async def test_sqlite_locked_by_somebody_else(tmp_path: Path, clock: FixedClock) -> None:
    url = f"sqlite:///{tmp_path}/locked.sqlite"
    await create_tables(url)
    database = Database(url, patience=0.1)
    world = await build(database, clock.now())
    bot = Bot(database, registry(), clock)
    shown = await _summary(bot, world)
    other = sqlite3.connect(tmp_path / "locked.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy):
        await bot.submit(world.sender("member"), shown.token, {})
    other.execute("ROLLBACK")
    other.close()
    assert isinstance(await bot.submit(world.sender("member"), shown.token, {}), Message)
    assert await _count(database) == 1
    await database.close()


async def test_others_are_served_while_another_process_writes(sqlite_url: str, small_world: World) -> None:
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    paused: list[float] = []

    async def pause(seconds: float) -> None:
        paused.append(seconds)
        if len(paused) == 3:
            other.execute("ROLLBACK")

    database = Database(sqlite_url, pause=pause)
    async with database.transaction() as session:
        await session.execute(text("UPDATE person SET language = 'en' WHERE id = 1"))
    assert paused == [0.005, 0.01, 0.02]
    await database.close()
    other.close()


async def test_what_waited_to_be_written_is_gone_with_a_rollback(database: Database, clock: FixedClock) -> None:
    await build(database, clock.now())
    wish = Wish("item:1", "item:1", 1, {"title": "Hei"}, clock.now())
    async with database.transaction() as session:
        await deliveries.wish(session, [wish])
        await session.rollback()
    async with database.transaction() as session:
        assert await deliveries.known(session, ["item:1"]) == set()
        await deliveries.wish(session, [wish])
        # Whoever asks sees what was written before.
        assert await deliveries.known(session, ["item:1"]) == {"item:1"}


async def test_whoever_does_one_thing_after_the_other_lets_others_have_their_turn(sqlite: Database) -> None:
    seen: list[str] = []
    other = asyncio.create_task(_note(seen))
    for _time in range(3):
        async with sqlite.transaction() as session:
            await session.execute(text("SELECT 1"))
    assert seen == ["other"]
    await other


async def _note(seen: list[str]) -> None:
    seen.append("other")


async def test_on_sqlite_whoever_came_first_is_first(small_world: World) -> None:
    """SQLite's own way to wait lets in whoever happens to ask at the right moment."""
    done: list[int] = []

    async def rename(number: int) -> None:
        async with small_world.database.transaction() as session:
            await session.execute(text("UPDATE person SET name = name || '.' WHERE id = 1"))
            done.append(number)

    await asyncio.gather(*(rename(number) for number in range(80)))
    assert done == list(range(80))


async def test_on_sqlite_whoever_reads_waits_for_nobody(small_world: World) -> None:
    language = text("SELECT language FROM person WHERE id = 1")
    async with small_world.database.transaction() as session:
        await session.execute(text("UPDATE person SET language = 'en' WHERE id = 1"))
        async with small_world.database.reading() as reader:
            assert await reader.scalar(language) == "nb"
    async with small_world.database.reading() as reader:
        assert await reader.scalar(language) == "en"


async def test_nobody_waits_in_the_queue_for_ever(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/queue.sqlite", patience=0.05)

    async def another() -> None:
        async with database.transaction():
            raise AssertionError("two at once")

    async with database.transaction():
        with pytest.raises(DatabaseUnavailable):
            await asyncio.create_task(another())
        # One's own is not waited for.
        async with database.transaction() as inner:
            await inner.execute(text("SELECT 1"))
    await database.close()


async def test_an_unknown_failure_shows_a_reference_and_logs_no_text(
    small_world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_context: Context, _text: str) -> Reply:
        raise RuntimeError("hemmelig tekst fra en person")

    broken = Registry([capability(commands=[Command(name="brekk", summary="Brekk", run=fail)])])
    bot = Bot(small_world.database, broken, clock)
    with caplog.at_level(logging.ERROR):
        reply = message(await bot.command(small_world.sender("member"), "brekk"))
    reference = caplog.messages[0].rsplit(" ", 1)[1]
    assert reference in reply.title
    assert "hemmelig" not in caplog.text


class LosesAnAnswer(Database):
    """Commits, and then the connection breaks before it can say so: the first time."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.lose = False

    @contextlib.asynccontextmanager
    async def transaction(self, **how: Any) -> AsyncIterator[AsyncSession]:
        async with super().transaction(**how) as session:
            yield session
        if self.lose:
            self.lose = False
            raise DatabaseUnavailable("ConnectionDoesNotExistError")


async def test_a_connection_lost_in_the_commit_leaves_nobody_without_a_word(
    small_world: World, clock: FixedClock
) -> None:
    database = LosesAnAnswer(str(small_world.database.url))
    bot = Bot(database, registry(), clock)
    database.lose = True
    reply = message(await bot.command(small_world.sender("member"), "mote", request_key="r1"))
    assert "prøv igjen" in reply.title
    await database.close()


async def test_a_server_that_is_starting_up_is_unavailable() -> None:
    fields = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1024)
        writer.write(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
        await writer.drain()
        writer.close()

    folder = tempfile.mkdtemp(prefix="pg")
    server = await asyncio.start_unix_server(refuse, f"{folder}/.s.PGSQL.5432")
    database = Database(f"postgresql://bot@/bot?host={folder}")
    with pytest.raises(DatabaseUnavailable):
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
    await database.close()
    server.close()


async def test_of_two_who_wait_for_each_other_one_is_asked_to_try_again(postgresql: Database) -> None:
    await build(postgresql, FixedClock().now())
    both = asyncio.Barrier(2)

    async def touch(*ids: int) -> None:
        async with postgresql.transaction() as session:
            for turn, person_id in enumerate(ids):
                await session.execute(text("UPDATE person SET language = 'nb' WHERE id = :id"), {"id": person_id})
                if turn == 0:
                    await both.wait()

    ended = await asyncio.gather(touch(1, 2), touch(2, 1), return_exceptions=True)
    assert [type(error) for error in ended if error] == [DatabaseUnavailable]


async def test_a_lock_on_postgresql_is_waited_for_briefly(postgresql: Database) -> None:
    hasty = Database(postgresql.url.render_as_string(hide_password=False), patience=0.1)
    lock = text("SELECT pg_advisory_xact_lock(1)")
    async with postgresql.transaction() as holder:
        await holder.execute(lock)
        with pytest.raises(DatabaseUnavailable, match="DBAPIError"):
            async with hasty.transaction() as session:
                await session.execute(lock)
    await hasty.close()


async def test_a_table_that_is_not_there_is_no_trouble_that_passes(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.sqlite")
    with pytest.raises(OperationalError, match="no such table"):
        async with database.transaction() as session:
            await session.execute(text("SELECT * FROM person"))
    await database.close()


async def test_an_error_of_the_database_quotes_nobody(database: Database) -> None:
    with pytest.raises(DBAPIError) as error:
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "hemmelig"})
    assert "hemmelig" not in str(error.value)


async def test_whoever_is_cut_off_in_the_middle_keeps_nobody_from_writing(sqlite: Database) -> None:
    """A request that took too long is cancelled wherever it is."""
    dice = random.Random(7)

    async def write() -> None:
        async with sqlite.transaction() as session:
            name = f"{dice.random()}"
            await session.execute(text("INSERT INTO setting (name, value) VALUES (:name, '{}')"), {"name": name})
            await session.execute(text("SELECT count(*) FROM setting"))

    await write()
    for _time in range(150):
        task = asyncio.create_task(write())
        await asyncio.wait({task}, timeout=dice.random() * 0.004)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        # As soon as it is cut off, the next one can.
        await write()
