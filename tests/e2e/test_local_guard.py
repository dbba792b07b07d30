"""What may be an identity number, on the local page in a real browser: asked about, shown after a reload, put back."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from handlers import capabilities
from handlers.writing.identity import REMOVED
from storage.database import Database
from tests.clock import FixedClock
from tests.dialogs.test_possible_numbers import CASES
from tests.e2e.test_local_page import say, window
from tests.identity_numbers import KINDS
from tests.stored import everything_in
from tests.web.conftest import Site, serve
from tests.world import World

pytestmark = pytest.mark.e2e

Picture = Callable[..., Awaitable[Path]]
NUMBER = KINDS["fødselsnummer"](random.Random(51))


@pytest.fixture
async def site(sqlite: Database, small_world: World, clock: FixedClock) -> AsyncIterator[Site]:
    async with serve(sqlite, small_world, clock, registry=capabilities.registry()) as served:
        yield served


async def test_a_number_that_may_be_one_and_one_that_is_put_back(
    browser: Browser, site: Site, picture: Picture
) -> None:
    async with window(browser, site, "clinician", viewport={"width": 760, "height": 1200}) as page:
        await say(page, "/avvik")
        form = page.locator("form.dialog")
        await form.get_by_label("Hjemmetjenesten").check()
        await form.get_by_label("Kommunikasjon/dokumentasjon").check()
        await form.get_by_role("button", name="Neste").click()
        text = form.get_by_label("Kort om hva som skjedde")
        await text.fill(f"Gjelder sak {CASES}, ordre {NUMBER}.")
        await form.get_by_role("button", name="Neste").click()

        shown = f"Gjelder sak {CASES}, ordre {REMOVED}."
        await expect(text).to_have_value(shown)
        await expect(form).to_contain_text("Det var ikke et fødselsnummer")
        await picture(page, "1 taken out", whole=True)
        assert CASES not in await everything_in(site.database)
        # Loaded again, it is there still.
        await page.reload()
        await expect(text).to_have_value(shown)

        await form.get_by_role("button", name="Det var ikke et fødselsnummer").click()
        await expect(text).to_have_value(f"Gjelder sak {CASES}, ordre {NUMBER}.")
        await picture(page, "2 put back", whole=True)
        await form.get_by_role("button", name="Neste").click()
        await expect(form).to_contain_text("Er dette et fødselsnummer?")
        await picture(page, "3 asked", whole=True)
        await form.get_by_label("er ikke opplysninger om en pasient").check()
        await form.get_by_role("button", name="Neste").click()
        await expect(form).to_contain_text("Steg 3 av 4")
