"""Workers that are killed, cut off, taken for dead or stopped, and a database that goes away: nothing is lost, what was
held is taken over soon, and nobody is told twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from bot.delivering.alive import DEAD_AFTER
from bot.delivering.deliverer import LEASE, Deliverer
from bot.delivering.uploads import Uploads
from bot.messenger import Attached, Ref
from bot.worker import Worker
from handlers.messages.message import FileRef, Message
from handlers.people.address import Address
from storage import claims, deliveries, workers
from storage.database import Database, DatabaseUnavailable
from storage.deliveries import Wish
from storage.tables import Delivery, DeliveryStatus, LiveWorker
from tests.clock import FixedClock
from tests.surface import FakeMessenger
from tests.worker.test_stopping import PATIENCE, SlowMessenger
from tests.world import World

TICK = timedelta(seconds=2)
"""How often a worker beats and looks for what is due."""


async def wish(world: World, clock: FixedClock, *titles: str, who: str = "member") -> None:
    wishes = [Wish(title, "s", world.people[who], {"title": title}, clock.now()) for title in titles]
    async with world.database.transaction() as session:
        await deliveries.wish(session, wishes)


async def rows(world: World) -> dict[str, Delivery]:
    async with world.database.transaction() as session:
        return {row.key: row for row in await session.scalars(select(Delivery))}


def told(messenger: FakeMessenger, world: World, who: str = "member") -> list[str]:
    titles = [message.title for message in messenger.seen.get(str(world.people[who]), {}).values()]
    # A worker that was started writes reminders too.
    return [title for title in titles if not title.startswith("Frist")]


async def ticks(worker: Worker, clock: FixedClock, whole: timedelta) -> None:
    """What `worker` does by itself in this time."""
    until = clock.now() + whole
    while clock.now() <= until:
        await worker.beat()
        while await worker.deliver_due():
            pass
        clock.forward(TICK)


async def claimed_by_one_that_is_killed(world: World, clock: FixedClock, most: int = 10) -> None:
    async with world.database.transaction() as session:
        await claims.claim(session, clock.now(), LEASE, most, worker="killed")
        assert await workers.beat(session, "killed", clock.now()) == 1


async def test_what_a_killed_worker_held_is_taken_over_within_15_seconds(world: World, clock: FixedClock) -> None:
    await wish(world, clock, "first", "second")
    await claimed_by_one_that_is_killed(world, clock)
    messenger = FakeMessenger()
    worker = Worker(world.database, {"local": messenger}, clock)
    await ticks(worker, clock, timedelta(seconds=6))
    assert told(messenger, world) == [], "it may be alive"
    await ticks(worker, clock, timedelta(seconds=15) - timedelta(seconds=6) - TICK)
    assert told(messenger, world) == ["first", "second"]
    async with world.database.transaction() as session:
        assert await session.get(LiveWorker, "killed") is None


async def until_it_is_taken_over(world: World, worker: Worker, clock: FixedClock) -> timedelta:
    """How long that takes a worker which ticks from now on, and beats when it has asked for it too."""
    begun = tick = clock.now()
    async with asyncio.timeout(PATIENCE):
        while True:
            again = await worker.beat()
            async with world.database.transaction() as session:
                if await session.get(LiveWorker, "killed") is None:
                    return clock.now() - begun
            while tick <= clock.now():
                tick += TICK
            clock.forward(min(tick, clock.now() + (again or TICK)) - clock.now())


@pytest.mark.parametrize("since_the_tick", [0, 0.1, 1, 1.9])
async def test_one_that_lives_takes_over_eight_seconds_after_the_last_beat_whenever_it_ticks(
    world: World, clock: FixedClock, since_the_tick: float
) -> None:
    await wish(world, clock, "first")
    worker = Worker(world.database, {"local": FakeMessenger()}, clock)
    for _tick in range(3):
        await worker.beat()
        clock.forward(TICK)
    await worker.beat()
    clock.forward(timedelta(seconds=since_the_tick))
    await claimed_by_one_that_is_killed(world, clock)
    killed_at = clock.now()
    clock.forward(TICK - timedelta(seconds=since_the_tick))
    await until_it_is_taken_over(world, worker, clock)
    assert clock.now() - killed_at == DEAD_AFTER


@pytest.mark.parametrize("later", [0, 4, 5.5, 7.9, 20])
async def test_one_that_begins_takes_over_when_it_has_listened(world: World, clock: FixedClock, later: float) -> None:
    await wish(world, clock, "first")
    await claimed_by_one_that_is_killed(world, clock)
    clock.forward(timedelta(seconds=later))
    took = await until_it_is_taken_over(world, Worker(world.database, {"local": FakeMessenger()}, clock), clock)
    assert took == max(DEAD_AFTER - timedelta(seconds=later), timedelta(seconds=3))


@pytest.mark.parametrize("lives", [0.4, 1.3, 2.4])
async def test_workers_that_are_killed_one_after_another_listen_for_each_other(
    world: World, clock: FixedClock, lives: float
) -> None:
    """None of them lives for the three seconds that it would have to listen alone."""
    await wish(world, clock, "first")
    await claimed_by_one_that_is_killed(world, clock)
    killed_at = clock.now()
    async with asyncio.timeout(PATIENCE):
        while True:
            await Worker(world.database, {"local": FakeMessenger()}, clock).beat()
            async with world.database.reading() as session:
                if await session.get(LiveWorker, "killed") is None:
                    break
            clock.forward(timedelta(seconds=lives))
    assert DEAD_AFTER <= clock.now() - killed_at < DEAD_AFTER + timedelta(seconds=3)


@pytest.mark.parametrize(("gap", "listens_on"), [(2.5, True), (2.6, False), (30, False)])
async def test_whoever_begins_after_an_outage_listens_anew(
    world: World, clock: FixedClock, gap: float, listens_on: bool
) -> None:
    await wish(world, clock, "first")
    await claimed_by_one_that_is_killed(world, clock)
    for _look in range(3):
        clock.forward(TICK)
        await Worker(world.database, {"local": FakeMessenger()}, clock).beat()
    # The database is away, and with it the voice of whoever lives.
    clock.forward(timedelta(seconds=gap))
    took = await until_it_is_taken_over(world, Worker(world.database, {"local": FakeMessenger()}, clock), clock)
    assert took == (timedelta(0) if listens_on else timedelta(seconds=3))


async def test_one_that_speaks_again_is_listened_for_anew(world: World, clock: FixedClock) -> None:
    await wish(world, clock, "first")
    await claimed_by_one_that_is_killed(world, clock)
    for _look in range(3):
        clock.forward(TICK)
        await Worker(world.database, {"local": FakeMessenger()}, clock).beat()
    async with world.database.transaction() as session:
        silent = await workers.longest_silent(session)
        assert silent is not None
        assert silent.listened_at == clock.now()
        await workers.beat(session, "killed", clock.now())
        # Whoever listened meanwhile, and did not hear it, notes nothing.
        await workers.listen(session, silent, clock.now(), clock.now())
        assert await workers.longest_silent(session) == ("killed", clock.now(), None, None)


async def test_a_worker_that_starts_listens_at_once(world: World, clock: FixedClock) -> None:
    """It does not wait for a tick: it may have to take over from one that died long ago."""
    await wish(world, clock, "first")
    await claimed_by_one_that_is_killed(world, clock)
    clock.forward(timedelta(seconds=20))
    worker = Worker(world.database, {"local": FakeMessenger()}, clock, deliveries_every=3600, beats_every=3600)
    worker.start()
    async with asyncio.timeout(PATIENCE):
        while worker._deliverer.alive._listens_since is None:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)
        clock.forward(timedelta(seconds=3))
        await worker.beat()
        await worker.stop()
    async with world.database.transaction() as session:
        assert await session.get(LiveWorker, "killed") is None


@pytest.mark.parametrize("before", [1, 5, 7.9])
async def test_an_outage_adds_five_seconds_at_most(world: World, clock: FixedClock, before: float) -> None:
    """Besides itself: a tick until it is noticed that the database is back, and three to let the others speak."""
    await wish(world, clock, "first")
    async with hasty(world) as database:
        slow = SlowMessenger()
        worker = Worker(database, {"local": slow}, clock)
        async with asyncio.timeout(PATIENCE):
            await wish(world, clock, "its own", who="colleague")
            await claimed_by_one_that_is_killed(world, clock, most=1)
            sending = asyncio.create_task(worker.deliver_due())
            await slow.begun.wait()
            clock.forward(timedelta(seconds=before))
            await worker.beat()
            async with world.database.transaction() as session:
                await session.execute(update(LiveWorker).values(beats=col(LiveWorker.beats)))
                for _tick in range(4):
                    clock.forward(TICK)
                    with pytest.raises(DatabaseUnavailable):
                        await worker.beat()
            back_at = clock.now()
            clock.forward(TICK)
            await until_it_is_taken_over(world, worker, clock)
            assert clock.now() - back_at == timedelta(seconds=5)
            slow.go_on.set()
            await sending


async def test_what_a_living_worker_holds_is_left_alone(world: World, clock: FixedClock) -> None:
    await wish(world, clock, "first")
    await claimed_by_one_that_is_killed(world, clock)
    messenger = FakeMessenger()
    worker = Worker(world.database, {"local": messenger}, clock)
    for _beat in range(20):
        async with world.database.transaction() as session:
            await workers.beat(session, "killed", clock.now())
        await ticks(worker, clock, timedelta(0))
    assert told(messenger, world) == []


async def test_whoever_comes_back_first_lets_the_others_speak(world: World, clock: FixedClock) -> None:
    """After a minute without a database nobody has said anything, and everybody may be alive."""
    await wish(world, clock, "first")
    await claimed_by_one_that_is_killed(world, clock)
    clock.forward(timedelta(minutes=1))
    messenger = FakeMessenger()
    worker = Worker(world.database, {"local": messenger}, clock)
    await ticks(worker, clock, timedelta(0))
    assert told(messenger, world) == []
    await ticks(worker, clock, TICK)
    assert told(messenger, world) == ["first"]


async def test_one_that_was_taken_for_dead_begins_nothing_more(world: World, clock: FixedClock) -> None:
    await wish(world, clock, "first", "second")
    slow, quick = SlowMessenger(), FakeMessenger()
    cut_off = Worker(world.database, {"local": slow}, clock)
    other = Worker(world.database, {"local": quick}, clock)
    async with asyncio.timeout(PATIENCE):
        sending = asyncio.create_task(cut_off.deliver_due())
        await slow.begun.wait()
        await other.beat()
        clock.forward(timedelta(seconds=9))
        await other.beat()
        # It hears again, and finds that others have what it held.
        await cut_off.beat()
        slow.go_on.set()
        await sending
    assert told(slow, world) == ["first"]
    while await other.deliver_due():
        pass
    assert told(quick, world) == ["second"]
    assert {row.status for row in (await rows(world)).values()} == {DeliveryStatus.SENT}


async def test_one_that_cannot_say_that_it_lives_begins_nothing_more(world: World, clock: FixedClock) -> None:
    await wish(world, clock, "first", "second")
    slow = SlowMessenger()
    worker = Worker(world.database, {"local": slow}, clock)
    async with asyncio.timeout(PATIENCE):
        sending = asyncio.create_task(worker.deliver_due())
        await slow.begun.wait()
        clock.forward(timedelta(seconds=7))
        slow.go_on.set()
        await sending
    assert told(slow, world) == ["first"]
    await worker.deliver_due()
    assert told(slow, world) == ["first", "second"]


_REFUSED = {
    # Both are looked at when the transaction is committed, and not before.
    "sqlite": (
        "CREATE TABLE refused (id INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER refuse AFTER UPDATE ON worker BEGIN INSERT INTO refused VALUES (-1); END",
    ),
    "postgresql": (
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RAISE integrity_constraint_violation; END'",
        "CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON worker DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION refuse()",
    ),
}
_AS_BEFORE = {
    "sqlite": ("DROP TRIGGER refuse", "DROP TABLE refused"),
    "postgresql": ("DROP TRIGGER refuse ON worker", "DROP FUNCTION refuse()"),
}


@asynccontextmanager
async def no_beat_is_committed(world: World) -> AsyncIterator[None]:
    """Each is written, and then the transaction comes to nothing."""
    kind = world.database.engine.dialect.name

    async def run(statements: Sequence[str]) -> None:
        async with world.database.transaction() as session:
            for statement in statements:
                await session.execute(text(statement))

    await run(_REFUSED[kind])
    try:
        yield
    finally:
        await run(_AS_BEFORE[kind])


@pytest.mark.parametrize("says_so", [Worker.beat, Worker.deliver_due], ids=["beat", "claim"])
async def test_what_it_has_said_counts_when_it_is_committed(
    world: World, clock: FixedClock, says_so: Callable[[Worker], Awaitable[object]]
) -> None:
    """What was not, nobody has heard: the others may be about to take over what it holds."""
    await wish(world, clock, "first", "second")
    slow = SlowMessenger()
    worker = Worker(world.database, {"local": slow}, clock)
    async with asyncio.timeout(PATIENCE):
        sending = asyncio.create_task(worker.deliver_due())
        await slow.begun.wait()
        clock.forward(timedelta(seconds=5))
        await wish(world, clock, "to another", who="colleague")
        async with no_beat_is_committed(world):
            with pytest.raises((IntegrityError, ExceptionGroup)):
                await says_so(worker)
        clock.forward(timedelta(seconds=2))
        slow.go_on.set()
        await sending
    assert told(slow, world) == ["first"]
    while await worker.deliver_due():
        pass
    assert (told(slow, world), told(slow, world, "colleague")) == (["first", "second"], ["to another"])


async def test_a_worker_that_is_stopped_gives_back_what_it_has_not_begun(world: World, clock: FixedClock) -> None:
    await wish(world, clock, "first", "second", "third")
    slow = SlowMessenger()
    worker = Worker(world.database, {"local": slow}, clock)
    worker.start()
    async with asyncio.timeout(PATIENCE):
        await slow.begun.wait()
        stopping = asyncio.create_task(worker.stop())
        slow.go_on.set()
        await stopping
    assert told(slow, world) == ["first"]
    left = await rows(world)
    assert {(left[key].attempts, left[key].claimed_by) for key in ("second", "third")} == {(0, None)}
    messenger = FakeMessenger()
    # At once, without a beat or a lease that ends.
    await Worker(world.database, {"local": messenger}, clock).deliver_due()
    assert told(messenger, world) == ["second", "third"]
    async with world.database.transaction() as session:
        assert (await session.scalars(select(LiveWorker))).all() != [], "the one that delivers"


async def test_what_was_begun_when_it_was_cut_off_is_asked_about(world: World, clock: FixedClock) -> None:
    await wish(world, clock, "first", "second")
    slow = SlowMessenger()
    worker = Worker(world.database, {"local": slow}, clock)
    worker.start()
    async with asyncio.timeout(PATIENCE):
        await slow.begun.wait()
        await worker.stop(seconds=0.01)
    messenger = FakeMessenger()
    await ticks(Worker(world.database, {"local": messenger}, clock), clock, timedelta(seconds=12))
    assert told(messenger, world) == ["first", "second"]


@asynccontextmanager
async def hasty(world: World) -> AsyncIterator[Database]:
    """The same database, for somebody who does not wait for it long."""
    database = Database(world.database.url.render_as_string(hide_password=False), patience=0.1)
    yield database
    await database.close()


@asynccontextmanager
async def away(world: World) -> AsyncIterator[None]:
    """The database lets nobody else write."""
    async with world.database.transaction() as session:
        await session.execute(update(Delivery).values(error=col(Delivery.error)))
        yield


async def test_when_the_database_goes_away_nothing_more_is_sent_and_nothing_is_said_twice(
    world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    titles = [f"{number}" for number in range(8)]
    await wish(world, clock, *titles)
    await wish(world, clock, "to another", who="colleague")
    messenger = SlowMessenger()
    messenger.at_once = 1
    async with hasty(world) as database, asyncio.timeout(PATIENCE):
        worker = Worker(database, {"local": messenger}, clock)
        sending = asyncio.create_task(worker.deliver_due())
        await messenger.begun.wait()
        async with away(world):
            messenger.go_on.set()
            await sending
            for _tick in range(3):
                clock.forward(TICK)
                with pytest.raises(ExceptionGroup) as raised:
                    await worker.deliver_due()
                assert isinstance(raised.value.exceptions[0], DatabaseUnavailable)
            assert messenger.sends == 1
        while await worker.deliver_due():
            pass
    assert told(messenger, world) == titles
    assert told(messenger, world, "colleague") == ["to another"]
    assert messenger.sends == len(titles) + 1
    stored = await rows(world)
    assert {row.status for row in stored.values()} == {DeliveryStatus.SENT}
    assert {row.claimed_by for row in stored.values()} == {None}
    assert "settled when the database is back" in caplog.text


async def test_what_is_known_is_written_down_when_it_stops(world: World, clock: FixedClock) -> None:
    await wish(world, clock, "first", "second")
    messenger = SlowMessenger()
    async with hasty(world) as database, AsyncExitStack() as stack, asyncio.timeout(PATIENCE):
        deliverer = Deliverer(database, {"local": messenger}, clock, lambda: None, {})
        async with asyncio.TaskGroup() as sending:
            await deliverer.begin_due(sending)
            await messenger.begun.wait()
            await stack.enter_async_context(away(world))
            messenger.go_on.set()
        await stack.aclose()
        await deliverer.let_go()
    stored = await rows(world)
    assert stored["first"].status == DeliveryStatus.SENT
    assert (stored["second"].status, stored["second"].claimed_by) == (DeliveryStatus.PENDING, None)


async def test_what_may_have_been_seen_is_not_taken_back(world: World, clock: FixedClock) -> None:
    """The worker that had it is dead: nobody knows whether it was shown."""
    await wish(world, clock, "first")
    await claimed_by_one_that_is_killed(world, clock)
    clock.forward(timedelta(seconds=20))
    async with world.database.transaction() as session:
        dead = await workers.take_for_dead(session, clock.now())
        assert await claims.free(session, dead) == 1
        assert await deliveries.take_back(session, "s", "first") == set()
        await deliveries.drop_unsent(session, "s", idle_at=clock.now())
    assert set(await rows(world)) == {"first"}


async def test_another_one_has_it_by_now(world: World, clock: FixedClock) -> None:
    """Whatever becomes of it at a worker that was taken for dead, the claim of the one that took over stands."""
    await wish(world, clock, "first")
    async with world.database.transaction() as session:
        (before,) = await claims.claim(session, clock.now(), LEASE, 1, worker="one")
        await claims.free(session, ["one"])
        (after,) = await claims.claim(session, clock.now(), LEASE, 1, worker="two")
        await claims.put_off(session, before, clock.now() + timedelta(hours=1), "429")
        await claims.give_back(session, "one", [before.id])
        await claims.give_back_all(session, "one", but=[])
    assert (before.may_have_arrived, after.may_have_arrived) == (False, True)
    row = (await rows(world))["first"]
    assert (row.claimed_by, row.error) == ("two", "")


@pytest.mark.parametrize("sure", [True, False])
async def test_a_connection_that_broke_while_nobody_used_it_is_replaced(world: World, sure: bool) -> None:
    """As after a restart of the server: every connection that the pool has is broken, and nobody has noticed."""
    database = world.database
    if database.is_sqlite:
        pytest.skip("SQLite has no server")

    async def use() -> list[claims.Claimed]:
        async with database.transaction(sure=sure) as session:
            await session.connection()
            return list(await claims.claim(session, datetime.now(UTC), LEASE, 1))

    await asyncio.gather(*(use() for _time in range(5)))
    server = await asyncpg.connect(database.url.set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        await server.execute(f"SELECT pg_terminate_backend(pid, 5000) {others}")
        assert await server.fetchval(f"SELECT count(*) {others}") == 0
    finally:
        await server.close()
    for _time in range(5):
        assert await use() == []


class Files(Uploads):
    """Each file is there at once."""

    def __init__(self) -> None:
        self.surfaces = frozenset({"local"})

    async def made(self, person_id: int, message: Message, file: FileRef) -> Attached:
        return Attached("liste.csv", "text/csv", b"a;b", message.title)


class SlowWithFiles(SlowMessenger):
    """Takes its time over files, and says how many it had in hand at the most."""

    def __init__(self) -> None:
        super().__init__()
        self.under_way = self.most = 0

    async def send(self, address: Address, message: Message) -> Ref:
        return await FakeMessenger.send(self, address, message)

    async def send_file(self, address: Address, file: Attached) -> Ref:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        self.begun.set()
        await self.go_on.wait()
        self.under_way -= 1
        return await super().send_file(address, file)


async def test_a_killed_worker_repeats_one_file_at_most(world: World, clock: FixedClock) -> None:
    """Nobody can be asked whether a file has arrived, so they go one at a time, and hold back no message."""
    file = FileRef(document="liste").model_dump(mode="json", exclude_defaults=True)
    wishes = [
        Wish(f"{who}", "s", world.people[who], {"title": who, "attached": file}, clock.now())
        for who in ("member", "colleague", "secretary")
    ]
    async with world.database.transaction() as session:
        await deliveries.wish(session, wishes)
    await wish(world, clock, "a message", who="deputy")
    messenger = SlowWithFiles()
    worker = Worker(world.database, {"local": messenger}, clock, files=Files())
    async with asyncio.timeout(PATIENCE):
        sending = asyncio.create_task(worker.deliver_due())
        await messenger.begun.wait()
        while not told(messenger, world, "deputy"):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)
        messenger.go_on.set()
        await sending
    assert (messenger.most, messenger.sends) == (1, 4)
    assert {row.status for row in (await rows(world)).values()} == {DeliveryStatus.SENT}
