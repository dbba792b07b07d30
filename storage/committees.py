"""Committees and their meetings."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, bindparam, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import looks, reminders
from storage.alphabet import in_alphabet
from storage.asking import ask, ask_each, ask_value
from storage.direct import Question, Sought
from storage.statements import Beside, among, later, table
from storage.tables import (
    AgendaItem,
    Attendance,
    CasePresenter,
    Committee,
    CommitteeAlias,
    ItemStatus,
    Meeting,
    Membership,
)

_ACTIVE = select(Committee).where(col(Committee.removed_at).is_(None)).order_by(in_alphabet(col(Committee.name)))
_NEVER = date.max
_committee, _meeting = table(Committee), table(Meeting)
_COMMITTEE = select(*_committee.c).where(_committee.c.id == bindparam("committee_id"))
_WITH_IDS = select(*_committee.c).where(among(_committee.c.id, "ids")).order_by(_committee.c.id)
_PLANNED = (
    select(*_meeting.c)
    .where(_meeting.c.committee_id == bindparam("committee_id"), _meeting.c.cancelled_at.is_(None))
    .order_by(_meeting.c.starts_at, _meeting.c.id)
    .limit(50)
)
_COMING = _PLANNED.where(_meeting.c.starts_at > bindparam("now", type_=_meeting.c.starts_at.type))
_NOT_OVER = _PLANNED.where(_meeting.c.ends_at > bindparam("now", type_=_meeting.c.ends_at.type))


async def active(session: AsyncSession) -> Sequence[Committee]:
    """Every committee that is not removed, by name."""
    return list(await session.scalars(_ACTIVE))


async def committee(session: AsyncSession, committee_id: int | None) -> Committee | None:
    """The committee, also if it is removed: the stored row, to be read and not changed. None has none."""
    if committee_id is None:
        return None
    rows = await ask(session, *asked_committee(committee_id))
    return cast(Committee, rows[0]) if rows else None


async def with_ids(session: AsyncSession, ids: Collection[int]) -> Sequence[Committee]:
    """These committees, also those that are removed: the stored rows, to be read and not changed. One statement; none,
    where there are no ids."""
    if not ids:
        return []
    return [cast(Committee, row) for row in await ask(session, *asked_with_ids(ids))]


def asked_with_ids(ids: Collection[int]) -> Question:
    """What `with_ids` asks where there are ids, to be foreseen."""
    return Question(_WITH_IDS, {"ids": ids})


def asked_committee(committee_id: int | Sought | None) -> Question:
    """What `committee` asks, to be foreseen."""
    return Question(_COMMITTEE, {"committee_id": committee_id})


@cache
def _called(*, in_use: bool) -> Any:
    today: Any = bindparam("today")
    of_today = (
        or_(col(CommitteeAlias.valid_from).is_(None), col(CommitteeAlias.valid_from) <= today),
        or_(col(CommitteeAlias.valid_to).is_(None), col(CommitteeAlias.valid_to) >= today),
    )
    return (
        select(CommitteeAlias.alias, Committee)  # type: ignore[call-overload]
        .join(Committee, col(Committee.id) == col(CommitteeAlias.committee_id))
        .where(col(Committee.removed_at).is_(None), *(of_today if in_use else ()))
        .order_by(func.coalesce(col(CommitteeAlias.valid_to), _NEVER).desc(), col(CommitteeAlias.id))
    )


async def named(session: AsyncSession, name: str, today: date | None) -> Committee | None:
    """The active committee with this key, name or alias (in any case); an alias only while it is in use, or where
    `today` is None, whenever it was: the one that had it last."""
    wanted = name.strip().casefold()
    for found in await active(session):
        if wanted in (found.key.casefold(), found.name.casefold()):
            return found
    values = {"today": today} if today is not None else {}
    rows = await session.execute(_called(in_use=today is not None), values)
    return next((cast(Committee, found) for alias, found in rows if alias.casefold() == wanted), None)


async def coming_meetings(session: AsyncSession, committee_id: int, now: datetime) -> Sequence[Meeting]:
    """The committee's meetings that have not begun and are not cancelled, soonest first, at most 50: the stored rows,
    to be read and not changed."""
    return cast(Sequence[Meeting], await ask(session, *asked_coming_meetings(committee_id, now)))


def asked_coming_meetings(committee_id: int | Sought | None, now: datetime) -> Question:
    """What `coming_meetings` asks, to be foreseen."""
    return Question(_COMING, {"committee_id": committee_id, "now": now})


_COMING_MEETINGS_OF = later(
    lambda: (
        select(*_meeting.c)
        .where(
            among(_meeting.c.committee_id, "committee_ids"),
            _meeting.c.cancelled_at.is_(None),
            _meeting.c.starts_at > bindparam("now"),
        )
        .order_by(_meeting.c.starts_at, _meeting.c.id)
    )
)


async def coming_meetings_of(
    session: AsyncSession, committee_ids: Collection[int], now: datetime
) -> dict[int, Sequence[Meeting]]:
    """The coming meetings of each of these committees, as `coming_meetings` gives them: one statement."""
    rows = await ask(session, _COMING_MEETINGS_OF(), {"committee_ids": committee_ids, "now": now})
    found: dict[int, list[Meeting]] = {committee_id: [] for committee_id in committee_ids}
    for row in rows:
        found[row.committee_id].append(cast(Meeting, row))
    return {committee_id: meetings[:50] for committee_id, meetings in found.items()}


async def next_meeting(session: AsyncSession, committee_id: int, now: datetime) -> Meeting | None:
    """The committee's meeting that is being held, or else the next one: the stored row."""
    rows = await session.execute(_NOT_OVER, {"committee_id": committee_id, "now": now})
    return cast(Meeting | None, rows.first())


async def meeting(session: AsyncSession, meeting_id: int | None) -> Meeting | None:
    """The meeting, also if it is cancelled or over. None has none."""
    return await session.get(Meeting, meeting_id) if meeting_id is not None else None


_ORDINAL = later(
    lambda: (
        select(func.count())
        .select_from(Meeting)
        .where(
            col(Meeting.committee_id) == bindparam("committee_id"),
            col(Meeting.cancelled_at).is_(None),
            col(Meeting.starts_at) >= bindparam("year"),
            col(Meeting.starts_at) < bindparam("starts_at"),
        )
    )
)


async def ordinal(session: AsyncSession, meeting: Meeting) -> int:
    """Which of its committee's meetings it is, of those in its local year that are not cancelled, from 1."""
    zone = ZoneInfo(meeting.zone)
    year = datetime(meeting.starts_at.astimezone(zone).year, 1, 1, tzinfo=zone).astimezone(UTC)
    before = await ask_value(
        session, _ORDINAL(), {"committee_id": meeting.committee_id, "year": year, "starts_at": meeting.starts_at}
    )
    return (before or 0) + 1


_MEETINGS_WITH_IDS = later(lambda: select(Meeting).where(among(col(Meeting.id), "ids")).order_by(col(Meeting.id)))


async def meetings_with_ids(session: AsyncSession, ids: Collection[int]) -> Sequence[Meeting]:
    """These meetings, also those that are cancelled or over: one statement."""
    if not ids:
        return []
    return list(await session.scalars(_MEETINGS_WITH_IDS(), {"ids": ids}))


class MeetingRow(NamedTuple):
    """A meeting as `/mote` lists it: the stored row, to be read and not changed."""

    meeting: Meeting
    committee: str
    items: int


_LISTED = Beside(Meeting)
_ON_AGENDA: Any = (
    select(func.count())
    .select_from(table(AgendaItem))
    .where(table(AgendaItem).c.meeting_id == _meeting.c.id, table(AgendaItem).c.status == ItemStatus.ACCEPTED)
    .correlate(_meeting)
    .scalar_subquery()
)
_WITH_COUNTS = (
    select(*_LISTED.columns, _committee.c.name, _ON_AGENDA.label("items"))
    .join_from(_meeting, _committee, _committee.c.id == _meeting.c.committee_id)
    .where(
        among(_meeting.c.committee_id, "committees"),
        _committee.c.removed_at.is_(None),
        _meeting.c.ends_at > bindparam("now", type_=_meeting.c.ends_at.type),
        _meeting.c.cancelled_at.is_(None),
    )
    .order_by(_meeting.c.starts_at, _meeting.c.id)
    .offset(bindparam("offset", type_=Integer()))
    .limit(bindparam("limit", type_=Integer()))
)


async def meetings_with_counts(
    session: AsyncSession, committee_ids: Collection[int], now: datetime, offset: int, limit: int
) -> Sequence[MeetingRow]:
    """Meetings that are not over, with how many cases stand on the agenda, in one statement."""
    rows = await ask(session, *asked_meetings_with_counts(committee_ids, now, offset, limit))
    return [MeetingRow(*_LISTED.of(row), *row[-2:]) for row in rows]


def asked_meetings_with_counts(committee_ids: Collection[int], now: datetime, offset: int, limit: int) -> Question:
    """What `meetings_with_counts` asks, to be foreseen."""
    return Question(_WITH_COUNTS, {"committees": committee_ids, "now": now, "offset": offset, "limit": limit})


_MEETINGS_TO_REMIND_OF = later(
    lambda: (
        select(Meeting, Committee)
        .join(Committee, col(Committee.id) == col(Meeting.committee_id))
        .where(
            among(col(Meeting.id), "ids"),
            col(Committee.removed_at).is_(None),
            col(Meeting.cancelled_at).is_(None),
            col(Meeting.starts_at) > bindparam("now"),
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id))
    )
)


async def meetings_to_remind_of(
    session: AsyncSession, now: datetime, ids: Iterable[int]
) -> Sequence[tuple[Meeting, Committee]]:
    """Those of these meetings that begin after `now`, are not cancelled, and are an active committee's."""
    rows = await session.execute(_MEETINGS_TO_REMIND_OF(), {"ids": list(ids), "now": now})
    return [(found, owner) for found, owner in rows]


_MEETINGS_TO_BE_HELD = later(
    lambda: (
        select(Meeting, Committee)
        .join(Committee, col(Committee.id) == col(Meeting.committee_id))
        .where(
            among(col(Meeting.id), "ids"),
            col(Committee.removed_at).is_(None),
            col(Meeting.cancelled_at).is_(None),
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id))
        .execution_options(populate_existing=True)
    )
)


async def meetings_to_be_held(session: AsyncSession, ids: Collection[int]) -> Sequence[tuple[Meeting, Committee]]:
    """Those of these meetings that are not cancelled and are an active committee's, as they stand now."""
    rows = await session.execute(_MEETINGS_TO_BE_HELD(), {"ids": ids})
    return [(found, owner) for found, owner in rows]


_IDS_TO_REMIND_OF = later(lambda: select(col(Committee.id)).where(col(Committee.removed_at).is_(None)))


async def ids_to_remind_of(session: AsyncSession) -> Sequence[int]:
    """The committees that are active."""
    return await ask_each(session, _IDS_TO_REMIND_OF(), {})


class Concerned(NamedTuple):
    """Ids of committees that people have, or had, a role in; and of meetings to come that they are to be at besides,
    or are to be reminded of."""

    committees: Collection[int]
    meetings: Collection[int]


_OF_PEOPLE = later(
    lambda: select(col(Membership.committee_id)).where(among(col(Membership.person_id), "person_ids")).distinct()
)


async def of_people(session: AsyncSession, person_ids: Collection[int], now: datetime) -> Concerned:
    """What these people are concerned with: two statements."""
    roles = await ask_each(session, _OF_PEOPLE(), {"person_ids": person_ids})
    meetings = await session.scalars(
        union(
            select(_meeting.c.id)
            .join(Attendance, col(Attendance.meeting_id) == _meeting.c.id)
            .where(col(Attendance.person_id).in_(person_ids), _meeting.c.starts_at > now),
            select(_meeting.c.id)
            .join(AgendaItem, col(AgendaItem.meeting_id) == _meeting.c.id)
            .join(CasePresenter, col(CasePresenter.item_id) == col(AgendaItem.id))
            .where(
                col(CasePresenter.presenter_id).in_(person_ids),
                col(AgendaItem.status) == ItemStatus.ACCEPTED,
                _meeting.c.starts_at > now,
            ),
            reminders.meetings_pending_for(person_ids),
        )
    )
    return Concerned(set(roles), set(meetings))


async def look_at_meetings(
    session: AsyncSession, chore: str, committee_ids: Collection[int] | None, now: datetime
) -> None:
    """Let this chore look now at the meetings to come of these committees, also those that are cancelled, and at those
    that something is pending about; None: of all."""
    meetings = select(_meeting.c.id).where(or_(_meeting.c.starts_at > now, reminders.is_reminded_of(_meeting)))
    if committee_ids is not None:
        meetings = meetings.where(_meeting.c.committee_id.in_(committee_ids))
    await looks.look_at_all(session, chore, meetings, now)
