"""What people answer to minutes: comments while they are out for comment, and answers when they are to be approved."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import asking
from storage.asking import ask_each, ask_value
from storage.direct import Question
from storage.last_meeting import last_before
from storage.statements import among, later, locking, table
from storage.tables import (
    Attendance,
    Committee,
    Meeting,
    Minutes,
    MinutesApproval,
    MinutesComment,
    MinutesEntry,
    MinutesStatus,
    Person,
    Suggestion,
)
from storage.types import UtcDateTime


class MinutesOf(NamedTuple):
    """Minutes, of which meeting, and whose it is."""

    minutes: Minutes
    meeting: Meeting
    committee: Committee


class CommentOf(NamedTuple):
    """A comment, by whom, and on which place of the agenda (None: on the whole of the minutes)."""

    comment: MinutesComment
    by: str
    language: str
    slot_id: int | None


class AnswerOf(NamedTuple):
    """What somebody answered when the minutes were to be approved."""

    row: MinutesApproval
    name: str
    language: str


class Attended(NamedTuple):
    """Somebody in the register who was at a meeting, in a role. `stood_in`: they took a member's place."""

    person_id: int
    name: str
    language: str
    capacity: str
    stood_in: bool


_OF = later(lambda: select(Minutes, Meeting, Committee).join_from(
    Minutes, Meeting, col(Meeting.id) == col(Minutes.meeting_id)
).join(Committee, col(Committee.id) == col(Meeting.committee_id)))  # fmt: skip


_OF_MEETING = later(lambda: _OF().where(col(Minutes.meeting_id) == bindparam("which")))
_WITH_ID = later(lambda: _OF().where(col(Minutes.id) == bindparam("which")))


async def minutes_of(session: AsyncSession, minutes_id: int, *, lock: bool = False) -> MinutesOf | None:
    """The minutes with this id. `lock`: nobody else changes them until the transaction ends."""
    return await _one(session, _WITH_ID(), minutes_id, lock=lock)


async def of_meeting(session: AsyncSession, meeting_id: int, *, lock: bool = False) -> MinutesOf | None:
    """The minutes of a meeting; None: nobody has begun on them. `lock`: as in `minutes_of`."""
    return await _one(session, _OF_MEETING(), meeting_id, lock=lock)


async def _one(session: AsyncSession, statement: Any, which: int, *, lock: bool) -> MinutesOf | None:
    row = (await session.execute(locking(statement, Minutes) if lock else statement, {"which": which})).first()
    return MinutesOf(*row) if row else None


_BEFORE = later(lambda: last_before(_OF()))


async def before(session: AsyncSession, meeting: Meeting) -> MinutesOf | None:
    """The minutes of the committee's last meeting before this one that was held and has any."""
    row = (
        await session.execute(_BEFORE(), {"committee_id": meeting.committee_id, "starts_at": meeting.starts_at})
    ).first()
    return MinutesOf(*row) if row else None


_MOST_DUE = 100
_DUE = later(
    lambda: (
        select(table(Minutes).c.id)
        .where(table(Minutes).c.clock_at <= bindparam("now", type_=UtcDateTime()))
        .order_by(table(Minutes).c.clock_at)
        .limit(_MOST_DUE)
    )
)


async def due(session: AsyncSession, now: datetime) -> Sequence[int]:
    """The minutes that the clock is to look at now."""
    return await ask_each(session, *stirs(now))


def stirs(now: datetime) -> Question:
    """Finds a row if any are due."""
    return Question(_DUE(), {"now": now})


_COMMENTS = later(
    lambda: (
        select(MinutesComment, Person.name, Person.language, MinutesEntry.slot_id)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(MinutesComment.person_id))
        .outerjoin(MinutesEntry, col(MinutesEntry.id) == col(MinutesComment.entry_id))
        .where(col(MinutesComment.minutes_id) == bindparam("minutes_id"))
        .order_by(col(MinutesComment.id))
    )
)


async def comments(session: AsyncSession, minutes_id: int) -> Sequence[CommentOf]:
    """Every comment on the minutes, first to last: one statement."""
    rows = await session.execute(_COMMENTS(), {"minutes_id": minutes_id})
    return [CommentOf(*row) for row in rows]


async def comment(session: AsyncSession, comment_id: int) -> MinutesComment | None:
    return await session.get(MinutesComment, comment_id, populate_existing=True)


_OPEN_COMMENTS = later(
    lambda: (
        select(func.count())
        .select_from(MinutesComment)
        .where(col(MinutesComment.minutes_id) == bindparam("minutes_id"), col(MinutesComment.status) == Suggestion.OPEN)
    )
)


async def open_comments(session: AsyncSession, minutes_id: int) -> int:
    """How many comments nobody has answered."""
    found = await ask_value(session, _OPEN_COMMENTS(), {"minutes_id": minutes_id})
    return found or 0


async def ask(session: AsyncSession, minutes_id: int, round_: int, person_ids: Collection[int]) -> None:
    """These people are asked whether they approve the minutes: one statement."""
    rows = [
        {"minutes_id": minutes_id, "round": round_, "person_id": each, "approves": None, "remark": "", "at": None}
        for each in person_ids
    ]
    if rows:
        await session.execute(insert(table(MinutesApproval)), rows)


_ANSWERS = later(
    lambda: (
        select(MinutesApproval, Person.name, Person.language)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(MinutesApproval.person_id))
        .where(
            col(MinutesApproval.minutes_id) == bindparam("minutes_id"),
            col(MinutesApproval.round) == bindparam("of"),
            or_(col(MinutesApproval.approves).is_not(None), col(Person.removed_at).is_(None)),
        )
        .order_by(col(Person.name), col(MinutesApproval.id))
    )
)


async def answers(session: AsyncSession, minutes_id: int, round_: int, *, lock: bool = False) -> Sequence[AnswerOf]:
    """What those who were asked in that round have answered, by name. Whoever was removed from the partnership before
    they answered is not waited for."""
    values = {"minutes_id": minutes_id, "of": round_}
    rows = await session.execute(_ANSWERS(), values, execution_options={"populate_existing": lock})
    return [AnswerOf(*row) for row in rows]


_ATTENDED = later(
    lambda: (
        select(  # type: ignore[call-overload]
            Person.id,
            Person.name,
            Person.language,
            Attendance.capacity,
            col(Attendance.stands_in_for_id).is_not(None),
        )
        .join(Attendance, col(Attendance.person_id) == col(Person.id))
        .where(
            col(Attendance.meeting_id) == bindparam("meeting_id"),
            col(Attendance.present).is_(True),
            col(Person.removed_at).is_(None),
        )
        .order_by(col(Person.name), col(Person.id))
    )
)


async def attended(session: AsyncSession, meeting_id: int) -> Sequence[Attended]:
    """Those in the register who were at the meeting, as the minute taker has marked it."""
    rows = await asking.ask(session, _ATTENDED(), {"meeting_id": meeting_id})
    return [Attended(*row) for row in rows]


@later
def _asked_to_comment_statement() -> Any:
    was_there = exists().where(
        col(Attendance.meeting_id) == col(Meeting.id),
        col(Attendance.person_id) == bindparam("person_id"),
        col(Attendance.present).is_(True),
    )
    return (
        _OF()
        .where(
            col(Minutes.status) == MinutesStatus.COMMENTS,
            col(Minutes.comments_until) > bindparam("now"),
            or_(among(col(Meeting.committee_id), "committee_ids"), was_there),
        )
        .order_by(col(Minutes.comments_until))
    )


async def asked_to_comment(
    session: AsyncSession, person_id: int, committee_ids: Collection[int], now: datetime
) -> Sequence[MinutesOf]:
    """The minutes that are out for comment now, of these committees or of a meeting that the person was at."""
    rows = await session.execute(
        _asked_to_comment_statement(), {"now": now, "committee_ids": committee_ids, "person_id": person_id}
    )
    return [MinutesOf(*row) for row in rows]


async def came_to(
    session: AsyncSession, person_id: int, meeting_ids: Collection[int], besides: Collection[str]
) -> set[int]:
    """Those of these meetings that this person was at, in another capacity than these."""
    found = await session.scalars(
        select(col(Attendance.meeting_id)).where(
            col(Attendance.person_id) == person_id,
            col(Attendance.meeting_id).in_(meeting_ids),
            col(Attendance.present).is_(True),
            col(Attendance.capacity).not_in(besides),
        )
    )
    return set(found)


_COMMENTED_AT = later(
    lambda: (
        select(col(MinutesComment.minutes_id), func.max(col(MinutesComment.at)))
        .where(
            col(MinutesComment.person_id) == bindparam("person_id"),
            among(col(MinutesComment.minutes_id), "minutes_ids"),
        )
        .group_by(col(MinutesComment.minutes_id))
    )
)


async def commented_at(session: AsyncSession, person_id: int, minutes_ids: Collection[int]) -> dict[int, datetime]:
    """When this person last commented on each of these minutes."""
    rows = await asking.ask(session, _COMMENTED_AT(), {"person_id": person_id, "minutes_ids": minutes_ids})
    return {row[0]: row[1] for row in rows}


_ASKED_TO_APPROVE = later(
    lambda: (
        _OF()
        .join(
            MinutesApproval,
            (col(MinutesApproval.minutes_id) == col(Minutes.id)) & (col(MinutesApproval.round) == col(Minutes.round)),
        )
        .where(
            col(Minutes.status) == MinutesStatus.PUBLISHED,
            col(Minutes.approve_until).is_not(None),
            col(MinutesApproval.person_id) == bindparam("person_id"),
            col(MinutesApproval.approves).is_(None),
        )
        .order_by(col(Minutes.approve_until))
    )
)


async def asked_to_approve(session: AsyncSession, person_id: int) -> Sequence[MinutesOf]:
    """The minutes that wait for this person's answer in a round that goes on."""
    rows = await session.execute(_ASKED_TO_APPROVE(), {"person_id": person_id})
    return [MinutesOf(*row) for row in rows]


@later
def _with_comments_statement() -> Any:
    count = func.count(col(MinutesComment.id))
    return (
        _OF()
        .join(MinutesComment, col(MinutesComment.minutes_id) == col(Minutes.id))
        .add_columns(count)
        .where(
            among(col(Meeting.committee_id), "committee_ids"),
            col(Minutes.status) == MinutesStatus.COMMENTS,
            col(MinutesComment.status) == Suggestion.OPEN,
        )
        .group_by(col(Minutes.id), col(Meeting.id), col(Committee.id))
        .order_by(col(Minutes.id))
    )


async def with_comments(session: AsyncSession, committee_ids: Collection[int]) -> Sequence[tuple[MinutesOf, int]]:
    """The minutes of these committees that have comments nobody has answered, and how many."""
    rows = await session.execute(_with_comments_statement(), {"committee_ids": committee_ids})
    return [(MinutesOf(*row[:3]), row[3]) for row in rows]


_AFTER = later(
    lambda: (
        select(Meeting)
        .where(
            col(Meeting.committee_id) == bindparam("committee_id"),
            col(Meeting.cancelled_at).is_(None),
            col(Meeting.starts_at) > bindparam("starts_at"),
        )
        .order_by(col(Meeting.starts_at))
        .limit(1)
    )
)


async def after(session: AsyncSession, meeting: Meeting) -> Meeting | None:
    """The committee's next meeting after this one."""
    return await session.scalar(_AFTER(), {"committee_id": meeting.committee_id, "starts_at": meeting.starts_at})
