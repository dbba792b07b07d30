"""Questions that are asked together on PostgreSQL, by one statement."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import BigInteger, bindparam, literal_column, select, text

from storage.database import Database
from storage.direct import Question, Sought
from tests.conftest import Postgres

ECHO = select(bindparam("number", type_=BigInteger()).label("number"))
OTHER = select((bindparam("number", type_=BigInteger()) * bindparam("times", type_=BigInteger())).label("number"))
COUNTED = select(literal_column("nextval('counted')").label("number"))


@pytest.fixture
async def counting(postgres: Postgres) -> AsyncIterator[Database]:
    url = postgres.take()
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.execute(text("CREATE SEQUENCE counted"))
    yield database
    async with database.engine.begin() as connection:
        await connection.execute(text("DROP SEQUENCE counted"))
    await database.close()
    await postgres.give_back(url)


async def _numbers(database: Database, *questions: Question) -> list[int]:
    return [rows[0].number for rows in await database.read_together(questions)]


async def test_what_several_seek_is_found_once(counting: Database) -> None:
    sought = Sought(Question(COUNTED, {}))
    asked = [Question(ECHO, {"number": 7}), Question(ECHO, {"number": sought})]
    asked.append(Question(OTHER, {"number": sought, "times": 10}))
    assert await _numbers(counting, *asked) == [7, 1, 10]
    assert await _numbers(counting, *asked) == [7, 2, 20]


async def test_what_each_seeks_for_itself_is_its_own(counting: Database) -> None:
    once, again = Sought(Question(ECHO, {"number": 3})), Sought(Question(ECHO, {"number": 4}))
    both = [Question(ECHO, {"number": once}), Question(OTHER, {"number": again, "times": 2})]
    assert await _numbers(counting, *both) == [3, 8]
    same = [Question(ECHO, {"number": again}), Question(OTHER, {"number": again, "times": 3})]
    assert await _numbers(counting, *same) == [4, 12]
