"""Numbers of deviations: counted per month by the database, and kept (`deviation_count`) until something changes.

A month whose reports have changed (triggers note it, see `storage.tables.deviation_numbers`) is counted anew from the
reports themselves when somebody next asks, or by the worker before that. So a number never drifts away from what it
counts, and showing it reads some hundred rows, however many reports there are.

Reports that were withdrawn, or still wait for the reporter's leader, do not count.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import String, and_, bindparam, case, cast, delete, func, insert, literal, or_, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from storage.alphabet import in_alphabet
from storage.asking import ask, ask_each, ask_first
from storage.direct import Question
from storage.statements import among, later, table
from storage.tables import (
    Deviation,
    DeviationCategory,
    DeviationCount,
    DeviationRecount,
    DeviationStatus,
    DirectFix,
    Organisation,
    Unit,
)
from storage.tables.deviations import SERIOUS

UNCOUNTED = (DeviationStatus.AT_LEADER, DeviationStatus.WITHDRAWN)
"""The statuses of reports that no number counts."""
EVERYTHING = ""
"""The scope that holds every report."""
_FINE_HOURS = 72
# Any number will do, as long as nothing else in the database locks the same one (see `storage.migrate`).
_LOCK = 7_226_002


class What(StrEnum):
    """What is counted; the key beside it says of which kind.

    `HOURS`: to the first answer; whole hours up to three days, then whole days, in hours. `NEAR_MISS`: `yes` or `no`.
    `STATE`: `answered` (at least once), `rejected` or `waiting`. `IN_TIME`: of those answered, `yes` or `no`; of
    serious ones also `serious_yes` or `serious_no`. `UNIT`: the id of the one that is to answer.
    `WORKPLACE`: the id of the unit that reported, empty when not known. The `FIXED_…` count what was fixed on the spot.
    """

    MONTH = "month"
    CATEGORY = "category"
    CONSEQUENCE = "consequence"
    CONSENT = "consent"
    SERVICE = "service"
    STATE = "state"
    IN_TIME = "in_time"
    NEAR_MISS = "near_miss"
    RATING = "rating"
    UNIT = "unit"
    WORKPLACE = "workplace"
    HOURS = "hours"
    FIXED_MONTH = "fixed_month"
    FIXED_CATEGORY = "fixed_category"


def of_unit(unit_id: int) -> str:
    """The scope of the reports that this unit is to answer."""
    return f"unit:{unit_id}"


def of_organisation(organisation_id: int) -> str:
    """The scope of the reports that this organisation sent or is to answer."""
    return f"organisation:{organisation_id}"


# --- counting ----------------------------------------------------------------------------------------------

_deviation, _category, _fix = map(table, (Deviation, DeviationCategory, DirectFix))
_unit, _organisation = map(table, (Unit, Organisation))
_count, _recount = map(table, (DeviationCount, DeviationRecount))


def _in_scopes(counted: Any, scopes: Sequence[tuple[str, Any, Any]]) -> Any:
    """What was counted, summed up for each of `scopes`: what its name begins with, the id after that, and which rows
    it is for."""
    kind = [counted.c[name] for name in ("month", "direction", "what", "key")]
    each = [select(literal(EVERYTHING).label("scope"), *kind, counted.c.number)]
    for prefix, column, condition in scopes:
        scope = (literal(prefix) + cast(column, String)).label("scope")
        each.append(select(scope, *kind, counted.c.number).where(condition))
    held = union_all(*each).subquery()
    kind = [held.c[name] for name in ("scope", "month", "direction", "what", "key")]
    return select(*kind, func.sum(held.c.number)).group_by(*kind)


_COUNTED_BY = {
    "id",
    "month",
    "direction",
    "status",
    "unit_id",
    "workplace_id",
    "organisation_id",
    "reporter_organisation_id",
    "service",
    "consequence",
    "near_miss",
    "consent",
    "answered_at",
    "seconds_to_answer",
    "answered_in_time",
    "rating",
}


def state_of(column: Any) -> Any:
    """Where a report stands, in the three words of `What.STATE`. `column`: those of `deviation`."""
    return case(
        (column.answered_at.is_not(None), "answered"),
        (column.status == DeviationStatus.REJECTED, "rejected"),
        else_="waiting",
    )


def _one_of_few(column: Any) -> Mapping[tuple[What, str], Any]:
    """What and key, and which reports they are of, where there are few keys and all are known."""
    state = state_of(column)
    return {
        (What.STATE, "answered"): state == "answered",
        (What.STATE, "rejected"): state == "rejected",
        (What.STATE, "waiting"): state == "waiting",
        (What.IN_TIME, "yes"): column.answered_in_time.is_(True),
        (What.IN_TIME, "no"): column.answered_in_time.is_(False),
        (What.IN_TIME, "serious_yes"): column.answered_in_time.is_(True) & column.consequence.in_(SERIOUS),
        (What.IN_TIME, "serious_no"): column.answered_in_time.is_(False) & column.consequence.in_(SERIOUS),
        (What.NEAR_MISS, "yes"): column.near_miss.is_(True),
        (What.NEAR_MISS, "no"): column.near_miss.is_(False),
        (What.RATING, "helpful"): column.rating == "helpful",
        (What.RATING, "not_helpful"): column.rating == "not_helpful",
    }


def _counted() -> Any:
    """Scope, month, direction, what, key, count."""
    report = (
        # Not the texts: the database may copy the rows.
        select(*(column for column in _deviation.c if column.key in _COUNTED_BY))
        .where(among(_deviation.c.month, "months"), _deviation.c.status.not_in(UNCOUNTED))
        .cte("report")
    )
    column = report.c
    whose = (
        column.month,
        column.direction,
        column.unit_id,
        column.organisation_id,
        column.reporter_organisation_id,
    )
    hours = column.seconds_to_answer // 3600

    def each(what: What, key: Any, *conditions: Any, rows: Any = report) -> Any:
        # Worked out first: a parameter within GROUP BY is another one than the same within SELECT.
        keyed = select(*whose, key.label("key")).select_from(rows).where(*conditions).subquery()
        found = keyed.c
        return select(
            *(found[column.key] for column in whose),
            literal(what.value).label("what"),
            found.key,
            func.count().label("number"),
        ).group_by(*found)

    # What is one of few is counted in one go, which halves the work.
    sums = (
        select(
            *whose,
            func.count().label("number"),
            *(
                func.count(case((condition, 1))).label(f"{what}_{key}")
                for (what, key), condition in _one_of_few(column).items()
            ),
        )
        .group_by(*whose)
        .cte("sums")
    )

    def summed(what: What, key: Any, number: Any) -> Any:
        row = [sums.c[column.key] for column in whose]
        return select(*row, literal(what.value).label("what"), key.label("key"), number.label("number")).where(
            number > 0
        )

    # By unit, since that leaves few rows to sum up for the wider scopes.
    by_unit = union_all(
        summed(What.MONTH, sums.c.month, sums.c.number),
        summed(What.UNIT, cast(sums.c.unit_id, String), sums.c.number),
        *(summed(what, literal(key), sums.c[f"{what}_{key}"]) for what, key in _one_of_few(column)),
        each(What.CATEGORY, _category.c.category, rows=report.join(_category, _category.c.deviation_id == column.id)),
        each(What.CONSEQUENCE, column.consequence),
        each(What.CONSENT, column.consent),
        each(What.SERVICE, column.service),
        each(What.WORKPLACE, func.coalesce(cast(column.workplace_id, String), "")),
        each(
            What.HOURS,
            cast(case((hours < _FINE_HOURS, hours), else_=(hours // 24) * 24), String),
            column.seconds_to_answer.is_not(None),
        ),
    ).cte("by_unit")
    of_another = by_unit.c.reporter_organisation_id != by_unit.c.organisation_id
    return _in_scopes(
        by_unit,
        (
            ("unit:", by_unit.c.unit_id, true()),
            ("organisation:", by_unit.c.organisation_id, true()),
            ("organisation:", by_unit.c.reporter_organisation_id, of_another),
        ),
    )


def _fixed() -> Any:
    """The same of what was fixed on the spot."""
    whose = (_fix.c.month, _fix.c.direction, _fix.c.organisation_id)
    fixed = union_all(
        *(
            select(*whose, literal(what.value).label("what"), key.label("key"), func.count().label("number"))
            .where(among(_fix.c.month, "months"))
            .group_by(*whose, key)
            for what, key in ((What.FIXED_MONTH, _fix.c.month), (What.FIXED_CATEGORY, _fix.c.category))
        )
    ).cte("fixed")
    return _in_scopes(fixed, (("organisation:", fixed.c.organisation_id, true()),))


_COLUMNS = ["scope", "month", "direction", "what", "key", "count"]
_ANY_CHANGED = later(lambda: select(_recount.c.id).limit(1))
_CHANGED = later(lambda: select(_recount.c.month).distinct().order_by(_recount.c.month))
_TAKE_CHANGED = later(lambda: delete(_recount).returning(_recount.c.month))
_TAKE_THESE = later(lambda: _TAKE_CHANGED().where(among(_recount.c.month, "months")))
_FORGET = later(lambda: delete(_count).where(among(_count.c.month, "months")))
_COUNT = later(lambda: insert(_count).from_select(_COLUMNS, _counted()))
_COUNT_FIXED = later(lambda: insert(_count).from_select(_COLUMNS, _fixed()))


async def changed_months(session: AsyncSession) -> Sequence[str]:
    """The months whose reports have changed since they were counted."""
    return await ask_each(session, _CHANGED(), {})


def stirs() -> Question:
    """Finds a row if there are such months."""
    return Question(_ANY_CHANGED(), {})


async def recount(session: AsyncSession, only: Collection[str] | None = None) -> Sequence[str]:
    """Count the months anew whose reports have changed, of `only` these where such are given; which they were.

    Nothing has changed: one statement. Several at once take turns; what is stored meanwhile is noted by its trigger,
    and counted the next time if it was not now.
    """
    if await ask_first(session, _ANY_CHANGED(), {}) is None:
        return ()
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    taken = _TAKE_CHANGED() if only is None else _TAKE_THESE()
    months = sorted(set(await session.scalars(taken, {} if only is None else {"months": list(only)})))
    if months:
        for statement in (_FORGET(), _COUNT(), _COUNT_FIXED()):
            await session.execute(statement, {"months": months})
    return months


# --- reading -----------------------------------------------------------------------------------------------


class Counted(NamedTuple):
    """So many reports of this direction have `what` = `key`."""

    direction: str
    what: What
    key: str
    number: int


_READ = later(
    lambda: (
        select(_count.c.direction, _count.c.what, _count.c.key, func.sum(_count.c.count))
        .where(
            among(_count.c.scope, "scopes"),
            _count.c.month.between(bindparam("first"), bindparam("last")),
        )
        .group_by(_count.c.direction, _count.c.what, _count.c.key)
    )
)


async def counted(session: AsyncSession, scopes: Collection[str], first: str, last: str) -> Sequence[Counted]:
    """Every number of the months `first` to `last` (`2026-11`, both included), as of now.

    `scopes` must not overlap: a report that two of them hold would count twice.
    """
    await recount(session)
    rows = await ask(session, _READ(), {"scopes": list(scopes), "first": first, "last": last})
    return [Counted(direction, What(what), key, int(count)) for direction, what, key, count in rows]


_HEARD = later(
    lambda: (
        select(_count.c.key)
        .distinct()
        .where(
            _count.c.scope == EVERYTHING,
            _count.c.what.in_((What.UNIT, What.WORKPLACE)),
            _count.c.month.between(bindparam("first"), bindparam("last")),
        )
    )
)


async def units_heard(session: AsyncSession, first: str, last: str) -> set[int]:
    """The units that sent or got any report in these months, as last counted."""
    return {int(key) for key in await ask_each(session, _HEARD(), {"first": first, "last": last}) if key}


class UnitName(NamedTuple):
    """A unit as numbers name it. `active`: neither it nor its organisation is removed."""

    id: int
    name: str
    organisation_id: int
    organisation: str
    active: bool


_UNITS = later(
    lambda: (
        select(
            _unit.c.id,
            _unit.c.name,
            _unit.c.organisation_id,
            _organisation.c.name.label("organisation"),
            and_(_unit.c.removed_at.is_(None), _organisation.c.removed_at.is_(None)),
        )
        .join_from(_unit, _organisation, _organisation.c.id == _unit.c.organisation_id)
        .order_by(in_alphabet(_organisation.c.name), in_alphabet(_unit.c.name), _unit.c.id)
    )
)


async def unit_names(session: AsyncSession) -> Sequence[UnitName]:
    """Every unit, removed ones too, by organisation and name."""
    rows = await ask(session, _UNITS(), {})
    return [UnitName(unit_id, name, owner_id, owner, bool(active)) for unit_id, name, owner_id, owner, active in rows]


# --- rows --------------------------------------------------------------------------------------------------


class ReportRow(NamedTuple):
    """One report as a row of an export: nothing that anybody wrote, no reporter, no reference, the month only.

    `unit`, `organisation`: that is to answer. `state`: as in `What.STATE`.
    """

    month: str
    direction: str
    unit: str
    organisation: str
    service: str
    categories: tuple[str, ...]
    consequence: str
    near_miss: bool
    consent: str
    state: str
    seconds_to_answer: int | None
    in_time: bool | None
    rating: str


_ROWS = later(
    lambda: (
        select(
            _deviation.c.month,
            _deviation.c.direction,
            _unit.c.name,
            _organisation.c.name.label("organisation"),
            _deviation.c.service,
            select(func.aggregate_strings(_category.c.category, ","))
            .where(_category.c.deviation_id == _deviation.c.id)
            .scalar_subquery(),
            _deviation.c.consequence,
            _deviation.c.near_miss,
            _deviation.c.consent,
            state_of(_deviation.c),
            _deviation.c.seconds_to_answer,
            _deviation.c.answered_in_time,
            _deviation.c.rating,
        )
        .join_from(_deviation, _unit, _unit.c.id == _deviation.c.unit_id)
        .join(_organisation, _organisation.c.id == _deviation.c.organisation_id)
        .where(
            _deviation.c.status.not_in(UNCOUNTED),
            _deviation.c.month.between(bindparam("first"), bindparam("last")),
            or_(
                among(_deviation.c.unit_id, "unit_ids"),
                _deviation.c.organisation_id == bindparam("organisation_id"),
                _deviation.c.reporter_organisation_id == bindparam("organisation_id"),
            ),
        )
    )
)


async def rows(
    session: AsyncSession, *, unit_ids: Collection[int] = (), organisation_id: int = 0, first: str, last: str
) -> Sequence[ReportRow]:
    """The reports that these units are to answer, and those that the organisation sent or is to answer.

    In no order but that of what they hold: which came first is not told.
    """
    found = await ask(
        session, _ROWS(), {"unit_ids": list(unit_ids), "organisation_id": organisation_id, "first": first, "last": last}
    )
    reports = [
        ReportRow(month, direction, unit, organisation, service, tuple(sorted((categories or "").split(","))), *rest)
        for month, direction, unit, organisation, service, categories, *rest in found
    ]
    return sorted(reports, key=lambda row: [-1 if value is None else value for value in row])
