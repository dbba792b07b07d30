"""Answers so far."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import Draft, DraftStatus


async def open_drafts(session: AsyncSession, person_id: int, dialog: str, now: datetime) -> list[Draft]:
    """The person's unfinished drafts in this dialog, newest first."""
    rows = await session.scalars(
        select(Draft)
        .where(
            col(Draft.person_id) == person_id,
            col(Draft.dialog) == dialog,
            col(Draft.status) == DraftStatus.OPEN,
            col(Draft.expires_at) > now,
        )
        .order_by(col(Draft.changed_at).desc())
    )
    return list(rows)


async def draft(session: AsyncSession, draft_id: str) -> Draft | None:
    """The draft, locked until the transaction ends: two presses of «Send inn» come one after the other."""
    found: Draft | None = await session.scalar(select(Draft).where(col(Draft.id) == draft_id).with_for_update())
    return found


async def save(session: AsyncSession, draft_id: str, values: Mapping[str, Any]) -> None:
    """Store these columns of the draft."""
    await session.execute(update(Draft).where(col(Draft.id) == draft_id).values(**values))


async def forget_expired(session: AsyncSession, now: datetime) -> None:
    """Delete drafts that nobody came back to (no draft that became something: rows point at their ids)."""
    await session.execute(delete(Draft).where(col(Draft.expires_at) < now))
