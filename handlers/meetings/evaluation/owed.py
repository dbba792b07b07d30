"""The evaluations that somebody has not answered, with when they close."""

from collections.abc import Sequence

from handlers.capability import Owed
from handlers.meetings.evaluation import views
from handlers.meetings.evaluation.actions import Do, button
from handlers.people.context import Context
from handlers.writing.language import _
from storage import evaluations


async def owes(context: Context) -> Sequence[Owed]:
    return [
        Owed(
            _("Evaluer {meeting}").format(meeting=views.named(of.committee, of.meeting)),
            (button(Do.ANSWER, _("Evaluer"), of.meeting),),
            of.row.closes_at,
            zone=of.meeting.zone,
        )
        for of in await evaluations.waiting(context.session, context.actor.person_id)
        if context.now < of.row.closes_at
    ]
