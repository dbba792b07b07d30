"""A calendar address on the local page, in a real browser: made, copied, fetched by a calendar, and taken away."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from icalendar import Calendar
from playwright.async_api import Browser, expect

from bot.web.app import LocalChat
from bot.web.feed import CalendarFeeds
from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.people.links import Links
from handlers.subscriptions.reading import Feeds
from tests.clock import FixedClock
from tests.e2e.playground import free_port
from tests.e2e.test_local_page import say
from tests.people.links.conftest import KEY
from tests.world import World

pytestmark = pytest.mark.e2e

Picture = Callable[..., Awaitable[Any]]


@pytest.fixture
async def base(small_world: World, clock: FixedClock) -> AsyncIterator[str]:
    """The local page and the calendar addresses, on one port."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    bot = Bot(small_world.database, registry(), clock, links=Links(f"{address}/", KEY, clock))
    chat = LocalChat(bot, small_world.database, clock=clock)
    application = chat.application()
    application.add_routes(CalendarFeeds(Feeds(small_world.database, clock).open).routes())
    runner = web.AppRunner(application, shutdown_timeout=5.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield address
    await runner.cleanup()


@pytest.mark.parametrize("width", [1100, 380])
async def test_made_copied_fetched_and_taken_away(
    base: str, small_world: World, browser: Browser, picture: Picture, width: int
) -> None:
    context = await browser.new_context(locale="nb-NO", viewport={"width": width, "height": 1000})
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    await page.goto(f"{base}/lokal/{small_world.people['member']}")
    await say(page, "/mote")
    await page.get_by_role("button", name="Få møtene i kalenderen").click()
    await page.get_by_role("button", name="Lag en kalenderadresse").click()
    shown = page.locator("code.secret")
    address = await shown.inner_text()
    assert address.startswith(f"{base}/kalender/")
    # At a click it is marked as a whole, to be copied; the other opens the calendar program.
    await shown.click()
    assert await page.evaluate("getSelection().toString()") == address
    opens = page.get_by_role("link", name=address.replace("http:", "webcal:"))
    await expect(opens).to_have_attribute("href", address.replace("http:", "webcal:"))
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    await picture(page, "made", whole=True)
    async with aiohttp.ClientSession() as http:
        async with http.get(address) as got:
            titles = {str(each["SUMMARY"]) for each in Calendar.from_ical(await got.text()).walk("VEVENT")}
        assert titles == {
            "Møte i Faglig samarbeidsutvalg (FSU)",
            "Frist for saker til Faglig samarbeidsutvalg (FSU)",
        }
        await page.get_by_role("button", name="Vis kalenderadressen min").click()
        await expect(page.get_by_text("Sist hentet av en kalender")).to_be_visible()
        await picture(page, "shown", whole=True)
        page.on("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("button", name="Slett adressen").last.click()
        for again in await page.get_by_role("button", name="Slett", exact=True).all():
            await again.click()
        await expect(page.get_by_text("Kalenderadressen er slettet")).to_be_visible()
        async with http.get(address) as got:
            assert got.status == 404
    await context.close()
    assert wrong == []
