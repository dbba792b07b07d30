"""`sak` in Microsoft's own local Teams client, through the whole program: from the message to the receipt."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select

from bot.app import assemble, serving
from bot.background import BackgroundTasks
from bot.teams.app import TeamsSurface
from bot.teams.apps import Apps
from config.partnership_file import read
from config.settings import Settings
from handlers.bot import Bot
from handlers.calendar.clock import SystemClock
from handlers.calendar.zone import local_day
from handlers.partnership.load import load
from storage.database import Database
from storage.tables import AgendaItem, Draft, Workspace
from tests.e2e.playground import (
    PLAYGROUND_TENANT,
    PROJECT,
    answered,
    cards,
    choose,
    free_port,
    go_to,
    mention,
    open_chat,
    playground,
    say,
)
from tests.everything import registry
from tests.world import World

pytestmark = pytest.mark.e2e

Picture = Callable[..., Awaitable[Any]]
TITLE = "Felles opplæring [x](http://evil) *i* utskrivning"


@pytest.fixture
async def chat(sqlite: Database, browser: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    """The member of the example partnership, in the personal chat with the bot."""
    now = SystemClock().now()
    partnership = read(PROJECT / "config" / "partnership.example.yaml", local_day(now))
    async with sqlite.transaction() as session:
        await load(session, partnership, now)
    url = sqlite.url.set(drivername="sqlite").render_as_string()
    settings = Settings(_env_file=None, database_url=url, teams_local=True, local_chat=False, port=free_port())
    async with _bot(settings) as endpoint, playground(endpoint, tmp_path) as address:
        page = await open_chat(browser, address, sqlite)
        yield page
        await page.close()


@asynccontextmanager
async def _bot(settings: Settings) -> AsyncIterator[str]:
    """The program, listening at a port of its own; where activities are sent."""
    async with assemble(settings) as parts, serving(settings, parts) as address:
        yield f"{address.rstrip('/')}/api/messages"


async def test_a_case_is_proposed_from_the_message_to_the_receipt(
    chat: Page, sqlite: Database, picture: Picture
) -> None:
    card = await say(chat, f"sak {TITLE}")
    await expect(card.get_by_role("textbox", name="Tittel")).to_have_value(TITLE)
    await expect(card).to_contain_text("Steg 1 av 3")
    await card.get_by_role("button", name="Neste").click()
    await answered(card, "felt må rettes")
    await expect(card.get_by_role("textbox", name="Tittel")).to_have_value(TITLE)
    await picture(chat, "errors")
    await choose(chat, card, "Utvalg", "Faglig samarbeidsutvalg")
    await card.get_by_role("textbox", name="Hensikt").fill("Enes om en felles plan.\nFor begge parter.")
    await card.get_by_role("checkbox", name="Drøfting").check()
    await card.get_by_role("checkbox", name="Beslutning").check()
    await picture(chat, "first step")
    await card.get_by_role("button", name="Neste").click()

    await answered(card, "Steg 2 av 3")
    await card.get_by_role("textbox", name="Minutter").fill("20")
    await picture(chat, "second step")
    await card.get_by_role("button", name="Tilbake").click()
    await expect(card.get_by_role("checkbox", name="Drøfting")).to_be_checked()
    await card.get_by_role("button", name="Neste").click()
    await expect(card.get_by_role("textbox", name="Minutter")).to_have_value("20")
    await card.get_by_role("button", name="Se over").click()

    await expect(card).to_contain_text("Enes om en felles plan.")
    await expect(card.get_by_role("link")).to_have_count(0)
    await picture(chat, "summary")
    await card.get_by_role("button", name="Send inn").click()
    await expect(card).not_to_contain_text("Steg")
    await expect(card).to_contain_text(TITLE)
    await picture(chat, "receipt")
    async with sqlite.transaction() as session:
        (case,) = (await session.scalars(select(AgendaItem))).all()
    assert (case.title, case.minutes, case.purpose) == (TITLE, 20, "Enes om en felles plan.\nFor begge parter.")
    assert sorted(case.types) == ["B", "D"]

    await card.get_by_role("button", name="Trekk saken").click()
    await picture(chat, "question")
    await card.get_by_role("button", name=re.compile("^Ja")).click()
    await expect(card.get_by_role("button", name="Trekk saken")).to_have_count(0)
    await picture(chat, "withdrawn")


async def test_a_home_and_the_bot_among_others(chat: Page, picture: Picture) -> None:
    await expect(cards(chat).first.get_by_role("button")).to_have_count(2)
    home = await say(chat, "hjem")
    await expect(home).to_contain_text("Dette venter på deg")
    await expect(home).to_contain_text("Kommende møter")
    await picture(chat, "home")
    await home.get_by_role("button", name="Meld sak").first.click()
    await expect(cards(chat).filter(has_text="Hva gjelder saken?")).to_be_visible()

    for name in ("Gruppechat", "Eksempelteam - General"):
        await go_to(chat, name)
        welcome = cards(chat).filter(has_text="Jeg hjelper helsefellesskapet")
        await expect(welcome).to_have_count(1)
        # What is not said to it, it does not answer.
        box = chat.locator("[role=textbox][contenteditable=true]").first
        await box.fill("hjelp")
        await box.press("Enter")
        said = chat.get_by_text("Jeg svarer deg i en privat samtale.")
        # The list of conversations shows it too.
        before = await said.count()
        await mention(chat, "hjem")
        await expect(said).not_to_have_count(before)
        await expect(cards(chat)).to_have_count(1)
        await welcome.get_by_role("button", name="Meld avvik").click()
        await picture(chat, name)
        await go_to(chat, "Personal Chat")
        await expect(cards(chat).filter(has_text="Hva gjelder det?").last).to_be_visible()


# --- what a real client makes of every kind of field -------------------------------------------------------


@pytest.fixture
async def sample(small_world: World, browser: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    """The same client, with the sample dialog that has every kind of field."""
    async with small_world.database.transaction() as session:
        workspace = await session.scalar(select(Workspace).where(Workspace.surface == "teams"))
        assert workspace is not None
        workspace.external_id = PLAYGROUND_TENANT
    async with aiohttp.ClientSession() as http:
        clock = SystemClock()
        background = BackgroundTasks()
        surface = TeamsSurface(
            Bot(small_world.database, registry(), clock),
            apps=Apps.local(http, clock),
            http=http,
            background=background,
            clock=clock,
        )
        application = web.Application()
        application.add_routes(surface.routes())
        server = TestServer(application)
        await server.start_server()
        async with playground(str(server.make_url("/api/messages")), tmp_path) as address:
            page = await open_chat(browser, address, small_world.database)
            yield page
            await page.close()
        await background.drain()
        await server.close()


async def _answers(database: Database) -> dict[str, Any]:
    async with database.transaction() as session:
        (draft,) = (await session.scalars(select(Draft))).all()
    return draft.answers


async def test_every_field_comes_back_from_a_real_client(sample: Page, small_world: World, picture: Picture) -> None:
    card = await say(sample, "alt Hei, du")
    await card.get_by_role("textbox", name="Flere linjer").fill("En\nTo")
    await card.get_by_role("textbox", name="Et tall").fill("tjue")
    await choose(sample, card, "Ett valg", "Andre & <tredje>")
    await card.get_by_role("checkbox", name="Første").check()
    await card.get_by_role("checkbox", name="Andre & <tredje>").check()
    await card.get_by_role("checkbox", name="Enig").check()
    await card.get_by_role("combobox", name="Dag").fill("12/3/2026")
    await card.get_by_role("combobox", name="Dag").press("Enter")
    # The calendar is open, and this day is marked.
    await sample.keyboard.press("Enter")
    await choose(sample, card, "Klokkeslett", re.compile("^13:00$"))
    await choose(sample, card, "En person", "Første")
    await card.get_by_role("textbox", name="Noen av mange").fill("nummer 24")
    await picture(sample, "filled")
    await card.get_by_role("button", name="Søk").last.click()

    await expect(card.get_by_role("checkbox", name=re.compile("nummer 242"))).to_be_visible()
    await expect(card.get_by_role("textbox", name="Noen av mange")).to_have_value("nummer 24")
    await expect(card.get_by_role("textbox", name="En linje")).to_have_value("Hei, du")
    await expect(card.get_by_role("textbox", name="Flere linjer")).to_have_value("En\nTo")
    await expect(card.get_by_role("checkbox", name="Enig")).to_be_checked()
    await card.get_by_role("checkbox", name=re.compile("nummer 242")).check()
    await card.get_by_role("checkbox", name=re.compile("nummer 247")).check()
    await choose(sample, card, "En person", "(ikke valgt)")
    await picture(sample, "searched")
    await card.get_by_role("button", name="Neste").click()

    await answered(card, "Skriv et helt tall, for eksempel 20.")
    await expect(card).to_contain_text("<!channel> [x](http://evil)")
    await expect(card.get_by_role("link")).to_have_count(0)
    await picture(sample, "wrong")
    answers = await _answers(small_world.database)
    assert {name: value for name, value in answers.items() if value} == {
        "line": "Hei, du",
        "lines": "En\nTo",
        "number": "tjue",
        "one": "b",
        "some": ["a", "b"],
        "found": ["242", "247"],
        "day": "2026-12-03",
        "clock": "13:00",
        "agreed": "true",
    }
    await card.get_by_role("textbox", name="Et tall").fill("")
    await card.get_by_role("button", name="Neste").click()
    await answered(card, "Litt til")
    assert not (await _answers(small_world.database))["number"]


async def test_a_name_is_typed_and_then_next(sample: Page, small_world: World, picture: Picture) -> None:
    card = await say(sample, "alt Hei")
    await choose(sample, card, "Ett valg", "Første")
    await card.get_by_role("textbox", name="Noen av mange").fill("Kari")
    await card.get_by_role("button", name="Neste").click()
    await answered(card, "Ingen treff på «Kari». Prøv et annet ord, eller tøm søkefeltet.")
    await picture(sample, "none")
    await card.get_by_role("textbox", name="Noen av mange").fill("nummer 24")
    await card.get_by_role("button", name="Neste").click()
    await answered(card, "«nummer 24» passer på flere. Velg blant treffene, eller tøm søkefeltet.")
    await expect(card.get_by_role("textbox", name="Noen av mange")).to_have_value("nummer 24")
    await picture(sample, "several")
    await card.get_by_role("textbox", name="Noen av mange").fill("nummer 249")
    await card.get_by_role("button", name="Neste").click()
    await expect(card).to_contain_text("Steg 2 av 3")
    assert (await _answers(small_world.database))["found"] == ["249"]
