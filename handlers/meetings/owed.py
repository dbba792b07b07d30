"""The meetings that somebody may still propose cases for."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.calendar import dates
from handlers.capability import Owed
from handlers.cases.actions import Do
from handlers.messages.message import Button
from handlers.people.access import may_propose
from handlers.people.context import Context
from handlers.writing.language import _
from storage import owed
from storage.direct import Question

_AHEAD = timedelta(days=30)
"""A deadline that is farther away is nothing to do yet."""


def propose(committee_id: int) -> Button:
    """The form for a case to that committee, opened where the button stands."""
    return Button(label=_("Meld sak"), action=Do.PROPOSE, arguments={"committee": str(committee_id)})


def _own(context: Context) -> list[int]:
    return [
        seat.id
        for seat in context.actor.committees
        if seat.id in context.actor.roles and may_propose(context.actor, seat)
    ]


def foresees(context: Context) -> Sequence[Question]:
    """What `owes` asks."""
    own, now = _own(context), context.now
    return [owed.asked_to_propose_for(context.actor.person_id, own, now + _AHEAD, now)] if own else []


async def owes(context: Context) -> Sequence[Owed]:
    """Of the actor's own committees: whoever has proposed something has done it."""
    own = _own(context)
    found = await owed.to_propose_for(context.session, context.actor.person_id, own, context.now + _AHEAD, context.now)
    return [
        Owed(
            _("Meld saker til møtet i {committee} {day}").format(
                committee=of.committee.name, day=dates.short_day(of.meeting.starts_at, of.meeting.zone)
            ),
            (propose(of.committee.id),),
            of.meeting.deadline_at,
            zone=of.meeting.zone,
        )
        for of in found
    ]
