"""The Microsoft 365 Agents Playground: Microsoft's own Teams client that runs on one machine, without accounts."""

import asyncio
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, Route, TimeoutError, expect
from sqlalchemy import update

from storage.database import Database
from storage.tables import LanguageFrom, Person

PROJECT = Path(__file__).parents[2]
_PROGRAM = PROJECT / "node_modules" / "@microsoft" / "m365agentsplayground" / "cli.js"
_STARTS_WITHIN = 30.0
PLAYGROUND_TENANT = "00000000-0000-0000-0000-0000000000001"


@asynccontextmanager
async def playground(endpoint: str, folder: Path) -> AsyncIterator[str]:
    """The Playground, talking to the bot at `endpoint`, as the people of `.m365agentsplayground.yml`. Its address.

    Skips the test, and says what to install, where it is not there.
    """
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed. Install it with `apt-get install nodejs npm`, then run `npm ci`.")
    if not _PROGRAM.exists():
        pytest.skip("The Microsoft 365 Agents Playground is not installed. Install it with `npm ci`.")
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        node,
        str(_PROGRAM),
        *("--app-endpoint", endpoint, "--channel-id", "msteams", "--port", str(port), "--disable-telemetry"),
        cwd=folder,
        env={
            **os.environ,
            "TEAMSAPPTESTER_BROWSER": "none",
            "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(PROJECT / ".m365agentsplayground.yml"),
            "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / "playground.log"),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    try:
        said = await asyncio.wait_for(process.stdout.readline(), _STARTS_WITHIN)
        assert said.decode().strip() == f"Listening on {port}"
        yield f"http://localhost:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


def free_port() -> int:
    """A port that nobody listens to."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


async def only_this_machine(page: Page) -> None:
    """The Playground's page asks for fonts at Microsoft's: it does without."""

    async def decide(route: Route) -> None:
        if route.request.url.startswith(("http://localhost:", "data:", "blob:")):
            await route.continue_()
        else:
            await route.abort()

    await page.route("**/*", decide)


async def open_chat(browser: Browser, address: str, database: Database) -> Page:
    """The client, once the bot has greeted. It says that it is English whatever the browser is; people speak Norwegian
    with the bot all the same."""
    page = await browser.new_page(locale="nb-NO", viewport={"width": 1200, "height": 1500})
    await only_this_machine(page)
    await page.goto(address)
    await page.get_by_role("button", name="Hide log panel").click()
    await expect(cards(page).first).to_be_visible()
    async with database.transaction() as session:
        await session.execute(update(Person).values(language="nb", language_from=LanguageFrom.PERSON))
    return page


def cards(page: Page) -> Locator:
    """Every card in the chat."""
    return page.locator(".ac-adaptiveCard")


async def say(page: Page, text: str) -> Locator:
    """Write to the bot; the card that it answers with."""
    before = await cards(page).count()
    box = page.locator("[role=textbox][contenteditable=true]")
    await box.fill(text)
    await box.press("Enter")
    card = cards(page).nth(before)
    await expect(card).to_be_visible()
    return card


_DRAWN_MS = 3000


async def answered(card: Locator, text: str) -> None:
    """The card has `text` in it, as the answer to what was pressed, and can be written in: the client draws it twice
    for each answer, and what is written in between is gone from the screen. Most often it says below it that it is
    done."""
    await expect(card).to_contain_text(text)
    with suppress(TimeoutError):
        await card.page.get_by_text("Your response was sent to the app").last.wait_for(timeout=_DRAWN_MS)


async def choose(page: Page, card: Locator, label: str, option: str | re.Pattern[str]) -> None:
    """Choose in a list that opens."""
    await card.get_by_role("combobox", name=label).click()
    await page.get_by_role("option", name=option).first.click()


async def go_to(page: Page, name: str) -> None:
    """Another conversation. Its list is folded away where the window is narrow, so nobody can point at it."""
    await page.get_by_label(name, exact=True).first.evaluate("item => item.click()")


async def mention(page: Page, text: str) -> None:
    """Write to the bot where others read it too."""
    named = page.get_by_text("Helsefellesskap", exact=True)
    before = await named.count()
    await page.locator("[role=textbox][contenteditable=true]").first.click()
    await page.keyboard.type("@Helse")
    await expect(named).to_have_count(before + 1)
    await named.last.click()
    await page.keyboard.type(f" {text}")
    await page.keyboard.press("Enter")
