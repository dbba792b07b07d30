"""Agendas of meetings: what was laid down of them, and every event in a meeting's life."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import looks
from storage.asking import ask
from storage.direct import Question
from storage.history import History
from storage.statements import Beside, PerDialect, among, later, rows_as_they_are, table
from storage.tables import Agenda, AgendaSlot, Committee, Meeting, MeetingEvent

HISTORY = History(MeetingEvent, "meeting_id")

# The column that is set to itself is none that a chore watches: to hold an agenda is not to change it.
_LOCKED = PerDialect(
    lambda insert: (
        insert(table(Agenda))
        .on_conflict_do_update(index_elements=["meeting_id"], set_={"convened_by_id": table(Agenda).c.convened_by_id})
        .returning(table(Agenda))
    )
)


_OF_MEETING: Any = bindparam("of_meeting")
_MEETING = (
    select(Meeting, Committee)
    .join(Committee, col(Committee.id) == col(Meeting.committee_id))
    .where(col(Meeting.id) == _OF_MEETING)
)
_AGENDA = select(Agenda).where(col(Agenda.meeting_id) == _OF_MEETING)
_SLOTS = (
    select(AgendaSlot)
    .where(col(AgendaSlot.meeting_id) == _OF_MEETING)
    .order_by(col(AgendaSlot.position), col(AgendaSlot.id))
)


async def meeting(session: AsyncSession, meeting_id: int) -> tuple[Meeting, Committee] | None:
    """A meeting and whose it is, also if it is cancelled or over, or the committee removed."""
    row = (await session.execute(_MEETING, {"of_meeting": meeting_id})).first()
    return (row[0], row[1]) if row else None


_NEXT_MEETING = later(
    lambda: (
        select(Meeting)
        .where(
            col(Meeting.committee_id) == bindparam("committee_id"),
            col(Meeting.starts_at) > bindparam("now"),
            col(Meeting.cancelled_at).is_(None),
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id))
        .limit(1)
    )
)


async def next_meeting(session: AsyncSession, meeting: Meeting, now: datetime) -> Meeting | None:
    """The committee's next meeting after this one that has not begun and is not cancelled."""
    return await session.scalar(
        _NEXT_MEETING(), {"committee_id": meeting.committee_id, "now": max(now, meeting.starts_at)}
    )


async def agenda(session: AsyncSession, meeting_id: int) -> Agenda | None:
    """The agenda's own row; None: nobody has worked on it."""
    found: Agenda | None = await session.scalar(_AGENDA, {"of_meeting": meeting_id})
    return found


async def locked(session: AsyncSession, meeting_id: int) -> Agenda:
    """The agenda's row, made if there is none, which nobody else changes until the transaction ends: one statement."""
    found: Agenda = (
        await session.scalars(
            select(Agenda).from_statement(_LOCKED.on(session)).execution_options(populate_existing=True),
            {"meeting_id": meeting_id, "revision": 0},
        )
    ).one()
    return found


async def slots(session: AsyncSession, meeting_id: int) -> Sequence[AgendaSlot]:
    """What was laid down of the agenda, in order, as it is now; also places whose case has left it."""
    return list((await rows_as_they_are(session, _SLOTS, {"of_meeting": meeting_id})).scalars())


async def slot(session: AsyncSession, slot_id: int) -> AgendaSlot | None:
    return await session.get(AgendaSlot, slot_id)


async def add_slots(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Lay down places: one statement, however many."""
    empty = {"item_id": None, "standing": None, "title": "", "text": "", "presenters_text": "", "left_out": False}
    if rows:
        await session.execute(insert(table(AgendaSlot)), [{**empty, **row} for row in rows])


async def shift(session: AsyncSession, meeting_id: int, by: timedelta) -> None:
    """Let what begins at a fixed moment begin so much later, or earlier."""
    fixed = select(AgendaSlot).where(col(AgendaSlot.meeting_id) == meeting_id, col(AgendaSlot.starts_at).is_not(None))
    for slot in await session.scalars(fixed):
        if slot.starts_at is not None:
            slot.starts_at += by


_NOW: Any = bindparam("now")


@cache
def _meetings_of(*, past: bool) -> Any:
    starts_at, now = col(Meeting.starts_at), _NOW
    which, order = (starts_at <= now, starts_at.desc()) if past else (col(Meeting.ends_at) > now, starts_at)
    return (
        select(Meeting)
        .where(col(Meeting.committee_id) == bindparam("committee_id"), col(Meeting.cancelled_at).is_(None), which)
        .order_by(order)
        .limit(bindparam("limit"))
    )


async def meetings_of(
    session: AsyncSession, committee_id: int, now: datetime, *, past: bool, limit: int = 10
) -> Sequence[Meeting]:
    """The committee's meetings that are not cancelled: those that are not over, soonest first; or, `past`, those that
    have begun, the latest first."""
    values = {"committee_id": committee_id, "now": now, "limit": limit}
    return list(await session.scalars(_meetings_of(past=past), values))


class ToldOf(NamedTuple):
    """A coming meeting whose agenda its members were told of. `starts_at`: UTC."""

    id: int
    starts_at: datetime


_TOLD_OF = later(
    lambda: (
        select(Meeting.id, Meeting.starts_at)  # type: ignore[call-overload]
        .join(Agenda, col(Agenda.meeting_id) == col(Meeting.id))
        .where(among(col(Meeting.id), "meeting_ids"), col(Agenda.told_at).is_not(None))
    )
)


async def told_of(session: AsyncSession, meeting_ids: Iterable[int]) -> Sequence[ToldOf]:
    """Those of these meetings whose members were told of the agenda."""
    rows = await ask(session, _TOLD_OF(), {"meeting_ids": list(meeting_ids)})
    return [ToldOf(*row) for row in rows]


async def look_at(session: AsyncSession, chore: str, moments: Mapping[int, datetime]) -> None:
    """Let the chore look at these meetings at their moments, and not before."""
    await looks.look_at(session, chore, {str(meeting_id): at for meeting_id, at in moments.items()})


async def look_at_told(session: AsyncSession, chore: str, now: datetime) -> None:
    """Let the chore look now at each coming meeting whose members were told of the agenda."""
    ids = (
        select(col(Meeting.id))
        .join(Agenda, col(Agenda.meeting_id) == col(Meeting.id))
        .where(col(Meeting.starts_at) > now, col(Agenda.told_at).is_not(None))
    )
    await looks.look_at_all(session, chore, ids, now)


_meeting, _committee, _agenda = map(table, (Meeting, Committee, Agenda))
_BOTH = Beside(Meeting, Committee)
_DRAFTS = later(
    lambda: (
        select(*_BOTH.columns, _agenda.c.draft_since)
        .join_from(_meeting, _committee, _committee.c.id == _meeting.c.committee_id)
        .join(_agenda, _agenda.c.meeting_id == _meeting.c.id)
        .where(
            among(_meeting.c.committee_id, "committees"),
            _meeting.c.cancelled_at.is_(None),
            _meeting.c.starts_at > bindparam("now", type_=_meeting.c.starts_at.type),
            _agenda.c.draft_since.is_not(None),
        )
        .order_by(_meeting.c.starts_at)
    )
)


async def drafts(
    session: AsyncSession, committee_ids: Collection[int], now: datetime
) -> Sequence[tuple[Meeting, Committee, datetime]]:
    """The coming meetings of these committees whose agenda is a draft, soonest first, and since when it is: the
    stored rows, to be read and not changed."""
    rows = await ask(session, *asked_drafts(committee_ids, now))
    return [(*_BOTH.of(row), row[-1]) for row in rows]


def asked_drafts(committee_ids: Collection[int], now: datetime) -> Question:
    """What `drafts` asks, to be foreseen."""
    return Question(_DRAFTS(), {"committees": committee_ids, "now": now})
