"""The agenda on a meeting's page."""

from handlers.cases import closed
from handlers.meetings.agenda.lines import AgendaOf, Line
from handlers.meetings.part import Part
from handlers.messages.message import Section
from handlers.people.context import Context
from handlers.writing.language import _


async def part(context: Context, read: AgendaOf) -> Part:
    shown = "\n".join(_line(context, line) for line in read.lines)
    return Part(sections=(Section(title=_("Saksliste"), text=shown or _("Ingen saker på sakslisten ennå.")),))


def _line(context: Context, line: Line) -> str:
    title = closed.title_for(context.actor, line.case) if line.case is not None else line.title
    shown = f"{line.number}  {title}" if line.number else title
    return _("{line} (trukket)").format(line=shown) if line.is_withdrawn else shown
