"""Platform requests that have had their effect."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask, begin
from storage.statements import PerDialect, table
from storage.tables import SeenRequest

_RECORD = PerDialect(
    lambda insert: insert(table(SeenRequest)).on_conflict_do_nothing().returning(table(SeenRequest).c.key)
)


async def first_time(session: AsyncSession, key: str, now: datetime) -> bool:
    """Record the request. False: it is recorded already (on PostgreSQL after waiting for whoever is at it)."""
    # What a client calls its request may be anything, also what must not be stored.
    kept = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    await begin(session)
    return bool(await ask(session, _RECORD.on(session), {"key": kept, "at": now}))


async def forget_before(session: AsyncSession, moment: datetime) -> None:
    await session.execute(delete(SeenRequest).where(col(SeenRequest.at) < moment))
