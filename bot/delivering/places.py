"""How many are sent to at once on each surface, and how soon one person gets the next message there."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.messenger import Messenger
from handlers.calendar.clock import Clock

_WAITING = 8
"""For each place on a surface, so many people may wait in hand. The rest is given back, so that a surface that takes a
few at once does not fill all that is in hand and hold back those on another; and so many a second are due again."""
_CROWDED_FOR = timedelta(seconds=2)
"""The soonest that one of them is due again."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class NotBegun(Exception):
    """It was not begun, and is given back."""


class Crowded(NotBegun):
    """Too many wait for this surface already."""

    def __init__(self, due_at: datetime) -> None:
        self.due_at = due_at


class TooSoon(NotBegun):
    """Somebody has got a message a moment ago, on a surface that takes so many and no more."""


@dataclass(frozen=True)
class Pace:
    """When somebody may be sent the next new message, and how far apart those after it are."""

    next_at: datetime
    apart: timedelta


class _Way:
    """So many go there at once (`places`), and so many more wait."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.turns = asyncio.Semaphore(places)
        self.waiting = 0
        """How many people in hand wait for a place."""
        self.put_off_to = _NEVER
        """When the last of those is due that were given back since too many waited."""


class Places:
    """The places on each surface: so many people are sent to at once, and so many more wait.

    Files go there one at a time: of a file no surface can be asked whether it has arrived, so a worker that is killed
    repeats one at most.
    """

    def __init__(self, messengers: Mapping[str, Messenger], clock: Clock) -> None:
        self._clock = clock
        self._ways = {surface: _Way(messenger.at_once) for surface, messenger in messengers.items()}
        self._of_files = {surface: _Way(1) for surface in messengers}

    @asynccontextmanager
    async def on(self, surface: str, *, for_file: bool = False) -> AsyncIterator[None]:
        """A place on a surface, waited for while not too many do.

        Raises:
            Crowded: too many do.
        """
        async with AsyncExitStack() as held:
            if for_file:
                # First of all, so that whoever waits for this keeps nobody from a place.
                await held.enter_async_context(self._turn(self._of_files[surface]))
            await held.enter_async_context(self._turn(self._ways[surface]))
            yield

    @asynccontextmanager
    async def _turn(self, way: _Way) -> AsyncIterator[None]:
        if way.turns.locked() and way.waiting >= _WAITING * way.places:
            soonest = max(self._clock.now() + _CROWDED_FOR, way.put_off_to)
            way.put_off_to = soonest + timedelta(seconds=1) / (_WAITING * way.places)
            raise Crowded(soonest)
        way.waiting += 1
        try:
            await way.turns.acquire()
        finally:
            way.waiting -= 1
        try:
            yield
        finally:
            way.turns.release()

    @asynccontextmanager
    async def after_the_others(self, surface: str) -> AsyncIterator[None]:
        """A place on a surface, waited for however many do: for what is in hand a few at a time."""
        way = self._ways.get(surface)
        if way is None:
            # The surface is not on.
            yield
            return
        async with way.turns:
            yield


class Paces:
    """How far apart one person's new messages are."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of: dict[int, Pace] = {}

    def forget_past(self) -> None:
        """Let go what holds nobody back any more."""
        now = self._clock.now()
        self._of = {person_id: pace for person_id, pace in self._of.items() if pace.next_at > now}

    def of(self, person_id: int) -> Pace:
        """Of somebody who was sent something a moment ago."""
        return self._of[person_id]

    def check(self, person_id: int) -> None:
        """Raises `TooSoon` where they have to wait for the next."""
        pace = self._of.get(person_id)
        if pace is not None and self._clock.now() < pace.next_at:
            raise TooSoon

    def note_sent(self, person_id: int, apart: timedelta) -> None:
        """They were sent a new message now. `apart`: see `Messenger`."""
        if apart:
            self._of[person_id] = Pace(self._clock.now() + apart, apart)
