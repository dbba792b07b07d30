"""What people answer to minutes: comments while they are out for comment, and answers when they are to be approved."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.direct import Question
from storage.statements import later, table
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


async def minutes_of(session: AsyncSession, minutes_id: int, *, lock: bool = False) -> MinutesOf | None:
    """The minutes with this id. `lock`: nobody else changes them until the transaction ends."""
    statement = _OF().where(col(Minutes.id) == minutes_id)
    if lock:
        statement = statement.with_for_update(of=table(Minutes)).execution_options(populate_existing=True)
    row = (await session.execute(statement)).first()
    return MinutesOf(*row) if row else None


async def of_meeting(session: AsyncSession, meeting_id: int, *, lock: bool = False) -> MinutesOf | None:
    """The minutes of a meeting; None: nobody has begun on them. `lock`: as in `minutes_of`."""
    statement = _OF().where(col(Minutes.meeting_id) == meeting_id)
    if lock:
        statement = statement.with_for_update(of=table(Minutes)).execution_options(populate_existing=True)
    row = (await session.execute(statement)).first()
    return MinutesOf(*row) if row else None


async def before(session: AsyncSession, meeting: Meeting) -> MinutesOf | None:
    """The minutes of the committee's last meeting before this one that was held and has any."""
    row = (
        await session.execute(
            _OF()
            .where(
                col(Meeting.committee_id) == meeting.committee_id,
                col(Meeting.cancelled_at).is_(None),
                col(Meeting.starts_at) < meeting.starts_at,
            )
            .order_by(col(Meeting.starts_at).desc())
            .limit(1)
        )
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
    return list(await session.scalars(*stirs(now)))


def stirs(now: datetime) -> Question:
    """Finds a row if any are due."""
    return Question(_DUE(), {"now": now})


async def comments(session: AsyncSession, minutes_id: int) -> Sequence[CommentOf]:
    """Every comment on the minutes, first to last: one statement."""
    rows = await session.execute(
        select(MinutesComment, Person.name, Person.language, MinutesEntry.slot_id)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(MinutesComment.person_id))
        .outerjoin(MinutesEntry, col(MinutesEntry.id) == col(MinutesComment.entry_id))
        .where(col(MinutesComment.minutes_id) == minutes_id)
        .order_by(col(MinutesComment.id))
    )
    return [CommentOf(*row) for row in rows]


async def comment(session: AsyncSession, comment_id: int) -> MinutesComment | None:
    return await session.get(MinutesComment, comment_id, populate_existing=True)


async def open_comments(session: AsyncSession, minutes_id: int) -> int:
    """How many comments nobody has answered."""
    found = await session.scalar(
        select(func.count())
        .select_from(MinutesComment)
        .where(col(MinutesComment.minutes_id) == minutes_id, col(MinutesComment.status) == Suggestion.OPEN)
    )
    return found or 0


async def ask(session: AsyncSession, minutes_id: int, round_: int, person_ids: Collection[int]) -> None:
    """These people are asked whether they approve the minutes: one statement."""
    rows = [
        {"minutes_id": minutes_id, "round": round_, "person_id": each, "approves": None, "remark": "", "at": None}
        for each in person_ids
    ]
    if rows:
        await session.execute(insert(table(MinutesApproval)), rows)


async def answers(session: AsyncSession, minutes_id: int, round_: int, *, lock: bool = False) -> Sequence[AnswerOf]:
    """What those who were asked in that round have answered, by name."""
    statement = (
        select(MinutesApproval, Person.name, Person.language)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(MinutesApproval.person_id))
        .where(col(MinutesApproval.minutes_id) == minutes_id, col(MinutesApproval.round) == round_)
        .order_by(col(Person.name), col(MinutesApproval.id))
    )
    if lock:
        statement = statement.execution_options(populate_existing=True)
    return [AnswerOf(*row) for row in await session.execute(statement)]


async def attended(session: AsyncSession, meeting_id: int) -> Sequence[Attended]:
    """Those in the register who were at the meeting, as the minute taker has marked it."""
    rows = await session.execute(
        select(  # type: ignore[call-overload]
            Person.id,
            Person.name,
            Person.language,
            Attendance.capacity,
            col(Attendance.stands_in_for_id).is_not(None),
        )
        .join(Attendance, col(Attendance.person_id) == col(Person.id))
        .where(
            col(Attendance.meeting_id) == meeting_id,
            col(Attendance.present).is_(True),
            col(Person.removed_at).is_(None),
        )
        .order_by(col(Person.name), col(Person.id))
    )
    return [Attended(*row) for row in rows]


async def asked_to_comment(
    session: AsyncSession, person_id: int, committee_ids: Collection[int], now: datetime
) -> Sequence[MinutesOf]:
    """The minutes that are out for comment now, of these committees or of a meeting that the person was at."""
    was_there = exists().where(
        col(Attendance.meeting_id) == col(Meeting.id),
        col(Attendance.person_id) == person_id,
        col(Attendance.present).is_(True),
    )
    rows = await session.execute(
        _OF()
        .where(
            col(Minutes.status) == MinutesStatus.COMMENTS,
            col(Minutes.comments_until) > now,
            or_(col(Meeting.committee_id).in_(committee_ids), was_there),
        )
        .order_by(col(Minutes.comments_until))
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


async def commented_at(session: AsyncSession, person_id: int, minutes_ids: Collection[int]) -> dict[int, datetime]:
    """When this person last commented on each of these minutes."""
    rows = await session.execute(
        select(col(MinutesComment.minutes_id), func.max(col(MinutesComment.at)))
        .where(col(MinutesComment.person_id) == person_id, col(MinutesComment.minutes_id).in_(minutes_ids))
        .group_by(col(MinutesComment.minutes_id))
    )
    return {row[0]: row[1] for row in rows}


async def asked_to_approve(session: AsyncSession, person_id: int) -> Sequence[MinutesOf]:
    """The minutes that wait for this person's answer in a round that goes on."""
    rows = await session.execute(
        _OF()
        .join(
            MinutesApproval,
            (col(MinutesApproval.minutes_id) == col(Minutes.id)) & (col(MinutesApproval.round) == col(Minutes.round)),
        )
        .where(
            col(Minutes.status) == MinutesStatus.PUBLISHED,
            col(Minutes.approve_until).is_not(None),
            col(MinutesApproval.person_id) == person_id,
            col(MinutesApproval.approves).is_(None),
        )
        .order_by(col(Minutes.approve_until))
    )
    return [MinutesOf(*row) for row in rows]


async def with_comments(session: AsyncSession, committee_ids: Collection[int]) -> Sequence[tuple[MinutesOf, int]]:
    """The minutes of these committees that have comments nobody has answered, and how many."""
    count = func.count(col(MinutesComment.id))
    rows = await session.execute(
        _OF()
        .join(MinutesComment, col(MinutesComment.minutes_id) == col(Minutes.id))
        .add_columns(count)
        .where(
            col(Meeting.committee_id).in_(committee_ids),
            col(Minutes.status) == MinutesStatus.COMMENTS,
            col(MinutesComment.status) == Suggestion.OPEN,
        )
        .group_by(col(Minutes.id), col(Meeting.id), col(Committee.id))
        .order_by(col(Minutes.id))
    )
    return [(MinutesOf(*row[:3]), row[3]) for row in rows]


async def after(session: AsyncSession, meeting: Meeting) -> Meeting | None:
    """The committee's next meeting after this one."""
    return await session.scalar(
        select(Meeting)
        .where(
            col(Meeting.committee_id) == meeting.committee_id,
            col(Meeting.cancelled_at).is_(None),
            col(Meeting.starts_at) > meeting.starts_at,
        )
        .order_by(col(Meeting.starts_at))
        .limit(1)
    )
