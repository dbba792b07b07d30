"""Deviations: what was reported, where it stands, and every event in between."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum, auto
from secrets import token_hex
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    CursorResult,
    Date,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import asking
from storage.asking import Adding, Rows, ask, ask_value, write_together
from storage.direct import NUMBER, Question, Written
from storage.history import History
from storage.people import is_guest
from storage.series import Series, giving
from storage.statements import Beside, among, later, table, written_out
from storage.tables import (
    Deviation,
    DeviationCategory,
    DeviationEvent,
    DeviationStatus,
    DirectFix,
    Organisation,
    Person,
    Setting,
    Unit,
    UnitStaff,
)
from storage.tables.deviations import SERIOUS
from storage.types import JsonObject, UtcDateTime

HISTORY = History(DeviationEvent, "deviation_id")
NUMBERS = Series.of("deviations")
"""The numbers in references, which begin anew each year."""
AT_UNIT = (DeviationStatus.SENT, DeviationStatus.TAKEN, DeviationStatus.ASKED)
"""The statuses in which a unit owes an answer."""
OPEN = (DeviationStatus.AT_LEADER, *AT_UNIT)
_AT_ONCE = 1000


class Reporter(NamedTuple):
    """Who reported (melder). `workplace`: the unit they work in, empty when not known. `left`: removed since.
    `guest`: of the organisation (see `storage.people.is_guest`)."""

    id: int
    name: str
    language: str
    organisation: str
    workplace: str
    left: bool
    guest: bool


class Handler(NamedTuple):
    """Who has taken it (saksbehandler)."""

    id: int
    name: str


class Report(NamedTuple):
    """A deviation with what stands around it. `organisation`: the name of the responsible unit's.

    `considered_by`, `sent_by`: who said so of the statutory notice, as the history has it. `notices`: the partnership's
    setting of that name (see `handlers.deviations.notice`).
    """

    deviation: Deviation
    unit: Unit
    organisation: str
    reporter: Reporter
    handler: Handler | None
    categories: tuple[str, ...]
    considered_by: str = ""
    sent_by: str = ""
    notices: JsonObject | None = None


_reporter, _handler = aliased(Person), aliased(Person)
_reporting, _responsible = aliased(Organisation), aliased(Organisation)
_workplace = aliased(Unit)
_categories = (
    select(func.aggregate_strings(col(DeviationCategory.category), written_out(",")))
    .where(col(DeviationCategory.deviation_id) == col(Deviation.id))
    .scalar_subquery()
)


_considered_by = HISTORY.last_actor("notice_considered", col(Deviation.id))
_sent_by = HISTORY.last_actor("notice_sent", col(Deviation.id))
_notices = select(col(Setting.value)).where(col(Setting.name) == "notices").scalar_subquery()


def _reports(*whole: Any) -> Any:
    """`whole`: how the deviation and its unit are read; none: as mapped objects."""
    columns: tuple[Any, ...] = (
        *(whole or (Deviation, Unit)),
        _responsible.name,
        _reporter.id,
        _reporter.name,
        _reporter.language,
        _reporting.name,
        _workplace.name,
        _reporter.removed_at,
        is_guest(_reporter),
        _handler.id,
        _handler.name,
        _categories,
        _considered_by,
        _sent_by,
        _notices,
    )
    return (
        select(*columns)
        .select_from(Deviation)
        .join(Unit, col(Unit.id) == col(Deviation.unit_id))
        .join(_responsible, col(_responsible.id) == col(Deviation.organisation_id))
        .join(_reporter, col(_reporter.id) == col(Deviation.reporter_id))
        .join(_reporting, col(_reporting.id) == col(Deviation.reporter_organisation_id))
        .outerjoin(_workplace, col(_workplace.id) == col(Deviation.workplace_id))
        .outerjoin(_handler, col(_handler.id) == col(Deviation.handler_id))
    )


def _report(row: Any) -> Report:
    deviation, unit, organisation, *reporter, removed_at, guest, handler_id, handler, categories = row[:-3]
    considered_by, sent_by, notices = row[-3:]
    person_id, name, language, reporting, workplace = reporter
    return Report(
        deviation,
        unit,
        organisation,
        Reporter(person_id, name, language, reporting, workplace or "", removed_at is not None, guest),
        Handler(handler_id, handler) if handler_id is not None else None,
        tuple(sorted((categories or "").split(","))) if categories else (),
        considered_by or "",
        sent_by or "",
        notices,
    )


_REPORT = later(lambda: _reports().where(col(Deviation.id) == bindparam("deviation_id")))
_LOCK = later(lambda: select(col(Deviation.id)).where(col(Deviation.id) == bindparam("deviation_id")).with_for_update())


async def report(session: AsyncSession, deviation_id: int, *, lock: bool = False) -> Report | None:
    """The report. `lock`: nobody else changes it until this transaction ends; they wait, then see the change."""
    values = {"deviation_id": deviation_id}
    if lock:
        # Two statements, as in `storage.cases.case`, and for the same reason.
        await session.execute(_LOCK(), values)
    row = (await session.execute(_REPORT(), values, execution_options={"populate_existing": lock})).first()
    return _report(row) if row else None


_BY_REFERENCE = later(lambda: _reports().where(col(Deviation.reference) == bindparam("reference")))


async def by_reference(session: AsyncSession, reference: str) -> Report | None:
    """The report with this reference (`AVV-2026-0007`, in any case)."""
    row = (await session.execute(_BY_REFERENCE(), {"reference": reference.strip().upper()})).first()
    return _report(row) if row else None


_deviation, _staff, _person = map(table, (Deviation, UnitStaff, Person))
_BESIDE = Beside(Deviation, Unit)
_PERSON = bindparam("person_id", type_=Integer())
_LIMIT = bindparam("limit", type_=Integer())
_REPORTED_BY = (
    _reports(*_BESIDE.columns)
    .where(_deviation.c.reporter_id == _PERSON)
    .order_by(_deviation.c.changed_at.desc(), _deviation.c.id.desc())
    .offset(bindparam("offset", type_=Integer()))
    .limit(_LIMIT)
)


async def reported_by(session: AsyncSession, person_id: int, offset: int, limit: int) -> Sequence[Report]:
    """A person's own reports, the one that changed last first: the stored rows, to be read and not changed."""
    rows = await ask(session, *asked_reported_by(person_id, offset, limit))
    return [_report((*_BESIDE.of(row), *row[len(_BESIDE.columns) :])) for row in rows]


def asked_reported_by(person_id: int, offset: int, limit: int) -> Question:
    """What `reported_by` asks, to be foreseen."""
    return Question(_REPORTED_BY, {"person_id": person_id, "offset": offset, "limit": limit})


_TODAY = bindparam("today", type_=Date())
_SOMEBODY_HANDLES = exists().where(
    _staff.c.unit_id == _deviation.c.unit_id,
    _person.c.id == _staff.c.person_id,
    _person.c.removed_at.is_(None),
    or_(_staff.c.valid_from.is_(None), _staff.c.valid_from <= _TODAY),
    or_(_staff.c.valid_to.is_(None), _staff.c.valid_to >= _TODAY),
)
_AT_THEM = and_(
    or_(
        among(_deviation.c.unit_id, "units"),
        and_(among(_deviation.c.organisation_id, "organisations"), ~_SOMEBODY_HANDLES),
    ),
    _deviation.c.status.in_([written_out(each) for each in AT_UNIT]),
)
_SERIOUS_FIRST = (
    case((_deviation.c.consequence.in_([written_out(each) for each in SERIOUS]), 0), else_=1),
    _deviation.c.sent_at,
    _deviation.c.id,
)
_QUEUE = (
    _reports()
    .add_columns(func.count().over())
    .where(_AT_THEM)
    .order_by(*_SERIOUS_FIRST)
    .offset(bindparam("offset", type_=Integer()))
    .limit(_LIMIT)
)
_COUNT_AT_THEM = select(func.count().label("count")).select_from(_deviation).where(_AT_THEM)


async def queue(
    session: AsyncSession,
    unit_ids: Collection[int],
    organisation_ids: Collection[int],
    today: date,
    offset: int,
    limit: int,
) -> tuple[Sequence[Report], int]:
    """The reports that these units owe an answer to, serious ones first, then oldest first; and those at units of these
    organisations that have nobody to handle them on the local date `today`. And how many there are in all, unless
    `offset` is beyond them."""
    values = {"units": unit_ids, "organisations": organisation_ids, "today": today}
    rows = await session.execute(_QUEUE, {**values, "offset": offset, "limit": limit})
    found = [(_report(tuple(of_report)), count) for *of_report, count in rows]
    return [report for report, _count in found], next((count for _report, count in found), 0)


async def count_at(
    session: AsyncSession, unit_ids: Collection[int], organisation_ids: Collection[int], today: date
) -> int:
    """How many reports are in that queue."""
    values = {"units": unit_ids, "organisations": organisation_ids, "today": today}
    ((count,),) = await ask(session, _COUNT_AT_THEM, values)
    return int(count)


class ToDo(StrEnum):
    """What somebody is to do about a report."""

    ANSWER = auto()
    """It is at their unit, or at one where nobody is that they lead."""
    COMPLETE = auto()
    """Somebody of a unit that they lead wrote it, and they are to look it over."""
    REPLY = auto()
    """It is their own, and the unit has asked them."""


class Owing(NamedTuple):
    """A report that somebody is to do something about, as far as a line about it tells.

    `organisation`: the name of the reporter's. `categories`: as in `Report`, in any order.
    """

    to_do: ToDo
    id: int
    reference: str
    consequence: str
    due_at: datetime | None
    organisation: str
    categories: tuple[str, ...]


def _owing(to_do: ToDo, condition: Any, *order: Any) -> Any:
    found = (
        select(
            written_out(to_do).label("to_do"),
            _deviation.c.id,
            _deviation.c.reference,
            _deviation.c.consequence,
            _deviation.c.due_at,
            table(Organisation).c.name,
            _categories.label("categories"),
        )
        .join_from(_deviation, table(Organisation), table(Organisation).c.id == _deviation.c.reporter_organisation_id)
        .where(condition)
        .order_by(*order)
        .limit(_LIMIT)
    )
    # Only so may each of several that come together have an order and a limit.
    return select(found.subquery())


_OWED = union_all(
    _owing(ToDo.ANSWER, _AT_THEM, *_SERIOUS_FIRST),
    _owing(
        ToDo.COMPLETE,
        and_(among(_deviation.c.workplace_id, "led"), _deviation.c.status == written_out(DeviationStatus.AT_LEADER)),
        _deviation.c.id,
    ),
    _owing(
        ToDo.REPLY,
        and_(_deviation.c.reporter_id == _PERSON, _deviation.c.status == written_out(DeviationStatus.ASKED)),
        _deviation.c.id,
    ),
)


async def owed(
    session: AsyncSession,
    person_id: int,
    unit_ids: Collection[int],
    organisation_ids: Collection[int],
    led: Collection[int],
    today: date,
    limit: int,
) -> Sequence[Owing]:
    """What a person is to do about reports, `limit` of each kind at most: those in the queue of these units and
    organisations (see `queue`), those at the leader of one of the units `led`, and their own. One statement."""
    values = {
        "person_id": person_id,
        "units": unit_ids,
        "organisations": organisation_ids,
        "led": led,
        "today": today,
        "limit": limit,
    }
    return [
        Owing(
            ToDo(row.to_do),
            row.id,
            row.reference,
            row.consequence,
            row.due_at,
            row.name,
            tuple(row.categories.split(",")) if row.categories else (),
        )
        for row in await ask(session, _OWED, values)
    ]


_COUNT_ASKED = later(
    lambda: (
        select(func.count())
        .select_from(Deviation)
        .where(col(Deviation.reporter_id) == bindparam("reporter_id"), col(Deviation.status) == DeviationStatus.ASKED)
    )
)


async def count_asked(session: AsyncSession, reporter_id: int) -> int:
    """How many of a person's own reports wait for them to answer the unit."""
    count = await ask_value(session, _COUNT_ASKED(), {"reporter_id": reporter_id})
    return count or 0


_AT_LEADER = later(
    lambda: (
        _reports()
        .where(among(col(Deviation.workplace_id), "unit_ids"), col(Deviation.status) == DeviationStatus.AT_LEADER)
        .order_by(col(Deviation.id))
        .limit(bindparam("limit"))
    )
)


async def at_leader(session: AsyncSession, unit_ids: Collection[int], limit: int) -> Sequence[Report]:
    """The reports from these units that wait for the reporter's leader to complete them, oldest first."""
    rows = await session.execute(_AT_LEADER(), {"limit": limit, "unit_ids": unit_ids})
    return [_report(row) for row in rows]


_THESE = later(lambda: _reports().where(among(col(Deviation.id), "ids")))


async def reports(session: AsyncSession, ids: Collection[int]) -> dict[int, Report]:
    """These reports, by id; one statement for each thousand."""
    wanted = sorted(ids)
    found: dict[int, Report] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = await session.execute(_THESE(), {"ids": wanted[start : start + _AT_ONCE]})
        found.update((report.deviation.id, report) for report in map(_report, rows))
    return found


_AT_LEADER_SINCE = (
    select(table(Deviation).c.id, table(Deviation).c.created_at)
    .where(
        table(Deviation).c.status == DeviationStatus.AT_LEADER.value,
        table(Deviation).c.created_at <= bindparam("at_leader_since", type_=UtcDateTime()),
    )
    .order_by(table(Deviation).c.created_at, table(Deviation).c.id)
)


async def at_leader_since(session: AsyncSession, moment: datetime) -> Sequence[tuple[int, datetime]]:
    """The reports (id, when they were written) that have waited at the reporter's nearest leader since this moment or
    longer, oldest first."""
    rows = await ask(session, *stirs_at_leader(moment))
    return [(row.id, row.created_at) for row in rows]


def stirs_at_leader(moment: datetime) -> Question:
    """Finds a row if any wait so long."""
    return Question(_AT_LEADER_SINCE, {"at_leader_since": moment})


# --- storing -----------------------------------------------------------------------------------------------

_ADDING = Adding(Deviation)
_CATEGORIES = Rows(DeviationCategory, ("deviation_id", "category"), lambda insert: insert(table(DeviationCategory)))
_NONE = dict.fromkeys(column.name for column in table(Deviation).c)
_ADD_DIRECT = insert(table(DirectFix)).returning(table(DirectFix).c.id)

_EMPTY: Mapping[str, Any] = {
    "workplace_id": None,
    "service": "",
    "service_other": "",
    "category_other": "",
    "happened_on": None,
    "happened_clock": None,
    "happened_last_on": None,
    "happened_last_clock": None,
    "immediate_measures": "",
    "near_miss": False,
    "prevention": "",
    "notice_considered_at": None,
    "notice_sent_at": None,
    "handler_id": None,
    "sent_at": None,
    "due_at": None,
    "finding": "",
    "measure": "",
    "measure_by": "",
    "measure_due": "",
    "reject_reason": "",
    "rating": "",
}


def reference_of(year: int, number: int) -> str:
    """`AVV-2026-0007`."""
    return f"AVV-{year}-{number:04}"


def _reference(year: Any, number: Any) -> Any:
    """The same, where PostgreSQL gives the number."""
    digits = sql_cast(number, Text)
    wide = func.lpad(digits, func.greatest(literal_column("4"), func.length(digits)), written_out("0"))
    return func.concat(written_out("AVV-"), year, written_out("-"), wide)


_NUMBERING = giving(_reference)


def asked_for_new() -> Sequence[Question]:
    """What `add` asks, to be foreseen."""
    return (_ADDING.next_id, HISTORY.adding.next_id)


async def add(
    session: AsyncSession,
    values: Mapping[str, Any],
    categories: Collection[str],
    *,
    year: int,
    at: datetime,
    besides: Sequence[Written] = (),
    number_last: bool = False,
) -> tuple[Deviation, int]:
    """Store a new report, with the next reference of `year` (local); it, and the id of the event `reported`.

    `number_last`: the reference may be given by the statement that writes all the rest too, so that nobody waits longer
    than that for the next one. What is shown then holds a mark in its place, for which it is put in when it is known
    (see `storage.asking.number_last`).


    `values`: columns of `Deviation`. `besides`: what else is written, by the same statement. A rollback takes the
    reference back: no gap, however many report at a time. What comes back is as the stored row, to be read and not
    changed (see `storage.cases.add_case`).
    """
    # Eight random bytes: nothing that somebody wrote before has them.
    numbering = NUMBERS.numbering(_NUMBERING, year, f"AVV-{token_hex(8)}")
    if number_last and asking.number_last(session, numbering):
        number, reference = NUMBER, numbering.mark
    else:
        number = await NUMBERS.next(session, year)
        reference = reference_of(year, number)
    stored = {
        **_EMPTY,
        **values,
        "reference": reference,
        "year": year,
        "number_in_year": number,
        "created_at": at,
        "changed_at": at,
    }
    deviation_id, added = await _ADDING.to_add(session, stored)
    row = SimpleNamespace(**{**_NONE, **stored, "id": deviation_id})
    concerning = await _CATEGORIES.to_write(session, _categories_of(deviation_id, categories))
    event, reported = await HISTORY.to_add(
        session, deviation_id, "reported", values["reporter_id"], at, draft_id=str(values["draft_id"])
    )
    await write_together(session, [*added, *concerning, *reported, *besides])
    return cast(Deviation, row), event.id


async def put_categories(session: AsyncSession, deviation_id: int, categories: Collection[str]) -> None:
    """Store what a new report concerns."""
    await _CATEGORIES.write(session, _categories_of(deviation_id, categories))


def _categories_of(deviation_id: int, categories: Collection[str]) -> Sequence[Mapping[str, Any]]:
    return [{"deviation_id": deviation_id, "category": category} for category in sorted(set(categories))]


async def change_categories(session: AsyncSession, deviation_id: int, categories: Collection[str]) -> None:
    """Store what a report concerns, in the place of what was said before."""
    await session.execute(delete(DeviationCategory).where(col(DeviationCategory.deviation_id) == deviation_id))
    await put_categories(session, deviation_id, categories)


async def add_direct_fix(
    session: AsyncSession, *, organisation_id: int, direction: str, category: str, month: str, at: datetime
) -> int:
    """Count an event that was fixed on the spot; the row's id, by which it can be taken back."""
    row_id: int | None = await session.scalar(
        _ADD_DIRECT,
        {"organisation_id": organisation_id, "direction": direction, "category": category, "month": month, "at": at},
    )
    assert row_id is not None  # noqa: S101 - the statement always returns a row
    return row_id


async def remove_direct_fix(session: AsyncSession, row_id: int, *, organisation_id: int, at: datetime) -> bool:
    """Take back the one with this id that this organisation counted at this moment; whether it was there."""
    statement = delete(DirectFix).where(
        col(DirectFix.id) == row_id, col(DirectFix.organisation_id) == organisation_id, col(DirectFix.at) == at
    )
    result = cast(CursorResult[Any], await session.execute(statement))
    return result.rowcount == 1
