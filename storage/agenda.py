"""Agendas of meetings: what was laid down of them, and every event in a meeting's life."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.history import History
from storage.statements import PerDialect, table
from storage.tables import Agenda, AgendaSlot, Committee, Meeting, MeetingEvent

HISTORY = History(MeetingEvent, "meeting_id")

_BEGIN = PerDialect(lambda insert: insert(table(Agenda)).on_conflict_do_nothing(index_elements=["meeting_id"]))


async def meeting(session: AsyncSession, meeting_id: int) -> tuple[Meeting, Committee] | None:
    """A meeting and whose it is, also if it is cancelled or over, or the committee removed."""
    row = (
        await session.execute(
            select(Meeting, Committee)
            .join(Committee, col(Committee.id) == col(Meeting.committee_id))
            .where(col(Meeting.id) == meeting_id)
        )
    ).first()
    return (row[0], row[1]) if row else None


async def agenda(session: AsyncSession, meeting_id: int) -> Agenda | None:
    """The agenda's own row; None: nobody has worked on it."""
    return await session.scalar(select(Agenda).where(col(Agenda.meeting_id) == meeting_id))


async def locked(session: AsyncSession, meeting_id: int) -> Agenda:
    """The agenda's row, made if there is none, which nobody else changes until the transaction ends."""
    await session.execute(_BEGIN.on(session), {"meeting_id": meeting_id, "revision": 0, "sequence": 0})
    return (
        await session.scalars(
            select(Agenda)
            .where(col(Agenda.meeting_id) == meeting_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).one()


async def slots(session: AsyncSession, meeting_id: int) -> Sequence[AgendaSlot]:
    """What was laid down of the agenda, in order; also places whose case has left it."""
    return list(
        await session.scalars(
            select(AgendaSlot)
            .where(col(AgendaSlot.meeting_id) == meeting_id)
            .order_by(col(AgendaSlot.position), col(AgendaSlot.id))
        )
    )


async def slot(session: AsyncSession, slot_id: int) -> AgendaSlot | None:
    return await session.get(AgendaSlot, slot_id)


async def add_slots(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Lay down places: one statement, however many."""
    empty = {"item_id": None, "standing": None, "title": "", "text": "", "presenters_text": ""}
    if rows:
        await session.execute(insert(table(AgendaSlot)), [{**empty, **row} for row in rows])


async def meetings_of(
    session: AsyncSession, committee_id: int, now: datetime, *, past: bool, limit: int = 10
) -> Sequence[Meeting]:
    """The committee's meetings that are not cancelled: those that are not over, soonest first; or, `past`, those that
    have begun, the latest first."""
    statement = select(Meeting).where(col(Meeting.committee_id) == committee_id, col(Meeting.cancelled_at).is_(None))
    if past:
        statement = statement.where(col(Meeting.starts_at) <= now).order_by(col(Meeting.starts_at).desc())
    else:
        statement = statement.where(col(Meeting.ends_at) > now).order_by(col(Meeting.starts_at))
    return list(await session.scalars(statement.limit(limit)))
