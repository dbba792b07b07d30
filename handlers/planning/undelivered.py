"""Who is told that the news of a plan's meetings did not arrive: whoever stored it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.messages.message import Message
from handlers.messages.undelivered import About
from handlers.writing.language import _
from storage import people, plans


async def about(session: AsyncSession, plan_id: int, _person_id: int, _now: datetime) -> About | None:
    plan = await plans.plan(session, plan_id)
    if plan is None:
        return None
    holder = plan.settled_by_id or plan.by_id
    languages = await people.languages(session, [holder] if holder is not None else [])

    def title() -> str:
        return _("møteplanen for {year}").format(year=plan.year)

    return About(title, list(languages.items()), lambda: Message(title=""))
