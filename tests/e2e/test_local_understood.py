"""Understood without learning, on the local page: who to be, the first visit, what was meant, which text, the tick."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bot.web.messenger import address_of
from handlers.messages.message import Message
from tests.web.conftest import Site

pytestmark = pytest.mark.e2e

Picture = Callable[..., Awaitable[Any]]


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Skriv til boten").fill(text)
    await page.get_by_label("Skriv til boten").press("Enter")


async def test_a_walk_of_somebody_who_knows_no_command(browser: Browser, site: Site, picture: Picture) -> None:
    context = await browser.new_context(locale="nb-NO", viewport={"width": 760, "height": 900})
    page = await context.new_page()
    await page.goto(site.base + "/lokal")
    await expect(page.get_by_role("link", name="Eksempel Nurse")).to_contain_text("behandler avvik i Hjemmetjenesten")
    await picture(page, "choose", whole=True)

    person_id = site.world.people["nurse"]
    await site.chat.messenger.send(address_of(person_id), Message(title="Et avvik har ventet på deg"))
    await page.get_by_role("link", name="Eksempel Nurse").click()
    lines = page.locator("#log > li h2")
    await expect(lines.nth(0)).to_have_text("Velkommen! Hva vil du gjøre?")
    await expect(lines.nth(1)).to_have_text("Et avvik har ventet på deg")
    await picture(page, "first-visit", whole=True)

    await say(page, "jeg vil melde et avvik om at epikrisen ikke kom fram")
    await expect(page.get_by_role("button", name="Meld avvik: Epikrisen ikke kom fram")).to_be_visible()
    await picture(page, "meant")
    await say(page, "/avik")
    await page.get_by_role("button", name="Meld et avvik").last.click()
    await expect(page.get_by_role("heading", name="Hva gjelder det?")).to_be_visible()
    await page.get_by_label("Ortopedisk avdeling").check()
    await page.get_by_label("Legemidler").check()
    await page.get_by_role("button", name="Neste").click()
    await page.get_by_label("Kort om hva som skjedde").fill("Ring vakta på 22 33 44 55.")
    await page.get_by_role("button", name="Neste").click()
    box = page.get_by_label("«22 33 44 55» er ikke opplysninger om en pasient")
    await expect(box).to_be_visible()
    below = await box.bounding_box()
    text = await page.get_by_label("Kort om hva som skjedde").bounding_box()
    other = await page.get_by_label("Strakstiltak").bounding_box()
    assert below is not None
    assert text is not None
    assert other is not None
    assert text["y"] < below["y"] < other["y"]
    await picture(page, "tick")

    await say(page, "/avvik Noe annet")
    await expect(page.get_by_role("button", name="Bruk den nye teksten")).to_be_visible()
    await picture(page, "which")
    await page.get_by_role("button", name="Bruk den nye teksten").click()
    await expect(page.get_by_label("Kort om hva som skjedde")).to_have_value("Noe annet")

    await say(page, "språk")
    await page.get_by_role("button", name="Nynorsk").click()
    await expect(page.locator("html")).to_have_attribute("lang", "nn")
    await expect(page.get_by_text("No skriv eg nynorsk")).to_be_visible()
    await picture(page, "language")
    await context.close()
