"""Follow-ups that are due at a meeting which has not been held, or which nobody has planned yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.tables import FollowUp, FollowUpStatus, Meeting, Minutes, MinutesEntry

_OVER = (FollowUpStatus.DONE, FollowUpStatus.DROPPED, FollowUpStatus.HISTORY)


class Tied(NamedTuple):
    """`said_in`: the meeting that it comes from. `due_at`: the one at which it is due; None: none is planned."""

    row: FollowUp
    said_in: Meeting
    due_at: Meeting | None


async def tied_to_meetings(session: AsyncSession, committee_id: int, now: datetime) -> Sequence[Tied]:
    """Those that are due at a meeting of the committee that has not begun or was cancelled, and those of any committee
    whose words name a meeting and that are due at none: one statement.

    What was due at a meeting that has been held meanwhile, as what was said long ago, is not due at the next one now.
    """
    due_at, held = aliased(Meeting), aliased(Meeting)
    was_held = exists().where(
        col(held.committee_id) == committee_id,
        col(held.cancelled_at).is_(None),
        col(held.starts_at) > col(Meeting.starts_at),
        col(held.starts_at) <= now,
    )
    words = col(FollowUp.due_text)
    rows = await session.execute(
        select(FollowUp, Meeting, due_at)
        .join(MinutesEntry, col(MinutesEntry.id) == col(FollowUp.entry_id))
        .join(Minutes, col(Minutes.id) == col(MinutesEntry.minutes_id))
        .join(Meeting, col(Meeting.id) == col(Minutes.meeting_id))
        .outerjoin(due_at, col(due_at.id) == col(FollowUp.due_meeting_id))
        .where(
            col(FollowUp.status).not_in(_OVER),
            or_(
                (col(due_at.committee_id) == committee_id)
                & ((col(due_at.starts_at) > now) | col(due_at.cancelled_at).is_not(None)),
                col(FollowUp.due_meeting_id).is_(None)
                & col(FollowUp.due_on).is_(None)
                & or_(words.ilike("%møte%"), words.ilike("%neste g%"), words.ilike("%kommande%"))
                & ~was_held,
            ),
        )
        .order_by(col(FollowUp.id))
    )
    return [Tied(*row) for row in rows]


async def meetings_after(session: AsyncSession, committee_id: int, moment: datetime) -> Sequence[Meeting]:
    """The committee's meetings that begin after this moment and are not cancelled, soonest first, at most 50."""
    return list(
        await session.scalars(
            select(Meeting)
            .where(
                col(Meeting.committee_id) == committee_id,
                col(Meeting.cancelled_at).is_(None),
                col(Meeting.starts_at) > moment,
            )
            .order_by(col(Meeting.starts_at), col(Meeting.id))
            .limit(50)
        )
    )
