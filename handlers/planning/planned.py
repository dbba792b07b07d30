"""What every format of a meeting plan (møteplan) comes to once it is read: a row for each meeting, and what was wrong.

Nothing here has been held against a committee, a holiday or what is stored: words are kept as they were written.
"""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class Status(StrEnum):
    HELD = "held"
    CANCELLED = "cancelled"
    """The source says that it is not held (avlyst): a line that says so, or an entry with STATUS:CANCELLED."""
    MOVED = "moved"
    """It is held, and the source says that it was another day before: `Planned.moved_from`."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One meeting, as the source has it.

    `committee`: in the source's own words («FSU Sør», «Arbeidsutvalget»); empty: it does not say. `day`: local date.
    `begins`, `ends`: local times of day; None: not said. `ends` is later than `begins` the same day. `place`, `title`,
    `text`, `chair`, `host`: as written; empty: not said. `weekday`: the one that was written beside the date (0 is
    Monday), None where none was. `where`: where it stood, for a sentence («linje 4», «arket «Plan», celle C5»), in the
    language in which it was read. `moved_from`: the day before it was moved, where the source knows. `uid`: what a
    calendar calls the entry, the same for all of a series; empty in other formats.
    """

    committee: str
    day: date
    where: str
    begins: time | None = None
    ends: time | None = None
    place: str = ""
    title: str = ""
    text: str = ""
    chair: str = ""
    host: str = ""
    weekday: int | None = None
    status: Status = Status.HELD
    moved_from: date | None = None
    uid: str = ""

    @property
    def weekday_fits(self) -> bool:
        """Whether the weekday that was written is that of the date; True where none was written."""
        return self.weekday is None or self.weekday == self.day.weekday()


class Wrong(StrEnum):
    """What is the matter, in a word for programs."""

    NO_SUCH_DAY = "no_such_day"
    """30.02, or a thirteenth month."""
    NO_SUCH_TIME = "no_such_time"
    ENDS_BEFORE = "ends_before"
    """Its end is not after its start. Where a row says so, it is left out; a calendar's is turned around and kept."""
    TWICE = "twice"
    """The same meeting stands twice: it is kept once."""
    NOT_UNDERSTOOD = "not_understood"
    """Something that looks as if it were meant to be a meeting, and is not read."""
    NO_DATE = "no_date"
    NO_COMMITTEE = "no_committee"
    """Nothing tells whose meeting it is. The row is kept with an empty `committee`."""
    NO_ZONE = "no_zone"
    """A calendar's time is in a time zone that nothing tells of; it was taken for local time. The row is kept."""
    TOO_MANY = "too_many"
    """A series was cut, or rows left out."""
    OTHER_YEAR = "other_year"
    """The date is of another year than the one that the plan is for. The row is kept."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person is to look at. `where`: as `Planned.where`. `text`: a whole sentence or two that names
    the place, and says what to do."""

    wrong: Wrong
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class PlanRead:
    """A meeting plan as it was read.

    `kind`: `csv`, `xlsx`, `docx`, `pdf`, `ics`, `text`. `rows`: in the order of the source. `understood`: how each
    rule was understood, a sentence each; empty where there were none. `notes`: what is to be known and is no mistake (a
    hidden sheet that was left out, a number that was taken out), a sentence each. `year`: the one that dates without
    a year were read as. `year_said`: whether somebody said it, the person or the source; False: it was guessed, and a
    note says so. `title`: what the source calls itself (a calendar's name, the line above a table); empty: nothing.
    """

    name: str
    kind: str
    rows: tuple[Planned, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    understood: tuple[str, ...] = ()
    year: int | None = None
    year_said: bool = True
    title: str = ""
