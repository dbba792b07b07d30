"""The clock and the delivery loop, each in a task of its own, so that a chore that takes long delays no delivery.

APScheduler only ticks. What is due stands in the database, which guarantees once-only: unique keys, and a claim with
a lease that outlasts the longest send. So any number of workers may run, and a killed one loses nothing.

The promise is «at least once»: a worker that is killed after a send and before its commit sends again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.chores import Doer
from bot.delivering.alive import BEATS_EVERY
from bot.delivering.channels import Channels
from bot.delivering.deliverer import Deliverer
from bot.delivering.posting import Poster
from bot.delivering.uploads import Uploads
from bot.messenger import Messenger
from handlers import faults
from handlers.calendar.clock import Clock
from handlers.chore import Chore
from handlers.messages.undelivered import Subjects
from handlers.messages.unposted import NOBODY, Unposted
from handlers.people.links import NO_LINKS, Links
from storage import deliveries, drafts, reminders, seen, threads
from storage.database import Database, DatabaseUnavailable

log = logging.getLogger(__name__)

_KEEP_SEEN = timedelta(days=2)
_KEEP_DELIVERIES = timedelta(days=400)
_WORTH_TRYING_AGAIN = timedelta(days=14)
"""What was given up longer ago has been told in another way, or is not news any more."""

_NO_SUBJECTS: Subjects = MappingProxyType({})

Job = Callable[[], Awaitable[None]]
"""Something of the worker's own to be done now and then, as tidying."""


class Worker:
    """Ticks, and brings due deliveries about.

    Args:
        messengers: surface name → its way out. The order says where to look somebody up who has not spoken yet; `MAIL`
            comes last, wherever it stands.
        chores: what the clock does for the capabilities, in the order in which it is done.
        subjects: who is told of a message that did not arrive (see `handlers.messages.undelivered`).
        links: makes the links to files in a message, when it is sent.
        files: makes the files that are put into conversations instead.
        channels: surface name → its way into channels, where meetings have their threads. `unposted`: who is told that
            nothing gets through there.
    """

    def __init__(
        self,
        database: Database,
        messengers: Mapping[str, Messenger],
        clock: Clock,
        chores: Sequence[Chore] = (),
        *,
        channels: Mapping[str, Channels] = MappingProxyType({}),
        links: Links = NO_LINKS,
        subjects: Subjects = _NO_SUBJECTS,
        files: Uploads | None = None,
        unposted: Unposted = NOBODY,
        deliveries_every: float = 2.0,
        beats_every: float = BEATS_EVERY.total_seconds(),
    ) -> None:
        self._database = database
        self._messengers = messengers
        self._deliverer = Deliverer(database, messengers, clock, self.wake, subjects, links, files)
        delivers = self._deliverer
        self._poster = Poster(database, channels, clock, self._post_again, delivers.alive, delivers.places, unposted)
        self._clock = clock
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._doer = Doer(database, clock, self._look_again)
        self._chores = tuple(chores)
        self._deliveries_every, self._beats_every = deliveries_every, beats_every
        self._wanted = asyncio.Event()
        self._posts_wanted = asyncio.Event()
        self._jobs_wanted = asyncio.Event()
        self._wanted_chores = set(self._chores)
        self._jobs: list[Job] = [self._retry_waiting, self._retry_failed]
        self._stopping = False
        self._loops: list[asyncio.Task[None]] = []
        self._beating: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin: what came due while nobody ran is done at once, and what waited or was given up is tried
        again."""
        if not self._messengers:
            log.error("no surface is on, so nothing is sent: has this process the settings of Slack, Teams or e-mail?")
        self._tick_from_now_on()
        self._loops = [
            asyncio.create_task(self._deliver(), name="deliveries"),
            asyncio.create_task(self._post(), name="posts"),
            asyncio.create_task(self._do_jobs(), name="chores"),
        ]
        self._beating = asyncio.create_task(self._deliverer.alive.keep_alive(), name="beats")

    def _tick_from_now_on(self) -> None:
        tick_every = partial(self._scheduler.add_job, self._tick, "interval")
        for chore in self._chores:
            tick_every([chore], seconds=chore.every.total_seconds(), id=f"chore {chore.name}")
        tick_every(seconds=self._deliveries_every, id="deliveries")
        tick_every([self._retry_waiting], hours=1, id="waiting")
        tick_every([self._tidy], hours=6, id="tidy")
        beats = self._deliverer.alive.want_beat
        self._scheduler.add_job(beats, "interval", seconds=self._beats_every, id="beats")
        self._scheduler.start()

    async def stop(self, seconds: float = 10.0) -> None:
        """End after the sends and the item of a chore under way, and after `seconds` in any case.

        What is claimed and not begun is given back at once; a send that was cut off comes free when the other workers
        hear no more of this one.
        """
        self._stopping = True
        self._deliverer.stopping = self._doer.stopping = self._poster.stopping = True
        self._wanted.set()
        self._posts_wanted.set()
        self._jobs_wanted.set()
        self._scheduler.shutdown(wait=False)
        if self._loops:
            _done, late = await asyncio.wait(self._loops, timeout=seconds)
            for task in late:
                log.error("the %s under way did not end in time", task.get_name())
                task.cancel()
            await asyncio.gather(*self._loops, return_exceptions=True)
        # The deliverer says last that this worker holds nothing any more.
        await self._poster.let_go()
        await self._deliverer.let_go()
        if self._beating is not None:
            await self._beating

    def wake(self) -> None:
        """Look for due deliveries now: something was just committed."""
        self._wanted.set()

    def _post_again(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self._posts_wanted.set)

    async def _tick(self, job: Chore | Job | None = None) -> None:
        """What the scheduler calls. It only says what is wanted, since the scheduler cuts off what it runs when it
        stops. (A coroutine, since anything else it runs in a thread.)"""
        if job is None:
            self.wake()
            self._posts_wanted.set()
            return
        if isinstance(job, Chore):
            self._wanted_chores.add(job)
        elif job not in self._jobs:
            self._jobs.append(job)
        self._jobs_wanted.set()

    async def _do_jobs(self) -> None:
        """One job after the other, chores first. It ends when the one under way has, as `_deliver` does."""
        while not self._stopping:
            self._jobs_wanted.clear()
            while (self._wanted_chores or self._jobs) and not self._stopping:
                job = self._do_wanted_chores if self._wanted_chores else self._jobs.pop(0)
                try:
                    await job()
                except Exception as error:
                    # The other jobs have their turn.
                    faults.untold(log, error, "a job of the clock failed")
                self._may_have_written()
            if not self._stopping:
                await self._jobs_wanted.wait()

    async def _do_wanted_chores(self) -> None:
        wanted, self._wanted_chores = self._wanted_chores, set()
        await self._doer.do_all([chore for chore in self._chores if chore in wanted], self._do)

    def _may_have_written(self) -> None:
        """Messages, or what is to stand in channels."""
        self.wake()
        self._posts_wanted.set()

    async def _deliver(self) -> None:
        """Deliveries, different people's beside each other; it ends when they have ended, so that `stop` can let them:
        a call to SQLite that is cut off midway may never give its connection back, and the process would not end."""
        async with asyncio.TaskGroup() as sending:
            while not self._stopping:
                self._wanted.clear()
                begun = 0
                try:
                    begun = await self._deliverer.begin_due(sending)
                except DatabaseUnavailable as error:
                    log.warning("deliveries wait, the database is unavailable: %s", error)
                except Exception as error:
                    faults.untold(log, error, "the delivery loop failed and goes on")
                if not begun or not self._deliverer.has_room:
                    await self._wanted.wait()

    async def _post(self) -> None:
        """What is to stand in channels, beside the deliveries; it ends as they do."""
        while not self._stopping:
            self._posts_wanted.clear()
            posted = 0
            try:
                posted = await self._poster.post_due()
            except DatabaseUnavailable as error:
                log.warning("posts wait, the database is unavailable: %s", error)
            except Exception as error:
                faults.untold(log, error, "posting failed and goes on")
            if not posted and not self._stopping:
                await self._posts_wanted.wait()

    async def _do(self, chore: Chore) -> int:
        # Each by itself: trouble with one keeps nobody from getting what the others write.
        try:
            return await self._doer.do(chore)
        except DatabaseUnavailable as error:
            log.warning("chore %s waits, the database is unavailable: %s", chore.name, error)
        except Exception as error:
            faults.untold(log, error, "chore %s failed and is tried again", chore.name)
        finally:
            self._may_have_written()
        return 0

    def _look_again(self, chore: Chore, at: datetime) -> None:
        """Another worker holds the chore until then, unless it goes on, or has died."""
        self._scheduler.add_job(
            self._tick,
            "date",
            [chore],
            run_date=datetime.now(UTC) + (at - self._clock.now()),
            id=f"chore {chore.name} again",
            replace_existing=True,
        )

    async def do_chores(self) -> int:
        """Do every chore that is due now; how many messages that wrote."""
        return await self._doer.do_all(self._chores)

    async def _retry_waiting(self) -> None:
        if not self._messengers:
            return
        try:
            async with self._database.transaction() as session:
                released = await deliveries.retry_waiting(session, self._clock.now())
                released += await threads.try_again(session, self._clock.now())
        except DatabaseUnavailable as error:
            log.warning("what waits for people goes on waiting, the database is unavailable: %s", error)
            return
        if released:
            log.info("%d deliveries that waited are tried again", released)

    async def _retry_failed(self) -> None:
        """Once, at the start: a new version of the program, or a restart after something was mended."""
        if not self._messengers:
            return
        now = self._clock.now()
        try:
            async with self._database.transaction() as session:
                released = await deliveries.retry_failed(session, now, now - _WORTH_TRYING_AGAIN)
        except DatabaseUnavailable as error:
            log.warning("what was given up is not tried again, the database is unavailable: %s", error)
            return
        if released:
            log.info("%d deliveries that were given up are tried again", released)

    async def _tidy(self) -> None:
        now = self._clock.now()
        try:
            async with self._database.transaction() as session:
                await drafts.forget_expired(session, now)
                await seen.forget_before(session, now - _KEEP_SEEN)
                await deliveries.forget_before(session, now - _KEEP_DELIVERIES)
                await reminders.forget_before(session, now - _KEEP_DELIVERIES)
        except DatabaseUnavailable as error:
            log.warning("tidying waits, the database is unavailable: %s", error)

    async def beat(self) -> timedelta | None:
        """Say that this worker lives, and take over from those that do not (see `bot.delivering.alive.Alive.beat`)."""
        return await self._deliverer.alive.beat()

    async def post_due(self) -> int:
        """Bring about what is to stand in channels by now; in how many threads something was."""
        return await self._poster.post_due()

    async def deliver_due(self) -> int:
        """Claim a batch of due deliveries and bring them about; how many were claimed."""
        async with asyncio.TaskGroup() as sending:
            return await self._deliverer.begin_due(sending)
