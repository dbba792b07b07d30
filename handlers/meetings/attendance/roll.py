"""Who a meeting is for, what they have answered, and who was there: read in five statements, however many they are.

Those whom a meeting is for are its committee's people on the day on which it begins (also of one that goes on past
midnight), whoever presents a case at it, and whoever was written down: substitutes, guests, somebody who came.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.meetings import rights
from handlers.meetings.agenda.lines import AgendaOf, Line
from handlers.meetings.agenda.shown import closed_title
from handlers.meetings.rights import Rule
from handlers.meetings.settings import CommitteeSettings
from handlers.people.roles import Role
from storage import attendance
from storage.attendance import Holder, Known
from storage.pointing import pointed_at
from storage.tables import Answer, Attendance, Disqualification, SlotKind

_RANKED = (
    Role.LEADER,
    Role.CHAIR,
    Role.MEMBER,
    Role.AU_MEMBER,
    Role.GP_REPRESENTATIVE,
    Role.PATIENT_REPRESENTATIVE,
    Role.SECRETARIAT,
    Role.COORDINATOR,
    Role.MINUTE_TAKER,
    Role.OBSERVER,
    Role.SUBSTITUTE,
    Role.GUEST,
    Role.CONTACT,
)
"""Of somebody's several roles, the first of these is the one that they are there in."""
_NOT_ASKED = (Role.SUBSTITUTE, Role.GUEST, Role.CONTACT)
"""Nobody waits for an answer of those who have only such roles, unless they are asked to come to this meeting."""


@dataclass(frozen=True)
class Attendee:
    """Somebody whom a meeting is for. `kind`: of their organisation.

    `asked`: an answer is waited for. `answer` None: there is none, or (`outdated`) it was for another time, or
    (`undecided`) they have said that they may come.
    `substitute`: who comes in their place, by name. `stands_in_for_id`: whose place they take. `guest_in`: the items
    that a guest is there for. `present` None: nobody has said. `since`, `until`: they came with the one, and left after
    the other. `linked_to`: the members whose substitute they are in the register.
    """

    person_id: int | None
    name: str
    language: str
    organisation: str
    kind: str
    capacity: Role
    roles: frozenset[str] = frozenset()
    asked: bool = True
    entry_id: int | None = None
    answer: Answer | None = None
    outdated: bool = False
    undecided: bool = False
    note: str = ""
    substitute_id: int | None = None
    substitute: str = ""
    stands_in_for_id: int | None = None
    stands_in_for: str = ""
    guest_in: tuple[Line, ...] = ()
    present: bool | None = None
    since: Line | None = None
    until: Line | None = None
    linked_to: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """By what a button says who is meant."""
        return f"p{self.person_id}" if self.person_id is not None else f"a{self.entry_id}"

    @property
    def is_guest(self) -> bool:
        return self.capacity is Role.GUEST

    @property
    def comes(self) -> bool:
        return self.answer is Answer.COMING


class Out(NamedTuple):
    """Somebody who took no part in an item (inhabil), and who did in their place. `line` None: it has left the
    agenda. `person_id` None: somebody who is not in the register."""

    id: int
    slot_id: int
    line: Line | None
    person_id: int | None
    name: str
    substitute_id: int | None
    substitute: str
    reason: str

    def is_of(self, attendee: Attendee) -> bool:
        if self.person_id is None:
            return attendee.person_id is None and attendee.name == self.name
        return attendee.person_id == self.person_id


There = Callable[[Attendee], bool]


@dataclass(frozen=True)
class Roll:
    """Everybody at one meeting, members first, each once."""

    read: AgendaOf
    rule: Rule
    attendees: Sequence[Attendee]
    out: Sequence[Out] = ()

    @property
    def is_marked(self) -> bool:
        """Whether anybody has said who was there."""
        return any(each.present is not None for each in self.attendees)

    @cached_property
    def _places(self) -> Mapping[int, int]:
        return {line.slot.id: place for place, line in enumerate(self.read.lines) if line.slot is not None}

    def called(self, key: str) -> Attendee | None:
        return next((each for each in self.attendees if each.key == key), None)

    def person(self, person_id: int | None) -> Attendee | None:
        return self.called(f"p{person_id}") if person_id is not None else None

    def announced(self, attendee: Attendee) -> bool:
        """Whether they have said that they come."""
        return attendee.comes

    def was_there(self, attendee: Attendee) -> bool:
        return attendee.present is True

    def marked(self, attendee: Attendee) -> bool | None:
        """Whether they were there, by what was marked. Whoever said that another would take their place was not, once
        that one is marked as there."""
        if attendee.present is None and attendee.answer is Answer.SUBSTITUTE and attendee.person_id in self._stood_in:
            return False
        return attendee.present

    @cached_property
    def _stood_in(self) -> frozenset[int]:
        """Whose place somebody took who was there."""
        taken = (each.stands_in_for_id for each in self.attendees if each.present)
        return frozenset(member for member in taken if member is not None)

    def was_there_at(self, line: Line) -> There:
        """Whether they were there when that item was handled, and took part."""
        place = self._place(line)
        out = self.out_of(line)

        def there(attendee: Attendee) -> bool:
            since, until = self._place(attendee.since), self._place(attendee.until)
            there_then = (since is None or place is None or since <= place) and (
                until is None or place is None or until >= place
            )
            return attendee.present is True and there_then and not any(each.is_of(attendee) for each in out)

        return there

    def out_of(self, line: Line) -> Sequence[Out]:
        """Those who took no part in that item."""
        return [each for each in self.out if line.slot is not None and each.slot_id == line.slot.id]

    def _place(self, line: Line | None) -> int | None:
        return self._places.get(line.slot.id) if line is not None and line.slot is not None else None

    def has_seat(self, attendee: Attendee) -> bool:
        """Whether their role has a vote."""
        return attendee.stands_in_for_id is None and attendee.capacity in self.rule.voting

    def votes(self, attendee: Attendee, there: There) -> bool:
        """Whether they have a vote where those are there: a substitute has that of a member who is not. Nobody has
        two."""
        if self.has_seat(attendee):
            return True
        member = self.person(attendee.stands_in_for_id)
        return member is not None and self.has_seat(member) and not there(member)

    def voters(self, there: There) -> Sequence[Attendee]:
        """Those with a vote who are there; of several who stand in for the same member, the first."""
        found: dict[str, Attendee] = {}
        for each in self.attendees:
            if there(each) and self.votes(each, there):
                found.setdefault(f"p{each.stands_in_for_id}" if each.stands_in_for_id else each.key, each)
        return list(found.values())

    @property
    def seats(self) -> int:
        """How many could vote: the seats that the committee has set, or else its members."""
        return sum(self.rule.seats.values()) or sum(map(self.has_seat, self.attendees))

    @property
    def unanswered(self) -> Sequence[Attendee]:
        return [each for each in self.attendees if each.asked and each.answer is None]

    def standing_in_for(self, person_id: int, *, besides: int | None = None) -> Attendee | None:
        """Who takes the place of that member, and has not said no; not this person (`besides`)."""
        return next(
            (
                each
                for each in self.attendees
                if each.stands_in_for_id == person_id
                and each.answer is not Answer.ABSENT
                and (besides is None or each.person_id != besides)
            ),
            None,
        )


class Enough(NamedTuple):
    """Whether enough are there to decide. `short_of`: how many are missing, by kind of organisation."""

    have: int
    needed: int
    short_of: Mapping[str, int]

    @property
    def is_enough(self) -> bool:
        return self.have >= self.needed and not self.short_of


def enough(roll: Roll, there: There, *, joined: Sequence[str] = ()) -> Enough | None:
    """Whether those there can decide; None: the committee asks for no number.

    Args:
        joined: kinds of organisations of substitutes who joined for one item, each with a vote there.
    """
    quorum = roll.rule.quorum
    if quorum is None:
        return None
    kinds = [*(each.kind for each in roll.voters(there)), *joined]
    short = {kind: wanted - kinds.count(kind) for kind, wanted in quorum.of_each.items() if kinds.count(kind) < wanted}
    return Enough(len(kinds), quorum.needed(roll.seats), short)


def enough_for(roll: Roll, line: Line) -> Enough | None:
    """The same for one item: without those who took no part, and with those who joined for it."""
    return enough(roll, roll.was_there_at(line), joined=_joined(roll, line))


def left_to_decide(roll: Roll, line: Line) -> int:
    """How many with a vote take part in that item."""
    return len(roll.voters(roll.was_there_at(line))) + len(_joined(roll, line))


def _joined(roll: Roll, line: Line) -> Sequence[str]:
    """Whose vote somebody has who joined for this item: nobody who has one already, and nobody twice."""
    voting = {each.person_id for each in roll.voters(roll.was_there_at(line))}
    kinds: dict[object, str] = {}
    for each in roll.out_of(line):
        member = next(filter(each.is_of, roll.attendees), None)
        has_vote = member is not None and (roll.has_seat(member) or member.stands_in_for_id is not None)
        if not each.substitute or not has_vote or member is None:
            continue
        if each.substitute_id is not None and each.substitute_id in voting:
            continue
        own = roll.person(each.substitute_id)
        kinds.setdefault(each.substitute_id or each.id, own.kind if own is not None and own.kind else member.kind)
    return list(kinds.values())


# --- reading it --------------------------------------------------------------------------------------------


async def read(session: AsyncSession, agenda: AgendaOf, rows: Sequence[Attendance] | None = None) -> Roll:
    """Everybody at the meeting: five statements. `rows`: what is written down of them, where it has just been read."""
    meeting, committee = agenda.meeting, agenda.committee
    day = meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).date()
    held = await attendance.holders(session, committee.id, day)
    if meeting.paper_id is not None:
        # The paper says who was there; who had which role so long ago, the register often does not.
        held = []
    also = await attendance.also_substitutes(session, committee.id)
    if rows is None:
        rows = await attendance.rows(session, meeting.id)
    out = await attendance.disqualifications(session, meeting.id)
    known = await attendance.people(session, _ids(agenda, rows, out))
    rule = rights.holding(CommitteeSettings.model_validate(committee.settings).attendance, day)
    return of(agenda, rule, held, also, rows, out, known)


def _ids(agenda: AgendaOf, rows: Sequence[Attendance], out: Sequence[Disqualification]) -> set[int]:
    ids: set[int | None] = {person for line in agenda.lines if line.case for person in line.case.item.presenter_ids}
    ids.update(found for row in rows for found in (row.person_id, row.substitute_id, row.stands_in_for_id))
    ids.update(found for row in out for found in (row.person_id, row.substitute_id))
    return {found for found in ids if found is not None}


def of(
    agenda: AgendaOf,
    rule: Rule,
    held: Sequence[Holder],
    also: Mapping[int, Sequence[int]],
    rows: Sequence[Attendance],
    out: Sequence[Disqualification],
    known: Mapping[int, Known],
) -> Roll:
    """The roll that these rows make. `also`: see `storage.attendance.also_substitutes`."""
    lines = {line.slot.id: line for line in agenda.lines if line.slot is not None}
    by_id: dict[int, Attendee] = {}
    by_id.update(_with_roles(held, also))
    for line in agenda.lines:
        for person_id in line.case.item.presenter_ids if line.case and not line.is_withdrawn else ():
            own = by_id.get(person_id) or _stranger(known.get(person_id))
            if own is None or (own.asked and own.capacity is not Role.GUEST):
                continue
            capacity = Role.GUEST if own.capacity is not Role.SUBSTITUTE else own.capacity
            by_id[person_id] = replace(own, capacity=capacity, asked=True, guest_in=(*own.guest_in, line))
    strangers: list[Attendee] = []
    for row in rows:
        base = by_id.get(row.person_id) if row.person_id is not None else None
        base = base or _stranger(pointed_at(known, row.person_id), row)
        if base is None:
            continue
        attendee = _as_written(agenda, base, row, lines, known)
        if row.person_id is None:
            strangers.append(attendee)
        else:
            by_id[row.person_id] = attendee
    everybody = sorted((*by_id.values(), *strangers), key=_rank)
    return Roll(agenda, rule, everybody, [_out(each, lines, known) for each in out])


def _with_roles(held: Sequence[Holder], also: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, Attendee]]:
    """Whoever holds a role, by person id."""
    by_person: dict[int, list[Holder]] = {}
    for holder in held:
        by_person.setdefault(holder.person_id, []).append(holder)
    for person_id, own in by_person.items():
        roles = frozenset(holder.role for holder in own)
        capacity = next((role for role in _RANKED if role in roles), Role.CONTACT)
        is_substitute = Role.SUBSTITUTE in roles
        named = [holder.substitute_for_id for holder in own if holder.substitute_for_id is not None]
        linked = dict.fromkeys((*named, *(also.get(person_id, ()) if is_substitute else ())))
        first = own[0]
        attendee = Attendee(
            person_id=person_id,
            name=first.name,
            language=first.language,
            organisation=first.organisation,
            kind=first.kind,
            capacity=capacity,
            roles=roles,
            asked=capacity not in _NOT_ASKED,
            linked_to=tuple(each for each in linked if each != person_id),
        )
        yield person_id, attendee


def _stranger(person: Known | None, row: Attendance | None = None) -> Attendee | None:
    """Somebody without a role in the committee, or (`row`) not in the register."""
    if person is not None:
        return Attendee(
            person.id, person.name, person.language, person.organisation, person.kind, Role.GUEST, asked=False
        )
    if row is None or not row.name:
        return None
    return Attendee(None, row.name, "nb", row.organisation, "", Role.GUEST, asked=False)


def _as_written(
    agenda: AgendaOf, base: Attendee, row: Attendance, lines: Mapping[int, Line], known: Mapping[int, Known]
) -> Attendee:
    is_for_this_time = row.answered_for == agenda.meeting.starts_at
    answered = row.answer is not None and is_for_this_time
    # Who turned out to be the one that they stood in for stands in for nobody.
    member = pointed_at(known, row.stands_in_for_id) if row.stands_in_for_id != row.person_id else None
    substitute = pointed_at(known, row.substitute_id) if row.substitute_id != row.person_id else None
    presents = {line.slot.id for line in base.guest_in if line.slot is not None}
    guest_in = (*base.guest_in, *(lines[each] for each in row.guest_in if each in lines and each not in presents))
    capacity = base.capacity
    if base.capacity in _NOT_ASKED:
        capacity = Role.SUBSTITUTE if member is not None else _role(row.capacity, base.capacity)
    return replace(
        base,
        kind=base.kind or (member.kind if member is not None else ""),
        entry_id=row.id,
        capacity=capacity,
        # An old paper names those who did not come: they were expected.
        asked=base.asked or member is not None or bool(guest_in) or (row.paper_id is not None and row.present is False),
        answer=Answer(row.answer) if answered and row.answer is not None else None,
        outdated=row.answer is not None and not answered,
        undecided=row.answer is None and is_for_this_time,
        note=row.note if is_for_this_time else "",
        substitute_id=substitute.id if substitute is not None and answered else None,
        substitute=(substitute.name if substitute is not None else row.substitute_name) if answered else "",
        stands_in_for_id=member.id if member is not None else None,
        stands_in_for=member.name if member is not None else "",
        guest_in=guest_in,
        present=row.present,
        since=pointed_at(lines, row.from_slot_id),
        until=pointed_at(lines, row.to_slot_id),
    )


def _role(text: str, otherwise: Role) -> Role:
    try:
        return Role(text)
    except ValueError:
        return otherwise


def _out(row: Disqualification, lines: Mapping[int, Line], known: Mapping[int, Known]) -> Out:
    substitute, person = pointed_at(known, row.substitute_id), pointed_at(known, row.person_id)
    return Out(
        id=row.id,
        slot_id=row.slot_id,
        line=lines.get(row.slot_id),
        person_id=row.person_id,
        name=person.name if person is not None else row.name,
        substitute_id=row.substitute_id,
        substitute=substitute.name if substitute is not None else row.substitute_name,
        reason=row.reason,
    )


def _rank(attendee: Attendee) -> tuple[int, int]:
    """Members, then substitutes, then others with a role, then guests; each as they were read (by name)."""
    if attendee.stands_in_for_id is not None:
        return 1, 0
    place = _RANKED.index(attendee.capacity)
    return (0 if place <= _RANKED.index(Role.PATIENT_REPRESENTATIVE) else 2), place


def named(line: Line, *, closed: bool = True) -> str:
    """An item as it is named in a sentence about who was there: its number, or where it carries none, its title.
    `closed`: the reader may know what closed cases are about."""
    return line.number or f"«{line.title if closed or not line.is_closed else closed_title(line)}»"


def items(agenda: AgendaOf) -> Sequence[Line]:
    """The items in which something is handled."""
    return [line for line in agenda.lines if line.kind is not SlotKind.BREAK and not line.is_withdrawn]
