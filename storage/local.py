"""Conversations on the local chat page.

Whoever adds or changes a line locks the person first. So revisions are seen in the order they were given: a page
that has seen number 7 has seen everything up to 7.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import accounts
from storage.alphabet import in_alphabet
from storage.asking import ask, ask_value
from storage.people import VALID_TODAY
from storage.statements import later
from storage.tables import Account, Committee, LocalEntry, Membership, Organisation, Person, Unit, UnitStaff
from storage.types import JsonObject

SURFACE = "local"
WORKSPACE = "local"


class Entry(NamedTuple):
    """A line of a conversation."""

    id: int
    revision: int
    at: datetime
    content: JsonObject


_ENTRY: tuple[Any, ...] = (LocalEntry.id, LocalEntry.revision, LocalEntry.at, LocalEntry.content)


# --- the lines ---------------------------------------------------------------------------------------------


_LOCK = later(
    lambda: select(col(Person.id)).where(col(Person.id) == bindparam("person_id")).with_for_update(key_share=True)
)


async def lock(session: AsyncSession, person_id: int) -> bool:
    """Have this conversation alone until the transaction ends. False: there is no such person."""
    found = await session.scalar(_LOCK(), {"person_id": person_id})
    return found is not None


async def add(session: AsyncSession, person_id: int, content: JsonObject, now: datetime) -> Entry:
    """Add a line at the end. The conversation is locked."""
    row = LocalEntry(person_id=person_id, content=content, at=now, revision=await last_revision(session, person_id) + 1)
    session.add(row)
    await session.flush()
    return Entry(row.id, row.revision, row.at, row.content)


async def replace(session: AsyncSession, person_id: int, entry_id: int, content: JsonObject) -> Entry | None:
    """Show this in the place of the line. The conversation is locked. None: the line is not there."""
    changed = await session.execute(
        update(LocalEntry)
        .where(col(LocalEntry.id) == entry_id, col(LocalEntry.person_id) == person_id)
        .values(content=content, revision=await last_revision(session, person_id) + 1)
        .returning(*_ENTRY)
    )
    row = changed.one_or_none()
    return Entry(*row) if row else None


async def note(session: AsyncSession, entry_id: int, content: JsonObject) -> None:
    """Keep what was typed into a line without telling the open pages: they show it already."""
    await session.execute(update(LocalEntry).where(col(LocalEntry.id) == entry_id).values(content=content))


async def entry(session: AsyncSession, person_id: int, entry_id: int) -> Entry | None:
    row = (
        await session.execute(
            select(*_ENTRY).where(col(LocalEntry.id) == entry_id, col(LocalEntry.person_id) == person_id)
        )
    ).one_or_none()
    return Entry(*row) if row else None


_LATEST = later(
    lambda: (
        select(*_ENTRY)
        .where(col(LocalEntry.person_id) == bindparam("person_id"))
        .order_by(col(LocalEntry.id).desc())
        .limit(bindparam("limit"))
    )
)


async def latest(session: AsyncSession, person_id: int, limit: int) -> Sequence[Entry]:
    """The last lines, oldest first."""
    rows = await ask(session, _LATEST(), {"limit": limit, "person_id": person_id})
    return [Entry(*row) for row in rows][::-1]


_FIRST = later(lambda: select(func.min(col(LocalEntry.id))).where(col(LocalEntry.person_id) == bindparam("person_id")))


async def first(session: AsyncSession, person_id: int) -> int | None:
    """The id of the first line."""
    found: int | None = await ask_value(session, _FIRST(), {"person_id": person_id})
    return found


_CHANGED_SINCE = later(
    lambda: (
        select(*_ENTRY)
        .where(col(LocalEntry.person_id) == bindparam("person_id"), col(LocalEntry.revision) > bindparam("revision"))
        .order_by(col(LocalEntry.revision))
        .limit(bindparam("limit"))
    )
)


async def changed_since(session: AsyncSession, person_id: int, revision: int, limit: int) -> Sequence[Entry]:
    """Lines added or changed after `revision`, in that order."""
    rows = await ask(session, _CHANGED_SINCE(), {"limit": limit, "person_id": person_id, "revision": revision})
    return [Entry(*row) for row in rows]


async def has_kind(session: AsyncSession, person_id: int, kinds: Collection[str]) -> bool:
    """Whether the conversation has a line of one of these kinds."""
    found = await session.scalar(
        select(col(LocalEntry.id))
        .where(col(LocalEntry.person_id) == person_id, col(LocalEntry.content)["kind"].as_string().in_(kinds))
        .limit(1)
    )
    return found is not None


_LAST_REVISION = later(
    lambda: select(func.max(LocalEntry.revision)).where(col(LocalEntry.person_id) == bindparam("person_id"))
)


async def last_revision(session: AsyncSession, person_id: int) -> int:
    """0 for a conversation that has not begun."""
    found = await ask_value(session, _LAST_REVISION(), {"person_id": person_id})
    return int(found or 0)


# --- who can be played -------------------------------------------------------------------------------------


class Player(NamedTuple):
    """Somebody of the partnership, with what they are in which committee today."""

    id: int
    name: str
    language: str
    organisation: str
    roles: tuple[tuple[str, str], ...]
    """(committee, role)"""
    posts: tuple[tuple[str, str], ...] = ()
    """(unit, what they are there: see `StaffRole`)"""


async def players(session: AsyncSession, today: date) -> Sequence[Player]:
    """Everybody, by organisation and name."""
    return await _players(session, today, ())


async def player(session: AsyncSession, person_id: int, today: date) -> Player | None:
    """One person; None if they are not, or no longer, in the partnership."""
    return next(iter(await _players(session, today, (col(Person.id) == person_id,))), None)


async def _players(session: AsyncSession, today: date, conditions: Iterable[Any]) -> Sequence[Player]:
    columns: tuple[Any, ...] = (
        Person.id,
        Person.name,
        Person.language,
        Organisation.name,
        Committee.name,
        Membership.role,
    )
    rows = await session.execute(
        select(*columns)
        .select_from(Person)
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id))
        .outerjoin(Membership, and_(col(Membership.person_id) == col(Person.id), VALID_TODAY))
        .outerjoin(
            Committee,
            and_(col(Committee.id) == col(Membership.committee_id), col(Committee.removed_at).is_(None)),
        )
        .where(col(Person.removed_at).is_(None), *conditions)
        .order_by(
            in_alphabet(col(Organisation.name)),
            in_alphabet(col(Person.name)),
            col(Person.id),
            in_alphabet(col(Committee.name)),
            col(Membership.role),
        ),
        {"today": today},
    )
    found: dict[int, Player] = {}
    for person_id, name, language, organisation, committee, role in rows:
        known = found.get(person_id) or Player(person_id, name, language, organisation, ())
        roles = (*known.roles, (committee, role)) if committee is not None else known.roles
        found[person_id] = known._replace(roles=roles)
    for person_id, unit, post in await _posts(session, today, list(found)):
        found[person_id] = found[person_id]._replace(posts=(*found[person_id].posts, (unit, post)))
    return list(found.values())


_HAS_ACCOUNT = later(
    lambda: select(col(Account.id)).where(
        col(Account.surface) == SURFACE,
        col(Account.workspace) == WORKSPACE,
        col(Account.user_id) == bindparam("person_id"),
    )
)


async def has_account(session: AsyncSession, person_id: int) -> bool:
    """Whether the person has an account on the local page."""
    found = await ask_value(session, _HAS_ACCOUNT(), {"person_id": str(person_id)})
    return found is not None


async def _posts(session: AsyncSession, today: date, person_ids: Sequence[int]) -> Sequence[tuple[int, str, str]]:
    """(person, unit, what they are there today), by unit."""
    columns: tuple[Any, ...] = (UnitStaff.person_id, Unit.name, UnitStaff.role)
    rows = await session.execute(
        select(*columns)
        .join(Unit, col(Unit.id) == col(UnitStaff.unit_id))
        .where(
            col(Unit.removed_at).is_(None),
            or_(col(UnitStaff.valid_from).is_(None), col(UnitStaff.valid_from) <= today),
            or_(col(UnitStaff.valid_to).is_(None), col(UnitStaff.valid_to) >= today),
            # Everybody is asked for at once: a list of thousands of ids would be longer than a statement may be.
            *([col(UnitStaff.person_id).in_(person_ids)] if len(person_ids) == 1 else []),
        )
        .order_by(in_alphabet(col(Unit.name)), col(Unit.id), col(UnitStaff.role))
    )
    known = set(person_ids)
    return [(person_id, unit, post) for person_id, unit, post in rows if person_id in known]


async def ensure_account(session: AsyncSession, person_id: int, reach: Mapping[str, Any], now: datetime) -> None:
    """Give the person an account on the local page, if they have none."""
    await accounts.ensure_account(
        session,
        person_id=person_id,
        surface=SURFACE,
        workspace=WORKSPACE,
        user_id=str(person_id),
        reach=reach,
        now=now,
    )
