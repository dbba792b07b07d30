"""A calendar entry (.ics, RFC 5545 and 5546), which a calendar takes in as a meeting that it was asked to.

Outlook makes a second entry of a file that is opened again, whatever its UID, unless it is a request (METHOD:REQUEST)
with a higher SEQUENCE; one that is cancelled is taken away by METHOD:CANCEL, and only struck through, or nothing at
all, by STATUS:CANCELLED alone.
"""

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers.calendar.zone_rule import component
from handlers.writing.text import visible

PRODUCT = "-//helsefellesskap-bot//NONSGML v1.0//NO"


class Person(NamedTuple):
    """Somebody in an entry, with their e-mail address."""

    name: str
    email: str


class Entry(NamedTuple):
    """A meeting.

    `uid`: the same for as long as it is the same meeting. `sequence`: goes up with each change of its time or place.
    `at`: when this is written (UTC). `answers`: whether an answer that is given in the calendar is read.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    place: str
    text: str
    at: datetime
    organiser: Person | None = None
    attendee: Person | None = None
    cancelled: bool = False
    answers: bool = False


def write(entry: Entry) -> bytes:
    """The file: UTF-8, lines that end in CRLF and are folded at 75 octets."""
    from icalendar import Calendar, Event, vCalAddress  # noqa: PLC0415 - takes a while to import

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method(entry))
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.at.astimezone(UTC))
    calendar.add_component(component(entry.zone))
    for name, moment in zip(("dtstart", "dtend"), as_written(entry.zone, entry.starts_at, entry.ends_at), strict=True):
        event.add(name, moment)
    event.add("summary", visible(entry.title))
    if entry.place:
        event.add("location", visible(entry.place))
    if entry.text:
        event.add("description", visible(entry.text))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    for name, person in (("organizer", entry.organiser), ("attendee", entry.attendee)):
        if person is not None:
            address = vCalAddress(f"mailto:{person.email}")
            address.params["CN"] = visible(person.name).replace('"', "'")
            if name == "attendee":
                # Elsewhere they answer in the bot, which does not read e-mail.
                address.params["RSVP"] = "TRUE" if entry.answers and not entry.cancelled else "FALSE"
                address.params["ROLE"] = "REQ-PARTICIPANT"
                address.params["PARTSTAT"] = "NEEDS-ACTION"
            event.add(name, address)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def as_written(zone: str, *moments: datetime) -> list[datetime]:
    """Moments that belong together, as calendars read them without doubt: in the zone of the meeting, and in UTC where
    the clock there shows one of them twice (the night when it is set back) and this is the second time: a calendar
    takes it for the first (RFC 5545, 3.3.5)."""
    own = ZoneInfo(zone)
    local = [moment.astimezone(own) for moment in moments]
    return [moment.astimezone(UTC) for moment in moments] if any(moment.fold for moment in local) else local


def method(entry: Entry) -> str:
    """What a calendar is to do with it."""
    return "CANCEL" if entry.cancelled else "REQUEST"
