"""The meetings that reminders are about, as they stand now."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.reminders.kind import Due
from storage import committees
from storage.tables import Committee, Meeting


async def as_they_are(session: AsyncSession, dues: Sequence[Due]) -> Sequence[tuple[Meeting, Committee, Sequence[Due]]]:
    """Those that are to be held, each with the reminders about it: one statement."""
    of_each: dict[int, list[Due]] = {}
    for due in dues:
        of_each.setdefault(due.meeting_id or 0, []).append(due)
    rows = await committees.meetings_to_be_held(session, list(of_each))
    return [(meeting, committee, of_each[meeting.id]) for meeting, committee in rows]
