"""Calendar entries (.ics, RFC 5545): each occurrence of a series by itself, at local time.

Calendars write zones by Windows' names, by names of their own, or not at all; what has none is local time.
"""

from collections.abc import Iterator, Sequence
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
_LAST = datetime(2100, 12, 31)  # noqa: DTZ001 - local time, as all of a calendar here
_WITHIN_A_DAY = ("SECONDLY", "MINUTELY", "HOURLY")
_CANCELLED = ("avlyst", "avlyst:", "canceled:", "cancelled:", "kansellert:")


class Entry(NamedTuple):
    """An occurrence, and what the calendar knows of it besides.

    `uid`: of the entry, the same for all of a series. `version`: the higher, the later (SEQUENCE). `moved_from`: when
    the series would have it. `whole_day`: it has no times. `swapped`: its end stood before its begin, and they were
    turned around. `zone`: the name of a time zone that nothing tells of, so that its times were taken for local ones;
    empty: none.
    """

    occurrence: Occurrence
    uid: str = ""
    version: int = 0
    moved_from: datetime | None = None
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


def read_entries(content: bytes, before: datetime | None = None, most: int = MOST_OF_A_SERIES) -> CalendarRead:
    """Each occurrence. `before`: series are followed no further (local time); None: as far as they go, an endless one
    for two years. `most`: so many of a series.

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
    for calendar in calendars:
        cancels = str(calendar.get("METHOD", "")).upper() == "CANCEL"
        found.extend(_entries(list(calendar.walk("VEVENT")), cancels, warnings, _Bounds(before, most)))
    if not found:
        raise CannotRead(
            Why.DAMAGED if not calendars else Why.EMPTY,
            _("Jeg finner ingen møter i kalenderfilen. Eksporter kalenderen på nytt (.ics), og prøv igjen."),
        )
    found.sort(key=lambda each: each.occurrence.begins)
    called = next((_text(each, "X-WR-CALNAME") for each in calendars), "")
    return CalendarRead(called, found, tuple(warnings))


class _Bounds(NamedTuple):
    """`before`: how far series are followed; None: as far as they go. `most`: how many of each."""

    before: datetime | None
    most: int


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
                    moved_from=instead if instead != start else None,
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

    keys = {key.upper() for key in rule}
    if str(next(iter(_all(rule.get("FREQ"))), "")).upper() in _WITHIN_A_DAY and any(
        key.startswith("BY") for key in keys
    ):
        # Nobody meets so, and looking for the seconds that fit may take for ever.
        warnings["series_not_understood"] = None
        return
    until = _until(rule)
    counts = [int(each) for each in _all(rule.get("COUNT"))]
    endless = until is None and not counts
    ends = min(each for each in (until, begins + _WITHOUT_END if endless else None, bounds.before, _LAST) if each)
    parts = {key: value for key, value in rule.items() if key.upper() not in ("UNTIL", "COUNT")}
    written = ";".join(f"{key}={','.join(_written(each) for each in _all(value))}" for key, value in parts.items())
    try:
        # Counted in local time, in which an hour stays the same hour in summer and in winter. It is given an end, since
        # a rule that no day fits (30 February) is looked for until the year 9999.
        series = rrulestr(f"{written};UNTIL={_written(ends)}", dtstart=begins)
    except (ValueError, TypeError, KeyError):
        warnings["series_not_understood"] = None
        return
    if endless and bounds.before is None:
        warnings["series_cut"] = None
    for number, start in enumerate(islice(series, min([*counts, bounds.most + 1]))):
        if number == bounds.most:
            warnings["series_cut"] = None
            return
        yield start


def _written(part: Any) -> str:
    return part.strftime("%Y%m%dT%H%M%S") if isinstance(part, datetime | date) else str(part)


def _until(rule: Any) -> datetime | None:
    found = _all(rule.get("UNTIL"))
    if not found:
        return None
    last = found[0]
    if isinstance(last, datetime):
        return _local(last)
    # A day alone is all of it.
    return datetime.combine(last, time.max) if isinstance(last, date) else None


def _end(event: Any, begins: datetime) -> datetime | None:
    """None: it does not say, or it is about whole days."""
    start, end, lasts = event.get("DTSTART"), event.get("DTEND"), event.get("DURATION")
    if not isinstance(_value(start), datetime):
        return None
    last, length = _value(end), _value(lasts)
    if isinstance(last, datetime):
        return _local(last)
    return begins + length if isinstance(length, timedelta) else None


def _moment(found: Any) -> datetime | None:
    moment = _value(found)
    if isinstance(moment, datetime):
        return _local(moment)
    return datetime.combine(moment, time.min) if isinstance(moment, date) else None


def _value(found: Any) -> Any:
    """The date, time or length of a property; None: it has none that could be read."""
    try:
        return found.dt
    except (AttributeError, ValueError):
        return None


def _moments(found: Any) -> Iterator[datetime]:
    for dates in _all(found):
        for each in getattr(dates, "dts", ()):
            moment = _moment(each)
            if moment is not None:
                yield moment


def _local(moment: datetime) -> datetime:
    there = moment if moment.tzinfo is None else moment.astimezone(LOCAL_ZONE)
    return there.replace(tzinfo=None)


def _all(found: Any) -> list[Any]:
    return [] if found is None else list(found) if isinstance(found, list | tuple) else [found]


def _text(event: Any, name: str) -> str:
    return tidy(str(event.get(name, ""))).strip()
