"""Listening: the ports are had before anything else is done, and what comes in through them is kept within bounds."""

import asyncio
import errno
import logging
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.connections import Connection, Connections, Handler, noted
from bot.limits import LIMITS, Limits
from bot.tally import Tally
from config.settings import Settings
from handlers import faults

log = logging.getLogger(__name__)

_BACKLOG = 128
_LINGER = 2.0
"""Seconds to read on when an answer was given before the whole request had come, so that the caller can read it."""
LONGEST_REQUEST = 1024 * 1024
"""Bytes, where nothing smaller is said."""


class CannotListen(Exception):
    """The address is in use, or not ours to use; the text says which. `unknown`: there is no such address at all, so
    that another port is of no help."""

    def __init__(self, reason: str, *, unknown: bool = False) -> None:
        super().__init__(reason)
        self.unknown = unknown


@dataclass(frozen=True)
class Ports:
    """The sockets that are listened on. `local`: the local page's own, where it has one."""

    public: Sequence[socket.socket]
    local: Sequence[socket.socket] = ()

    @property
    def number(self) -> int:
        """The public port."""
        return int(self.public[0].getsockname()[1])


@contextmanager
def bound(settings: Settings) -> Iterator[Ports]:
    """Have the ports that the settings ask for. Nobody is answered yet, but nobody else can have them either.

    Raises:
        CannotListen: one of them cannot be had.
    """
    had: list[socket.socket] = []
    try:
        public = _bind(settings.host, settings.port, had)
        has_own = settings.local_chat and settings.local_chat_port is not None
        local = _bind("127.0.0.1", settings.local_chat_port or 0, had) if has_own else []
        yield Ports(public, local)
    finally:
        for each in had:
            each.close()


def _bind(host: str, port: int, had: list[socket.socket]) -> list[socket.socket]:
    """A socket for each address of the host; all are added to `had`."""
    found: list[socket.socket] = []
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _name, address in dict.fromkeys(addresses):
            try:
                each = socket.socket(family, kind, protocol)
            except OSError:
                # «localhost» has an address of IPv6 also where there is none.
                continue
            had.append(each)
            each.setblocking(False)
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            each.bind(address)
            # As long as a socket does not listen, another process can have its port too.
            each.listen(_BACKLOG)
            found.append(each)
    except OSError as error:
        unknown = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        raise CannotListen(f"{host}:{port}: {error.strerror or error}", unknown=unknown) from error
    if not found:
        raise CannotListen(f"{host}:{port}")
    return found


# --- answering -----------------------------------------------------------------------------------------------


def application(limits: Limits) -> web.Application:
    """An application without routes, whose requests are kept within `limits`."""
    made = web.Application(client_max_size=LONGEST_REQUEST, middlewares=[noted, _referred])
    made[LIMITS] = limits
    return made


@web.middleware
async def _referred(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What nobody foresaw is answered with a reference, which the log has too; the log has nothing of the request."""
    try:
        return await handler(request)
    except (web.HTTPException, ConnectionError):
        raise
    except Exception as error:
        if isinstance(error, web.RequestPayloadError | HttpProcessingError):
            raise web.HTTPBadRequest from None
        return web.Response(status=500, text=str(faults.unexpected(error)))


@asynccontextmanager
async def answering(
    made: web.Application, sockets: Sequence[socket.socket], *, tally_seconds: float = 60.0
) -> AsyncIterator[Connections]:
    """Answer what comes to these sockets, and close them at the end.

    `tally_seconds`: how often malformed requests are told of in the log.
    """
    connections = Connections(made[LIMITS])
    server_log = _ServerLog(tally_seconds)
    runner = web.AppRunner(
        made,
        # Without an access log: it costs a fifth of the throughput, and addresses are nobody's business.
        access_log=None,
        logger=server_log,
        shutdown_timeout=5.0,
        keepalive_timeout=made[LIMITS].idle,
        lingering_time=_LINGER,
        # See `bot.bodies`.
        auto_decompress=False,
    )
    await runner.setup()
    servers: list[asyncio.Server] = []
    try:
        for each in sockets:
            server = await asyncio.get_running_loop().create_server(
                lambda: Connection(_protocol(runner), connections), sock=each, backlog=_BACKLOG
            )
            servers.append(server)
        yield connections
    finally:
        for server in servers:
            server.close()
        await runner.cleanup()
        connections.close()
        server_log.close()


def _protocol(runner: web.AppRunner) -> asyncio.Protocol:
    assert runner.server is not None  # noqa: S101 - it is set up
    made: asyncio.Protocol = runner.server()
    return made


class _ServerLog(logging.LoggerAdapter[logging.Logger]):
    """What aiohttp's server has to say: that a request was malformed is counted, and nothing of it is repeated."""

    def __init__(self, seconds: float) -> None:
        super().__init__(log)
        self._malformed = Tally(
            lambda count, kinds: log.info("%d malformed requests were refused: %s", count, kinds), seconds=seconds
        )

    def exception(self, msg: object, *args: object, exc_info: Any = True, **_more: Any) -> None:
        error = exc_info if isinstance(exc_info, BaseException) else sys.exc_info()[1]
        if isinstance(error, HttpProcessingError | web.RequestPayloadError):
            self._malformed.note(type(error).__name__)
        elif isinstance(error, Exception):
            faults.unexpected(error)
        else:
            log.error("%s", msg)

    def debug(self, msg: object, *args: object, exc_info: Any = None, **_more: Any) -> None:
        # What begins with no known method, such as a TLS handshake.
        if isinstance(exc_info, HttpProcessingError):
            self._malformed.note(type(exc_info).__name__)

    def close(self) -> None:
        self._malformed.close()
