"""The convocations that a secretariat has not sent."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.calendar import dates
from handlers.capability import Owed
from handlers.meetings.at_hand import about
from handlers.meetings.convocation.actions import Do
from handlers.messages.message import Button
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _
from storage import owed

_AHEAD = timedelta(days=30)
"""A meeting that is farther away is nothing to do yet."""


async def owes(context: Context) -> Sequence[Owed]:
    """Of the committees whose secretariat the actor is in."""
    own = [each for each in context.actor.roles if may_decide(context.actor, each)]
    found = await owed.to_convene(context.session, own, context.now + _AHEAD, context.now) if own else ()
    return [
        Owed(
            _("Send innkalling til møtet i {committee} {day}").format(
                committee=of.committee.name, day=dates.short_day(of.meeting.starts_at, of.meeting.zone)
            ),
            (Button(label=_("Kontroller og send"), action=Do.CHECK, arguments=about(of.meeting)),),
            of.meeting.starts_at,
            zone=of.meeting.zone,
        )
        for of in found
    ]
