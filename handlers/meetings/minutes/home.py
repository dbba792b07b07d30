"""The minutes that wait for whoever writes them."""

from collections.abc import Sequence

from handlers.capability import Waiting
from handlers.meetings.minutes import views
from handlers.meetings.minutes.actions import Do, button
from handlers.people.access import may_write_minutes
from handlers.people.context import Context
from handlers.writing.language import _
from storage import minutes
from storage.direct import Question


def _own(context: Context) -> list[int]:
    return [each for each in context.actor.roles if may_write_minutes(context.actor, each)]


def foresees(context: Context) -> Sequence[Question]:
    """What `home` asks."""
    own = _own(context)
    return [minutes.asked_to_finish(own, context.now)] if own else []


async def home(context: Context) -> Sequence[Waiting]:
    """Those that are begun and not sent out, oldest first: one statement."""
    own = _own(context)
    if not own:
        return ()
    return [
        Waiting(
            _("{minutes} er ikke ferdig").format(minutes=views.title_of(meeting, committee)),
            button(Do.PAGE, _("Skriv referatet"), meeting),
        )
        for meeting, committee in await minutes.to_finish(context.session, own, context.now)
    ]
