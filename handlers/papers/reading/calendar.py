"""Calendar entries (.ics, RFC 5545): each occurrence of a series by itself, at local time.

Calendars write zones by Windows' names, by names of their own, or not at all; what has none is local time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple

from handlers.calendar.zone import LOCAL_ZONE
from handlers.papers.reading.blocks import Occurrence, Paper
from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.tidying import tidy
from handlers.writing.decoding import decoded
from handlers.writing.language import _

MOST_OF_A_SERIES = 200
_WITHOUT_END = timedelta(days=2 * 366)
"""A series that never ends is followed for so long."""
_FIRST = datetime(1900, 1, 1)  # noqa: DTZ001 - as `_LAST`
_LONGEST = timedelta(days=366)
_LAST = datetime(2100, 12, 31)  # noqa: DTZ001 - local time, as all of a calendar here
_OLDEST = 1970
_MOST_FRUITLESS = 2
_WITHIN_A_DAY = ("SECONDLY", "MINUTELY", "HOURLY")
_CANCELLED = ("avlyst", "avlyst:", "canceled:", "cancelled:", "kansellert:")


class Entry(NamedTuple):
    """An occurrence, and what the calendar knows of it besides.

    `uid`: of the entry, the same for all of a series. `version`: the higher, the later (SEQUENCE). `instead_of`: of one
    that was changed by itself, when the series has it. `whole_day`: it has no times. `swapped`: its end stood before
    its begin, and they were turned around. `zone`: the name of a time zone that nothing tells of, so that its times
    were taken for local ones; empty: none.
    """

    occurrence: Occurrence
    uid: str = ""
    version: int = 0
    instead_of: datetime | None = None
    whole_day: bool = False
    swapped: bool = False
    zone: str = ""


class CalendarRead(NamedTuple):
    """`name`: what the calendar calls itself. `warnings`: keys of what was met. `entries`: by time."""

    name: str
    entries: Sequence[Entry]
    warnings: Sequence[str]


def read_calendar(name: str, content: bytes) -> Paper:
    """
    Raises:
        CannotRead: it is no calendar, or has no entries.
    """
    found = read_entries(content)
    return Paper(
        name, "ics", occurrences=tuple(each.occurrence for each in found.entries), warnings=tuple(found.warnings)
    )


def read_entries(content: bytes, window: tuple[datetime, datetime] | None = None) -> CalendarRead:
    """Each occurrence. `window`: from when to when series are followed (local time); None: from their first on, an
    endless one for two years.

    Raises:
        CannotRead: it is no calendar, or has no entries.
    """
    from icalendar import Calendar  # noqa: PLC0415 - takes a while to import

    text = (decoded(content) or "").lstrip("\ufeff \r\n\t")
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError):
        calendars = []
    warnings: dict[str, None] = {}
    found: list[Entry] = []
    bounds = _Bounds(*(window or (_FIRST, None)))
    for calendar in calendars:
        cancels = str(calendar.get("METHOD", "")).upper() == "CANCEL"
        found.extend(_entries(list(calendar.walk("VEVENT")), cancels, warnings, bounds))
    if not found:
        raise CannotRead(
            Why.DAMAGED if not calendars else Why.EMPTY,
            _("Jeg finner ingen møter i kalenderfilen. Eksporter kalenderen på nytt (.ics), og prøv igjen."),
        )
    found.sort(key=lambda each: each.occurrence.begins)
    called = next((_text(each, "X-WR-CALNAME") for each in calendars), "")
    return CalendarRead(called, found, tuple(warnings))


@dataclass
class _Bounds:
    """`after`, `before`: from when to when series are followed; `before` None: an endless one for two years.
    `fruitless`: how many were looked through in vain."""

    after: datetime
    before: datetime | None
    fruitless: int = 0


def _entries(events: Sequence[Any], cancels: bool, warnings: dict[str, None], bounds: _Bounds) -> Iterator[Entry]:
    """Those of each entry, without those that another entry of the same series moves: it has them itself."""
    moved: dict[str, set[datetime]] = {}
    for event in events:
        instead = _moment(event.get("RECURRENCE-ID"))
        if instead is not None:
            moved.setdefault(str(event.get("UID", "")), set()).add(instead)
    for event in events:
        begins = _moment(event.get("DTSTART"))
        if begins is None:
            warnings["event_without_date"] = None
            continue
        ends = _end(event, begins)
        swapped = ends is not None and ends < begins
        if ends is not None and swapped:
            warnings["swapped_times"] = None
            begins, ends = ends, begins
        lasts = None if ends is None else ends - begins
        uid = str(event.get("UID", ""))
        instead = _moment(event.get("RECURRENCE-ID"))
        skipped = set() if instead is not None else moved.get(uid, set())
        for start in _starts(event, begins, warnings, bounds):
            if start not in skipped:
                yield Entry(
                    _occurrence(event, start, None if lasts is None else start + lasts, cancels),
                    uid=uid,
                    version=_number(event.get("SEQUENCE")),
                    instead_of=instead,
                    whole_day=not isinstance(_value(event.get("DTSTART")), datetime),
                    swapped=swapped,
                    zone=_unknown_zone(event.get("DTSTART")),
                )


def _number(found: Any) -> int:
    try:
        return int(found)
    except (TypeError, ValueError):
        return 0


def _unknown_zone(found: Any) -> str:
    """The name of a zone that was not found; empty: it was, or none is named."""
    moment = _value(found)
    named = str(getattr(found, "params", {}).get("TZID", ""))
    return tidy(named).strip() if isinstance(moment, datetime) and moment.tzinfo is None else ""


def _occurrence(event: Any, begins: datetime, ends: datetime | None, cancels: bool) -> Occurrence:
    title = _text(event, "SUMMARY")
    says_so = title.casefold().startswith(_CANCELLED)
    return Occurrence(
        title,
        begins,
        ends,
        place=_text(event, "LOCATION"),
        text=_text(event, "DESCRIPTION"),
        cancelled=cancels or says_so or str(event.get("STATUS", "")).upper() == "CANCELLED",
    )


def _starts(event: Any, begins: datetime, warnings: dict[str, None], bounds: _Bounds) -> Iterator[datetime]:
    """When each occurrence begins, local time, without those that were taken out; bounded."""
    rules = _all(event.get("RRULE"))
    out = set(_moments(event.get("EXDATE")))
    starts = {begins, *_moments(event.get("RDATE"))} if event.get("RECURRENCE-ID") is None else {begins}
    if rules and event.get("RECURRENCE-ID") is None:
        for rule in rules:
            starts.update(_of_rule(rule, begins, warnings, bounds))
    for start in sorted(starts):
        if start not in out:
            yield start


def _of_rule(rule: Any, begins: datetime, warnings: dict[str, None], bounds: _Bounds) -> Iterator[datetime]:
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - comes with icalendar

    said = _parts(rule)
    if _is_odd(said, begins, bounds) or bounds.fruitless >= _MOST_FRUITLESS:
        warnings["series_not_understood"] = None
        return
    until = _until(said)
    counts = [int(each) for each in _all(said.get("COUNT"))]
    endless = until is None and not counts
    without_end = begins + _WITHOUT_END if endless and bounds.before is None else None
    ends = min(each for each in (until, without_end, bounds.before, _LAST) if each)
    parts = {key: value for key, value in said.items() if key not in ("UNTIL", "COUNT")}
    written = ";".join(f"{key}={','.join(_written(each) for each in _all(value))}" for key, value in parts.items())
    try:
        # Counted in local time, in which an hour stays the same hour in summer and in winter.
        series = rrulestr(written, dtstart=begins)
    except (ValueError, TypeError, KeyError):
        warnings["series_not_understood"] = None
        return
    if without_end:
        warnings["series_cut"] = None
    given = 0
    comes = False
    for start in islice(series, counts[0] if counts else None):
        comes = True
        if start > ends:
            break
        if start < bounds.after:
            continue
        if given == MOST_OF_A_SERIES:
            warnings["series_cut"] = None
            break
        given += 1
        yield start
    if not comes:
        bounds.fruitless += 1
        warnings["series_not_understood"] = None


def _parts(rule: Any) -> Mapping[str, Any]:
    """By their names in capitals; nothing of a rule that could not be read."""
    try:
        return {str(key).upper(): value for key, value in rule.items()}
    except (AttributeError, ValueError):
        return {}


def _is_odd(rule: Mapping[str, Any], begins: datetime, bounds: _Bounds) -> bool:
    """Whether no meeting is held by a rule. Some of these take long to follow; so does counting minutes up to the days
    that are asked for."""
    often = str(next(iter(_all(rule.get("FREQ"))), "")).upper()
    if not often:
        return True
    by = {key for key in rule if key.startswith("BY")}
    if often in _WITHIN_A_DAY:
        return bool(by) or begins < bounds.after
    if begins.year < _OLDEST:
        return True
    return (often == "DAILY" and bool(by - {"BYDAY"})) or (often == "WEEKLY" and bool(by - {"BYDAY", "BYMONTH"}))


def _written(part: Any) -> str:
    return part.strftime("%Y%m%dT%H%M%S") if isinstance(part, datetime | date) else str(part)


def _until(rule: Mapping[str, Any]) -> datetime | None:
    found = _all(rule.get("UNTIL"))
    if not found:
        return None
    last = found[0]
    if isinstance(last, datetime):
        return _local(last) if _is_of_our_time(last) else None
    # A day alone is all of it.
    return datetime.combine(last, time.max) if isinstance(last, date) else None


def _end(event: Any, begins: datetime) -> datetime | None:
    """None: it does not say, or it is about whole days."""
    start, end, lasts = event.get("DTSTART"), event.get("DTEND"), event.get("DURATION")
    if not isinstance(_value(start), datetime):
        return None
    last, length = _value(end), _value(lasts)
    if isinstance(last, datetime):
        return _local(last) if _is_of_our_time(last) else None
    return begins + length if isinstance(length, timedelta) and abs(length) < _LONGEST else None


def _moment(found: Any) -> datetime | None:
    moment = _value(found)
    if not isinstance(moment, date) or not _is_of_our_time(moment):
        return None
    return _local(moment) if isinstance(moment, datetime) else datetime.combine(moment, time.min)


def _is_of_our_time(moment: date) -> bool:
    """Whether it can be reckoned with: the calendar of a program ends at the year 9999."""
    return _FIRST.year <= moment.year <= _LAST.year


def _value(found: Any) -> Any:
    """The date, time or length of a property; None: it has none that could be read."""
    try:
        return found.dt
    except (AttributeError, ValueError):
        return None


def _moments(found: Any) -> Iterator[datetime]:
    for dates in _all(found):
        for each in _dates(dates):
            moment = _moment(each)
            if moment is not None:
                yield moment


def _dates(found: Any) -> Sequence[Any]:
    try:
        return list(found.dts)
    except (AttributeError, ValueError):
        return ()


def _local(moment: datetime) -> datetime:
    there = moment if moment.tzinfo is None else moment.astimezone(LOCAL_ZONE)
    return there.replace(tzinfo=None)


def _all(found: Any) -> list[Any]:
    return [] if found is None else list(found) if isinstance(found, list | tuple) else [found]


def _text(event: Any, name: str) -> str:
    return tidy(str(event.get(name, ""))).strip()
