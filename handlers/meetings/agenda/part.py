"""The agenda on a meeting's page."""

from handlers.meetings.agenda.lines import AgendaOf, Line
from handlers.meetings.part import Part
from handlers.messages.message import Section
from handlers.people.context import Context
from handlers.writing.language import _


async def part(_context: Context, read: AgendaOf) -> Part:
    shown = "\n".join(_line(line) for line in read.lines)
    return Part(sections=(Section(title=_("Saksliste"), text=shown or _("Ingen saker på sakslisten ennå.")),))


def _line(line: Line) -> str:
    shown = f"{line.number}  {line.title}" if line.number else line.title
    return _("{line} (trukket)").format(line=shown) if line.is_withdrawn else shown
