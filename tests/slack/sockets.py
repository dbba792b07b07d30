"""A stand-in for Slack's end of a socket: real websockets, on this machine (Slack: «Using Socket Mode»).

It opens a socket for whoever has the app's token, sends what it is told on one of them, and keeps what is acknowledged.
Like Slack it knows each socket's address for one attempt only, and sends once more what is not acknowledged.
"""

import asyncio
import json
from collections import deque
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.clock import FixedClock
from tests.slack.standin import Answer, Client, Json, Slack

APP_TOKEN = "xapp-token-of-the-tests"
SECONDS = 5.0
"""However long something may take that has to happen."""


class Naps:
    """Waits, without time: each lasts until it is ended, and says how long it was to be."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._asked = asyncio.Event()
        self._ended = asyncio.Semaphore(0)

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self._asked.set()
        await self._ended.acquire()

    async def begun(self) -> float:
        """How long the next wait is to be, once it has begun."""
        async with asyncio.timeout(SECONDS):
            await self._asked.wait()
        self._asked.clear()
        return self.asked[-1]

    def end(self) -> None:
        self._ended.release()


class Sockets:
    """Slack's end. `open`: the sockets that are open, oldest first. `acknowledged`: envelope → what it was acknowledged
    with, on which socket."""

    def __init__(self) -> None:
        self.token = APP_TOKEN
        self.open: list[web.WebSocketResponse] = []
        self.acknowledged: dict[str, tuple[web.WebSocketResponse, Json]] = {}
        self.asked = 0
        """Addresses that were asked for."""
        self.opened = 0
        """Sockets that have been opened."""
        self.greets = True
        self.next: deque[Answer] = deque()
        """What the next who ask for an address are told instead."""
        self.turned_away = 0
        """So many are turned away at the address that they got."""
        self._tickets: set[str] = set()
        self._changed = asyncio.Condition()
        application = web.Application()
        application.router.add_post("/api/apps.connections.open", self._address)
        application.router.add_get("/link", self._link)
        self._server = TestServer(application)
        self._envelopes = 0

    async def start(self) -> None:
        await self._server.start_server()

    async def stop(self) -> None:
        for socket in self.open:
            await socket.close()
        await self._server.close()

    @property
    def api_url(self) -> str:
        return str(self._server.make_url("/api/"))

    async def _address(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        if self.next:
            told = self.next.popleft()
            if told.reset:
                assert request.transport is not None
                request.transport.abort()
            return web.json_response(told.body, status=told.status, headers=told.headers)
        if request.headers["Authorization"] != f"Bearer {self.token}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        ticket = f"ticket-{self.asked}"
        self._tickets.add(ticket)
        url = self._server.make_url("/link").with_query(ticket=ticket).with_scheme("ws")
        return web.json_response({"ok": True, "url": str(url)})

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query["ticket"]
        if ticket not in self._tickets or self.turned_away:
            self._tickets.discard(ticket)
            self.turned_away = max(0, self.turned_away - 1)
            return web.Response(status=403)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if self.greets:
            await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
        self.open.append(socket)
        self.opened += 1
        await self._tell()
        try:
            async for message in socket:
                told = json.loads(message.data)
                self.acknowledged[told["envelope_id"]] = (socket, told)
                await self._tell()
        finally:
            self.open.remove(socket)
            await self._tell()
        return socket

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def are_open(self, count: int) -> None:
        """Once so many are open."""
        async with asyncio.timeout(SECONDS), self._changed:
            await self._changed.wait_for(lambda: len(self.open) == count)

    async def is_another(self, opened: int) -> None:
        """Once one more than so many has been opened, and the one before it is gone."""
        async with asyncio.timeout(SECONDS), self._changed:
            await self._changed.wait_for(lambda: self.opened == opened + 1 and len(self.open) == 1)

    def envelope(self, body: bytes, content_type: str, **more: Any) -> Json:
        """What comes over HTTP as this body, in an envelope."""
        self._envelopes += 1
        kind, payload, answered = "events_api", {}, False
        if content_type == "application/json":
            payload = json.loads(body)
        else:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
            is_command = "payload" not in form
            kind, payload = ("slash_commands", form) if is_command else ("interactive", json.loads(form["payload"]))
            answered = is_command or payload["type"] in ("view_submission", "block_suggestion")
        return {
            "envelope_id": f"envelope-{self._envelopes}",
            "type": kind,
            "payload": payload,
            "accepts_response_payload": answered,
            **more,
        }

    async def send(self, envelope: Any, socket: int = -1) -> None:
        """On one of the sockets; the newest, if it is not said."""
        text = envelope if isinstance(envelope, str) else json.dumps(envelope)
        await self.open[socket].send_str(text)

    async def answer(self, envelope: Json) -> Json:
        """What an envelope is acknowledged with, once it is."""
        name = envelope["envelope_id"]
        async with asyncio.timeout(SECONDS), self._changed:
            await self._changed.wait_for(lambda: name in self.acknowledged)
        return self.acknowledged[name][1]

    def drop(self, socket: int = -1) -> None:
        """It breaks, without a word."""
        transport = self.open[socket]._req.transport  # type: ignore[union-attr]
        assert transport is not None
        transport.abort()


class SocketClient(Client):
    """Sends what Slack would send when somebody does something, on a socket; once more where it is told to."""

    def __init__(self, sockets: Sockets, http: aiohttp.ClientSession, slack: Slack, clock: FixedClock) -> None:
        super().__init__("", http, slack, clock)
        self.sockets = sockets
        self.times = 1

    async def post(self, body: bytes, content_type: str, **_more: Any) -> tuple[int, Any]:
        envelope = self.sockets.envelope(body, content_type)
        for _time in range(self.times):
            await self.sockets.send(envelope)
        return 200, (await self.sockets.answer(envelope)).get("payload", "")
