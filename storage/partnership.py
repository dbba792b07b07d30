"""What is stored of the partnership, read all at once to be compared with the partnership file."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import bindparam, func, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from storage.alphabet import in_alphabet
from storage.asking import ask
from storage.deviations import AT_UNIT, OPEN
from storage.statements import later
from storage.tables import (
    Account,
    AlsoSubstitute,
    Committee,
    CommitteeAlias,
    Deviation,
    Meeting,
    Membership,
    Organisation,
    Person,
    Setting,
    Unit,
    UnitAlias,
    UnitStaff,
    Workplace,
    Workspace,
)

T = TypeVar("T", bound=SQLModel)
# Any number will do, as long as nothing else in the database locks the same one.
_LOCK = 7_226_002


class Stored(NamedTuple):
    """Every row that the partnership file may be about, also what was removed or cancelled.

    Of workplaces, those of the people in the file.
    """

    organisations: Sequence[Organisation]
    workspaces: Sequence[Workspace]
    people: Sequence[Person]
    committees: Sequence[Committee]
    aliases: Sequence[CommitteeAlias]
    memberships: Sequence[Membership]
    also_substitutes: Sequence[AlsoSubstitute]
    meetings: Sequence[Meeting]
    units: Sequence[Unit]
    unit_aliases: Sequence[UnitAlias]
    staff: Sequence[UnitStaff]
    workplaces: Sequence[Workplace]
    settings: Sequence[Setting]


async def take_turn(session: AsyncSession) -> None:
    """Let no other loading run until this transaction ends. (On SQLite every transaction is alone already.)"""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


_EVERYTHING = later(lambda: select(Setting))


async def everything(session: AsyncSession, emails: Collection[str]) -> Stored:
    """All of it, one statement per table; of people, those with these addresses, those who stood in the file before,
    and those with a role."""
    members, staff = select(col(Membership.person_id)), select(col(UnitStaff.person_id))
    people = select(Person).where(
        or_(col(Person.email).in_(emails), col(Person.listed), col(Person.id).in_(members), col(Person.id).in_(staff))
    )
    workplaces = select(Workplace).join(Person, col(Person.id) == col(Workplace.person_id))
    return Stored(
        organisations=await _all(session, Organisation),
        workspaces=await _all(session, Workspace),
        people=list(await session.scalars(people.order_by(col(Person.id)))),
        committees=await _all(session, Committee),
        aliases=await _all(session, CommitteeAlias),
        memberships=await _all(session, Membership),
        also_substitutes=await _all(session, AlsoSubstitute),
        meetings=await _all(session, Meeting),
        units=await _all(session, Unit),
        unit_aliases=await _all(session, UnitAlias),
        staff=await _all(session, UnitStaff),
        workplaces=list(await session.scalars(workplaces.where(col(Person.email).in_(emails)))),
        settings=list(await session.scalars(_EVERYTHING())),
    )


async def accounts_with(session: AsyncSession, ids: Collection[tuple[str, str]]) -> Sequence[tuple[Account, Person]]:
    """The accounts, and whose they are, with one of these (surface, user id)."""
    if not ids:
        return []
    rows = await session.execute(
        select(Account, Person)
        .join(Person, col(Person.id) == col(Account.person_id))
        .where(tuple_(col(Account.surface), col(Account.user_id)).in_(sorted(ids)))
        .order_by(col(Account.id))
    )
    return [(account, person) for account, person in rows]


async def _all(session: AsyncSession, table: type[T]) -> Sequence[T]:
    return list(await session.scalars(select(table).order_by(text("id"))))


class Waiting(NamedTuple):
    """How many open reports wait at a unit."""

    unit: str
    organisation: str
    reports: int


_WAITING_AT_REMOVED_UNITS = later(
    lambda: (
        select(Unit.name, Organisation.name, func.count())  # type: ignore[call-overload]
        .join(Deviation, col(Deviation.unit_id) == col(Unit.id))
        .join(Organisation, col(Organisation.id) == col(Unit.organisation_id))
        .where(col(Unit.removed_at).is_not(None), col(Deviation.status).in_(OPEN))
        .group_by(col(Unit.id), col(Unit.name), col(Organisation.name))
        .order_by(in_alphabet(col(Unit.name)), col(Unit.id))
    )
)


async def waiting_at_removed_units(session: AsyncSession) -> Sequence[Waiting]:
    """Units that were removed while reports waited there, by name."""
    rows = await ask(session, _WAITING_AT_REMOVED_UNITS(), {})
    return [Waiting(*row) for row in rows]


class Taken(NamedTuple):
    """A report that somebody has taken."""

    person: str
    unit: str
    organisation: str
    reference: str


@later
def _taken_by_absent_statement() -> Any:
    works_there = select(UnitStaff.id).where(  # type: ignore[call-overload]
        col(UnitStaff.unit_id) == col(Deviation.unit_id),
        col(UnitStaff.person_id) == col(Deviation.handler_id),
        or_(col(UnitStaff.valid_from).is_(None), col(UnitStaff.valid_from) <= bindparam("today")),
        or_(col(UnitStaff.valid_to).is_(None), col(UnitStaff.valid_to) >= bindparam("today")),
    )
    return (
        select(Person.name, Unit.name, Organisation.name, Deviation.reference)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Deviation.handler_id))
        .join(Unit, col(Unit.id) == col(Deviation.unit_id))
        .join(Organisation, col(Organisation.id) == col(Unit.organisation_id))
        .where(
            col(Deviation.status).in_(AT_UNIT),
            col(Unit.removed_at).is_(None),
            or_(~works_there.exists(), col(Person.removed_at).is_not(None)),
        )
        .order_by(col(Deviation.id))
    )


async def taken_by_absent(session: AsyncSession, today: date) -> Sequence[Taken]:
    """Open reports, oldest first, that were taken by somebody who does not work in the unit on the local date `today`;
    but for those at units that are removed."""
    rows = await ask(session, _taken_by_absent_statement(), {"today": today})
    return [Taken(*row) for row in rows]
