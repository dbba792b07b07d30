"""Chores that follow many things and have little to do with most of them at most ticks.

What such a chore follows is looked at when its moment has come, which the last look said, or when something about it
has changed, which triggers note (see `storage.watched`). So a tick at which nothing is due costs one statement for all
of them, however much there is. Everything is looked at once a day besides: some things begin and end on a date; or,
where a lookout says so (`at_midnight`), only those things, and everything once a week.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.chore import Chore, Item
from storage import looks
from storage.watched import EVERYTHING

_CHANGED = "what has changed:"
_MIDNIGHT = "midnight"
"""The subject of a look at what begins and ends on a date."""
_SELDOM = timedelta(days=6)
"""So much later than the next midnight everything is looked at all the same where a date changes little: what a trigger
should miss is late by a week at most."""


class Looked(NamedTuple):
    """What a look came to: how many messages it wrote, and when to look at each thing next; None: not until it
    changes."""

    written: int
    next: Mapping[str, datetime | None]


Spread = Callable[[AsyncSession, Collection[str], datetime], Awaitable[None]]
"""Note what is to be looked at now, since these subjects have changed, as triggers name them; all, if `EVERYTHING` is
among them, and of the others then what is not among all any more."""
Look = Callable[[AsyncSession, Collection[str], datetime], Awaitable[Looked]]
"""Look at these, whether they are still there or not."""
AtMidnight = Callable[[AsyncSession, datetime], Awaitable[None]]
"""Note what is to be looked at now, since a new day has begun."""


async def nothing(_session: AsyncSession, _now: datetime) -> None:
    """Nothing begins or ends on a date."""


@dataclass(frozen=True)
class Lookout:
    """What is followed: `what` one of it is (for the log), and what to do with it. `name`: the chore's, which its
    triggers have too. `at_midnight` None: everything is looked at then."""

    name: str
    what: str
    spread: Spread
    look: Look
    at_midnight: AtMidnight | None = None

    async def due(self, session: AsyncSession, now: datetime) -> Sequence[Item]:
        found = await looks.found(session, self.name, now)
        # Everything first, since it sees to what has changed; if that fails, it holds back none of the rest.
        changed = [Item(_CHANGED, subject) for subject in sorted(found.changed, key=lambda each: each != EVERYTHING)]
        return [*changed, *(Item(self.what, subject) for subject in found.due)]

    async def do(self, session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
        changed = {str(item.id) for item in items if item.what == _CHANGED}
        if changed:
            changed = await looks.take_changed(session, self.name, changed)
            await self.spread(session, changed, now)
        if EVERYTHING in changed:
            midnight = _next_midnight(now)
            all_anew = midnight if self.at_midnight is None else midnight + _SELDOM
            of_the_day = midnight if self.at_midnight is not None else None
            await looks.look_at(session, self.name, {EVERYTHING: all_anew, _MIDNIGHT: of_the_day})
        subjects = [str(item.id) for item in items if item.what == self.what]
        if _MIDNIGHT in subjects and self.at_midnight is not None:
            await self.at_midnight(session, now)
            await looks.look_at(session, self.name, {_MIDNIGHT: _next_midnight(now)})
            subjects.remove(_MIDNIGHT)
        if not subjects:
            return 0
        looked = await self.look(session, subjects, now)
        await looks.look_at(session, self.name, looked.next)
        return looked.written

    def chore(self, *, at_once: int) -> Chore:
        """As the worker does it."""
        return Chore(self.name, self.due, self.do, at_once=at_once, stirs=partial(looks.stirs, self.name))


def _next_midnight(now: datetime) -> datetime:
    tomorrow = local_day(now) + timedelta(days=1)
    return datetime.combine(tomorrow, time(), LOCAL_ZONE).astimezone(UTC)
