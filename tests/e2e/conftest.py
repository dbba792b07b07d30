"""A real browser for the tests that walk a page. Debian's Chromium, no download of Playwright's own."""

import base64
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from config.translations import catalogs
from handlers.capabilities import registry
from handlers.writing import language
from storage.database import Database
from tests.clock import FixedClock
from tests.web.conftest import Site, serve
from tests.world import World

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
RESULTS = Path(__file__).parents[2] / "e2e-results"

# It may talk to this machine only: everything a browser does by itself in the background is turned off.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is. Fails, and says what to install, when there is none."""
    if not Path(CHROMIUM).exists():
        pytest.fail(
            f"There is no browser at {CHROMIUM}. Install it with `apt-get install chromium`, "
            "or say where one is with CHROMIUM=/path/to/chromium.",
            pytrace=False,
        )
    return CHROMIUM


@pytest.fixture
async def site(sqlite: Database, small_world: World, clock: FixedClock) -> AsyncIterator[Site]:
    """The small partnership on the local page, in every language. A walk may have a site of its own."""
    language.install(catalogs())
    async with serve(sqlite, small_world, clock, registry=registry()) as served:
        yield served
    language.install({})


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Chromium. Each `browser.new_context()` is a person at a machine of their own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[..., Awaitable[Path]]:
    """`await picture(page, "name")` keeps a screenshot in e2e-results/, named after the test and `name`."""
    RESULTS.mkdir(exist_ok=True)

    async def take(page: Page, name: str, *, whole: bool = False) -> Path:
        path = RESULTS / (re.sub(r"[^\w.]+", "-", f"{request.node.name}-{name}") + ".png")
        await page.screenshot(path=path, full_page=whole, animations="disabled")
        return path

    return take


async def side_by_side(browser: Browser, pictures: Sequence[bytes], name: str, *, width: int = 760) -> None:
    """Several windows in one picture in e2e-results/, each `width` pixels wide: what stands in docs/."""
    RESULTS.mkdir(exist_ok=True)
    page = await browser.new_page(viewport={"width": len(pictures) * (width + 20) + 20, "height": 100})
    images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(item).decode()}">' for item in pictures)
    await page.set_content(
        "<style>body{margin:0;display:flex;align-items:flex-start;gap:20px;padding:10px;background:#dfe7ea}"
        f"img{{width:{width}px;border-radius:10px;box-shadow:0 3px 14px rgb(0 0 0/30%)}}</style>" + images
    )
    await page.screenshot(path=RESULTS / name, full_page=True)
    await page.close()
