"""The meetings that committees have planned: which are at the same time, and who changes them now."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.statements import among, later
from storage.tables import Committee, FollowUp, FollowUpStatus, Meeting, Reminder, ReminderStatus

_HOLD = later(lambda: select(col(Committee.id)).where(col(Committee.id) == bindparam("committee_id")).with_for_update())


async def hold(session: AsyncSession, committee_id: int) -> None:
    """Nobody else plans meetings of the committee until the transaction ends."""
    await session.execute(_HOLD(), {"committee_id": committee_id})


_OVERLAPPING = later(
    lambda: (
        select(Meeting)
        .where(
            among(col(Meeting.committee_id), "committee_ids"),
            col(Meeting.cancelled_at).is_(None),
            col(Meeting.starts_at) < bindparam("until"),
            col(Meeting.ends_at) > bindparam("since"),
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id))
    )
)


async def overlapping(
    session: AsyncSession, committee_ids: Collection[int], since: datetime, until: datetime
) -> Sequence[Meeting]:
    """The meetings of these committees that are held at some time between these moments, and are not cancelled, soonest
    first."""
    return list(await session.scalars(_OVERLAPPING(), {"committee_ids": committee_ids, "until": until, "since": since}))


async def keys(session: AsyncSession, committee_id: int, beginning: str) -> set[str]:
    """The keys of the committee's meetings that begin so."""
    found = select(col(Meeting.key)).where(
        col(Meeting.committee_id) == committee_id, col(Meeting.key).startswith(beginning, autoescape=True)
    )
    return set(await session.scalars(found))


async def pending_reminders(session: AsyncSession, meeting_id: int) -> int:
    """How many reminders about the meeting are laid ahead."""
    found = (
        select(func.count())
        .select_from(Reminder)
        .where(col(Reminder.meeting_id) == meeting_id, col(Reminder.status) == ReminderStatus.PENDING)
    )
    return await session.scalar(found) or 0


async def due_at(session: AsyncSession, meeting_id: int) -> int:
    """How many things that are to be done are due at the meeting."""
    found = (
        select(func.count())
        .select_from(FollowUp)
        .where(col(FollowUp.due_meeting_id) == meeting_id, col(FollowUp.status) == FollowUpStatus.OPEN)
    )
    return await session.scalar(found) or 0


_CANCELLED = later(
    lambda: (
        select(Meeting)
        .where(
            among(col(Meeting.committee_id), "committee_ids"),
            col(Meeting.cancelled_at).is_not(None),
            col(Meeting.starts_at) > bindparam("now"),
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id))
        .limit(10)
    )
)


async def cancelled(session: AsyncSession, committee_ids: Collection[int], now: datetime) -> Sequence[Meeting]:
    """The meetings of these committees that are cancelled and were to begin after `now`, soonest first, at most 10."""
    return list(await session.scalars(_CANCELLED(), {"committee_ids": committee_ids, "now": now}))
