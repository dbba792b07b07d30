"""Who was there, for the head of the minutes, and the remarks that belong beside the items: data, and the words.

It fills itself from what was marked in the meeting. As long as nobody has marked anything it says who has answered
that they come (`Attended.is_marked`): attendance as announced, not as it was.

    attended = present.of(await roll.read(session, agenda))
    attended.groups      «Til stede», «Observatører», «Gjester», «Forfall», each with its lines, empty ones left out
    attended.remarks     «X møtte for Y.» «Z gikk etter sak 34/09.» «Z var inhabil i sak 35/09. M møtte i stedet.»
    attended.about(slot) those of one item
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from handlers.meetings.agenda.lines import Line
from handlers.meetings.attendance.roll import Attendee, Roll, named
from handlers.people.roles import Role
from handlers.writing.language import _
from storage.tables import Answer


class Group(StrEnum):
    """The sections of the head, in order."""

    PRESENT = "present"
    OBSERVERS = "observers"
    GUESTS = "guests"
    ABSENT = "absent"


class Row(NamedTuple):
    """One line of a section. `person_id` None: not in the register. `stands_in_for`: the member whose place they took.
    `guest_in`: the items that a guest was there for. `words`: the whole line, in the language being spoken."""

    person_id: int | None
    name: str
    organisation: str
    capacity: Role
    stands_in_for: str
    guest_in: tuple[Line, ...]
    words: str


class Section(NamedTuple):
    """A section of the head."""

    group: Group
    title: str
    rows: tuple[Row, ...]


class Remark(NamedTuple):
    """Something about who was there. `lines`: the items that it is about; none: the meeting. `is_closed`: it names an
    item that only members may see, which has no number to name it by. `reason`: why somebody was disqualified, for
    members only."""

    words: str
    lines: tuple[Line, ...] = ()
    reason: str = ""

    @property
    def is_closed(self) -> bool:
        return any(line.is_closed and not line.number for line in self.lines)


class Attended(NamedTuple):
    """What the minutes say of who was there. `unmarked`: members of whom nobody has said it, where others are
    marked."""

    groups: tuple[Section, ...]
    remarks: tuple[Remark, ...]
    is_marked: bool
    unmarked: tuple[str, ...]

    def about(self, slot_id: int) -> tuple[Remark, ...]:
        """The remarks that are about that item."""
        return tuple(
            remark for remark in self.remarks if any(line.slot and line.slot.id == slot_id for line in remark.lines)
        )

    def group(self, group: Group) -> tuple[Row, ...]:
        return next((section.rows for section in self.groups if section.group is group), ())


def of(roll: Roll) -> Attended:
    """The head and the remarks, in the language being spoken."""
    marked = roll.is_marked
    rows: dict[Group, list[Row]] = {group: [] for group in Group}
    unmarked = []
    for each in roll.attendees:
        group = _group(each, roll.marked(each) if marked else _announced(each))
        if group is not None:
            rows[group].append(_row(each, group))
        elif marked and each.asked and roll.marked(each) is None:
            unmarked.append(each.name)
    titles = {
        Group.PRESENT: _("Til stede"),
        Group.OBSERVERS: _("Observatører"),
        Group.GUESTS: _("Gjester"),
        Group.ABSENT: _("Forfall"),
    }
    groups = tuple(Section(group, titles[group], tuple(found)) for group, found in rows.items() if found)
    return Attended(groups, tuple(_remarks(roll)), marked, tuple(unmarked))


def _group(each: Attendee, there: bool | None) -> Group | None:
    """Where they stand; None: nowhere, nobody has said whether they were there."""
    if there is None:
        return None
    if not there:
        # Who was not needed was not absent.
        return Group.ABSENT if each.asked and not each.is_guest and each.stands_in_for_id is None else None
    if each.is_guest:
        return Group.GUESTS
    return Group.OBSERVERS if each.capacity in (Role.OBSERVER, Role.CONTACT) else Group.PRESENT


def _announced(each: Attendee) -> bool | None:
    return None if each.answer is None else each.answer is Answer.COMING


def _row(each: Attendee, group: Group) -> Row:
    words = f"{each.name}, {each.organisation}" if each.organisation else each.name
    if group is Group.ABSENT:
        pass
    elif each.stands_in_for:
        words = _("{person} (for {member})").format(person=words, member=each.stands_in_for)
    elif each.guest_in:
        words = _("{person} (sak {items})").format(person=words, items=", ".join(map(named, each.guest_in)))
    elif role_word(each):
        words = f"{words} ({role_word(each)})"
    return Row(each.person_id, each.name, each.organisation, each.capacity, each.stands_in_for, each.guest_in, words)


def role_word(each: Attendee) -> str:
    """The role that is said beside a name; none for ordinary members and for those in a section of their own."""
    words = {
        Role.LEADER: _("leder"),
        Role.CHAIR: _("møteleder"),
        Role.SECRETARIAT: _("sekretariat"),
        Role.COORDINATOR: _("koordinator"),
        Role.MINUTE_TAKER: _("referent"),
        Role.GP_REPRESENTATIVE: _("fastlegerepresentant"),
        Role.PATIENT_REPRESENTATIVE: _("brukerrepresentant"),
        Role.SUBSTITUTE: _("stedfortreder"),
    }
    return words.get(each.capacity, "")


def _remarks(roll: Roll) -> Sequence[Remark]:
    found: list[Remark] = []
    if roll.is_marked:
        there = [each for each in roll.attendees if each.present]
        for each in there:
            if each.stands_in_for:
                words = _("{substitute} møtte for {member}.")
                found.append(Remark(words.format(substitute=each.name, member=each.stands_in_for)))
        for each in there:
            found.extend(_came_and_went(each))
    for out in roll.out:
        if out.line is None:
            continue
        if out.substitute:
            words = _("{person} var inhabil i sak {item}. {substitute} møtte i stedet.")
        else:
            words = _("{person} var inhabil i sak {item}.")
        said = words.format(person=out.name, item=named(out.line), substitute=out.substitute)
        found.append(Remark(said, (out.line,), out.reason))
    return found


def _came_and_went(each: Attendee) -> Sequence[Remark]:
    found = []
    if each.since is not None:
        words = _("{person} kom til sak {item}.")
        found.append(Remark(words.format(person=each.name, item=named(each.since)), (each.since,)))
    if each.until is not None:
        words = _("{person} gikk etter sak {item}.")
        found.append(Remark(words.format(person=each.name, item=named(each.until)), (each.until,)))
    return found
