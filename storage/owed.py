"""What somebody has yet to do about meetings: to answer, to convene, to propose cases for. One statement each."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.attendance import is_asked_to_come
from storage.statements import table
from storage.tables import Agenda, AgendaItem, Attendance, Committee, Meeting

_MOST = 100
"""More of one kind nobody reads."""


class MeetingOf(NamedTuple):
    """A coming meeting, and whose it is."""

    meeting: Meeting
    committee: Committee


def _coming(now: datetime) -> Any:
    columns: tuple[Any, ...] = (Meeting, Committee)
    return (
        select(*columns)
        .join(Committee, col(Committee.id) == col(Meeting.committee_id))
        .where(col(Meeting.starts_at) > now, col(Meeting.cancelled_at).is_(None), col(Committee.removed_at).is_(None))
        .order_by(col(Meeting.starts_at), col(Meeting.id))
        .limit(_MOST)
    )


def _is_convened() -> Any:
    return exists().where(col(Agenda.meeting_id) == col(Meeting.id), col(Agenda.convened_at).is_not(None))


async def to_answer(
    session: AsyncSession, person_id: int, committee_ids: Collection[int], now: datetime
) -> Sequence[MeetingOf]:
    """The meetings of these committees that were convened, and all that the person was asked to come to, which they
    have not answered for, at the time at which they begin by now."""
    own = and_(col(Attendance.meeting_id) == col(Meeting.id), col(Attendance.person_id) == person_id)
    answered = exists().where(
        own, col(Attendance.answer).is_not(None), col(Attendance.answered_for) == col(Meeting.starts_at)
    )
    invited = exists().where(own, is_asked_to_come(table(Attendance)))
    asked = or_(and_(col(Meeting.committee_id).in_(committee_ids), _is_convened()), invited)
    return [MeetingOf(*row) for row in await session.execute(_coming(now).where(asked, ~answered))]


async def convened(session: AsyncSession, meeting_ids: Collection[int]) -> set[int]:
    """Those of these meetings that were convened."""
    rows = select(col(Agenda.meeting_id)).where(
        col(Agenda.meeting_id).in_(meeting_ids), col(Agenda.convened_at).is_not(None)
    )
    return set(await session.scalars(rows))


async def to_convene(
    session: AsyncSession, committee_ids: Collection[int], until: datetime, now: datetime
) -> Sequence[MeetingOf]:
    """The meetings of these committees that begin before `until`, and were not convened."""
    found = _coming(now).where(
        col(Meeting.committee_id).in_(committee_ids), col(Meeting.starts_at) < until, ~_is_convened()
    )
    return [MeetingOf(*row) for row in await session.execute(found)]


async def to_propose_for(
    session: AsyncSession, person_id: int, committee_ids: Collection[int], until: datetime, now: datetime
) -> Sequence[MeetingOf]:
    """The meetings of these committees whose deadline for cases is after `now` and before `until`, but for those to
    which the person has proposed something."""
    proposed = exists().where(col(AgendaItem.meeting_id) == col(Meeting.id), col(AgendaItem.proposer_id) == person_id)
    found = _coming(now).where(
        col(Meeting.committee_id).in_(committee_ids),
        col(Meeting.deadline_at) > now,
        col(Meeting.deadline_at) < until,
        ~proposed,
    )
    return [MeetingOf(*row) for row in await session.execute(found)]
