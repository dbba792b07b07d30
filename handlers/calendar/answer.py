"""What a calendar answers to an entry that it was sent (RFC 5546, REPLY and COUNTER): pure reading.

Calendars write it in many ways, and anybody can write to a mailbox, so nothing of it is believed that is not looked at.
Whose answer it really is, whoever reads the e-mail has to know.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

_LONGEST = 100_000
"""Characters. An answer to one meeting has some hundreds, and a few thousand with the zone written out."""
_LONGEST_NAME = 500
_MAILTO = "mailto:"


class Says(StrEnum):
    """What is answered (RFC 5545, 3.2.12)."""

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"
    DELEGATED = "DELEGATED"
    OTHER = ""
    """Nothing that is an answer."""


class Moments(NamedTuple):
    """From when to when (UTC)."""

    starts_at: datetime
    ends_at: datetime


class CalendarAnswer(NamedTuple):
    """An answer to one entry.

    `sequence`: of the entry that is answered; None: it does not say. `starts_at`: when that began, in place of it;
    None: it does not say, or it cannot be read. `attendee`: whose answer it says it is, an e-mail address in lower
    case. `at`: when they answered, as their calendar says. `counters`: whether they would rather have another time;
    what they say besides is then no answer. `proposed`: which; None: it cannot be read. Moments are UTC.
    """

    uid: str
    sequence: int | None
    starts_at: datetime | None
    attendee: str
    says: Says
    at: datetime
    comment: str = ""
    counters: bool = False
    proposed: Moments | None = None


class NotAnAnswer(ValueError):
    """It is no answer to one entry. The text says why, and quotes nothing of it."""


def read(text: str) -> CalendarAnswer:
    """The answer that a text of the type `text/calendar` is. Raises `NotAnAnswer`."""
    from icalendar import Calendar  # noqa: PLC0415 - takes a while to import

    if len(text) > _LONGEST:
        raise NotAnAnswer("too long")
    try:
        calendars = Calendar.from_ical(text.lstrip("\ufeff \t\r\n"), multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise NotAnAnswer(f"no calendar ({type(error).__name__})") from None
    if len(calendars) != 1:
        raise NotAnAnswer(f"{len(calendars)} calendars")
    method = _word(calendars[0].get("METHOD"))
    if method not in ("REPLY", "COUNTER"):
        raise NotAnAnswer("another method")
    events = calendars[0].walk("VEVENT")
    if len(events) != 1:
        raise NotAnAnswer(f"{len(events)} entries")
    return _answer(events[0], counters=method == "COUNTER")


def _answer(event: Any, *, counters: bool) -> CalendarAnswer:
    if event.get("RECURRENCE-ID") is not None:
        raise NotAnAnswer("about one of a series")
    uid = _single(event, "UID").strip()
    if not uid or len(uid) > _LONGEST_NAME:
        raise NotAnAnswer("no UID")
    attendee = event.get("ATTENDEE")
    if attendee is None or isinstance(attendee, list):
        raise NotAnAnswer("not of one attendee")
    written = str(attendee).strip()
    if not written.lower().startswith(_MAILTO) or len(written) > _LONGEST_NAME:
        raise NotAnAnswer("an attendee without an address")
    at = _moment(event, "DTSTAMP")
    if at is None:
        raise NotAnAnswer("no moment at which it was given")
    return CalendarAnswer(
        uid=uid,
        sequence=_number(event.get("SEQUENCE")),
        starts_at=_moment(event, "DTSTART"),
        attendee=written[len(_MAILTO) :].strip().lower(),
        says=_says(attendee),
        at=at,
        comment=" ".join(_texts(event.get("COMMENT"))),
        counters=counters,
        proposed=_proposed(event) if counters else None,
    )


def _says(attendee: Any) -> Says:
    status = _word(attendee.params.get("PARTSTAT"))
    return Says(status) if status in set(Says) else Says.OTHER


def _single(event: Any, name: str) -> str:
    value = event.get(name)
    return "" if value is None or isinstance(value, list) else str(value)


def _word(value: Any) -> str:
    return "" if value is None or isinstance(value, list) else str(value).strip().upper()


def _texts(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        if each is not None:
            yield str(each)


def _number(value: Any) -> int | None:
    if value is None:
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        raise NotAnAnswer("a sequence that is no number") from None


def _moment(event: Any, name: str) -> datetime | None:
    """None where it is not said, cannot be read, or is a day only or a clock without a zone."""
    found = _value(event, name)
    if not isinstance(found, datetime) or found.tzinfo is None:
        return None
    try:
        return found.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _value(event: Any, name: str) -> Any:
    try:
        return event.get(name).dt
    except (AttributeError, ValueError):
        # There is none, there are several, or icalendar could not read it.
        return None


def _proposed(event: Any) -> Moments | None:
    starts_at, ends_at = _moment(event, "DTSTART"), _moment(event, "DTEND")
    if starts_at is None:
        return None
    duration = _value(event, "DURATION")
    if ends_at is None and isinstance(duration, timedelta):
        ends_at = starts_at + duration
    return Moments(starts_at, ends_at) if ends_at is not None and ends_at > starts_at else None
