"""A deviation from four screens to a rated answer, on the local page: by hand at a desk, by keyboard on a phone."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from sqlalchemy import update
from sqlmodel import col

from bot.app import assemble, serving
from config.settings import Settings
from storage.tables import Person
from tests.e2e.conftest import side_by_side
from tests.e2e.playground import free_port
from tests.world import World

pytestmark = pytest.mark.e2e

Picture = Callable[..., Awaitable[Path]]
TEXT = "Epikrisen kom ikke fram før helgen. Vi ringte avdelingen og fikk den lest opp."
NAMES = {"clinician": "Eksempel Kliniker", "nurse": "Eksempel Saksbehandler"}


@pytest.fixture
async def address(small_world: World) -> AsyncIterator[str]:
    """The program with its local page and its worker, on the small partnership; people's names in Norwegian."""
    async with small_world.database.transaction() as session:
        for who, name in NAMES.items():
            await session.execute(update(Person).where(col(Person.id) == small_world.people[who]).values(name=name))
    url = small_world.database.url.set(drivername="sqlite").render_as_string()
    settings = Settings(_env_file=None, database_url=url, local_chat=True, port=free_port())
    async with assemble(settings) as parts, serving(settings, parts) as found:
        yield found


async def be(context: BrowserContext, address: str, who: str) -> Page:
    page = await context.new_page()
    await page.goto(address)
    await page.get_by_role("link", name=NAMES[who]).click()
    await expect(page.get_by_role("heading", name=NAMES[who], level=1)).to_be_visible()
    return page


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Skriv til boten").fill(text)
    await page.keyboard.press("Enter")


def card(page: Page, title: str | re.Pattern[str]) -> Any:
    return page.locator("article", has=page.get_by_role("heading", name=title))


async def fits(page: Page) -> None:
    wide, room = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room, f"{wide} pixels in {room}"


async def test_a_deviation_from_report_to_rated_answer(browser: Browser, address: str, picture: Picture) -> None:
    """Two people at two machines; what one does shows at the other's by itself."""
    here = await browser.new_context(locale="nb-NO", viewport={"width": 760, "height": 1200})
    there = await browser.new_context(locale="nb-NO", viewport={"width": 760, "height": 1200}, color_scheme="dark")
    reporter, handler = await be(here, address, "clinician"), await be(there, address, "nurse")

    await say(reporter, f"/avvik {TEXT}")
    form = reporter.locator("form.dialog")
    await expect(form).to_contain_text("Steg 1 av 4")
    await form.get_by_label("Hjemmetjenesten").check()
    await form.get_by_label("Kommunikasjon/dokumentasjon").check()
    await picture(reporter, "1 what", whole=True)
    await form.get_by_role("button", name="Neste").click()

    await expect(form).to_contain_text("Steg 2 av 4")
    await expect(form.get_by_label("Kort om hva som skjedde")).to_have_value(TEXT)
    await form.get_by_label("Når?").fill("31. februar")
    await form.get_by_role("button", name="Neste").click()
    await expect(form.locator(".error")).to_be_visible()
    await expect(form.get_by_label("Kort om hva som skjedde")).to_have_value(TEXT)
    await picture(reporter, "2 no such day", whole=True)
    await form.get_by_label("Når?").fill("i går 14.30")
    await form.get_by_role("button", name="Neste").click()

    await expect(form).to_contain_text("Steg 3 av 4")
    await form.get_by_label("Mindre alvorlig").check()
    await picture(reporter, "3 outcome", whole=True)
    await form.get_by_role("button", name="Neste").click()

    await expect(form).to_contain_text("Steg 4 av 4")
    await expect(form).to_contain_text(TEXT)
    await form.get_by_label("Pasienten er spurt").check()
    await picture(reporter, "4 send", whole=True)
    await form.get_by_role("button", name="Send", exact=True).click()
    receipt = card(reporter, re.compile("AVV-.*avviket du meldte"))
    await expect(receipt).to_contain_text("Takk for at du meldte")
    await picture(reporter, "5 receipt", whole=True)

    notice = handler.locator("article", has_text=TEXT)
    await expect(notice).to_be_visible()
    await picture(handler, "6 notice", whole=True)
    windows = [await article.screenshot(animations="disabled") for article in (receipt, notice)]
    await side_by_side(browser, windows, "deviation-two-sides.png", width=600)
    await notice.get_by_role("button", name="Ta saken").click()
    await expect(receipt).to_contain_text("Eksempel Saksbehandler har tatt saken")
    await expect(notice.first.get_by_role("button", name="Gi fra deg saken")).to_be_visible()

    await notice.first.get_by_role("button", name="Be om opplysninger").click()
    asked = handler.locator("form.dialog")
    await asked.get_by_label("Hva trenger dere å vite?").fill("Når ble det oppdaget?")
    await picture(handler, "7 question", whole=True)
    await asked.get_by_role("button", name="Send spørsmålet").click()
    await expect(receipt).to_contain_text("Når ble det oppdaget?")
    await receipt.get_by_role("button", name="Svar", exact=True).click()
    await form.get_by_label("Svar", exact=True).fill("Mandag morgen.")
    await form.get_by_role("button", name="Send svaret").click()
    await expect(handler.locator("article", has_text="Mandag morgen.").first).to_be_visible()

    await notice.first.get_by_role("button", name="Svar og avslutt").click()
    await asked.get_by_label("Hva fant dere?").fill("Epikrisen ble liggende til godkjenning over helgen.")
    await asked.get_by_label("Hva gjør dere med det?").fill("Vakthavende godkjenner epikriser fredag kl. 14.")
    await picture(handler, "8 answer", whole=True)
    await asked.get_by_role("button", name="Send svaret").click()
    await expect(receipt).to_contain_text("Vakthavende godkjenner epikriser fredag kl. 14.")
    await picture(reporter, "9 answered", whole=True)
    await receipt.get_by_role("button", name="Svaret var nyttig").click()
    await expect(reporter.get_by_role("heading", name="Takk for tilbakemeldingen")).to_be_visible()
    await expect(receipt.get_by_role("button", name="Svaret var nyttig")).to_have_count(0)

    await say(handler, "/avvik kø")
    await expect(handler.get_by_role("heading", name="Ingen avvik venter på deg")).to_be_visible()
    await say(reporter, "/avvik mine")
    mine = card(reporter, "Avvikene du har meldt")
    await mine.get_by_role("button", name="Vis saken").click()
    await expect(reporter.locator("article", has_text="Historikk").last).to_contain_text("besvarte saken")
    await picture(reporter, "10 history", whole=True)
    for page in (reporter, handler):
        await fits(page)


async def test_the_four_screens_with_the_keyboard_alone_on_a_phone(
    browser: Browser, address: str, picture: Picture
) -> None:
    phone = await browser.new_context(
        locale="nb-NO", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    page = await be(phone, address, "clinician")
    keys = page.keyboard

    async def tab_to(label: str) -> None:
        for _i in range(60):
            await keys.press("Tab")
            name = await page.evaluate(
                "(() => { const e = document.activeElement;"
                " return (e.labels?.[0] ?? e).textContent.trim().replace(/\\s+/g, ' '); })()"
            )
            if name.startswith(label):
                return
        raise AssertionError(f"Tab never came to «{label}»")

    screens = []

    async def step(number: int, name: str) -> None:
        await expect(page.locator("form.dialog")).to_contain_text(f"Steg {number} av 4")
        await fits(page)
        await picture(page, name)
        # All of it, as on a very long phone.
        await page.set_viewport_size({"width": 360, "height": 1900})
        screens.append(await page.locator("form.dialog").screenshot(animations="disabled"))
        await page.set_viewport_size({"width": 360, "height": 740})

    await tab_to("Skriv til boten")
    await keys.type("/avvik")
    await keys.press("Enter")
    await step(1, "1 what")
    await tab_to("Hjemmetjenesten")
    await keys.press("Space")
    await tab_to("Legemidler")
    await keys.press("Space")
    await tab_to("Neste")
    await keys.press("Enter")
    await step(2, "2 happened")
    await tab_to("Kort om hva som skjedde")
    await keys.type("Medisinlisten manglet.")
    await tab_to("Neste")
    await keys.press("Enter")
    await step(3, "3 outcome")
    await tab_to("Ingen")
    await keys.press("ArrowDown")
    await keys.press("ArrowUp")
    await tab_to("Neste")
    await keys.press("Enter")
    await step(4, "4 send")
    await tab_to("Pasienten er spurt")
    await keys.press("Space")
    await tab_to("Send")
    await keys.press("Enter")
    receipt = page.get_by_role("heading", name=re.compile("AVV-.*avviket du meldte"))
    await expect(receipt).to_be_focused()
    await fits(page)
    await picture(page, "5 receipt")
    await side_by_side(browser, screens, "deviation-four-screens.png", width=300)


async def test_a_serious_one_of_a_patient_who_was_not_asked(browser: Browser, address: str, picture: Picture) -> None:
    """Consent is called what it is on both sides, the clock of the statutory notice is shown, and the queue is in
    order."""
    here = await browser.new_context(locale="nb-NO", viewport={"width": 760, "height": 1200})
    there = await browser.new_context(locale="nb-NO", viewport={"width": 760, "height": 1200})
    reporter, handler = await be(here, address, "clinician"), await be(there, address, "nurse")
    form = reporter.locator("form.dialog")
    for consequence, consent in (("Ingen", "Ingen pasient er involvert"), ("Betydelig", "Pasienten er ikke spurt")):
        await say(reporter, f"/avvik {TEXT}")
        await form.get_by_label("Hjemmetjenesten").check()
        await form.get_by_label("Legemidler").check()
        await form.get_by_role("button", name="Neste").click()
        await expect(form).to_contain_text("Steg 2 av 4")
        await form.get_by_role("button", name="Neste").click()
        await expect(form).to_contain_text("Steg 3 av 4")
        await form.get_by_label(consequence).check()
        await form.get_by_role("button", name="Neste").click()
        await expect(form).to_contain_text("Steg 4 av 4")
        await form.get_by_label(consent).check()
        await picture(reporter, f"1 consent {consequence}", whole=True)
        await form.get_by_role("button", name="Send", exact=True).click()
        await expect(form).to_have_count(0)
    receipt = card(reporter, re.compile("-0002: avviket du meldte")).first
    await expect(receipt).to_contain_text("Ikke krysset av for at det er vurdert eller sendt. Frist: straks, og senest")
    await expect(receipt).to_contain_text("Pasienten er ikke spurt: meldes uten kjennetegn")
    await expect(receipt.get_by_role("link", name="Send varsel (melde.no)")).to_have_attribute(
        "href", "https://melde.no"
    )
    await picture(reporter, "2 receipt", whole=True)

    await say(handler, "/avvik kø")
    queue = card(handler, re.compile("venter på svar"))
    await expect(queue).to_contain_text("lovpålagt varsel: ikke krysset av for")
    references = re.findall(r"(?:Alvorlig, )?AVV-\d+-(?:\d+)", await queue.inner_text())
    assert [one[-4:] for one in references] == ["0002", "0001"]
    assert references[0].startswith("Alvorlig")
    await picture(handler, "3 queue", whole=True)
    notice = card(handler, re.compile("^Alvorlig, AVV-")).first
    await expect(notice).to_contain_text("Pasienten er ikke spurt: meldes uten kjennetegn")

    await receipt.get_by_role("button", name="Lovpålagt varsel er sendt").click()
    await expect(receipt).to_contain_text("Sendt av Eksempel Kliniker")
    await expect(notice).to_contain_text("Sendt av Eksempel Kliniker")
    await picture(reporter, "4 sent", whole=True)
    for page in (reporter, handler):
        await fits(page)
