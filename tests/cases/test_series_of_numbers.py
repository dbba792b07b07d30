"""Committees number their cases in many ways: a series for each kind, one that never begins again, one per meeting."""

from datetime import timedelta

import pytest

from handlers.cases.numbers import Kind, Numbering, check_template, render_number, series_of
from storage.tables import Committee
from tests.meetings.steps import accepted
from tests.surface import FakeSurface, message


@pytest.mark.parametrize(
    ("template", "n", "types", "meeting", "number"),
    [
        ("PS {n}/{yy}", 6, [], 0, "PS 6/26"),
        ("{n:02}-{yy}", 1, [], 0, "01-26"),
        ("{n:03}/{yy} {types}", 33, ["B"], 0, "033/26 B"),
        ("{types} {n}/{yy}", 6, ["O"], 0, "O 6/26"),
        ("{types} {n}/{yy}", 6, [], 0, "6/26"),
        ("{types}-{n}/{yy}", 6, [], 0, "6/26"),
        ("Sak {yyyy}/{n}", 15, [], 0, "Sak 2026/15"),
        ("{yy}/{meeting}/{n}", 1, [], 2, "26/2/1"),
        ("{running}", 268, ["D"], 0, "268"),
        ("{running:04}/{yy}", 268, [], 0, "0268/26"),
    ],
)
def test_numbers_as_committees_write_them(template: str, n: int, types: list[str], meeting: int, number: str) -> None:
    assert check_template(template) == template
    assert render_number(template, n, 2026, types, meeting) == number


def test_of_several_types_the_first_in_the_committees_list_decides() -> None:
    numbering = Numbering("{n}/{yy}", {"B": "PS {n}/{yy}", "O": "RS {n}/{yy}"})
    assert numbering.kind(["O", "B"]) == Kind("B", "PS {n}/{yy}")
    assert numbering.kind(["D", "O"]) == Kind("O", "RS {n}/{yy}")
    assert numbering.kind(["D"]) == Kind("", "{n}/{yy}")
    assert series_of(Kind("B", "PS {yy}/{meeting}/{n}"), 2) == "B:m2"


async def numbered_by(surface: FakeSurface, template: str, **by_type: str) -> None:
    async with surface.world.database.transaction() as session:
        committee = await session.get_one(Committee, surface.world.committees["fsu"])
        committee.number_template = template
        committee.settings = {**committee.settings, "number_by_type": by_type}


async def agenda(surface: FakeSurface) -> list[str]:
    lines = message(await surface.say("member", "sak liste fsu")).sections[0].text.splitlines()
    return [line.split("  ")[0] for line in lines]


async def test_a_series_for_each_kind(surface: FakeSurface) -> None:
    await numbered_by(surface, "{n}/{yy}", B="PS {n}/{yy}", O="RS {n}/{yy}")
    for title, types in (("Første", ["B"]), ("Andre", ["O"]), ("Tredje", ["O", "B"]), ("Fjerde", ["D"])):
        await accepted(surface, title, types=types)
    assert sorted(await agenda(surface)) == ["1/26", "PS 1/26", "PS 2/26", "RS 1/26"]
    assert message(await surface.say("member", "sak PS 2/26")).title == "PS 2/26 Tredje"
    assert message(await surface.say("member", "sak rs 1/2026")).title == "RS 1/26 Andre"
    several = message(await surface.say("member", "sak 1/26"))
    assert sorted(section.title for section in several.sections) == ["1/26 Fjerde", "PS 1/26 Første", "RS 1/26 Andre"]


async def test_a_series_that_begins_again_in_each_meeting(surface: FakeSurface) -> None:
    await numbered_by(surface, "{yy}/{meeting}/{n}")
    await accepted(surface, "Første")
    await accepted(surface, "Andre")
    assert await agenda(surface) == ["26/1/1", "26/1/2"]
    surface.clock.forward(timedelta(days=25))
    await accepted(surface, "Tredje")
    assert await agenda(surface) == ["26/2/1"]
    assert message(await surface.say("member", "sak 26/2/1")).title == "26/2/1 Tredje"


async def test_a_series_that_never_begins_again(surface: FakeSurface) -> None:
    await numbered_by(surface, "{running}")
    await accepted(surface, "Første")
    await accepted(surface, "Andre")
    assert await agenda(surface) == ["1", "2"]
    assert message(await surface.say("member", "sak 2")).title == "2 Andre"
