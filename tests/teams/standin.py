"""Stand-ins for what is at the other end: the Bot Connector service, and the service that signs its tokens."""

import asyncio
import json
import ssl
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.teams.callers import ISSUER

APP_ID = "11111111-2222-3333-4444-555555555555"


@dataclass(frozen=True)
class Call:
    """One request that the connector got."""

    method: str
    path: str
    body: Any
    headers: dict[str, str]

    @property
    def kind(self) -> str:
        """What kind of thing the activity shows; empty where it is words only."""
        attachments = self.body.get("attachments") or [{}]
        return str(attachments[0].get("contentType", "")).rpartition(".")[2]

    @property
    def is_card(self) -> bool:
        return self.kind == "adaptive"

    @property
    def card(self) -> dict[str, Any]:
        """The Adaptive Card in the activity."""
        (attachment,) = self.body["attachments"]
        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        card: dict[str, Any] = attachment["content"]
        return card


@dataclass(frozen=True)
class Answer:
    """What the connector answers once, in place of the usual. `hang_up`: it reads the request, and breaks off."""

    status: int = 200
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False


class Connector:
    """The Bot Connector service: keeps what it is told, knows some people, and can be told to misbehave."""

    def __init__(self, certificate: ssl.SSLContext | None = None) -> None:
        self._certificate = certificate
        self.calls: list[Call] = []
        self.members: dict[str, dict[str, Any]] = {}
        self.rosters: dict[str, list[dict[str, Any]]] = {}
        """Conversation → everybody in it, where the bot is told."""
        self.next: deque[Answer] = deque()
        self.refuses = ""
        """A path where nothing may be sent."""
        self.busy = ""
        """A path where the next message comes too early."""
        self.takes = ""
        """The `Authorization` that is the right one here; any where it is empty."""
        self.turned_away = 0
        """How often another one came."""
        self.gate: asyncio.Event | None = None
        """Answers wait for this to be set."""
        self.reached = asyncio.Event()
        """A call has come in since this was last cleared."""
        self.at_once = 0
        self.most_at_once = 0
        self._changed = asyncio.Condition()
        self._server = TestServer(self._application(), scheme="https" if certificate else "http")

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=4 * 1024 * 1024)
        application.router.add_route("*", "/{tail:.*}", self._handle)
        return application

    async def start(self) -> None:
        await self._server.start_server(ssl=self._certificate)

    async def stop(self) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        """As Teams gives it, with a slash at the end."""
        return str(self._server.make_url("/teams/"))

    def of(self, method: str, ending: str = "") -> list[Call]:
        return [call for call in self.calls if call.method == method and call.path.endswith(ending)]

    @property
    def sent(self) -> list[Call]:
        return self.of("POST", "/activities")

    @property
    def updated(self) -> list[Call]:
        return [call for call in self.calls if call.method == "PUT"]

    async def wait_for_sent(self, count: int) -> list[Call]:
        """What was sent, once it is `count` messages."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: len(self.sent) >= count), 5)
        return self.sent

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        content = await request.read()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.reached.set()
        try:
            if self.gate is not None:
                await self.gate.wait()
            return self._answer(request, content)
        finally:
            self.at_once -= 1
            async with self._changed:
                self._changed.notify_all()

    def _answer(self, request: web.Request, content: bytes) -> web.StreamResponse:
        planned = self.next.popleft() if self.next else Answer()
        if planned.hang_up:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        if planned.status >= 300:
            error = {"error": {"code": planned.code, "message": "secret detail"}} if planned.code else {}
            return web.json_response(error, status=planned.status, headers=planned.headers)
        if self.takes and request.headers.get("Authorization") != self.takes:
            self.turned_away += 1
            return web.json_response({"error": {"code": "AuthorizationFailed"}}, status=401)
        path = request.raw_path.removeprefix("/teams")
        if path == self.refuses:
            return web.json_response({"error": {"code": "MessageWritesBlocked"}}, status=403)
        if path == self.busy:
            self.busy = ""
            return web.json_response({}, status=429)
        call = Call(request.method, path, json.loads(content) if content else None, dict(request.headers))
        self.calls.append(call)
        if call.method == "GET" and "/members/" in path:
            member = self.members.get(path.rsplit("/", 1)[1])
            return web.json_response(member or {}, status=200 if member else 404)
        if call.method == "GET" and path.partition("?")[0].endswith("/pagedmembers"):
            return self._roster(request)
        if path == "/v3/conversations" and call.body["isGroup"]:
            # A thread that is begun in a channel.
            number = len([each for each in self.calls if each.path == path])
            where = call.body["channelData"]["channel"]["id"]
            return web.json_response({"id": f"{where};messageid=root-{number}", "activityId": f"root-{number}"})
        if path == "/v3/conversations":
            return web.json_response({"id": f"private-{call.body['members'][0]['id']}"})
        if call.method == "POST":
            return web.json_response({"id": f"activity-{len(self.sent)}"}, status=201)
        return web.json_response({})

    def _roster(self, request: web.Request) -> web.Response:
        """A page of those in a conversation (Bot Connector: «Get Conversation Paged Members»)."""
        everybody = self.rosters.get(request.path.split("/")[-2])
        if everybody is None:
            return web.json_response({"error": {"code": "BotNotInConversationRoster"}}, status=403)
        size = int(request.query["pageSize"])
        more = {"continuationToken": "next"} if len(everybody) > size else {}
        return web.json_response({"members": everybody[:size], **more})


class Identity:
    """The service that publishes keys, and a hand that signs tokens with them."""

    def __init__(self) -> None:
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.endorsements: list[str] = ["msteams"]
        self.asked = 0
        self.down = False
        application = web.Application()
        application.router.add_get("/metadata", self._metadata)
        application.router.add_get("/keys", self._published)
        self._server = TestServer(application)

    async def start(self) -> None:
        await self._server.start_server()

    async def stop(self) -> None:
        await self._server.close()

    @property
    def metadata_url(self) -> str:
        return str(self._server.make_url("/metadata"))

    def token(self, key_id: str, service_url: str, now: float | None = None, **claims: Any) -> str:
        """A token as the Bot Connector service signs it. A claim of None is left out."""
        at = time.time() if now is None else now
        whole = {
            "iss": ISSUER,
            "aud": APP_ID,
            "nbf": int(at),
            "exp": int(at) + 3600,
            "serviceurl": service_url,
            **claims,
        }
        present = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode(present, self.keys[key_id], algorithm="RS256", headers={"kid": key_id})

    async def _metadata(self, _request: web.Request) -> web.Response:
        self.asked += 1
        if self.down:
            return web.Response(status=503)
        return web.json_response({"issuer": ISSUER, "jwks_uri": str(self._server.make_url("/keys"))})

    async def _published(self, _request: web.Request) -> web.Response:
        published: list[dict[str, Any]] = [{"kid": "elliptic", "kty": "EC", "crv": "P-256", "x": "a", "y": "b"}]
        for key_id, key in self.keys.items():
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
            published.append({**public, "kid": key_id, "endorsements": self.endorsements})
        return web.json_response({"keys": published})


class Tokens:
    """Access tokens without an identity service. `forgotten` counts how often one was refused."""

    def __init__(self) -> None:
        self.forgotten = 0

    async def get(self) -> str | None:
        return f"token-{self.forgotten}"

    def forget(self) -> None:
        self.forgotten += 1


class NamedTokens:
    """An app's access tokens, always the same."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def get(self) -> str | None:
        return self._name

    def forget(self) -> None:
        return None
