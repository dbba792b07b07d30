"""What signed links open, served on a real socket on loopback."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from bot.web.files import Files
from bot.web.page import CasePage
from handlers.bot import Bot
from handlers.people.context import Actor, Context
from handlers.people.links import Links
from handlers.registry import Registry
from tests.clock import FixedClock
from tests.world import World

KEY = "a key for the tests, and long enough for that"


@dataclass
class Served:
    """The pages as they are served, and the links that lead to them."""

    bot: Bot
    links: Links
    world: World
    http: aiohttp.ClientSession

    def file(self, who: str, name: str, arguments: dict[str, str]) -> str:
        """A link to this document, as a use case of `who` gets it."""
        return str(self.links.file(self.world.people[who], name, arguments))


def acting(person_id: int) -> Context:
    """A use case of this person, as far as links are concerned."""
    actor = Actor(person_id, name="", organisation_id=0, organisation_name="", language="nb", account_id=0)
    return Context(None, actor, FixedClock().now())  # type: ignore[arg-type]


@asynccontextmanager
async def serve(world: World, clock: FixedClock, made_of: Registry) -> AsyncIterator[Served]:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        links = Links(f"http://127.0.0.1:{own.getsockname()[1]}/", KEY, clock)
        bot = Bot(world.database, made_of, clock, links=links)
        application = web.Application(client_max_size=1024 * 1024)
        application.add_routes([*Files(bot).routes(), *CasePage(bot).routes()])
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            await web.SockSite(runner, own).start()
            async with aiohttp.ClientSession() as http:
                yield Served(bot, links, world, http)
        finally:
            await runner.cleanup()
