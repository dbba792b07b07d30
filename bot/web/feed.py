"""Calendar addresses (`GET /kalender/…`): what a calendar program fetches, again and again, without a login.

The address is a secret (see `handlers.subscriptions.address`): it stands in no log, and whoever tries another learns
nothing from the answer, which is the same for all that lead nowhere.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from aiohttp import ETag, web

from bot.web.guard import LINKED_HEADERS
from handlers import faults
from handlers.calendar.feed import FOLDER
from storage.database import DatabaseUnavailable

_NOWHERE = "Denne kalenderadressen virker ikke. Lag en ny: skriv «mote kalender» til boten.\n"
_HEADERS = {
    **LINKED_HEADERS,
    # Kept by the calendar that fetched it, which asks each time whether it has changed; by nobody on the way.
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_TRY_AGAIN_SECONDS = "60"


class Feed(Protocol):
    """A calendar as it is now (see `handlers.subscriptions.reading`)."""

    @property
    def tag(self) -> str: ...

    @property
    def changed_at(self) -> datetime: ...

    def draw(self) -> bytes: ...


class CalendarFeeds:
    """Answers calendar programs.

    Args:
        open_feed: what an address leads to, by what stands behind the folder in it; None: nowhere.
    """

    def __init__(self, open_feed: Callable[[str], Awaitable[Feed | None]]) -> None:
        self._open = open_feed

    def routes(self) -> list[web.RouteDef]:
        # All that begins so is answered here, so that what is no address at all gets the same answer too.
        return [web.get(f"/{FOLDER}/{{path:.*}}", self._send)]

    async def _send(self, request: web.Request) -> web.StreamResponse:
        try:
            feed = await self._open(request.match_info["path"])
        except DatabaseUnavailable as error:
            return web.Response(
                status=503, text=f"{faults.busy(error)}\n", headers={**_HEADERS, "Retry-After": _TRY_AGAIN_SECONDS}
            )
        if feed is None:
            return web.Response(status=404, text=_NOWHERE, headers=_HEADERS)
        if _has_it(request, feed):
            response = web.Response(status=304, headers=_HEADERS)
        else:
            response = web.Response(body=feed.draw(), headers={**_HEADERS, **_FILE})
        response.etag = feed.tag
        response.last_modified = feed.changed_at
        return response


_FILE = {
    "Content-Type": "text/calendar; charset=utf-8",
    "Content-Disposition": 'inline; filename="kalender.ics"',
}


def _has_it(request: web.Request, feed: Feed) -> bool:
    """Whether the caller has this version already (RFC 9110, 13.1.2 and 13.1.3)."""
    tags = request.if_none_match
    if tags is not None:
        return any(tag == _ANY or tag.value == feed.tag for tag in tags)
    since = request.if_modified_since
    return since is not None and feed.changed_at.replace(microsecond=0) <= since


_ANY = ETag(value="*")
