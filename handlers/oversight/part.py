"""Reminders on a meeting's page: how many have arrived, for whoever plans the committee's meetings."""

from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.at_hand import about
from handlers.meetings.part import NOTHING, Part
from handlers.messages.message import Button, Fact
from handlers.oversight import words
from handlers.oversight.actions import Do
from handlers.people.access import may_plan
from handlers.people.context import Context
from handlers.writing.language import _
from storage import oversight
from storage.oversight import Arrival


async def part(context: Context, read: AgendaOf) -> Part:
    if not may_plan(context.actor, read.committee.id):
        return NOTHING
    counts = await oversight.counts(context.session, read.meeting.id)
    if not any(count for arrival, count in counts.items() if arrival is not Arrival.WITHDRAWN):
        return NOTHING
    said = words.in_short(counts)
    return Part(
        facts=(Fact(label=_("Påminnelser"), value=said),) if said else (),
        buttons=(Button(label=_("Hvem er påminnet"), action=Do.SHOW, arguments=about(read.meeting)),),
    )
