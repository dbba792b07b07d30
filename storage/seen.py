"""Platform requests that have had their effect."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import SeenRequest


def insert_for(session: AsyncSession) -> Any:
    """The `insert` of the session's database; both have the same `on_conflict_…`."""
    return sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert


async def first_time(session: AsyncSession, key: str, now: datetime) -> bool:
    """Record the request. False: it is recorded already (on PostgreSQL after waiting for whoever is at it)."""
    statement = insert_for(session)(SeenRequest).values(key=key, at=now).on_conflict_do_nothing()
    result = cast(CursorResult[Any], await session.execute(statement))
    return result.rowcount == 1


async def forget_before(session: AsyncSession, moment: datetime) -> None:
    await session.execute(delete(SeenRequest).where(col(SeenRequest.at) < moment))
