"""Doing what the clock does: by one worker at a time, and each item in a transaction of its own, so that one that fails
holds back no other.

A chore is leased (see `storage.leases`) while there is something to do, and given back afterwards. A worker that is
killed holds it until the lease has run out; whoever was turned away looks again then.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from handlers import faults
from handlers.calendar.clock import Clock
from handlers.chore import Chore, Item
from storage import leases
from storage.database import Database, DatabaseUnavailable
from storage.stirring import which

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
"""So long after the last item of a worker that was killed, another one takes over. No item takes nearly as long: a
statement may take 8 s (`storage.database`)."""
_SOONEST, _LATEST = timedelta(minutes=1), timedelta(hours=1)
"""When what failed is tried again: after the first of these, then after twice as long each time up to the other."""
_MOST_DOUBLED = 6
_UNAVAILABLE_IN_A_ROW = 2
"""One item may wait for a lock that is held for long; where the next one fails likewise, the database is at fault."""


class _HeldByAnother(Exception):
    """Another worker does the chore now."""


def _never(_chore: Chore, _at: datetime) -> None:
    """Whoever has no clock of their own is asked again in any case."""


class Doer:
    """Does chores. What fails is remembered, so that it is tried again later and not at each tick.

    Args:
        look_again: told of a chore that another worker holds, and until when.
    """

    def __init__(
        self, database: Database, clock: Clock, look_again: Callable[[Chore, datetime], None] = _never
    ) -> None:
        self._database = database
        self._clock = clock
        self._look_again = look_again
        self.holder = uuid4().hex
        """What leases know it by."""
        self._failed: dict[tuple[str, Item], tuple[int, datetime]] = {}
        """Chore and item → how often it has failed, and when it is tried again."""
        self.stopping = False
        """Once set, what is under way is ended and nothing more is begun."""

    async def do_all(self, chores: Sequence[Chore], do: Callable[[Chore], Awaitable[int]] | None = None) -> int:
        """Do each of these chores (`do`: how) that has something to do, in their order; how many messages that wrote.

        One statement tells which these are. It is asked anew once one has been done, since what that did may give
        another one something to do.
        """
        written = 0
        stirred: Collection[str] = ()
        is_told = False
        for place, chore in enumerate(chores):
            if self.stopping:
                break
            if chore.stirs is not None and chore.name not in stirred:
                if not is_told:
                    stirred, is_told = await self._stirred(chores[place:]), True
                if chore.name not in stirred:
                    continue
            written += await (do or self.do)(chore)
            is_told = False
        return written

    async def _stirred(self, chores: Sequence[Chore]) -> Collection[str]:
        """The names of those of these chores for which something may be due."""
        now = self._clock.now()
        names = {chore.name for chore in chores if chore.stirs is not None}
        try:
            asked = {chore.name: chore.stirs(now) for chore in chores if chore.stirs is not None}
            found = {row.name for row in await self._database.read(*which(asked))}
        except DatabaseUnavailable as error:
            log.warning("chores are asked one by one, the database is unavailable: %s", error)
            return names
        except Exception as error:
            # It may be the trouble of one: each by itself tells, and holds back no other.
            faults.untold(log, error, "chores are asked one by one")
            return names
        # What failed and is not due any more begins anew, should it be due again.
        for name, item in [key for key in self._failed if key[0] in names - found]:
            del self._failed[name, item]
        return found

    async def do(self, chore: Chore) -> int:
        """Do what is due, and what comes of it; how many messages that wrote.

        Raises:
            DatabaseUnavailable: what is left waits for the next time.
        """
        written = 0
        done: set[Item] = set()
        try:
            while not self.stopping:
                due = [item for item in await self._due(chore) if item not in done]
                if not due:
                    break
                written += await self._do_these(chore, due)
                done.update(due)
        except _HeldByAnother:
            log.info("chore %s is done by another worker", chore.name)
            return written
        except Exception:
            # Whatever it was, the others need not wait for the lease.
            with suppress(DatabaseUnavailable):
                await self._give_back(chore)
            raise
        if done:
            await self._give_back(chore)
        return written

    async def _give_back(self, chore: Chore) -> None:
        async with self._database.transaction() as session:
            await leases.give_back(session, chore.name, self.holder)

    async def _due(self, chore: Chore) -> Sequence[Item]:
        now = self._clock.now()
        async with self._database.reading() as session:
            found = await chore.due(session, now)
            held_until = await leases.held_by_another(session, chore.name, self.holder, now) if found else None
        if held_until is not None:
            self._look_again(chore, held_until)
            return []
        failed = {item for name, item in self._failed if name == chore.name}
        for item in failed.difference(found):
            del self._failed[chore.name, item]
        return [item for item in found if item not in failed or self._failed[chore.name, item][1] <= now]

    async def _do_these(self, chore: Chore, due: Sequence[Item]) -> int:
        written = unavailable = 0
        for first in range(0, len(due), chore.at_once):
            if self.stopping:
                break
            try:
                written += await self._do_together(chore, due[first : first + chore.at_once])
                unavailable = 0
            except DatabaseUnavailable:
                unavailable += 1
                if unavailable == _UNAVAILABLE_IN_A_ROW:
                    raise
        return written

    async def _do_together(self, chore: Chore, items: Sequence[Item]) -> int:
        """In one transaction; if that fails, each in its own."""
        kept = False
        try:
            async with self._database.transaction() as session:
                now = self._clock.now()
                # First of all, so that nobody else can take over before this has ended.
                kept = await leases.keep(session, chore.name, self.holder, now, now + LEASE)
                if not kept:
                    raise _HeldByAnother
                written = await chore.do(session, items, now)
        except Exception as error:
            if not kept:
                raise
            if len(items) > 1:
                return await self._do_these(replace(chore, at_once=1), items)
            self._put_off(chore, items[0], error)
            if isinstance(error, DatabaseUnavailable):
                raise
            return 0
        for item in items:
            self._failed.pop((chore.name, item), None)
        return written

    def _put_off(self, chore: Chore, item: Item, error: Exception) -> None:
        times = self._failed[chore.name, item][0] if (chore.name, item) in self._failed else 0
        wait = min(_SOONEST * 2 ** min(times, _MOST_DOUBLED), _LATEST)
        self._failed[chore.name, item] = (times + 1, self._clock.now() + wait)
        if isinstance(error, DatabaseUnavailable):
            # Nothing is wrong with it, so there is no reference for anybody to ask about.
            log.warning("chore %s waits with %s for %s, the database is unavailable: %s", chore.name, item, wait, error)
            return
        faults.untold(log, error, "chore %s failed for %s and is tried again in %s", chore.name, item, wait)
