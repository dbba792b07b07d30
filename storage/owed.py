"""What somebody has yet to do about meetings: to answer, to convene, to propose cases for. One statement each."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask
from storage.attendance import is_asked_to_come
from storage.direct import Question
from storage.statements import Beside, among, later, table
from storage.tables import Agenda, AgendaItem, Attendance, Committee, Meeting
from storage.types import UtcDateTime

_MOST = 100
"""More of one kind nobody reads."""


class MeetingOf(NamedTuple):
    """A coming meeting, and whose it is: the stored rows, to be read and not changed."""

    meeting: Meeting
    committee: Committee


_meeting, _committee, _attendance, _agenda = map(table, (Meeting, Committee, Attendance, Agenda))
_item = table(AgendaItem)
_BOTH = Beside(Meeting, Committee)
_NOW, _UNTIL = (bindparam(name, type_=UtcDateTime()) for name in ("now", "until"))
_PERSON = bindparam("person_id", type_=Integer())
_OF_THESE = among(_meeting.c.committee_id, "committees")
_IS_CONVENED = later(lambda: exists().where(_agenda.c.meeting_id == _meeting.c.id, _agenda.c.convened_at.is_not(None)))
_OWN = and_(_attendance.c.meeting_id == _meeting.c.id, _attendance.c.person_id == _PERSON)
_IS_ANSWERED = later(
    lambda: exists().where(_OWN, _attendance.c.answer.is_not(None), _attendance.c.answered_for == _meeting.c.starts_at)
)
_IS_INVITED = later(lambda: exists().where(_OWN, is_asked_to_come(_attendance)))
_HAS_PROPOSED = later(lambda: exists().where(_item.c.meeting_id == _meeting.c.id, _item.c.proposer_id == _PERSON))


def _coming(*conditions: Any) -> Any:
    return (
        select(*_BOTH.columns)
        .join_from(_meeting, _committee, _committee.c.id == _meeting.c.committee_id)
        .where(
            _meeting.c.starts_at > _NOW,
            _meeting.c.cancelled_at.is_(None),
            _committee.c.removed_at.is_(None),
            *conditions,
        )
        .order_by(_meeting.c.starts_at, _meeting.c.id)
        .limit(_MOST)
    )


_TO_ANSWER = later(lambda: _coming(or_(and_(_OF_THESE, _IS_CONVENED()), _IS_INVITED()), ~_IS_ANSWERED()))
_TO_CONVENE = later(lambda: _coming(_OF_THESE, _meeting.c.starts_at < _UNTIL, ~_IS_CONVENED()))
_TO_PROPOSE_FOR = later(
    lambda: _coming(_OF_THESE, _meeting.c.deadline_at > _NOW, _meeting.c.deadline_at < _UNTIL, ~_HAS_PROPOSED())
)


async def to_answer(
    session: AsyncSession, person_id: int, committee_ids: Collection[int], now: datetime
) -> Sequence[MeetingOf]:
    """The meetings of these committees that were convened, and all that the person was asked to come to, which they
    have not answered for, at the time at which they begin by now."""
    values = {"person_id": person_id, "committees": committee_ids, "now": now}
    return [MeetingOf(*_BOTH.of(row)) for row in await ask(session, _TO_ANSWER(), values)]


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
    return [MeetingOf(*_BOTH.of(row)) for row in await ask(session, *asked_to_convene(committee_ids, until, now))]


def asked_to_convene(committee_ids: Collection[int], until: datetime, now: datetime) -> Question:
    """What `to_convene` asks, to be foreseen."""
    return Question(_TO_CONVENE(), {"committees": committee_ids, "until": until, "now": now})


async def to_propose_for(
    session: AsyncSession, person_id: int, committee_ids: Collection[int], until: datetime, now: datetime
) -> Sequence[MeetingOf]:
    """The meetings of these committees whose deadline for cases is after `now` and before `until`, but for those to
    which the person has proposed something; no statement, where there is no committee."""
    if not committee_ids:
        return ()
    question = asked_to_propose_for(person_id, committee_ids, until, now)
    return [MeetingOf(*_BOTH.of(row)) for row in await ask(session, *question)]


def asked_to_propose_for(person_id: int, committee_ids: Collection[int], until: datetime, now: datetime) -> Question:
    """What `to_propose_for` asks where there are committees, to be foreseen."""
    values = {"person_id": person_id, "committees": committee_ids, "until": until, "now": now}
    return Question(_TO_PROPOSE_FOR(), values)
