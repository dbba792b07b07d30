"""Cases: what is proposed, what is on an agenda, and every event in between."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from sqlalchemy import Integer, Text, and_, bindparam, delete, func, insert, or_, select, union_all
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import Adding, ask, ask_each, ask_value
from storage.direct import Question
from storage.history import History
from storage.people import is_guest
from storage.series import Series
from storage.statements import Beside, among, later, rows_as_they_are, table, written_out
from storage.tables import (
    STAYED,
    AgendaItem,
    AgendaItemEvent,
    AgendaSlot,
    Committee,
    FormerNumber,
    ItemStatus,
    Left,
    Meeting,
    Person,
)

HISTORY = History(AgendaItemEvent, "item_id")
UNDECIDED = (ItemStatus.PROPOSED, ItemStatus.QUESTIONED, ItemStatus.DEFERRED)


class Proposer(NamedTuple):
    """Who proposed a case (forslagsstiller). `left`: they were removed from the partnership since."""

    id: int
    name: str
    language: str
    guest: bool
    left: bool = False


class Former(NamedTuple):
    """A number that a case had, in a meeting that begins at `starts_at` (UTC), and has no longer."""

    id: int
    committee_id: int
    meeting_id: int | None
    number: str
    year: int
    in_year: int
    types: list[str] | None
    series: str
    why: Left
    starts_at: datetime | None
    zone: str | None
    committee: str


NOBODY = Proposer(0, "", "nb", guest=False)
"""Who proposed a case that was read in from an old paper, which does not tell."""


class Case(NamedTuple):
    """A case with what stands around it.

    `former`: the numbers that it had before, first to last, where they were looked up (see `with_former`).
    """

    item: AgendaItem
    committee: Committee
    proposer: Proposer
    meeting: Meeting | None
    former: Sequence[Former] = ()


def _case(row: Any) -> Case:
    item, committee, *proposer, meeting = row
    return Case(item, committee, Proposer(*proposer) if proposer[0] is not None else NOBODY, meeting)


def _cases(*, read_in: bool = False) -> Any:
    """Cases on their way; `read_in`: also those that were read in from old papers."""
    left = col(Person.removed_at).is_not(None)
    proposer: tuple[Any, ...] = (Person.id, Person.name, Person.language, is_guest(), left)
    columns: tuple[Any, ...] = (AgendaItem, Committee, *proposer, Meeting)
    return (
        select(*columns)
        .select_from(AgendaItem)
        .join(Committee, col(Committee.id) == col(AgendaItem.committee_id))
        .join(Person, col(Person.id) == col(AgendaItem.proposer_id), isouter=read_in)
        .outerjoin(Meeting, col(Meeting.id) == col(AgendaItem.meeting_id))
    )


@cache
def _one(*, read_in: bool = False) -> Any:
    return _cases(read_in=read_in).where(col(AgendaItem.id) == bindparam("item_id"))


_CASE = later(lambda: select(col(AgendaItem.id)).where(col(AgendaItem.id) == bindparam("item_id")).with_for_update())


async def case(session: AsyncSession, item_id: int, *, lock: bool = False) -> Case | None:
    """The case. `lock`: nobody else changes it until this transaction ends; they wait, then see the change."""
    if lock:
        # Two statements: PostgreSQL looks only at the locked row once more after waiting, not at what is joined to it,
        # so a case that got another committee or meeting meanwhile would come back without them, or not at all.
        await session.execute(_CASE(), {"item_id": item_id})
    as_it_is = {"populate_existing": lock}
    row = (await session.execute(_one(), {"item_id": item_id}, execution_options=as_it_is)).first()
    return _case(row) if row else None


async def case_or_read_in(session: AsyncSession, item_id: int) -> Case | None:
    """The case, also one that was read in from an old paper: to be read only."""
    row = (await session.execute(_one(read_in=True), {"item_id": item_id})).first()
    return _case(row) if row else None


_ADDING = Adding(AgendaItem)
_EMPTY_CASE = dict.fromkeys(column.name for column in table(AgendaItem).c)


def asked_for_new() -> Sequence[Question]:
    """What `add_case` asks, to be foreseen."""
    return (_ADDING.next_id, HISTORY.adding.next_id)


async def add_case(
    session: AsyncSession, values: Mapping[str, Any], *, proposer_id: int, at: datetime
) -> tuple[AgendaItem, int]:
    """Store a new case, proposed at `at`; it, and the id of the first event of its life.

    What comes back is as the stored row, to be read and not changed: a mapped object would take as long as all
    the rest.
    """
    stored = {
        "status": ItemStatus.PROPOSED,
        "late": False,
        "proposer_id": proposer_id,
        "created_at": at,
        "changed_at": at,
        **values,
    }
    row = SimpleNamespace(**{**_EMPTY_CASE, **stored, "id": await _ADDING.add(session, stored)})
    event = await HISTORY.add(session, row.id, "proposed", proposer_id, at, draft_id=values["draft_id"])
    return cast(AgendaItem, row), event.id


_item, _committee, _meeting, _proposer = map(table, (AgendaItem, Committee, Meeting, Person))
_BESIDE = Beside(AgendaItem, Committee, Meeting)
_LIMIT = bindparam("limit", type_=Integer())
_OWN = (
    select(
        *_BESIDE.columns, _proposer.c.id, _proposer.c.name, _proposer.c.language, is_guest(_proposer).label("is_guest")
    )
    .join_from(_item, _committee, _committee.c.id == _item.c.committee_id)
    .join(_proposer, _proposer.c.id == _item.c.proposer_id)
    .outerjoin(_meeting, _meeting.c.id == _item.c.meeting_id)
    .where(_item.c.proposer_id == bindparam("person_id", type_=Integer()))
    .limit(_LIMIT)
)
_PROPOSED_BY = _OWN.order_by(_item.c.changed_at.desc(), _item.c.id.desc()).offset(bindparam("offset", type_=Integer()))
_QUESTIONED = _OWN.where(_item.c.status == written_out(ItemStatus.QUESTIONED)).order_by(_item.c.id)


def _own(row: Any) -> Case:
    item, committee, meeting = _BESIDE.of(row)
    return Case(item, committee, Proposer(*row[-4:]), meeting)


async def proposed_by(session: AsyncSession, person_id: int, offset: int, limit: int) -> Sequence[Case]:
    """A person's cases, the one that changed last first: the stored rows, to be read and not changed."""
    return [_own(row) for row in await ask(session, *asked_proposed_by(person_id, offset, limit))]


def asked_proposed_by(person_id: int, offset: int, limit: int) -> Question:
    """What `proposed_by` asks, to be foreseen."""
    return Question(_PROPOSED_BY, {"person_id": person_id, "offset": offset, "limit": limit})


_ON_AGENDA = later(
    lambda: (
        _cases()
        .where(
            col(AgendaItem.meeting_id) == bindparam("meeting_id"),
            col(AgendaItem.number).is_not(None),
            col(AgendaItem.status).in_([ItemStatus.ACCEPTED, ItemStatus.WITHDRAWN]),
        )
        .order_by(col(AgendaItem.number_year), col(AgendaItem.number_in_year))
    )
)


async def on_agenda(session: AsyncSession, meeting_id: int) -> Sequence[Case]:
    """The cases on a meeting's agenda, in the order their numbers were issued; the withdrawn ones too."""
    rows = await session.execute(_ON_AGENDA(), {"meeting_id": meeting_id})
    return [_case(row) for row in rows]


class Gap(NamedTuple):
    """Where a case stood on an agenda and does not any more: its number there, why it left, and the case as it is."""

    number: str
    year: int
    in_year: int
    why: Left
    case: Case


async def left_agenda(session: AsyncSession, meeting_id: int) -> Sequence[Gap]:
    """The numbers on a meeting's agenda whose cases were taken off it or moved to another."""
    return await _gaps(session, meeting_id, (Left.MOVED, Left.REMOVED))


async def stayed(session: AsyncSession, meeting_id: int) -> Sequence[Gap]:
    """The cases that this meeting handled and that went on from it, each with its number there."""
    return await _gaps(session, meeting_id, STAYED)


@later
def _gaps_statement() -> Any:
    columns: tuple[Any, ...] = (
        FormerNumber.number,
        FormerNumber.number_year,
        FormerNumber.number_in_year,
        FormerNumber.why,
    )
    return (
        _cases()
        .add_columns(*columns)
        .join(FormerNumber, col(FormerNumber.item_id) == col(AgendaItem.id))
        .where(col(FormerNumber.meeting_id) == bindparam("meeting_id"), among(col(FormerNumber.why), "why"))
        .order_by(col(FormerNumber.number_year), col(FormerNumber.number_in_year))
    )


async def _gaps(session: AsyncSession, meeting_id: int, why: Collection[Left]) -> Sequence[Gap]:
    rows = await session.execute(_gaps_statement(), {"meeting_id": meeting_id, "why": why})
    return [Gap(number, year, in_year, Left(why), _case(tuple(case))) for *case, number, year, in_year, why in rows]


class Handled(NamedTuple):
    """A case as it stands on a meeting's agenda, with its number there. `left`: it went on from that meeting, and has
    another number by now, or none."""

    case: Case
    number: str
    left: Left | None


@later
def _handled() -> Any:
    meeting_id: Any = bindparam("of_meeting")
    item, former, slot = table(AgendaItem).c, table(FormerNumber).c, table(AgendaSlot).c
    here = and_(
        item.meeting_id == meeting_id,
        item.number.is_not(None),
        item.status.in_([ItemStatus.ACCEPTED, ItemStatus.WITHDRAWN]),
    )
    passed_on = and_(former.meeting_id == meeting_id, former.why.in_(STAYED))
    told = and_(slot.meeting_id == meeting_id, slot.paper_id.is_not(None), slot.item_id.is_not(None))
    ids = union_all(
        select(item.id).where(here), select(former.item_id).where(passed_on), select(slot.item_id).where(told)
    )
    return (
        _cases(read_in=True)
        .add_columns(former.number, former.why)
        .outerjoin(table(FormerNumber), and_(former.item_id == item.id, passed_on))
        .where(item.id.in_(ids))
        .order_by(
            func.coalesce(former.number_year, item.number_year),
            func.coalesce(former.number_in_year, item.number_in_year),
        )
    )


async def handled(session: AsyncSession, meeting_id: int) -> Sequence[Handled]:
    """The cases on a meeting's agenda (see `on_agenda`), those that it passed on (see `stayed`), and those that an old
    paper says it handled, in the order of their numbers there, as they are now: one statement."""
    rows = await rows_as_they_are(session, _handled(), {"of_meeting": meeting_id})
    return [
        Handled(case, number or case.item.number or "", Left(why) if why else None)
        for *columns, number, why in rows
        for case in (_case(tuple(columns)),)
    ]


async def with_former(session: AsyncSession, case: Case) -> Case:
    """The case with the numbers that it had before."""
    return case._replace(former=(await former_numbers(session, [case.item.id])).get(case.item.id, ()))


@later
def _former_numbers_statement() -> Any:
    columns: tuple[Any, ...] = (
        FormerNumber.item_id,
        FormerNumber.id,
        FormerNumber.committee_id,
        FormerNumber.meeting_id,
        FormerNumber.number,
        FormerNumber.number_year,
        FormerNumber.number_in_year,
        FormerNumber.number_types,
        FormerNumber.number_series,
        FormerNumber.why,
        Meeting.starts_at,
        Meeting.zone,
        Committee.name,
    )
    return (
        select(*columns)
        .join(Committee, col(Committee.id) == col(FormerNumber.committee_id))
        .outerjoin(Meeting, col(Meeting.id) == col(FormerNumber.meeting_id))
        .where(among(col(FormerNumber.item_id), "item_ids"))
        .order_by(col(FormerNumber.id))
    )


async def former_numbers(session: AsyncSession, item_ids: Collection[int]) -> dict[int, list[Former]]:
    """The numbers that these cases had and have no longer, first to last, by the case's id; not those of cases that
    had none."""
    rows = await ask(session, _former_numbers_statement(), {"item_ids": item_ids})
    found: dict[int, list[Former]] = {}
    for item_id, *row in rows:
        former = Former(*row)
        found.setdefault(item_id, []).append(former._replace(why=Left(former.why)))
    return found


async def give_up_number(session: AsyncSession, item: AgendaItem, why: Left, at: datetime) -> None:
    """The case has its number no longer; no other case gets it."""
    if item.number is None or item.number_year is None or item.number_in_year is None:
        return
    await session.execute(
        insert(table(FormerNumber)),
        {
            "item_id": item.id,
            "committee_id": item.committee_id,
            "meeting_id": item.meeting_id,
            "number": item.number,
            "number_year": item.number_year,
            "number_in_year": item.number_in_year,
            "number_types": item.number_types,
            "number_series": item.number_series,
            "why": why,
            "at": at,
        },
    )
    item.number = item.number_year = item.number_in_year = item.number_types = None
    item.number_series = ""


async def take_up_number(session: AsyncSession, item: AgendaItem, former: Former) -> None:
    """The case has a number again that it had before."""
    await session.execute(delete(FormerNumber).where(col(FormerNumber.id) == former.id))
    item.number, item.number_year, item.number_in_year = former.number, former.year, former.in_year
    item.number_types, item.number_series = former.types, former.series


_UNDECIDED = later(
    lambda: (
        _cases()
        .where(among(col(AgendaItem.committee_id), "committee_ids"), col(AgendaItem.status).in_(UNDECIDED))
        .order_by(col(AgendaItem.created_at), col(AgendaItem.id))
        .offset(bindparam("offset"))
        .limit(bindparam("limit"))
    )
)


async def undecided(session: AsyncSession, committee_ids: Collection[int], offset: int, limit: int) -> Sequence[Case]:
    """The cases that wait for these committees' secretariats, oldest first."""
    rows = await session.execute(_UNDECIDED(), {"limit": limit, "offset": offset, "committee_ids": committee_ids})
    return [_case(row) for row in rows]


_OF_MEETINGS = later(
    lambda: (
        _cases()
        .where(
            among(col(AgendaItem.meeting_id), "meeting_ids"),
            or_(col(AgendaItem.status) == ItemStatus.ACCEPTED, col(AgendaItem.status).in_(UNDECIDED)),
        )
        .order_by(col(AgendaItem.id))
    )
)


async def of_meetings(session: AsyncSession, meeting_ids: Collection[int]) -> Sequence[Case]:
    """Every living case that is, or is wanted, in one of these meetings, oldest first."""
    rows = await session.execute(_OF_MEETINGS(), {"meeting_ids": meeting_ids})
    return [_case(row) for row in rows]


_CLOSED = later(
    lambda: select(col(AgendaItem.id)).where(among(col(AgendaItem.id), "item_ids"), col(AgendaItem.closed_under) != "")
)


async def closed(session: AsyncSession, item_ids: Collection[int]) -> set[int]:
    """Those of these cases that are closed (unntatt offentlighet)."""
    return set(await ask_each(session, _CLOSED(), {"item_ids": item_ids}))


async def question(session: AsyncSession, item_id: int) -> str:
    """What the secretariat last asked about the case, or nothing."""
    asked = await HISTORY.last(session, item_id, "questioned")
    return asked.note if asked else ""


def numbers_of(committee_id: int, series: str = "") -> Series:
    """The numbers of a committee's cases: its main series, or the one of this name that it has besides."""
    return Series.of("cases", committee_id, *([series] if series else []))


_PRESENTING_AT = later(
    lambda: _cases().where(
        among(col(AgendaItem.meeting_id), "meeting_ids"),
        col(AgendaItem.status) == ItemStatus.ACCEPTED,
        sql_cast(col(AgendaItem.presenter_ids), Text) != "[]",
    )
)


async def presenting_at(session: AsyncSession, meeting_ids: Collection[int]) -> Sequence[Case]:
    """The cases on these meetings' agendas that somebody is to present."""
    rows = await session.execute(_PRESENTING_AT(), {"meeting_ids": meeting_ids})
    return [found for found in (_case(row) for row in rows) if found.item.presenter_ids]


_WITHOUT_PAPERS = later(
    lambda: _cases().where(
        and_(among(col(AgendaItem.meeting_id), "meeting_ids"), col(AgendaItem.status) == ItemStatus.ACCEPTED)
    )
)


async def without_papers(session: AsyncSession, meeting_ids: Collection[int]) -> Sequence[Case]:
    """The cases on these meetings' agendas that have no attachments."""
    rows = await session.execute(_WITHOUT_PAPERS(), {"meeting_ids": meeting_ids})
    return [found for found in (_case(row) for row in rows) if not found.item.links]


_PROPOSED_TO = later(
    lambda: select(AgendaItem.meeting_id, AgendaItem.proposer_id).where(  # type: ignore[call-overload]
        among(col(AgendaItem.meeting_id), "meeting_ids"),
        col(AgendaItem.proposer_id).is_not(None),
        col(AgendaItem.status).in_([ItemStatus.PROPOSED, ItemStatus.QUESTIONED, ItemStatus.ACCEPTED]),
    )
)


async def proposed_to(session: AsyncSession, meeting_ids: Collection[int]) -> set[tuple[int, int]]:
    """Who has proposed a case to which of these meetings that is on its way there, or on its agenda: the meeting, and
    the person."""
    rows = await ask(session, _PROPOSED_TO(), {"meeting_ids": meeting_ids})
    return {(meeting_id, person_id) for meeting_id, person_id in rows}


_COUNT_QUESTIONED = later(
    lambda: (
        select(func.count())
        .select_from(AgendaItem)
        .where(col(AgendaItem.proposer_id) == bindparam("proposer_id"), col(AgendaItem.status) == ItemStatus.QUESTIONED)
    )
)


async def count_questioned(session: AsyncSession, proposer_id: int) -> int:
    """How many of a person's own cases wait for them to answer the secretariat."""
    count = await ask_value(session, _COUNT_QUESTIONED(), {"proposer_id": proposer_id})
    return count or 0


async def questioned(session: AsyncSession, proposer_id: int, limit: int) -> Sequence[Case]:
    """A person's own cases that wait for them to answer the secretariat, oldest first: the stored rows, to be read and
    not changed."""
    return [_own(row) for row in await ask(session, *asked_questioned(proposer_id, limit))]


def asked_questioned(proposer_id: int, limit: int) -> Question:
    """What `questioned` asks, to be foreseen."""
    return Question(_QUESTIONED, {"person_id": proposer_id, "limit": limit})


_COUNT_UNDECIDED = select(func.count().label("count")).where(
    among(_item.c.committee_id, "committees"), _item.c.status.in_([written_out(each) for each in UNDECIDED])
)


async def count_undecided(session: AsyncSession, committee_ids: Collection[int]) -> int:
    """How many cases wait for these committees' secretariats."""
    ((count,),) = await ask(session, *asked_count_undecided(committee_ids))
    return int(count)


def asked_count_undecided(committee_ids: Collection[int]) -> Question:
    """What `count_undecided` asks, to be foreseen."""
    return Question(_COUNT_UNDECIDED, {"committees": committee_ids})


_CLOSED_ONES = later(lambda: select(AgendaItem).where(col(AgendaItem.closed_under) != ""))


async def closed_ones(session: AsyncSession) -> Sequence[AgendaItem]:
    """Every case that is closed (unntatt offentlighet), in whatever committee: one statement."""
    return list(await session.scalars(_CLOSED_ONES()))
