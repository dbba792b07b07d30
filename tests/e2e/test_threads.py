"""Where a committee's meetings have threads, on the local page: seen, turned off and on, and tried again."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, expect

from handlers.messages.unposted import Why
from storage.tables import ChannelSource, CommitteeChannel
from tests.clock import FixedClock
from tests.web.conftest import Site
from tests.world import HOSPITAL_TEAM

pytestmark = pytest.mark.e2e

Picture = Callable[..., Awaitable[Any]]


async def test_a_committees_threads_are_turned_off_and_on(
    browser: Browser, site: Site, clock: FixedClock, picture: Picture
) -> None:
    async with site.world.database.transaction() as session:
        session.add(
            CommitteeChannel(
                committee_id=site.world.committees["fsu"],
                since=clock.now(),
                surface="slack",
                workspace=HOSPITAL_TEAM,
                channel="C0FSU",
                source=ChannelSource.CHAT,
                trouble=Why.ARCHIVED,
            )
        )
    context = await browser.new_context(locale="nb-NO", viewport={"width": 380, "height": 900})
    page = await context.new_page()
    await page.goto(site.base + "/lokal")
    await page.get_by_role("link", name="Eksempel Secretary").click()
    await page.get_by_label("Skriv til boten").fill("/mote kanal FSU")
    await page.get_by_label("Skriv til boten").press("Enter")
    shown = page.locator("#log article", has=page.get_by_role("heading", name="Møtetråder i utvalgets kanal")).last

    await expect(shown).to_contain_text("Hvert møte får en tråd.")
    await expect(shown).to_contain_text("C0FSU (Slack)")
    await expect(shown).to_contain_text("Kanalen er arkivert.")
    wide, room = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room
    await picture(page, "threads", whole=True)

    # Each press changes the message where it stands, by keyboard too.
    await _press(shown, "Slå av trådene")
    await expect(shown).to_contain_text("Skrudd av: det kommer ikke noe i kanalen.")
    await expect(shown.get_by_role("button", name="Prøv igjen")).to_have_count(0)
    await _press(shown, "Slå på trådene")
    await expect(shown).to_contain_text("Hvert møte får en tråd.")
    await context.close()


async def _press(shown: Locator, label: str) -> None:
    await shown.get_by_role("button", name=label).focus()
    await shown.page.keyboard.press("Enter")
