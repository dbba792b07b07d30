"""Twenty times and 400 people: as many statements as for few, and never more than a platform shows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event, insert

from handlers.people.roles import Role
from storage.statements import table
from storage.tables import Membership, Person
from tests.dialogs.test_every_step import check_message
from tests.polls import steps
from tests.polls.steps import LINES, asked, presses, seen, started
from tests.surface import FakeSurface, labels, message

MANY = "\n".join(f"{day}.10. kl. 9–11" for day in range(1, 21))


@asynccontextmanager
async def counted(surface: FakeSurface) -> AsyncIterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    engine = surface.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


async def _members(surface: FakeSurface, count: int) -> None:
    async with surface.world.database.transaction() as session:
        member = await session.get_one(Person, surface.world.people["member"])
        rows: list[dict[str, Any]] = [
            {
                "id": 1000 + number,
                "organisation_id": member.organisation_id,
                "name": f"Eksempel Medlem {number}",
                "email": f"medlem{number}@example.org",
                "language": "nb",
                "also_at": [],
            }
            for number in range(count)
        ]
        await session.execute(insert(table(Person)), rows)
        await session.execute(
            insert(table(Membership)),
            [
                {"committee_id": surface.world.committees["fsu"], "person_id": row["id"], "role": Role.MEMBER}
                for row in rows
            ],
        )


async def test_as_many_statements_for_400_as_for_five(surface: FakeSurface) -> None:
    counts = []
    for times, members in ((LINES, 0), (MANY, 395)):
        if members:
            await _members(surface, members)
            await surface.bot.press(surface.world.sender("secretary"), "datovalg.avlys", {"poll": "1"})
        await steps.look(surface)
        look = await surface.submit("secretary", await steps.whom(surface, times=times))
        async with counted(surface) as starting:
            await surface.submit("secretary", look)  # type: ignore[arg-type]
        poll = {"poll": "2" if members else "1"}
        async with counted(surface) as showing:
            await surface.bot.press(surface.world.sender("secretary"), "datovalg.vis", poll)
        async with counted(surface) as pressing:
            await surface.bot.press(surface.world.sender("member"), "datovalg.alle", poll)
        async with counted(surface) as looking:
            await steps.look(surface)
        counts.append([len(each) for each in (starting, showing, pressing, looking)])
    assert counts[0] == counts[1]
    assert counts[0][2] <= 20, pressing


async def test_twenty_times_are_turned_over_and_stay_where_one_is(surface: FakeSurface) -> None:
    await started(surface, times=MANY)
    first = await asked(surface, "member")
    check_message(first)
    assert [section.title.split(".")[0] for section in first.sections] == [str(number) for number in range(1, 9)]
    assert first.text == "Du har svart på 0 av 20 tider.\nNummer 1 til 8."
    await presses(surface, "member", "Neste")
    shown = await presses(surface, "member", "Neste")
    assert [section.title.split(".")[0] for section in shown.sections] == ["17", "18", "19", "20"]
    assert "Neste" not in labels(shown)
    await presses(surface, "member", "20 passer")
    there = await asked(surface, "member")
    assert there.sections[-1].title.startswith("20.")
    assert there.text.startswith("Du har svart på 1 av 20 tider.")
    check_message(await presses(surface, "member", "Forrige"))
    run = await seen(surface)
    check_message(run)
    assert run.sections[0].title.startswith("20."), "the best first"
    last = message(await surface.press("secretary", message(await surface.press("secretary", run, "Neste")), "Neste"))
    check_message(last)
    assert len(last.sections) == 4


async def test_400_names_a_page_at_a_time(surface: FakeSurface) -> None:
    await _members(surface, 395)
    await started(surface)
    shown = message(await surface.press("secretary", await seen(surface), "Hvem har svart"))
    names = []
    while True:
        check_message(shown)
        names += [line for line in shown.text.splitlines() if line.startswith("Eksempel")]
        if "Neste" not in labels(shown):
            break
        shown = message(await surface.press("secretary", shown, "Neste"))
    assert len(names) == len(set(names)) == 400
