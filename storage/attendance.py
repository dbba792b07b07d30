"""Who comes to meetings, and who was there."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, cast, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.alphabet import in_alphabet
from storage.asking import ask
from storage.people import VALID_TODAY
from storage.statements import among, later, rows_as_they_are, table
from storage.tables import AlsoSubstitute, Answer, Attendance, Disqualification, Membership, Organisation, Person


class Holder(NamedTuple):
    """Somebody with a role in a committee; one row for each role. `kind`: of their organisation."""

    person_id: int
    name: str
    language: str
    organisation: str
    kind: str
    role: str
    substitute_for_id: int | None


class Known(NamedTuple):
    """A person, also one since removed. `kind`: of their organisation."""

    id: int
    name: str
    language: str
    organisation: str
    kind: str


_person, _membership, _organisation = map(table, (Person, Membership, Organisation))
_HOLDERS = later(
    lambda: (
        select(
            _person.c.id,
            _person.c.name,
            _person.c.language,
            _organisation.c.name,
            _organisation.c.kind,
            _membership.c.role,
            _membership.c.substitute_for_id,
        )
        .join_from(_membership, _person, _membership.c.person_id == _person.c.id)
        .join(_organisation, _organisation.c.id == _person.c.organisation_id)
        .where(_membership.c.committee_id == bindparam("committee_id"), _person.c.removed_at.is_(None), VALID_TODAY)
        .order_by(in_alphabet(_person.c.name), _person.c.id, _membership.c.id)
    )
)


async def holders(session: AsyncSession, committee_id: int, day: date) -> Sequence[Holder]:
    """Everybody with a role in the committee on the local date `day`, by name."""
    rows = await ask(session, _HOLDERS(), {"committee_id": committee_id, "today": day})
    return [Holder(*row) for row in rows]


_OF_MEETING: Any = bindparam("of_meeting")
_ALSO_SUBSTITUTES = (
    select(AlsoSubstitute)
    .where(col(AlsoSubstitute.committee_id) == bindparam("committee_id"))
    .order_by(col(AlsoSubstitute.id))
)
_KNOWN = (
    select(_person.c.id, _person.c.name, _person.c.language, _organisation.c.name, _organisation.c.kind)
    .join_from(_person, _organisation, _organisation.c.id == _person.c.organisation_id)
    .where(among(_person.c.id, "ids"))
)
_ROWS = select(Attendance).where(col(Attendance.meeting_id) == _OF_MEETING).order_by(col(Attendance.id))
_DISQUALIFICATIONS = (
    select(Disqualification).where(col(Disqualification.meeting_id) == _OF_MEETING).order_by(col(Disqualification.id))
)


async def also_substitutes(session: AsyncSession, committee_id: int) -> dict[int, list[int]]:
    """The further members of the committee whose substitutes people are, by whose substitute it is."""
    found: dict[int, list[int]] = {}
    for row in await session.scalars(_ALSO_SUBSTITUTES, {"committee_id": committee_id}):
        found.setdefault(row.person_id, []).append(row.member_id)
    return found


async def people(session: AsyncSession, ids: Collection[int]) -> dict[int, Known]:
    """These people by id. It is asked also for nobody, so that a page costs the same for however many."""
    rows = await ask(session, _KNOWN, {"ids": list(ids)})
    return {row[0]: Known(*row) for row in rows}


async def rows(session: AsyncSession, meeting_id: int) -> Sequence[Attendance]:
    """All that is written down of who comes to the meeting, and of who was there, as it is now."""
    as_it_is = {"populate_existing": True}
    return (await session.scalars(_ROWS, {"of_meeting": meeting_id}, execution_options=as_it_is)).all()


def is_asked_to_come(rows: Any) -> Any:
    """The condition that whoever a row of this table (`attendance`, or an alias of it) is about was asked to that
    meeting: in a member's place, or as a guest. Somebody's answer alone says no such thing: they may have left the
    committee since."""
    return or_(rows.c.stands_in_for_id.is_not(None), rows.c.capacity == _GUEST, cast(rows.c.guest_in, Text) != "[]")


_GUEST = "gjest"
"""As `handlers.people.roles.Role` writes it."""


async def asked(session: AsyncSession, meeting_id: int) -> dict[int, bool]:
    """Everybody without a role in its committee who was asked to come to the meeting, and has not said no, by id:
    whether they stand in for somebody."""
    return (await asked_to_each(session, [meeting_id])).get(meeting_id, {})


@later
def _asked_to_each_statement() -> Any:
    columns: tuple[Any, ...] = (Attendance.meeting_id, Attendance.person_id, Attendance.stands_in_for_id)
    return (
        select(*columns)
        .where(
            among(col(Attendance.meeting_id), "meeting_ids"),
            col(Attendance.person_id).is_not(None),
            is_asked_to_come(table(Attendance)),
            or_(col(Attendance.answer).is_(None), col(Attendance.answer) != Answer.ABSENT),
        )
        .order_by(col(Attendance.id))
    )


async def asked_to_each(session: AsyncSession, meeting_ids: Collection[int]) -> dict[int, dict[int, bool]]:
    """The same of each of these meetings: one statement. A meeting that nobody was asked to is left out."""
    rows = await ask(session, _asked_to_each_statement(), {"meeting_ids": meeting_ids})
    found: dict[int, dict[int, bool]] = {}
    for meeting_id, person_id, member_id in rows:
        found.setdefault(meeting_id, {})[person_id] = member_id is not None
    return found


_OF_PERSON = later(
    lambda: select(Attendance).where(
        col(Attendance.meeting_id) == bindparam("meeting_id"), col(Attendance.person_id) == bindparam("person_id")
    )
)


async def of_person(session: AsyncSession, meeting_id: int, person_id: int) -> Attendance | None:
    """What is written down of one person at the meeting."""
    return await session.scalar(_OF_PERSON(), {"meeting_id": meeting_id, "person_id": person_id})


_ENTRY = later(
    lambda: select(Attendance).where(
        col(Attendance.meeting_id) == bindparam("meeting_id"), col(Attendance.id) == bindparam("entry_id")
    )
)


async def entry(session: AsyncSession, meeting_id: int, entry_id: int) -> Attendance | None:
    """The row with this id, if it is of this meeting."""
    return await session.scalar(_ENTRY(), {"meeting_id": meeting_id, "entry_id": entry_id})


async def stands_in(session: AsyncSession, meeting_id: int, person_id: int) -> bool:
    """Whether they were asked to stand in for somebody at the meeting, and have not said no."""
    found = await of_person(session, meeting_id, person_id)
    return found is not None and found.stands_in_for_id is not None and found.answer != Answer.ABSENT


async def disqualifications(session: AsyncSession, meeting_id: int) -> Sequence[Disqualification]:
    """Everybody who took no part in an item as it is now, in the order in which that was written down."""
    return list((await rows_as_they_are(session, _DISQUALIFICATIONS, {"of_meeting": meeting_id})).scalars())


async def remove(session: AsyncSession, row: Attendance) -> None:
    """Somebody who was written down by mistake."""
    await session.delete(row)


async def qualify(session: AsyncSession, meeting_id: int, ids: Collection[int]) -> int:
    """These disqualifications were a mistake; how many of them there were."""
    gone = await session.execute(
        delete(Disqualification)
        .where(col(Disqualification.meeting_id) == meeting_id, col(Disqualification.id).in_(ids))
        .returning(col(Disqualification.id))
    )
    return len(gone.all())
