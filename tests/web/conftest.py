"""The local page, served on a real socket on loopback, and somebody's window on it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.web.app import LocalChat
from handlers.bot import Bot
from handlers.registry import Registry
from storage.database import Database
from tests.clock import FixedClock
from tests.everything import registry as sample_registry
from tests.web.markup import Element, parse
from tests.world import World

SAMPLE = sample_registry()
PATIENCE = 10.0
"""Seconds a test waits for what should come at once."""


@dataclass
class Stream:
    """Server-sent events, as a page gets them."""

    response: aiohttp.ClientResponse
    last_id: str = ""

    async def next(self) -> dict[str, Any]:
        """The next event that is not a comment: its data, or its name if it has one."""
        async with asyncio.timeout(PATIENCE):
            name = data = ""
            while True:
                line = (await self.response.content.readline()).decode()
                if not line:
                    raise EOFError
                key, _colon, value = line.rstrip("\n").partition(":")
                match key:
                    case "id":
                        self.last_id = value.strip()
                    case "event":
                        name = value.strip()
                    case "data":
                        data = value.strip()
                    case "" if name or data:
                        return {"event": name, **(json.loads(data) if data else {})}

    async def comment(self) -> None:
        """Wait for a sign of life."""
        async with asyncio.timeout(PATIENCE):
            while await self.response.content.readline() != b":\n":
                continue

    async def rest(self) -> bytes:
        """What comes until the server ends the stream."""
        async with asyncio.timeout(PATIENCE):
            return await self.response.content.read()


@dataclass
class Window:
    """One person's window on the page, sending what a browser would send."""

    http: aiohttp.ClientSession
    base: str
    person_id: int
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"{self.base}/lokal/{self.person_id}"

    async def page(self) -> Element:
        async with self.http.get(self.path) as response:
            assert response.status == 200, await response.text()
            return parse(await response.text())

    async def post(self, what: str, values: Iterable[tuple[str, str]]) -> dict[str, Any]:
        form = aiohttp.FormData(list(values))
        async with self.http.post(f"{self.path}/{what}", data=form, headers={"Origin": self.base}) as response:
            answer: dict[str, Any] = await response.json()
            return {**answer, "status": response.status}

    async def say(self, text: str) -> Element:
        """The line that answers."""
        return answered(await self.post("command", [("text", text)]))

    async def press(self, line: Element, label: str, after: str = "") -> dict[str, Any]:
        """`after`: the first one called so, after where the line says this."""
        button = button_on(line, label, after)
        assert button is not None, f"no «{label}» among {[item.words for item in line.all('button')]}"
        return await self.post(
            "press",
            [
                ("entry", line["data-entry"]),
                ("action", button["data-action"]),
                ("arguments", button["data-arguments"]),
            ],
        )

    async def send_form(self, form: Element, /, intent: str = "next", **changes: Any) -> dict[str, Any]:
        """Submit the form as drawn, with some fields changed."""
        sent = form.one("form").sends()
        for name, value in changes.items():
            values = value if isinstance(value, list) else [value]
            sent = [pair for pair in sent if pair[0] != f"value.{name}"]
            sent += [(f"value.{name}", item) for item in values]
        return await self.post("submit", [*sent, ("intent", intent)])

    @asynccontextmanager
    async def listening(self, seen: int, **headers: str) -> AsyncIterator[Stream]:
        async with self.http.get(f"{self.path}/events", params={"seen": seen}, headers=headers) as response:
            assert response.content_type == "text/event-stream"
            yield Stream(response)


def button_on(line: Element, label: str, after: str = "") -> Element | None:
    """The first button called so, after where the line says `after`."""
    elements = list(line.all())
    says = (place for place, item in enumerate(elements) if any(after in part for part in item.said))
    rest = elements[next(says, len(elements)) :] if after else elements
    return next((item for item in rest if item.tag == "button" and item.words == label), None)


def answered(answer: dict[str, Any]) -> Element:
    """The line that answers, drawn."""
    assert answer["status"] == 200, answer
    html = next(line["html"] for line in answer["lines"] if line["id"] == answer["answer"])
    return parse(html).one("li", data_entry=str(answer["answer"]))


def lines(page: Element) -> list[Element]:
    """The lines of the conversation on the page."""
    return [item for item in page.one("ol", id="log").children if isinstance(item, Element)]


@dataclass
class Site:
    """The page as it is served, and the parts it was made of."""

    chat: LocalChat
    database: Database
    world: World
    base: str
    http: aiohttp.ClientSession

    def window(self, name: str) -> Window:
        return Window(self.http, self.base, self.world.people[name])


@asynccontextmanager
async def serve(
    database: Database,
    world: World,
    clock: FixedClock,
    *,
    registry: Registry = SAMPLE,
    poll_seconds: float = 2.0,
    bot: type[Bot] = Bot,
) -> AsyncIterator[Site]:
    chat = LocalChat(bot(database, registry, clock), database, clock=clock, poll_seconds=poll_seconds)
    runner = web.AppRunner(chat.application(), shutdown_timeout=PATIENCE)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession() as http:
            yield Site(chat, database, world, f"http://127.0.0.1:{port}", http)
    finally:
        await runner.cleanup()


@pytest.fixture
async def site(database: Database, world: World, clock: FixedClock) -> AsyncIterator[Site]:
    """On SQLite and on PostgreSQL."""
    async with serve(database, world, clock) as served:
        yield served


@pytest.fixture
async def small_site(sqlite: Database, small_world: World, clock: FixedClock) -> AsyncIterator[Site]:
    """On SQLite only, for what is not about storing."""
    async with serve(sqlite, small_world, clock) as served:
        yield served
