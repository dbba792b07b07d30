"""The local page in a real browser, with a dialog that has every kind of field: what its script does."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, Request, expect

from bot.web.app import LocalChat
from bot.web.messenger import address_of
from handlers.bot import Bot
from handlers.messages.message import Message
from storage.database import Database
from tests.clock import FixedClock
from tests.everything import registry
from tests.web.conftest import Site, serve
from tests.world import World

pytestmark = pytest.mark.e2e

Picture = Callable[..., Awaitable[Any]]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
async def site(sqlite: Database, small_world: World, clock: FixedClock) -> AsyncIterator[Site]:
    async with serve(sqlite, small_world, clock) as served:
        yield served


@asynccontextmanager
async def window(browser: Browser, site: Site, name: str, **options: Any) -> AsyncIterator[Page]:
    """A window of `name`, at a machine of their own. Nothing may go wrong in the script or be blocked."""
    context = await browser.new_context(locale="nb-NO", **options)
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    await page.goto(site.window(name).path)
    yield page
    await context.close()
    assert wrong == []


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Skriv til boten").fill(text)
    await page.keyboard.press("Enter")


async def tab_to(page: Page, label: str) -> None:
    """Press Tab until the focus is on what is called `label`, as somebody without a mouse must."""
    for _i in range(60):
        await page.keyboard.press("Tab")
        name = await page.evaluate(
            "(() => { const e = document.activeElement; const l = e.labels?.[0];"
            " return (l ?? e).textContent.trim().replace(/\\s+/g, ' '); })()"
        )
        if name.startswith(label):
            return
    raise AssertionError(f"Tab never came to «{label}»")


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.id || document.activeElement.textContent"))


async def test_every_field_with_the_keyboard_alone(browser: Browser, site: Site, picture: Picture) -> None:
    async with window(browser, site, "clinician") as page:
        keys = page.keyboard
        await page.goto(site.base)
        await tab_to(page, "Eksempel Member")
        await keys.press("Enter")
        await page.wait_for_url(site.window("member").path)
        await tab_to(page, "Skriv til boten")
        await keys.type("/alt")
        await keys.press("Enter")
        form = page.locator("form.dialog")
        await expect(form.get_by_label("En linje")).to_be_focused()

        await keys.type("Felles opplæring")
        await keys.press("Enter")
        await expect(form.get_by_label("Første").first).to_be_focused()  # the first error
        await expect(form.locator(".error")).to_have_text("Feil: Velg noe under «Ett valg».")
        await keys.press("Space")
        await keys.press("ArrowDown")
        await tab_to(page, "Andre & <tredje>")
        await keys.press("Space")
        await tab_to(page, "Ett av mange")
        await keys.type("nummer 117")
        await expect(form.locator(".found:not([hidden]) [role=option]")).to_have_count(1)
        await keys.press("Enter")
        await expect(form.locator("[data-search=searched] .chosen li")).to_have_count(1)
        await tab_to(page, "Noen av mange")
        for query in ("nummer 3", "nummer 4"):
            await keys.type(query)
            await expect(form.locator(".found:not([hidden]) [role=option]").first).to_contain_text(query)
            await keys.press("ArrowDown")
            await keys.press("ArrowDown")
            await keys.press("ArrowUp")
            await keys.press("Enter")
        chosen = form.locator("[data-search=found] .chosen li")
        await expect(chosen).to_have_count(2)
        await keys.press("Shift+Tab")
        await keys.press("Enter")  # «Fjern» of the last one
        await expect(chosen).to_have_count(1)
        await expect(form.get_by_role("combobox", name="Noen av mange")).to_be_focused()
        await keys.press("ArrowDown")
        await expect(form.locator(".found:visible")).to_be_visible()
        await keys.press("Escape")
        await expect(form.locator(".found:visible")).to_have_count(0)
        await tab_to(page, "Dag")
        await keys.type("12122026")  # the same with the day first or the month first
        await tab_to(page, "Klokkeslett")
        await keys.type("1305")
        await tab_to(page, "Enig")
        await keys.press("Space")
        await picture(page, "form", whole=True)
        await tab_to(page, "Neste")
        await keys.press("Enter")

        await expect(form.get_by_label("Noe mer")).to_be_focused()
        await keys.type("Det var alt")
        await tab_to(page, "Tilbake")
        await keys.press("Enter")
        await expect(form.get_by_label("En linje")).to_be_focused()
        await expect(form.get_by_label("Dag")).to_have_value("2026-12-12")
        await expect(form.get_by_label("Klokkeslett")).to_have_value("13:05")
        await expect(form.get_by_label("Enig")).to_be_checked()
        await expect(chosen).to_contain_text("Valg nummer 3")
        await keys.press("Enter")
        await expect(form.get_by_label("Noe mer")).to_have_value("Det var alt")
        await keys.press("Enter")
        await expect(form.get_by_role("heading", name="Se over")).to_be_focused()
        await tab_to(page, "Send inn")
        await keys.press("Enter")
        receipt = page.get_by_role("heading", name="Takk")
        await expect(receipt).to_be_focused()
        await expect(form).to_have_count(0)


async def test_what_is_typed_survives_a_closed_window(browser: Browser, site: Site) -> None:
    async with window(browser, site, "member") as page:
        await say(page, "/alt")
        async with page.expect_response(lambda response: response.url.endswith("/submit")):
            await page.get_by_label("En linje").fill("Felles opplæring")
        await expect(page.locator(".saved")).to_have_text("Utkastet er lagret")
        # This is not saved yet when the window closes.
        await page.get_by_label("Flere linjer").fill("\n  innrykk\n")
        await page.close(run_before_unload=True)
        async with asyncio.timeout(10):
            while "innrykk" not in (await site.window("member").page()).text:
                continue
    async with window(browser, site, "member") as page:
        await expect(page.get_by_label("En linje")).to_have_value("Felles opplæring")
        await expect(page.get_by_label("Flere linjer")).to_have_value("innrykk")


async def test_a_server_that_is_away_takes_nothing_with_it(
    browser: Browser, sqlite: Database, small_world: World, clock: FixedClock
) -> None:
    async def start(port: int) -> web.AppRunner:
        chat = LocalChat(Bot(sqlite, registry(), clock), sqlite, clock=clock)
        runner = web.AppRunner(chat.application())
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
        return runner

    server = await start(0)
    port = server.addresses[0][1]
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"http://127.0.0.1:{port}/lokal/{small_world.people['member']}")
    await say(page, "/alt Felles opplæring")
    await page.get_by_label("Første").first.check()
    await server.cleanup()
    await expect(page.get_by_text("Mistet forbindelsen.")).to_be_visible()
    await page.get_by_role("button", name="Neste").click()
    await expect(page.locator(".errors")).to_be_focused()
    await expect(page.locator(".errors")).to_contain_text("Jeg får ikke kontakt med boten.")
    await expect(page.get_by_label("En linje")).to_have_value("Felles opplæring")
    await say(page, "/hjelp")
    await expect(page.locator("#trouble")).to_contain_text("Jeg får ikke kontakt med boten.")
    await expect(page.get_by_label("Skriv til boten")).to_have_value("/hjelp")

    server = await start(port)
    try:
        await expect(page.get_by_text("Mistet forbindelsen.")).to_have_count(0, timeout=15_000)
        # What said that there is no contact goes by itself, in red above the keyboard and on the form.
        await expect(page.locator("#trouble")).to_have_text("")
        await expect(page.locator(".errors")).to_be_hidden()
        await page.get_by_role("button", name="Neste").click()
        await expect(page.get_by_label("Noe mer")).to_be_focused()
        await page.get_by_label("Skriv til boten").press("Enter")
        await expect(page.locator("#trouble")).to_have_text("")
        await expect(page.get_by_text("Du skrev: /hjelp")).to_have_count(1)
    finally:
        await context.close()
        await server.cleanup()


async def test_a_double_click_is_one(browser: Browser, site: Site) -> None:
    async with window(browser, site, "member") as page:
        posted: list[str] = []

        def note(request: Request) -> None:
            if request.method == "POST":
                posted.append(request.url.rpartition("/")[2])

        page.on("request", note)
        await say(page, "/vis")
        await page.get_by_role("button", name="Spør om mer").dblclick()
        question = page.get_by_label("Spørsmål")
        await expect(question).to_be_focused()
        await question.fill("Hvor mange?")
        await page.get_by_role("button", name="Send", exact=True).first.dblclick()
        await expect(page.get_by_role("heading", name="Spurt")).to_be_focused()
        assert [what for what in posted if what != "submit"] == ["command", "press"]


async def test_a_dangerous_button_asks_first(browser: Browser, site: Site) -> None:
    async with window(browser, site, "member") as page:
        await say(page, "/vis")
        await page.get_by_role("button", name="Slett alt").click()
        asking = page.get_by_role("dialog", name="Sikker?")
        await expect(asking.get_by_role("button", name="Nei, gå tilbake")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(asking).to_have_count(0)
        await expect(page.get_by_role("button", name="Slett alt")).to_be_focused()
        await page.keyboard.press("Enter")
        await asking.get_by_role("button", name="Nei, gå tilbake").click()
        await expect(page.get_by_role("button", name="Slett alt")).to_be_visible()
        await page.get_by_role("button", name="Slett alt").click()
        await asking.get_by_role("button", name="Ja, slett").click()
        await expect(page.get_by_role("heading", name="Gjort 8")).to_be_focused()


async def test_too_long_is_counted_and_kept(browser: Browser, site: Site) -> None:
    async with window(browser, site, "member") as page:
        await say(page, "/alt Tittel")
        counter = page.locator("[id$=-lines-count]")
        await expect(counter).to_be_hidden()
        await page.get_by_label("Flere linjer").fill("x" * 3000 + "👍")
        await expect(counter).to_have_text(re.compile("3.001 av 3.000 tegn"))
        await page.get_by_label("Første").first.check()
        await page.get_by_role("button", name="Neste").click()
        await expect(page.get_by_label("Flere linjer")).to_be_focused()
        await expect(page.locator(".error")).to_contain_text("3001 tegn")
        assert await page.get_by_label("Flere linjer").input_value() == "x" * 3000 + "👍"
        await expect(counter).to_be_visible()


async def test_messages_arrive_and_change_under_the_fingers(browser: Browser, site: Site) -> None:
    """An update does not take the focus away, nor what is being typed; new ones are pointed to, not scrolled to."""
    address = address_of(site.world.people["member"])
    messenger = site.chat.messenger
    async with (
        window(browser, site, "member") as page,
        window(browser, site, "member", viewport=PHONE) as phone,
    ):
        await say(page, "/vis")
        await expect(page.get_by_role("button", name="Gjør det")).to_be_visible()
        ref = {"entry": int(await page.locator(".line.told").last.get_attribute("data-entry") or 0)}
        await expect(phone.get_by_role("button", name="Gjør det")).to_be_visible()
        await page.get_by_role("button", name="Gjør det").focus()
        await messenger.update(address, ref, Message(title="Gjort av en annen"))
        await expect(page.get_by_role("heading", name="Gjort av en annen")).to_be_focused()
        await expect(phone.get_by_role("heading", name="Gjort av en annen")).to_be_visible()

        await say(page, "/alt")
        await page.get_by_label("En linje").fill("Felles")
        await page.get_by_label("En linje").focus()
        await page.evaluate("scrollTo(0, 0)")
        await messenger.send(address, Message(title="Fristen er i morgen"))
        await expect(page.get_by_role("heading", name="Fristen er i morgen")).to_be_attached()
        await expect(page.get_by_label("En linje")).to_be_focused()
        await expect(page.get_by_label("En linje")).to_have_value("Felles")
        more = page.get_by_role("button", name="Nytt lenger ned")
        await more.click()
        await expect(more).to_be_hidden()
        await expect(page.get_by_role("heading", name="Fristen er i morgen")).to_be_in_viewport()


async def test_many_windows_at_once(browser: Browser, site: Site) -> None:
    """A browser keeps six connections to a host: pages in the background must not use them up."""
    context = await browser.new_context()
    pages = [await context.new_page() for _i in range(4)]
    for page in pages:
        await page.goto(site.window("member").path)
    # What a browser does when a tab goes to the background (a headless one shows all of them).
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    hide += "document.dispatchEvent(new Event('visibilitychange'))"
    for page in pages[1:]:
        await page.evaluate(hide % "true")
    async with asyncio.timeout(10):
        while site.chat.open_pages > 1:
            await site.chat.messenger.send(address_of(site.world.people["member"]), Message(title="Hei"))
    await site.chat.messenger.send(address_of(site.world.people["member"]), Message(title="Mens du var borte"))
    await expect(pages[0].get_by_text("Mens du var borte")).to_be_attached()
    await expect(pages[1].get_by_text("Mens du var borte")).to_have_count(0)
    await pages[1].evaluate(hide % "false")
    await expect(pages[1].get_by_text("Mens du var borte")).to_be_attached()
    await context.close()


async def test_markup_in_a_text_stays_text(browser: Browser, site: Site) -> None:
    async with window(browser, site, "member") as page:
        evil = "<img src=x onerror=alert(1)><script>alert(2)</script>[x](http://evil)"
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        await say(page, evil)
        await expect(page.get_by_text(evil).first).to_be_visible()
        await page.reload()
        await expect(page.get_by_text(evil).first).to_be_visible()
        assert await page.locator("#log img, #log script, #log a").count() == 0


@pytest.mark.parametrize("width", [320, 360, 1100])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_fits_and_everything_has_a_name(
    browser: Browser, site: Site, picture: Picture, width: int, scheme: Any
) -> None:
    view: Any = {"width": width, "height": 740}
    async with window(browser, site, "deputy", viewport=view, color_scheme=scheme) as page:

        async def check(name: str) -> None:
            wide, room = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide <= room, f"{name}: {wide} pixels in {room}"
            tree = await (await page.context.new_cdp_session(page)).send("Accessibility.getFullAXTree")
            for node in tree["nodes"]:
                role = node.get("role", {}).get("value")
                if role in {
                    "button",
                    "link",
                    "textbox",
                    "combobox",
                    "checkbox",
                    "radio",
                    "radiogroup",
                    "dialog",
                    "log",
                }:
                    assert node.get("name", {}).get("value"), f"{name}: a {role} without a name"
            await picture(page, name)

        await page.goto(site.base)
        await check("choose")
        await page.goto(site.window("deputy").path)
        await say(page, "/vis")
        await expect(page.get_by_role("button", name="Slett alt")).to_be_visible()
        await check("message")
        await say(page, "/alt Felles opplæring i hele helsefellesskapet for alle som skriver ut pasienter")
        await page.get_by_label("Et tall").fill("tusen")
        await page.get_by_role("combobox", name="Ett av mange").fill("17")
        await expect(page.locator(".found:not([hidden]) [role=option]").first).to_be_visible()
        await check("search")
        await page.locator(".found:not([hidden]) [role=option]").first.click()
        await page.get_by_role("button", name="Neste").click()
        await expect(page.locator(".error")).to_have_count(2)
        await check("errors")
        await page.get_by_role("button", name="Slett alt").click()
        await check("confirm")


async def test_a_presenter_is_typed_and_then_next(browser: Browser, site: Site, picture: Picture) -> None:
    async with window(browser, site, "member", viewport=PHONE) as page:
        await say(page, "/alt Hei")
        form = page.locator("form[data-form]")
        await form.get_by_role("radio", name="Første").first.check()
        box = form.get_by_role("combobox", name="Noen av mange")
        status = form.locator("[data-search=found] [role=status]")
        await box.fill("Kari")
        await expect(status).to_have_text("Ingen treff")
        await expect(status).to_be_in_viewport()
        await picture(page, "while typing")
        await form.get_by_role("button", name="Neste").click()
        error = form.locator("#at-found, [data-search=found]").locator(".error")
        await expect(error).to_contain_text("Ingen treff på «Kari». Prøv et annet ord, eller tøm søkefeltet.")
        await expect(box).to_have_value("Kari")
        await picture(page, "none", whole=True)
        await box.fill("nummer 24")
        await form.get_by_role("button", name="Neste").click()
        await expect(error).to_contain_text("passer på flere")
        await expect(status).to_contain_text("treff på «nummer 24»")
        await picture(page, "several", whole=True)
        await form.get_by_role("option", name="Valg nummer 240").click()
        await expect(box).to_have_value("")
        await form.get_by_role("button", name="Neste").click()
        await expect(page.get_by_text("Steg 2 av 3")).to_be_visible()
