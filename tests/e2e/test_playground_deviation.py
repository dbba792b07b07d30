"""`avvik` in Microsoft's own local Teams client, through the whole program: four screens, and the answer that comes."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select, update
from sqlmodel import col

from bot.app import Parts, assemble, serving
from config.settings import Settings
from handlers.dialogs.dialog import Form
from storage.tables import Deviation, Workspace
from tests.e2e.conftest import side_by_side
from tests.e2e.playground import PLAYGROUND_TENANT, answered, choose, free_port, open_chat, playground, say
from tests.world import World

pytestmark = pytest.mark.e2e

Picture = Callable[..., Awaitable[Any]]
TEXT = "Medisinlisten manglet i utskrivningsrapporten."


@pytest.fixture
async def parts(small_world: World) -> AsyncIterator[tuple[Parts, str]]:
    """The program with Teams and its worker, on the small partnership; where activities are sent."""
    async with small_world.database.transaction() as session:
        teams = col(Workspace.surface) == "teams"
        await session.execute(update(Workspace).where(teams).values(external_id=PLAYGROUND_TENANT))
    url = small_world.database.url.set(drivername="sqlite").render_as_string()
    settings = Settings(_env_file=None, database_url=url, teams_local=True, local_chat=False, port=free_port())
    async with assemble(settings) as made, serving(settings, made) as address:
        yield made, f"{address.rstrip('/')}/api/messages"


@pytest.fixture
async def chat(parts: tuple[Parts, str], small_world: World, browser: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    """Somebody of the municipality, in the personal chat with the bot."""
    async with playground(parts[1], tmp_path) as address:
        page = await open_chat(browser, address, small_world.database)
        yield page
        await page.close()


async def _answers(parts: Parts, world: World) -> None:
    """A handler on the other side, who sits somewhere else, answers."""
    async with world.database.transaction() as session:
        deviation_id = (await session.scalars(select(col(Deviation.id)))).one()
    surgeon = world.sender("surgeon")
    form = await parts.bot.press(surgeon, "avvik.besvar", {"deviation": str(deviation_id)})
    assert isinstance(form, Form)
    answer = {"finding": "Listen lå i en mal uten oppdatering.", "measure": "Malen er rettet."}
    await parts.bot.submit(surgeon, form.token, answer)


async def test_a_deviation_from_four_screens_to_its_answer(
    chat: Page, parts: tuple[Parts, str], small_world: World, browser: Browser, picture: Picture
) -> None:
    screens = []

    async def keep(name: str) -> None:
        await picture(chat, name)
        screens.append(await card.screenshot(animations="disabled"))

    card = await say(chat, f"avvik {TEXT}")
    await expect(card).to_contain_text("Steg 1 av 4")
    await expect(card.get_by_role("combobox", name="Hvilken vei")).to_have_value("Fra kommune til sykehus")
    await choose(chat, card, "Hvilken enhet", "Ortopedisk avdeling")
    category = card.get_by_role("checkbox", name="Legemidler")
    await category.check()
    await keep("1 what")
    await category.uncheck()
    await card.get_by_role("button", name="Neste", exact=True).click()
    await answered(card, "felt må rettes")
    await category.check()
    await card.get_by_role("button", name="Neste", exact=True).click()

    await answered(card, "Steg 2 av 4")
    await expect(card.get_by_role("textbox", name="Kort om hva som skjedde")).to_have_value(TEXT)
    await card.get_by_role("textbox", name="Når?").fill("i dag")
    await keep("2 happened")
    await card.get_by_role("button", name="Neste", exact=True).click()

    await answered(card, "Steg 3 av 4")
    await choose(chat, card, "Faktisk konsekvens", re.compile("^Moderat"))
    await keep("3 outcome")
    await card.get_by_role("button", name="Tilbake").click()
    await expect(card.get_by_role("textbox", name="Kort om hva som skjedde")).to_have_value(TEXT)
    await card.get_by_role("button", name="Neste", exact=True).click()
    await answered(card, "Steg 3 av 4")
    await card.get_by_role("button", name="Neste", exact=True).click()

    await answered(card, "Steg 4 av 4")
    await expect(card).to_contain_text(TEXT)
    await choose(chat, card, "samtykke", "Pasienten er spurt")
    await keep("4 send")
    await card.get_by_role("button", name="Send", exact=True).click()
    await expect(card).to_contain_text(re.compile(r"AVV-\d{4}-0001: avviket du meldte"))
    await expect(card).to_contain_text("Takk for at du meldte")
    await keep("5 receipt")

    await _answers(parts[0], small_world)
    # The receipt changes in place, and a message of its own says so.
    await expect(card).to_contain_text("Malen er rettet.")
    await expect(chat.get_by_text("har svart på AVV")).to_be_visible()
    await picture(chat, "6 answered")
    await side_by_side(browser, screens, "deviation-teams.png", width=420)
    await card.get_by_role("button", name="Svaret var nyttig").click()
    await expect(card.get_by_role("button", name="Svaret var nyttig")).to_have_count(0)
    async with small_world.database.transaction() as session:
        row = (await session.scalars(select(Deviation))).one()
    assert (row.status, row.rating, row.consequence, row.description) == ("answered", "helpful", "moderate", TEXT)
