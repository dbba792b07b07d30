"""Who was looked for on a surface and not found (see `storage.tables.LookUp`)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask
from storage.statements import PerDialect, among, table
from storage.tables import LookUp

ABSENT, LATER, MISCONFIGURED = "absent", "later", "misconfigured"
_ABSENT_WAIT = (timedelta(minutes=5), timedelta(hours=24))
_TROUBLE_WAIT = (timedelta(seconds=5), timedelta(hours=1))
"""The first and the longest wait."""


class Remembered(NamedTuple):
    """How the last look-up came out, how often in a row, and when to look again."""

    outcome: str
    times: int
    ask_at: datetime


def next_time(before: Remembered | None, outcome: str, now: datetime, seconds: float | None = None) -> Remembered:
    """What to remember after a look-up came out so: each time in a row it is asked again after twice as long.
    `seconds`: the platform said when."""
    times = before.times + 1 if before is not None and before.outcome == outcome else 1
    first, longest = _ABSENT_WAIT if outcome == ABSENT else _TROUBLE_WAIT
    wait: timedelta = min(longest, first * 2 ** min(times - 1, 20))
    if seconds is not None:
        wait = min(longest, timedelta(seconds=max(0.0, seconds)))
    return Remembered(outcome, times, now + wait)


_REMEMBER = PerDialect(
    lambda insert: (statement := insert(table(LookUp))).on_conflict_do_update(
        index_elements=["surface", "person_id"],
        set_={name: statement.excluded[name] for name in Remembered._fields},
    )
)


async def remember(session: AsyncSession, surface: str, person_id: int, found: Remembered) -> None:
    """Of several workers, the last to look is believed."""
    values = {"surface": surface, "person_id": person_id, **found._asdict()}
    await session.execute(_REMEMBER.on(session), values)


_REMEMBERED = select(table(LookUp)).where(among(table(LookUp).c.person_id, "people"))


async def remembered(session: AsyncSession, person_ids: Collection[int]) -> dict[int, dict[str, Remembered]]:
    """By person and surface."""
    found: dict[int, dict[str, Remembered]] = {}
    for row in await ask(session, _REMEMBERED, {"people": person_ids}):
        found.setdefault(row.person_id, {})[row.surface] = Remembered(row.outcome, row.times, row.ask_at)
    return found


async def forget(session: AsyncSession, person_id: int, surface: str) -> None:
    """They were found there."""
    await session.execute(delete(LookUp).where(col(LookUp.person_id) == person_id, col(LookUp.surface) == surface))


async def look_anew(session: AsyncSession, now: datetime) -> None:
    """Everybody is looked for again at once: what the partnership file says has changed."""
    await session.execute(update(LookUp).values(ask_at=now))
