"""Files in messages: what is stored is which file, and the link is made for the reader when it is sent or shown."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import select
from sqlmodel import col

from bot.web.app import LocalChat
from bot.web.messenger import address_of
from handlers import capabilities
from handlers.deviations.learning import files
from handlers.messages.deliveries import as_json
from handlers.messages.files import with_links
from handlers.messages.message import FileLink, FileRef, Image, Link, Message, Section
from handlers.people.links import NO_LINKS, Links
from handlers.writing.word import DOCX
from storage import deliveries
from storage.deliveries import Wish
from storage.tables import Delivery
from tests.clock import FixedClock
from tests.deviations import steps
from tests.deviations.tools import tools
from tests.people.links.conftest import KEY, Served, serve
from tests.people.links.visitor import Visitor
from tests.slack.limits import shown_text
from tests.surface import FakeSurface, message
from tests.teams.client import parts
from tests.web.markup import parse
from tests.world import World

PERIOD = {"from": "2026-01", "to": "2026-09", "of": "all"}
TABLES, PICTURE = (
    FileRef(document=files.TABLES_CSV, arguments=PERIOD),
    FileRef(document=files.PICTURE, arguments=PERIOD),
)
CONVOCATION = Message(
    title="Innkalling",
    image=Image(file=PICTURE, alt="Søyler"),
    files=(FileLink(label="Sakspapirer", file=TABLES),),
    sections=(Section(title="Sak 1", files=(FileLink(label="Vedlegg", file=TABLES),)),),
)
A_WHILE = timedelta(days=3)


@pytest.fixture
async def served(world: World, clock: FixedClock) -> AsyncIterator[Served]:
    async with serve(world, clock, capabilities.registry()) as found:
        yield found


async def _wish(served: Served, who: str, message: Message, clock: FixedClock) -> None:
    wish = Wish(f"convocation:{who}", "s", served.world.people[who], as_json(message), clock.now())
    async with served.world.database.transaction() as session:
        await deliveries.wish(session, [wish])


async def _stored(served: Served) -> str:
    async with served.world.database.transaction() as session:
        return json.dumps(
            [row.message for row in await session.scalars(select(Delivery).where(col(Delivery.subject) == "s"))]
        )


async def _opens(served: Served, address: str) -> None:
    """The link opens the file it says, now."""
    async with served.http.get(address) as response:
        assert response.status == 200, await response.text()
        assert response.content_type == "text/csv"
        assert response.headers["Content-Disposition"].endswith(".csv")


async def test_on_slack_and_teams_a_message_sent_days_later_has_links_that_work(
    served: Served, clock: FixedClock
) -> None:
    async with tools(served.world, clock, served.bot) as scene:
        await scene.on_slack("member").writes("hjelp")
        await scene.on_teams("deputy").writes("hjelp")
        for who in ("member", "deputy"):
            await _wish(served, who, CONVOCATION, clock)
        clock.forward(A_WHILE)
        await scene.settled()
        blocks = next(
            call.arguments["blocks"]
            for call in reversed(scene.slack.calls)
            if call.method == "chat.postMessage" and "Innkalling" in shown_text(call.arguments["blocks"])
        )
        on_slack = [each["url"] for each in _elements(blocks) if each.get("type") == "link"]
        (picture,) = [block["image_url"] for block in blocks if block["type"] == "image"]
        card = next(call.card for call in reversed(scene.teams.calls) if "Innkalling" in json.dumps(call.body))
        on_teams = [
            action["url"]
            for part in parts(card)
            for action in [*part.get("actions", ()), *([part["selectAction"]] if "selectAction" in part else ())]
            if action["type"] == "Action.OpenUrl" and part["type"] != "Image"
        ]
        (shown,) = [part["url"] for part in parts(card) if part["type"] == "Image"]
        assert (len(on_slack), len(on_teams)) == (2, 2)
        for address in (*on_slack, *on_teams):
            await _opens(served, address)
        for address in (picture, shown):
            async with served.http.head(address) as response:
                assert response.status == 200
    assert "/fil/" not in await _stored(served)


def _elements(value: object) -> list[dict[str, str]]:
    """Every element of these blocks, however deep."""
    if isinstance(value, list):
        return [found for each in value for found in _elements(each)]
    if isinstance(value, dict):
        return [value, *(found for each in value.values() for found in _elements(each))]
    return []


async def test_on_the_local_page_a_line_has_links_that_work_whenever_it_is_looked_at(
    served: Served, clock: FixedClock
) -> None:
    chat = LocalChat(served.bot, served.world.database, clock=clock)
    application = web.Application()
    application.add_routes(chat.routes())
    async with TestServer(application, host="127.0.0.1") as server:
        page = f"http://127.0.0.1:{server.port}/lokal/{served.world.people['member']}"
        await _wish(served, "member", CONVOCATION, clock)
        async with served.world.database.reading() as session:
            (stored,) = await session.scalars(select(Delivery.message).where(col(Delivery.subject) == "s"))
        await chat.messenger.send(address_of(served.world.people["member"]), Message.model_validate(stored))
        for _look in range(2):
            clock.forward(A_WHILE)
            async with served.http.get(page) as response:
                shown = parse(await response.text())
            addresses = [link["href"] for link in shown.all("a") if "/fil/" in link["href"]]
            assert len(addresses) == 2
            for address in addresses:
                await _opens(served, address)
            (picture,) = [image["src"] for image in shown.all("img") if "picture" in image["class"]]
            async with served.http.head(served.links.base + picture.removeprefix("../")) as response:
                assert response.status == 200


async def _reported(served: Served, clock: FixedClock) -> tuple[FakeSurface, int]:
    surface = FakeSurface(served.world, clock, capabilities.registry())
    surface.bot = served.bot
    return surface, await steps.report(surface, "carer", "ortho")


async def test_the_page_of_an_e_mail_has_links_that_work_days_after_it_was_sent(
    served: Served, clock: FixedClock
) -> None:
    """What a page shows is made when it is opened, and so are its links."""
    _surface, added = await _reported(served, clock)
    about = {"deviation": str(added)}
    visitor = Visitor(served.http, str(served.links.page(served.world.people["surgeon"], "avvik.skriv", about)))
    clock.forward(A_WHILE)
    await visitor.open()
    assert visitor.status == 200
    async with served.http.get(visitor.link("Hent skjemaet (Word)")) as response:
        assert (response.status, response.content_type) == (200, DOCX)


async def test_a_reply_has_its_links_at_once_and_is_stored_without_them(served: Served, clock: FixedClock) -> None:
    surface, added = await _reported(served, clock)
    reply = message(await steps.press(surface, "surgeon", "avvik.skriv", deviation=str(added)))
    (link,) = reply.addresses()
    async with served.http.get(link.url) as response:
        assert (response.status, response.content_type) == (200, DOCX)
    stored = as_json(reply)
    assert "/fil/" not in json.dumps(stored)
    assert [each.label for each in Message.model_validate(stored).files] == [link.label]


def test_a_link_is_for_its_reader_only(clock: FixedClock) -> None:
    links = Links("https://bot.example.org/", KEY, clock)
    one, other = (with_links(CONVOCATION, links, person_id).addresses()[0].url for person_id in (1, 2))
    assert one != other


def test_where_there_are_no_links_the_files_are_left_out() -> None:
    shown = with_links(CONVOCATION, NO_LINKS, 1)
    assert shown.addresses() == ()
    assert shown.image is not None
    assert shown.image.address is None


def test_what_was_stored_with_an_address_keeps_it(clock: FixedClock) -> None:
    """As older versions stored a message."""
    address = "https://bot.example.org/fil/et.signert.tegn"
    old = {
        "title": "Tall",
        "image": {"url": address, "alt": "Søyler"},
        "links": [{"label": "Tallene som CSV", "url": address}],
        "sections": [{"image": {"url": None, "alt": "Mars: 3"}}],
    }
    shown = with_links(Message.model_validate(old), Links("https://bot.example.org/", KEY, clock), 1)
    assert shown.addresses() == (Link(label="Tallene som CSV", url=address),)
    assert shown.image is not None
    assert shown.image.address == address
    assert Message.model_validate(as_json(shown)) == shown
