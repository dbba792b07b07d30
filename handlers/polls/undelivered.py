"""Who is told that a message about a poll did not arrive: whoever runs it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.messages.message import Message
from handlers.messages.undelivered import About
from handlers.people.context import CLOCK, Context
from handlers.polls import announce, at_hand, views
from handlers.writing.language import _
from storage import polls


async def about(session: AsyncSession, poll_id: int, _person_id: int, now: datetime) -> About | None:
    of = await polls.poll(session, poll_id)
    if of is None:
        return None
    context = Context(session, CLOCK, now)
    read = await at_hand.load(context, of)
    readers = await announce.runners(context, read)

    def title() -> str:
        return _("datovalget for møte i {committee}").format(committee=read.committee.name)

    def base() -> Message:
        return Message(title="", buttons=(views.show(read),))

    return About(title, list(readers.items()), base)
