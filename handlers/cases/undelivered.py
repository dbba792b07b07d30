"""Who is told that a message about a case did not arrive: its secretariat."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.cases import actions, around, views
from handlers.messages.message import Message
from handlers.messages.undelivered import About
from handlers.writing.language import _
from storage import cases


async def about(session: AsyncSession, item_id: int, _person_id: int, now: datetime) -> About | None:
    case = await cases.case(session, item_id)
    if case is None:
        return None
    holders = await around.secretaries(session, case.item.committee_id, now)

    def base() -> Message:
        return Message(title="", buttons=(actions.show(case.item.id),), page=views.page_of(case))

    def title() -> str:
        if case.item.number:
            return _("sak {number}").format(number=case.item.number)
        return _("saken «{title}»").format(title=case.item.title)

    return About(title, [(holder.person_id, holder.language) for holder in holders], base)
