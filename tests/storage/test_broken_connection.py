"""Connections that break, on a database that is there: whoever comes next does not get one of them."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage import drafts
from storage.database import Database, DatabaseUnavailable
from tests.conftest import Postgres


async def directly(session: AsyncSession) -> None:
    assert await drafts.draft(session, "none") is None


async def by_sqlalchemy(session: AsyncSession) -> None:
    assert await session.scalar(text("SELECT 1")) == 1


asked = pytest.mark.parametrize("ask", [directly, by_sqlalchemy])
Ask = Callable[[AsyncSession], Awaitable[None]]


async def break_all(url: str) -> None:
    """As a server does that is restarted."""
    other = await asyncpg.connect(url, timeout=5)
    try:
        await other.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await other.close()


@asked
async def test_what_broke_while_nobody_used_it_is_made_anew(postgres: Postgres, ask: Ask) -> None:
    url = postgres.take()
    database = Database(url)
    async with database.transaction() as one, database.transaction() as two:
        await by_sqlalchemy(one)
        await by_sqlalchemy(two)
    await break_all(url)
    for _time in range(3):
        async with database.transaction(sure=True) as session:
            await ask(session)
    await database.close()
    await postgres.give_back(url)


@asked
async def test_what_breaks_within_a_transaction_is_told_and_made_anew(postgres: Postgres, ask: Ask) -> None:
    url = postgres.take()
    database = Database(url)

    async def broken() -> None:
        async with database.transaction(sure=True) as session:
            await ask(session)
            await break_all(url)
            await ask(session)

    with pytest.raises(DatabaseUnavailable):
        await broken()
    async with database.transaction(sure=True) as session:
        await ask(session)
    await database.close()
    await postgres.give_back(url)


@asked
async def test_what_breaks_as_a_transaction_begins_is_told(postgres: Postgres, ask: Ask) -> None:
    url = postgres.take()
    database = Database(url)

    def broken(connection: Any) -> None:
        connection.connection.driver_connection.terminate()

    event.listen(database.engine.sync_engine, "begin", broken)
    with pytest.raises(DatabaseUnavailable):
        async with database.transaction(sure=True) as session:
            await ask(session)
    event.remove(database.engine.sync_engine, "begin", broken)
    async with database.transaction(sure=True) as session:
        await ask(session)
    await database.close()
    await postgres.give_back(url)
