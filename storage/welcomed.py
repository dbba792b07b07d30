"""Where the bot has said who it is, so that it does so once."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from storage.statements import PerDialect, table
from storage.tables import Welcomed

_RECORD = PerDialect(lambda insert: insert(table(Welcomed)).on_conflict_do_nothing())


async def first_time(session: AsyncSession, surface: str, workspace: str, conversation: str, now: datetime) -> bool:
    """Record that it is said there. False: it was said before (on PostgreSQL after waiting for whoever is at it)."""
    values = {"surface": surface, "workspace": workspace, "conversation": conversation, "at": now}
    result = cast(CursorResult[Any], await session.execute(_RECORD.on(session), values))
    return result.rowcount == 1
