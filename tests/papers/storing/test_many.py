"""Ten years of minutes in one go: how many statements that takes, and that none is lost where it stops halfway."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from handlers.papers import settling
from handlers.papers.record import CaseRead, FollowUpRead, PaperRead
from handlers.papers.storing import Choices
from storage.database import Database
from storage.tables import AgendaItem, Conclusion, Meeting, Minutes, Paper, PaperStatus
from tests.papers.storing.papers import NOW, minutes, rows, store, stored, undo, waiting
from tests.world import World


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _of(day: date, count: int) -> PaperRead:
    cases = [
        CaseRead(
            number=f"{n}/{day:%y}-{day.month}",
            year=day.year,
            title=f"Sak om samhandling {n}, {day}",
            discussion=f"Det ble drøftet {n} ganger.",
            decisions=[f"Saken tas til orientering, {n}.", f"Følges opp, {n}."],
            followups=[FollowUpRead(f"Gjøre noe med {n}", "Eksempel Member", None, "snarest")],
        )
        for n in range(1, count + 1)
    ]
    return minutes(date=day, cases=cases)


async def test_the_number_of_statements_does_not_grow_with_the_cases(world: World) -> None:
    seen: dict[str, int] = {}
    for place, count in enumerate((2, 40)):
        paper_id = await waiting(world, _of(date(2018, 5, 1 + place), count), f"{count}.docx")
        with statements(world.database) as asked:
            await store(world, paper_id)
        seen[f"store {count}"] = len(asked)
        with statements(world.database) as asked:
            await undo(world, paper_id)
        seen[f"undo {count}"] = len(asked)
    assert seen["store 40"] == seen["store 2"]
    assert seen["undo 40"] == seen["undo 2"]


async def test_ten_years_of_minutes_and_again(world: World) -> None:
    days = [date(year, month, 12) for year in range(2016, 2026) for month in (2, 5, 9, 11)]
    asked = []
    for day in days:
        paper_id = await waiting(world, _of(day, 12), f"{day}.docx")
        with statements(world.database) as seen:
            await store(world, paper_id)
        asked.append(len(seen))
    # The fortieth costs what the second does.
    assert max(asked[1:]) - min(asked[1:]) <= 2
    assert len(await rows(world, Minutes)) == 40
    assert len(await rows(world, AgendaItem)) == 480
    assert len(await rows(world, Conclusion)) == 960


async def test_what_was_stored_before_it_stopped_is_stored_and_the_rest_comes_the_next_time(world: World) -> None:
    days = [date(2019, month, 12) for month in range(1, 7)]
    for day in days[:3]:
        await stored(world, _of(day, 3), f"{day}.docx")
    broken = await waiting(world, _of(days[3], 3), f"{days[3]}.docx")
    with pytest.raises(RuntimeError):
        await _stopped(world, broken)
    assert len(await rows(world, Minutes)) == 3
    assert len([each for each in await rows(world, Meeting) if each.paper_id is not None]) == 3
    await store(world, broken)
    for day in days[4:]:
        await stored(world, _of(day, 3), f"{day}.docx")
    assert len(await rows(world, Minutes)) == 6
    assert {each.status for each in await rows(world, Paper)} == {PaperStatus.STORED}


async def _stopped(world: World, paper_id: int) -> None:
    """The machine stops when all of it is written, before it is committed."""
    async with world.database.transaction() as session:
        paper = await session.get_one(Paper, paper_id)
        await settling.store(session, paper, Choices(), None, NOW)
        raise RuntimeError("the machine stops")
