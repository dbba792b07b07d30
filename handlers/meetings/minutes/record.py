"""Minutes as they are read: what is written, of each line of the agenda, and what is missing."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.meetings.agenda import lines
from handlers.meetings.agenda.lines import AgendaOf, Line
from storage import agenda, cases, minutes, papers, people
from storage.minutes import EntryOf
from storage.papers import Source
from storage.pointing import pointed_at
from storage.tables import AgendaSlot, Committee, Meeting, Minutes, SlotKind


class Written(NamedTuple):
    """One line of the agenda, and what the minutes say of it. `entry` None: nobody has opened it."""

    line: Line
    entry: EntryOf | None

    @property
    def slot_id(self) -> int | None:
        return self.line.slot.id if self.line.slot is not None else None

    @property
    def is_missing(self) -> bool:
        """It was to be handled, and not a word is written of it."""
        return not self.line.is_withdrawn and (self.entry is None or self.entry.is_empty)

    @property
    def called(self) -> str:
        """«1/2026 Felles opplæring», or the title of a line without a number."""
        return f"{self.line.number} {self.line.title}".strip()


class Record(NamedTuple):
    """The minutes of a meeting, read. `row` None: nobody has begun on them.

    `lines` are those of the agenda without its breaks, and those whose case has left the agenda after the minutes were
    begun. `names`: of the chair and the minute taker, by id. `noted`: where there are notes of another tool that nobody
    has taken over; None among them: of which case they are does not show.
    """

    agenda: AgendaOf
    row: Minutes | None
    lines: Sequence[Written]
    names: Mapping[int, str]
    noted: frozenset[int | None] = frozenset()
    paper: Source | None = None
    """The old paper that they were read in from."""

    @property
    def is_read_in(self) -> bool:
        """They were written elsewhere, and read in: nothing more is done with them here."""
        return self.row is not None and self.row.paper_id is not None

    @property
    def meeting(self) -> Meeting:
        return self.agenda.meeting

    @property
    def committee(self) -> Committee:
        return self.agenda.committee

    @property
    def missing(self) -> Sequence[Written]:
        """The lines without a word, in order."""
        return [each for each in self.lines if each.is_missing]

    @property
    def chair(self) -> str:
        return pointed_at(self.names, self.row.chair_id, "") if self.row is not None else ""

    @property
    def minute_taker(self) -> str:
        return pointed_at(self.names, self.row.minute_taker_id, "") if self.row is not None else ""

    def at(self, slot_id: int) -> Written | None:
        """What is written of the line in this place."""
        return next((each for each in self.lines if each.slot_id == slot_id), None)


async def read(session: AsyncSession, meeting: Meeting, committee: Committee) -> Record:
    """The minutes as they stand now: a fixed number of statements, however many lines there are and however much is
    written."""
    on_it = await lines.read(session, meeting, committee)
    return await of(session, on_it)


async def of(session: AsyncSession, on_it: AgendaOf) -> Record:
    """The same, of an agenda that was read already."""
    row = await minutes.minutes(session, on_it.meeting.id)
    there = [line for line in on_it.lines if line.kind is not SlotKind.BREAK]
    if row is None:
        return Record(on_it, None, [Written(line, None) for line in there], {})
    written = await minutes.entries(session, row.id)
    lying = {line.slot.id for line in there if line.slot is not None}
    if written.keys() - lying:
        there = _in_place(there, await _left(session, on_it.meeting.id, written.keys() - lying))
    names = await people.names(session, {each for each in (row.chair_id, row.minute_taker_id) if each is not None})
    found = [Written(line, written.get(line.slot.id) if line.slot is not None else None) for line in there]
    noted = frozenset(each.slot_id for each in await minutes.open_notes(session, row.id))
    paper = await papers.source(session, row.paper_id) if row.paper_id is not None else None
    return Record(on_it, row, found, names, noted, paper)


async def _left(session: AsyncSession, meeting_id: int, slot_ids: set[int]) -> Sequence[Line]:
    """The lines in these places whose cases have left the agenda: the minutes say what became of them."""
    gaps = {gap.case.item.id: gap for gap in await cases.left_agenda(session, meeting_id)}
    found = []
    for slot in await agenda.slots(session, meeting_id):
        gap = pointed_at(gaps, slot.item_id)
        if slot.id in slot_ids and gap is not None:
            found.append(_line(slot, gap))
    return found


def _line(slot: AgendaSlot, gap: cases.Gap) -> Line:
    return Line(SlotKind.CASE, gap.case.item.title, gap.number, slot.minutes, slot=slot, case=gap.case)


def _in_place(there: Sequence[Line], left: Sequence[Line]) -> list[Line]:
    """Those that left, where they stood."""
    found = list(there)
    for line in left:
        position = line.slot.position if line.slot is not None else 0
        after = [
            place for place, each in enumerate(found, 1) if each.slot is not None and each.slot.position < position
        ]
        found.insert(after[-1] if after else 0, line)
    return found
