"""What a paper says (innlest dokument): the same for every format and layout.

`as_json` is the form that `python -m bot import --json` writes. It is kept stable, and docs/papers/json.md tells it to
those who read it. What does not stand in the paper is None or empty, never guessed; what is vague keeps its words.
"""

import datetime
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class PaperKind(StrEnum):
    """What a paper is. The Norwegian word stands in the JSON."""

    MINUTES = "referat"
    PROTOCOL = "protokoll"
    CASE_PROTOCOL = "saksprotokoll"
    """What one case came to: an extract of minutes."""
    CONVOCATION = "innkalling"
    PLAN = "møteplan"
    CASE_PAPER = "saksframlegg"
    """The long paper of one case. Refused as minutes."""
    OTHER = "annet"


@dataclass(slots=True)
class FollowUpRead:
    """Something that somebody is to do. `case`: the number as it stands. `due`: where the words are a certain date."""

    text: str = ""
    owner: str = ""
    due: datetime.date | None = None
    due_text: str = ""
    case: str | None = None


@dataclass(slots=True)
class CaseRead:
    """A case, as the paper tells it.

    `number`: as it is written, without «Sak». `series`: the letters before it (`PS`), or the committee's short name;
    `year`: of the number, or None. `types`: keys as in `handlers.cases.views.TYPES`. `decision`: whether one was made.
    `agreement`: an agreement that stands in the comments and not as a decision. `postponed`: the words that say so.
    """

    number: str | None = None
    series: str | None = None
    year: int | None = None
    types: list[str] = field(default_factory=list)
    title: str = ""
    purpose: str = ""
    discussion: str = ""
    decisions: list[str] = field(default_factory=list)
    decision: bool = False
    how_decided: str | None = None
    """As `storage.tables.HowDecided`, where the paper says how."""
    agreement: str | None = None
    postponed: str | None = None
    presenter: str | None = None
    attachments: list[str] = field(default_factory=list)
    followups: list[FollowUpRead] = field(default_factory=list)


@dataclass(slots=True)
class MeetingRead:
    """A meeting that the paper names: a next one, or one of a plan."""

    date: datetime.date
    begins: datetime.time | None = None
    ends: datetime.time | None = None
    committee: str | None = None
    place: str | None = None


@dataclass(slots=True)
class DeadlineRead:
    """A deadline that the paper names, with what it is for, in its words."""

    date: datetime.date
    text: str = ""


@dataclass(slots=True)
class PresentRead:
    """Somebody who was there, or not, as written. `substitute_for`: «for X». `remark`: «på sak 4», «gikk kl. 14»."""

    name: str
    role: str = ""
    substitute_for: str | None = None
    remark: str = ""


@dataclass(slots=True)
class Suspected:
    """Text that looks like something and stands where nothing was expected. `where`: «side 3» or «avsnitt 12»."""

    text: str
    where: str
    why: str


@dataclass(slots=True)
class Coverage:
    """How much of a paper was read. `read`: fields and cases with something in them; `absent`: what does not stand
    there; `suspected`: what looks like something that was not read. `share`: of the text's characters, how much is part
    of something read, from 0 to 1."""

    read: int = 0
    absent: int = 0
    suspected: int = 0
    share: float = 0.0


@dataclass(slots=True)
class PaperRead:
    """All that a paper says. `refused`: it is not to be stored, and `why` says so in a sentence."""

    kind: PaperKind = PaperKind.OTHER
    refused: bool = False
    why: str = ""
    committee: str | None = None
    date: datetime.date | None = None
    begins: datetime.time | None = None
    ends: datetime.time | None = None
    place: str | None = None
    chair: str | None = None
    referent: str | None = None
    present: list[PresentRead] = field(default_factory=list)
    absent: list[PresentRead] = field(default_factory=list)
    cases: list[CaseRead] = field(default_factory=list)
    followups: list[FollowUpRead] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    deadlines: list[DeadlineRead] = field(default_factory=list)
    next_meetings: list[MeetingRead] = field(default_factory=list)
    number: str | None = None
    """The minutes' own («protokoll nr. 03/2014»)."""
    draft: bool | None = None
    """Whether it says of itself that it is a draft (utkast)."""
    warnings: list[str] = field(default_factory=list)
    suspected: list[Suspected] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)


def as_json(read: PaperRead) -> dict[str, Any]:
    """The documented form: dates as `YYYY-MM-DD`, times as `HH:MM`, `from` and `to` for when it begins and ends."""
    return {
        "kind": str(read.kind),
        "refused": read.refused,
        "why": read.why,
        "committee": read.committee,
        "date": _day(read.date),
        "from": _clock(read.begins),
        "to": _clock(read.ends),
        "place": read.place,
        "chair": read.chair,
        "referent": read.referent,
        "number": read.number,
        "draft": read.draft,
        "present": [each.name for each in read.present],
        "absent": [each.name for each in read.absent],
        "attendance": [
            {**asdict(each), "present": present}
            for present, group in ((True, read.present), (False, read.absent))
            for each in group
        ],
        "cases": [_case(each) for each in read.cases],
        "followups": [_follow_up(each) for each in read.followups],
        "attachments": list(read.attachments),
        "deadlines": [{"date": _day(each.date), "text": each.text} for each in read.deadlines],
        "next_meetings": [
            {
                "date": _day(each.date),
                "from": _clock(each.begins),
                "to": _clock(each.ends),
                "committee": each.committee,
                "place": each.place,
            }
            for each in read.next_meetings
        ],
        "warnings": list(read.warnings),
        "suspected": [asdict(each) for each in read.suspected],
        "coverage": asdict(read.coverage),
    }


def _case(case: CaseRead) -> dict[str, Any]:
    return {**asdict(case), "followups": [_follow_up(each) for each in case.followups]}


def _follow_up(found: FollowUpRead) -> dict[str, Any]:
    return {**asdict(found), "due": _day(found.due)}


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _clock(clock: datetime.time | None) -> str | None:
    return f"{clock:%H:%M}" if clock is not None else None
