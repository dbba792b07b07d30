"""Calendar entries (.ics, RFC 5545): each occurrence of a series by itself, at local time.

Calendars write zones by Windows' names, by names of their own, or not at all; what has none is local time.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from handlers.calendar.zone import LOCAL_ZONE
from handlers.papers.reading.blocks import Occurrence, Paper
from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.tidying import tidy
from handlers.writing.decoding import decoded
from handlers.writing.language import _

MOST_OF_A_SERIES = 200
_WITHOUT_END = timedelta(days=2 * 366)
"""A series that never ends is followed for so long."""
_CANCELLED = ("avlyst", "avlyst:", "canceled:", "cancelled:", "kansellert:")


def read_calendar(name: str, content: bytes) -> Paper:
    """
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
    found: list[Occurrence] = []
    for calendar in calendars:
        cancels = str(calendar.get("METHOD", "")).upper() == "CANCEL"
        found.extend(_occurrences(list(calendar.walk("VEVENT")), cancels, warnings))
    if not found:
        raise CannotRead(
            Why.DAMAGED if not calendars else Why.EMPTY,
            _("Jeg finner ingen møter i kalenderfilen. Eksporter kalenderen på nytt (.ics), og prøv igjen."),
        )
    found.sort(key=lambda each: each.begins)
    return Paper(name, "ics", occurrences=tuple(found), warnings=tuple(warnings))


def _occurrences(events: Sequence[Any], cancels: bool, warnings: dict[str, None]) -> Iterator[Occurrence]:
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
        if ends is not None and ends < begins:
            warnings["swapped_times"] = None
            begins, ends = ends, begins
        lasts = None if ends is None else ends - begins
        skipped = set() if event.get("RECURRENCE-ID") is not None else moved.get(str(event.get("UID", "")), set())
        for start in _starts(event, begins, warnings):
            if start not in skipped:
                yield _occurrence(event, start, None if lasts is None else start + lasts, cancels)


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


def _starts(event: Any, begins: datetime, warnings: dict[str, None]) -> Iterator[datetime]:
    """When each occurrence begins, local time, without those that were taken out; bounded."""
    rules = _all(event.get("RRULE"))
    out = set(_moments(event.get("EXDATE")))
    starts = {begins, *_moments(event.get("RDATE"))} if event.get("RECURRENCE-ID") is None else {begins}
    if rules and event.get("RECURRENCE-ID") is None:
        for rule in rules:
            starts.update(_of_rule(rule, begins, warnings))
    for start in sorted(starts):
        if start not in out:
            yield start


def _of_rule(rule: Any, begins: datetime, warnings: dict[str, None]) -> Iterator[datetime]:
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - comes with icalendar

    until = _until(rule)
    parts = {key: value for key, value in rule.items() if key.upper() != "UNTIL"}
    written = ";".join(f"{key}={','.join(_written(each) for each in _all(value))}" for key, value in parts.items())
    try:
        # Counted in local time, in which an hour stays the same hour in summer and in winter.
        series = rrulestr(written, dtstart=begins)
    except (ValueError, TypeError, KeyError):
        warnings["series_not_understood"] = None
        return
    endless = until is None and "COUNT" not in {key.upper() for key in rule}
    last = begins + _WITHOUT_END if endless else until
    for number, start in enumerate(islice(series, MOST_OF_A_SERIES + 1)):
        if last is not None and start > last:
            if endless:
                warnings["series_cut"] = None
            return
        if number == MOST_OF_A_SERIES:
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
