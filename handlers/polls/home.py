"""The polls that wait for somebody's answer, and those in which a time is to be chosen."""

from collections.abc import Sequence

from handlers.calendar import dates
from handlers.capability import Waiting
from handlers.people.access import may_plan
from handlers.people.context import Context
from handlers.polls.actions import Do, button
from handlers.writing.language import _
from storage import polls


async def home(context: Context) -> Sequence[Waiting]:
    """To be answered first, those first that close first."""
    asked = await polls.asked_in(context.session, context.actor.person_id, context.now)
    plans = [each for each in context.actor.roles if may_plan(context.actor, each)]
    settle = await polls.to_settle(context.session, plans, context.now) if plans else ()
    return [
        *(
            Waiting(
                _("Svar når det passer med møte i {committee} (innen {day})").format(
                    committee=each.poll.committee.name,
                    day=dates.short_day(each.poll.row.closes_at, each.poll.row.zone),
                ),
                button(Do.OWN, _("Svar"), each.poll.row, {}),
            )
            for each in asked
            if not each.answered
        ),
        *(
            Waiting(
                _("Velg tidspunkt for møte i {committee}").format(committee=each.committee.name),
                button(Do.SHOW, _("Vis"), each.row, {}),
            )
            for each in settle
        ),
    ]
