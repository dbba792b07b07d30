"""Decisions (vedtak), and what is to be done because of them: read from minutes that have left the minute taker.

A decision is a `Conclusion` of minutes that are published or approved, also of those that were read in from old papers.
What is to be done is a `FollowUp`. Neither is copied anywhere: if the minutes are refused, they are none any more.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.history import History
from storage.statements import as_it_is, table
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    Committee,
    Conclusion,
    FollowUp,
    FollowUpEvent,
    FollowUpStatus,
    FormerNumber,
    Meeting,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    Organisation,
    Paper,
    Person,
)

HISTORY = History(FollowUpEvent, "follow_up_id")

IN_FORCE = (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)
"""Minutes that have left the minute taker."""
OPEN = (FollowUpStatus.OPEN, FollowUpStatus.RECEIVED, FollowUpStatus.TAKEN)
"""What is still to be done."""


class At(NamedTuple):
    """Where something was decided: the line of a meeting's minutes. `item` None: it was no case, but a line of the
    agenda. `number`: the one that it had there. `paper`: the name of the old paper that it was read in from."""

    entry: MinutesEntry
    minutes: Minutes
    meeting: Meeting
    committee: Committee
    slot: AgendaSlot
    item: AgendaItem | None
    number: str
    paper: str

    @property
    def title(self) -> str:
        """What the line is called, as that committee words it."""
        if self.item is None:
            return self.slot.title or self.slot.standing or ""
        if self.item.committee_id != self.committee.id:
            for level in self.item.levels or ():
                if level["committee_id"] == self.committee.id:
                    return str(level["title"])
        return self.item.title

    @property
    def is_in_force(self) -> bool:
        """The minutes have left the minute taker."""
        return self.minutes.status in IN_FORCE


class Task(NamedTuple):
    """Something that is to be done because of a decision (oppfølging), and where that was decided.

    `owner`: who is to do it: a name, or words; empty: nobody said. `has_left`: the owner is a person who is not in the
    partnership any more. `due`: the local day by which it is to be done, that of the meeting that it is tied to as long
    as that one is held. `revoked`: the decision that it follows from was revoked.
    """

    row: FollowUp
    at: At
    owner: str
    has_left: bool
    due: date | None
    revoked: bool = False

    @property
    def is_open(self) -> bool:
        """It is still to be done."""
        return self.row.status in OPEN and self.at.is_in_force

    @property
    def has_owner(self) -> bool:
        """Somebody is to do it."""
        row = self.row
        return bool(row.owner_id or row.owner_committee_id or row.owner_organisation_id or row.owner_text)

    def is_overdue(self, today: date) -> bool:
        """It was to be done before `today`, and is not."""
        return self.is_open and self.due is not None and self.due < today


class Decision(NamedTuple):
    """A decision. `tasks`: what follows from it, or from its line of the minutes where nobody has said from which of
    several conclusions. `later`: the decision that took its place."""

    row: Conclusion
    at: At
    tasks: Sequence[Task] = ()
    later: "Decision | None" = None

    @property
    def is_revoked(self) -> bool:
        """A later one took its place."""
        return self.row.revoked_by_id is not None


# --- how they are read --------------------------------------------------------------------------------------------

_item, _slot, _former = table(AgendaItem).c, table(AgendaSlot).c, table(FormerNumber).c
_number_then = (
    select(func.max(_former.number))
    .where(_former.item_id == _item.id, _former.meeting_id == table(Meeting).c.id)
    .correlate(table(AgendaItem), table(Meeting))
    .scalar_subquery()
)
_number_there = func.coalesce(
    case((_item.meeting_id == table(Meeting).c.id, _item.number)), _number_then, _slot.number, ""
)
_AT: tuple[Any, ...] = (
    MinutesEntry,
    Minutes,
    Meeting,
    Committee,
    AgendaSlot,
    AgendaItem,
    _number_there,
    func.coalesce(table(Paper).c.name, ""),
)


def _placed(statement: Any, entry_id: Any) -> Any:
    """The statement, with where it was decided (`_AT`)."""
    return (
        statement.join(MinutesEntry, col(MinutesEntry.id) == entry_id)
        .join(Minutes, col(Minutes.id) == col(MinutesEntry.minutes_id))
        .join(Meeting, col(Meeting.id) == col(Minutes.meeting_id))
        .join(Committee, col(Committee.id) == col(Meeting.committee_id))
        .join(AgendaSlot, col(AgendaSlot.id) == col(MinutesEntry.slot_id))
        .outerjoin(AgendaItem, col(AgendaItem.id) == col(AgendaSlot.item_id))
        .outerjoin(Paper, col(Paper.id) == col(Minutes.paper_id))
    )


_IN_FORCE = col(Minutes.status).in_(IN_FORCE)
_DECISIONS = _placed(select(Conclusion, *_AT).select_from(Conclusion), col(Conclusion.entry_id))
_NEWEST_FIRST = (col(Meeting.starts_at).desc(), col(MinutesEntry.slot_id), col(Conclusion.ordinal), col(Conclusion.id))

_DueMeeting = aliased(Meeting)
_Owner = aliased(Person)
_OwnerCommittee = aliased(Committee)
_FollowedFrom = aliased(Conclusion)
_TASKS = (
    _placed(
        select(
            FollowUp,
            *_AT,
            _Owner.name,  # type: ignore[call-overload]
            _OwnerCommittee.name,
            Organisation.name,
            col(_Owner.removed_at),
            _DueMeeting,
            col(_FollowedFrom.revoked_by_id),
        ).select_from(FollowUp),
        col(FollowUp.entry_id),
    )
    .outerjoin(_Owner, col(_Owner.id) == col(FollowUp.owner_id))
    .outerjoin(_OwnerCommittee, col(_OwnerCommittee.id) == col(FollowUp.owner_committee_id))
    .outerjoin(Organisation, col(Organisation.id) == col(FollowUp.owner_organisation_id))
    .outerjoin(_DueMeeting, col(_DueMeeting.id) == col(FollowUp.due_meeting_id))
    .outerjoin(_FollowedFrom, col(_FollowedFrom.id) == col(FollowUp.conclusion_id))
)


def _task(columns: Sequence[Any]) -> Task:
    row, *at, person, committee, organisation, removed_at, meeting, revoked_by = columns
    due = row.due_on
    if meeting is not None and meeting.cancelled_at is None:
        due = meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).date()
    owner = person or committee or organisation or row.owner_text
    return Task(row, At(*at), owner, removed_at is not None, due, revoked_by is not None)


async def _tasks(session: AsyncSession, statement: Any) -> list[Task]:
    return [_task(columns) for columns in await session.execute(await as_it_is(session, statement))]


async def _bare(session: AsyncSession, statement: Any) -> list[Decision]:
    rows = await session.execute(await as_it_is(session, statement))
    return [Decision(row, At(*at)) for row, *at in rows]


async def _decisions(session: AsyncSession, statement: Any) -> list[Decision]:
    """With what follows from them, and what took their place: three statements, however many they are."""
    found = await _bare(session, statement)
    if not found:
        return []
    by_entry: dict[int, list[Task]] = {}
    entries = {each.at.entry.id for each in found}
    for task in await _tasks(
        session, _TASKS.where(col(FollowUp.entry_id).in_(entries)).order_by(col(FollowUp.ordinal), col(FollowUp.id))
    ):
        by_entry.setdefault(task.row.entry_id, []).append(task)
    later = {each.row.revoked_by_id for each in found if each.row.revoked_by_id is not None}
    by_id = {
        each.row.id: each
        for each in (await _bare(session, _DECISIONS.where(col(Conclusion.id).in_(later))) if later else ())
    }
    return [
        each._replace(
            tasks=[
                task
                for task in by_entry.get(each.at.entry.id, ())
                if task.row.conclusion_id is None or task.row.conclusion_id == each.row.id
            ],
            later=by_id.get(each.row.revoked_by_id or 0),
        )
        for each in found
    ]


# --- decisions ----------------------------------------------------------------------------------------------------


async def decision(session: AsyncSession, conclusion_id: int, *, lock: bool = False) -> Decision | None:
    """The decision; None: there is none, or its minutes are with the minute taker. `lock`: nobody else changes it until
    the transaction ends."""
    if lock:
        await session.execute(select(col(Conclusion.id)).where(col(Conclusion.id) == conclusion_id).with_for_update())
    found = await _decisions(session, _DECISIONS.where(col(Conclusion.id) == conclusion_id, _IN_FORCE))
    return found[0] if found else None


async def of_committees(
    session: AsyncSession, committee_ids: Collection[int], offset: int, limit: int
) -> Sequence[Decision]:
    """What these committees have decided, the newest meeting first."""
    return await _decisions(
        session,
        _DECISIONS.where(col(Meeting.committee_id).in_(committee_ids), _IN_FORCE)
        .order_by(*_NEWEST_FIRST)
        .offset(offset)
        .limit(limit),
    )


async def with_text(
    session: AsyncSession,
    text: str,
    committee_ids: Collection[int],
    closed_to: Collection[int],
    offset: int,
    limit: int,
) -> Sequence[Decision]:
    """Decisions of these committees with `text` in their wording, their title or what is to be done, newest first.
    `closed_to`: of those among them closed cases are left out."""
    forms = {text, text.lower(), text.upper(), text.capitalize()}
    to_do = select(col(FollowUp.entry_id)).where(_contains(col(FollowUp.text), forms))
    return await _decisions(
        session,
        _DECISIONS.where(
            col(Meeting.committee_id).in_(committee_ids),
            _IN_FORCE,
            or_(
                _contains(col(Conclusion.text), forms),
                _contains(_item.title, forms),
                _contains(_slot.title, forms),
                _contains(_slot.standing, forms),
                col(Conclusion.entry_id).in_(to_do),
            ),
            or_(
                func.coalesce(_item.closed_under, "") == "",
                col(Meeting.committee_id).not_in(closed_to),
            ),
        )
        .order_by(*_NEWEST_FIRST)
        .offset(offset)
        .limit(limit),
    )


def _contains(column: Any, forms: Collection[str]) -> Any:
    # SQLite's own `lower` knows the letters of ASCII only.
    return or_(*(column.icontains(form, autoescape=True) for form in sorted(forms)))


async def of_items(session: AsyncSession, item_ids: Collection[int]) -> Sequence[Decision]:
    """What was decided in these cases, in the order in which it was."""
    return await _decisions(
        session,
        _DECISIONS.where(_slot.item_id.in_(item_ids), _IN_FORCE).order_by(
            col(Meeting.starts_at), col(MinutesEntry.slot_id), col(Conclusion.ordinal)
        ),
    )


# --- the cases that they were made in -----------------------------------------------------------------------------


class ItemOf(NamedTuple):
    """A case, whoever proposed it, also one that was read in from an old paper."""

    item: AgendaItem
    committee: Committee
    meeting: Meeting | None


_ITEMS = (
    select(AgendaItem, Committee, Meeting)
    .join(Committee, col(Committee.id) == col(AgendaItem.committee_id))
    .outerjoin(Meeting, col(Meeting.id) == col(AgendaItem.meeting_id))
)


async def item(session: AsyncSession, item_id: int) -> ItemOf | None:
    row = (await session.execute(await as_it_is(session, _ITEMS.where(col(AgendaItem.id) == item_id)))).first()
    return ItemOf(*row) if row else None


async def items(session: AsyncSession, item_ids: Collection[int]) -> Sequence[ItemOf]:
    """These cases, the newest number first."""
    if not item_ids:
        return []
    rows = await session.execute(
        _ITEMS.where(_item.id.in_(item_ids)).order_by(_item.number_year.desc(), _item.number_in_year.desc(), _item.id)
    )
    return [ItemOf(*row) for row in rows]


# --- what is to be done -------------------------------------------------------------------------------------------


async def task(session: AsyncSession, follow_up_id: int, *, lock: bool = False) -> Task | None:
    """The follow-up, whatever its minutes are by now. `lock`: nobody else changes it until the transaction ends."""
    if lock:
        await session.execute(select(col(FollowUp.id)).where(col(FollowUp.id) == follow_up_id).with_for_update())
    found = await tasks(session, [follow_up_id])
    return found[0] if found else None


async def tasks(session: AsyncSession, follow_up_ids: Collection[int]) -> Sequence[Task]:
    """These follow-ups, whatever their minutes are by now: one statement."""
    return await _tasks(session, _TASKS.where(col(FollowUp.id).in_(follow_up_ids)).order_by(col(FollowUp.id)))


class Served(NamedTuple):
    """Whose follow-ups somebody sees to: their own, those of the committees that they serve (`committees`), of the
    organisation that they are the contact of, and in `secretariats` those whose owner is words, or has left."""

    person_id: int
    committees: Collection[int] = ()
    organisation_id: int | None = None
    secretariats: Collection[int] = ()


def _seen_to_by(served: Served) -> Any:
    return or_(
        col(FollowUp.owner_id) == served.person_id,
        col(FollowUp.owner_committee_id).in_(served.committees),
        *([] if served.organisation_id is None else [col(FollowUp.owner_organisation_id) == served.organisation_id]),
        and_(
            col(Meeting.committee_id).in_(served.secretariats),
            or_(col(FollowUp.owner_text) != "", col(_Owner.removed_at).is_not(None)),
        ),
    )


_OPEN = (col(FollowUp.status).in_(OPEN), _IN_FORCE)
_DUE_AT = case(
    (and_(col(_DueMeeting.id).is_not(None), col(_DueMeeting.cancelled_at).is_(None)), func.date(_DueMeeting.starts_at)),
    else_=col(FollowUp.due_on),
)


async def seen_to(session: AsyncSession, served: Served, offset: int, limit: int) -> Sequence[Task]:
    """What somebody is to see to and has not done, what is due first first; what has no date last."""
    return await _tasks(session, _in_order(_TASKS.where(*_OPEN, _seen_to_by(served))).offset(offset).limit(limit))


def _in_order(statement: Any) -> Any:
    return statement.order_by(_DUE_AT.is_(None), _DUE_AT, col(FollowUp.id))


async def overdue(
    session: AsyncSession,
    committee_ids: Collection[int],
    served: Served,
    members: Collection[int],
    today: date,
    began: datetime,
    *,
    offset: int,
    limit: int,
) -> Sequence[Task]:
    """What was decided by one of these committees, or is one's own, and should have been done: the longest first.
    `members`: of those the closed cases too. `began`: when the local day `today` did (UTC)."""
    meets = and_(col(_DueMeeting.id).is_not(None), col(_DueMeeting.cancelled_at).is_(None))
    late = or_(and_(meets, col(_DueMeeting.starts_at) < began), and_(not_(meets), col(FollowUp.due_on) < today))
    known = or_(func.coalesce(_item.closed_under, "") == "", col(Meeting.committee_id).in_(members))
    whose = or_(and_(col(Meeting.committee_id).in_(committee_ids), known), _seen_to_by(served))
    return await _tasks(session, _in_order(_TASKS.where(*_OPEN, late, whose)).offset(offset).limit(limit))


async def open_of(session: AsyncSession, committee_id: int) -> Sequence[Task]:
    """What this committee has decided, or has got to do, and is not done."""
    return await _tasks(
        session,
        _in_order(
            _TASKS.where(
                *_OPEN, or_(col(Meeting.committee_id) == committee_id, col(FollowUp.owner_committee_id) == committee_id)
            )
        ),
    )
