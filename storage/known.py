"""How well people are known: what whoever runs the bot is told (`python -m bot doctor people`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.alphabet import in_alphabet
from storage.asking import ask
from storage.look_ups import ABSENT
from storage.statements import later
from storage.tables import Account, LookUp, Organisation, Person

_ON_PLATFORMS = col(Account.surface).in_(("slack", "teams"))
_PRESENT = col(Person.removed_at).is_(None)


class Unvouched(NamedTuple):
    """Somebody who was met without an address that the platform vouches for, and whom the file does not name.

    `why`: see `storage.tables.Account.unvouched`; empty for those whom an older version of the bot met, and who have
    not spoken since. `asked`: how often the platform was asked since, in vain. `ask_at`: from when it is asked when
    they speak next.
    """

    name: str
    organisation_id: int
    organisation: str
    surface: str
    user_id: str
    why: str
    seen_at: datetime
    asked: int
    ask_at: datetime | None


_UNVOUCHED = later(
    lambda: (
        select(  # type: ignore[call-overload]
            Person.name,
            Organisation.id,
            Organisation.name,
            Account.surface,
            Account.user_id,
            Account.unvouched,
            Account.seen_at,
            Account.asked,
            Account.ask_at,
        )
        .join(Person, col(Person.id) == col(Account.person_id))
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id))
        .where(
            _ON_PLATFORMS,
            ~col(Person.listed),
            col(Person.email).is_(None),
            # Else there is an address, and it is somebody else's here (see `handlers.admission`).
            or_(col(Account.unvouched) != "", col(Account.ask_at).is_(None)),
            _PRESENT,
        )
        .order_by(in_alphabet(col(Person.name)), col(Account.id))
    )
)


async def unvouched(session: AsyncSession) -> Sequence[Unvouched]:
    """By name."""
    rows = await ask(session, _UNVOUCHED(), {})
    return [Unvouched(*row) for row in rows]


class Borrowed(NamedTuple):
    """An account of an outsider for whom nobody vouches, that is taken for somebody in the partnership file, who has
    no such id there."""

    name: str
    organisation: str
    surface: str
    user_id: str
    seen_at: datetime


@later
def _borrowed_statement() -> Any:
    given = case((col(Account.surface) == "slack", col(Person.slack_id)), else_=col(Person.teams_id))
    return (
        select(Person.name, Organisation.name, Account.surface, Account.user_id, Account.seen_at)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(Account.person_id))
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id))
        .where(
            _ON_PLATFORMS,
            col(Account.outsider),
            col(Account.unvouched) != "",
            col(Person.listed),
            or_(given.is_(None), given != col(Account.user_id)),
            _PRESENT,
        )
        .order_by(in_alphabet(col(Person.name)), col(Account.id))
    )


async def borrowed(session: AsyncSession) -> Sequence[Borrowed]:
    """By name. They were bound by an address that another workspace wrote, before that was believed no more."""
    rows = await ask(session, _borrowed_statement(), {})
    return [Borrowed(*row) for row in rows]


class Listed(NamedTuple):
    """Somebody in the partnership file who is on no platform that the bot knows of.

    `surface`, `times`, `ask_at`: where they were looked for last and not found, how often in a row, and when they are
    looked for next; None where they have not been looked for, since there was nothing to send.
    """

    name: str
    email: str
    organisation_id: int
    organisation: str
    surface: str | None
    times: int | None
    ask_at: datetime | None


@later
def _never_met_statement() -> Any:
    absent = aliased(LookUp)
    reached = select(col(Account.id)).where(col(Account.person_id) == col(Person.id), _ON_PLATFORMS).exists()
    columns: tuple[Any, ...] = (
        Person.name,
        Person.email,
        Organisation.id,
        Organisation.name,
        absent.surface,
        absent.times,
        absent.ask_at,
    )
    return (
        select(*columns)
        .select_from(Person)
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id))
        .outerjoin(absent, and_(col(absent.person_id) == col(Person.id), col(absent.outcome) == ABSENT))
        .where(col(Person.listed), ~reached, _PRESENT)
        .order_by(in_alphabet(col(Person.name)), col(Person.id), col(absent.surface))
    )


async def never_met(session: AsyncSession) -> Sequence[Listed]:
    """By name."""
    rows = await ask(session, _never_met_statement(), {})
    return [Listed(*row) for row in rows]


class Guest(NamedTuple):
    """Somebody whom a platform calls an outsider. `listed`: the file names them. `let_in`: they may speak."""

    name: str
    organisation: str
    surface: str
    user_id: str
    listed: bool
    let_in: bool


_GUESTS = later(
    lambda: (
        select(  # type: ignore[call-overload]
            Person.name,
            Organisation.name,
            Account.surface,
            Account.user_id,
            Person.listed,
            col(Person.listed) | col(Organisation.guests),
        )
        .join(Person, col(Person.id) == col(Account.person_id))
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id))
        .where(_ON_PLATFORMS, col(Account.outsider), _PRESENT)
        .order_by(in_alphabet(col(Person.name)), col(Account.id))
    )
)


async def guests(session: AsyncSession) -> Sequence[Guest]:
    """By name."""
    rows = await ask(session, _GUESTS(), {})
    return [Guest(*row) for row in rows]
