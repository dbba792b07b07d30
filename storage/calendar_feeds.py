"""Calendar addresses, and what stands in the calendar of whoever has one."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Date, Text, bindparam, cast, delete, exists, func, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.attendance import is_asked_to_come
from storage.database import Database
from storage.decided_at import IN_FORCE
from storage.follow_ups import OPEN
from storage.statements import PerDialect, in_one, later, table
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    Attendance,
    CalendarFeed,
    CasePresenter,
    Committee,
    FollowUp,
    Hearing,
    HearingRecipient,
    HearingStatus,
    ItemStatus,
    Meeting,
    Membership,
    Minutes,
    MinutesApproval,
    MinutesEntry,
    MinutesStatus,
    Person,
)
from storage.types import UtcDateTime, as_utc

HISTORY = timedelta(days=365)
"""So far back meetings stay in a calendar."""
CANCELLED = timedelta(days=14)
"""So long a cancelled meeting is shown as cancelled."""

_feed, _person, _membership, _meeting = map(table, (CalendarFeed, Person, Membership, Meeting))
_committee, _attendance, _item, _hearing = map(table, (Committee, Attendance, AgendaItem, Hearing))
_recipient, _follow_up, _entry, _slot = map(table, (HearingRecipient, FollowUp, MinutesEntry, AgendaSlot))
_minutes, _approval, _presenter = map(table, (Minutes, MinutesApproval, CasePresenter))

_SINCE: Any = bindparam("since", type_=UtcDateTime())
_CANCELLED_SINCE: Any = bindparam("cancelled_since", type_=UtcDateTime())
_TODAY: Any = bindparam("today", type_=Date())

_whose = later(
    lambda: (
        select(
            _feed.c.person_id,
            _feed.c.secret_hash,
            _feed.c.read_at,
            _feed.c.version,
            _feed.c.changed_at,
            _person.c.language,
        )
        .join_from(_feed, _person, _person.c.id == _feed.c.person_id)
        .where(
            _feed.c.handle == bindparam("handle"),
            _feed.c.secret_hash == bindparam("secret_hash"),
            _person.c.removed_at.is_(None),
        )
        .cte("whose")
    )
)
_roles = later(
    lambda: (
        select(_membership.c.committee_id, _membership.c.role, _membership.c.valid_from, _membership.c.valid_to)
        .where(
            _membership.c.person_id == _whose().c.person_id,
            or_(_membership.c.valid_to.is_(None), _membership.c.valid_to >= _TODAY),
        )
        .order_by(_membership.c.committee_id, _membership.c.role)
        .correlate(_whose())
    )
)
_in_time = (
    _meeting.c.starts_at > _SINCE,
    or_(_meeting.c.cancelled_at.is_(None), _meeting.c.cancelled_at > _CANCELLED_SINCE),
)
# The person stands in each of these by a join with `whose`: none of them is asked for each meeting anew.
_meeting_ids = later(
    lambda: union(
        select(_meeting.c.id)
        .join_from(_meeting, _membership, _membership.c.committee_id == _meeting.c.committee_id)
        .join(_whose(), _whose().c.person_id == _membership.c.person_id)
        .where(or_(_membership.c.valid_to.is_(None), _membership.c.valid_to >= _TODAY), *_in_time),
        select(_attendance.c.meeting_id)
        .join_from(_attendance, _whose(), _whose().c.person_id == _attendance.c.person_id)
        .where(is_asked_to_come(_attendance)),
        select(_item.c.meeting_id)
        .join_from(_presenter, _whose(), _whose().c.person_id == _presenter.c.presenter_id)
        .join(_item, _item.c.id == _presenter.c.item_id)
        .where(_item.c.status == ItemStatus.ACCEPTED, _item.c.meeting_id.is_not(None)),
    )
)
_meetings = later(
    lambda: (
        select(
            _meeting.c.id,
            _meeting.c.uid,
            _meeting.c.sequence,
            _meeting.c.committee_id,
            _committee.c.name,
            _meeting.c.starts_at,
            _meeting.c.ends_at,
            _meeting.c.deadline_at,
            _meeting.c.zone,
            _meeting.c.place,
            _meeting.c.cancelled_at.is_not(None).label("cancelled"),
            _meeting.c.day_only,
            _meeting.c.extraordinary,
            _meeting.c.join_url,
        )
        .join_from(_meeting, _committee, _committee.c.id == _meeting.c.committee_id)
        .where(_meeting.c.id.in_(_meeting_ids()), _committee.c.removed_at.is_(None), *_in_time)
        .order_by(_meeting.c.starts_at, _meeting.c.id)
        .subquery("meetings")
    )
)
_answers = later(
    lambda: (
        select(
            _attendance.c.meeting_id,
            _attendance.c.answer,
            (_attendance.c.answered_for == _meeting.c.starts_at).label("of_this_time"),
            _attendance.c.stands_in_for_id.is_not(None).label("stands_in"),
            is_asked_to_come(_attendance).label("asked"),
        )
        .join_from(_attendance, _meeting, _meeting.c.id == _attendance.c.meeting_id)
        .where(_attendance.c.person_id == _whose().c.person_id, *_in_time)
        .order_by(_attendance.c.meeting_id)
        .correlate(_whose())
        .subquery("answers")
    )
)
_presented = later(
    lambda: (
        select(_item.c.meeting_id, _item.c.number, _item.c.title, (_item.c.closed_under != "").label("closed"))
        .join_from(_presenter, _item, _item.c.id == _presenter.c.item_id)
        .join(_meeting, _meeting.c.id == _item.c.meeting_id)
        .where(_presenter.c.presenter_id == _whose().c.person_id, _item.c.status == ItemStatus.ACCEPTED, *_in_time)
        .order_by(_item.c.meeting_id, _item.c.number_in_year, _item.c.id)
        .correlate(_whose())
        .subquery("presented")
    )
)
_hearings = later(
    lambda: (
        select(_hearing.c.draft_id, _hearing.c.title, _hearing.c.deadline_at, _committee.c.name)
        .join_from(_recipient, _hearing, _hearing.c.id == _recipient.c.hearing_id)
        .join(_committee, _committee.c.id == _hearing.c.committee_id)
        .outerjoin(_item, _item.c.id == _hearing.c.item_id)
        .where(
            _recipient.c.person_id == _whose().c.person_id,
            _recipient.c.answered_at.is_(None),
            _hearing.c.status == HearingStatus.OPEN,
            func.coalesce(_item.c.closed_under, "") == "",
        )
        .order_by(_hearing.c.deadline_at, _hearing.c.id)
        .correlate(_whose())
        .subquery("hearings")
    )
)
_at = _meeting.alias("at")
_tasks = later(
    lambda: (
        select(_at.c.uid, _follow_up.c.id, _follow_up.c.text, _follow_up.c.due_on, _committee.c.name)
        .join_from(_follow_up, _entry, _entry.c.id == _follow_up.c.entry_id)
        .join(_minutes, _minutes.c.id == _entry.c.minutes_id)
        .join(_at, _at.c.id == _minutes.c.meeting_id)
        .join(_committee, _committee.c.id == _at.c.committee_id)
        .join(_slot, _slot.c.id == _entry.c.slot_id)
        .outerjoin(_item, _item.c.id == _slot.c.item_id)
        .where(
            _follow_up.c.owner_id == _whose().c.person_id,
            _follow_up.c.due_on.is_not(None),
            or_(*(_follow_up.c.status == each for each in OPEN)),
            or_(*(_minutes.c.status == each for each in IN_FORCE)),
            func.coalesce(_item.c.closed_under, "") == "",
        )
        .order_by(_follow_up.c.due_on, _follow_up.c.id)
        .correlate(_whose())
        .subquery("tasks")
    )
)
_approvals = later(
    lambda: (
        select(_at.c.uid, _at.c.starts_at, _at.c.zone, _minutes.c.approve_until, _committee.c.name)
        .join_from(_approval, _minutes, _minutes.c.id == _approval.c.minutes_id)
        .join(_at, _at.c.id == _minutes.c.meeting_id)
        .join(_committee, _committee.c.id == _at.c.committee_id)
        .where(
            _approval.c.person_id == _whose().c.person_id,
            _approval.c.approves.is_(None),
            _approval.c.round == _minutes.c.round,
            _minutes.c.status == MinutesStatus.PUBLISHED,
            _minutes.c.approve_until.is_not(None),
        )
        .order_by(_minutes.c.approve_until, _minutes.c.id)
        .correlate(_whose())
        .subquery("approvals")
    )
)
_comments = later(
    lambda: (
        select(
            _at.c.uid,
            _at.c.starts_at,
            _at.c.zone,
            _minutes.c.comments_until,
            _committee.c.id,
            _committee.c.name,
            cast(_committee.c.settings, Text).label("settings"),
            exists()
            .where(
                _attendance.c.meeting_id == _at.c.id,
                _attendance.c.person_id == _whose().c.person_id,
                _attendance.c.present,
                _attendance.c.capacity != "gjest",
            )
            .label("was_there"),
        )
        .join_from(_minutes, _at, _at.c.id == _minutes.c.meeting_id)
        .join(_committee, _committee.c.id == _at.c.committee_id)
        .where(
            _minutes.c.status == MinutesStatus.COMMENTS,
            _minutes.c.comments_until.is_not(None),
            _at.c.starts_at > _SINCE,
        )
        .where(
            _at.c.committee_id.in_(
                select(_membership.c.committee_id)
                .where(_membership.c.person_id == _whose().c.person_id)
                .correlate(_whose())
            )
            | _at.c.id.in_(
                select(_attendance.c.meeting_id)
                .where(_attendance.c.person_id == _whose().c.person_id)
                .correlate(_whose())
            )
        )
        .order_by(_minutes.c.comments_until, _minutes.c.id)
        .correlate(_whose())
        .subquery("comments")
    )
)


def _all(rows: Any, name: str) -> Any:
    return select(in_one(*rows.c)).correlate(_whose()).scalar_subquery().label(name)


_OPENED = later(
    lambda: select(
        *_whose().c,
        _all(_roles().subquery("roles"), "roles"),
        _all(_meetings(), "meetings"),
        _all(_answers(), "answers"),
        _all(_presented(), "presented"),
        _all(_hearings(), "hearings"),
        _all(_tasks(), "tasks"),
        _all(_approvals(), "approvals"),
        _all(_comments(), "comments"),
    )
)


class Opened(NamedTuple):
    """An address that was opened, whose it is, and all that stands in their calendar: each of `contents` is the JSON of
    a list of rows, in the order of `Rows`."""

    person_id: int
    secret_hash: str
    read_at: datetime | None
    version: str
    changed_at: datetime | None
    language: str
    contents: Sequence[str]


_OF_WHOSE = len(Opened._fields) - 1


async def opened(database: Database, handle: str, secret_hash: str, today: date, now: datetime) -> Opened | None:
    """What this address leads to: one statement, whatever it leads to. None: nowhere (any more).

    `today`: the local day. What somebody may see of it is for the caller to say.
    """
    values = {
        "handle": handle,
        "secret_hash": secret_hash,
        "today": today,
        "since": now - HISTORY,
        "cancelled_since": now - CANCELLED,
    }
    rows = await database.read(_OPENED(), values)
    if not rows:
        return None
    row = tuple(rows[0])
    return Opened._make((*row[:_OF_WHOSE], row[_OF_WHOSE:]))


class Rows:
    """The columns of the rows in `Opened.contents`. Moments are texts (see `moment`), and so are days."""

    class Role(NamedTuple):
        committee_id: int
        role: str
        valid_from: str | None
        valid_to: str | None

    class Meeting(NamedTuple):
        id: int
        uid: str
        sequence: int
        committee_id: int
        committee: str
        starts_at: str
        ends_at: str
        deadline_at: str
        zone: str
        place: str
        cancelled: bool
        day_only: bool
        extraordinary: bool
        join_url: str

    class Answer(NamedTuple):
        """`of_this_time`: it was given for when the meeting is now. `asked`: to come, without a role in it."""

        meeting_id: int
        answer: str | None
        of_this_time: bool | None
        stands_in: bool
        asked: bool

    class Presented(NamedTuple):
        meeting_id: int
        number: str | None
        title: str
        closed: bool

    class Hearing(NamedTuple):
        draft_id: str
        title: str
        deadline_at: str
        committee: str

    class Task(NamedTuple):
        """`uid`: of the meeting that it comes from."""

        uid: str
        id: int
        text: str
        due_on: str
        committee: str

    class Approval(NamedTuple):
        uid: str
        starts_at: str
        zone: str
        until: str
        committee: str

    class Comments(NamedTuple):
        """`settings`: the committee's, as JSON. `was_there`: the person was, for more than a case."""

        uid: str
        starts_at: str
        zone: str
        until: str
        committee_id: int
        committee: str
        settings: str
        was_there: bool


def moment(text: str) -> datetime:
    """A moment, as either database writes it in JSON."""
    return as_utc(datetime.fromisoformat(text))


async def note_read(session: AsyncSession, opened: Opened, version: str, now: datetime) -> datetime | None:
    """It was read now, and this is the version of what was in it. Since when that is what it is; None: the address
    leads nowhere by now. Of several who read a new version at once, the first says since when."""
    mine = _feed.c.person_id == opened.person_id, _feed.c.secret_hash == opened.secret_hash
    await session.execute(
        update(_feed).where(*mine, _feed.c.version != version).values(version=version, changed_at=now, read_at=now)
    )
    changed_at = await session.execute(update(_feed).where(*mine).values(read_at=now).returning(_feed.c.changed_at))
    found: datetime | None = changed_at.scalar_one_or_none()
    return found


_MAKE = PerDialect(
    lambda insert: insert(_feed).on_conflict_do_update(
        index_elements=["person_id"],
        set_={
            **{name: insert(_feed).excluded[name] for name in ("handle", "secret_hash", "created_at", "version")},
            "read_at": None,
            "changed_at": None,
        },
    )
)


_OF_PERSON = later(
    lambda: (
        select(CalendarFeed)
        .where(col(CalendarFeed.person_id) == bindparam("person_id"))
        .execution_options(populate_existing=True)
    )
)


async def of_person(session: AsyncSession, person_id: int) -> CalendarFeed | None:
    """The person's address, if they have one."""
    return await session.scalar(_OF_PERSON(), {"person_id": person_id})


async def make(session: AsyncSession, person_id: int, handle: str, secret_hash: str, now: datetime) -> None:
    """Give the person an address in the place of any that they have."""
    values = {"person_id": person_id, "handle": handle, "secret_hash": secret_hash, "created_at": now, "version": ""}
    await session.execute(_MAKE.on(session), values)


async def remove(session: AsyncSession, person_id: int) -> bool:
    """Take the person's address away; whether they had one."""
    gone = await session.execute(delete(_feed).where(_feed.c.person_id == person_id).returning(_feed.c.person_id))
    return gone.first() is not None
