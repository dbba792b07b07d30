"""What PostgreSQL calls the sequences that ids come from, which stands in statements (`storage.asking.Adding`)."""

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from storage.database import Database
from storage.migrate import migrate
from tests.conftest import Postgres


@pytest.mark.parametrize("migrated", [True, False])
async def test_every_id_comes_from_the_sequence_that_is_called_after_its_table(
    postgres: Postgres, migrated: bool
) -> None:
    url = postgres.create_empty() if migrated else postgres.take()
    database = Database(url)
    if migrated:
        await migrate(database)
    async with database.transaction() as session:
        found = {
            name: await session.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": name})
            for name, table in SQLModel.metadata.tables.items()
            if "id" in table.c
        }
    await database.close()
    if not migrated:
        await postgres.give_back(url)
    counted = {name: sequence for name, sequence in found.items() if sequence is not None}
    assert {"agenda_item", "agenda_item_event", "deviation", "deviation_event"} <= counted.keys()
    assert counted == {name: f"public.{name}_id_seq" for name in counted}
