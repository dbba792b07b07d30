"""Calendar addresses as people get them and as calendar programs open them, over a real socket on loopback."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from icalendar import Calendar
from multidict import CIMultiDictProxy
from sqlalchemy import event

from bot.web.feed import CalendarFeeds
from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.people.links import Links
from handlers.subscriptions.actions import Do
from handlers.subscriptions.reading import Feeds
from storage.database import Database
from tests.clock import FixedClock
from tests.people.links.conftest import KEY
from tests.surface import FakeSurface, message
from tests.world import World


@dataclass
class Answer:
    """What a calendar program got."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def events(self) -> dict[str, Any]:
        """The entries by their titles, as `icalendar` reads them."""
        found = Calendar.from_ical(self.body.decode()).walk("VEVENT")
        return {str(each["SUMMARY"]): each for each in found}


@dataclass
class Calendars:
    """Everybody of the small partnership, the server that their calendars ask, and what the database was asked."""

    surface: FakeSurface
    base: str
    http: aiohttp.ClientSession
    asked: list[str] = field(default_factory=list)

    async def make(self, who: str) -> str:
        """A new address of theirs."""
        reply = await self.surface.bot.press(self.surface.world.sender(who), Do.MAKE, {})
        return address_in(message(reply))

    async def get(self, url: str, method: str = "GET", **headers: str) -> Answer:
        self.asked.clear()
        async with self.http.request(method, url, headers={k.replace("_", "-"): v for k, v in headers.items()}) as got:
            return Answer(got.status, got.headers, await got.read())


def address_in(shown: Message) -> str:
    """The address that a message tells."""
    return shown.secrets[0].value


def values(shown: Message) -> Sequence[str]:
    return [each.value for each in shown.secrets]


@asynccontextmanager
async def served(world: World, clock: FixedClock) -> AsyncIterator[Calendars]:
    database: Database = world.database
    surface = FakeSurface(world, clock, registry())
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{own.getsockname()[1]}/"
        surface.bot = Bot(database, surface.bot.registry, clock, links=Links(base, KEY, clock))
        application = web.Application()
        application.add_routes(CalendarFeeds(Feeds(database, clock).open).routes())
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            await web.SockSite(runner, own).start()
            async with aiohttp.ClientSession() as http:
                calendars = Calendars(surface, base, http)

                @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
                def note(_c: Any, _u: Any, statement: str, *_more: Any) -> None:
                    calendars.asked.append(statement)

                yield calendars
        finally:
            await runner.cleanup()
