"""What a reference to a case may lead to: cases, by the numbers that they have or had, and lines of agendas."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, literal, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from storage.alphabet import key
from storage.asking import ask, ask_each
from storage.statements import among, later, table
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    Committee,
    CommitteeAlias,
    FormerNumber,
    ItemStatus,
    Meeting,
    SlotKind,
)

_item, _former, _slot = table(AgendaItem), table(FormerNumber), table(AgendaSlot)
_committee, _meeting = table(Committee), table(Meeting)
_holder = _committee.alias("holder")


class Wanted(NamedTuple):
    """A number in its series. `year` None: none is said. `committee_ids` None: of any committee."""

    n: int
    year: int | None
    committee_ids: frozenset[int] | None = None
    meeting_id: int | None = None


class Record(NamedTuple):
    """A case, or a numbered line of an agenda that is none (`item_id` None), as it stands under `number`.

    `was`: the case has that number no longer. `committee_id`, `meeting_id`, `starts_at` (UTC): where it has, or had,
    the number; `held_by`: the committee that has the case now, and `proposals_from` its own.
    """

    number: str
    year: int
    n: int
    was: bool
    item_id: int | None
    slot_id: int | None
    title: str
    types: Sequence[str]
    status: str
    closed_under: str
    proposer_id: int | None
    presenter_ids: Sequence[int]
    committee_id: int
    committee: str
    held_by: int
    proposals_from: str
    meeting_id: int | None
    starts_at: datetime | None
    zone: str


async def numbered(session: AsyncSession, wanted: Collection[Wanted]) -> Sequence[Record]:
    """All that has, or had, one of these numbers, the newest year first: two statements at most, however many are
    wanted. Whoever asks looks at who may see it."""
    if not wanted:
        return []
    rows: list[Any] = []
    of_items = union_all(
        select(_item.c.id, _item.c.number, _item.c.number_year, _item.c.number_in_year, _item.c.committee_id,
               _item.c.meeting_id, literal(0).label("was")).where(_these(_item, wanted)),
        select(_former.c.item_id, _former.c.number, _former.c.number_year, _former.c.number_in_year,
               _former.c.committee_id, _former.c.meeting_id, literal(1)).where(_these(_former, wanted)),
    ).subquery()  # fmt: skip
    rows += await session.execute(
        select(
            of_items.c.number, of_items.c.number_year, of_items.c.number_in_year, of_items.c.was, _item.c.id, null(),
            _item.c.title, _item.c.types, _item.c.status, _item.c.closed_under, _item.c.proposer_id,
            _item.c.presenter_ids, *_place(_holder),
        )
        .join(_item, _item.c.id == of_items.c.id)
        .join(_committee, _committee.c.id == of_items.c.committee_id)
        .join(_holder, _holder.c.id == _item.c.committee_id)
        .outerjoin(_meeting, _meeting.c.id == of_items.c.meeting_id)
    )  # fmt: skip
    rows += await session.execute(
        select(
            _slot.c.number, _slot.c.number_year, _slot.c.number_in_year, literal(0), null(), _slot.c.id,
            _slot.c.title, _slot.c.standing, literal(ItemStatus.ACCEPTED), literal(""), null(), null(),
            *_place(_committee),
        )
        .join(_meeting, _meeting.c.id == _slot.c.meeting_id)
        .join(_committee, _committee.c.id == _meeting.c.committee_id)
        .where(_these(_slot, wanted, _meeting.c.committee_id), _slot.c.kind != SlotKind.CASE, ~_slot.c.left_out)
    )  # fmt: skip
    found = [_record(row) for row in rows]
    return sorted(found, key=_in_order)


def _place(holder: Any) -> list[Any]:
    return [
        _committee.c.id, _committee.c.name, holder.c.id, holder.c.proposals_from, _meeting.c.id, _meeting.c.starts_at,
        _meeting.c.zone, _committee.c.zone,
    ]  # fmt: skip


_ITEMS = later(lambda: (
    select(
        _item.c.number, _item.c.number_year, _item.c.number_in_year, literal(0), _item.c.id, null(), _item.c.title,
        _item.c.types, _item.c.status, _item.c.closed_under, _item.c.proposer_id, _item.c.presenter_ids,
        *_place(_committee),
    )
    .join(_committee, _committee.c.id == _item.c.committee_id)
    .outerjoin(_meeting, _meeting.c.id == _item.c.meeting_id)
    .where(among(_item.c.id, "item_ids"))
))  # fmt: skip
_LINES = later(lambda: (
    select(
        _slot.c.number, _slot.c.number_year, _slot.c.number_in_year, literal(0), null(), _slot.c.id, _slot.c.title,
        _slot.c.standing, literal(ItemStatus.ACCEPTED), literal(""), null(), null(), *_place(_committee),
    )
    .join(_meeting, _meeting.c.id == _slot.c.meeting_id)
    .join(_committee, _committee.c.id == _meeting.c.committee_id)
    .where(among(_slot.c.id, "slot_ids"), _slot.c.kind != SlotKind.CASE)
))  # fmt: skip


def _record(row: Any) -> Record:
    number, year, n, was, item_id, slot_id, title, types, status, closed, proposer, presenters, *place, zone = row
    committee_id, committee, held_by, proposals_from, meeting_id, starts_at, own_zone = place
    if slot_id is not None:
        # A standing item is called by its title in the committee's list.
        title, types = title or types or "", ()
    return Record(
        number or "", year or 0, n or 0, bool(was), item_id, slot_id, title, types or (), status, closed, proposer,
        presenters or (), committee_id, committee, held_by, proposals_from, meeting_id, starts_at, own_zone or zone,
    )  # fmt: skip


def _in_order(record: Record) -> tuple[int | str, ...]:
    return -record.year, record.was, key(record.committee), record.item_id or 0, record.slot_id or 0


async def of(
    session: AsyncSession, *, item_ids: Collection[int] = (), slot_ids: Collection[int] = ()
) -> Sequence[Record]:
    """These cases and lines, each with the number that it has now, or none: two statements at most."""
    rows: list[Any] = []
    if item_ids:
        rows += await ask(session, _ITEMS(), {"item_ids": item_ids})
    if slot_ids:
        rows += await ask(session, _LINES(), {"slot_ids": slot_ids})
    return [_record(row) for row in rows]


@later
def _own_newest_statement() -> Any:
    known = and_(
        among(_item.c.committee_id, "committee_ids"),
        _item.c.status.in_((ItemStatus.ACCEPTED, ItemStatus.HANDLED)),
    )
    return (
        select(_item.c.id)
        .where(or_(_item.c.proposer_id == bindparam("person_id"), known), _item.c.status != ItemStatus.WITHDRAWN)
        .order_by(_item.c.changed_at.desc(), _item.c.id.desc())
        .offset(bindparam("offset"))
        .limit(bindparam("limit"))
    )


async def own_newest(
    session: AsyncSession, person_id: int, committee_ids: Collection[int], offset: int, limit: int
) -> Sequence[int]:
    """Cases that somebody proposed, or that are known in these committees (which they have a role in), by when
    something last happened to them, the newest first: ids."""
    rows = await ask_each(
        session,
        _own_newest_statement(),
        {"limit": limit, "offset": offset, "person_id": person_id, "committee_ids": committee_ids},
    )
    return list(rows)


def _these(rows: Any, wanted: Collection[Wanted], committee_id: Any = None) -> Any:
    committee_id = rows.c.committee_id if committee_id is None else committee_id
    return and_(
        rows.c.number.is_not(None),
        or_(
            *(
                and_(
                    rows.c.number_in_year == each.n,
                    *([rows.c.number_year == each.year] if each.year is not None else ()),
                    *([committee_id.in_(each.committee_ids)] if each.committee_ids is not None else ()),
                    *([rows.c.meeting_id == each.meeting_id] if each.meeting_id is not None else ()),
                )
                for each in wanted
            )
        ),
    )


class Called(NamedTuple):
    """A committee with its other and older names, each with the local dates that it was in use."""

    committee: Committee
    aliases: Sequence[CommitteeAlias]


_ALIASES = later(lambda: select(CommitteeAlias).order_by(table(CommitteeAlias).c.id))


_EVERY_ONE = later(lambda: select(Committee).order_by(_committee.c.id))


async def committees(session: AsyncSession) -> Sequence[Called]:
    """Every committee that there is or was: two statements."""
    aliases: dict[int, list[CommitteeAlias]] = {}
    for alias in await session.scalars(_ALIASES()):
        aliases.setdefault(alias.committee_id, []).append(alias)
    found = await session.scalars(_EVERY_ONE())
    return [Called(each, aliases.get(each.id, ())) for each in found]
