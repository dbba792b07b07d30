"""Everybody of the small partnership."""

import pytest

from handlers.capabilities import registry
from tests.clock import FixedClock
from tests.surface import FakeSurface
from tests.world import World


@pytest.fixture
def surface(small_world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(small_world, clock, registry())


@pytest.fixture
def stored(world: World, clock: FixedClock) -> FakeSurface:
    """The same on both databases."""
    return FakeSurface(world, clock, registry())
