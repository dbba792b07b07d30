"""An agenda as it stands: what was laid down, and what came since, in the order in which it is read.

Nobody has to lay an agenda down. Until somebody changes something it follows from the committee's standing items and
the cases that were accepted, in the order of their numbers; and what is accepted later stands after the other cases.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zlib import crc32

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.cases import closed
from handlers.patterns import pattern_of
from handlers.people.context import Actor
from storage import agenda, cases
from storage.cases import Case, Handled
from storage.pointing import pointed_at
from storage.tables import Agenda, AgendaSlot, Committee, ItemStatus, Left, Meeting, SlotKind

_STATUS = pattern_of(
    r"\b(?:oppfølging\w*|oppfylging\w*|status|gjennomgang|utestående|uteståande)\b.*\b\w*(?:vedtak|beslutning|aksjon|avgjerd)"
    r"|\b(?:aksjons|oppfølgings|oppfylgings|vedtaks|tiltaks)(?:liste|lista|listen|punkt|oppfølging|oppfylging)",
    re.IGNORECASE,
)
"""What standing items are called under which a committee looks at what it wanted done."""


class StandingItem(NamedTuple):
    """A case that is on each of a committee's agendas (fast sak). `last`: it stands after the cases. `status`: what the
    committee decided before and is not done stands under it; None: nobody said."""

    title: str
    last: bool
    status: bool | None = None

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
        return cls(title, place == "last" if place else at_the_end, fields.get("status"))


def status_item(standing_items: Sequence[Any]) -> str | None:
    """The title of the standing item under which what is to be done is looked at: the one that is marked so; if none
    is, the first that is called so and is not marked as none."""
    items = [StandingItem.of(item) for item in standing_items]
    marked = next((item.title for item in items if item.status), None)
    return marked or next((item.title for item in items if item.status is None and _STATUS.search(item.title)), None)


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
    def key(self) -> str:
        """What the line is called by buttons, and where the agenda was written down: short, and the same whether the
        line was laid down or not."""
        if self.case is not None:
            return f"c{self.case.item.id}"
        if self.standing is not None:
            return f"f{crc32(self.standing.encode()):08x}"
        return f"s{self.slot.id if self.slot is not None else 0}"

    @property
    def group(self) -> int | None:
        """The id of the place that it is handled together with, or its own; None: it was not laid down."""
        return (self.slot.with_id or self.slot.id) if self.slot is not None else None

    @property
    def starts_at(self) -> datetime | None:
        """When it begins, whatever stands before it (UTC)."""
        return self.slot.starts_at if self.slot is not None else None

    @property
    def is_withdrawn(self) -> bool:
        """Its case was withdrawn after it got its number, which stays."""
        return self.case is not None and self.case.item.status == ItemStatus.WITHDRAWN

    @property
    def is_closed(self) -> bool:
        """Only members may see what it is about (unntatt offentlighet)."""
        return self.case is not None and bool(self.case.item.closed_under)


class Group(NamedTuple):
    """Lines that are handled together (sammenfallende saker): mostly one alone. The first leads."""

    lines: tuple[Line, ...]

    @property
    def leads(self) -> Line:
        return self.lines[0]

    @property
    def is_withdrawn(self) -> bool:
        """Nothing of it is to be handled any more."""
        return all(line.is_withdrawn for line in self.lines)

    @property
    def minutes(self) -> int | None:
        """The time set off for all of it: what the first of its lines says that says something."""
        return next((line.minutes for line in self.lines if line.minutes is not None and not line.is_withdrawn), None)


class Begins(NamedTuple):
    """When a group begins and ends (UTC), as far as it is known. `short_of`: so many minutes of what stands before it
    are left when it begins, since its time is fixed."""

    group: Group
    at: datetime | None
    ends_at: datetime | None
    short_of: int = 0


class AgendaOf(NamedTuple):
    """The agenda of a meeting, read. `row` None: nobody has worked on it. `left_out`: standing items of the committee
    that this meeting goes without."""

    meeting: Meeting
    committee: Committee
    row: Agenda | None
    lines: Sequence[Line]
    left_out: Sequence[Line] = ()

    @property
    def revision(self) -> int:
        """How often it was changed: whoever changes it says which one they saw."""
        return self.row.revision if self.row is not None else 0

    @property
    def is_draft(self) -> bool:
        """It is being worked on, and nobody is told of the changes."""
        return self.row is not None and self.row.draft_since is not None

    def seen_by(self, actor: Actor) -> "AgendaOf":
        """The same as the actor may read it: without what closed cases are about, if they are not of the committee."""
        hidden = [
            line._replace(title=closed.title(line.case.item))
            if line.case is not None and not closed.may_see(actor, line.case)
            else line
            for line in self.lines
        ]
        return self._replace(lines=hidden)

    def groups(self) -> Sequence[Group]:
        """The lines, those that are handled together as one."""
        return in_groups(self.lines)

    @property
    def status_line(self) -> Line | None:
        """The line under which what is to be done is looked at; None: this meeting has none."""
        wanted = status_item(self.committee.standing_items)
        return next((line for line in self.lines if wanted is not None and line.standing == wanted), None)

    @property
    def length(self) -> int:
        """How long the meeting is, in minutes."""
        return _minutes(self.meeting.ends_at - self.meeting.starts_at)

    @property
    def minutes(self) -> int:
        """The time set off for all of it. What is handled together takes its time once."""
        return sum(group.minutes or 0 for group in self.groups())

    @property
    def over(self) -> int:
        """By how many minutes it is longer than the meeting, or ends after it; below zero: what is left."""
        late = [_minutes(each.ends_at - self.meeting.ends_at) for each in self.timetable() if each.ends_at is not None]
        return max([self.minutes - self.length, *(each for each in late if each > 0)])

    def timetable(self) -> Sequence[Begins]:
        """When each group begins, as far as the times set off for those before it say so."""
        found = []
        at: datetime | None = self.meeting.starts_at
        for group in self.groups():
            fixed = group.leads.starts_at
            short_of = max(0, _minutes(at - fixed)) if at is not None and fixed is not None else 0
            at = fixed or at
            known = at is not None and group.minutes is not None
            ends_at = at + timedelta(minutes=group.minutes or 0) if at is not None and known else None
            found.append(Begins(group, at, ends_at, short_of))
            at = at if group.is_withdrawn else ends_at
        return found

    def times(self) -> Iterator[tuple[Line, datetime | None]]:
        """Each line with when it begins (UTC), as far as that is known (see `timetable`)."""
        return ((line, each.at) for each in self.timetable() for line in each.group.lines)


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds()) // 60


def in_groups(lines: Sequence[Line]) -> list[Group]:
    """Lines that are handled together as one group, each in the place of its first line. The line that the others were
    put to leads, if it is there."""
    groups: list[list[Line]] = []
    by_id: dict[int, list[Line]] = {}
    for line in lines:
        if line.group is None:
            groups.append([line])
        elif line.group in by_id:
            by_id[line.group].append(line)
        else:
            by_id[line.group] = [line]
            groups.append(by_id[line.group])
    return [
        Group(tuple(sorted(group, key=lambda line: line.slot is not None and line.slot.with_id is not None)))
        for group in groups
    ]


async def read(session: AsyncSession, meeting: Meeting, committee: Committee) -> AgendaOf:
    """The agenda as it stands now: three statements, however many lines it has."""
    row = await agenda.agenda(session, meeting.id)
    slots = await agenda.slots(session, meeting.id)
    on_it = await cases.handled(session, meeting.id)
    return read_from(meeting, committee, row, slots, on_it)


def read_from(
    meeting: Meeting,
    committee: Committee,
    row: Agenda | None,
    slots: Sequence[AgendaSlot],
    on_it: Sequence[Handled],
) -> AgendaOf:
    """The same out of what was read already."""
    # What an old paper says stood on an agenda is all of it.
    standing_items = [] if any(slot.paper_id is not None for slot in slots) else committee.standing_items
    titles = {StandingItem.of(item).title for item in standing_items}
    left_out = [
        Line(SlotKind.STANDING, slot.standing, "", None, slot, standing=slot.standing)
        for slot in slots
        if slot.left_out and slot.standing in titles
    ]
    return AgendaOf(meeting, committee, row, in_order(slots, on_it, standing_items), left_out)


def in_order(slots: Sequence[AgendaSlot], on_it: Sequence[Handled], standing_items: Sequence[Any]) -> list[Line]:
    """The lines, in the order in which they are read.

    Args:
        slots: what was laid down, in order. A place whose case has left the agenda is left out, and so is a standing
            item that this meeting goes without.
        on_it: the cases on the agenda, and those that the meeting passed on, in the order of their numbers here.
        standing_items: as they stand in `Committee.standing_items`.
    """
    of_cases = [_of_case(each.case)._replace(number=each.number, left=each.left) for each in on_it]
    by_id = {line.case.item.id: line for line in of_cases if line.case is not None}
    laid = [line for slot in slots if not slot.left_out and (line := _laid(slot, by_id)) is not None]
    there = {line.case.item.id for line in laid if line.case is not None}
    new = [line for line in of_cases if line.case is not None and line.case.item.id not in there]
    known = {slot.standing for slot in slots if slot.standing is not None}
    standing = [item for item in map(StandingItem.of, standing_items) if item.title not in known]
    first = [_of_standing(item) for item in standing if not item.last]
    last = [_of_standing(item) for item in standing if item.last]
    if not laid:
        return [*first, *new, *last]
    laid = [line for group in in_groups(laid) for line in group.lines]
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
    line = pointed_at(by_id, slot.item_id)
    if line is None:
        return None
    return line._replace(slot=slot, minutes=slot.minutes if slot.minutes is not None else line.minutes)


def _of_case(case: Case) -> Line:
    return Line(SlotKind.CASE, case.item.title, case.item.number or "", case.item.minutes, case=case)


def _of_standing(item: StandingItem) -> Line:
    return Line(SlotKind.STANDING, item.title, "", None, standing=item.title)


async def lay_down(session: AsyncSession, read_now: AgendaOf) -> AgendaOf:
    """The same agenda with a row for each line, so that each has an id: it is to be changed, or referred to.

    The caller holds the agenda (`storage.agenda.locked`). Two statements and what it takes to read it anew; none where
    all of it lies.
    """
    if all(line.slot is not None for line in read_now.lines):
        return read_now
    await arrange(session, read_now.meeting.id, read_now.lines)
    return await read(session, read_now.meeting, read_now.committee)


async def arrange(session: AsyncSession, meeting_id: int, lines: Sequence[Line]) -> None:
    """Lay these lines down in this order: two statements at most, however many there are.

    The caller holds the agenda. Lines that had no row have one then, which is not in what is returned.
    """
    new = [
        {
            "meeting_id": meeting_id,
            "kind": line.kind,
            "position": position,
            "item_id": line.case.item.id if line.case is not None else None,
            "standing": line.standing,
        }
        for position, line in enumerate(lines)
        if line.slot is None
    ]
    for position, line in enumerate(lines):
        if line.slot is not None and line.slot.position != position:
            line.slot.position = position
    await session.flush()
    await agenda.add_slots(session, new)
