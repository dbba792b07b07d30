"""What the checks of a plan go by: the meetings, whose they are, who sits there, and what the committees have decided.

Nothing here is read or stored by the checks; `handlers.planning.gathering` puts it together.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from typing import NamedTuple

from handlers.calendar.customary import CustomaryDays
from handlers.calendar.school_holidays import SchoolHolidays
from handlers.meetings.deadline_rule import Deadline
from handlers.meetings.settings import CommitteeSettings
from handlers.patterns import pattern_of
from handlers.people.roles import Role

_SHORT = pattern_of(r"\(([^()]{2,20})\)")
_LEADS = (Role.CHAIR, Role.LEADER)
_NOT_EXPECTED = (Role.SUBSTITUTE, Role.GUEST, Role.CONTACT)
"""Nobody counts on those who have only such roles, so two meetings at once are no matter to them."""


class Seat(NamedTuple):
    """A role that somebody has in a committee, from and to a local date, both included; None: open."""

    person_id: int
    name: str
    role: Role
    since: date | None = None
    until: date | None = None

    def includes(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or self.until >= day)

    @property
    def is_expected(self) -> bool:
        return self.role not in _NOT_EXPECTED


@dataclass(frozen=True)
class Body:
    """A committee, as the checks see it."""

    id: int
    key: str
    name: str
    zone: str
    settings: CommitteeSettings
    seats: Sequence[Seat] = ()

    @cached_property
    def short(self) -> str:
        """«FSU», where the name has it in brackets; else the name."""
        found = _SHORT.search(self.name)
        return found[1] if found else self.name

    def members(self, day: date) -> Mapping[int, str]:
        """Who is counted on at a meeting on that day: names by id."""
        return {each.person_id: each.name for each in self.seats if each.is_expected and each.includes(day)}

    def leader(self, day: date) -> Seat | None:
        """Who leads it on that day, if that is one person: whoever has the role møteleder goes before the leader."""
        for role in _LEADS:
            held = {each.person_id: each for each in self.seats if each.role is role and each.includes(day)}
            if len(held) == 1:
                return next(iter(held.values()))
        return None


@dataclass(frozen=True)
class Party:
    """An organisation. `kind`: as in the partnership file."""

    id: int
    key: str
    name: str
    kind: str


@dataclass(frozen=True)
class Sitting:
    """A meeting that is looked at. `ref`: what it is called by whoever looks. `day`, `begins`, `ends`: local.

    `own`: it is one of those that are checked, and not only there to be held against. `weekday`: the one that was
    written beside the date. `deadline`: None where the meeting says another than the committee's rule gives.
    `where`: where it stood, empty where that says nothing. `extraordinary`: outside the plan.
    """

    ref: str
    body: Body
    day: date
    begins: time | None = None
    ends: time | None = None
    place: str = ""
    chair_id: int | None = None
    host_id: int | None = None
    own: bool = True
    weekday: int | None = None
    deadline: Deadline | None = None
    where: str = ""
    extraordinary: bool = False
    online: bool = False

    def overlaps(self, other: "Sitting") -> bool:
        """Whether both go on at once. One without times is taken to last all day."""
        if self.day != other.day:
            return False
        if self.begins is None or other.begins is None:
            return True
        first, second = (self, other) if self.begins <= other.begins else (other, self)
        assert second.begins is not None  # noqa: S101 - both have one
        return first.ends is None or second.begins < first.ends


@dataclass(frozen=True)
class Facts:
    """All that a plan is held against. `today`: local. `sittings`: in order of day; those of the bodies in it, and
    those that they share people with."""

    today: date
    sittings: Sequence[Sitting]
    school: SchoolHolidays = field(default_factory=SchoolHolidays)
    parties: Mapping[int, Party] = field(default_factory=dict)
    workplaces: Mapping[int, Collection[int]] = field(default_factory=dict)
    """Where people work: ids of organisations by the person's id, the main one first."""
    names: Mapping[int, str] = field(default_factory=dict)
    """Of people who may chair."""
    bodies: Mapping[str, Body] = field(default_factory=dict)
    """Every active committee, by its key without case."""
    customary: CustomaryDays = field(default_factory=CustomaryDays)

    @cached_property
    def own(self) -> Sequence[Sitting]:
        return [each for each in self.sittings if each.own]

    @cached_property
    def by_day(self) -> Mapping[date, Sequence[Sitting]]:
        found: dict[date, list[Sitting]] = {}
        for each in self.sittings:
            found.setdefault(each.day, []).append(each)
        return found

    @cached_property
    def by_body(self) -> Mapping[int, Sequence[Sitting]]:
        """In order of day; by the body's id."""
        found: dict[int, list[Sitting]] = {}
        for each in sorted(self.sittings, key=lambda each: (each.day, each.begins or time())):
            found.setdefault(each.body.id, []).append(each)
        return found
