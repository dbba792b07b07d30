"""Numbers are given once each, in order, without a gap, however many ask at a time."""

import asyncio

import pytest

from storage.database import Database
from storage.series import Series


async def test_each_series_counts_for_itself(database: Database) -> None:
    decisions, pages = Series.of("decisions", 3), Series.of("pages", 3)
    async with database.transaction() as session:
        assert [await decisions.next(session, 2026) for _number in range(3)] == [1, 2, 3]
        assert await pages.next(session, 2026) == 1, "another series of the same committee"
        assert await Series.of("decisions", 30).next(session, 2026) == 1, "the same series of another"
        assert await decisions.next(session, 2027) == 1, "it begins again each year"
        assert await decisions.next(session, 2026) == 4


async def test_a_series_that_never_begins_again(database: Database) -> None:
    async with database.transaction() as session:
        assert [await Series.of("pages").next(session) for _number in range(3)] == [1, 2, 3]


async def test_two_at_once_never_get_the_same(database: Database) -> None:
    series = Series.of("cases", 1)

    async def take() -> int:
        async with database.transaction() as session:
            number = await series.next(session, 2026)
            await asyncio.sleep(0)
            return number

    assert sorted(await asyncio.gather(*(take() for _asking in range(12)))) == list(range(1, 13))


async def test_a_number_that_came_to_nothing_is_given_again(database: Database) -> None:
    series = Series.of("cases", 1)

    async def fail() -> None:
        async with database.transaction() as session:
            assert await series.next(session, 2026) == 1
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with database.transaction() as session:
        assert await series.next(session, 2026) == 1
