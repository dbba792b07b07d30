"""Lines as they come, as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).

The number of an event is the line's revision, so a page that lost its connection says where it was and gets the rest
from the database. A bell tells of changes made in this process; the database is looked at in any case every
`poll_seconds`, since a worker may be a process of its own.
"""

import asyncio
import json
import logging
from contextlib import suppress

from aiohttp import web

from bot.web.draw import line
from bot.web.guard import HEADERS
from bot.web.messenger import Bell
from bot.web.unstored import Unstored
from handlers.calendar.clock import Clock
from handlers.people.links import Links
from handlers.writing.language import speaking
from storage import local
from storage.database import Database, DatabaseUnavailable
from storage.local import Player

log = logging.getLogger(__name__)
_AT_ONCE = 100


class Events:
    """The open streams of all pages."""

    def __init__(
        self, database: Database, clock: Clock, bell: Bell, unstored: Unstored, links: Links, poll_seconds: float
    ) -> None:
        self._database = database
        self._clock = clock
        self._bell = bell
        self._unstored = unstored
        self._links = links
        self._poll_seconds = poll_seconds
        self._closing = False

    def close(self) -> None:
        """End every stream now; pages connect again by themselves when there is somebody to connect to."""
        self._closing = True
        self._bell.ring_all()

    async def follow(self, request: web.Request, player: Player, seen: int) -> web.StreamResponse:
        """Send what comes after revision `seen`, until the page or the process goes away."""
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        # A page that went away shows at the next write. That is the usual end.
        with self._bell.listen(player.id) as heard, suppress(ConnectionResetError):
            await response.write(b"retry: 1000\n\n")
            while not self._closing:
                heard.clear()
                news, seen = await self._news(player, seen)
                # Without news it is a comment, which tells whether the page is still there.
                await response.write(news or b":\n\n")
                if not news:
                    await self._wait(heard)
        return response

    async def _wait(self, heard: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll_seconds):
                await heard.wait()

    async def _news(self, player: Player, seen: int) -> tuple[bytes, int]:
        """The events after `seen`, and the last number among them."""
        try:
            async with self._database.reading() as session:
                last = await local.last_revision(session, player.id)
                entries = await local.changed_since(session, player.id, seen, _AT_ONCE) if last > seen else ()
        except DatabaseUnavailable as error:
            # The page says itself what it cannot do; the stream goes on when the database is back.
            log.info("no news for an open page: the database is unavailable (%s)", error)
            return b"", seen
        if last < seen:
            # Another database than the page was made from (somebody began anew).
            return b"event: reload\ndata:\n\n", last
        with speaking(player.language):
            now = self._clock.now()
            drawn = [line(self._unstored.as_shown(entry), player.id, now, self._links) for entry in entries]
        events = [f"id: {item.revision}\ndata: {json.dumps(item._asdict())}\n\n" for item in drawn]
        return "".join(events).encode(), drawn[-1].revision if drawn else seen
