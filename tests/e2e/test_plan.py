"""A year's plan in a real browser, on the page that a link opens: uploaded, put right, looked over, stored."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import update

from config.school_holidays import school_holidays as listed
from handlers.calendar import school_holidays
from handlers.capabilities import registry
from handlers.meetings.plan_settings import PlanSettings
from handlers.meetings.settings import CommitteeSettings
from handlers.planning.actions import Do
from storage.tables import Committee
from tests.clock import FixedClock
from tests.people.links.conftest import serve
from tests.planning.steps import planned
from tests.world import World

pytestmark = pytest.mark.e2e

PLAN = """;Januar;Februar;Mars;April;Mai;Juni;Juli;August;September;Oktober;November;Desember
FSU (12.30-15.30);28;25;;;6;;;;2;;4;
AU (14.00-16.00);14;;;;;;;;9;;;
Klinikkrådet (09.00-11.00);21;;;;;;;;;;;
"""


async def test_uploaded_put_right_and_stored(
    small_world: World, clock: FixedClock, browser: Browser, picture: Callable[..., Awaitable[Path]], tmp_path: Path
) -> None:
    plan = tmp_path / "Møteplan 2027.csv"
    plan.write_bytes(PLAN.encode("latin-1"))
    settings = CommitteeSettings(plan=PlanSettings(counties=("Vestfold",))).model_dump(mode="json")
    async with small_world.database.transaction() as session:
        await session.execute(update(Committee).values(settings=settings))
    school_holidays.install(listed)
    try:
        async with serve(small_world, clock, registry()) as served:
            year = {"year": "2027"}
            address = str(served.links.page(small_world.people["secretary"], str(Do.YEAR), year))
            page = await browser.new_page(viewport={"width": 360, "height": 740})
            await page.goto(address)
            await page.get_by_label("Last opp en møteplan").set_input_files(plan)
            await page.get_by_role("button", name="Last opp", exact=True).click()
            await expect(page.get_by_role("heading", name="Hvilket utvalg er «Klinikkrådet»?")).to_be_visible()
            await expect(page.get_by_text("er i vinterferien i Vestfold")).to_be_visible()
            await expect(page.get_by_role("button", name="Lagre planen")).to_have_count(0)
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide == 0
            await picture(page, "check", whole=True)
            await page.get_by_role("button", name="Ta ut av planen").first.click()
            await page.get_by_role("button", name="Flytt til 4. mars 2027").click()
            await expect(page.get_by_text("Datoen er rettet i planen.")).to_be_visible()
            await page.get_by_role("button", name="Flytt til 13. mai 2027").click()
            await expect(page.get_by_role("button", name="Lagre planen")).to_be_visible()
            await page.set_viewport_size({"width": 1000, "height": 900})
            await picture(page, "preview", whole=True)
            await page.get_by_role("button", name="Lagre planen").click()
            await expect(page.get_by_text("Lagret: 7 nye møter.")).to_be_visible()
            # The page is about a year, and says nothing else of itself.
            await expect(page.get_by_text("gjelder bare det som står her")).to_be_visible()
            await picture(page, "year", whole=True)
            await page.close()
    finally:
        school_holidays.install(school_holidays.SchoolHolidays)
    assert len(await planned(small_world)) == 5
