"""A calendar that others fetch again and again (RFC 5545, with what RFC 7986 adds): many entries, written line by line.

The package `icalendar` takes twice the time that there is for two hundred of them (`bench/feed.py`), so it draws the
zones, and reads all of it back in the tests.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from unicodedata import is_normalized

from handlers.calendar.entry import PRODUCT, as_written
from handlers.calendar.zone_rule import component
from handlers.writing.text import visible

FOLDER = "kalender"
"""Where the addresses of such calendars begin on this server."""
REFRESHED = timedelta(hours=1)
"""How often calendars are asked to fetch it. Most do so when they like."""
_OCTETS = 75


class Event(NamedTuple):
    """An entry: a meeting, or a deadline.

    `begins`, `ends`: moments, or local days for what takes whole days (the last one belongs to it); `ends` None: it is
    a moment only. `busy`: the time is taken. `url`: where one joins it.
    """

    uid: str
    sequence: int
    title: str
    begins: datetime | date
    ends: datetime | date | None = None
    zone: str = "Europe/Oslo"
    place: str = ""
    text: str = ""
    url: str = ""
    busy: bool = False
    cancelled: bool = False


def write(name: str, events: Iterable[Event], at: datetime) -> bytes:
    """The calendar: UTF-8, lines that end in CRLF and are folded at 75 octets.

    Args:
        name: what calendars call it.
        at: since when what is in it is so.
    """
    hours = f"PT{REFRESHED // timedelta(hours=1)}H"
    called = _escaped(name)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{called}",
        f"X-WR-CALNAME:{called}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{hours}",
        f"X-PUBLISHED-TTL:{hours}",
    ]
    stamp, zones, entries = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}", dict[str, None](), list[str]()
    for event in events:
        entries += _event(event, stamp, zones)
    drawn = b"".join(map(_zone, zones))
    return _folded(lines) + drawn + _folded([*entries, "END:VCALENDAR"])


def _event(event: Event, stamp: str, zones: dict[str, None]) -> Iterator[str]:
    """Its lines. The zones that they name are noted in `zones`."""
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(event.uid)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{stamp}"
    yield from _time(event, zones)
    yield f"SUMMARY:{_escaped(event.title)}"
    if event.place:
        yield f"LOCATION:{_escaped(event.place)}"
    if event.text:
        yield f"DESCRIPTION:{_escaped(event.text)}"
    if event.url:
        # An address is no text: nothing in it is escaped, and nothing in it may end the line.
        yield f"URL:{''.join(event.url.split())}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield f"TRANSP:{'OPAQUE' if event.busy and not event.cancelled else 'TRANSPARENT'}"
    yield "END:VEVENT"


def _time(event: Event, zones: dict[str, None]) -> Iterator[str]:
    begins, ends = event.begins, event.ends
    if not isinstance(begins, datetime):
        yield f"DTSTART;VALUE=DATE:{begins:%Y%m%d}"
        # The end stands outside, also where it is a day.
        yield f"DTEND;VALUE=DATE:{(ends or begins) + timedelta(days=1):%Y%m%d}"
        return
    moments = [begins] if ends is None or not isinstance(ends, datetime) else [begins, ends]
    for name, moment in zip(("DTSTART", "DTEND"), as_written(event.zone, *moments), strict=False):
        if moment.tzinfo is UTC:
            yield f"{name}:{moment:%Y%m%dT%H%M%SZ}"
        else:
            zones[event.zone] = None
            yield f"{name};TZID={event.zone}:{moment:%Y%m%dT%H%M%S}"


def _escaped(text: str) -> str:
    """A text as a property holds it (RFC 5545, 3.3.11), with nothing in it that cannot be seen."""
    # Nearly every text is clean already, which is known ten times as fast.
    if not (text.replace("\n", "").isprintable() and is_normalized("NFC", text)):
        text = visible(text)
    escaped = text.strip().replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


@cache
def _zone(zone: str) -> bytes:
    return bytes(component(zone).to_ical())


def _folded(lines: Iterable[str]) -> bytes:
    """Content lines (RFC 5545, 3.1): no longer than 75 octets, and none broken within a character."""
    return b"".join(map(_fold, lines))


def _fold(line: str) -> bytes:
    octets = line.encode()
    if len(octets) <= _OCTETS:
        return octets + b"\r\n"
    parts, start, room = [], 0, _OCTETS
    while len(octets) - start > room:
        end = start + room
        # An octet that goes on with a character begins with the bits 10.
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(octets[start:end])
        start, room = end, _OCTETS - 1
    return b"\r\n ".join([*parts, octets[start:]]) + b"\r\n"
