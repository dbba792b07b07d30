"""The meetings that somebody was at and has not evaluated."""

from collections.abc import Sequence

from handlers.capability import Waiting
from handlers.meetings.evaluation import views
from handlers.meetings.evaluation.actions import Do, button
from handlers.people.context import Context
from handlers.writing.language import _
from storage import evaluations


async def home(context: Context) -> Sequence[Waiting]:
    return [
        Waiting(
            _("Evaluer {meeting}").format(meeting=views.named(of.committee, of.meeting)),
            button(Do.SHOW, _("Vis"), of.meeting),
        )
        for of in await evaluations.waiting(context.session, context.actor.person_id)
        if context.now < of.row.closes_at
    ]
