import pytest

from handlers.capabilities import registry
from tests.clock import FixedClock
from tests.deviations.cast import Scene, everybody
from tests.surface import FakeSurface
from tests.world import World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


@pytest.fixture
async def scene(small_world: World, clock: FixedClock) -> Scene:
    """Everybody who might look at a report."""
    return await everybody(small_world, clock)
