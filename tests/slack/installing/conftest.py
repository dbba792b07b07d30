"""The bot with several workspaces."""

from collections.abc import AsyncIterator

import pytest

from tests.clock import FixedClock
from tests.slack.installing.several import MUNICIPALITY, Several, name_workspace, several
from tests.slack.standin import Slack
from tests.world import World


@pytest.fixture
async def bot(small_world: World, slack: Slack, clock: FixedClock) -> AsyncIterator[Several]:
    """The municipality has a workspace too, by the partnership file. The app is installed nowhere."""
    await name_workspace(small_world.database, MUNICIPALITY)
    async with several(small_world.database, slack, clock) as running:
        yield running
