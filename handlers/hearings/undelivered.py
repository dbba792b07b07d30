"""Who is told that a message about a round did not arrive: the secretariat whose it is."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.cases import around
from handlers.hearings.actions import Do, button
from handlers.messages.message import Message
from handlers.messages.undelivered import About
from handlers.writing.language import _
from storage import hearings


async def about(session: AsyncSession, hearing_id: int, _person_id: int, now: datetime) -> About | None:
    of = await hearings.hearing(session, hearing_id)
    if of is None:
        return None
    holders = await around.secretaries(session, of.committee.id, now)

    def title() -> str:
        return _("høringen «{title}»").format(title=of.row.title)

    def base() -> Message:
        return Message(title="", buttons=(button(Do.SHOW, _("Se høringen"), of.row, {}),))

    return About(title, [(holder.person_id, holder.language) for holder in holders], base)
