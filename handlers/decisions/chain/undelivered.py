"""Who is told that a message about a decision on its way did not arrive: the secretariat of the committee that decided
it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.decisions.chain import told, views
from handlers.messages.message import Message
from handlers.messages.undelivered import About
from storage import decided_at


async def about(session: AsyncSession, entry_id: int, _person_id: int, now: datetime) -> About | None:
    found = await decided_at.places(session, [entry_id])
    if not found:
        return None
    (at,) = found
    served = await told.speakers(session, at.committee.id, now)
    return About(
        lambda: views.case_name(at),
        list(served.deciders.items()),
        lambda: Message(title="", buttons=(views.show_button(at),)),
    )
