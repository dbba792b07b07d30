"""Meetings that were held long ago, with their cases and minutes, written straight into the tables: as old papers that
were read in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import (
    AgendaItem,
    AgendaSlot,
    Conclusion,
    FollowUp,
    ItemStatus,
    Meeting,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    SlotKind,
)
from tests.world import World


@dataclass
class Old:
    """A case of an old meeting, or where `line` another line of its agenda. `number`: as it was written, in `year`."""

    title: str
    number: str | None = None
    n: int | None = None
    year: int | None = None
    discussion: str = ""
    decisions: Sequence[str] = ()
    follow_ups: Sequence[str] = ()
    types: Sequence[str] = ()
    line: bool = False
    more: dict[str, Any] = field(default_factory=dict)


_KEYS = count(1)


async def put(session: AsyncSession, row: Any) -> int:
    session.add(row)
    await session.flush()
    return int(row.id)


async def meeting_of(
    world: World,
    committee: str,
    day: date,
    *cases: Old,
    status: MinutesStatus = MinutesStatus.APPROVED,
    series: str = "",
) -> dict[str, int]:
    """A meeting of that day that handled these; the ids of the cases by their titles, and of lines (their places)."""
    ids: dict[str, int] = {}
    committee_id = world.committees[committee]
    starts_at = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
    async with world.database.transaction() as session:
        meeting = await put(
            session,
            Meeting(
                committee_id=committee_id,
                key=f"old-{next(_KEYS)}-{uuid4().hex[:6]}",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=3),
                deadline_at=starts_at - timedelta(days=14),
                zone="Europe/Oslo",
            ),
        )
        minutes = await put(
            session, Minutes(meeting_id=meeting, status=status, created_at=starts_at, changed_at=starts_at)
        )
        for position, case in enumerate(cases):
            number = {"number": case.number, "number_year": case.year or day.year, "number_in_year": case.n}
            item = None
            if not case.line:
                item = await put(
                    session,
                    AgendaItem(
                        draft_id=uuid4().hex,
                        committee_id=committee_id,
                        meeting_id=meeting,
                        status=ItemStatus.HANDLED,
                        title=case.title,
                        types=list(case.types),
                        number_series=series,
                        created_at=starts_at,
                        changed_at=starts_at,
                        **(number if case.number else {}),
                        **case.more,
                    ),
                )
            slot = await put(
                session,
                AgendaSlot(
                    meeting_id=meeting,
                    kind=SlotKind.CASE if item is not None else SlotKind.STANDING,
                    position=position,
                    item_id=item,
                    standing=None if item is not None else case.title,
                    title="" if item is not None else case.title,
                    **(number if case.line and case.number else {}),
                ),
            )
            entry = await put(
                session,
                MinutesEntry(minutes_id=minutes, slot_id=slot, discussion=case.discussion, changed_at=starts_at),
            )
            session.add_all(
                Conclusion(entry_id=entry, ordinal=at, text=text) for at, text in enumerate(case.decisions, 1)
            )
            session.add_all(
                FollowUp(entry_id=entry, ordinal=at, text=text) for at, text in enumerate(case.follow_ups, 1)
            )
            ids[case.title] = item if item is not None else slot
        ids["meeting"] = meeting
    return ids
