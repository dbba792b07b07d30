"""A recommendation in a real browser: a party answers on the page of its link, and the committee reads of it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from handlers.capabilities import registry
from handlers.decisions.actions import Do as Register
from handlers.decisions.chain.party_actions import Do as PartyDo
from tests.clock import FixedClock
from tests.decisions.chain import steps
from tests.people.links.conftest import serve
from tests.surface import FakeSurface
from tests.world import World

pytestmark = pytest.mark.e2e


async def test_a_party_answers_and_the_committee_sees_it_in_dark_and_narrow(
    small_world: World, clock: FixedClock, browser: Browser, picture: Callable[..., Awaitable[Path]]
) -> None:
    surface = FakeSurface(small_world, clock, registry())
    await steps.with_parties(small_world, clock, ("nordre", "søndre"))
    made = await steps.recommended(surface)
    await steps.send(surface, made.entry, "nordre", "søndre")
    leg = (await steps.legs(small_world))["nordre"]
    async with serve(small_world, clock, registry()) as served:
        phone = await browser.new_page(viewport={"width": 360, "height": 740}, color_scheme="dark")
        await phone.goto(str(served.links.page(small_world.people["nordre"], str(PartyDo.SHOW), {"leg": str(leg.id)})))
        await phone.get_by_role("button", name="Svar på tilrådingen", exact=True).click()
        await phone.get_by_role("radio", name="Ja, med endringer", exact=True).check()
        await phone.get_by_role("button", name="Send svaret", exact=True).click()
        await expect(phone.get_by_text("Feil: Skriv hvilke endringer.")).to_be_visible()
        await phone.get_by_label("Med ord").fill("Vi tar den i bruk fra høsten.")
        await picture(phone, "answer", whole=True)
        await phone.get_by_role("button", name="Send svaret", exact=True).click()
        await expect(phone.get_by_text("Takk. Svaret er tatt imot.")).to_be_visible()
        wide = await phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0
        page = await browser.new_page()
        about = {"item": str(made.item)}
        await page.goto(str(served.links.page(small_world.people["secretary"], str(Register.CASE), about)))
        await page.get_by_role("button", name="Se hvor det står", exact=True).click()
        await expect(page.get_by_text("0 ja, 0 nei, 1 ja med endringer. 1 har ikke svart.")).to_be_visible()
        await expect(page.get_by_text("Vi tar den i bruk fra høsten.")).to_be_visible()
        await picture(page, "where-it-stands", whole=True)
