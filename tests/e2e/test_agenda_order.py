"""An agenda put in order in a real browser: by mouse and by keyboard, from a link and on the local page."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from handlers import capabilities
from storage.database import Database
from tests.clock import FixedClock
from tests.e2e.test_local_page import say, window
from tests.meetings.agenda.test_work import STANDING, on_agenda
from tests.meetings.steps import read, titles, with_standing
from tests.people.links.conftest import Served
from tests.people.links.conftest import serve as serve_links
from tests.web.conftest import serve
from tests.world import World

pytestmark = pytest.mark.e2e

Picture = Callable[..., Awaitable[Any]]
LONG = "Felles opplæring i utskrivning mellom sykehuset og kommunene, med felles møteplass for dem som skriver ut"


@pytest.fixture
async def served(small_world: World, clock: FixedClock) -> AsyncIterator[Served]:
    async with serve_links(small_world, clock, capabilities.registry()) as found:
        yield found


async def meeting_page(browser: Browser, served: Served, who: str, **options: Any) -> tuple[Page, list[str]]:
    """The page of FSU's next meeting, and what went wrong on it."""
    context = await browser.new_context(locale="nb-NO", **options)
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text))
    meeting = {"meeting": str(served.world.meetings["fsu-1"])}
    await page.goto(str(served.links.page(served.world.people[who], "mote.side", meeting)))
    return page, wrong


def handle(page: Page, title: str) -> Locator:
    return page.get_by_role("button", name=f"Flytt {title}")


async def shown(page: Page) -> list[str]:
    """The things in their order, by title."""
    items = await page.locator("[data-order] li").all()
    return [str(await item.get_attribute("data-name")).rpartition("  ")[2] for item in items]


async def drag(page: Page, what: Locator, onto: Locator) -> None:
    start, end = await what.bounding_box(), await onto.bounding_box()
    assert start is not None
    assert end is not None
    await page.mouse.move(start["x"] + 10, start["y"] + start["height"] / 2)
    await page.mouse.down()
    target = end["y"] + (2 if end["y"] < start["y"] else end["height"] - 2)
    await page.mouse.move(start["x"] + 10, (start["y"] + target) / 2, steps=4)
    await page.mouse.move(start["x"] + 10, target, steps=4)


async def test_by_mouse_from_a_link(browser: Browser, served: Served, picture: Picture) -> None:
    await with_standing(served.world, *STANDING)
    await on_agenda(served.world, 5, minutes=20)
    page, wrong = await meeting_page(browser, served, "secretary")
    await picture(page, "before", whole=True)
    await drag(page, handle(page, "4/2026 Sak 4"), handle(page, "1/2026 Sak 1"))
    await picture(page, "held", whole=True)
    await page.mouse.up()
    await expect(page.locator("main")).to_contain_text("Rekkefølgen er lagret.")
    assert await shown(page) == [STANDING[0], "Sak 4", "Sak 1", "Sak 2", "Sak 3", "Sak 5", STANDING[1]]
    assert titles(await read(served.world)) == await shown(page)
    await expect(handle(page, "4/2026 Sak 4")).to_be_focused()
    await picture(page, "after", whole=True)
    # Again, from the page as it is now, to the very end.
    await drag(page, handle(page, "1/2026 Sak 1"), handle(page, STANDING[1]))
    await page.mouse.up()
    await expect(page.locator("[data-order] li").last).to_contain_text("Sak 1")
    await expect(handle(page, "1/2026 Sak 1")).to_be_focused()
    assert titles(await read(served.world))[-1] == "Sak 1"
    assert wrong == []
    await page.context.close()


async def test_by_keyboard_from_a_link(browser: Browser, served: Served, picture: Picture) -> None:
    await on_agenda(served.world, 4)
    page, wrong = await meeting_page(browser, served, "secretary", color_scheme="dark")
    said = page.locator("body > [role=status]")
    await handle(page, "3/2026 Sak 3").focus()
    await page.keyboard.press("Space")
    await expect(handle(page, "3/2026 Sak 3")).to_have_attribute("aria-pressed", "true")
    await expect(said).to_contain_text("3/2026 Sak 3 er tatt opp, plass 3 av 4.")
    await page.keyboard.press("ArrowUp")
    await expect(said).to_contain_text("3/2026 Sak 3: plass 2 av 4.")
    await expect(handle(page, "3/2026 Sak 3")).to_be_focused()
    await picture(page, "held", whole=True)
    # Taken back it is as before, and nothing is stored.
    await page.keyboard.press("Escape")
    assert await shown(page) == ["Sak 1", "Sak 2", "Sak 3", "Sak 4"]
    await expect(handle(page, "3/2026 Sak 3")).to_be_focused()
    # Gone elsewhere in the middle of it too.
    await page.keyboard.press("Space")
    await page.keyboard.press("Home")
    await page.keyboard.press("Tab")
    assert await shown(page) == ["Sak 1", "Sak 2", "Sak 3", "Sak 4"]
    assert (await read(served.world)).revision == 0
    await handle(page, "3/2026 Sak 3").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Home")
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_contain_text("Rekkefølgen er lagret.")
    assert await shown(page) == ["Sak 3", "Sak 1", "Sak 2", "Sak 4"]
    await expect(handle(page, "3/2026 Sak 3")).to_be_focused()
    await expect(said).to_contain_text("3/2026 Sak 3 står på plass 1 av 4.")
    assert titles(await read(served.world)) == ["Sak 3", "Sak 1", "Sak 2", "Sak 4"]
    assert wrong == []
    await page.context.close()


async def test_whoever_came_second_sees_it_as_it_is(browser: Browser, served: Served) -> None:
    await on_agenda(served.world, 3)
    first, _wrong = await meeting_page(browser, served, "secretary")
    second, _wrong = await meeting_page(browser, served, "deputy")
    await drag(first, handle(first, "3/2026 Sak 3"), handle(first, "1/2026 Sak 1"))
    await first.mouse.up()
    await expect(first.locator("main")).to_contain_text("Rekkefølgen er lagret.")
    await drag(second, handle(second, "1/2026 Sak 1"), handle(second, "3/2026 Sak 3"))
    await second.mouse.up()
    await expect(second.locator("main")).to_contain_text("Eksempel Secretary endret rekkefølgen")
    assert await shown(second) == ["Sak 3", "Sak 1", "Sak 2"]
    await first.context.close()
    await second.context.close()


async def test_without_contact_the_order_is_as_before(browser: Browser, served: Served) -> None:
    await on_agenda(served.world, 3)
    page, _wrong = await meeting_page(browser, served, "secretary")
    await page.context.set_offline(True)
    await drag(page, handle(page, "3/2026 Sak 3"), handle(page, "1/2026 Sak 1"))
    await page.mouse.up()
    await expect(page.get_by_text("Jeg får ikke kontakt med boten").first).to_be_visible()
    assert await shown(page) == ["Sak 1", "Sak 2", "Sak 3"]
    await page.context.close()


async def test_a_member_sees_no_handles_and_a_phone_is_wide_enough(
    browser: Browser, served: Served, picture: Picture
) -> None:
    await on_agenda(served.world, 30, minutes=5, title=LONG)
    phone = {"width": 360, "height": 740}
    page, wrong = await meeting_page(browser, served, "member", viewport=phone)
    await expect(page.locator("[data-handle]")).to_have_count(0)
    assert wrong == []
    await page.context.close()
    page, _wrong = await meeting_page(browser, served, "secretary", viewport=phone)
    await picture(page, "phone")
    assert int(await page.locator("html").evaluate("e => e.scrollWidth")) <= phone["width"]
    await page.context.close()


async def test_on_the_local_page_by_keyboard_and_mouse(
    browser: Browser, sqlite: Database, small_world: World, clock: FixedClock, picture: Picture
) -> None:
    await on_agenda(small_world, 4, minutes=20)
    async with (
        serve(sqlite, small_world, clock, registry=capabilities.registry()) as site,
        window(browser, site, "secretary") as page,
    ):
        await say(page, "/saksliste FSU")
        await handle(page, "4/2026 Sak 4").focus()
        await page.keyboard.press("Space")
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("Space")
        await expect(page.locator("#log")).to_contain_text("Rekkefølgen er lagret.")
        await expect(handle(page, "4/2026 Sak 4")).to_be_focused()
        assert await shown(page) == ["Sak 1", "Sak 2", "Sak 4", "Sak 3"]
        await drag(page, handle(page, "3/2026 Sak 3"), handle(page, "1/2026 Sak 1"))
        await page.mouse.up()
        await expect(page.locator("[data-order] li").first).to_contain_text("Sak 3")
        await picture(page, "after")
        await page.get_by_role("button", name="Arbeid med sakslisten").click()
        await page.get_by_role("button", name="Mer", exact=True).first.click()
        await picture(page, "work", whole=True)
    assert titles(await read(small_world)) == ["Sak 3", "Sak 1", "Sak 2", "Sak 4"]
