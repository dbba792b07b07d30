"""What the clock does for evaluations: it asks when a meeting is over, reminds once, and closes.

A tick at which nothing is due costs nothing of its own (see `handlers.chore.Stirs`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.chore import Chore, Item
from handlers.deviations import settings as deviations
from handlers.meetings.evaluation import announce, happen
from handlers.meetings.evaluation.at_hand import load
from handlers.meetings.settings import CommitteeSettings
from handlers.people.context import CLOCK, Context
from storage import evaluations


async def _over(session: AsyncSession, now: datetime) -> Sequence[Item]:
    found = [each for each in await evaluations.over(session, now) if _asks(each.settings)]
    least = (await deviations.current(session)).mask_below if found else 0
    return [Item("meeting", each.meeting_id) for each in found if each.present >= least]


def _asks(settings: Mapping[str, Any]) -> bool:
    try:
        return CommitteeSettings.model_validate(settings).evaluation.ask
    except ValidationError:
        # Opening this one says what is wrong with it, and holds back no other.
        return True


async def _open(session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
    context = Context(session, CLOCK, now)
    least = (await deviations.current(session)).mask_below
    return sum([await happen.open_(context, int(item.id), least) for item in items])


OPEN = Chore("meetings.evaluations.open", _over, _open, every=timedelta(minutes=1), stirs=evaluations.over_stirs)


async def _due(session: AsyncSession, now: datetime) -> Sequence[Item]:
    return [Item("evaluation", each) for each in await evaluations.due(session, now)]


async def _look(session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
    context = Context(session, CLOCK, now)
    for item in items:
        of = await evaluations.evaluation(session, int(item.id), lock=True)
        if of is None or of.row.closed_at is not None:
            continue
        read = await load(context, of)
        if now > read.row.closes_at:
            await happen.close(context, read)
            continue
        read = await happen.also_there(context, read)
        if read.row.clock_at is not None and read.row.clock_at <= now:
            read.row.clock_at = read.row.closes_at + timedelta(seconds=1)
            await announce.remind(context, read)
    return len(items)


FOLLOW = Chore("meetings.evaluations", _due, _look, every=timedelta(minutes=1), stirs=evaluations.stirs)
