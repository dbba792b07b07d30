"""The convocation on a meeting's page."""

from handlers.calendar import dates
from handlers.meetings.actions import Do as Meetings
from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.at_hand import about
from handlers.meetings.convocation import documents
from handlers.meetings.convocation.actions import Do
from handlers.meetings.part import NOTHING, Part
from handlers.messages.message import Button, Fact
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _


async def part(context: Context, read: AgendaOf) -> Part:
    meeting = read.meeting
    works = may_decide(context.actor, read.committee.id)
    if read.row is not None and read.row.convened_at is not None:
        sent = dates.day_and_clock(read.row.convened_at, meeting.zone)
        return Part(
            facts=(Fact(label=_("Innkalling"), value=_("Sendt {when}").format(when=sent)),),
            files=(documents.word_file(meeting, _("Innkalling (Word)")), documents.calendar_file(meeting)),
        )
    if not works or meeting.cancelled_at is not None or meeting.starts_at <= context.now:
        return NOTHING
    return Part(
        facts=(Fact(label=_("Innkalling"), value=_("Ikke sendt")),),
        buttons=(
            Button(label=_("Send innkalling"), action=Do.CHECK, arguments=about(meeting)),
            Button(label=_("Word-maler"), action=Meetings.TEMPLATES, arguments=about(meeting)),
        ),
    )
