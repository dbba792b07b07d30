"""Everybody of the small partnership, on both databases."""

import pytest

from handlers.capabilities import registry
from tests.clock import FixedClock
from tests.surface import FakeSurface
from tests.world import World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())
