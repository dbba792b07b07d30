"""An agenda in words: its lines with their times, and the total against the length of the meeting."""

from collections.abc import Sequence
from datetime import datetime

from handlers.calendar import dates
from handlers.cases import closed as cases_closed
from handlers.cases import views
from handlers.cases.duration import duration
from handlers.limits import ANYWHERE
from handlers.meetings.agenda.lines import AgendaOf, Begins, Group, Line
from handlers.messages.message import Fact
from handlers.writing.language import _
from handlers.writing.text import length
from storage.tables import AgendaSlot

_LINES = 25
"""So many lines are read at once."""
_UNITS = ANYWHERE.text - 200
"""So much text is read at once: under what one piece of it may be on any platform."""


def title(read: AgendaOf) -> str:
    """«Sakslisten for Faglig samarbeidsutvalg (FSU) 21. sep. 2026»."""
    day = dates.short_day(read.meeting.starts_at, read.meeting.zone)
    return _("Sakslisten for {committee} {day}").format(committee=read.committee.name, day=day)


def named(line: Line, *, closed: bool = True) -> str:
    """The line by its number and title. `closed`: the reader may know what closed cases are about."""
    title = line.title if closed or not line.is_closed else closed_title(line)
    shown = f"{line.number}  {title}" if line.number else title
    if line.is_closed and title != closed_title(line):
        # Whoever may know what it is about is not to speak of it elsewhere.
        shown = _("{line} (unntatt offentlighet)").format(line=shown)
    return _("{line} (trukket)").format(line=shown) if line.is_withdrawn else shown


def number_here(line: Line) -> str:
    """The line's number on this agenda, with what type its case is by now; a case that went on has another there."""
    item = line.case.item if line.case is not None else None
    return views.number(item) if item is not None and item.number == line.number else line.number


def closed_title(line: Line) -> str:
    """What others than members read of a closed case."""
    return cases_closed.title(line.case.item) if line.case is not None else line.title


def group_lines(read: AgendaOf, begins: Begins, *, closed: bool = True) -> list[str]:
    """A group as it stands on the agenda, each of its lines: «09.00  1/2026 (O)  Felles opplæring · 20 min»."""
    leads, *others = begins.group.lines
    shown = _with(named(leads, closed=closed), responsible(leads.slot), _time(begins.group))
    clock = _clock(read, begins.at)
    lines = [f"{clock}  {shown}" if clock else shown]
    lines += [_("↳ {line} (sammenfallende)").format(line=named(line, closed=closed)) for line in others]
    if begins.short_of:
        lines.append(short_of(begins.short_of))
    return lines


def short_of(minutes: int) -> str:
    """What is said where a fixed time comes too soon."""
    return _("Det som står foran, trenger {duration} mer enn det er tid til.").format(duration=duration(minutes))


def responsible(slot: AgendaSlot | None) -> str:
    """Who is responsible for a line of the secretariat's own."""
    return slot.presenters_text if slot is not None else ""


def total(read: AgendaOf) -> tuple[Fact, ...]:
    """The time set off for it against the length of the meeting; nothing where none is set off."""
    if not read.minutes:
        return ()
    against = _("{minutes} av {length}").format(minutes=duration(read.minutes), length=duration(read.length))
    if read.over > 0:
        left = _("{duration} over").format(duration=duration(read.over))
    elif read.over < 0:
        left = _("{duration} igjen").format(duration=duration(-read.over))
    else:
        left = _("akkurat nok")
    return (Fact(label=_("Tid på sakslisten"), value=f"{against} – {left}{_idle(read)}"),)


def _idle(read: AgendaOf) -> str:
    """Why it ends later than the times on it add up to."""
    idle = read.over - (read.minutes - read.length)
    if read.over <= 0 or idle <= 0:
        return ""
    return _(", medregnet {duration} som ikke er satt av til noe").format(duration=duration(idle))


def pages(read: AgendaOf, *, closed: bool = True) -> Sequence[str]:
    """All of it, as much in each text as is read at once on any platform; one empty text at least."""
    found: list[str] = []
    lines: list[str] = []
    for begins in read.timetable():
        added = group_lines(read, begins, closed=closed)
        if lines and (len(lines) + len(added) > _LINES or length("\n".join([*lines, *added])) > _UNITS):
            found.append("\n".join(lines))
            lines = []
        lines += added
    return [*found, "\n".join(lines)]


def _with(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _time(group: Group) -> str:
    return duration(group.minutes) if group.minutes else ""


def _clock(read: AgendaOf, at: datetime | None) -> str:
    """When it begins; nothing on an agenda where nobody has set off any time."""
    if at is None or not (read.minutes or any(line.starts_at for line in read.lines)):
        return ""
    return dates.clock(at, read.meeting.zone)
