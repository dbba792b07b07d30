"""Who reads a conversation on a platform, as far as they are known: for what everybody in it may be shown."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import accounts
from storage.people import VALID_TODAY
from storage.tables import Account, Membership, Person


class KnownReaders(NamedTuple):
    """`workspaces`: all that belong to the organisation whose conversation it is. `found`: those who are known, by the
    surface's ids of them."""

    workspaces: frozenset[str]
    found: "Mapping[str, KnownReader]"


class KnownReader(NamedTuple):
    """Somebody who has an account in the conversation's organisation. `roles`: by committee, those of today.

    `at_home`: they work for the organisation that owns the workspace. `listed`, `guest`: see `storage.tables.Person`.
    """

    person_id: int
    organisation_id: int
    at_home: bool
    removed: bool
    listed: bool
    guest: bool
    outsider: bool
    roles: Mapping[int, frozenset[str]]


async def known(
    session: AsyncSession, surface: str, workspaces: tuple[str, ...], user_ids: Collection[str], today: date
) -> KnownReaders | None:
    """Those of these users who are known: three statements, however many they are.

    None: nobody in the partnership owns the workspace.
    """
    place = await accounts.place(session, surface, workspaces)
    if place is None:
        return None
    rows = await session.execute(
        select(Account.user_id, Account.outsider, Person)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Account.person_id))
        .where(
            col(Account.surface) == surface,
            col(Account.user_id).in_(user_ids),
            col(Account.workspace).in_(sorted(place.workspaces | set(workspaces))),
        )
        # As whoever speaks is found (see `storage.people.known_account`): the first of several accounts of one user.
        .order_by(col(Person.listed).desc(), col(Person.email).is_(None), col(Account.id))
    )
    first: dict[str, tuple[bool, Person]] = {}
    for user_id, outsider, person in rows:
        first.setdefault(user_id, (outsider, person))
    roles: dict[int, dict[int, set[str]]] = {}
    held = await session.execute(
        select(Membership.person_id, Membership.committee_id, Membership.role).where(  # type: ignore[call-overload]
            col(Membership.person_id).in_({person.id for _outsider, person in first.values()}), VALID_TODAY
        ),
        {"today": today},
    )
    for person_id, committee_id, role in held:
        roles.setdefault(person_id, {}).setdefault(committee_id, set()).add(role)
    owner = place.organisation
    found = {
        user_id: KnownReader(
            person.id,
            person.organisation_id,
            person.organisation_id == owner.id or owner.key in person.also_at,
            person.removed_at is not None,
            person.listed,
            person.guest,
            outsider,
            {committee: frozenset(names) for committee, names in roles.get(person.id, {}).items()},
        )
        for user_id, (outsider, person) in first.items()
    }
    return KnownReaders(place.workspaces, found)
