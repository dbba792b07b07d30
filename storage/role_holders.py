"""Who has which role in committees, and of those who works where, on a local day."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask
from storage.statements import among, later
from storage.tables import (
    Membership,
    Person,
)


class Answering(NamedTuple):
    """Somebody with a role in a committee."""

    committee_id: int
    role: str
    person_id: int
    language: str


_ANSWERING = later(
    lambda: (
        select(Membership.committee_id, Membership.role, Person.id, Person.language)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(
            among(col(Membership.committee_id), "committee_ids"),
            among(col(Membership.role), "roles"),
            col(Person.removed_at).is_(None),
            or_(col(Membership.valid_from).is_(None), col(Membership.valid_from) <= bindparam("today")),
            or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) >= bindparam("today")),
        )
        .order_by(col(Person.id))
    )
)


async def answering(
    session: AsyncSession, committee_ids: Collection[int], roles: Collection[str], today: date
) -> Sequence[Answering]:
    """Who has one of these roles in these committees on the local day `today`: one statement."""
    if not committee_ids:
        return []
    rows = await ask(session, _ANSWERING(), {"committee_ids": committee_ids, "roles": roles, "today": today})
    return [Answering(*row) for row in rows]


class Contact(NamedTuple):
    """Somebody with the role kontaktperson, who works there."""

    organisation_id: int
    person_id: int
    language: str


_CONTACTS_IN_ROLE = later(
    lambda: (
        select(Person.organisation_id, Person.id, Person.language)  # type: ignore[call-overload]
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(
            among(col(Person.organisation_id), "organisation_ids"),
            col(Person.removed_at).is_(None),
            col(Membership.role) == bindparam("role"),
            or_(col(Membership.valid_from).is_(None), col(Membership.valid_from) <= bindparam("today")),
            or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) >= bindparam("today")),
        )
        .order_by(col(Person.id))
        .distinct()
    )
)


async def contacts_in_role(
    session: AsyncSession, organisation_ids: Collection[int], role: str, today: date
) -> Sequence[Contact]:
    """Who has this role in any committee on the local day `today`, and works at one of these organisations."""
    if not organisation_ids:
        return []
    rows = await ask(session, _CONTACTS_IN_ROLE(), {"organisation_ids": organisation_ids, "role": role, "today": today})
    return [Contact(*row) for row in rows]
