"""Who is told that a message about a disagreement did not arrive: the committee's secretariat."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.decisions.disagreement import words
from handlers.decisions.disagreement.at_hand import load
from handlers.messages.message import Message
from handlers.messages.undelivered import About
from handlers.people.context import CLOCK, Context
from storage import disagreements


async def about(session: AsyncSession, disagreement_id: int, _person_id: int, now: datetime) -> About | None:
    of = await disagreements.disagreement(session, disagreement_id)
    if of is None:
        return None
    protocol = await load(Context(session, CLOCK, now), of)

    def base() -> Message:
        return Message(title="", buttons=(words.show(protocol),), page=words.page_of(protocol))

    return About(lambda: words.named(protocol), list(protocol.secretariat.items()), base)
