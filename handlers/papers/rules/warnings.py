"""What a reader should look at twice. The keys are part of the stable form; docs/papers/json.md tells each one's
meaning."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from handlers.calendar.holidays import FIRST_YEAR, LAST_YEAR, is_public_holiday
from handlers.papers.record import CaseRead, FollowUpRead, PaperKind, PaperRead
from handlers.papers.rules import days, numbers
from handlers.papers.rules.flow import Line
from handlers.papers.rules.parts import Frame
from handlers.papers.rules.text import plain
from handlers.patterns import pattern_of

_MEETING = (PaperKind.MINUTES, PaperKind.PROTOCOL, PaperKind.CONVOCATION, PaperKind.CASE_PROTOCOL)


def of(read: PaperRead, frame: Frame, lines: Sequence[Line], found: Sequence[numbers.Number]) -> list[str]:
    """The warnings of a paper, each once, in a fixed order."""
    return list(dict.fromkeys(_all(read, frame, lines, found)))


def _all(read: PaperRead, frame: Frame, lines: Sequence[Line], found: Sequence[numbers.Number]) -> Iterator[str]:
    meeting = read.date
    if any(_conflicts(line.text, meeting) for line in lines):
        yield "weekday_date_conflict"
    due = [each.date for each in read.deadlines] + [each.due for each in _follow_ups(read) if each.due is not None]
    if any(_holiday(day) for day in due):
        yield "deadline_on_holiday"
    if any(day.weekday() >= 5 for day in due):
        yield "deadline_on_weekend"
    if meeting is not None and read.kind is not PaperKind.CONVOCATION and any(day < meeting for day in due):
        yield "deadline_before_meeting"
    if meeting is not None and _holiday(meeting):
        yield "meeting_on_holiday"
    elif meeting is not None and meeting.weekday() >= 5:
        yield "meeting_on_weekend"
    if any(_holiday(each.date) or each.date.weekday() >= 5 for each in read.next_meetings):
        yield "next_meeting_on_day_off"
    if read.begins is not None and read.ends is not None and read.ends <= read.begins:
        yield "ends_before_it_begins"
    if read.kind in _MEETING and not read.refused:
        if meeting is None:
            yield "no_date"
        elif frame.day is not None and not frame.day.year_given:
            yield "year_not_written"
        if not read.cases:
            yield "no_cases"
    if any(number.odd for number in found):
        yield "odd_case_number"
    yield from _numbering(read.cases, found)
    names = Counter(plain(each.name) for each in read.present)
    if any(many > 1 for many in names.values()):
        yield "same_name_twice"
    if {plain(each.name) for each in read.absent} & set(names):
        yield "present_and_absent"
    if read.suspected:
        yield "suspected_text"
    if any(_says_none(lines, at) for at in range(len(lines))):
        yield "attachments_said_none"


def _follow_ups(read: PaperRead) -> Iterator[FollowUpRead]:
    yield from read.followups
    for case in read.cases:
        yield from case.followups


def _conflicts(text: str, meeting: datetime.date | None) -> bool:
    """Whether a weekday in the text is not that of the date after it; a date without a year fits in any near year."""
    for day in days.find(text, meeting.year if meeting is not None else 2000):
        if day.weekday is None or day.fits:
            continue
        if day.year_given:
            return True
        if meeting is None:
            continue
        near = []
        for year in (meeting.year, meeting.year + 1):
            try:
                near.append(day.date.replace(year=year))
            except ValueError:
                continue
        if not any(each.weekday() == day.weekday for each in near):
            return True
    return False


def _holiday(day: datetime.date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR and is_public_holiday(day)


def _numbering(cases: Sequence[CaseRead], found: Sequence[numbers.Number]) -> Iterator[str]:
    by_series: dict[str, list[int]] = {}
    place = numbers.year_place([each for each in found if len(each.parts) > 1], None)
    for each in found:
        if not each.odd:
            by_series.setdefault(each.series, []).append(numbers.order(each, place))
    for counted in by_series.values():
        distinct = sorted(set(counted))
        if (
            len(distinct) > 2
            and distinct[-1] - distinct[0] + 1 > len(distinct)
            and distinct[-1] - distinct[0] < 3 * len(distinct)
        ):
            yield "gap_in_case_numbers"
    del cases


_NONE = pattern_of(r"\s*(?:\d+ )?vedlegg\s*:\s*ingen\b", re.IGNORECASE)


def _says_none(lines: Sequence[Line], at: int) -> bool:
    """«Vedlegg: Ingen», and then some follow."""
    if not _NONE.match(lines[at].text):
        return False
    after = lines[at + 1 : at + 3]
    return any(
        re.match(r"\s*(?:\d[.)]|[•●–-])?\s*(?:vedlegg|presentasjon|notat|rapport)\b", line.text, re.IGNORECASE)
        for line in after
    )
