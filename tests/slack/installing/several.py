"""The bot with several Slack workspaces, on a real port, with the stand-in at the other end."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from bot.background import BackgroundTasks
from bot.slack.app import SlackSurface
from bot.slack.installing.exchange import Exchange
from bot.slack.installing.install import Installing
from bot.slack.installing.seals import Seals
from bot.slack.installing.workspaces import InstalledWorkspaces
from bot.slack.workspaces import OneWorkspace
from bot.worker import Worker
from handlers.bot import Bot
from handlers.capabilities import registry
from storage.database import Database
from storage.tables import Organisation, SlackInstallation, Workspace
from tests.clock import FixedClock
from tests.slack import standin

KEYS = ("key-of-the-tests-that-is-long-enough",)
MUNICIPALITY = "TMUNICIPALITY"
"""The workspace of the municipality, which the partnership file names; as is the hospital's (`HOSPITAL_TEAM`)."""
PUBLIC = "https://bot.example.org/"


async def no_pause(_seconds: float) -> None:
    """Others are waited for, and take no time."""


def workspaces_of(
    database: Database,
    http: aiohttp.ClientSession,
    slack: standin.Slack,
    clock: FixedClock,
    *,
    keys: Sequence[str] = KEYS,
    fixed: str = "",
    **more: Any,
) -> InstalledWorkspaces:
    """What one process knows of where the app is. `fixed`: the token in the settings."""
    url = slack.api_url
    exchange = exchange_of(http, slack, clock)
    one = OneWorkspace.by_token(http, url=url, token=fixed, clock=clock) if fixed else None
    return InstalledWorkspaces(database, exchange, Seals(keys), clock, fixed=one, **{"pause": no_pause, **more})


def exchange_of(http: aiohttp.ClientSession, slack: standin.Slack, clock: FixedClock) -> Exchange:
    return Exchange(
        http, url=slack.api_url, client_id=standin.CLIENT_ID, client_secret=standin.CLIENT_SECRET, clock=clock
    )


@dataclass
class Page:
    """What a browser was shown."""

    status: int
    text: str
    headers: Any


class Browser:
    """Follows whoever installs, with its cookies, from page to page."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self._http = http
        self._address = address
        self.cookie = ""

    async def get(self, path: str) -> Page:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        async with self._http.get(self._address + path, headers=headers) as response:
            given = response.headers.getall("Set-Cookie", [])
            self.cookie = "; ".join(each.partition(";")[0] for each in given) or self.cookie
            return Page(response.status, await response.text(), response.headers.copy())

    async def begin(self) -> str:
        """Open the page; where its link leads to, at Slack."""
        page = await self.get("/slack/install")
        assert page.status == 200
        link = page.text.partition('class="button" href="')[2].partition('"')[0]
        return link.replace("&amp;", "&")

    async def approves(self, link: str) -> str:
        """Let it in, at Slack; where Slack leads back to."""
        async with self._http.get(link, allow_redirects=False) as response:
            assert response.status == 302, await response.text()
            return response.headers["Location"].replace(PUBLIC, "/")

    async def installs(self) -> Page:
        return await self.get(await self.approves(await self.begin()))


@dataclass
class Several:
    """The bot in one process. `changed`: how often it was said that messages may be sent."""

    database: Database
    slack: standin.Slack
    workspaces: InstalledWorkspaces
    surface: SlackSurface
    worker: Worker
    background: BackgroundTasks
    address: str
    http: aiohttp.ClientSession
    clock: FixedClock
    changed: list[str]

    def browser(self) -> Browser:
        return Browser(self.http, self.address)

    def client(self, workspace: standin.Workspace, user_id: str) -> standin.Client:
        client = standin.Client(self.address, self.http, workspace, self.clock)
        client.user_id = user_id
        return client

    async def rows(self) -> Sequence[SlackInstallation]:
        async with self.database.reading() as session:
            return (await session.scalars(select(SlackInstallation).order_by(SlackInstallation.id))).all()


@asynccontextmanager
async def several(
    database: Database, slack: standin.Slack, clock: FixedClock, *, fixed: str = ""
) -> AsyncIterator[Several]:
    """`fixed`: the token in the settings, beside those that are stored."""
    changed: list[str] = []
    background = BackgroundTasks()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        workspaces = workspaces_of(database, http, slack, clock, fixed=fixed, changed=lambda: changed.append("changed"))
        bot = Bot(database, registry(), clock)
        surface = SlackSurface(
            bot,
            workspaces=workspaces,
            signing_secret=standin.SECRET,
            api_url=slack.api_url,
            http=http,
            background=background,
            clock=clock,
        )
        pages = Installing(
            database,
            exchange_of(http, slack, clock),
            Seals(KEYS),
            workspaces,
            clock,
            public_url=PUBLIC,
            api_url=slack.api_url,
            changed=lambda: changed.append("installed"),
        )
        application = web.Application()
        application.add_routes([*surface.routes(), *pages.routes()])
        server = TestServer(application)
        await server.start_server()
        worker = Worker(database, {"slack": surface.messenger}, clock, subjects=bot.registry.subjects)
        address = str(server.make_url("")).rstrip("/")
        yield Several(database, slack, workspaces, surface, worker, background, address, http, clock, changed)
        await background.drain()
        await server.close()


async def name_workspace(database: Database, external_id: str, organisation: str = "municipality") -> None:
    """The partnership file names it."""
    async with database.transaction() as session:
        owner = (await session.scalars(select(Organisation).where(Organisation.key == organisation))).one()
        session.add(Workspace(organisation_id=owner.id, surface="slack", external_id=external_id))
