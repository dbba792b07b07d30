"""A follow-up and its case on the pages that signed links open, in a real browser: light, dark and on a telephone."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from handlers.capabilities import registry
from handlers.decisions.actions import Do as Register
from handlers.meetings.follow_up_actions import Do
from tests.clock import FixedClock
from tests.decisions.steps import decide
from tests.people.links.conftest import serve
from tests.surface import FakeSurface
from tests.world import World

pytestmark = pytest.mark.e2e

TO_DO = "Lage en felles plan for opplæringen i utskrivning, og sende den til kommunene før den vedtas."


async def test_answered_on_the_page_in_light_dark_and_narrow(
    small_world: World, clock: FixedClock, browser: Browser, picture: Callable[..., Awaitable[Path]]
) -> None:
    surface = FakeSurface(small_world, clock, registry())
    due = clock.now().date() + timedelta(days=30)
    owner = small_world.people["surgeon"]
    made = await decide(surface, "Felles opplæring", "Planen vedtas.", to_do=TO_DO, owner_id=owner, due_on=due)
    async with serve(small_world, clock, registry()) as served:
        address = str(served.links.page(owner, str(Do.SHOW), {"follow": str(made.follow)}))
        for name, options in (
            ("light", {"color_scheme": "light"}),
            ("dark", {"color_scheme": "dark"}),
            ("narrow", {"viewport": {"width": 360, "height": 740}}),
        ):
            context = await browser.new_context(**options)  # type: ignore[arg-type]
            page = await context.new_page()
            await page.goto(address)
            await expect(page.get_by_text(TO_DO).first).to_be_visible()
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide == 0
            await picture(page, name, whole=True)
            await context.close()
        context = await browser.new_context()
        page = await context.new_page()
        await page.goto(address)
        await page.get_by_role("button", name="Trenger mer tid", exact=True).click()
        later = clock.now().date() + timedelta(days=60)
        await page.get_by_label("Ny frist").fill(str(later))
        await page.get_by_label("Hvorfor trengs det mer tid?").fill("Vi venter på kommunen.")
        await picture(page, "more-time", whole=True)
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.get_by_text("Sekretariatet får beskjed, og kan si nei.")).to_be_visible()
        await picture(page, "after", whole=True)
        case = served.links.page(small_world.people["secretary"], str(Register.CASE), {"item": str(made.item)})
        await page.goto(str(case))
        await page.get_by_role("button", name="Følg saken", exact=True).click()
        await expect(page.get_by_text("Du følger saken.")).to_be_visible()
        await picture(page, "case", whole=True)
        await context.close()
