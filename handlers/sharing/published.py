"""What anybody may read of a case or a meeting: what published minutes say of it, as it may be published.

The same as the list of handled cases that a committee publishes (`handlers.decisions.published`): nobody is named, and
of what is closed there is nothing but a number.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from handlers.decisions.published import rows
from handlers.decisions.published.hiding import instead
from handlers.decisions.published.rows import MeetingRows
from handlers.people.context import Context
from storage import handled as stored
from storage.handled import Handled
from storage.published import Said

_A_MOMENT = timedelta(microseconds=1)


async def rows_of(context: Context, said: Said) -> MeetingRows | None:
    """What anybody may read of this line of a meeting's minutes; None: nothing."""
    return await _told(context, said, lambda each: each.at.slot.id == said.slot_id)


async def rows_of_meeting(context: Context, said: Said) -> MeetingRows | None:
    """The same of the whole meeting of which that is a line."""
    return await _told(context, said, lambda each: each.at.meeting.id == said.meeting_id)


async def _told(context: Context, said: Said, wanted: Callable[[Handled], bool]) -> MeetingRows | None:
    since, until = said.starts_at, said.starts_at + _A_MOMENT
    found: Sequence[Handled] = await stored.handled(context.session, said.committee_id, since, until)
    told = rows.public([each for each in found if wanted(each)], context.today)
    if not told:
        return None
    called = await instead(context, said.committee_id, since, until, told)
    # Of thousands of names each is looked for.
    masked = await asyncio.to_thread(rows.masked, told, called)
    return masked[0]
