"""Who is told that a message about an evaluation did not arrive: the secretariat of the committee."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.cases import around
from handlers.meetings.evaluation import views
from handlers.messages.message import Message
from handlers.messages.undelivered import About
from handlers.writing.language import _
from storage import evaluations


async def about(session: AsyncSession, evaluation_id: int, _person_id: int, now: datetime) -> About | None:
    of = await evaluations.evaluation(session, evaluation_id)
    if of is None:
        return None
    holders = await around.secretaries(session, of.committee.id, now)

    def title() -> str:
        return _("evalueringen av {meeting}").format(meeting=views.named(of.committee, of.meeting))

    return About(title, [(each.person_id, each.language) for each in holders], lambda: Message(title=""))
