"""Where somebody is met: their accounts on the platforms, and the organisations that own the workspaces."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.statements import PerDialect, table
from storage.tables import Account, Delivery, Organisation, Person, Workspace


class Place(NamedTuple):
    """A workspace that belongs to an organisation, and all that do."""

    organisation: Organisation
    workspace: str
    workspaces: frozenset[str]


async def place(session: AsyncSession, surface: str, workspaces: Sequence[str]) -> Place | None:
    """The organisation that owns the first of these workspaces that is owned, with all that it owns there."""
    rows = await session.execute(
        select(Organisation, Workspace.external_id)  # type: ignore[call-overload]
        .join(Workspace, col(Workspace.organisation_id) == col(Organisation.id))
        .where(col(Workspace.surface) == surface, col(Organisation.removed_at).is_(None))
    )
    owners = {external_id: organisation for organisation, external_id in rows}
    for workspace in workspaces:
        if workspace in owners:
            owner = owners[workspace]
            return Place(owner, workspace, frozenset(each for each in owners if owners[each].id == owner.id))
    return None


async def add_account(
    session: AsyncSession,
    *,
    person_id: int,
    surface: str,
    workspace: str,
    user_id: str,
    reach: Mapping[str, Any],
    now: datetime,
    outsider: bool = False,
    unvouched: str = "",
    ask_at: datetime | None = None,
) -> Account:
    account = Account(
        person_id=person_id,
        surface=surface,
        workspace=workspace,
        user_id=user_id,
        reach=dict(reach),
        seen_at=now,
        outsider=outsider,
        unvouched=unvouched,
        ask_at=ask_at,
    )
    session.add(account)
    await session.flush()
    return account


_ON_PLATFORMS = col(Account.surface).in_(("slack", "teams"))


async def note_guest(session: AsyncSession, person_id: int) -> None:
    """Work out whether this person is a guest: one who is an insider on any platform is none."""
    theirs = and_(col(Account.person_id) == person_id, _ON_PLATFORMS)
    inside, outside = (
        select(Account.id).where(theirs, condition).exists()  # type: ignore[call-overload]
        for condition in (~col(Account.outsider), col(Account.outsider))
    )
    await session.execute(update(Person).where(col(Person.id) == person_id).values(guest=and_(~inside, outside)))


async def give_to(session: AsyncSession, account_ids: Collection[int], person_id: int) -> None:
    """These accounts are this person's from now on: what was shown there to somebody else is changed there no more, and
    who it is is asked at once."""
    await session.execute(update(Delivery).where(col(Delivery.account_id).in_(account_ids)).values(account_id=None))
    await session.execute(
        update(Account).where(col(Account.id).in_(account_ids)).values(person_id=person_id, ask_at=None, asked=0)
    )


async def with_user_id(session: AsyncSession, surface: str, user_id: str) -> Sequence[Account]:
    """Every account of a user, in whichever workspace."""
    return list(
        await session.scalars(select(Account).where(col(Account.surface) == surface, col(Account.user_id) == user_id))
    )


async def take_asking(session: AsyncSession, account_id: int, now: datetime, until: datetime) -> bool:
    """Whether it falls to whoever asks to ask the platform about the account; nobody else does before `until`."""
    taken = await session.execute(
        update(Account)
        .where(col(Account.id) == account_id, or_(col(Account.ask_at).is_(None), col(Account.ask_at) <= now))
        .values(ask_at=until, asked=col(Account.asked) + 1)
        .returning(col(Account.id))
    )
    return taken.first() is not None


async def accounts_of_user(
    session: AsyncSession, surface: str, user_id: str, workspaces: Collection[str]
) -> Sequence[Account]:
    """Every account of a user in these workspaces, oldest first; more than one are from before it was known that they
    are one organisation's."""
    found = await session.scalars(
        select(Account)
        .where(
            col(Account.surface) == surface,
            col(Account.user_id) == user_id,
            col(Account.workspace).in_(sorted(workspaces)),
        )
        .order_by(col(Account.id))
    )
    return list(found)


async def note_seen(session: AsyncSession, account_id: int, reach: Mapping[str, Any] | None, now: datetime) -> None:
    """Remember when, and if known where, this account was last seen."""
    values: dict[str, Any] = {"seen_at": now}
    if reach is not None:
        values["reach"] = dict(reach)
    await session.execute(update(Account).where(col(Account.id) == account_id).values(**values))


async def surfaces_of(session: AsyncSession, person_id: int) -> set[str]:
    """The surfaces on which this person has an account."""
    mine = col(Account.person_id) == person_id
    return set(await session.scalars(select(col(Account.surface)).where(mine).distinct()))


async def follow(
    session: AsyncSession, surface: str, workspace: str, changed: Mapping[str, tuple[Any, Any]], before: datetime
) -> None:
    """Change parts of the addresses (name → before, after) of a workspace's accounts that have the same as before, and
    were not seen since `before`."""
    rows = await session.execute(
        select(Account.id, Account.reach).where(  # type: ignore[call-overload]
            col(Account.surface) == surface, col(Account.workspace) == workspace, col(Account.seen_at) < before
        )
    )
    for account_id, reach in rows.all():
        moved = {name: after for name, (old, after) in changed.items() if reach.get(name) == old}
        if moved:
            await session.execute(update(Account).where(col(Account.id) == account_id).values(reach={**reach, **moved}))


async def names_of_accounts(session: AsyncSession, surface: str, user_ids: Collection[str]) -> dict[str, str]:
    """Names of those who have spoken on a surface, by the surface's own ids of them."""
    rows = await session.execute(
        select(Account.user_id, Person.name)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Account.person_id))
        .where(col(Account.surface) == surface, col(Account.user_id).in_(user_ids))
    )
    return {row[0]: row[1] for row in rows}


_ENSURE_ACCOUNT = PerDialect(
    lambda insert: insert(table(Account)).on_conflict_do_nothing(index_elements=["surface", "workspace", "user_id"])
)


async def ensure_account(
    session: AsyncSession,
    *,
    person_id: int,
    surface: str,
    workspace: str,
    user_id: str,
    reach: Mapping[str, Any],
    now: datetime,
    outsider: bool = False,
    ask_at: datetime | None = None,
) -> Account | None:
    """The account of `person_id` on this surface, made if it is not there. None: it is somebody else's.

    Several may ask at once: the first one makes it.
    """
    values = {
        "person_id": person_id,
        "surface": surface,
        "workspace": workspace,
        "user_id": user_id,
        "reach": dict(reach),
        "seen_at": now,
        "outsider": outsider,
        "ask_at": ask_at,
    }
    await session.execute(_ENSURE_ACCOUNT.on(session), values)
    found: Account | None = await session.scalar(
        select(Account).where(
            col(Account.surface) == surface,
            col(Account.workspace) == workspace,
            col(Account.user_id) == user_id,
            col(Account.person_id) == person_id,
        )
    )
    return found
