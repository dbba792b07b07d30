"""An old paper in a real browser, on the page that a link opens: handed in, stored, known again, taken back."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from handlers.capabilities import registry
from handlers.papers.actions import Do
from tests.clock import FixedClock
from tests.papers.reading.word_files import docx, p
from tests.people.links.conftest import serve
from tests.world import World

pytestmark = pytest.mark.e2e

TEXT = """\
Referat fra møte i Faglig samarbeidsutvalg (FSU)
Dato: 12.03.2019 kl. 12.30–15.00
Til stede: Eksempel Member, Eksempel Vara
Sak 4/2019 Felles rutine for utskrivning
Vedtak: Rutinen godkjennes.
"""


async def test_handed_in_stored_known_again_and_taken_back(
    small_world: World, clock: FixedClock, browser: Browser, picture: Callable[..., Awaitable[Path]], tmp_path: Path
) -> None:
    minutes = tmp_path / "referat.docx"
    minutes.write_bytes(docx("".join(p(line) for line in TEXT.splitlines())))
    committee = {"committee": str(small_world.committees["fsu"])}
    async with serve(small_world, clock, registry()) as served:
        address = str(served.links.page(small_world.people["secretary"], str(Do.LIST), committee))
        page = await browser.new_page(viewport={"width": 360, "height": 740})
        await page.goto(address)
        await page.get_by_label("Last opp et gammelt papir").set_input_files(minutes)
        await page.get_by_role("button", name="Last opp", exact=True).click()
        await expect(page.get_by_role("heading", name="referat.docx: Referat")).to_be_visible()
        await expect(page.get_by_text("Venter på bekreftelse")).to_be_visible()
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0
        await picture(page, "looked-over", whole=True)
        await page.get_by_role("button", name="Lagre", exact=True).click()
        await expect(page.get_by_text("Lagret: 1 sak, 1 vedtak.")).to_be_visible()
        # The same once more is told, and changes nothing.
        await page.goto(address)
        await page.get_by_label("Last opp et gammelt papir").set_input_files(minutes)
        await page.get_by_role("button", name="Last opp", exact=True).click()
        await expect(page.get_by_text("Finnes fra før")).to_be_visible()
        await page.get_by_role("button", name="Vis papiret", exact=True).click()
        # Asked about once more, where no script asks.
        await page.locator("summary", has_text="Ta tilbake").click()
        await expect(page.get_by_text("Det som andre har lagt til siden, blir stående.")).to_be_visible()
        await picture(page, "take-back", whole=True)
        await page.get_by_role("button", name="Ta tilbake", exact=True).click()
        await expect(page.get_by_text("Tatt tilbake.")).to_be_visible()
        await page.close()
