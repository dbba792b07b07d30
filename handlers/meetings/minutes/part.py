"""The minutes on a meeting's page."""

from datetime import timedelta

from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.minutes import record, views
from handlers.meetings.minutes.actions import Do, button
from handlers.meetings.part import NOTHING, Part
from handlers.messages.message import Fact
from handlers.people.access import may_write_minutes
from handlers.people.context import Context
from handlers.writing.language import _

_BEFORE = timedelta(days=1)
"""So long before a meeting its minutes are offered to be begun on."""


async def part(context: Context, read: AgendaOf) -> Part:
    """For those who write them."""
    meeting = read.meeting
    if meeting.starts_at - _BEFORE > context.now or not may_write_minutes(context.actor, read.committee.id):
        return NOTHING
    soon = meeting.cancelled_at is None
    found = await record.of(context.session, read)
    if found.row is None:
        begin = (button(Do.PAGE, _("Skriv referat"), meeting),)
        return Part(buttons=begin) if soon else NOTHING
    progress = views.progress(found) if found.lines and not found.is_read_in else ""
    said = ", ".join(filter(None, (views.status(found), progress)))
    return Part(facts=(Fact(label=_("Referat"), value=said),), buttons=(button(Do.PAGE, _("Åpne referatet"), meeting),))
