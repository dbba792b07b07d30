"""Which workers live: one that holds deliveries renews a row, and what a dead one held comes free.

A claim renews the row in the transaction that makes it, so there is none without a row. Whoever takes a worker for dead
deletes its row and frees what it held in one transaction; should that worker live after all, it finds that its row is a
new one, and leaves alone what it has not begun.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask, ask_first
from storage.statements import Insert, PerDialect, table
from storage.tables import LiveWorker


def _beat(insert: Insert) -> object:
    worker = table(LiveWorker)
    statement = insert(worker)
    return statement.on_conflict_do_update(
        index_elements=["id"],
        set_={
            "beat_at": statement.excluded.beat_at,
            "beats": worker.c.beats + 1,
            "listened_since": None,
            "listened_at": None,
        },
    ).returning(worker.c.beats)


_BEAT = PerDialect(_beat)


async def beat(session: AsyncSession, worker: str, now: datetime) -> int:
    """This worker lives. How often it has said so: 1 is the first time, or the first since it was taken for dead."""
    ((beats,),) = await ask(session, _BEAT.on(session), {"id": worker, "beat_at": now, "beats": 1})
    return int(beats)


class Silent(NamedTuple):
    """A worker that has said nothing since `beat_at`; the rest as in `LiveWorker`."""

    worker: str
    beat_at: datetime
    listened_since: datetime | None
    listened_at: datetime | None


_LONGEST_SILENT = (
    select(col(LiveWorker.id), col(LiveWorker.beat_at), col(LiveWorker.listened_since), col(LiveWorker.listened_at))
    .order_by(col(LiveWorker.beat_at), col(LiveWorker.id))
    .limit(1)
)


async def longest_silent(session: AsyncSession) -> Silent | None:
    """The one that has said nothing for longest; None: there are none."""
    found = await ask_first(session, _LONGEST_SILENT, {})
    return Silent(*found) if found else None


async def listen(session: AsyncSession, silent: Silent, since: datetime, now: datetime) -> None:
    """Note that it has been listened for since then, for whoever listens next; not if it has spoken meanwhile."""
    await session.execute(
        update(LiveWorker)
        .where(col(LiveWorker.id) == silent.worker, col(LiveWorker.beat_at) == silent.beat_at)
        .values(listened_since=since, listened_at=now)
    )


async def take_for_dead(session: AsyncSession, since: datetime) -> Sequence[str]:
    """Those that have said nothing after `since`: their rows are gone. What they held is to be freed with this."""
    gone = await session.execute(
        delete(LiveWorker).where(col(LiveWorker.beat_at) <= since).returning(col(LiveWorker.id))
    )
    return gone.scalars().all()


async def leave(session: AsyncSession, worker: str) -> None:
    """This worker holds nothing any more."""
    await session.execute(delete(LiveWorker).where(col(LiveWorker.id) == worker))
