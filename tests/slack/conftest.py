"""The real surface on a real port, with a stand-in for Slack at the other end."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.background import BackgroundTasks
from bot.slack.api import SlackApi
from bot.slack.app import SlackSurface
from bot.slack.messenger import SlackMessenger
from bot.slack.tokens import FixedToken
from bot.slack.workspaces import OneWorkspace
from handlers.bot import Bot
from handlers.people.links import NO_LINKS, Links
from handlers.registry import Registry
from storage.database import Database
from tests.clock import FixedClock
from tests.everything import registry as everything
from tests.slack.standin import SECRET, TOKEN, Client, Slack


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    standin = Slack()
    await standin.start()
    yield standin
    await standin.stop()
    assert standin.refused == []


@pytest.fixture
def background() -> BackgroundTasks:
    return BackgroundTasks()


Serve = Callable[..., Awaitable[Client]]


@pytest.fixture
async def serve(
    http: aiohttp.ClientSession, slack: Slack, background: BackgroundTasks, clock: FixedClock
) -> AsyncIterator[Serve]:
    """Starts the application on a database, and gives a client that speaks to it."""
    async with AsyncExitStack() as stack:

        async def start(
            database: Database,
            *,
            tasks: BackgroundTasks = background,
            seconds: float = 2.5,
            registry: Callable[[], Registry] = everything,
            links: Links = NO_LINKS,
        ) -> Client:
            surface = SlackSurface(
                Bot(database, registry(), clock, links=links),
                workspaces=OneWorkspace.by_token(http, url=slack.api_url, token=TOKEN, clock=clock),
                signing_secret=SECRET,
                api_url=slack.api_url,
                http=http,
                background=tasks,
                clock=clock,
                answer_seconds=seconds,
            )
            application = web.Application()
            application.add_routes(surface.routes())
            server = TestServer(application)
            await server.start_server()
            stack.push_async_callback(server.close)
            stack.push_async_callback(tasks.drain)
            return Client(str(server.make_url("")).rstrip("/"), http, slack, clock)

        yield start


@pytest.fixture
def api(http: aiohttp.ClientSession, slack: Slack, clock: FixedClock) -> SlackApi:
    return SlackApi(http, url=slack.api_url, tokens=FixedToken(TOKEN), clock=clock)


@pytest.fixture
def messenger(api: SlackApi) -> SlackMessenger:
    return SlackMessenger(OneWorkspace(api))
