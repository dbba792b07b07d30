"""The rounds of written comments that wait for somebody's answer."""

from collections.abc import Sequence

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE
from handlers.capability import Waiting
from handlers.hearings.actions import Do, button
from handlers.people.context import Context
from handlers.writing.language import _
from storage import hearings


async def home(context: Context) -> Sequence[Waiting]:
    """Those with the nearest deadline first."""
    found = await hearings.asked(context.session, context.actor.person_id, waiting=True)
    return [
        Waiting(
            _("Høringen «{title}» venter på svaret ditt (frist {day})").format(
                title=each.hearing.row.title, day=dates.short_day(each.hearing.row.deadline_at, LOCAL_ZONE.key)
            ),
            button(Do.SHOW, _("Vis"), each.hearing.row, {}),
        )
        for each in found
    ]
