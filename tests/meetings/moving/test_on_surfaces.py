"""A meeting moved on Slack (signed requests), and cancelled on Teams (its route)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from handlers.bot import Bot
from handlers.capabilities import registry
from storage.tables import Meeting
from tests.clock import FixedClock
from tests.deviations.tools import Tools, tools
from tests.world import World


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    async with tools(small_world, clock, Bot(small_world.database, registry(), clock)) as running:
        yield running


async def _stored(world: World) -> Meeting:
    async with world.database.transaction() as session:
        return await session.get_one(Meeting, world.meetings["fsu-1"])


async def test_moved_on_slack(both: Tools, small_world: World) -> None:
    slack = both.on_slack("secretary")
    await slack.writes("mote flytt FSU 21.9. til 28.9.")
    await slack.fills(place="Lillesalen")
    assert "mandag 28. september 2026 kl. 10.00–13.00, Lillesalen" in slack.form()
    assert (await _stored(small_world)).sequence == 0
    await slack.fills()
    meeting = await _stored(small_world)
    assert (meeting.starts_at, meeting.place) == (datetime(2026, 9, 28, 8, tzinfo=UTC), "Lillesalen")


async def test_cancelled_on_teams(both: Tools, small_world: World) -> None:
    teams = both.on_teams("deputy")
    await teams.writes("mote avlys FSU")
    await teams.fills(reason="For få kan")
    assert "er avlyst" in teams.answer()
    assert (await _stored(small_world)).cancelled_at is not None
