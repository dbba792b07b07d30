"""The polls that somebody has not answered, with when they close, and those in which they are to choose a time."""

from collections.abc import Sequence

from handlers.capability import Owed
from handlers.people.access import may_plan
from handlers.people.context import Context
from handlers.polls.actions import Do, button
from handlers.writing.language import _
from storage import polls


async def owes(context: Context) -> Sequence[Owed]:
    asked = await polls.asked_in(context.session, context.actor.person_id, context.now)
    plans = [each for each in context.actor.roles if may_plan(context.actor, each)]
    settle = await polls.to_settle(context.session, plans, context.now) if plans else ()
    return [
        *(
            Owed(
                _("Svar når det passer med møte i {committee}").format(committee=each.poll.committee.name),
                (
                    button(Do.OWN, _("Svar på hver tid"), each.poll.row, {}),
                    button(Do.ALL, _("Alle tidene passer"), each.poll.row, {}),
                    button(Do.NONE, _("Ingen av tidene passer"), each.poll.row, {}),
                ),
                each.poll.row.closes_at,
                zone=each.poll.row.zone,
            )
            for each in asked
            if not each.answered
        ),
        *(
            Owed(
                _("Velg tidspunkt for møte i {committee}").format(committee=each.committee.name),
                (button(Do.SHOW, _("Se datovalget"), each.row, {}),),
            )
            for each in settle
        ),
    ]
