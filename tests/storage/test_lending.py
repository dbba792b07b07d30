"""Connections that a single statement is lent at once, beside those that SQLAlchemy lends."""

import asyncio

from sqlalchemy import Integer, bindparam, column, select
from sqlalchemy.pool import QueuePool

from storage.database import Database
from storage.lending import LendingPool
from tests.conftest import Postgres

ECHO = select(bindparam("number", type_=Integer()).label("number"))


def _pool(database: Database) -> QueuePool:
    pool = database.engine.sync_engine.pool
    assert isinstance(pool, QueuePool)
    return pool


async def _echoed(database: Database, number: int) -> int:
    ((found,),) = await database.read(ECHO, {"number": number})
    return int(found)


async def test_many_at_once_share_the_connections_and_give_them_back(postgres: Postgres) -> None:
    url = postgres.take()
    database = Database(url, pool_size=3)
    assert await asyncio.gather(*(_echoed(database, number) for number in range(50))) == list(range(50))
    pool = _pool(database)
    assert pool.checkedout() == 0
    assert pool.checkedin() <= 3
    await database.close()
    await postgres.give_back(url)


async def test_who_waits_for_a_connection_goes_before_who_comes_later(postgres: Postgres) -> None:
    url = postgres.take()
    database = Database(url, pool_size=1)
    done: list[str] = []

    async def transaction() -> None:
        async with database.transaction() as session:
            await session.execute(select(column("1", is_literal=True)))
            done.append("transaction")

    async def statement() -> None:
        await _echoed(database, 1)
        done.append("statement")

    held = await database.engine.raw_connection()
    waiting = asyncio.create_task(transaction())
    async with asyncio.timeout(20):
        while not _is_awaited(database):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)
    later = asyncio.create_task(statement())
    await asyncio.sleep(0)
    held.close()
    await asyncio.gather(waiting, later)
    assert done == ["transaction", "statement"]
    await database.close()
    await postgres.give_back(url)


def _is_awaited(database: Database) -> bool:
    """Whether somebody waits for a connection: then none is lent at once."""
    pool = database.engine.sync_engine.pool
    assert isinstance(pool, LendingPool)
    return pool.is_awaited
