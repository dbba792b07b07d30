"""Which workers live: one that holds deliveries renews a row, and what a dead one held comes free.

A claim renews the row in the transaction that makes it, so there is none without a row. Whoever takes a worker for dead
deletes its row and frees what it held in one transaction; should that worker live after all, it finds that its row is a
new one, and leaves alone what it has not begun.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask
from storage.statements import Insert, PerDialect, table
from storage.tables import LiveWorker


def _beat(insert: Insert) -> object:
    worker = table(LiveWorker)
    statement = insert(worker)
    return statement.on_conflict_do_update(
        index_elements=["id"], set_={"beat_at": statement.excluded.beat_at, "beats": worker.c.beats + 1}
    ).returning(worker.c.beats)


_BEAT = PerDialect(_beat)


async def beat(session: AsyncSession, worker: str, now: datetime) -> int:
    """This worker lives. How often it has said so: 1 is the first time, or the first since it was taken for dead."""
    ((beats,),) = await ask(session, _BEAT.on(session), {"id": worker, "beat_at": now, "beats": 1})
    return int(beats)


async def longest_silent(session: AsyncSession) -> datetime | None:
    """When the one that has said nothing for longest said something; None: there are none."""
    found: datetime | None = await session.scalar(select(func.min(col(LiveWorker.beat_at))))
    return found


async def take_for_dead(session: AsyncSession, since: datetime) -> Sequence[str]:
    """Those that have said nothing after `since`: their rows are gone. What they held is to be freed with this."""
    gone = await session.execute(
        delete(LiveWorker).where(col(LiveWorker.beat_at) <= since).returning(col(LiveWorker.id))
    )
    return gone.scalars().all()


async def leave(session: AsyncSession, worker: str) -> None:
    """This worker holds nothing any more."""
    await session.execute(delete(LiveWorker).where(col(LiveWorker.id) == worker))
