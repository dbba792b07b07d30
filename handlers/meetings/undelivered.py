"""Who is told that a message about a meeting, or a committee, did not arrive: the committee's secretariat."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.cases import around
from handlers.messages.message import Message
from handlers.messages.undelivered import About
from handlers.writing.language import _
from storage import committees


async def about(session: AsyncSession, meeting_id: int, _person_id: int, now: datetime) -> About | None:
    meeting = await committees.meeting(session, meeting_id)
    committee = await committees.committee(session, meeting.committee_id) if meeting else None
    if meeting is None or committee is None:
        return None
    holders = await around.secretaries(session, meeting.committee_id, now)

    def title() -> str:
        day = dates.day(meeting.starts_at, meeting.zone)
        return _("møtet i {committee} {day}").format(committee=committee.name, day=day)

    return About(title, [(holder.person_id, holder.language) for holder in holders], lambda: Message(title=""))


async def about_committee(session: AsyncSession, committee_id: int, _person_id: int, now: datetime) -> About | None:
    committee = await committees.committee(session, committee_id)
    if committee is None:
        return None
    holders = await around.secretaries(session, committee_id, now)
    name = committee.name
    return About(lambda: name, [(holder.person_id, holder.language) for holder in holders], lambda: Message(title=""))
