"""Finding a date (datovalg): the times that are proposed, who is asked, and what they say of each.

Everything is asked for any number of polls at once, of one person or of all: however many times and people there are,
it is the same few statements.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, case, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import asking, looks
from storage.alphabet import in_alphabet
from storage.asking import Rows
from storage.history import History
from storage.statements import Insert, among, later, locking, rows_as_they_are, table
from storage.tables import (
    Answer,
    Attendance,
    Committee,
    DatePoll,
    DatePollAnswer,
    DatePollAsked,
    DatePollEvent,
    DatePollTime,
    Meeting,
    Membership,
    Person,
    PollStatus,
    Suits,
)

HISTORY = History(DatePollEvent, "poll_id")


class PollOf(NamedTuple):
    """A poll, and whose it is."""

    row: DatePoll
    committee: Committee


class Asked(NamedTuple):
    """Somebody who is asked. `removed`: from the partnership."""

    row: DatePollAsked
    name: str
    language: str
    removed: bool

    @property
    def is_asked(self) -> bool:
        """Whether they still are."""
        return self.row.gone_at is None and not self.removed


class Progress(NamedTuple):
    """How many are asked, and how many of them have answered all that they are asked."""

    asked: int
    answered: int


Span = tuple[datetime, datetime]
"""From one moment to a later one (UTC)."""
Said = Mapping[int, Suits]
"""What somebody says, by the id of the time; nothing of those they have not answered."""

_OF = later(
    lambda: select(DatePoll, Committee).join_from(DatePoll, Committee, col(Committee.id) == col(DatePoll.committee_id))
)
_STILL = and_(col(DatePollAsked.gone_at).is_(None), col(Person.removed_at).is_(None))


async def poll(session: AsyncSession, poll_id: int, *, lock: bool = False) -> PollOf | None:
    """The poll with this id. `lock`: nobody else answers or changes it until the transaction ends."""
    return (await polls(session, [poll_id], lock=lock)).get(poll_id)


_THESE = later(lambda: _OF().where(among(col(DatePoll.id), "poll_ids")).order_by(col(DatePoll.id)))


async def polls(session: AsyncSession, poll_ids: Collection[int], *, lock: bool = False) -> Mapping[int, PollOf]:
    """These polls by id."""
    rows = await session.execute(locking(_THESE(), DatePoll) if lock else _THESE(), {"poll_ids": poll_ids})
    return {row[0].id: PollOf(*row) for row in rows}


async def add(
    session: AsyncSession, poll_id: int, spans: Sequence[Span], people: Mapping[int, bool], now: datetime
) -> None:
    """These times are proposed in a poll that is new, and these people are asked: by id, whether they are named."""
    await session.execute(
        insert(table(DatePollTime)),
        [{"poll_id": poll_id, "starts_at": since, "ends_at": until, "chosen": False} for since, until in spans],
    )
    await ask(session, poll_id, people, now)


async def ask(session: AsyncSession, poll_id: int, people: Mapping[int, bool], now: datetime) -> None:
    """These people, who were not asked before, are from now on: by id, whether they are named."""
    if people:
        rows = [
            {"poll_id": poll_id, "person_id": person_id, "named": named, "asked_at": now, "page": 0}
            for person_id, named in people.items()
        ]
        await session.execute(insert(table(DatePollAsked)), rows)


_OF_MEETING = later(lambda: _OF().where(col(DatePoll.meeting_id) == bindparam("meeting_id")).limit(1))


async def of_meeting(session: AsyncSession, meeting_id: int) -> PollOf | None:
    """The poll by which this meeting's time was found."""
    row = (await session.execute(_OF_MEETING(), {"meeting_id": meeting_id})).first()
    return PollOf(*row) if row else None


_TIMES = later(
    lambda: (
        select(DatePollTime)
        .where(among(col(DatePollTime.poll_id), "poll_ids"))
        .order_by(col(DatePollTime.starts_at), col(DatePollTime.ends_at), col(DatePollTime.id))
    )
)


async def times(session: AsyncSession, poll_ids: Collection[int]) -> Mapping[int, Sequence[DatePollTime]]:
    """The times of each of these polls, in their order."""
    found: dict[int, list[DatePollTime]] = {each: [] for each in poll_ids}
    for row in await session.scalars(_TIMES(), {"poll_ids": poll_ids}):
        found[row.poll_id].append(row)
    return found


@cache
def _asked(*, some: bool) -> Any:
    columns: tuple[Any, ...] = (DatePollAsked, Person.name, Person.language, col(Person.removed_at).is_not(None))
    statement = (
        select(*columns)
        .join_from(DatePollAsked, Person, col(Person.id) == col(DatePollAsked.person_id))
        .where(among(col(DatePollAsked.poll_id), "poll_ids"))
        .order_by(in_alphabet(col(Person.name)), col(DatePollAsked.id))
    )
    return statement.where(among(col(DatePollAsked.person_id), "person_ids")) if some else statement


async def asked(
    session: AsyncSession, poll_ids: Collection[int], person_ids: Collection[int] | None = None
) -> Mapping[int, Sequence[Asked]]:
    """Everybody who is or was asked in each of these polls, by name; of `person_ids` those among them."""
    found: dict[int, list[Asked]] = {each: [] for each in poll_ids}
    for row in await rows_as_they_are(session, _asked(some=person_ids is not None), _these(poll_ids, person_ids)):
        found[row[0].poll_id].append(Asked(*row))
    return found


def _these(poll_ids: Collection[int], person_ids: Collection[int] | None) -> Mapping[str, Collection[int]]:
    return {"poll_ids": poll_ids} | ({"person_ids": person_ids} if person_ids is not None else {})


@cache
def _said(*, some: bool) -> Any:
    rows = table(DatePollAnswer)
    statement = select(rows.c.poll_id, rows.c.person_id, rows.c.time_id, rows.c.suits).where(
        among(rows.c.poll_id, "poll_ids")
    )
    return statement.where(among(rows.c.person_id, "person_ids")) if some else statement


async def said(
    session: AsyncSession, poll_ids: Collection[int], person_ids: Collection[int] | None = None
) -> Mapping[int, Mapping[int, Said]]:
    """What each person says in each of these polls, by poll and person; of `person_ids` those among them."""
    found: dict[int, dict[int, dict[int, Suits]]] = {each: {} for each in poll_ids}
    rows = await asking.ask(session, _said(some=person_ids is not None), _these(poll_ids, person_ids))
    for poll_id, person_id, time_id, suits in rows:
        found[poll_id].setdefault(person_id, {})[time_id] = Suits(suits)
    return found


_ANSWER = ("poll_id", "time_id", "person_id", "suits", "at")


def _say(insert: Insert) -> Any:
    statement = insert(table(DatePollAnswer))
    return statement.on_conflict_do_update(
        index_elements=["time_id", "person_id"],
        set_={"suits": statement.excluded.suits, "at": statement.excluded.at},
    )


_SAY = Rows(DatePollAnswer, _ANSWER, _say)


async def say(session: AsyncSession, poll_id: int, person_id: int, suits: Mapping[int, Suits], now: datetime) -> None:
    """This is what the person says of these times (by id) from now on."""
    rows = [
        {"poll_id": poll_id, "time_id": time_id, "person_id": person_id, "suits": str(each), "at": now}
        for time_id, each in suits.items()
    ]
    await _SAY.write(session, rows)


@later
def _progress() -> Any:
    columns: tuple[Any, ...] = (
        DatePollAsked.poll_id,
        func.count(),
        func.count(col(DatePollAsked.answered_at)),
    )
    return (
        select(*columns)
        .join_from(DatePollAsked, Person, col(Person.id) == col(DatePollAsked.person_id))
        .where(among(col(DatePollAsked.poll_id), "poll_ids"), _STILL)
        .group_by(columns[0])
    )


async def progress(session: AsyncSession, poll_ids: Collection[int]) -> Mapping[int, Progress]:
    """How far each of these polls has come."""
    if not poll_ids:
        return {}
    rows = await rows_as_they_are(session, _progress(), {"poll_ids": poll_ids})
    return {each: Progress(0, 0) for each in poll_ids} | {row[0]: Progress(row[1], row[2]) for row in rows}


# --- lists -------------------------------------------------------------------------------------------------


class AskedIn(NamedTuple):
    """A poll that somebody is asked in. `answered`: all of it."""

    poll: PollOf
    answered: bool


@later
def _asked_in_statement() -> Any:
    columns: tuple[Any, ...] = (DatePoll, Committee, col(DatePollAsked.answered_at).is_not(None))
    return (
        select(*columns)
        .join_from(DatePoll, Committee, col(Committee.id) == col(DatePoll.committee_id))
        .join(DatePollAsked, col(DatePollAsked.poll_id) == col(DatePoll.id))
        .where(
            col(DatePollAsked.person_id) == bindparam("person_id"),
            col(DatePollAsked.gone_at).is_(None),
            col(DatePoll.status) == PollStatus.OPEN,
            col(DatePoll.closes_at) > bindparam("now"),
        )
        .order_by(col(DatePoll.closes_at), col(DatePoll.id))
        .limit(bindparam("limit"))
    )


async def asked_in(session: AsyncSession, person_id: int, now: datetime, limit: int = 50) -> Sequence[AskedIn]:
    """The polls that this person is asked in and that take answers, those first that close first."""
    rows = await session.execute(_asked_in_statement(), {"limit": limit, "person_id": person_id, "now": now})
    return [AskedIn(PollOf(*row[:2]), row[2]) for row in rows]


@later
def _of_committees_statement() -> Any:
    is_open = col(DatePoll.status) == PollStatus.OPEN
    return (
        _OF()
        .where(among(col(DatePoll.committee_id), "committee_ids"))
        .order_by(
            case((is_open, 0), else_=1), case((is_open, col(DatePoll.closes_at)), else_=None), col(DatePoll.id).desc()
        )
        .offset(bindparam("offset"))
        .limit(bindparam("limit"))
    )


async def of_committees(
    session: AsyncSession, committee_ids: Collection[int], offset: int, limit: int
) -> Sequence[PollOf]:
    """The polls of these committees: those that are open first, by when they close; then the latest."""
    rows = await session.execute(
        _of_committees_statement(), {"limit": limit, "offset": offset, "committee_ids": committee_ids}
    )
    return [PollOf(*row) for row in rows]


_TO_SETTLE = later(
    lambda: (
        _OF()
        .where(
            among(col(DatePoll.committee_id), "committee_ids"),
            col(DatePoll.status) == PollStatus.OPEN,
            col(DatePoll.closes_at) <= bindparam("now"),
        )
        .order_by(col(DatePoll.closes_at), col(DatePoll.id))
        .limit(50)
    )
)


async def to_settle(session: AsyncSession, committee_ids: Collection[int], now: datetime) -> Sequence[PollOf]:
    """The polls of these committees in which nobody answers any more and no time is chosen, the first first."""
    rows = await session.execute(_TO_SETTLE(), {"committee_ids": committee_ids, "now": now})
    return [PollOf(*row) for row in rows]


# --- other meetings at the same time -----------------------------------------------------------------------


class Collision(NamedTuple):
    """A meeting of somebody's at a proposed time. `time`: see `collisions`."""

    time: int
    person_id: int
    committee: str
    starts_at: datetime
    ends_at: datetime
    zone: str


async def collisions(
    session: AsyncSession, spans: Mapping[int, Span], person_ids: Collection[int], not_there_as: Collection[str]
) -> Sequence[Collision]:
    """The meetings of these people at these times (by whatever number they are called): of committees that they are in
    on that day, and those that they are written down for. Not of who has said that they do not come. Three statements,
    however many they are.

    Args:
        not_there_as: roles in which nobody is at meetings.
    """
    if not spans or not person_ids:
        return ()
    at_the_same_time = [
        and_(col(Meeting.starts_at) < until, col(Meeting.ends_at) > since)
        for since, until in sorted(set(spans.values()))
    ]
    meetings = (
        await session.execute(
            select(Meeting, Committee.name)  # type: ignore[call-overload]
            .join_from(Meeting, Committee, col(Committee.id) == col(Meeting.committee_id))
            .where(or_(*at_the_same_time), col(Meeting.cancelled_at).is_(None), col(Meeting.day_only).is_(False))
            .order_by(col(Meeting.starts_at), col(Meeting.id))
        )
    ).all()
    holders = await _holders(session, {meeting.committee_id for meeting, _name in meetings}, not_there_as, person_ids)
    coming, away = await _written_down(session, {meeting.id for meeting, _name in meetings}, person_ids)
    found = []
    for meeting, name in meetings:
        day = meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).date()
        there = {each.person_id for each in holders if each.committee_id == meeting.committee_id and each.holds(day)}
        there = (there | coming.get(meeting.id, set())) - away.get(meeting.id, set())
        found += [
            Collision(time, each, name, meeting.starts_at, meeting.ends_at, meeting.zone)
            for time, (since, until) in spans.items()
            if meeting.starts_at < until and meeting.ends_at > since
            for each in sorted(there)
        ]
    return found


class _Holder(NamedTuple):
    committee_id: int
    person_id: int
    valid_from: date | None
    valid_to: date | None

    def holds(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or self.valid_to >= day)


async def _holders(
    session: AsyncSession, committee_ids: Collection[int], not_there_as: Collection[str], person_ids: Collection[int]
) -> Sequence[_Holder]:
    columns: tuple[Any, ...] = (
        Membership.committee_id,
        Membership.person_id,
        Membership.valid_from,
        Membership.valid_to,
    )
    rows = await session.execute(
        select(*columns).where(
            col(Membership.committee_id).in_(committee_ids),
            col(Membership.role).not_in(not_there_as),
            among(col(Membership.person_id), "people"),
        ),
        {"people": person_ids},
    )
    return [_Holder(*row) for row in rows]


@later
def _written_down_statement() -> Any:
    columns: tuple[Any, ...] = (Attendance.meeting_id, Attendance.person_id, Attendance.answer)
    return select(*columns).where(
        among(col(Attendance.meeting_id), "meeting_ids"), among(col(Attendance.person_id), "people")
    )


async def _written_down(
    session: AsyncSession, meeting_ids: Collection[int], person_ids: Collection[int]
) -> tuple[Mapping[int, set[int]], Mapping[int, set[int]]]:
    """By meeting, who is written down for it and comes, and who has said that they do not."""
    rows = await asking.ask(session, _written_down_statement(), {"people": person_ids, "meeting_ids": meeting_ids})
    coming: dict[int, set[int]] = {}
    away: dict[int, set[int]] = {}
    for meeting_id, person_id, answer in rows:
        which = away if answer in (Answer.ABSENT, Answer.SUBSTITUTE) else coming
        which.setdefault(meeting_id, set()).add(person_id)
    return coming, away


# --- what the clock looks at -------------------------------------------------------------------------------


async def look_at_open(session: AsyncSession, chore: str, now: datetime) -> None:
    """Let this chore look now at every poll that is open."""
    await looks.look_at_all(
        session, chore, select(col(DatePoll.id)).where(col(DatePoll.status) == PollStatus.OPEN), now
    )
