"""How much of a paper was read, and what looks like something that was not."""

import re
from collections.abc import Iterable, Sequence

from handlers.papers.record import Coverage, PaperRead, Suspected
from handlers.papers.rules import decisions, labels, numbers
from handlers.papers.rules.flow import Line
from handlers.papers.rules.labels import Label
from handlers.writing.language import N_

OUTSIDE_DECISION = N_("tekst som ser ut som et vedtak, men står utenfor en sak")
OUTSIDE_CASE = N_("tekst som ser ut som en sak, men ikke er lest som en")
OTHER_DOCUMENT = N_("et annet dokument som følger med, og som ikke er lest")
_LONGEST = 300
_MOST = 50


def suspected(frame: Iterable[Line], foreign: Sequence[Line]) -> list[Suspected]:
    """Text outside the cases that looks like a decision or a case, and where another document begins."""
    result: list[Suspected] = []
    for line in frame:
        label = labels.at_start(line.text)
        decides = label is not None and label.label is Label.DECISION and bool(label.rest)
        if not line.used or decides:
            if decides or (len(line.text) > 12 and decisions.hidden(line.text)):
                result.append(Suspected(line.text[:_LONGEST], where(line), OUTSIDE_DECISION))
            elif (found := numbers.at_start(line.text)) is not None and found.said and found.rest[:1].isupper():
                result.append(Suspected(line.text[:_LONGEST], where(line), OUTSIDE_CASE))
    if foreign:
        result.append(Suspected(foreign[0].text[:_LONGEST], where(foreign[0]), OTHER_DOCUMENT))
    return result[:_MOST]


def where(line: Line) -> str:
    """«side 3», or «avsnitt 12» where the format has no pages."""
    return f"side {line.page}" if line.page is not None else f"avsnitt {line.paragraph}"


def figures(read: PaperRead, lines: Iterable[Line]) -> Coverage:
    """The figures of a paper."""
    fields = (
        read.committee, read.date, read.begins, read.ends, read.place, read.chair, read.referent, read.present,
        read.absent, read.cases, read.next_meetings,
    )  # fmt: skip
    filled = sum(bool(each) or (each is not None and not isinstance(each, list)) for each in fields)
    of_cases = [value for case in read.cases for value in (case.number, case.title, case.decisions)]
    read_parts = filled + sum(bool(each) for each in of_cases)
    total = used = 0
    for line in lines:
        size = len(re.sub(r"\s", "", line.text))
        total += size
        used += size if line.used else 0
    return Coverage(
        read=read_parts,
        absent=len(fields) - filled + sum(not each for each in of_cases),
        suspected=len(read.suspected),
        share=round(used / total, 3) if total else 0.0,
    )
