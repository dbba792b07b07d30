"""A meeting plan in lines of text: pasted in a chat, typed, or the paragraphs of a document.

«FSU: 25. januar, 2. mai kl. 12.30–15.30, Rådhuset»; several with «·» between; or a body's name on a line of its own,
and its days below; or a month's name, and below it the bodies.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from handlers.patterns import pattern_of
from handlers.planning.reading import rules
from handlers.planning.reading.reading import Around, Reading
from handlers.planning.reading.scanning import Words, month_alone, scan
from handlers.planning.reading.segments import Segment, segment, with_place
from handlers.writing.language import _
from handlers.writing.text import shorten

_BETWEEN = pattern_of(
    r"\s+[·•|]\s+|(?<=[\w).])\s*·\s*"
    # «FSU 22/1, AU 5/2»
    r"|(?:[,;.]|\s+og)\s+(?=[A-ZÆØÅ]{2,6}:?\s+(?:(?:ma|ti|on|to|fr)[a-z.]*\s+)?\d{1,2}(?:[./]\d|\.?\s?[a-z]{3}))"
)
_POINT = pattern_of(r"^\s*(?:[-–—•·*▪◦]|\d{1,2}[)])\s+")
_PLAN = pattern_of(
    r"(?:forslag til |(?:vår|høst|haust)ens |årets )?(?:møteplan|møtekalender|møtedatoer|årshjul|møter)\w*"
    r"(?:\s+(?:for|i))?",
    re.I,
)
_YEAR = pattern_of(r"(?<![\d.:/–-])(20\d\d)(?![\d.:/]\d)")
_LABEL = pattern_of(r"(?:(?:møte)?dato(?:er|ar)?|møte(?:r|ne)?|møtedager|når|tid(?:spunkt)?|neste møte)", re.I)
_NUMBERED = pattern_of(r"^(?:(?:uke|veke)\s*\d{1,2}|\d{1,2}[.)])(?:\s*[:,–—-])?\s+", re.I)
_VERB = pattern_of(
    r"\s+(?:skal\s+(?:ha|møtes)|har|holder|avholder|møtes|møtast|møter|meets)(?:\s+(?:sine\s+)?(?:møte|møter))?$", re.I
)
_NO_MEETING = pattern_of(r"(?:sak)?s?frist|deadline|innkalling|utsending|saksframlegg|påmelding|innlevering", re.I)
_NOT_A_BODY = pattern_of(r"(?:(?:møte|møde)\s*)?(?:nr\.?\s*)?\d{1,3}|ekstra.*møte|ordinært.*|ekstraordinært.*", re.I)
_IS_ABOUT_TITLE = pattern_of(r"\s[–—-]\s(?=.*(?:møte|seminar|samling|konferanse))", re.I)
_LONGEST_HEADING = 80
_QUOTED = 60
_MOST_WORDS = 8


class Line(NamedTuple):
    """`where`: for a sentence («linje 4»). `heading`: it is set as one."""

    text: str
    where: str
    heading: bool = False


def read_lines(lines: Iterable[Line], reading: Reading, around: Around = Around()) -> Around:  # noqa: B008 - it cannot change
    """Reads them into `reading`. `around`: what stands above. Returned: what holds below."""
    for line in lines:
        for piece in _pieces(line.text):
            text = reading.taken(piece, line.where)
            if not text:
                continue
            if rules.looks_like_rule(text):
                _rules(text, line.where, reading, around)
                continue
            around = _read(text, line, reading, around)
    return around


def year_in(text: str) -> int | None:
    """The year that a heading names («Møteplan 2024», «år 2024»), None: none, or several."""
    found = {int(each) for each in _YEAR.findall(text)}
    return found.pop() if len(found) == 1 else None


def is_title(text: str) -> bool:
    """Whether a line only says that this is a plan, or which year."""
    return bool(_PLAN.search(text)) or bool(re.fullmatch(r"\W*(?:år(?:et)?\s*)?20\d\d\W*", text, re.I))


def _pieces(text: str) -> Iterator[str]:
    for piece in _BETWEEN.split(text):
        bare = _POINT.sub("", piece).strip()
        if bare:
            yield bare


def _rules(text: str, where: str, reading: Reading, around: Around) -> None:
    found = rules.understand(text, reading.year, committee=around.committee)
    reading.guessed = reading.guessed or not found.year_said
    for rule in found.rules:
        reading.understood.append(rules.in_words(rule))
        for row in rules.planned(rule, where):
            reading.add(row)
    for wrong, problem in found.problems:
        reading.wrong(wrong, where, problem)


def _read(text: str, line: Line, reading: Reading, around: Around) -> Around:
    month = month_alone(text)
    if month is not None:
        return around._replace(month=month)
    heading = _heading(text, line, reading, around)
    if heading is not None:
        return heading
    found = segment(text, bare_days=around.month is not None)
    if not found.entries:
        return _without_days(text, found, line, reading, around)
    if _NO_MEETING.match(found.head):
        reading.note(
            _("{where}: «{text}» er lest som en frist, og ikke som et møte.").format(
                where=line.where[:1].upper() + line.where[1:], text=shorten(text, _QUOTED)
            )
        )
        return around
    committee, title, found = _whose(found, around)
    reading.segment(found, line.where, around._replace(committee=committee), title)
    return around


def _heading(text: str, line: Line, reading: Reading, around: Around) -> Around | None:
    """What holds below a line that names a plan, a body or a year; None: it is no heading."""
    if is_title(text) and not any(not isinstance(each, Words) for each in scan(text)):
        reading.title = reading.title or text
        body = _without_plan(text)
        own = around._replace(month=None, year=year_in(text) or around.year)
        return own._replace(committee=body) if body and not _PLAN.search(body) else own
    return None


def _without_plan(text: str) -> str:
    """The body in «Møteplan for FSU 2024»; empty: none is named."""
    return _YEAR.sub("", _PLAN.sub("", text)).strip(" :–—-.,()")


def _without_days(text: str, found: Segment, line: Line, reading: Reading, around: Around) -> Around:
    for bad in found.bad_times:
        reading.bad_time(bad, line.where)
    if found.bad_times:
        return around
    words = text.split()
    is_heading = len(text) <= _LONGEST_HEADING and len(words) <= _MOST_WORDS and not text.endswith((".", "!", "?"))
    head = found.head if found.begins is not None else text.strip(" :–—-.,")
    if is_heading and found.begins is not None and not head:
        # «kl. 12.30–15.30» below a body's name
        return around._replace(begins=found.begins, ends=found.ends)
    if is_heading and head and not re.search(r"\d[./]\d", head):
        return around._replace(committee=head, month=None, begins=found.begins, ends=found.ends, said=found.said)
    if re.search(r"\d[./]\d", text) or (around.month is not None and text[:1].isdigit()):
        reading.not_understood(text, line.where)
    return around


def _whose(found: Segment, around: Around) -> tuple[str, str, Segment]:
    """The body and the title that a line names, and what is left of it."""
    head, title = _NUMBERED.sub("", found.head), ""
    head = _VERB.sub("", head)
    if is_title(head):
        head = _without_plan(head)
    if _LABEL.fullmatch(head):
        head = ""
    if head and (around.committee or found.words) and _NOT_A_BODY.fullmatch(head):
        head, title = "", head
    parted = _IS_ABOUT_TITLE.split(head, maxsplit=1)
    if len(parted) == 2:
        head, title = parted[0].strip(), parted[1].strip()
    words = list(found.words)
    if not head and not around.committee and words:
        head = words.pop(0)
    elif not head and around.month is not None and words:
        # «Januar», and below it «25. FSU, Rådhuset»
        head = words.pop(0)
    with_place(found.said, words)
    return head or around.committee, title, found
