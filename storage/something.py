"""Whether there is anything at all, of each kind of thing, that may wait for somebody or be theirs: one statement.

It is asked before each of these is looked for by itself, which costs a statement or several each, and of most kinds
there is nothing for most people. So each condition may say yes where there turns out to be nothing, and never the other
way round.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Integer, and_, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.asking import ask
from storage.cases import UNDECIDED
from storage.follow_ups import OPEN
from storage.statements import among, later, table, written_out
from storage.tables import (
    Agenda,
    AgendaItem,
    Attendance,
    ClosedHow,
    Conclusion,
    DatePoll,
    Deviation,
    Disagreement,
    EvaluationAsked,
    FollowUp,
    HearingRecipient,
    Meeting,
    Minutes,
    MinutesApproval,
    MinutesStatus,
    PollStatus,
    UnitStaff,
)
from storage.types import UtcDateTime


class Thing(StrEnum):
    """A kind of thing that waits for somebody, or is theirs."""

    CASES = "cases"
    DEVIATIONS = "deviations"
    ANSWERS = "answers"
    """Whether they come to a meeting."""
    ROUNDS = "rounds"
    """Of comments on minutes, and of approval."""
    DECISIONS = "decisions"
    """What is to be done because of them, and those from which nothing follows yet."""
    RECOMMENDATIONS = "recommendations"
    DISAGREEMENTS = "disagreements"
    HEARINGS = "hearings"
    POLLS = "polls"
    EVALUATIONS = "evaluations"


_item, _deviation, _staff, _meeting = map(table, (AgendaItem, Deviation, UnitStaff, Meeting))
_agenda, _attendance, _minutes, _approval = map(table, (Agenda, Attendance, Minutes, MinutesApproval))
_task, _disagreement, _recipient = map(table, (FollowUp, Disagreement, HearingRecipient))
_poll, _asked, _conclusion = map(table, (DatePoll, EvaluationAsked, Conclusion))
_ME: Any = bindparam("person_id", type_=Integer())
_NOW: Any = bindparam("now", type_=UtcDateTime())


def _one_of(column: Any, statuses: Collection[StrEnum]) -> Any:
    return or_(*(column == written_out(each) for each in statuses))


_COMING = and_(_meeting.c.starts_at > _NOW, _meeting.c.cancelled_at.is_(None))

_SOMETHING = {
    Thing.CASES: or_(
        exists().where(_item.c.proposer_id == _ME),
        exists().where(among(_item.c.committee_id, "committees"), _one_of(_item.c.status, UNDECIDED)),
    ),
    Thing.DEVIATIONS: or_(
        exists().where(_staff.c.person_id == _ME),
        exists().where(_deviation.c.reporter_id == _ME),
    ),
    Thing.ANSWERS: or_(
        exists().where(
            among(_meeting.c.committee_id, "committees"),
            _COMING,
            _agenda.c.meeting_id == _meeting.c.id,
            _agenda.c.convened_at.is_not(None),
        ),
        exists().where(_attendance.c.person_id == _ME, _attendance.c.meeting_id == _meeting.c.id, _COMING),
    ),
    Thing.ROUNDS: or_(
        exists().where(_minutes.c.status == MinutesStatus.COMMENTS),
        exists().where(_approval.c.person_id == _ME, _approval.c.approves.is_(None)),
    ),
    Thing.DECISIONS: or_(
        exists().where(_one_of(_task.c.status, OPEN)),
        exists().where(_conclusion.c.settled.is_(False), _conclusion.c.revoked_by_id.is_(None)),
    ),
    Thing.RECOMMENDATIONS: exists().where(_task.c.recommended, _task.c.answer.is_(None), _one_of(_task.c.status, OPEN)),
    Thing.DISAGREEMENTS: exists().where(_disagreement.c.closed_how == ClosedHow.OPEN),
    Thing.HEARINGS: exists().where(_recipient.c.person_id == _ME, _recipient.c.answered_at.is_(None)),
    Thing.POLLS: exists().where(_poll.c.status == PollStatus.OPEN),
    Thing.EVALUATIONS: exists().where(_asked.c.person_id == _ME, _asked.c.answered.is_(False)),
}
_STATEMENT = later(lambda: select(*(condition.label(thing.value) for thing, condition in _SOMETHING.items())))


async def there_are(
    session: AsyncSession, person_id: int, committee_ids: Collection[int], now: datetime
) -> frozenset[Thing]:
    """The kinds of which there may be something for this person, who has a role in these committees."""
    values = {"person_id": person_id, "committees": committee_ids, "now": now}
    (row,) = await ask(session, _STATEMENT(), values)
    return frozenset(thing for thing, found in zip(_SOMETHING, row, strict=True) if found)
