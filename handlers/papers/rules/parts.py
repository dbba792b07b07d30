"""What stands around the cases of a paper, by the labels that it stands under."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.papers.record import DeadlineRead, MeetingRead, PresentRead
from handlers.papers.rules import days, labels
from handlers.papers.rules.flow import Line
from handlers.papers.rules.labels import Label
from handlers.papers.rules.people import name_at, people
from handlers.papers.rules.text import plain
from handlers.patterns import pattern_of


@dataclass(slots=True)
class Frame:
    """What stands around the cases."""

    committee: str | None = None
    day: days.Day | None = None
    begins: datetime.time | None = None
    ends: datetime.time | None = None
    place: str | None = None
    chair: str | None = None
    referent: str | None = None
    present: list[PresentRead] = field(default_factory=list)
    absent: list[PresentRead] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    next_meetings: list[MeetingRead] = field(default_factory=list)
    deadlines: list[DeadlineRead] = field(default_factory=list)
    number: str | None = None
    draft: bool | None = None


@dataclass(slots=True)
class Part:
    label: Label
    words: str
    lines: list[Line]
    opened_by: Line | None = None
    """The line that the label stands on."""


_ENDS_PART = frozenset({Label.AGENDA, Label.CASE_NUMBER})


def parts_of(lines: Sequence[Line]) -> list[Part]:
    """The labelled parts. What is under no label is in none."""
    result: list[Part] = []
    current: Part | None = None
    for line in lines:
        found = labels.at_start(line.text)
        if found is not None:
            if (
                found.label in (Label.INVITED,)
                and current is not None
                and current.label in (Label.PRESENT, Label.ABSENT)
                and not found.rest
            ):
                # «Medlemmer:» below «Til stede».
                continue
            if (
                found.label is Label.CHAIR
                and current is not None
                and current.label in (Label.PRESENT, Label.ABSENT)
                and plain(found.words) in ("leder", "leiar")
                and found.rest
            ):
                # «Leder: Kari Eksempel» in the list of those who were there.
                current.lines.append(line)
                continue
            current = Part(found.label, found.words, [], line)
            result.append(current)
            line.used = True
            if found.rest:
                current.lines.append(
                    Line(
                        found.rest,
                        paragraph=line.paragraph,
                        begins=True,
                        row=line.row,
                        label=line.label,
                        page=line.page,
                    )
                )
            continue
        if (
            current is not None
            and current.label in (Label.PRESENT, Label.ABSENT)
            and (from_ := _FROM.match(line.text)) is not None
            and people([from_["rest"]])
        ):
            # «Frå sjukehuset: …» after those who did not come.
            current = Part(
                Label.PRESENT if _ABSENT_FROM.search(from_["who"]) is None else Label.ABSENT, from_["who"], []
            )
            result.append(current)
            current.lines.append(Line(from_["rest"], paragraph=line.paragraph, row=line.row, page=line.page))
            line.used = True
            continue
        if _GREETING.match(line.text):
            current = None
        if current is None:
            continue
        last = current.lines[-1] if current.lines else current.opened_by
        if last is not None and line.row == last.row == 0 and line.paragraph > last.paragraph + 1:
            # Something stood between, of which the cases were made.
            current = None
            continue
        inside = line.label is current.label and line.row > 0
        if line.is_heading and not inside and not name_at(line.text)[0]:
            current = None
            continue
        if not inside and _ends(current, line):
            current = None
            continue
        current.lines.append(line)
        line.used = True
    return result


_FROM = pattern_of(r"^(?P<who>(?:fra|frå) [^:]{2,45}):\s*(?P<rest>\S.*)", re.IGNORECASE)
_GREETING = pattern_of(r"(?:(?:med )?(?:vennlig|vennleg|venleg|beste|god) )?(?:hilsen|helsing)\b", re.IGNORECASE)
_ABSENT_FROM = pattern_of(r"forfall|fråvær|fravær", re.IGNORECASE)
_ONE_LINE = frozenset({Label.DATE, Label.MEETING_DATE, Label.TIME, Label.PLACE, Label.REFERENT, Label.COMMITTEE,
    Label.SUBJECT, Label.ENDED, Label.SENT, Label.FROM, Label.REFERENCE, Label.OWN_NUMBER})  # fmt: skip
_SENTENCE_VERB = pattern_of(
    r"\b(?:ble|blei|vart|var|er|har|hadde|skrev|skreiv|førte|ledet|leia|ønsket|ønskte|åpnet|opna|kan|skal)\b"
)


def _ends(part: Part, line: Line) -> bool:
    """Whether a line without a label is no longer part of what the label before it speaks of."""
    if part.label in _ONE_LINE and part.lines:
        return line.begins or not part.lines[-1].text.endswith((",", "-", " og"))
    if part.label in (Label.PRESENT, Label.ABSENT) and part.lines:
        # A sentence is no list of names.
        return (
            line.text.endswith(".")
            and line.begins
            and (bool(_SENTENCE_VERB.search(line.text)) or (len(line.text) > 90 and not people([line.text])))
        )
    return part.label in _ENDS_PART
