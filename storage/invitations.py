"""Invitations by e-mail: which meetings they are about, whom they go to, and what came back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import looks
from storage.asking import ask
from storage.people import VALID_TODAY
from storage.statements import Insert, PerDialect, among, later, table
from storage.tables import (
    AgendaItem,
    Attendance,
    CasePresenter,
    Committee,
    ItemStatus,
    Meeting,
    MeetingInvitation,
    Membership,
    Organisation,
    Person,
    ReminderWishes,
)
from storage.types import JsonObject

_meeting, _membership, _invitation = map(table, (Meeting, Membership, MeetingInvitation))


class Mailbox(NamedTuple):
    """Where somebody gets e-mail, and what they have chosen (`handlers.reminders.wishes`); None: nothing."""

    person_id: int
    language: str
    address: str
    wishes: JsonObject | None


class Answering(NamedTuple):
    """Somebody who answers in their calendar: who they are, and their roles by committee."""

    person_id: int
    name: str
    organisation_id: int
    organisation: str
    language: str
    roles: Mapping[int, frozenset[str]]


# --- which meetings ----------------------------------------------------------------------------------------


async def look_at(
    session: AsyncSession,
    chore: str,
    now: datetime,
    *,
    meetings: Collection[int] = (),
    committees: Collection[int] | None = (),
    people: Collection[int] = (),
) -> None:
    """Let this chore look now at these coming meetings, at those of these committees (None: of all), and at those that
    these people may be at; but only where somebody wants invitations, or has any: mostly that is nowhere, and then
    many meetings that change cost one statement.
    """
    wanted: list[Any] = []
    if meetings:
        wanted.append(among(_meeting.c.id, "meetings"))
    if committees:
        wanted.append(among(_meeting.c.committee_id, "committees"))
    if people:
        wanted += [
            _meeting.c.committee_id.in_(
                select(col(Membership.committee_id)).where(among(col(Membership.person_id), "people"))
            ),
            _meeting.c.id.in_(
                union(
                    select(col(MeetingInvitation.meeting_id)).where(among(col(MeetingInvitation.person_id), "people")),
                    select(col(Attendance.meeting_id)).where(among(col(Attendance.person_id), "people")),
                    _presented().where(among(col(CasePresenter.presenter_id), "people")),
                )
            ),
        ]
    concerned = or_(_meeting.c.committee_id.in_(_interested()), _meeting.c.id.in_(_with_interested_guests()))
    found = select(_meeting.c.id).where(_meeting.c.starts_at > now, concerned)
    if committees is None:
        await looks.look_at_all(session, chore, found, now)
    elif wanted:
        # Each list is one value: a load of a large partnership changes more than a statement may have values.
        values = {"meetings": list(meetings), "committees": list(committees), "people": list(people)}
        await looks.look_at_all(session, chore, found.where(or_(*wanted)), now, values)


def _wishing() -> Any:
    """The people who want invitations, whatever the committee does."""
    return select(col(ReminderWishes.person_id)).where(col(ReminderWishes.wishes)["invitations"].as_boolean().is_(True))


def _with_interested_guests() -> Any:
    """The meetings that one of them is written down for, or at which one presents a case."""
    return union(
        select(col(Attendance.meeting_id)).where(col(Attendance.person_id).in_(_wishing())),
        _presented().where(col(CasePresenter.presenter_id).in_(_wishing())),
    )


def _presented() -> Any:
    """The meetings at which somebody presents a case (`CasePresenter`)."""
    return (
        select(col(AgendaItem.meeting_id))
        .join(CasePresenter, col(CasePresenter.item_id) == col(AgendaItem.id))
        .where(col(AgendaItem.status) == ItemStatus.ACCEPTED, col(AgendaItem.meeting_id).is_not(None))
    )


def _interested() -> Any:
    """The committees that want invitations, or somebody of which does, or somebody has got one."""
    wishing = _wishing()
    return union(
        select(col(Committee.id)).where(col(Committee.settings)["invitations"].as_boolean().is_(True)),
        select(col(Membership.committee_id)).where(col(Membership.person_id).in_(wishing)),
        select(col(Meeting.committee_id)).join(MeetingInvitation, col(MeetingInvitation.meeting_id) == col(Meeting.id)),
    )


# --- whom, and what they have got --------------------------------------------------------------------------


@later
def _mailboxes_statement() -> Any:
    columns: tuple[Any, ...] = (Person.id, Person.language, Person.email, ReminderWishes.wishes)
    return (
        select(*columns)
        .outerjoin(ReminderWishes, col(ReminderWishes.person_id) == col(Person.id))
        .where(among(col(Person.id), "ids"), col(Person.removed_at).is_(None), col(Person.email).is_not(None))
    )


async def mailboxes(session: AsyncSession, ids: Collection[int]) -> dict[int, Mailbox]:
    """Where these people get e-mail, by id: of those who are not removed, and whose address is known."""
    rows = await ask(session, _mailboxes_statement(), {"ids": ids})
    return {row[0]: Mailbox(*row) for row in rows}


_OF_MEETING = later(
    lambda: select(MeetingInvitation).where(col(MeetingInvitation.meeting_id) == bindparam("meeting_id"))
)


async def of_meeting(session: AsyncSession, meeting_id: int) -> dict[int, MeetingInvitation]:
    """What has been sent of this meeting, by person."""
    rows = await session.scalars(_OF_MEETING(), {"meeting_id": meeting_id})
    return {row.person_id: row for row in rows}


def _put(insert: Insert) -> Any:
    statement = insert(_invitation)
    changed = ("address", "sequence", "cancelled", "written_at")
    return statement.on_conflict_do_update(
        index_elements=["meeting_id", "person_id"], set_={name: statement.excluded[name] for name in changed}
    )


_PUT = PerDialect(_put)


async def put(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """That this was sent, and nothing before: `meeting_id`, `person_id`, `address`, `sequence`, `cancelled`,
    `written_at` of each."""
    if rows:
        await session.execute(_PUT.on(session), list(rows))


# --- what came back ----------------------------------------------------------------------------------------


_INVITED = later(
    lambda: (
        select(MeetingInvitation, Meeting, Committee)
        .join(Meeting, col(Meeting.id) == col(MeetingInvitation.meeting_id))
        .join(Committee, col(Committee.id) == col(Meeting.committee_id))
        .join(Person, col(Person.id) == col(MeetingInvitation.person_id))
        .where(
            col(Meeting.uid) == bindparam("uid"),
            col(Person.email) == bindparam("address"),
            col(Person.removed_at).is_(None),
        )
    )
)


async def invited(session: AsyncSession, uid: str, address: str) -> tuple[MeetingInvitation, Meeting, Committee] | None:
    """The invitation that somebody with this e-mail address (in lower case) has got to the meeting that calendars know
    by this UID; None: there is none."""
    rows = await session.execute(_INVITED(), {"uid": uid, "address": address})
    row = rows.first()
    return (row[0], row[1], row[2]) if row is not None else None


async def note_answer(session: AsyncSession, invitation_id: int, answered_at: datetime, now: datetime) -> None:
    """They answered in the calendar then, and it is taken in now."""
    await session.execute(
        update(MeetingInvitation)
        .where(col(MeetingInvitation.id) == invitation_id)
        .values(answered_at=answered_at, taken_at=now)
    )


_ROLES = select(_membership.c.committee_id, _membership.c.role).where(
    _membership.c.person_id == bindparam("person_id"), VALID_TODAY
)


@later
def _answering_statement() -> Any:
    columns: tuple[Any, ...] = (Person.name, Person.organisation_id, Organisation.name, Person.language)
    return (
        select(*columns)
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id))
        .where(col(Person.id) == bindparam("person_id"))
    )


async def answering(session: AsyncSession, person_id: int, today: date) -> Answering:
    """Somebody who is not removed, with the roles that they have on this local date."""
    ((name, organisation_id, organisation, language),) = await ask(
        session, _answering_statement(), {"person_id": person_id}
    )
    roles: dict[int, set[str]] = {}
    for committee_id, role in await ask(session, _ROLES, {"person_id": person_id, "today": today}):
        roles.setdefault(committee_id, set()).add(role)
    held = {each: frozenset(found) for each, found in roles.items()}
    return Answering(person_id, name, organisation_id, organisation, language, held)
