"""Who follows a case (see `handlers.decisions.following_case`)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask, ask_each
from storage.statements import PerDialect, among, later, table
from storage.tables import (
    AgendaSlot,
    CaseFollower,
    MinutesEntry,
    Person,
)

_FOLLOW = PerDialect(
    lambda insert: insert(table(CaseFollower)).on_conflict_do_nothing(index_elements=["item_id", "person_id"])
)


class Follower(NamedTuple):
    """Somebody who follows a case, since when."""

    item_id: int
    person_id: int
    language: str
    since: datetime


async def follow_case(session: AsyncSession, item_id: int, person_id: int, now: datetime) -> None:
    """They follow the case from now on, if they did not before."""
    await session.execute(_FOLLOW.on(session), {"item_id": item_id, "person_id": person_id, "since": now})


async def leave_case(session: AsyncSession, item_id: int, person_id: int) -> None:
    """They do not follow the case any more."""
    await session.execute(
        delete(CaseFollower).where(col(CaseFollower.item_id) == item_id, col(CaseFollower.person_id) == person_id)
    )


@cache
def _followers(*, of_all: bool) -> Any:
    statement = (
        select(CaseFollower.item_id, Person.id, Person.language, CaseFollower.since)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(CaseFollower.person_id))
        .where(col(Person.removed_at).is_(None))
        .order_by(col(CaseFollower.id))
    )
    return statement if of_all else statement.where(among(col(CaseFollower.item_id), "item_ids"))


async def followers(session: AsyncSession, item_ids: Collection[int] | None) -> Sequence[Follower]:
    """Who follows these cases; None: any case."""
    values = {"item_ids": item_ids} if item_ids is not None else {}
    return [Follower(*row) for row in await ask(session, _followers(of_all=item_ids is None), values)]


_FOLLOWED_IN_MINUTES = later(
    lambda: (
        select(col(CaseFollower.item_id))
        .join(AgendaSlot, col(AgendaSlot.item_id) == col(CaseFollower.item_id))
        .join(MinutesEntry, col(MinutesEntry.slot_id) == col(AgendaSlot.id))
        .where(among(col(MinutesEntry.minutes_id), "minutes_ids"))
        .distinct()
    )
)


async def followed_in_minutes(session: AsyncSession, minutes_ids: Collection[int]) -> Sequence[int]:
    """The cases in these minutes that somebody follows: ids."""
    return await ask_each(session, _FOLLOWED_IN_MINUTES(), {"minutes_ids": minutes_ids})
