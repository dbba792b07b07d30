"""On a meeting's page: by which poll its time was found, for whoever plans the committee's meetings."""

from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.part import NOTHING, Part
from handlers.messages.message import Fact
from handlers.people.access import may_plan
from handlers.people.context import Context
from handlers.polls import at_hand, views
from handlers.writing.language import _, ngettext
from storage import polls


async def part(context: Context, read: AgendaOf) -> Part:
    if not may_plan(context.actor, read.committee.id):
        return NOTHING
    of = await polls.of_meeting(context.session, read.meeting.id)
    if of is None:
        return NOTHING
    found = await at_hand.load(context, of, {"meeting": str(read.meeting.id)})
    value = ngettext("Valgt blant {count} tid. {progress}.", "Valgt blant {count} tider. {progress}.", len(found.times))
    return Part(
        facts=(Fact(label=_("Datovalg"), value=value.format(count=len(found.times), progress=views.progress(found))),),
        buttons=(views.show(found),),
    )
