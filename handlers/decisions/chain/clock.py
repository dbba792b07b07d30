"""What the clock does for decisions on their way: it sends on what is published, and follows what changes.

Triggers note what has changed (see `storage.watched`), so a tick at which nothing is due costs one statement. Once a
month, on the first working day, each person whose turn it is gets one message with all of it, and each secretariat one
with where its decisions stand.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.working_days import is_working_day
from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.decisions.chain import monthly, steps
from handlers.lookout import Looked, Lookout
from storage import chain, looks
from storage.chain import Subjects
from storage.watched import EVERYTHING

NAME = "decisions.chains"
_MONTH = "month"
_HOUR = time(8)


def next_month(now: datetime) -> datetime:
    """When the next monthly messages are due (UTC): at eight on the first working day of a month, local time."""
    first = local_day(now).replace(day=1)
    for _month in range(2):
        due = datetime.combine(_first_working_day(first), _HOUR, LOCAL_ZONE).astimezone(UTC)
        if due > now:
            return due
        first = (first + timedelta(days=32)).replace(day=1)
    return datetime.combine(_first_working_day(first), _HOUR, LOCAL_ZONE).astimezone(UTC)


def _first_working_day(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    if EVERYTHING in changed:
        # What has just ended is not among them.
        ended = await chain.concerned(session, _subjects(changed))
        ids = {*await chain.open_entries(session), *await chain.unsent(session), *ended}
        if not await chain.is_looked_at(session, NAME, _MONTH):
            await looks.look_at(session, NAME, {_MONTH: next_month(now)})
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
        following[_MONTH] = next_month(now)
    ids = [int(each) for each in subjects if each.isdecimal()]
    if ids:
        written += await steps.bring_up(session, ids, now)
    return Looked(written, following)


_CHAINS = Lookout(NAME, "decision", _spread, _look)
FOLLOW = _CHAINS.chore(at_once=5)
