"""What others have hung on rows, going by the foreign keys of every table there is.

Who takes rows away asks here first, so that nothing that people have done since goes with them; also what is added to
the program later is found.
"""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from storage.statements import table

Rows = Mapping[type[SQLModel], Collection[int]]
"""Ids by table."""


class _Reference(NamedTuple):
    """That a column of a table points to another table's id."""

    child: Table
    column: Column[Any]
    parent: str


@cache
def _references() -> tuple[_Reference, ...]:
    return tuple(
        _Reference(child, key.parent, key.column.table.name)
        for child in SQLModel.metadata.sorted_tables
        for key in child.foreign_keys
        if "id" in child.c and key.column.name == "id"
    )


class Hanging(NamedTuple):
    """A row that refers to another. `table`: its table's name."""

    table: str
    id: int
    on_table: str
    on_id: int


async def hanging(session: AsyncSession, rows: Rows) -> list[Hanging]:
    """Every row that refers to one of these; those among them too. One statement for each column that may."""
    await session.flush()
    by_name = {table(model).name: set(ids) for model, ids in rows.items() if ids}
    found = []
    for reference in _references():
        ids = by_name.get(reference.parent)
        if not ids:
            continue
        statement = select(reference.child.c.id, reference.column).where(reference.column.in_(ids))
        found += [
            Hanging(reference.child.name, row[0], reference.parent, row[1]) for row in await session.execute(statement)
        ]
    return found


def held(rows: Rows, hangs: Collection[Hanging]) -> tuple[dict[str, set[int]], list[Hanging]]:
    """Those of the rows that cannot go, by table: what is not among them refers to them, or to one that cannot go.

    And what it is that holds them, which is not among the rows.
    """
    going = {table(model).name: set(ids) for model, ids in rows.items()}
    kept: dict[str, set[int]] = {name: set() for name in going}
    holding = [each for each in hangs if each.id not in going.get(each.table, ())]
    waiting = list(holding)
    while waiting:
        each = waiting.pop()
        if each.on_id in kept[each.on_table]:
            continue
        kept[each.on_table].add(each.on_id)
        # What stays keeps that which it refers to.
        waiting += [other for other in hangs if (other.table, other.id) == (each.on_table, each.on_id)]
    return kept, holding
