"""What the clock does when minutes have left the minute taker: what ended in disagreement gets a protocol, once.

Triggers note which minutes changed (see `storage.watched`), so a tick at which none has costs one statement. Minutes
from long before protocols were, and old papers, open none by themselves; the secretariat may.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.decisions.disagreement import happen
from handlers.decisions.disagreement.at_hand import load
from handlers.lookout import Looked, Lookout
from handlers.people.context import CLOCK, Context
from storage import disagreements, looks
from storage.disagreements import EntryAt
from storage.tables import ClosedHow, HowDecided, MinutesStatus
from storage.watched import EVERYTHING

_OUT = (MinutesStatus.COMMENTS, MinutesStatus.ADJUSTED, MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)


_RECENT = timedelta(days=31)
"""Minutes that have not changed for so long are left alone where everything is looked through."""


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    if EVERYTHING in changed:
        await disagreements.look_at_unseen(session, SEE_TO.name, now - _RECENT, now)
    else:
        await looks.look_at(session, SEE_TO.name, dict.fromkeys(changed, now))


async def _look(session: AsyncSession, ids: Collection[str], now: datetime) -> Looked:
    context = Context(session, CLOCK, now)
    seen_to = 0
    for at in await disagreements.entries_to_see_to(session, [int(each) for each in ids]):
        seen_to += await _see_to(context, at)
    return Looked(seen_to, dict.fromkeys(ids))


async def _see_to(context: Context, at: EntryAt) -> bool:
    """Whether anything was done."""
    disagreed = at.entry.how_decided == HowDecided.DISAGREED
    row = at.protocol
    if disagreed:
        missing = row is None or row.closed_how == ClosedHow.GONE
        if not missing or at.minutes.status not in _OUT or at.minutes.paper_id is not None:
            return False
        await happen.opened(context, at)
        return True
    # One that somebody opened themselves stays: they knew how it was decided.
    if row is None or row.closed_how != ClosedHow.OPEN or row.opened_by_id is not None:
        return False
    of = await disagreements.disagreement(context.session, row.id, lock=True)
    if of is None or not of.is_open:
        return False
    await happen.minutes_put_right(context, await load(context, of, lock=True), at.entry.how_decided)
    return True


SEE_TO = Lookout("decisions.disagreements", "minutes", _spread, _look)
CHORE = SEE_TO.chore(at_once=20)
