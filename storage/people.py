"""People and where they are reached."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic_core import from_json
from sqlalchemy import (
    Date,
    DateTime,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import alphabet, home_tabs
from storage.alphabet import in_alphabet
from storage.asking import ask
from storage.database import Database, Foreseen
from storage.direct import Question, Sought
from storage.statements import among, in_columns, in_one, table, written_out
from storage.tables import (
    Account,
    Committee,
    Delivery,
    DeliveryStatus,
    Draft,
    DraftStatus,
    LanguageFrom,
    Membership,
    Organisation,
    Person,
    Workspace,
)
from storage.types import JsonObject, as_utc


class Seat(NamedTuple):
    """An active committee, as far as every call knows of it."""

    id: int
    name: str
    proposals_from: str


class KnownAccount(NamedTuple):
    """Who has an account, and all that a call needs to know of them.

    `owner_…`: the organisation that owns the workspace they speak from (None: nobody in the partnership), and whether
    it lets guests in. `outsider`, `ask_at`, `asked`: see `storage.tables.Account`; `listed`: see
    `storage.tables.Person`; `guest`: see `is_guest`. `awaited`: a message waits until the person can be reached.
    `unsure`: the platform vouches for no address of theirs, or is being asked at this moment, so that they may turn
    out to be somebody else any time (see `storage.joining`). `has_drafts`: something they began is not finished.
    `has_home`: they have opened their home (see `storage.home_tabs`).
    `committees`: all that are active, by name. `roles`: committee id and role, of those that they have today.
    """

    account_id: int
    reach: JsonObject
    seen_at: datetime
    person_id: int
    name: str
    language: str
    removed: bool
    organisation_id: int
    organisation_name: str
    also_at: Sequence[str]
    owner_id: int | None
    owner_key: str | None
    owner_name: str | None
    owner_takes_guests: bool | None
    outsider: bool
    listed: bool
    guest: bool
    ask_at: datetime | None
    asked: int
    unsure: bool
    awaited: bool
    has_drafts: bool
    has_home: bool
    committees: Sequence[Seat]
    roles: Sequence[tuple[int, str]]


_TODAY = bindparam("today", type_=Date())
VALID_TODAY = and_(
    or_(col(Membership.valid_from).is_(None), col(Membership.valid_from) <= _TODAY),
    or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) >= _TODAY),
)
"""The condition that a membership is valid on the local date `today`."""

_account, _person, _organisation, _workspace = map(table, (Account, Person, Organisation, Workspace))
_committee, _membership, _delivery, _draft = map(table, (Committee, Membership, Delivery, Draft))


def is_guest(person: Any = Person) -> Any:
    """The condition that somebody is called a guest: the platforms say so, and the partnership file does not name
    them. `person`: the model, an alias of it, or its table."""
    columns = getattr(person, "c", person)
    return and_(columns.guest, ~columns.listed)


# What is the same each time stands in the text: each value that is given takes its part of every call.
_NUMBER: Sequence[Any] = [literal_column(str(number)) for number in range(4)]
_SURFACE: Any = bindparam("surface")
_PLACES: tuple[Any, ...] = tuple(map(bindparam, ("workspace", "second", "third", "fourth")))
# Of several ids of the same place that are owned, the first decides.
_owner = (
    select(_organisation.c.id, _organisation.c.key, _organisation.c.name, _organisation.c.guests)
    .select_from(_workspace)
    .join(_organisation, and_(_organisation.c.id == _workspace.c.organisation_id, _organisation.c.removed_at.is_(None)))
    .where(_workspace.c.surface == _SURFACE, _workspace.c.external_id.in_(_PLACES))
    .order_by(case(*((_workspace.c.external_id == place, _NUMBER[number]) for number, place in enumerate(_PLACES))))
    .limit(_NUMBER[1])
    .cte("owner")
)
_employer = _organisation.alias("employer")
# JSON as text, and moments as the driver has them: read in `_known_account`.
_KNOWN_COLUMNS: tuple[Any, ...] = (
    _account.c.id,
    cast(_account.c.reach, Text).label("reach"),
    type_coerce(_account.c.seen_at, DateTime(timezone=True)).label("seen_at"),
    _person.c.id.label("person_id"),
    _person.c.name.label("person"),
    _person.c.language,
    _person.c.removed_at.is_not(None).label("removed"),
    _employer.c.id.label("organisation_id"),
    _employer.c.name.label("organisation"),
    cast(_person.c.also_at, Text).label("also_at"),
    _owner.c.id.label("owner_id"),
    _owner.c.key.label("owner_key"),
    _owner.c.name.label("owner"),
    _owner.c.guests.label("owner_takes_guests"),
    _account.c.outsider,
    _person.c.listed,
    is_guest(_person).label("guest"),
    type_coerce(_account.c.ask_at, DateTime(timezone=True)).label("ask_at"),
    _account.c.asked,
    or_(_account.c.unvouched != written_out(""), _account.c.asked > _NUMBER[0]).label("unsure"),
    exists()
    .where(_delivery.c.person_id == _person.c.id, _delivery.c.status == written_out(DeliveryStatus.WAITING))
    .label("awaited"),
    exists()
    .where(
        _draft.c.person_id == _person.c.id,
        _draft.c.status == written_out(DraftStatus.OPEN),
        _draft.c.expires_at > bindparam("now", type_=_draft.c.expires_at.type),
    )
    .label("has_drafts"),
    home_tabs.has_one(_person).label("has_home"),
)
_known = (
    select(*_KNOWN_COLUMNS)
    .select_from(_account)
    .join(_person, _person.c.id == _account.c.person_id)
    .join(_employer, _employer.c.id == _person.c.organisation_id)
    .outerjoin(_owner, true())
    .where(
        _account.c.surface == _SURFACE,
        _account.c.user_id == bindparam("user_id"),
        or_(
            _account.c.workspace.in_(_PLACES),
            _account.c.workspace.in_(
                select(_workspace.c.external_id).where(
                    _workspace.c.surface == _SURFACE, _workspace.c.organisation_id == _owner.c.id
                )
            ),
        ),
    )
    # Two accounts of one person, from before it was known that their workspaces are one organisation's.
    .order_by(_person.c.listed.desc(), _person.c.email.is_(None), _account.c.id)
    .limit(_NUMBER[1])
    .cte("known")
)
_active = (
    select(_committee.c.id, _committee.c.name, _committee.c.proposals_from)
    .where(_committee.c.removed_at.is_(None))
    .subquery("active")
)
# The committees as one value: as rows, each would have all the rest in it too.
_KNOWN_ACCOUNT = select(
    *_known.c,
    select(in_columns(*_active.c)).scalar_subquery().label("committees"),
    select(in_one(_membership.c.committee_id, _membership.c.role))
    .where(_membership.c.person_id == _known.c.person_id, VALID_TODAY)
    .correlate(_known)
    .scalar_subquery()
    .label("roles"),
)


async def known_account(
    database: Database,
    surface: str,
    workspaces: Sequence[str],
    user_id: str,
    now: datetime,
    today: date,
    besides: Sequence[Question] = (),
) -> tuple[KnownAccount | None, Foreseen]:
    """The account, its person, and how they stand to each committee on the local date `today`: one statement.

    `besides`: what else is to be asked by the way; it comes second, with what was found.

    `workspaces`: up to four ids that the platform gives for where they speak from. The account may have been stored
    under any of them, or under any other workspace of the organisation that owns one of them.
    """
    values = {**_places(surface, workspaces), "user_id": user_id, "now": now, "today": today}
    if database.is_sqlite:
        # There it is asked within the transaction, which keeps others from writing.
        besides = ()
    rows, *found = await database.read_together([Question(_KNOWN_ACCOUNT, values), *besides])
    return _known_account(rows), list(zip(besides, found, strict=True))


def _known_account(rows: Sequence[Any]) -> KnownAccount | None:
    if not rows:
        return None
    known = list(rows[0])
    for place in _MOMENTS:
        if known[place] is not None:
            known[place] = as_utc(known[place])
    for place in _LISTS:
        # Nearly always they work in one place.
        known[place] = () if known[place] == "[]" else from_json(known[place])
    known[_REACH] = from_json(known[_REACH])
    known[_COMMITTEES] = _seats(known[_COMMITTEES])
    return KnownAccount._make(known)


_MOMENTS, _LISTS = (
    tuple(map(KnownAccount._fields.index, names)) for names in (("seen_at", "ask_at"), ("also_at", "roles"))
)
_REACH, _COMMITTEES = map(KnownAccount._fields.index, ("reach", "committees"))


@lru_cache(maxsize=16)
def _seats(committees: str) -> Sequence[Seat]:
    # The same for everybody, until one of them changes: so they are put in order here, and not by each statement.
    seats = map(Seat._make, zip(*from_json(committees), strict=True))
    return tuple(sorted(seats, key=lambda each: (alphabet.key(each.name), each.id)))


def _places(surface: str, workspaces: Sequence[str]) -> dict[str, str]:
    first, second, third, fourth = (*workspaces, "", "", "", "")[:4]
    return {"surface": surface, "workspace": first, "second": second, "third": third, "fourth": fourth}


async def with_id(session: AsyncSession, surface: str, user_id: str) -> Person | None:
    """Whoever the partnership file gives this id on the surface."""
    column = {"slack": Person.slack_id, "teams": Person.teams_id}.get(surface)
    if column is None:
        return None
    found: Person | None = await session.scalar(
        select(Person).where(col(column) == user_id, col(Person.listed)).order_by(col(Person.id)).limit(1)
    )
    return found


async def with_email(session: AsyncSession, email: str) -> Person | None:
    """The person with this e-mail address (compared in lower case)."""
    found: Person | None = await session.scalar(select(Person).where(col(Person.email) == email.lower()))
    return found


async def add_person(
    session: AsyncSession, *, organisation_id: int, name: str, email: str | None, language: str
) -> Person:
    person = Person(organisation_id=organisation_id, name=name, email=email, language=language)
    session.add(person)
    await session.flush()
    return person


async def set_language(session: AsyncSession, person_id: int, language: str, chosen_by: LanguageFrom) -> None:
    """From now on this person is spoken to in `language`."""
    await session.execute(
        update(Person).where(col(Person.id) == person_id).values(language=language, language_from=chosen_by)
    )


class Listed(NamedTuple):
    id: int
    name: str
    organisation: str
    guest: bool


async def people(
    session: AsyncSession, *, ids: Collection[int] | None = None, query: str = "", limit: int = 101
) -> Sequence[Listed]:
    """People of the partnership by name: those with these `ids`, or those whose name or workplace has `query`."""
    statement = (
        select(Person.id, Person.name, Organisation.name, is_guest())  # type: ignore[call-overload]
        .join(Organisation, col(Organisation.id) == col(Person.organisation_id))
        .where(col(Person.removed_at).is_(None))
        .order_by(in_alphabet(col(Person.name)), col(Person.id))
        .limit(limit)
    )
    if ids is not None:
        statement = statement.where(col(Person.id).in_(ids))
    if query:
        pattern = "%" + query.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        statement = statement.where(
            or_(
                func.lower(col(Person.name)).like(pattern, escape="\\"),
                func.lower(col(Organisation.name)).like(pattern, escape="\\"),
            )
        )
    return [Listed(*row) for row in await session.execute(statement)]


class RoleHolder(NamedTuple):
    person_id: int
    name: str
    language: str
    role: str


_HOLDING_ROLES = (
    select(_person.c.id, _person.c.name, _person.c.language, _membership.c.role)
    .join_from(_membership, _person, _membership.c.person_id == _person.c.id)
    .where(_membership.c.committee_id == bindparam("committee_id"), _person.c.removed_at.is_(None), VALID_TODAY)
)


async def holding_roles(
    session: AsyncSession, committee_id: int, today: date, roles: Collection[str] | None = None
) -> Sequence[RoleHolder]:
    """Who has (one of) these roles in the committee on the local date `today`, by name; one row per role."""
    rows = await ask(session, *asked_holding_roles(committee_id, today))
    found = [RoleHolder(*row) for row in rows if roles is None or row.role in roles]
    # Most of a committee has none of those that are asked for: the few are put in order here.
    return sorted(found, key=lambda each: (alphabet.key(each.name), each.person_id))


class RoleTerm(NamedTuple):
    """A role that somebody has in a committee, from and to a local date, both included."""

    committee_id: int
    person_id: int
    language: str
    role: str
    valid_from: date | None
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        return (self.valid_from or day) <= day <= (self.valid_to or day)


_ROLE_TERMS = (
    select(
        _membership.c.committee_id,
        _person.c.id,
        _person.c.language,
        _membership.c.role,
        _membership.c.valid_from,
        _membership.c.valid_to,
    )
    .join_from(_membership, _person, _membership.c.person_id == _person.c.id)
    .where(
        _membership.c.committee_id.in_(bindparam("committee_ids", expanding=True)),
        _person.c.removed_at.is_(None),
        or_(_membership.c.valid_from.is_(None), _membership.c.valid_from <= bindparam("last", type_=Date())),
        or_(_membership.c.valid_to.is_(None), _membership.c.valid_to >= bindparam("first", type_=Date())),
    )
    .order_by(in_alphabet(_person.c.name), _person.c.id)
)


async def holding_roles_from(
    session: AsyncSession, committee_ids: Collection[int], first: date, last: date
) -> Mapping[int, Sequence[RoleTerm]]:
    """Who has which role in each of these committees on any local date from the first to the last, by committee."""
    found: dict[int, list[RoleTerm]] = {}
    for row in await session.execute(_ROLE_TERMS, {"committee_ids": list(committee_ids), "first": first, "last": last}):
        found.setdefault(row[0], []).append(RoleTerm(*row))
    return found


def asked_holding_roles(committee_id: int | Sought | None, today: date) -> Question:
    """What `holding_roles` asks, to be foreseen."""
    return Question(_HOLDING_ROLES, {"committee_id": committee_id, "today": today})


_PEOPLE = table(Person).c
_NAMES = select(_PEOPLE.id, _PEOPLE.name).where(among(_PEOPLE.id, "ids"))
_CALLED = select(_PEOPLE.id, _PEOPLE.name, _PEOPLE.language, _PEOPLE.removed_at).where(among(_PEOPLE.id, "ids"))
_LANGUAGES = select(_PEOPLE.id, _PEOPLE.language).where(among(_PEOPLE.id, "ids"), _PEOPLE.removed_at.is_(None))


async def names(session: AsyncSession, ids: Collection[int]) -> dict[int, str]:
    """Names by id, also of people since removed."""
    return dict(map(tuple, await ask(session, _NAMES, {"ids": list(ids)}))) if ids else {}


async def names_and_languages(session: AsyncSession, ids: Collection[int]) -> tuple[dict[int, str], dict[int, str]]:
    """What `names` and `languages` say, each by id, by one statement."""
    found = await ask(session, _CALLED, {"ids": list(ids)}) if ids else ()
    return {row.id: row.name for row in found}, {row.id: row.language for row in found if row.removed_at is None}


class Mailbox(NamedTuple):
    """Whose, and where."""

    name: str
    address: str


async def mailbox(session: AsyncSession, person_id: int) -> Mailbox | None:
    """Where this person gets e-mail; None: they are removed, or it is not known."""
    found = await session.execute(
        select(Person.name, Person.email).where(  # type: ignore[call-overload]
            col(Person.id) == person_id, col(Person.removed_at).is_(None), col(Person.email).is_not(None)
        )
    )
    row = found.first()
    return Mailbox(*row) if row else None


async def mail_address(session: AsyncSession, person_id: int) -> str | None:
    """The address of this person's mailbox, if they have one."""
    found = await mailbox(session, person_id)
    return found.address if found else None


async def languages(session: AsyncSession, ids: Collection[int]) -> dict[int, str]:
    """Languages by id, of people who are not removed."""
    return dict(map(tuple, await ask(session, _LANGUAGES, {"ids": list(ids)}))) if ids else {}
