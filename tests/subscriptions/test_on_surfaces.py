"""A calendar address on Slack (signed requests), on Teams (its route) and on the local page: told whole, once, and
stored by none of them."""

import json
import re

from sqlalchemy import text

from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.people.links import Links
from handlers.subscriptions.address import webcal
from tests.clock import FixedClock
from tests.deviations.tools import Tools, tools
from tests.people.links.conftest import KEY
from tests.world import World

_ADDRESS = re.compile(r"https://bot\.example\.org/kalender/[\w-]{12}/[\w-]{43}\.ics")


def _bot(world: World, clock: FixedClock) -> Bot:
    return Bot(world.database, registry(), clock, links=Links("https://bot.example.org/", KEY, clock))


async def _stored(world: World) -> str:
    """All that the database holds."""
    async with world.database.transaction() as session:
        names = list(await session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
        rows = [(await session.execute(text(f'SELECT * FROM "{name}"'))).all() for name in names]
    return repr(rows)


def _told(shown: str) -> str:
    """The one address in what is shown, which has it as a webcal address too."""
    (address,) = set(_ADDRESS.findall(shown))
    assert webcal(address) in shown
    return str(address)


async def _is_nowhere(world: World, address: str) -> None:
    secret = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert secret not in await _stored(world)


async def test_on_slack_and_on_teams(small_world: World, clock: FixedClock) -> None:
    async with tools(small_world, clock, _bot(small_world, clock)) as running:
        for tool, shown in (
            (running.on_slack("secretary"), _of_slack),
            (running.on_teams("deputy"), _of_teams),
        ):
            await tool.writes("mote kalender")
            await tool.goes_on("Lag en kalenderadresse")
            await running.settled()
            address = _told(shown(running))
            await _is_nowhere(small_world, address)
            await tool.writes("mote kalender")
            assert "Du har en kalenderadresse" in tool.answer()


def _of_slack(running: Tools) -> str:
    return json.dumps([call.arguments for call in running.slack.calls], ensure_ascii=False)


def _of_teams(running: Tools) -> str:
    return json.dumps([each.card for each in (*running.teams.sent, *running.teams.updated)], ensure_ascii=False)


async def test_on_the_local_page(small_world: World, clock: FixedClock) -> None:
    async with tools(small_world, clock, _bot(small_world, clock), page=True) as running:
        page = running.on_page("member")
        await page.writes("mote kalender ny")
        address = _told(page.answer())
        await _is_nowhere(small_world, address)
    # After a restart the line stands, without it.
    async with tools(small_world, clock, _bot(small_world, clock), page=True) as running:
        lines = " ".join(await running.on_page("member").messages())
        assert not _ADDRESS.search(lines)
        assert "Ble vist da den ble laget." in lines
