"""An agenda as it stands: what was laid down, and what came since, in the order in which it is read.

Nobody has to lay an agenda down. Until somebody changes something it follows from the committee's standing items and
the cases that were accepted, in the order of their numbers; and what is accepted later stands after the other cases.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from storage import agenda, cases
from storage.cases import Case, Gap
from storage.tables import Agenda, AgendaSlot, Committee, ItemStatus, Left, Meeting, SlotKind


class StandingItem(NamedTuple):
    """A case that is on each of a committee's agendas (fast sak). `last`: it stands after the cases."""

    title: str
    last: bool

    @classmethod
    def of(cls, stored: Any) -> "StandingItem":
        """As it stands in `Committee.standing_items`: a title, or an object with one.

        `place` there says `first` or `last`. Without it, what the item is called decides: what people know to come at
        the end of a meeting does so here.
        """
        fields: Mapping[str, Any] = stored if isinstance(stored, Mapping) else {"title": stored}
        title = str(fields["title"])
        place = fields.get("place")
        at_the_end = title.casefold().startswith(("eventuelt", "ymse", "neste møte", "evaluering"))
        return cls(title, place == "last" if place else at_the_end)


class Line(NamedTuple):
    """One line of an agenda. `slot` None: it was not laid down, and follows from the committee or its case.

    `minutes`: the time set off for it; None: nobody said. `number`: empty where it carries none.
    """

    kind: SlotKind
    title: str
    number: str
    minutes: int | None
    slot: AgendaSlot | None = None
    case: Case | None = None
    standing: str | None = None
    left: Left | None = None
    """The meeting handled it, and it went on from there: postponed, or referred to another committee."""

    @property
    def is_withdrawn(self) -> bool:
        """Its case was withdrawn after it got its number, which stays."""
        return self.case is not None and self.case.item.status == ItemStatus.WITHDRAWN

    @property
    def is_closed(self) -> bool:
        """Only members may see what it is about (unntatt offentlighet)."""
        return self.case is not None and bool(self.case.item.closed_under)


class AgendaOf(NamedTuple):
    """The agenda of a meeting, read. `row` None: nobody has worked on it."""

    meeting: Meeting
    committee: Committee
    row: Agenda | None
    lines: Sequence[Line]

    @property
    def revision(self) -> int:
        """How often it was changed: whoever changes it says which one they saw."""
        return self.row.revision if self.row is not None else 0

    @property
    def is_draft(self) -> bool:
        """It is being worked on, and nobody is told of the changes."""
        return self.row is not None and self.row.draft_since is not None

    @property
    def minutes(self) -> int:
        """The time set off for all of it."""
        return sum(line.minutes or 0 for line in self.lines if not line.is_withdrawn)

    @property
    def over(self) -> int:
        """By how many minutes it is longer than the meeting; below zero: what is left."""
        return self.minutes - int((self.meeting.ends_at - self.meeting.starts_at).total_seconds()) // 60

    def times(self) -> Iterator[tuple[Line, datetime | None]]:
        """Each line with when it begins (UTC), as far as the times set off for those before it say so."""
        at: datetime | None = self.meeting.starts_at
        for line in self.lines:
            if line.slot is not None and line.slot.starts_at is not None:
                at = line.slot.starts_at
            yield line, at
            if line.is_withdrawn or (line.slot is not None and line.slot.with_id is not None):
                continue
            at = at + timedelta(minutes=line.minutes) if at is not None and line.minutes is not None else None


async def read(session: AsyncSession, meeting: Meeting, committee: Committee) -> AgendaOf:
    """The agenda as it stands now: four statements, however many lines it has."""
    row = await agenda.agenda(session, meeting.id)
    slots = await agenda.slots(session, meeting.id)
    on_it = await cases.on_agenda(session, meeting.id)
    stayed = await cases.stayed(session, meeting.id)
    return AgendaOf(meeting, committee, row, in_order(slots, on_it, committee.standing_items, stayed))


def in_order(
    slots: Sequence[AgendaSlot], on_it: Sequence[Case], standing_items: Sequence[Any], stayed: Sequence[Gap] = ()
) -> list[Line]:
    """The lines, in the order in which they are read.

    Args:
        slots: what was laid down, in order. A place whose case has left the agenda is left out.
        on_it: the cases on the agenda, in the order of their numbers.
        standing_items: as they stand in `Committee.standing_items`.
        stayed: what the meeting handled and passed on, each with the number that it had here.
    """
    handled = [
        *((case.item.number_year or 0, case.item.number_in_year or 0, _of_case(case)) for case in on_it),
        *((gap.year, gap.in_year, _of_case(gap.case)._replace(number=gap.number, left=gap.why)) for gap in stayed),
    ]
    of_cases = [line for _year, _n, line in sorted(handled, key=lambda each: each[:2])]
    by_id = {line.case.item.id: line for line in of_cases if line.case is not None}
    laid = [line for slot in slots if (line := _laid(slot, by_id)) is not None]
    there = {line.case.item.id for line in laid if line.case is not None}
    new = [line for line in of_cases if line.case is not None and line.case.item.id not in there]
    known = {slot.standing for slot in slots if slot.standing is not None}
    standing = [item for item in map(StandingItem.of, standing_items) if item.title not in known]
    first = [_of_standing(item) for item in standing if not item.last]
    last = [_of_standing(item) for item in standing if item.last]
    if not laid:
        return [*first, *new, *last]
    after = max((place for place, line in enumerate(laid, 1) if line.kind is SlotKind.CASE), default=0)
    if not after:
        ends = {item.title for item in map(StandingItem.of, standing_items) if item.last}
        after = next((place for place, line in enumerate(laid) if line.standing in ends), len(laid))
    return [*first, *laid[:after], *new, *laid[after:], *last]


def _laid(slot: AgendaSlot, by_id: Mapping[int, Line]) -> Line | None:
    kind = SlotKind(slot.kind)
    if kind is not SlotKind.CASE:
        title = slot.title or slot.standing or ""
        return Line(kind, title, slot.number or "", slot.minutes, slot, standing=slot.standing)
    line = by_id.get(slot.item_id or 0)
    if line is None:
        return None
    return line._replace(slot=slot, minutes=slot.minutes if slot.minutes is not None else line.minutes)


def _of_case(case: Case) -> Line:
    return Line(SlotKind.CASE, case.item.title, case.item.number or "", case.item.minutes, case=case)


def _of_standing(item: StandingItem) -> Line:
    return Line(SlotKind.STANDING, item.title, "", None, standing=item.title)


async def lay_down(session: AsyncSession, read_now: AgendaOf) -> AgendaOf:
    """The same agenda with a row for each line, so that each has an id: it is to be changed, or referred to.

    The caller holds the agenda (`storage.agenda.locked`). Two statements, and none where all of it lies.
    """
    if all(line.slot is not None for line in read_now.lines):
        return read_now
    meeting = read_now.meeting
    new = [
        {
            "meeting_id": meeting.id,
            "kind": line.kind,
            "position": position,
            "item_id": line.case.item.id if line.case is not None else None,
            "standing": line.standing,
        }
        for position, line in enumerate(read_now.lines)
        if line.slot is None
    ]
    await agenda.add_slots(session, new)
    lying = {line.slot.id: position for position, line in enumerate(read_now.lines) if line.slot is not None}
    for slot in await agenda.slots(session, meeting.id):
        if slot.id in lying:
            slot.position = lying[slot.id]
    await session.flush()
    return await read(session, meeting, read_now.committee)
