"""Whoever looks after a Slack workspace lets the bot in, with a real browser against the whole program."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.app import assemble, serving
from bot.listening import bound
from config.settings import Settings
from tests.slack.installing.several import KEYS, MUNICIPALITY, name_workspace
from tests.slack.standin import CLIENT_ID, CLIENT_SECRET, SECRET, Slack
from tests.world import World

pytestmark = pytest.mark.e2e
Picture = Callable[..., Awaitable[Path]]


@dataclass
class Site:
    """The program, and Slack at the other end."""

    address: str
    slack: Slack


@pytest.fixture
async def site(small_world: World) -> AsyncIterator[Site]:
    await name_workspace(small_world.database, MUNICIPALITY)
    slack = Slack()
    await slack.start()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{small_world.database.url.database}",
        port=port,
        slack_api_url=slack.api_url,
        slack_client_id=CLIENT_ID,
        slack_client_secret=CLIENT_SECRET,
        slack_signing_secret=SECRET,
        secret_keys=",".join(KEYS),
        public_url=f"http://127.0.0.1:{port}",
        secret_key="a-key-of-the-tests-that-signs-links",
    )
    with bound(settings) as ports:
        async with assemble(settings, with_worker=False) as parts, serving(settings, parts, ports):
            yield Site(f"http://127.0.0.1:{port}", slack)
    await slack.stop()


@pytest.fixture
async def page(browser: Browser) -> Page:
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 900, "height": 900})
    return await context.new_page()


async def test_from_the_page_to_slack_and_back(page: Page, site: Site, picture: Picture) -> None:
    site.slack.approves = there = site.slack.workspace(MUNICIPALITY)
    await page.goto(f"{site.address}/slack/install")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Installer boten i Slack")
    await picture(page, "begin")
    await page.get_by_role("link", name="Fortsett i Slack").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Boten er installert i Eksempel TMUNICIPALITY")
    await picture(page, "installed")
    assert len(site.slack.tokens_of(there)) == 1

    # Back, and the same once more: it is over.
    await page.goto(page.url)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Boten er ikke installert")
    await expect(page.get_by_text("Installasjonen ble begynt for mer enn ti minutter siden")).to_be_visible()
    await page.get_by_role("link", name="Begynn på nytt").click()
    await expect(page.get_by_role("link", name="Fortsett i Slack")).to_be_visible()


async def test_a_workspace_that_nobody_named_on_a_phone(browser: Browser, site: Site, picture: Picture) -> None:
    site.slack.approves = stranger = site.slack.workspace("TSTRANGER")
    page = await (await browser.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark")).new_page()
    await page.goto(f"{site.address}/slack/install")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await picture(page, "begin", whole=True)
    await page.get_by_role("link", name="Fortsett i Slack").click()
    await expect(page.get_by_text("TSTRANGER står ikke i helsefellesskapets fil")).to_be_visible()
    await picture(page, "stranger")
    assert site.slack.tokens_of(stranger) == []
