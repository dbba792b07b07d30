"""Answers so far."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables import Draft, DraftStatus

_OPEN_DRAFTS = (
    select(Draft)
    .where(
        col(Draft.person_id) == bindparam("of_person"),
        # Two names, so that the statement is the same for every dialog.
        col(Draft.dialog).in_([bindparam("of_dialog"), bindparam("formerly")]),
        col(Draft.status) == DraftStatus.OPEN,
        col(Draft.expires_at) > bindparam("now"),
    )
    .order_by(col(Draft.changed_at).desc())
)


async def open_drafts(session: AsyncSession, person_id: int, names: Sequence[str], now: datetime) -> list[Draft]:
    """The person's unfinished drafts in the dialog that has, and perhaps had, these names, newest first."""
    rows = await session.scalars(
        _OPEN_DRAFTS, {"of_person": person_id, "of_dialog": names[0], "formerly": names[-1], "now": now}
    )
    return list(rows)


_NEWEST = (
    select(Draft)
    .where(
        col(Draft.person_id) == bindparam("of_person"),
        col(Draft.status) == DraftStatus.OPEN,
        col(Draft.expires_at) > bindparam("now"),
    )
    .order_by(col(Draft.changed_at).desc())
    .limit(20)
    .with_for_update()
)


async def newest_open(session: AsyncSession, person_id: int, now: datetime) -> list[Draft]:
    """The person's unfinished drafts in any dialog, newest first, at most 20, locked until the transaction ends."""
    return list(await session.scalars(_NEWEST, {"of_person": person_id, "now": now}))


_DRAFT = select(Draft).where(col(Draft.id) == bindparam("draft_id")).with_for_update()


async def draft(session: AsyncSession, draft_id: str) -> Draft | None:
    """The draft, locked until the transaction ends: two presses of «Send inn» come one after the other."""
    found: Draft | None = await session.scalar(_DRAFT, {"draft_id": draft_id})
    return found


async def forget_expired(session: AsyncSession, now: datetime) -> None:
    """Delete drafts that are past their time, also those that became something: that stands for itself."""
    await session.execute(delete(Draft).where(col(Draft.expires_at) < now))
