"""The order of the Norwegian alphabet, on both databases and in Python."""

import itertools

import pytest
from sqlalchemy import literal, select
from sqlmodel import SQLModel

from storage import committees, local, people, units
from storage.alphabet import in_alphabet, key
from storage.database import Database
from storage.tables import Committee, Organisation, Person, Unit
from tests.clock import FixedClock

IN_ORDER = [
    "Abel", "alta", "Àlv", "Avd. 2", "Čáhcesuolo", "Dal", "Đd", "Élan", "eng", "Zeta", "Ægir", "ælv", "Øksnes",
    "ørje", "Aaby", "Åbø", "aalesund", "ÅS",
]  # fmt: skip
"""Ægir before ælv: capitals and small letters are alike, so g decides; Aaby as Åby stands before Åbø."""


def test_in_python() -> None:
    assert sorted(set(IN_ORDER), key=key) == IN_ORDER


async def test_a_database_puts_texts_in_the_same_order_as_python(database: Database) -> None:
    marks = ["".join(pair) for pair in itertools.product("aAzZæÆøØåÅäÖéÜčŠŋ-1 ", repeat=2)]
    async with database.transaction() as session:
        for text in (*IN_ORDER, *marks, ""):
            assert await session.scalar(select(in_alphabet(literal(text)))) == key(text), text


async def _people(database: Database) -> None:
    rows: list[SQLModel] = []
    for number, name in enumerate(reversed(IN_ORDER), 1):
        rows += [
            Organisation(id=number, key=f"o{number}", name=name, kind="municipality"),
            Person(id=number, organisation_id=number, name=f"{name} Eksempel", language="nb"),
            Unit(id=number, key=f"u{number}", organisation_id=number, name=name),
            Committee(id=number, key=f"c{number}", name=name, number_template="{n}/{yy}"),
        ]
    async with database.transaction() as session:
        for kind in (Organisation, Person, Unit, Committee):
            session.add_all(row for row in rows if isinstance(row, kind))
            await session.flush()


async def test_lists_of_names_stand_in_that_order(database: Database) -> None:
    await _people(database)
    async with database.transaction() as session:
        named = [person.name.removesuffix(" Eksempel") for person in await people.people(session)]
        assert named == IN_ORDER
        assert [unit.name for unit in await units.listed(session)] == IN_ORDER
        assert [committee.name for committee in await committees.active(session)] == IN_ORDER
        players = await local.players(session, FixedClock().now().date())
        assert [player.organisation for player in players] == IN_ORDER


@pytest.mark.parametrize("query", ["ØKSNES", "øksnes", "Øks"])
async def test_a_search_does_not_tell_capitals_from_small_letters(database: Database, query: str) -> None:
    await _people(database)
    async with database.transaction() as session:
        assert [person.organisation for person in await people.people(session, query=query)] == ["Øksnes"]
        assert [unit.name for unit in await units.listed(session, query=query)] == ["Øksnes"]
