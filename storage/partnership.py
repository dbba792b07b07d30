"""What is stored of the partnership, read all at once to be compared with the partnership file."""

from collections.abc import Collection, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from storage.tables import Committee, CommitteeAlias, Meeting, Membership, Organisation, Person, Workspace

T = TypeVar("T", bound=SQLModel)
# Any number will do, as long as nothing else in the database locks the same one.
_LOCK = 7_226_002


class Stored(NamedTuple):
    """Every row that the partnership file may be about, also what was removed or cancelled."""

    organisations: Sequence[Organisation]
    workspaces: Sequence[Workspace]
    people: Sequence[Person]
    committees: Sequence[Committee]
    aliases: Sequence[CommitteeAlias]
    memberships: Sequence[Membership]
    meetings: Sequence[Meeting]


async def take_turn(session: AsyncSession) -> None:
    """Let no other loading run until this transaction ends. (On SQLite every transaction is alone already.)"""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


async def everything(session: AsyncSession, emails: Collection[str]) -> Stored:
    """All of it, one statement per table; of people, those with these addresses and those with a role."""
    members = select(col(Membership.person_id))
    people = select(Person).where(or_(col(Person.email).in_(emails), col(Person.id).in_(members)))
    return Stored(
        organisations=await _all(session, Organisation),
        workspaces=await _all(session, Workspace),
        people=list(await session.scalars(people.order_by(col(Person.id)))),
        committees=await _all(session, Committee),
        aliases=await _all(session, CommitteeAlias),
        memberships=await _all(session, Membership),
        meetings=await _all(session, Meeting),
    )


async def _all(session: AsyncSession, table: type[T]) -> Sequence[T]:
    return list(await session.scalars(select(table).order_by(text("id"))))
