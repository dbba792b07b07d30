"""The minutes, and the line of them, that somebody wants to do something with, if they may."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from handlers.errors import Gone
from handlers.meetings import at_hand
from handlers.meetings.minutes import record
from handlers.meetings.minutes.record import Record, Written
from handlers.meetings.minutes.states import may_change
from handlers.messages.arguments import id_of
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import _
from storage import follow_ups, minutes
from storage.follow_ups import Task
from storage.tables import Committee, Meeting, Minutes

meeting_to_write = at_hand.to_write
"""The meeting, for whoever writes its minutes, also before anybody has begun on them."""


class ToWrite(NamedTuple):
    """Minutes that may be written in, and whose."""

    meeting: Meeting
    committee: Committee
    row: Minutes


async def to_write(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> ToWrite:
    """The minutes, for whoever writes them. `lock`: nobody else changes them until the transaction ends.

    Raises:
        Gone, NotAllowed, Settled: says why not.
    """
    meeting, committee = await meeting_to_write(context, arguments)
    row = await (minutes.locked if lock else minutes.minutes)(context.session, meeting.id)
    if row is None:
        raise Gone(_("Ingen har begynt på dette referatet ennå. Åpne møtet og begynn på det."))
    if not may_change(row.status):
        raise Settled(_("Referatet er sendt ut eller godkjent, så det kan ikke skrives i nå."))
    return ToWrite(meeting, committee, row)


class AtLine(NamedTuple):
    """A line of the minutes, among the others. `to_do`: what was decided before and is not done, where this is the line
    under which that is looked at."""

    record: Record
    written: Written
    slot_id: int
    today: date
    to_do: Sequence[Task] = ()

    def beside(self, by: int) -> Written | None:
        """The line so many places further on; None: there is none."""
        place = self.record.lines.index(self.written) + by
        return self.record.lines[place] if 0 <= place < len(self.record.lines) else None


async def line(context: Context, arguments: Mapping[str, str]) -> AtLine:
    """The line in the place called `slot`, for whoever writes the minutes.

    Raises:
        Gone, NotAllowed: says why not.
    """
    meeting, committee = await at_hand.to_write(context, arguments)
    found = await record.read(context.session, meeting, committee)
    slot_id = id_of(arguments, "slot")
    written = found.at(slot_id)
    if written is None:
        raise Gone(_("Saken står ikke lenger på sakslisten for dette møtet."))
    is_status = found.agenda.status_line is not None and found.agenda.status_line.standing == written.line.standing
    before = await follow_ups.open_of(context.session, committee.id) if is_status else ()
    return AtLine(found, written, slot_id, context.today, before)


async def still(context: Context, arguments: Mapping[str, str]) -> None:
    """For `Dialog.still`: raises `Settled` once the minutes cannot be written in."""
    await to_write(context, arguments, lock=False)
