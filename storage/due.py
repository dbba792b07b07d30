"""Follow-ups that are due at a meeting which has not been held, or which nobody has planned yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.statements import later
from storage.tables import FollowUp, FollowUpStatus, Meeting, Minutes, MinutesEntry

_OVER = (FollowUpStatus.DONE, FollowUpStatus.DROPPED, FollowUpStatus.HISTORY)


class Tied(NamedTuple):
    """`said_in`: the meeting that it comes from. `due_at`: the one at which it is due; None: none is planned."""

    row: FollowUp
    said_in: Meeting
    due_at: Meeting | None


@later
def _tied_to_meetings_statement() -> Any:
    due_at, held = aliased(Meeting), aliased(Meeting)
    was_held = exists().where(
        col(held.committee_id) == bindparam("committee_id"),
        col(held.cancelled_at).is_(None),
        col(held.starts_at) > col(Meeting.starts_at),
        col(held.starts_at) <= bindparam("now"),
    )
    words = col(FollowUp.due_text)
    return (
        select(FollowUp, Meeting, due_at)
        .join(MinutesEntry, col(MinutesEntry.id) == col(FollowUp.entry_id))
        .join(Minutes, col(Minutes.id) == col(MinutesEntry.minutes_id))
        .join(Meeting, col(Meeting.id) == col(Minutes.meeting_id))
        .outerjoin(due_at, col(due_at.id) == col(FollowUp.due_meeting_id))
        .where(
            col(FollowUp.status).not_in(_OVER),
            or_(
                (col(due_at.committee_id) == bindparam("committee_id"))
                & ((col(due_at.starts_at) > bindparam("now")) | col(due_at.cancelled_at).is_not(None)),
                col(FollowUp.due_meeting_id).is_(None)
                & col(FollowUp.due_on).is_(None)
                & or_(words.ilike("%møte%"), words.ilike("%neste g%"), words.ilike("%kommande%"))
                & ~was_held,
            ),
        )
        .order_by(col(FollowUp.id))
    )


async def tied_to_meetings(session: AsyncSession, committee_id: int, now: datetime) -> Sequence[Tied]:
    """Those that are due at a meeting of the committee that has not begun or was cancelled, and those of any committee
    whose words name a meeting and that are due at none: one statement.

    What was due at a meeting that has been held meanwhile, as what was said long ago, is not due at the next one now.
    """
    rows = await session.execute(_tied_to_meetings_statement(), {"committee_id": committee_id, "now": now})
    return [Tied(*row) for row in rows]


_MEETINGS_AFTER = later(
    lambda: (
        select(Meeting)
        .where(
            col(Meeting.committee_id) == bindparam("committee_id"),
            col(Meeting.cancelled_at).is_(None),
            col(Meeting.starts_at) > bindparam("moment"),
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id))
        .limit(50)
    )
)


async def meetings_after(session: AsyncSession, committee_id: int, moment: datetime) -> Sequence[Meeting]:
    """The committee's meetings that begin after this moment and are not cancelled, soonest first, at most 50."""
    return list(await session.scalars(_MEETINGS_AFTER(), {"committee_id": committee_id, "moment": moment}))
