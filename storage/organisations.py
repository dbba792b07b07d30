"""The parties of the partnership."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.alphabet import in_alphabet
from storage.tables import (
    Organisation,
)


async def parties(session: AsyncSession, ids: Collection[int] | None = None) -> Sequence[Organisation]:
    """By name, without those that left or became part of another; of `ids` those among them."""
    statement = (
        select(Organisation)
        .where(col(Organisation.removed_at).is_(None), col(Organisation.merged_into_id).is_(None))
        .order_by(in_alphabet(col(Organisation.name)), col(Organisation.id))
    )
    if ids is not None:
        statement = statement.where(col(Organisation.id).in_(ids))
    return list(await session.scalars(statement))
