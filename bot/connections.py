"""Connections from outside: how many there may be, and how long one may be silent in the middle of a request.

aiohttp closes a connection that idles, but not one whose request never ends. So each of its protocols is wrapped:
what comes is handed on as it is, and noted.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import cast

from aiohttp import web

from bot.limits import Limits
from bot.tally import Tally

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_FULL = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 10\r\nContent-Length: 0\r\n\r\n"


class Connection(asyncio.Protocol):
    """One connection: aiohttp's own protocol, and when it last began to wait for what."""

    def __init__(self, inner: asyncio.Protocol, room: "Connections") -> None:
        self._inner: asyncio.Protocol | None = inner
        self._room = room
        self._loop = asyncio.get_running_loop()
        self.address = ""
        self.transport: asyncio.Transport | None = None
        self.since = self._loop.time()
        """When the request that has not come whole began to come, or else when the one before ended."""
        self.half = False
        """Something of a request has come, but not all of its headers."""
        self.busy = False
        """A request is being answered, or its body read: that has limits of its own."""

    # --- what asyncio tells ---------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if isinstance(peer, tuple) else ""
        if not self._room.enter(self):
            self._inner = None
            self.transport.write(_FULL)
            self.transport.close()
            return
        if self._inner is not None:
            self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if not (self.busy or self.half):
            self.half, self.since = True, self._loop.time()
        if self._inner is not None:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received() if self._inner is not None else None

    def connection_lost(self, exc: Exception | None) -> None:
        self._room.leave(self)
        if self._inner is not None:
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        if self._inner is not None:
            self._inner.resume_writing()

    # --- what is noted of its requests ------------------------------------------------------------------------

    def begun(self) -> None:
        """The headers of a request are there."""
        self.busy, self.half = True, False

    def ended(self) -> None:
        """It is answered."""
        self.busy, self.since = False, self._loop.time()


class Connections:
    """All connections of a listener, oldest first."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: dict[str, dict[Connection, None]] = {}
        self._sweep: asyncio.TimerHandle | None = None
        self._refused = Tally(lambda count, kinds: log.warning("%d connections were closed: %s", count, kinds))

    def __len__(self) -> int:
        return sum(map(len, self._open.values()))

    def enter(self, new: Connection) -> bool:
        """Whether there is room for it. If not, the longest that waits for a request goes: it is not missed."""
        there = self._open.get(new.address, {})
        if self._limits.per_address and len(there) >= self._limits.per_address:
            self._refused.note("too many from one address")
            if not _make_room(there):
                return False
        elif len(self) >= self._limits.together:
            self._refused.note("too many together")
            if not _make_room([each for those in self._open.values() for each in those]):
                return False
        self._open.setdefault(new.address, {})[new] = None
        if self._sweep is None:
            self._sweep_later()
        return True

    def leave(self, connection: Connection) -> None:
        there = self._open.get(connection.address, {})
        there.pop(connection, None)
        if not there:
            self._open.pop(connection.address, None)

    def close(self) -> None:
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        self._refused.close()

    def _sweep_later(self) -> None:
        # Often enough that none stays much longer than it may.
        shortest = min(self._limits.headers, self._limits.idle)
        self._sweep = asyncio.get_running_loop().call_later(shortest / 4, self._close_late)

    def _close_late(self) -> None:
        self._sweep = None
        now = asyncio.get_running_loop().time()
        for connection in [each for those in self._open.values() for each in those]:
            late = now - connection.since
            if not connection.busy and late > (self._limits.headers if connection.half else self._limits.idle):
                if connection.half:
                    self._refused.note("half a request")
                _close(connection)
        if self._open:
            self._sweep_later()


def _make_room(among: Iterable[Connection]) -> bool:
    """Close the one that has waited longest for a request to come whole; False: all are being answered."""
    waiting = min((each for each in among if not each.busy), key=lambda each: each.since, default=None)
    if waiting is None:
        return False
    _close(waiting)
    return True


def _close(connection: Connection) -> None:
    # At once: whoever reads nothing would keep a polite ending waiting.
    if connection.transport is not None:
        connection.transport.abort()
    connection.busy = True


@web.middleware
async def noted(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tells the connection when a request's headers are there, and when it is answered."""
    connection = request.transport.get_protocol() if request.transport is not None else None
    if not isinstance(connection, Connection):
        return await handler(request)
    connection.begun()
    try:
        return await handler(request)
    finally:
        connection.ended()
