"""Who presents which case is found by the person, whatever is done to the cases, and for those of before too."""

from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlmodel import col

from storage.database import Database
from storage.migrate import migrate
from storage.tables import AgendaItem, CasePresenter
from tests.clock import FixedClock
from tests.meetings.convocation import steps
from tests.storage.test_migrations import _BEFORE_LETTERS, upgrade_to
from tests.world import World


async def presenters(database: Database) -> list[tuple[int, int]]:
    """(case, person), in order."""
    async with database.transaction() as session:
        rows = await session.scalars(select(CasePresenter))
        return sorted((row.item_id, row.presenter_id) for row in rows)


async def _update(world: World, item_id: int, **values: Any) -> None:
    async with world.database.transaction() as session:
        await session.execute(update(AgendaItem).where(col(AgendaItem.id) == item_id).values(**values))


async def test_it_follows_the_cases(world: World, clock: FixedClock) -> None:
    first = await steps.put(world, "En", 1, presenter_ids=[7, 5])
    second = await steps.put(world, "To", 2, presenter_ids=[])
    assert await presenters(world.database) == [(first, 5), (first, 7)]
    await _update(world, first, presenter_ids=[5, 8, 8])
    await _update(world, second, presenter_ids=[5], title="Tre")
    await _update(world, second, title="Fire")
    assert await presenters(world.database) == [(first, 5), (first, 8), (second, 5)]
    await _update(world, first, presenter_ids=[])
    assert await presenters(world.database) == [(second, 5)]
    await _update(world, second, presenter_ids=[5, 9])
    assert await presenters(world.database) == [(second, 5), (second, 9)]


async def test_cases_of_before_are_found_and_followed(empty: Database) -> None:
    if empty.is_sqlite:
        Path(str(empty.url.database)).parent.mkdir(parents=True)
    async with empty.transaction() as session:
        connection = await session.connection()
        await connection.run_sync(upgrade_to, "0016")
        for statement in _BEFORE_LETTERS:
            await session.execute(text(statement))
        await session.execute(text("UPDATE agenda_item SET presenter_ids = '[3, 1]' WHERE id = 1"))
    await migrate(empty)
    assert await presenters(empty) == [(1, 1), (1, 3)]
    async with empty.transaction() as session:
        await session.execute(text("UPDATE agenda_item SET presenter_ids = '[2]' WHERE id IN (1, 2)"))
    assert await presenters(empty) == [(1, 2), (2, 2)]
    async with empty.transaction() as session:
        await session.execute(delete(AgendaItem).where(col(AgendaItem.id) == 1))
    assert await presenters(empty) == [(2, 2)]
