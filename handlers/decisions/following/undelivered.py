"""Who is told that a message about what is to be done did not arrive: the secretariat of the committee that decided
it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.decisions.following import holders, views
from handlers.decisions.views import task_named
from handlers.messages.message import Message
from handlers.messages.undelivered import About
from handlers.writing.language import _
from storage import follow_ups
from storage.follow_ups import Task


async def about(session: AsyncSession, follow_up_id: int, _person_id: int, now: datetime) -> About | None:
    task = await follow_ups.task(session, follow_up_id)
    if task is None:
        return None
    readers = await holders.secretariat(session, task.at.committee.id, local_day(now))
    return About(lambda: _called(task), list(readers.items()), lambda: Message(title="", buttons=(views.show(task),)))


async def about_reminder(session: AsyncSession, person_id: int, _to: int, now: datetime) -> About | None:
    """Of somebody's reminder, the secretariats of all that it may have been about."""
    today = local_day(now)
    tasks = await follow_ups.seen_to(session, follow_ups.Served(person_id), 0, 100)
    found = await holders.secretariats(session, {task.at.committee.id for task in tasks}, today)
    readers = {each: language for of in found.values() for each, language in of.items()}
    return About(lambda: _("det de skal følge opp"), list(readers.items()), lambda: Message(title=""))


def _called(task: Task) -> str:
    return _("oppfølgingen «{text}»").format(text=task_named(task))
