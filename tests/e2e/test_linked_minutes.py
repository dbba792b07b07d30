"""A form on the page of a meeting, in a real browser: what is typed is saved while somebody types."""

import pytest
from playwright.async_api import Browser, expect

from handlers.capabilities import registry
from handlers.meetings.actions import Do
from tests.clock import FixedClock
from tests.meetings.minutes.steps import in_meeting
from tests.people.links.conftest import serve
from tests.world import World

pytestmark = pytest.mark.e2e


async def test_what_is_typed_in_the_minutes_is_there_after_the_window_was_closed(
    small_world: World, clock: FixedClock, browser: Browser
) -> None:
    await in_meeting(small_world, clock, "Felles opplæring", standing=False)
    meeting = {"meeting": str(small_world.meetings["fsu-1"])}
    async with serve(small_world, clock, registry()) as served:
        address = str(served.links.page(small_world.people["secretary"], str(Do.PAGE), meeting))
        context = await browser.new_context()
        page = await context.new_page()
        await page.goto(address)
        for label in ("Skriv referat", "Begynn på referatet", "Skriv"):
            await page.get_by_role("button", name=label, exact=True).click()
        discussion = page.get_by_label("Innspill og kommentarer")
        await discussion.press_sequentially("Halvveis i et innsp")
        await expect(page.get_by_text("Utkastet er lagret")).to_be_visible()
        await page.close()
        page = await context.new_page()
        await page.goto(address)
        for label in ("Åpne referatet", "Skriv"):
            await page.get_by_role("button", name=label, exact=True).click()
        discussion = page.get_by_label("Innspill og kommentarer")
        await expect(discussion).to_have_value("Halvveis i et innsp")
        await discussion.fill("Halvveis i et innspill.")
        await page.get_by_role("button", name="Lagre", exact=True).click()
        await expect(page.get_by_text("Halvveis i et innspill.")).to_be_visible()
        await context.close()
