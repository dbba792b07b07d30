"""Posts of workers that are killed or stopped, and of one whose database goes away: taken over soon, and said once."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from bot.delivering.alive import DEAD_AFTER
from bot.delivering.posting import LEASE, Poster
from bot.messenger import FEW, Ref
from bot.worker import Worker
from handlers.capabilities import registry
from handlers.messages.message import Message
from storage import threads, workers
from storage.database import DatabaseUnavailable
from storage.tables import LiveWorker, MeetingThread, PostStatus, ThreadPost
from storage.threads import Where
from tests.clock import FixedClock
from tests.meetings.threads.scene import HERE, FakeChannels, Scene, poster_of
from tests.meetings.threads.test_following import ROOT
from tests.meetings.threads.test_posting import due, posts
from tests.surface import FakeMessenger
from tests.worker.test_crashes import TICK, hasty
from tests.worker.test_stopping import PATIENCE
from tests.world import World


class SlowChannels(FakeChannels):
    """Takes its time over each new message, until `go_on`; `at_once` is how many it had in hand at the most. `begun`
    says that it has `waited_for` in hand."""

    def __init__(self, waited_for: int = 1) -> None:
        super().__init__()
        self.waited_for = waited_for
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.under_way = self.at_once = 0

    async def post(self, where: Where, reach: Mapping[str, Any] | None, thread: Ref | None, message: Message) -> Ref:
        self.under_way += 1
        self.at_once = max(self.at_once, self.under_way)
        if self.under_way == self.waited_for:
            self.begun.set()
        await self.go_on.wait()
        self.under_way -= 1
        return await super().post(where, reach, thread, message)


@pytest.fixture
async def scene(world: World, clock: FixedClock) -> Scene:
    """A thread is to begin."""
    scene = Scene(world, clock)
    await due(scene)
    return scene


def worker_of(scene: Scene, channels: FakeChannels | None = None) -> Worker:
    ways = {"slack": FakeMessenger()}
    return Worker(scene.world.database, ways, scene.clock, channels={"slack": channels or scene.channels})


async def claimed_by_one_that_is_killed(scene: Scene) -> int:
    """It came so far that the post stands there. The thread."""
    now = scene.clock.now()
    async with scene.world.database.transaction() as session:
        (thread,) = await threads.claim(session, now, now + LEASE, "killed", 10)
        await workers.beat(session, "killed", now)
        (post,) = await threads.posts_of(session, [thread])
        await threads.begun(session, post.id)
    there = Message.model_validate(post.message).model_copy(update={"delivery_key": f"thread:{thread}:root"})
    await scene.channels.post(HERE, None, None, there)
    return thread


async def test_what_a_killed_worker_was_posting_in_is_taken_over_within_15_seconds(scene: Scene) -> None:
    await claimed_by_one_that_is_killed(scene)
    killed_at, other = scene.clock.now(), worker_of(scene)
    while scene.channels.asked == 0:
        await other.beat()
        await other.post_due()
        scene.clock.forward(TICK)
        assert scene.clock.now() - killed_at < timedelta(seconds=15)
    # The channel was asked, and has it once.
    assert (scene.titles(), [each.status for each in await posts(scene)]) == ([ROOT], [PostStatus.SENT])
    async with scene.world.database.transaction() as session:
        assert await session.get(LiveWorker, "killed") is None


async def test_what_a_living_worker_is_posting_in_is_left_alone(scene: Scene) -> None:
    slow = SlowChannels()
    first, other = worker_of(scene, slow), worker_of(scene)
    async with asyncio.timeout(PATIENCE):
        posting = asyncio.create_task(first.post_due())
        await slow.begun.wait()
        for _tick in range(10):
            await first.beat()
            await other.beat()
            assert await other.post_due() == 0
            scene.clock.forward(TICK)
        slow.go_on.set()
        await posting
    assert (len(slow.stands[HERE]), scene.channels.posts) == (1, 0)
    # It holds nothing any more, and says nothing more.
    assert await other.post_due() == 0
    scene.clock.forward(DEAD_AFTER + TICK)
    await first.beat()
    async with scene.world.database.transaction() as session:
        (thread,) = await session.scalars(select(MeetingThread))
        assert thread.claimed_by is None


async def test_one_that_was_taken_for_dead_posts_nothing_more(scene: Scene) -> None:
    await several(scene, 2)
    slow = SlowChannels()
    cut_off, other = worker_of(scene, slow), worker_of(scene)
    async with asyncio.timeout(PATIENCE):
        posting = asyncio.create_task(cut_off.post_due())
        await slow.begun.wait()
        await other.beat()
        scene.clock.forward(DEAD_AFTER + timedelta(seconds=1))
        await other.beat()
        await cut_off.beat()
        slow.go_on.set()
        await posting
    assert slow.posts == 1
    scene.channels.stands = slow.stands
    for _second in range(10):
        await other.post_due()
        scene.clock.forward(timedelta(seconds=1))
    # Below the one that the first had begun.
    assert {post.status for post in await posts(scene)} == {PostStatus.SENT}


async def several(scene: Scene, count: int) -> None:
    """So many posts are to stand in the thread, its beginning among them."""
    async with scene.world.database.transaction() as session:
        (root,) = await session.scalars(select(ThreadPost))
        for number in range(count - 1):
            values = {"thread_id": root.thread_id, "message": {**root.message, "title": f"{number}"}, "content": {}}
            session.add(ThreadPost(key=f"said:{number}", due_at=root.due_at, created_at=root.created_at, **values))


async def in_channels(scene: Scene, count: int) -> None:
    """So many threads are to begin, each in a channel of its own."""
    async with scene.world.database.transaction() as session:
        (root,) = await session.scalars(select(ThreadPost))
        first = await session.get_one(MeetingThread, root.thread_id)
        for number in range(count - 1):
            values = first.model_dump(exclude={"id", "channel"}) | {"channel": f"C{number}"}
            thread = MeetingThread(**values)
            session.add(thread)
            await session.flush()
            post = root.model_dump(exclude={"id", "thread_id"}) | {"thread_id": thread.id}
            session.add(ThreadPost(**post))


async def test_a_few_are_under_way_at_once_where_nobody_can_tell_what_arrived(scene: Scene) -> None:
    """As many as a worker that is killed may repeat, in however many channels something is to be posted."""
    await in_channels(scene, 2 * FEW)
    slow = SlowChannels(waited_for=FEW)
    poster = poster_of(scene.world.database, {"slack": slow}, scene.clock, at_once=FEW)
    async with asyncio.timeout(PATIENCE):
        posting = asyncio.create_task(poster.post_due())
        await slow.begun.wait()
        slow.go_on.set()
        await posting
    assert (slow.at_once, slow.posts) == (FEW, 2 * FEW)


@asynccontextmanager
async def away(world: World) -> AsyncIterator[None]:
    """The database lets nobody else write what became of a post."""
    async with world.database.transaction() as session:
        await session.execute(update(ThreadPost).values(error=col(ThreadPost.error)))
        yield


async def test_when_the_database_goes_away_nothing_more_is_posted_and_nothing_is_said_twice(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await several(scene, 3)
    slow = SlowChannels()
    slow.can_tell = False
    async with hasty(scene.world) as database, asyncio.timeout(PATIENCE):
        poster: Poster = poster_of(database, {"slack": slow}, scene.clock, scene.again.append, registry().unposted)
        posting = asyncio.create_task(poster.post_due())
        await slow.begun.wait()
        async with away(scene.world):
            slow.go_on.set()
            await posting
            scene.clock.forward(TICK)
            with pytest.raises(DatabaseUnavailable):
                await poster.post_due()
            assert slow.posts == 1
        for _second in range(5):
            await poster.post_due()
            scene.clock.forward(timedelta(seconds=1))
    assert [each.title for each in slow.stands[HERE][0]] == [ROOT, "0", "1"]
    assert {post.status for post in await posts(scene)} == {PostStatus.SENT}
    assert "settled when the database is back" in caplog.text


async def test_what_is_known_is_written_down_when_it_stops_and_the_rest_is_given_back(scene: Scene) -> None:
    await several(scene, 2)
    slow = SlowChannels()
    async with hasty(scene.world) as database, asyncio.timeout(PATIENCE):
        poster = poster_of(database, {"slack": slow}, scene.clock)
        posting = asyncio.create_task(poster.post_due())
        await slow.begun.wait()
        async with away(scene.world):
            poster.stopping = True
            slow.go_on.set()
            await posting
        await poster.let_go()
    assert [post.status for post in await posts(scene)] == [PostStatus.SENT, PostStatus.PENDING]
    # At once, without a beat or a lease that ends.
    scene.clock.forward(timedelta(seconds=1))
    assert await scene.another_worker().post_due() == 1


async def test_a_worker_that_is_stopped_goes_on_with_no_other_thread(scene: Scene) -> None:
    await several(scene, 3)
    slow = SlowChannels()
    worker = worker_of(scene, slow)
    worker.start()
    async with asyncio.timeout(PATIENCE):
        await slow.begun.wait()
        stopping = asyncio.create_task(worker.stop())
        slow.go_on.set()
        await stopping
    assert slow.posts == 1
    scene.clock.forward(timedelta(seconds=1))
    assert await scene.another_worker().post_due() == 1
    async with scene.world.database.transaction() as session:
        gone = await session.scalars(select(LiveWorker))
        assert [each.id for each in gone if each.id == worker._deliverer.alive.worker] == []
