"""What tests begin with is kept, and is nobody else's: what one test does to it, no other finds."""

import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlmodel import select

from handlers.capabilities import registry
from storage.database import Database
from storage.tables import AgendaItem
from tests import kept_world
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.conftest import Postgres
from tests.kept_world import kept, world_in
from tests.meetings.convocation.steps import put
from tests.surface import FakeSurface

Fresh = Callable[[], Awaitable[FakeSurface]]
BUILT: list[str] = []


@pytest.fixture(params=["sqlite", "postgresql"])
async def fresh(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Fresh]:
    """Everybody, each time in another database of this kind."""
    numbers = itertools.count()
    async with AsyncExitStack() as stack:

        async def surface() -> FakeSurface:
            if request.param == "sqlite":
                url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / f'{next(numbers)}.sqlite')}"
            else:
                postgres: Postgres = request.getfixturevalue("postgres")
                url = postgres.take()
                stack.push_async_callback(postgres.give_back, url)
            database = Database(url)
            stack.push_async_callback(database.close)
            clock = FixedClock()
            return FakeSurface(await world_in(database, clock.now()), clock, registry())

        BUILT.clear()
        kept_world._BUILT.clear()
        kept_world._SCENES.clear()
        # The first partnership of all is built where it is to stand.
        await surface()
        yield surface


@kept
async def scene(surface: FakeSurface, title: str = "En sak") -> tuple[FakeSurface, list[str]]:
    """A case that the secretary was told of, a newcomer to what has a name, and a while that has passed."""
    BUILT.append(title)
    await put(surface.world, title)
    await propose(surface)
    await surface.inbox("secretary")
    surface.world.people["newcomer"] = surface.world.people["member"]
    surface.clock.go_to(surface.clock.now().replace(minute=5))
    return surface, [title]


async def looked_at(surface: FakeSurface) -> tuple[object, ...]:
    async with surface.world.database.reading() as session:
        titles = list(await session.scalars(select(AgendaItem.title).order_by(AgendaItem.id)))  # type: ignore[arg-type]
    told = [shown.model_dump_json() for shown in await surface.inbox("secretary")]
    return titles, told, surface.clock.now(), dict(surface.world.people), surface.messenger.sends


async def test_what_is_kept_is_as_it_was_built_whatever_was_done_to_it_since(fresh: Fresh) -> None:
    seen = []
    for _time in range(5):
        surface, outcome = await scene(await fresh())
        assert outcome == ["En sak"]
        seen.append(await looked_at(surface))
        # Nobody finds this.
        outcome.append("Noe annet")
        await put(surface.world, "Noe annet", 2)
        await propose(surface, "colleague")
        surface.world.people["nobody"] = 0
    assert BUILT == ["En sak"] * 2
    assert len(seen[0][1]) == 1  # type: ignore[arg-type]
    assert all(each == seen[0] for each in seen)


async def test_ids_go_on_after_those_that_were_kept(fresh: Fresh) -> None:
    ids = []
    for _time in range(3):
        surface, _outcome = await scene(await fresh())
        ids.append(await put(surface.world, "En til", 2))
    assert len(set(ids)) == 1
    assert BUILT == ["En sak"] * 2


async def test_what_is_given_makes_it_another(fresh: Fresh) -> None:
    for title in ("Den ene", "Den andre") * 3:
        surface, outcome = await scene(await fresh(), title)
        assert outcome == [title]
        assert (await looked_at(surface))[0] == [title, "Felles opplæring i utskrivning"]
    assert BUILT == ["Den ene", "Den andre"] * 2


async def _wrote(surface: FakeSurface) -> None:
    await put(surface.world, "Før", 9)


async def _waited(surface: FakeSurface) -> None:
    surface.clock.go_to(surface.clock.now().replace(minute=1))


async def _named(surface: FakeSurface) -> None:
    surface.world.people["friend"] = 1


async def _exchanged(surface: FakeSurface) -> None:
    surface.bot = FakeSurface(surface.world, surface.clock, registry()).bot


async def _built(surface: FakeSurface) -> None:
    """Put in place, since it has been built twice."""
    await propose(surface)


@pytest.mark.parametrize("before", [_wrote, _waited, _named, _exchanged, _built])
async def test_where_anything_was_done_before_it_is_built(
    fresh: Fresh, before: Callable[[FakeSurface], Awaitable[None]]
) -> None:
    for _time in range(3):
        await scene(await fresh())
        await propose(await fresh())
    BUILT.clear()
    surface = await fresh()
    await before(surface)
    await scene(surface)
    assert BUILT == ["En sak"]
