"""Slack's requests over a socket that the bot opens itself (Slack: «Using Socket Mode»), where Slack reaches no address
of ours: behind a firewall, or on a developer's own machine.

What comes is answered as what comes over HTTP, and acknowledged with the answer, on the socket that it came on. What is
not acknowledged is sent again by Slack, perhaps on another socket; that it has had its effect is known by its key (see
docs/decisions/065).
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import aiohttp

from bot.background import BackgroundTasks
from bot.messenger import Misconfigured, SendError, TryLater
from bot.outgoing import proxy_of_socket
from bot.slack.api import SlackApi, SlackSaidNo
from bot.slack.requests import BODY_LIMIT, Malformed, Payload, enveloped, request_key

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 20.0
"""So often the other end is asked whether it is there; half as long it may take to answer."""
_HANDSHAKE_SECONDS = 10.0
_CLOSING_SECONDS = 1.0
_OLD_SECONDS = 30.0
"""So long a socket that Slack is about to close is read beside the new one. Slack gives some 10 s."""
_STOPPING_SECONDS = 5.0
_AT_ONCE = 200
"""Requests in hand. Slack sends once more what comes beyond them, since it is not acknowledged."""
_LONGEST_WAIT = 30.0
_REFUSED_WAIT = 60.0
"""A token that is refused, or Socket Mode that is off, gets no better by itself; an administrator may mend it."""

Sleep = Callable[[float], Awaitable[None]]


class Answer(NamedTuple):
    """What a request is answered with. `text`: JSON where it begins with a brace. Another `status` than 200: it was
    not done, and may come again."""

    status: int
    text: str


Answering = Callable[[Payload, str], Awaitable[Answer]]


@dataclass(eq=False)
class _Socket:
    """One that is open. `greeted`: Slack has said that it is ready. `leaving`: Slack has said that it will close it, or
    has closed it."""

    connection: aiohttp.ClientWebSocketResponse
    greeted: bool = False
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    refused: str = ""


class SocketMode:
    """Keeps a socket to Slack open, for as long as the process serves.

    Args:
        api: with the app's own token (`xapp-…`), by which sockets are opened and nothing else is done.
        answer: what is done with a request, given its key.
        sleep: how it waits before it tries again.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        api: SlackApi,
        answer: Answering,
        *,
        sleep: Sleep = asyncio.sleep,
        at_once: int = _AT_ONCE,
    ) -> None:
        self._http = http
        self._api = api
        self._answer = answer
        self._sleep = sleep
        self._in_hand = BackgroundTasks(at_once)
        self._keeping: asyncio.Task[None] | None = None
        self._sockets: dict[asyncio.Task[None], _Socket] = {}
        self._trouble = ""

    def start(self) -> None:
        """Open a socket, as soon as Slack lets us: nothing waits for it."""
        self._keeping = asyncio.create_task(self._keep_open())

    async def stop(self) -> None:
        """Take in nothing more, end and acknowledge what is in hand, and close."""
        tasks = [task for task in (self._keeping, *self._sockets) if task is not None]
        sockets = list(self._sockets.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._in_hand.drain(_STOPPING_SECONDS)
        await asyncio.gather(*(socket.connection.close() for socket in sockets), return_exceptions=True)

    # --- keeping one open ----------------------------------------------------------------------------------

    async def _keep_open(self) -> None:
        failures = 0
        while True:
            try:
                socket = _Socket(await self._opened())
            except (SendError, aiohttp.ClientError, TimeoutError, OSError) as error:
                await self._sleep(self._wait(error, failures))
                failures += 1
                continue
            reading = asyncio.create_task(self._read(socket))
            self._sockets[reading] = socket
            reading.add_done_callback(self._sockets.pop)
            await socket.leaving.wait()
            if socket.refused:
                self._tell(socket.refused, logging.ERROR)
                await self._sleep(_REFUSED_WAIT)
            elif not socket.greeted:
                # It was closed again at once.
                await self._sleep(min(2.0**failures, _LONGEST_WAIT))
            failures = 0 if socket.greeted else failures + 1

    async def _opened(self) -> aiohttp.ClientWebSocketResponse:
        """A new socket. Its address holds for one attempt and some seconds, so each attempt asks for one."""
        told = await self._api.call("apps.connections.open", {}, repeatable=True)
        if "url" not in told:
            raise TryLater("apps.connections.open: no address")
        address = str(told["url"])
        async with asyncio.timeout(_HANDSHAKE_SECONDS):
            return await self._http.ws_connect(
                address,
                proxy=proxy_of_socket(address),
                heartbeat=HEARTBEAT_SECONDS,
                max_msg_size=4 * BODY_LIMIT,
                timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSING_SECONDS),
            )

    def _wait(self, error: Exception, failures: int) -> float:
        """Seconds until the next attempt; say why, where it is another reason than before."""
        if isinstance(error, Misconfigured | SlackSaidNo):
            self._tell(
                f"Slack lets the bot open no socket ({error}): see that SLACK_APP_TOKEN is a token of this app with "
                "connections:write, and that Socket Mode is on in the app's settings",
                logging.ERROR,
            )
            return _REFUSED_WAIT
        # The text of another error than ours would quote the address, which is a secret.
        reason = str(error) if isinstance(error, SendError) else type(error).__name__
        self._tell(f"no socket to Slack, it is tried again: {reason}", logging.WARNING)
        seconds = error.seconds if isinstance(error, SendError) else None
        return seconds if seconds is not None else min(2.0**failures, _LONGEST_WAIT)

    def _tell(self, trouble: str, level: int) -> None:
        if trouble != self._trouble:
            log.log(level, "%s", trouble)
        self._trouble = trouble

    # --- what comes ----------------------------------------------------------------------------------------

    async def _read(self, socket: _Socket) -> None:
        try:
            async for message in socket.connection:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(socket, message.data)
        except (aiohttp.ClientError, OSError) as error:
            log.info("a socket to Slack broke: %s", type(error).__name__)
        finally:
            socket.leaving.set()

    def _take(self, socket: _Socket, text: str) -> None:
        try:
            envelope = json.loads(text)
            kind = envelope["type"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            log.warning("something on the socket that cannot be read: %s", type(error).__name__)
            return
        if kind == "hello":
            log.log(logging.INFO if not self._trouble else logging.WARNING, "a socket to Slack is open")
            socket.greeted, self._trouble = True, ""
        elif kind == "disconnect":
            self._leave(socket, envelope.get("reason"))
        elif isinstance(envelope.get("envelope_id"), str) and not self._in_hand.spawn(self._handle(socket, envelope)):
            log.warning("too much to do: a request is left for Slack to send again")

    def _leave(self, socket: _Socket, reason: object) -> None:
        """Slack is about to close it (Slack: «Using Socket Mode», «Disconnecting and refreshing connections»)."""
        if reason == "link_disabled":
            socket.refused = "Socket Mode was turned off in the Slack app's settings: nothing comes from Slack any more"
        elif reason == "too_many_websockets":
            socket.refused = "the Slack app has as many sockets as Slack allows (10): end some of the processes"
        else:
            log.info("Slack is about to close a socket, and another is opened")
        asyncio.get_running_loop().call_later(_OLD_SECONDS, self._close_old, socket)
        socket.leaving.set()

    def _close_old(self, socket: _Socket) -> None:
        if not socket.connection.closed:
            self._in_hand.spawn(_closed(socket.connection))

    async def _handle(self, socket: _Socket, envelope: dict[str, Any]) -> None:
        try:
            payload = enveloped(envelope)
        except Malformed as error:
            log.warning("a request on the socket that cannot be read: %s", error)
            return
        key = request_key(payload, json.dumps(payload, sort_keys=True).encode())
        answer = await self._answer(payload, key)
        if answer.status != 200:
            log.warning("a request on the socket is not acknowledged: %d", answer.status)
            return
        acknowledgement: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
        if answer.text.startswith("{") and envelope.get("accepts_response_payload"):
            acknowledgement["payload"] = json.loads(answer.text)
        try:
            await socket.connection.send_str(json.dumps(acknowledgement))
        except (aiohttp.ClientError, OSError) as error:
            # Slack sends it again, and it has its answer then.
            log.warning("a socket was gone before a request was acknowledged: %s", type(error).__name__)


async def _closed(connection: aiohttp.ClientWebSocketResponse) -> None:
    await connection.close()
