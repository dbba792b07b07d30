"""Attendance on a meeting's page: how it stands, and the buttons to answer with and to mark who was there."""

from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.at_hand import about
from handlers.meetings.attendance import access, buttons, overview, roll
from handlers.meetings.attendance.actions import Do
from handlers.meetings.part import Part
from handlers.messages.message import Button, Fact
from handlers.people.context import Context
from handlers.writing.language import _


async def part(context: Context, read: AgendaOf) -> Part:
    everybody = await roll.read(context.session, read)
    meeting = read.meeting
    if meeting.cancelled_at is not None:
        return Part()
    own = everybody.person(context.actor.person_id)
    open_to_answer = meeting.ends_at > context.now
    answer = (Fact(label=buttons.label(), value=buttons.in_words(own)),) if own is not None and open_to_answer else ()
    offered = buttons.of(meeting, own, page="0") if own is not None and open_to_answer else ()
    if access.may_mark(context, meeting, everybody) and meeting.paper_id is None:
        offered = (*offered, Button(label=_("Før oppmøte"), action=Do.ROLL, arguments=about(meeting, page="0")))
    return Part(facts=(*overview.facts(everybody), *answer), sections=overview.sections(everybody), buttons=offered)
