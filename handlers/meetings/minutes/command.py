"""`/referat [utvalg] [møte]`: for whoever writes the minutes, what is written and what is missing; for whoever reads
them, the minutes as they stand."""

from collections.abc import Mapping

from handlers.dialogs.dialog import Reply
from handlers.meetings import at_hand, choosing
from handlers.meetings.minutes import page
from handlers.meetings.minutes.actions import Do
from handlers.meetings.minutes.round import reading
from handlers.messages.message import Message
from handlers.people.access import may_write_minutes
from handlers.people.context import Context


async def command(context: Context, text: str) -> Reply:
    """The meeting that is held now, or the last one, unless another is named."""
    found = await choosing.choose(context, text, command="referat", do=Do.PAGE, past=True)
    return found if isinstance(found, Message) else await show(context, at_hand.about(found.meeting))


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    _meeting, committee = await at_hand.find(context, arguments)
    if may_write_minutes(context.actor, committee.id):
        return await page.show(context, arguments)
    return await reading.show(context, arguments)
