"""Whether this worker and the others live: what a dead one held is taken over (docs/decisions/033)."""

import asyncio
import logging
import uuid
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from handlers import faults
from handlers.calendar.clock import Clock
from storage import claims, threads, workers
from storage.database import Database, DatabaseUnavailable

log = logging.getLogger(__name__)

BEATS_EVERY = timedelta(seconds=2)
"""So often a worker that holds something says that it lives."""
DEAD_AFTER = timedelta(seconds=8)
"""One that has said nothing for so long is taken for dead."""
_NOTHING_NEW_AFTER = timedelta(seconds=6)
"""A worker that has not been able to say anything for so long begins nothing: others may be about to take it over."""
_LISTENS_FIRST = timedelta(seconds=3)
"""Whoever has just begun, or just got the database back, lets the others speak before it takes them for dead, unless
another has listened until now."""
_NO_GAP = timedelta(seconds=2.5)
"""Two who listen, one after the other, with no more than this between them have listened all the time, since each does
every two seconds. An outage that is no longer leaves whoever lives the time to say so within `DEAD_AFTER`."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Alive:
    """Says that this worker lives, and looks whether the others do.

    Args:
        held: the deliveries that this worker has in hand, as they are at each moment (see `also_holds`).
        freed: called when what a dead worker held has come free.
    """

    def __init__(self, database: Database, clock: Clock, held: Collection[int], freed: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._held = [held]
        self._freed = freed
        self.worker = uuid.uuid4().hex
        self.life = 0
        """How often this worker was taken for dead while it held something."""
        self._heard_at = _NEVER
        self._listens_since: datetime | None = None
        self._beat_wanted = asyncio.Event()
        self._ended = False

    def may_begin(self, life: int) -> bool:
        """Whether the others take it for alive, as they have since `life`."""
        return life == self.life and self._clock.now() < self._heard_at + _NOTHING_NEW_AFTER

    def also_holds(self, held: Collection[int]) -> None:
        """What else this worker has in hand, as it is at each moment."""
        self._held.append(held)

    @property
    def holds_anything(self) -> bool:
        """Whether anything is in hand, so that others would have to take it over."""
        return any(self._held)

    def end(self) -> None:
        """Beat no more."""
        self._ended = True
        self._beat_wanted.set()

    async def want_beat(self) -> None:
        """Have a beat soon: what the scheduler calls (see `bot.worker.Worker`)."""
        self._beat_wanted.set()

    async def keep_alive(self) -> None:
        """Beat at once, and each time it is wanted, beside whatever else this worker does, until `end`."""
        self._beat_wanted.set()
        while True:
            await self._beat_wanted.wait()
            self._beat_wanted.clear()
            if self._ended:
                return
            try:
                again = await self.beat()
            except DatabaseUnavailable as error:
                log.warning("cannot say that this worker lives, the database is unavailable: %s", error)
            except Exception as error:
                # The next one may not, and without any the others would take over what is under way here.
                faults.untold(log, error, "a beat failed")
            else:
                if again is not None:
                    asyncio.get_running_loop().call_later(again.total_seconds(), self._beat_wanted.set)

    async def beat(self) -> timedelta | None:
        """Say that this worker lives, if it holds anything; free what is held by one that does not.

        Returns:
            When to beat again, where the next tick would come too late for one that will be dead by then.

        Raises:
            DatabaseUnavailable: nothing was said, or nothing freed.
        """
        now = self._clock.now()
        listens_since, self._listens_since = self._listens_since or now, None
        if self.holds_anything:
            async with self._database.transaction() as session:
                beats = await workers.beat(session, self.worker, now)
            # Not before the commit: what was not written, nobody has heard.
            self.heard(beats, now)
        async with self._database.reading() as session:
            silent = await workers.longest_silent(session)
        wait = None
        if silent is not None:
            if silent.listened_since and silent.listened_at and silent.listened_at + _NO_GAP >= now:
                listens_since = min(listens_since, silent.listened_since)
            wait = max(silent.beat_at + DEAD_AFTER, listens_since + _LISTENS_FIRST) - now
            if wait <= timedelta(0):
                await self._take_over(now - DEAD_AFTER)
            elif silent.beat_at + BEATS_EVERY < now:
                # For the next, should this one be killed before it is time.
                async with self._database.transaction() as session:
                    await workers.listen(session, silent, listens_since, now)
        self._listens_since = listens_since
        return wait if wait is not None and timedelta(0) < wait < BEATS_EVERY else None

    async def _take_over(self, silent_since: datetime) -> None:
        async with self._database.transaction() as session:
            dead = await workers.take_for_dead(session, silent_since)
            freed = await claims.free(session, dead)
            freed_threads = await threads.free(session, dead)
        if freed or freed_threads:
            log.warning("a worker is gone: %d deliveries and %d threads are taken over", freed, freed_threads)
            self._freed()

    def heard(self, beats: int, now: datetime) -> None:
        """What this worker said at `now` is committed, for the `beats`th time in its life (see `storage.workers`)."""
        self._heard_at = now
        if beats == 1 and self.holds_anything:
            self.life += 1
            log.warning("this worker was taken for dead: what it held and has not begun is left to the others")
