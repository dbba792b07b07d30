"""The page that a signed link opens, in a real browser with no script, on a phone."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from handlers import capabilities
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.people.links.conftest import Served, serve
from tests.people.links.test_page import SAMPLE
from tests.surface import FakeSurface
from tests.world import World

pytestmark = pytest.mark.e2e

Picture = Callable[..., Awaitable[Any]]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
async def served(small_world: World, clock: FixedClock) -> AsyncIterator[Served]:
    async with serve(small_world, clock, capabilities.registry()) as found:
        yield found


async def visit(browser: Browser, address: str | None, scheme: Any) -> Page:
    context = await browser.new_context(
        locale="nb-NO",
        java_script_enabled=False,
        color_scheme=scheme,
        viewport=PHONE,  # type: ignore[arg-type]
    )
    page = await context.new_page()
    blocked: list[str] = []
    page.on("console", lambda said: blocked.append(said.text))
    await page.goto(str(address))
    assert blocked == []
    return page


async def fits(page: Page) -> bool:
    """Whether nothing stands out to the right of a phone's screen."""
    width = await page.locator("html").evaluate("e => e.scrollWidth")
    return int(width) <= PHONE["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_case_is_handled_on_a_phone(
    browser: Browser, served: Served, clock: FixedClock, picture: Picture, scheme: str
) -> None:
    await propose(FakeSurface(served.world, clock, capabilities.registry()))
    address = served.links.page(served.world.people["secretary"], "sak.vis", {"item": "1"})
    page = await visit(browser, address, scheme)
    await picture(page, "case", whole=True)
    assert await fits(page)
    await page.get_by_role("button", name="Be om mer").click()
    await page.get_by_role("button", name="Send spørsmålet").last.click()
    await expect(page.get_by_role("alert")).to_contain_text("Fyll ut")
    await picture(page, "error", whole=True)
    await page.get_by_label("Hva trenger dere å vite?").fill("Hvem skal delta?")
    await page.get_by_role("button", name="Send spørsmålet").last.click()
    await page.get_by_role("link", name="Tilbake").click()
    await expect(page.locator("main")).to_contain_text("Venter på svar fra forslagsstilleren")
    await page.get_by_role("button", name="Sett på sakslisten").click()
    await picture(page, "done", whole=True)
    await expect(page.locator("main")).to_contain_text("satte saken på sakslisten som 1/2026")
    await page.context.close()


async def test_every_field_on_a_phone_in_the_dark(
    browser: Browser, small_world: World, clock: FixedClock, picture: Picture
) -> None:
    async with serve(small_world, clock, SAMPLE) as served:
        address = served.links.page(small_world.people["mailbox"], "vis", {"case": "1"})
        page = await visit(browser, address, "dark")
        await page.get_by_text("Slett alt", exact=True).click()
        await expect(page.get_by_role("button", name="Ja, slett")).to_be_visible()
        await picture(page, "question", whole=True)
        await page.get_by_role("button", name="Skjema").click()
        await page.get_by_label("En linje").fill("Felles opplæring")
        await page.get_by_role("button", name="Neste").last.click()
        await expect(page.get_by_role("alert")).to_contain_text("Velg noe under «Ett valg».")
        await page.get_by_label("Første").first.check()
        await page.get_by_label("Ett av mange").fill("nummer 11")
        await page.keyboard.press("Enter")
        chosen = page.locator("select[name='value.searched']")
        await expect(chosen).to_be_focused()
        await chosen.select_option("117")
        await picture(page, "found", whole=True)
        assert await fits(page)
        await page.get_by_role("button", name="Neste").last.click()
        await expect(page.get_by_role("heading", name="Litt til")).to_be_visible()
        await page.context.close()
