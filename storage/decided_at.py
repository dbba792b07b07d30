"""Where something was decided: the line of a meeting's minutes that have left the minute taker."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.statements import among, rows_as_they_are, table
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    Committee,
    FormerNumber,
    Meeting,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    Paper,
)

IN_FORCE = (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)
"""Minutes that have left the minute taker."""


class At(NamedTuple):
    """Where something was decided: the line of a meeting's minutes. `item` None: it was no case, but a line of the
    agenda. `number`: the one that it had there. `paper`: the name of the old paper that it was read in from."""

    entry: MinutesEntry
    minutes: Minutes
    meeting: Meeting
    committee: Committee
    slot: AgendaSlot
    item: AgendaItem | None
    number: str
    paper: str

    @property
    def title(self) -> str:
        """What the line is called, as that committee words it."""
        if self.item is None:
            return self.slot.title or self.slot.standing or ""
        if self.item.committee_id != self.committee.id:
            for level in self.item.levels or ():
                if level["committee_id"] == self.committee.id:
                    return str(level["title"])
        return self.item.title

    @property
    def is_in_force(self) -> bool:
        """The minutes have left the minute taker."""
        return self.minutes.status in IN_FORCE


# --- how it is read -----------------------------------------------------------------------------------------------

ITEM, SLOT, _former = table(AgendaItem).c, table(AgendaSlot).c, table(FormerNumber).c
_number_then = (
    select(func.max(_former.number))
    .where(_former.item_id == ITEM.id, _former.meeting_id == table(Meeting).c.id)
    .correlate(table(AgendaItem), table(Meeting))
    .scalar_subquery()
)
_number_there = func.coalesce(
    case((ITEM.meeting_id == table(Meeting).c.id, ITEM.number)), _number_then, SLOT.number, ""
)
AT_COLUMNS: tuple[Any, ...] = (
    MinutesEntry,
    Minutes,
    Meeting,
    Committee,
    AgendaSlot,
    AgendaItem,
    _number_there,
    func.coalesce(table(Paper).c.name, ""),
)
"""What `At` is read from, behind the rest that a statement asks for."""


def placed(statement: Any, entry_id: Any) -> Any:
    """The statement, with where it was decided (`AT_COLUMNS`)."""
    return (
        statement.join(MinutesEntry, col(MinutesEntry.id) == entry_id)
        .join(Minutes, col(Minutes.id) == col(MinutesEntry.minutes_id))
        .join(Meeting, col(Meeting.id) == col(Minutes.meeting_id))
        .join(Committee, col(Committee.id) == col(Meeting.committee_id))
        .join(AgendaSlot, col(AgendaSlot.id) == col(MinutesEntry.slot_id))
        .outerjoin(AgendaItem, col(AgendaItem.id) == col(AgendaSlot.item_id))
        .outerjoin(Paper, col(Paper.id) == col(Minutes.paper_id))
    )


IS_IN_FORCE = col(Minutes.status).in_(IN_FORCE)
"""The minutes of the line have left the minute taker."""

_Line = aliased(MinutesEntry)
_PLACES = (
    placed(select(*AT_COLUMNS).select_from(_Line), col(_Line.id))
    .where(among(col(MinutesEntry.id), "ids"))
    .order_by(col(Meeting.starts_at), col(MinutesEntry.id))
)


async def places(session: AsyncSession, entry_ids: Collection[int]) -> Sequence[At]:
    """These lines of minutes, whatever the minutes are by now, the oldest meeting first: one statement."""
    rows = await rows_as_they_are(session, _PLACES, {"ids": list(entry_ids)})
    return [At(*row) for row in rows]
