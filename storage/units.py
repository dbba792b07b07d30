"""Units: where deviations are sent, under all the names they have had, and who handles them there."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Date, Integer, Text, and_, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.alphabet import in_alphabet
from storage.asking import ask
from storage.direct import Question, Sought, Written
from storage.statements import PerDialect, among, later, table, written_out
from storage.tables import Account, Organisation, Person, Setting, StaffRole, Unit, UnitAlias, UnitStaff, Workplace
from storage.types import JsonObject


class Listed(NamedTuple):
    """A unit as it is chosen among others. `kind`: what its organisation is (hospital, municipality …)."""

    id: int
    name: str
    organisation_id: int
    organisation: str
    kind: str
    service: str


_LISTED: tuple[Any, ...] = (
    Unit.id,
    Unit.name,
    Unit.organisation_id,
    col(Organisation.name).label("organisation"),
    Organisation.kind,
    Unit.service,
)


@later
def _listed() -> Any:
    return (
        select(*_LISTED)
        .join(Organisation, col(Organisation.id) == col(Unit.organisation_id))
        .where(col(Unit.removed_at).is_(None), col(Organisation.removed_at).is_(None))
        .order_by(in_alphabet(col(Organisation.name)), in_alphabet(col(Unit.name)), col(Unit.id))
    )


async def listed(
    session: AsyncSession,
    *,
    ids: Collection[int] | None = None,
    kinds: Collection[str] | None = None,
    of: int | None = None,
    not_of: int | None = None,
    query: str = "",
    limit: int = 101,
) -> Sequence[Listed]:
    """Active units, by organisation and name.

    Those with these `ids`; those of organisations of these `kinds`; those of the organisation `of`, or of any but
    `not_of`; those where each word of `query` stands in the unit's name, its organisation's, or one of its aliases,
    old ones too (in any case).
    """
    given = {"ids": ids, "kinds": kinds, "of": of, "not_of": not_of}
    values = {name: value for name, value in given.items() if value is not None}
    patterns = {f"word_{place}": _contains(word) for place, word in enumerate(query.split())}
    statement = _listed_such(frozenset(values), len(patterns))
    return [Listed(*row) for row in await session.execute(statement, {**values, **patterns, "limit": limit})]


@lru_cache(maxsize=64)
def _listed_such(given: Collection[str], words: int) -> Any:
    """For `listed`, where these conditions are given, and so many words."""
    conditions = {
        "ids": among(col(Unit.id), "ids"),
        "kinds": among(col(Organisation.kind), "kinds"),
        "of": col(Unit.organisation_id) == bindparam("of"),
        "not_of": col(Unit.organisation_id) != bindparam("not_of"),
    }
    statement = _listed().where(*(conditions[name] for name in sorted(given))).limit(bindparam("limit"))
    for place in range(words):
        pattern = bindparam(f"word_{place}", type_=Text())
        known_as = select(col(UnitAlias.id)).where(
            col(UnitAlias.unit_id) == col(Unit.id), func.lower(col(UnitAlias.alias)).like(pattern, escape="\\")
        )
        statement = statement.where(
            or_(
                func.lower(col(Unit.name)).like(pattern, escape="\\"),
                func.lower(col(Organisation.name)).like(pattern, escape="\\"),
                known_as.exists(),
            )
        )
    return statement


_LISTED_ONE = (
    select(*(column.label(name) for column, name in zip(_LISTED, Listed._fields, strict=True)))
    .join(Organisation, col(Organisation.id) == col(Unit.organisation_id))
    .where(
        col(Unit.removed_at).is_(None),
        col(Organisation.removed_at).is_(None),
        col(Unit.id) == bindparam("listed_id", type_=Integer()),
    )
)


async def listed_one(session: AsyncSession, unit_id: int) -> Listed | None:
    """The active unit with this id."""
    rows = await ask(session, *asked_listed_one(unit_id))
    return Listed(*rows[0]) if rows else None


def asked_listed_one(unit_id: int | Sought | None) -> Question:
    """What `listed_one` asks, to be foreseen."""
    return Question(_LISTED_ONE, {"listed_id": unit_id})


def _contains(text: str) -> str:
    return "%" + text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


_ALIASES = later(
    lambda: (
        select(UnitAlias.unit_id, UnitAlias.alias)  # type: ignore[call-overload]
        .where(among(col(UnitAlias.unit_id), "unit_ids"))
        .order_by(in_alphabet(col(UnitAlias.alias)))
    )
)


async def aliases(session: AsyncSession, unit_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """The other and older names of these units."""
    found: dict[int, list[str]] = {}
    if unit_ids:
        rows = await ask(session, _ALIASES(), {"unit_ids": unit_ids})
        for unit_id, alias in rows:
            found.setdefault(unit_id, []).append(alias)
    return found


@later
def _called_statement() -> Any:
    known_as = select(UnitAlias.id).where(  # type: ignore[call-overload]
        col(UnitAlias.unit_id) == col(Unit.id), func.lower(col(UnitAlias.alias)) == bindparam("wanted")
    )
    return (
        select(Unit)
        .where(
            col(Unit.organisation_id) == bindparam("organisation_id"),
            col(Unit.removed_at).is_(None),
            or_(func.lower(col(Unit.name)) == bindparam("wanted"), known_as.exists()),
        )
        .order_by(col(Unit.id))
        .limit(1)
    )


async def called(session: AsyncSession, organisation_id: int, name: str) -> Unit | None:
    """The organisation's active unit that has this name or alias (in any case)."""
    wanted = name.lower()
    found: Unit | None = await session.scalar(
        _called_statement(), {"organisation_id": organisation_id, "wanted": wanted}
    )
    return found


async def unit(session: AsyncSession, unit_id: int) -> Unit | None:
    """The unit, removed or not."""
    return await session.get(Unit, unit_id)


_STORED = select(*table(Unit).c).where(table(Unit).c.id == bindparam("unit_id", type_=Integer()))


async def stored(session: AsyncSession, unit_id: int) -> Unit | None:
    """The unit, removed or not: the stored row, to be read and not changed."""
    rows = await ask(session, *asked_stored(unit_id))
    return cast(Unit, rows[0]) if rows else None


def asked_stored(unit_id: int | Sought | None) -> Question:
    """What `stored` asks, to be foreseen."""
    return Question(_STORED, {"unit_id": unit_id})


# --- who works there ---------------------------------------------------------------------------------------

_TODAY = bindparam("today", type_=Date())
_staff, _unit, _person = map(table, (UnitStaff, Unit, Person))
_VALID_TODAY = and_(
    or_(_staff.c.valid_from.is_(None), _staff.c.valid_from <= _TODAY),
    or_(_staff.c.valid_to.is_(None), _staff.c.valid_to >= _TODAY),
)


class Post(NamedTuple):
    """What somebody is in a unit today."""

    unit_id: int
    organisation_id: int
    role: StaffRole


_POSTS = (
    select(_staff.c.unit_id, _unit.c.organisation_id, _staff.c.role)
    .join_from(_staff, _unit, _unit.c.id == _staff.c.unit_id)
    .where(_staff.c.person_id == bindparam("person_id", type_=Integer()), _VALID_TODAY)
)


async def posts_of(session: AsyncSession, person_id: int, today: date) -> Sequence[Post]:
    """What this person is, in which units, on the local date `today`."""
    rows = await ask(session, *asked_posts_of(person_id, today))
    return [Post(row.unit_id, row.organisation_id, StaffRole(row.role)) for row in rows]


def asked_posts_of(person_id: int, today: date) -> Question:
    """What `posts_of` asks, to be foreseen."""
    return Question(_POSTS, {"person_id": person_id, "today": today})


class Staff(NamedTuple):
    """Somebody who works with a unit's deviations. `on_chat`: they have spoken on some chat, or been found there."""

    unit_id: int
    person_id: int
    name: str
    language: str
    role: StaffRole
    on_chat: bool


_account = table(Account)
_NO_CHAT = ("mail", "page")
"""The surfaces of those who are on no chat."""
_STAFF_COLUMNS: tuple[Any, ...] = (
    _staff.c.unit_id,
    _person.c.id,
    _person.c.name,
    _person.c.language,
    _staff.c.role,
    exists().where(
        _account.c.person_id == _person.c.id, *(_account.c.surface != written_out(surface) for surface in _NO_CHAT)
    ),
)
_STAFF = (
    select(*_STAFF_COLUMNS)
    .join_from(_staff, _person, _person.c.id == _staff.c.person_id)
    .where(among(_staff.c.unit_id, "unit_ids"), _person.c.removed_at.is_(None), _VALID_TODAY)
    .order_by(in_alphabet(_person.c.name), _person.c.id)
)


_STAFF_OF = (
    select(*_STAFF_COLUMNS)
    .join_from(_staff, _person, _person.c.id == _staff.c.person_id)
    .where(
        or_(
            _staff.c.unit_id == bindparam("unit_id", type_=Integer()),
            _staff.c.unit_id == bindparam("besides_id", type_=Integer()),
        ),
        _person.c.removed_at.is_(None),
        _VALID_TODAY,
    )
    .order_by(in_alphabet(_person.c.name), _person.c.id)
)


async def staff_of(session: AsyncSession, unit_id: int, besides_id: int | None, today: date) -> Sequence[Staff]:
    """As `staff`, of this unit and of another one besides, if there is one."""
    return [_one_of_staff(row) for row in await ask(session, *asked_staff_of(unit_id, besides_id, today))]


def asked_staff_of(unit_id: int | Sought | None, besides_id: int | Sought | None, today: date) -> Question:
    """What `staff_of` asks, to be foreseen."""
    return Question(_STAFF_OF, {"unit_id": unit_id, "besides_id": besides_id, "today": today})


async def staff(session: AsyncSession, unit_ids: Collection[int], today: date, *roles: StaffRole) -> Sequence[Staff]:
    """Who works with these units' deviations on the local date `today`, in one of `roles` (none given: in any)."""
    if not unit_ids:
        return []
    rows = await ask(session, _STAFF, {"unit_ids": list(unit_ids), "today": today})
    found = [_one_of_staff(row) for row in rows]
    return [one for one in found if not roles or one.role in roles]


def _one_of_staff(row: Any) -> Staff:
    unit_id, person_id, name, language, role, on_chat = row
    return Staff(unit_id, person_id, name, language, StaffRole(role), bool(on_chat))


_LEADERS = (
    select(*_STAFF_COLUMNS)
    .join_from(_staff, _unit, _unit.c.id == _staff.c.unit_id)
    .join(_person, _person.c.id == _staff.c.person_id)
    .where(
        _unit.c.organisation_id == bindparam("organisation_id"),
        _staff.c.role == StaffRole.LEADER.value,
        _person.c.removed_at.is_(None),
        _VALID_TODAY,
    )
    .order_by(in_alphabet(_person.c.name), _person.c.id)
)


async def leaders(session: AsyncSession, organisation_id: int, today: date) -> Sequence[Staff]:
    """Who leads any of the organisation's units on the local date `today`; one row for each unit led."""
    rows = await ask(session, _LEADERS, {"organisation_id": organisation_id, "today": today})
    return [_one_of_staff(row) for row in rows]


_WORKPLACE = later(
    lambda: (
        _listed()
        .join(Workplace, col(Workplace.unit_id) == col(Unit.id))
        .where(col(Workplace.person_id) == bindparam("person_id"))
    )
)


async def workplace(session: AsyncSession, person_id: int) -> Listed | None:
    """The unit this person works in, if it is known and still there."""
    row = (await session.execute(_WORKPLACE(), {"person_id": person_id})).first()
    return Listed(*row) if row else None


_WORKS_IN = PerDialect(
    lambda insert: insert(table(Workplace)).on_conflict_do_update(
        index_elements=["person_id"], set_={"unit_id": insert(table(Workplace)).excluded.unit_id}
    )
)


def works_in_written(session: AsyncSession, person_id: int, unit_id: int) -> Written:
    """That this person works there is remembered, to be written together with more."""
    return Written(Question(_WORKS_IN.on(session), {"person_id": person_id, "unit_id": unit_id}))


_LEARN = PerDialect(lambda insert: insert(table(UnitAlias)).on_conflict_do_nothing(index_elements=["unit_id", "alias"]))


async def learn_alias(session: AsyncSession, unit_id: int, alias: str, learnt_by_id: int) -> None:
    """Remember that the unit is also called `alias`. Known already: nothing happens."""
    await session.execute(_LEARN.on(session), {"unit_id": unit_id, "alias": alias, "learnt_by_id": learnt_by_id})


async def organisation(session: AsyncSession, organisation_id: int) -> Organisation | None:
    """The organisation, removed or not."""
    return await session.get(Organisation, organisation_id)


_own = table(Organisation)
_EMPLOYER = (
    select(*_own.c)
    .join_from(_person, _own, _own.c.id == _person.c.organisation_id)
    .where(_person.c.id == bindparam("employed_id", type_=Integer()))
)


async def employer(session: AsyncSession, person_id: int) -> Organisation | None:
    """The organisation that this person works for: the stored row, to be read and not changed."""
    rows = await ask(session, *asked_employer(person_id))
    return cast(Organisation, rows[0]) if rows else None


def asked_employer(person_id: int | Sought | None) -> Question:
    """What `employer` asks, to be foreseen."""
    return Question(_EMPLOYER, {"employed_id": person_id})


_SETTING = select(table(Setting).c.value).where(table(Setting).c.name == bindparam("setting", type_=Text()))


async def setting(session: AsyncSession, name: str) -> JsonObject:
    """What the partnership has decided under this name; empty where nothing was."""
    rows = await ask(session, *asked_setting(name))
    return dict(rows[0].value) if rows else {}


def asked_setting(name: str) -> Question:
    """What `setting` asks, to be foreseen."""
    return Question(_SETTING, {"setting": name})
