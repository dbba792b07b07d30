"""Evaluations of meetings. What was answered is stored apart from who has answered, and nothing leads from the one to
the other."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import asking
from storage.asking import ask_each
from storage.direct import Question
from storage.last_meeting import last_before
from storage.statements import later, locking, table
from storage.tables import (
    Attendance,
    Committee,
    Evaluation,
    EvaluationAnswer,
    EvaluationAsked,
    Meeting,
    Person,
)
from storage.types import UtcDateTime

_LATEST = timedelta(days=14)
"""So long after a meeting it is still asked about, where nobody said before who was there."""
_NOW: Any = bindparam("now", type_=UtcDateTime())


class EvaluationOf(NamedTuple):
    """An evaluation, of which meeting, and whose it is."""

    row: Evaluation
    meeting: Meeting
    committee: Committee


_OF = later(
    lambda: (
        select(Evaluation, Meeting, Committee)
        .join_from(Evaluation, Meeting, col(Meeting.id) == col(Evaluation.meeting_id))
        .join(Committee, col(Committee.id) == col(Meeting.committee_id))
    )
)


class Over(NamedTuple):
    """A meeting that is over and is asked about by nobody yet, with what its committee has decided. `present`: how many
    of the register were there."""

    meeting_id: int
    settings: Mapping[str, Any]
    present: int


def _was_there() -> Any:
    """Of a row of `Attendance`: it is somebody in the register, who was there."""
    return col(Attendance.person_id).is_not(None) & col(Attendance.present).is_(True)


def _over() -> Any:
    there: Any = (
        select(func.count())
        .select_from(Attendance)
        .where(col(Attendance.meeting_id) == col(Meeting.id), _was_there())
        .correlate(Meeting)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (Meeting.id, Committee.settings, there)
    return (
        select(*columns)
        .join_from(Meeting, Committee, col(Committee.id) == col(Meeting.committee_id))
        .where(
            col(Meeting.ends_at) <= _NOW,
            col(Meeting.ends_at) > bindparam("fortnight_ago", type_=UtcDateTime()),
            col(Meeting.cancelled_at).is_(None),
            col(Meeting.paper_id).is_(None),
            col(Committee.removed_at).is_(None),
            ~exists().where(col(Evaluation.meeting_id) == col(Meeting.id)),
            there > 1,
        )
        .order_by(col(Meeting.id))
    )


def _due() -> Any:
    known = aliased(EvaluationAsked)
    newcomer = (
        exists()
        .where(col(Attendance.meeting_id) == col(Evaluation.meeting_id), _was_there())
        .where(col(Person.id) == col(Attendance.person_id), col(Person.removed_at).is_(None))
        .where(
            ~exists().where(
                col(known.evaluation_id) == col(Evaluation.id), col(known.person_id) == col(Attendance.person_id)
            )
        )
    )
    return (
        select(col(Evaluation.id))
        .where(col(Evaluation.closed_at).is_(None), or_(col(Evaluation.clock_at) <= _NOW, newcomer))
        .order_by(col(Evaluation.id))
    )


_OVER, _DUE = later(_over), later(_due)


async def over(session: AsyncSession, now: datetime) -> Sequence[Over]:
    """Meetings of the last fortnight at which more than one are marked as there, and that have no evaluation: one
    statement."""
    return [Over(*row) for row in await asking.ask(session, *over_stirs(now))]


def over_stirs(now: datetime) -> Question:
    """Finds a row if there are such meetings."""
    return Question(_OVER(), {"now": now, "fortnight_ago": now - _LATEST})


async def due(session: AsyncSession, now: datetime) -> Sequence[int]:
    """The open evaluations that the clock is to look at now: their moment has come, or somebody was marked as there
    since they were opened: one statement."""
    return await ask_each(session, *stirs(now))


def stirs(now: datetime) -> Question:
    """Finds a row if any are due."""
    return Question(_DUE(), {"now": now})


_PRESENT = later(
    lambda: (
        select(Person.id, Person.language)  # type: ignore[call-overload]
        .join(Attendance, col(Attendance.person_id) == col(Person.id))
        .where(col(Attendance.meeting_id) == bindparam("meeting_id"), _was_there(), col(Person.removed_at).is_(None))
        .order_by(col(Person.id))
    )
)


async def present(session: AsyncSession, meeting_id: int) -> Mapping[int, str]:
    """Who in the register was there, with their language; not those who are removed."""
    rows = await asking.ask(session, _PRESENT(), {"meeting_id": meeting_id})
    return {row[0]: row[1] for row in rows}


_OF_MEETING = later(lambda: _OF().where(col(Evaluation.meeting_id) == bindparam("which")))
_WITH_ID = later(lambda: _OF().where(col(Evaluation.id) == bindparam("which")))


async def of_meeting(session: AsyncSession, meeting_id: int, *, lock: bool = False) -> EvaluationOf | None:
    """The evaluation of a meeting; None: nobody is asked. `lock`: nobody else answers or closes it until the
    transaction ends."""
    return await _one(session, _OF_MEETING(), meeting_id, lock=lock)


async def evaluation(session: AsyncSession, evaluation_id: int, *, lock: bool = False) -> EvaluationOf | None:
    return await _one(session, _WITH_ID(), evaluation_id, lock=lock)


async def _one(session: AsyncSession, statement: Any, which: int, *, lock: bool) -> EvaluationOf | None:
    row = (await session.execute(locking(statement, Evaluation) if lock else statement, {"which": which})).first()
    return EvaluationOf(*row) if row else None


_BEFORE = later(lambda: last_before(_OF()))


async def before(session: AsyncSession, meeting: Meeting) -> EvaluationOf | None:
    """The evaluation of the committee's last meeting before this one that was held."""
    row = (
        await session.execute(_BEFORE(), {"committee_id": meeting.committee_id, "starts_at": meeting.starts_at})
    ).first()
    return EvaluationOf(*row) if row else None


class Asked(NamedTuple):
    """Somebody who is asked."""

    person_id: int
    language: str
    answered: bool


_ASKED = later(
    lambda: (
        select(EvaluationAsked.person_id, Person.language, EvaluationAsked.answered)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(EvaluationAsked.person_id))
        .where(col(EvaluationAsked.evaluation_id) == bindparam("evaluation_id"), col(Person.removed_at).is_(None))
        .order_by(col(EvaluationAsked.person_id))
    )
)


async def asked(session: AsyncSession, evaluation_id: int) -> Sequence[Asked]:
    """Everybody who is asked, and whether they have answered."""
    rows = await asking.ask(session, _ASKED(), {"evaluation_id": evaluation_id})
    return [Asked(*row) for row in rows]


async def ask(session: AsyncSession, evaluation_id: int, person_ids: Collection[int]) -> None:
    """These people are asked too: one statement."""
    rows = [{"evaluation_id": evaluation_id, "person_id": each, "answered": False} for each in person_ids]
    if rows:
        await session.execute(insert(table(EvaluationAsked)), rows)


async def answer(session: AsyncSession, evaluation_id: int, person_id: int, answers: Sequence[Any]) -> bool:
    """Store what somebody answered, and apart from it that they have; whether that was done now: of two forms of the
    same person, one counts."""
    done = cast(
        CursorResult[Any],
        await session.execute(
            update(EvaluationAsked)
            .where(
                col(EvaluationAsked.evaluation_id) == evaluation_id,
                col(EvaluationAsked.person_id) == person_id,
                col(EvaluationAsked.answered).is_(False),
            )
            .values(answered=True)
        ),
    )
    if done.rowcount != 1:
        return False
    await _mix(
        session, evaluation_id, {"id": secrets.token_hex(16), "evaluation_id": evaluation_id, "answers": [*answers]}
    )
    return True


@later
def _answered() -> Any:
    rows = table(EvaluationAnswer)
    return select(*rows.c).where(rows.c.evaluation_id == bindparam("evaluation_id"))


async def _mix(session: AsyncSession, evaluation_id: int, new: dict[str, Any]) -> None:
    """Write all that was answered anew, in the order of the lots: both databases keep rows in the order in which they
    were written, and PostgreSQL in which transaction, which beside the times of messages would say whose each is. The
    caller holds the evaluation."""
    rows = table(EvaluationAnswer)
    found = await asking.ask(session, _answered(), {"evaluation_id": evaluation_id})
    every = sorted([*(row._asdict() for row in found), new], key=lambda row: str(row["id"]))
    await session.execute(delete(rows).where(rows.c.evaluation_id == evaluation_id))
    await session.execute(insert(rows), every)


_ANSWERS = later(
    lambda: (
        select(col(EvaluationAnswer.answers))
        .where(col(EvaluationAnswer.evaluation_id) == bindparam("evaluation_id"))
        .order_by(col(EvaluationAnswer.id))
    )
)


async def answers(session: AsyncSession, evaluation_id: int) -> Sequence[Sequence[Any]]:
    """What was answered, in an order that tells nothing: that of ids which are drawn by lot."""
    return await ask_each(session, _ANSWERS(), {"evaluation_id": evaluation_id})


_WAITING = later(
    lambda: (
        _OF()
        .join(EvaluationAsked, col(EvaluationAsked.evaluation_id) == col(Evaluation.id))
        .where(
            col(EvaluationAsked.person_id) == bindparam("person_id"),
            col(EvaluationAsked.answered).is_(False),
            col(Evaluation.closed_at).is_(None),
        )
        .order_by(col(Evaluation.closes_at))
    )
)


async def waiting(session: AsyncSession, person_id: int) -> Sequence[EvaluationOf]:
    """The open evaluations that this person has not answered."""
    rows = await session.execute(_WAITING(), {"person_id": person_id})
    return [EvaluationOf(*row) for row in rows]
