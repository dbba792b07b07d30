"""The meetings that reminders are about, as they stand now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.meetings.audience import Reader, everybody_at_each
from handlers.reminders.kind import Due
from storage import committees
from storage.tables import Committee, Meeting


class AsItIs(NamedTuple):
    """A meeting with the reminders about it, and by id everybody whom it concerns."""

    meeting: Meeting
    committee: Committee
    dues: Sequence[Due]
    readers: Mapping[int, Reader]


async def as_they_are(session: AsyncSession, dues: Sequence[Due], now: datetime) -> Sequence[AsItIs]:
    """Those that are to be held: five statements at most, however many they are."""
    of_each: dict[int, list[Due]] = {}
    for due in dues:
        if due.meeting_id is not None:
            of_each.setdefault(due.meeting_id, []).append(due)
    rows = await committees.meetings_to_be_held(session, list(of_each))
    everybody = await everybody_at_each(session, [meeting for meeting, _committee in rows], now)
    return [
        AsItIs(
            meeting,
            committee,
            of_each[meeting.id],
            {reader.person_id: reader for reader in everybody[meeting.id]},
        )
        for meeting, committee in rows
    ]
