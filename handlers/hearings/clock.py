"""What the clock does for rounds of written comments: it says when their time is over.

`Hearing.clock_at` says when that is, so a tick at which nothing is due costs nothing of its own.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.chore import Chore, Item
from handlers.hearings import announce, reminding
from handlers.hearings.at_hand import load
from handlers.people.context import CLOCK, Context
from storage import hearings
from storage.tables import HearingStatus


async def _due(session: AsyncSession, now: datetime) -> Sequence[Item]:
    return [Item("hearing", each) for each in await hearings.due(session, now)]


async def _do(session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
    context = Context(session, CLOCK, now)
    for item in items:
        of = await hearings.hearing(session, int(item.id), lock=True)
        if of is None or of.row.clock_at is None or of.row.clock_at > now:
            continue
        read = await load(context, of)
        if read.status is not HearingStatus.OPEN:
            read.row.clock_at = None
        elif now >= read.row.deadline_at:
            read.row.clock_at = None
            await announce.stand(context, read)
            await announce.time_is_over(context, read)
        else:
            # It was begun by a version that reminded at this moment itself.
            since, read.row.clock_at = read.row.clock_at or now, read.row.deadline_at
            await reminding.lay_all(context, read, since=since)
    return len(items)


FOLLOW = Chore("hearings.rounds", _due, _do, stirs=hearings.stirs)
