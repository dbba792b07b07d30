"""How somebody is reached: where they work, the accounts that they have, and where they were looked for in vain."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import home_tabs
from storage.asking import ask
from storage.look_ups import Remembered, remembered
from storage.statements import among, later, table
from storage.tables import Account, Organisation, Person, ReminderWishes, Workspace


class Recipient(NamedTuple):
    """What is known of somebody when a message is to reach them."""

    person_id: int
    name: str
    email: str | None
    language: str
    accounts: Sequence[Account]
    workspaces: Mapping[str, Sequence[str]]
    """Surface → workspaces of the organisations that the person works for."""
    left: bool
    """They are not in the partnership any more: nothing reaches them."""
    ids: Mapping[str, str]
    """Surface → their id there, as the partnership file gives it."""
    welcome_at: frozenset[str]
    """Workspaces where they are reached even if the platform calls them an outsider there."""
    look_ups: dict[str, Remembered]
    """Surface → how looking for them there came out last, if they were not found."""
    has_home: bool = False
    """They have opened their home (see `storage.home_tabs`)."""
    channels: Sequence[str] = ()
    """The surfaces where they want to be reached first, in this order (see `handlers.reminders.wishes`)."""


_WORKSPACES = (
    select(
        table(Organisation).c.key,
        table(Organisation).c.guests,
        table(Workspace).c.surface,
        table(Workspace).c.external_id,
    )
    .join_from(table(Organisation), table(Workspace), table(Workspace).c.organisation_id == table(Organisation).c.id)
    .where(table(Organisation).c.removed_at.is_(None))
)
_PEOPLE = (
    select(
        *(
            table(Person).c[name]
            for name in (
                "id", "name", "email", "language", "also_at", "listed", "removed_at", "slack_id", "teams_id"
            )
        ),
        table(Organisation).c.key.label("employer"),
        table(ReminderWishes).c.wishes,
        home_tabs.has_one(table(Person)).label("has_home"),
    )
    .join_from(table(Person), table(Organisation), table(Organisation).c.id == table(Person).c.organisation_id)
    .outerjoin(table(ReminderWishes), table(ReminderWishes).c.person_id == table(Person).c.id)
    .where(among(table(Person).c.id, "people"))
)  # fmt: skip


_RECIPIENTS = later(
    lambda: select(Account).where(among(col(Account.person_id), "person_ids")).order_by(col(Account.seen_at).desc())
)


async def recipients(session: AsyncSession, person_ids: Sequence[int]) -> dict[int, Recipient]:
    """How to reach these people; the account used last stands first.

    An account in a workspace that none of the person's organisations owns (any more) is nobody's to write to, nor is an
    outsider's where outsiders are not let in.
    """
    workspaces: dict[str, list[tuple[bool, str, str]]] = {}
    for key, guests, surface, external_id in await ask(session, _WORKSPACES, {}):
        workspaces.setdefault(key, []).append((guests, surface, external_id))
    accounts: dict[int, list[Account]] = {}
    for account in await session.scalars(_RECIPIENTS(), {"person_ids": person_ids}):
        accounts.setdefault(account.person_id, []).append(account)
    looked_for = await remembered(session, person_ids)
    found: dict[int, Recipient] = {}
    for person in await ask(session, _PEOPLE, {"people": person_ids}):
        places: dict[str, list[str]] = {}
        welcome: set[str] = set()
        works_at = (person.employer, *person.also_at)
        for guests, surface, external_id in (each for key in works_at for each in workspaces.get(key, ())):
            places.setdefault(surface, []).append(external_id)
            if guests or person.listed:
                welcome.add(external_id)
        reached_at = [
            account
            for account in accounts.get(person.id, ())
            if account.surface == "local"
            or (
                account.workspace in places.get(account.surface, ())
                and (not account.outsider or account.workspace in welcome)
            )
        ]
        ids = {"slack": person.slack_id, "teams": person.teams_id}
        found[person.id] = Recipient(
            person.id,
            person.name,
            person.email,
            person.language,
            reached_at,
            places,
            person.removed_at is not None,
            {surface: user_id for surface, user_id in ids.items() if user_id},
            frozenset(welcome),
            looked_for.get(person.id, {}),
            bool(person.has_home),
            tuple((person.wishes or {}).get("channels", ())),
        )
    return found
