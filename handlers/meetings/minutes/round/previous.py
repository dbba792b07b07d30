"""The last minutes, for whoever prepares the committee's next meeting: they are attached to its convocation."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.meetings.minutes.round import views
from handlers.messages.message import FileLink
from storage import minutes_round
from storage.tables import Meeting, MinutesStatus


class LastMinutes(NamedTuple):
    """Of the committee's last meeting that has any. `name`: «referatet fra FSU 3. des. 2026»."""

    name: str
    file: FileLink
    is_approved: bool


async def to_attach(session: AsyncSession, meeting: Meeting) -> LastMinutes | None:
    """What is attached to the convocation of `meeting`; None: nothing is published."""
    of = await minutes_round.before(session, meeting)
    if of is None or of.minutes.status not in (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED):
        return None
    (file,) = views.files(of.meeting)
    return LastMinutes(views.named(of.committee, of.meeting), file, of.minutes.status == MinutesStatus.APPROVED)
