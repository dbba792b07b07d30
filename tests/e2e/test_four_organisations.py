"""What four people in two Slack workspaces and two Teams tenants see of one case and one deviation, drawn."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from playwright.async_api import Browser, expect

from tests.clock import FixedClock
from tests.four_organisations.pictures import page as drawn
from tests.four_organisations.scene import ORGANISATIONS, TITLE, carry_a_case, carry_a_deviation, four
from tests.teams.conftest import certificate, keys
from tests.world import World

pytestmark = pytest.mark.e2e
Picture = Callable[..., Awaitable[Path]]
__all__ = ["certificate", "keys"]


async def test_a_case_and_a_deviation_on_four_screens(
    browser: Browser,
    small_world: World,
    clock: FixedClock,
    keys: Sequence[rsa.RSAPrivateKey],
    certificate: Path,
    picture: Picture,
) -> None:
    async with four(small_world, clock, keys, certificate) as here:
        await carry_a_case(here)
        case, here.steps[:] = list(here.steps), []
        await carry_a_deviation(here)
    page = await browser.new_page(viewport={"width": 1760, "height": 900})
    for name, steps, about in (("case", case, TITLE), ("deviation", here.steps, "AVV-2026-0001")):
        await page.set_content(drawn(steps))
        await expect(page.get_by_role("columnheader")).to_have_count(len(ORGANISATIONS))
        for column in range(1, len(ORGANISATIONS) + 1):
            await expect(page.locator(f"tbody td:nth-child({column})").get_by_text(about).first).to_be_visible()
        await picture(page, name, whole=True)
        # What stands in docs/.
        await page.set_content(drawn(steps, newest=True))
        await picture(page, f"{name}-in-short", whole=True)
