"""The real surface on a real port, with stand-ins for Teams at the other end."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.background import BackgroundTasks
from bot.teams.app import TURN_SECONDS, TeamsSurface
from bot.teams.apps import Apps
from handlers.bot import Bot
from tests.clock import FixedClock
from tests.everything import registry
from tests.listening import write_certificate
from tests.teams.client import Client
from tests.teams.standin import APP_ID, Connector, Identity, Tokens
from tests.world import MUNICIPALITY_TENANT, World


@pytest.fixture(scope="session")
def keys() -> list[rsa.RSAPrivateKey]:
    """Two keys; making one takes a while."""
    return [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _i in range(2)]


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
async def connector() -> AsyncIterator[Connector]:
    standin = Connector()
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def identity(keys: list[rsa.RSAPrivateKey]) -> AsyncIterator[Identity]:
    standin = Identity()
    standin.keys["first"] = keys[0]
    await standin.start()
    yield standin
    await standin.stop()


def registered(http: aiohttp.ClientSession, clock: FixedClock, tokens: Tokens | None) -> Apps:
    """The one app of the municipality."""
    return Apps.of(http, clock, [(APP_ID, MUNICIPALITY_TENANT, tokens or Tokens())])


@pytest.fixture
async def certificate(keys: list[rsa.RSAPrivateKey], tmp_path: Path) -> Path:
    """A key and a certificate of this machine's, in one file."""
    return write_certificate(tmp_path / "machine.pem", keys[1])


@dataclass
class Running:
    """A surface that listens."""

    surface: TeamsSurface
    url: str
    background: BackgroundTasks
    slept: list[float]


Start = Callable[..., Awaitable[Running]]


@pytest.fixture
async def start(http: aiohttp.ClientSession, clock: FixedClock) -> AsyncIterator[Start]:
    """Starts a surface: `await start(bot)` in local mode, `await start(bot, identity=…, tokens=…)` as in production."""
    async with AsyncExitStack() as stack:

        async def begin(
            bot: Bot,
            *,
            identity: Identity | None = None,
            tokens: Tokens | None = None,
            apps: Apps | None = None,
            http: aiohttp.ClientSession = http,
            limit: int = 50,
            answer_seconds: float = 5.0,
            dialog_seconds: float = 5.0,
            turn_seconds: float = TURN_SECONDS,
        ) -> Running:
            background = BackgroundTasks(limit)
            slept: list[float] = []

            async def sleep(seconds: float) -> None:
                slept.append(seconds)

            surface = TeamsSurface(
                bot,
                apps=apps or (registered(http, clock, tokens) if identity else Apps.local(http, clock)),
                http=http,
                background=background,
                clock=clock,
                metadata_url=identity.metadata_url if identity else "",
                sleep=sleep,
                answer_seconds=answer_seconds,
                dialog_seconds=dialog_seconds,
                turn_seconds=turn_seconds,
            )
            application = web.Application()
            application.add_routes(surface.routes())
            server = TestServer(application)
            await server.start_server()
            stack.push_async_callback(server.close)
            stack.push_async_callback(background.drain)
            return Running(surface, str(server.make_url("/api/messages")), background, slept)

        yield begin


@pytest.fixture
def bot(small_world: World, clock: FixedClock) -> Bot:
    return Bot(small_world.database, registry(), clock)


@pytest.fixture
async def running(start: Start, bot: Bot) -> Running:
    """In local mode, with the sample registry."""
    return await start(bot)


@pytest.fixture
def client(running: Running, http: aiohttp.ClientSession, connector: Connector) -> Client:
    """Somebody of the municipality, in the personal chat with the bot."""
    return Client(http, running.url, connector)
