"""A meeting is moved on the local page, in a real browser: written, looked over, done."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from handlers.capabilities import registry
from handlers.meetings.reminders import REMIND
from storage.database import Database
from tests.chores import done
from tests.clock import FixedClock
from tests.e2e.test_local_page import say
from tests.web.conftest import Site, serve
from tests.world import World

pytestmark = pytest.mark.e2e

Picture = Callable[..., Awaitable[Any]]


@pytest.fixture
async def site(sqlite: Database, small_world: World, clock: FixedClock) -> AsyncIterator[Site]:
    async with serve(sqlite, small_world, clock, registry=registry()) as served:
        yield served


async def test_moved_after_a_look(
    site: Site, clock: FixedClock, small_world: World, browser: Browser, picture: Picture
) -> None:
    await done(REMIND, small_world.database, clock)
    page = await (await browser.new_context(locale="nb-NO", viewport={"width": 900, "height": 1100})).new_page()
    await page.goto(f"{site.base}/lokal/{small_world.people['secretary']}")
    await say(page, "/mote flytt FSU")
    await page.get_by_label("Dato", exact=True).fill("2026-09-26")
    await page.get_by_label("Grunn").fill("Salen er opptatt")
    await page.get_by_label("Etter utvalgets regel").check()
    await picture(page, "form", whole=True)
    await page.get_by_role("button", name="Se over").click()
    await expect(page.get_by_text("Flytter 1 frist")).to_be_visible()
    await expect(page.get_by_text("er i en helg", exact=False).first).to_be_visible()
    await picture(page, "preview", whole=True)
    await page.get_by_role("button", name="Flytt møtet").click()
    await expect(page.get_by_text("Møtet i Faglig samarbeidsutvalg (FSU) er flyttet").first).to_be_visible()
    await page.get_by_role("button", name="Vis møtet").last.click()
    await expect(page.get_by_text("Siste endring")).to_be_visible()
    await picture(page, "page", whole=True)
