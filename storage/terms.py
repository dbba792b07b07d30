"""Who has which role in a committee, from when and until when."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.alphabet import in_alphabet
from storage.asking import ask
from storage.statements import among, later
from storage.tables import Committee, Membership, Person


class Term(NamedTuple):
    """A role that somebody has, from and to a local date, both included."""

    committee_id: int
    person_id: int
    name: str
    language: str
    role: str
    valid_from: date | None
    valid_to: date | None


@later
def _of_committees_statement() -> Any:
    columns: tuple[Any, ...] = (
        Membership.committee_id,
        Membership.person_id,
        Person.name,
        Person.language,
        Membership.role,
        Membership.valid_from,
        Membership.valid_to,
    )
    return (
        select(*columns)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(among(col(Membership.committee_id), "ids"), col(Person.removed_at).is_(None))
        .order_by(in_alphabet(col(Person.name)), col(Person.id), col(Membership.id))
    )


_ACTIVE = later(lambda: select(Committee).where(among(col(Committee.id), "ids"), col(Committee.removed_at).is_(None)))


async def of_committees(session: AsyncSession, ids: Collection[int]) -> Mapping[int, tuple[Committee, Sequence[Term]]]:
    """Every role in each of these committees, but of people and committees that are removed, by name: two
    statements."""
    active = await session.scalars(_ACTIVE(), {"ids": ids})
    found: dict[int, tuple[Committee, list[Term]]] = {each.id: (each, []) for each in active}
    rows = await ask(session, _of_committees_statement(), {"ids": ids})
    for row in rows:
        if row[0] in found:
            found[row[0]][1].append(Term(*row))
    return found
