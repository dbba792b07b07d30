"""What a paper says of what is ahead: the meetings to come, and deadlines."""

import datetime
import re
from collections.abc import Iterable, Sequence

from handlers.papers.record import DeadlineRead, MeetingRead
from handlers.papers.rules import days
from handlers.papers.rules.bodies import ABBREVIATION
from handlers.papers.rules.flow import Line
from handlers.papers.rules.labels import Label
from handlers.papers.rules.parts import Frame, Part
from handlers.patterns import pattern_of

NEXT = pattern_of(
    r"\b(?:neste (?:ordinære )?(?:\w{2,6}-)?(?:møte|møtet|samling)|nytt møte|neste [A-ZÆØÅ]{2,5}\b)", re.IGNORECASE
)
_PLANNED = pattern_of(
    r"\b(?:møteplan|møtedato(?:er|ar)?|møtedatoene|møter i (?:20\d\d|vår|høst)|kommende møter|komande møte"
    r"|nye møter|møter (?:[A-ZÆØÅ]{2,5}) )",
    re.IGNORECASE,
)
DEADLINE = pattern_of(r"\b(?:frist\w*|\w{3,14}frist\w*|innen|innan|senest|seinast|snarest og senest)\b", re.IGNORECASE)


def what_is_ahead(
    result: Frame, parts: Sequence[Part], every: Sequence[Line], titled: Sequence[tuple[str, str]], year: int | None
) -> None:
    meeting = result.day.date if result.day is not None else None
    for part in parts:
        if part.label is not Label.NEXT_MEETING:
            continue
        texts = [line.text for line in part.lines]
        if days.first(part.words, year) is not None:
            texts.insert(0, part.words)
        for text in texts:
            _meetings_in(result, text, year, meeting)
    for title, text in titled:
        if NEXT.match(title) or (_PLANNED.match(title) and len(list(days.find(text, year))) > 1):
            _meetings_in(result, f"{title} {text}"[:300], year, meeting)
    for line in every:
        for piece in re.split(r"(?<=[a-zæøå])\.\s+(?=[A-ZÆØÅ])", line.text):
            found = NEXT.search(piece)
            if found is not None and not re.search(r"\bsak\b.{0,30}\bneste møte", piece, re.IGNORECASE):
                rest = piece[found.start() :]
                if days.first(rest, year) is not None and len(rest) < 220:
                    _meetings_in(result, rest[:160], year, meeting)
            elif (planned := _PLANNED.search(piece)) is not None and len(list(days.find(piece, year))) > 1:
                _meetings_in(result, piece[planned.start() :], year, meeting)
    result.next_meetings.sort(key=lambda each: each.date)


def _meetings_in(result: Frame, text: str, year: int | None, meeting: datetime.date | None) -> None:
    found = list(days.find(text, year))
    for index, day in enumerate(found):
        when = day.date
        before = text[max(0, day.start - 30) : day.start]
        if DEADLINE.search(before):
            continue
        if not day.year_given and meeting is not None and when < meeting:
            try:
                when = when.replace(year=when.year + 1)
            except ValueError:
                continue
        if meeting is not None and when <= meeting:
            continue
        until = found[index + 1].start if index + 1 < len(found) else len(text)
        clock = days.times(text[day.end : until], bare=True)
        if any(each.date == when for each in result.next_meetings):
            continue
        # «SSU: 25.2., 27.5. og 23.9.»: all of them are of the body before the first.
        committee = re.search(rf"\b({ABBREVIATION})\b", text[: found[0].start])
        place = (
            re.search(r"(?:,|\bi|\bpå|sted:)\s+([A-ZÆØÅ][^,.;]{3,50})\s*$", text[day.end : until])
            if clock is None
            else None
        )
        if clock is not None and (
            after := re.search(
                r"^\W*(?:i|på|sted:?|stad:?)?\s*([A-ZÆØÅ][^.;]{2,60})", text[day.end + clock.end : until]
            )
        ):
            place = after
        result.next_meetings.append(
            MeetingRead(
                when,
                clock.begins if clock is not None else None,
                clock.ends if clock is not None else None,
                committee[1] if committee is not None and committee[1] not in ("TEAMS",) else None,
                place[1].strip() if place is not None else None,
            )
        )


def deadlines(lines: Iterable[Line], year: int | None, meeting: datetime.date | None) -> list[DeadlineRead]:
    """Deadlines with a date, each once, in the words of the sentence they stand in."""
    result: list[DeadlineRead] = []
    for line in lines:
        text = line.text
        if not DEADLINE.search(text):
            continue
        for day in days.find(text, year):
            before = text[max(0, day.start - 70) : day.start]
            words = list(DEADLINE.finditer(before))
            if not words or re.search(r"[.;!?]\s+[A-ZÆØÅ]", before[words[-1].end() :]):
                continue
            if re.search(r"utgangen av\s*$|utgongen av\s*$", before):
                continue
            when = day.date
            if not day.year_given and meeting is not None and when < meeting:
                if (meeting - when).days < 60:
                    continue
                when = when.replace(year=when.year + 1) if not (when.month == 2 and when.day == 29) else when
            if not any(each.date == when for each in result):
                result.append(DeadlineRead(when, _around(text, day.start, day.end)))
    return result


def _around(text: str, start: int, end: int) -> str:
    begin = max(text.rfind(". ", 0, start), text.rfind("; ", 0, start)) + 1
    stop = re.search(r"\.(?:\s|$)", text[end:])
    return text[begin : end + stop.start() if stop else len(text)].strip(" ;")[:300]
