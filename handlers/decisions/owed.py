"""What somebody is to do because of decisions, by when."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from handlers.calendar.zone import LOCAL_ZONE
from handlers.capability import Owed
from handlers.decisions import register
from handlers.decisions.views import task_named
from handlers.meetings.follow_up_actions import Do, button
from handlers.people.context import Context
from handlers.writing.language import _
from storage import follow_ups

_MOST = 100
"""More nobody reads; these are due first."""


async def owes(context: Context) -> Sequence[Owed]:
    """Two statements. What is a step on the way of a decision is answered elsewhere."""
    tasks = await follow_ups.seen_to(context.session, await register.served(context), 0, _MOST)
    return [
        Owed(
            _("Følg opp: {text}").format(text=task_named(task)),
            (button(Do.DONE, _("Gjort"), task.row), button(Do.SHOW, _("Vis"), task.row)),
            by(task.due),
            whole_day=True,
        )
        for task in tasks
        if not task.row.recommended
    ]


def by(day: date | None) -> datetime | None:
    """The moment within that local day which stands for all of it."""
    return datetime.combine(day, time(12), LOCAL_ZONE).astimezone(UTC) if day is not None else None
