"""What the clock does for decisions on their way: it sends on what is published, and follows what changes.

Triggers note what has changed (see `storage.watched`), so a tick at which nothing is due costs one statement. Once a
month, on the first working day, each person whose turn it is is reminded of all of it, and each secretariat of where
its decisions stand.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.decisions.chain import monthly, steps
from handlers.lookout import Looked, Lookout
from storage import chain, looks
from storage.chain import Subjects
from storage.watched import EVERYTHING

NAME = "decisions.chains"
_MONTH = "month"


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    if EVERYTHING in changed:
        # What has just ended is not among them.
        ended = await chain.concerned(session, _subjects(changed))
        ids = {*await chain.open_entries(session), *await chain.unsent(session), *ended}
        if not await chain.is_looked_at(session, NAME, _MONTH):
            await looks.look_at(session, NAME, {_MONTH: monthly.next_month(now)})
    else:
        ids = await chain.concerned(session, _subjects(changed))
    await looks.look_at(session, NAME, {str(each): now for each in ids})


def _subjects(changed: Collection[str]) -> Subjects:
    """As the triggers name them."""

    def of(letter: str) -> list[int]:
        return [int(each.removeprefix(letter)) for each in changed if each.startswith(letter)]

    return Subjects([int(each) for each in changed if each.isdecimal()], of("m"), of("o"))


async def _look(session: AsyncSession, subjects: Collection[str], now: datetime) -> Looked:
    following: dict[str, datetime | None] = dict.fromkeys(subjects)
    written = 0
    if _MONTH in subjects:
        written += await monthly.tell(session, now)
        following[_MONTH] = monthly.next_month(now)
    ids = [int(each) for each in subjects if each.isdecimal()]
    if ids:
        written += await steps.bring_up(session, ids, now)
    return Looked(written, following)


_CHAINS = Lookout(NAME, "decision", _spread, _look)
FOLLOW = _CHAINS.chore(at_once=5)
