"""Which numbers in a paper could begin a case, and which are dates, points and references."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.papers.rules import days, labels, numbers
from handlers.papers.rules.flow import Line
from handlers.papers.rules.labels import Label
from handlers.papers.rules.numbers import Number
from handlers.patterns import pattern_of


@dataclass(slots=True)
class Candidate:
    at: int
    number: Number
    sure: bool
    """In a column of numbers."""
    weak: bool = False
    """In a list of attachments."""
    agenda: bool = False


FRAME_LABELS = frozenset(
    {Label.PRESENT, Label.ABSENT, Label.INVITED, Label.MEETING_DATE, Label.DATE_PLACE, Label.COMMITTEE}
    | {Label.SIGNED, Label.COPY, Label.NEXT_MEETING, Label.ENDED, Label.SENT, Label.OWN_NUMBER}
)
"""Labels that speak of the meeting and not of a case, wherever they stand."""
CONTINUED = pattern_of(r"\W*(?:fortsettelse|fortsatt|forts\b|framhald|frå før pausen|fortsetter)", re.IGNORECASE)
"""«Sak 12/25 – fortsettelse»: the same case, later in the meeting."""
_SENTENCE = pattern_of(
    r"(?:ble|blei|vart|er|var|skal|gjelder|gjeld|tas|vil|kan|må|har|hadde|omhandler|viser|vises|ligger|ligg"
    r"|legges|og|eller|i|om|til|fra|som|bør|bes)\b"
)


# Which lines open a case
def candidates_in(lines: Sequence[Line]) -> Iterator[Candidate]:
    attachments = agenda = False
    attached: set[tuple[str, str]] = set()
    handled = -1
    for at, line in enumerate(lines):
        if at <= handled:
            continue
        label = labels.at_start(line.text)
        if label is not None and label.label is not Label.CASE_NUMBER and numbers.at_start(line.text) is None:
            attachments = label.label is Label.ATTACHMENTS
            if label.label is Label.AGENDA:
                agenda = True
            elif label.label in FRAME_LABELS | {Label.DECISION}:
                agenda = False
        if line.label not in (None, Label.CASE_NUMBER):
            continue
        column = line.column
        if column is not None and column.kind is not Label.CASE_NUMBER:
            continue
        text = line.text
        if column is not None:
            cell = [each for each in lines[at : at + 12] if each.row == line.row and each.column is column]
            text = " ".join(each.text for each in cell)
            handled = at + len(cell) - 1
        number = numbers.at_start(text)
        if number is None and label is not None and label.label is Label.CASE_NUMBER:
            number = numbers.at_start(f"Sak {label.rest}")
        if number is None:
            continue
        if line.label is Label.CASE_NUMBER and label is not None:
            number = numbers.at_start(f"Sak {label.rest}") or number
        if attachments and column is None:
            below = lines[at + 1].text if at + 1 < len(lines) else ""
            if key_of(number) in attached and (line.begins or numbers.at_start(below) is None):
                # The list of what is attached to each case is over: here is the first of the cases.
                attachments = False
            attached.add(key_of(number))
        yield Candidate(at, number, column is not None, weak=attachments and column is None, agenda=agenda)


def is_sentence(number: Number, line: Line) -> bool:
    """Whether a number goes on as a sentence: a reference, or a line that was broken there."""
    rest = number.rest
    if not rest or line.is_heading or CONTINUED.match(rest):
        return False
    if rest[0].islower():
        return True
    return bool(_SENTENCE.match(rest))


def is_broken_line(lines: Sequence[Line], at: int) -> bool:
    """Whether the line goes on from the one before it, in the middle of a sentence."""
    if at == 0:
        return False
    number, last = numbers.at_start(lines[at].text), numbers.at_start(lines[at - 1].text)
    if number is not None and number.separator and _REFERS.search(lines[at - 1].text) and not lines[at].row:
        return True
    if lines[at].begins or lines[at - 1].paragraph != lines[at].paragraph:
        return False
    before = lines[at - 1].text
    if number is not None and number.said and lines[at].text[:1].isupper() and number.rest[:1].isupper():
        return False
    if number is not None and last is not None and number.rest[:1].isupper() and _follows(number, last):
        # The next of a list of cases, however long the title on the line before it.
        return False
    return len(before) > 60 and before[-1] not in ".:;!?"


_REFERS = pattern_of(
    r"\S\s(?:sak|saken|saka|jf\.?|ref\.?|og|se|i|av|til|fra|frå|med|om|for|under|ved|mot|etter|vedtak|nr\.?)$",
    re.IGNORECASE,
)
"""A line that a number at the beginning of the next belongs to."""


def _follows(number: Number, last: Number) -> bool:
    """Whether both are built alike, and one part of the two is the same."""
    alike = (number.said, number.series, number.separator) == (last.said, last.series, last.separator)
    return alike and bool(number.separator) and bool(set(number.parts) & set(last.parts)) and number.text != last.text


def _near(part: str, year: int) -> bool:
    if len(part) == 4:
        return abs(int(part) - year) <= 1
    return len(part) == 2 and any(int(part) == (year + shift) % 100 for shift in (-1, 0, 1))


def plausible(candidate: Candidate, lines: Sequence[Line], meeting_year: int | None) -> bool:
    number, line = candidate.number, lines[candidate.at]
    if candidate.sure:
        return not dated(line.text)
    if is_sentence(number, line) or is_broken_line(lines, candidate.at):
        return False
    if number.series and not number.said and dated(line.text.removeprefix(number.series).lstrip()):
        # «AU 14/3-25»: which meeting it was.
        return False
    if number.separator == ".":
        if not any(len(part) in (4, 5) for part in number.parts):
            return number.said and not dated(line.text)
        if re.match(r"\d{1,2}\.(?:19|20)\d\d", number.text) and not number.said:
            # «03.2026»: a month. A case of that form has «Sak» before it.
            return False
    if number.separator == "-" and not any(len(part) == 4 for part in number.parts):
        fits = meeting_year is not None and any(_near(part, meeting_year) for part in number.parts)
        if number.said and not fits and len(number.parts[0]) <= 2 and not number.parts[0].startswith("0"):
            return False
        if not number.said and not fits:
            return False
    if number.odd:
        return number.parts[0].startswith("20")
    if number.said or (number.series and number.separator == "/"):
        return True
    if dated(line.text):
        return False
    if meeting_year is not None:
        return any(_near(part, meeting_year) for part in (number.parts[0], number.parts[-1]))
    return any(len(part) == 4 for part in number.parts) or len(number.parts[-1]) == 2


def dated(text: str) -> bool:
    """Whether the text begins with a whole date or a time."""
    found = days.first(text[:40])
    if found is not None and found.start == 0 and found.year_given:
        return True
    return bool(re.match(r"\s*\d{1,2}[.:]\d\d\s*[-–]\s*\d{1,2}[.:]\d\d", text))


def key_of(number: Number) -> tuple[str, str]:
    return number.series, re.sub(r"(?<!\d)0+(?=\d)", "", number.text)
