"""The whole program as a newcomer meets it: `python -m bot run`, and the local page as member and as secretariat."""

import asyncio
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import side_by_side

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
STARTED_WITHIN = 30.0
STOPPED_WITHIN = 10.0
REMINDED_WITHIN = 120_000.0
"""Milliseconds: the example plan is laid out so that a deadline is near."""

Picture = Callable[..., Awaitable[Path]]


@dataclass
class Program:
    """The program, running."""

    process: asyncio.subprocess.Process
    address: str


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    """`python -m bot run` on a database of its own, with the example partnership. It must also stop in good order."""
    port = _free_port()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**kept, "DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite", "PYTHONPATH": str(ROOT)}
    log = (tmp_path / "log").open("wb")
    # From an empty folder, so that a developer's own .env plays no part.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "--port", str(port), cwd=tmp_path, env=environment, stdout=PIPE, stderr=log
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(STARTED_WITHIN):
            line = (await process.stdout.readline()).decode()
        found = re.search(r"http://\S+", line)
        assert found, f"it did not start: {line}{(tmp_path / 'log').read_text()}"
        yield Program(process, found.group())
        # A test leaves its pages open, with their streams: that must not keep it.
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(STOPPED_WITHIN):
            assert await process.wait() == 0, (tmp_path / "log").read_text()
        wrong = [entry for entry in (tmp_path / "log").read_text().splitlines() if " ERROR " in entry]
        assert wrong == []
    finally:
        log.close()
        if process.returncode is None:
            process.kill()
            await process.wait()


async def be(context: BrowserContext, program: Program, name: str) -> Page:
    """A window as `name`, chosen from the list as a person would."""
    page = await context.new_page()
    await page.goto(program.address)
    await page.get_by_role("link", name=name).click()
    await expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    return page


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Skriv til boten").fill(text)
    await page.keyboard.press("Enter")


async def fits(page: Page) -> None:
    wide, room = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room


def card(page: Page, title: str) -> Any:
    return page.locator("article", has=page.get_by_role("heading", name=title))


async def test_a_proposal_from_the_member_to_the_agenda(browser: Browser, program: Program, picture: Picture) -> None:
    """Two people at two machines; what one does shows at the other's by itself."""
    here = await browser.new_context(locale="nb-NO", viewport={"width": 760, "height": 900}, device_scale_factor=1)
    there = await browser.new_context(locale="nb-NO", viewport={"width": 760, "height": 900}, color_scheme="dark")
    member, secretary = await be(here, program, "Eksempel Medlem"), await be(there, program, "Eksempel Sekretær")
    await expect(card(member, "Velkommen! Hva vil du gjøre?")).to_be_visible()
    await picture(member, "help")

    await say(member, "/sak Felles opplæring i utskriving")
    form = member.locator("form.dialog")
    await expect(form.get_by_label("Tittel")).to_have_value("Felles opplæring i utskriving")
    await form.get_by_role("button", name="Neste").click()
    await expect(form.locator(".error").first).to_be_visible()
    await picture(member, "errors")
    await form.get_by_label("Faglig samarbeidsutvalg").check()
    await form.get_by_label("Hensikt").fill(
        "Sykehus og kommune øver på det samme, hver for seg. Vi kan gjøre det sammen."
    )
    await form.get_by_label("Drøfting").check()
    await form.get_by_label("Beslutning").check()
    await form.get_by_role("button", name="Neste").click()

    await expect(form.get_by_role("heading", name="Slik tas saken opp")).to_be_visible()
    await form.get_by_role("combobox", name="Hvem legger fram saken?").fill("klin")
    await form.locator(".found [role=option]", has_text="Eksempel Kliniker").click()
    await form.get_by_label("Minutter").fill("20")
    await form.get_by_label("Lenker til vedlegg").fill("https://example.org/opplaering")
    await picture(member, "how")
    await form.get_by_role("button", name="Se over").click()
    await expect(form.get_by_role("heading", name="Se over saken")).to_be_focused()
    await picture(member, "summary")
    await form.get_by_role("button", name="Send inn").click()
    receipt = card(member, "Saken din: Felles opplæring i utskriving")
    await expect(receipt).to_contain_text("Venter på sekretariatet")
    await expect(receipt.get_by_role("heading").first).to_be_focused()

    proposal = card(secretary, "Forslag til sak: Felles opplæring i utskriving")
    await expect(proposal).to_be_visible()
    await picture(secretary, "proposal")
    windows = [await page.screenshot(animations="disabled") for page in (member, secretary)]
    await side_by_side(browser, windows, "local-chat.png")
    await proposal.get_by_role("button", name="Sett på sakslisten").click()
    accepted = secretary.locator("article", has_text="På sakslisten som")
    await expect(accepted.first).to_be_visible()
    await expect(secretary.get_by_role("button", name="Sett på sakslisten")).to_have_count(0)
    await picture(secretary, "accepted")

    # For a minute it can be undone, and the member does not know of it.
    await secretary.get_by_role("button", name="Angre").click()
    undone = card(secretary, "Angret: Felles opplæring i utskriving")
    await expect(undone).to_contain_text("Ingen andre har fått beskjed.")
    await picture(secretary, "undone")
    await undone.get_by_role("button", name="Sett på sakslisten").click()
    await expect(secretary.get_by_role("button", name="Angre")).to_be_visible()
    await member.reload()
    await expect(receipt).to_contain_text("Venter på sekretariatet")
    await picture(member, "accepted")

    # And for the other secretary who did nothing.
    other = await be(there, program, "Eksempel Medsekretær")
    await expect(card(other, "Felles opplæring i utskriving")).to_contain_text("På sakslisten som 1/")


async def test_the_same_with_the_keyboard_alone_on_a_phone(
    browser: Browser, program: Program, picture: Picture
) -> None:
    context = await browser.new_context(
        locale="nb-NO", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    page = await context.new_page()
    keys = page.keyboard

    async def tab_to(label: str) -> None:
        for _i in range(80):
            await keys.press("Tab")
            name = await page.evaluate(
                "(() => { const e = document.activeElement;"
                " return (e.labels?.[0] ?? e).textContent.trim().replace(/\\s+/g, ' '); })()"
            )
            if name.startswith(label):
                return
        raise AssertionError(f"Tab never came to «{label}»")

    await page.goto(program.address)
    await fits(page)
    await picture(page, "choose", whole=True)
    await tab_to("Eksempel Medlem")
    await keys.press("Enter")
    await page.wait_for_url(re.compile("/lokal/"))
    await tab_to("Skriv til boten")
    await keys.type("/sak")
    await keys.press("Enter")
    form = page.locator("form.dialog")
    await expect(form).to_be_visible()
    await fits(page)
    # The focus is on the first committee, an arrow chooses; then it is Tab and writing.
    await expect(form.locator(":focus")).to_have_count(1)
    await tab_to("Tittel")
    await keys.type("Rus og psykisk helse")
    await keys.press("Shift+Tab")
    await keys.press("ArrowDown")
    await tab_to("Hensikt")
    await keys.type("Drøfte veien videre.")
    await tab_to("Orientering")
    await keys.press("Space")
    await picture(page, "what")
    await tab_to("Neste")
    await keys.press("Enter")
    await expect(form.get_by_role("heading", name="Slik tas saken opp")).to_be_visible()
    await fits(page)
    await tab_to("Hvem legger fram saken?")
    await keys.type("Eksempel M")
    await expect(form.locator(".found:not([hidden]) [role=option]").first).to_contain_text("Eksempel M")
    await picture(page, "search")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(form.locator(".chosen li")).to_have_count(1)
    await tab_to("Se over")
    await keys.press("Enter")
    await expect(form.get_by_role("heading", name="Se over saken")).to_be_focused()
    await fits(page)
    await picture(page, "summary")
    await tab_to("Endre")
    await keys.press("Enter")
    await expect(form.get_by_label("Tittel")).to_have_value("Rus og psykisk helse")
    await tab_to("Neste")
    await keys.press("Enter")
    await expect(form.get_by_role("heading", name="Slik tas saken opp")).to_be_visible()
    await tab_to("Se over")
    await keys.press("Enter")
    await expect(form.get_by_role("heading", name="Se over saken")).to_be_focused()
    await tab_to("Send inn")
    await keys.press("Enter")
    await expect(page.get_by_role("heading", name="Saken din: Rus og psykisk helse")).to_be_focused()
    await fits(page)
    await picture(page, "receipt")
    await tab_to("Trekk saken")
    await keys.press("Enter")
    await expect(page.get_by_role("button", name="Nei, gå tilbake")).to_be_focused()
    await keys.press("Shift+Tab")
    await keys.press("Enter")
    await expect(
        card(page, "Saken din: Rus og psykisk helse").or_(page.locator("article", has_text="Trukket"))
    ).to_contain_text(["Trukket"])


async def test_a_reminder_arrives_by_itself(browser: Browser, program: Program, picture: Picture) -> None:
    context = await browser.new_context(locale="nb-NO", viewport={"width": 760, "height": 700})
    member = await be(context, program, "Eksempel Medlem")
    await expect(member.locator("article", has_text=re.compile("frist", re.IGNORECASE)).first).to_be_visible(
        timeout=REMINDED_WITHIN
    )
    await picture(member, "reminder")
    await say(member, "hjelp")
    # Longer than the window, it is read from its beginning.
    await expect(member.get_by_role("heading", name="Dette kan jeg hjelpe deg med")).to_be_in_viewport()
