"""Who is told that a message about minutes did not arrive: whoever writes them."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.meetings.minutes.round import views
from handlers.meetings.minutes.round.who import WRITERS
from handlers.messages.message import Message
from handlers.messages.undelivered import About
from storage import minutes_round, people


async def about(session: AsyncSession, minutes_id: int, _person_id: int, now: datetime) -> About | None:
    of = await minutes_round.minutes_of(session, minutes_id)
    if of is None:
        return None
    holders = await people.holding_roles(
        session, of.meeting.committee_id, local_day(now), [role.value for role in WRITERS]
    )
    readers = {holder.person_id: holder.language for holder in holders}
    return About(lambda: views.named(of.committee, of.meeting), list(readers.items()), lambda: Message(title=""))
