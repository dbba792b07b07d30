"""Taking away rows that came from an old paper, but for those that somebody has hung something on since."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from storage.attached import Hanging, hanging, held
from storage.statements import table
from storage.tables import (
    Agenda,
    AgendaItem,
    AgendaSlot,
    Attendance,
    Conclusion,
    FollowUp,
    Meeting,
    Minutes,
    MinutesEntry,
)

Going = Mapping[type[SQLModel], set[int]]
"""The ids of what is to go, by table."""

_IN_ORDER: Sequence[type[SQLModel]] = (
    FollowUp,
    Conclusion,
    MinutesEntry,
    Minutes,
    Attendance,
    AgendaSlot,
    AgendaItem,
    Agenda,
    Meeting,
)
"""What refers to others first."""


class Kept(NamedTuple):
    """What could not go: ids by table's name, and what holds them."""

    rows: Mapping[str, set[int]]
    holding: Sequence[Hanging]


async def take_away(session: AsyncSession, going: Going) -> Kept:
    """Delete these rows, but for those that something else hangs on.

    An entry of the minutes that stays keeps all that it says.
    """
    kept, holding = held(going, await hanging(session, going))
    stays = kept.get("minutes_entry", set())
    if stays:
        for model in (Conclusion, FollowUp):
            rows = table(model)
            found = await session.scalars(
                select(rows.c.id).where(rows.c.entry_id.in_(stays), rows.c.id.in_(going.get(model, ())))
            )
            kept[rows.name] |= set(found)
    gone: dict[str, set[int]] = {}
    for each in _IN_ORDER:
        rows = table(each)
        ids = going.get(each, set()) - kept.get(rows.name, set())
        if ids:
            await session.execute(delete(rows).where(rows.c.id.in_(ids)))
            gone[rows.name] = ids
    for row in list(session.identity_map.values()):
        if getattr(row, "id", None) in gone.get(str(getattr(row, "__tablename__", "")), ()):
            session.expunge(row)
    return Kept({name: ids for name, ids in kept.items() if ids}, holding)
