"""Calendar entries, read again as a calendar reads them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from handlers.calendar.entry import Entry, Person, write
from handlers.calendar.zone_rule import component

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
MEETING = Entry(
    uid="abc@example.org",
    sequence=0,
    starts_at=datetime(2026, 9, 21, 10, 30, tzinfo=UTC),
    ends_at=datetime(2026, 9, 21, 13, 30, tzinfo=UTC),
    zone="Europe/Oslo",
    title="Møte i Faglig samarbeidsutvalg (FSU)",
    place="Eksempelsalen",
    text="Saksliste",
    at=NOW,
    organiser=Person("Eksempel Sekretær", "sekretar@example.org"),
    attendee=Person("Eksempel Medlem", "medlem@example.org"),
)


def _read(entry: Entry) -> tuple[Any, Any]:
    calendar = Calendar.from_ical(write(entry))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_meeting_is_asked_to() -> None:
    calendar, event = _read(MEETING)
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("abc@example.org", 0, "CONFIRMED")
    assert event.decoded("dtstart") == MEETING.starts_at
    assert event["DTSTART"].params["TZID"] == "Europe/Oslo"
    assert event.decoded("dtstart").hour == 12
    assert event.decoded("dtend") == MEETING.ends_at
    assert event.decoded("dtstamp") == NOW
    assert str(event["ORGANIZER"]) == "mailto:sekretar@example.org"
    assert event["ATTENDEE"].params["CN"] == "Eksempel Medlem"


def test_one_that_is_cancelled_is_taken_away() -> None:
    calendar, event = _read(MEETING._replace(cancelled=True, sequence=2))
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)


@pytest.mark.parametrize(
    "text",
    [
        'Sak 1; sak 2, og «3»\\n\nNy linje: {{ x }} <b> & "hermetegn"',
        "Æøå 👩🏽‍⚕️ " * 40,
        "Linje\r\nBEGIN:VEVENT\r\nUID:falsk",
        "x" * 400,
    ],
)
def test_text_comes_out_whole(text: str) -> None:
    written = write(MEETING._replace(title=text, place=text, text=text))
    lines = written.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)
    assert written.endswith(b"END:VCALENDAR\r\n")
    _calendar, event = _read(MEETING._replace(title=text, place=text, text=text))
    whole = text.replace("\r\n", "\n").strip()
    assert [str(event[name]) for name in ("SUMMARY", "LOCATION", "DESCRIPTION")] == [whole] * 3
    assert event["UID"] == "abc@example.org"


def test_what_is_invisible_stays_out() -> None:
    _calendar, event = _read(MEETING._replace(title="A\x0cB\x07C\x00"))
    assert str(event["SUMMARY"]) == "A\nBC"


def test_a_meeting_that_passes_midnight() -> None:
    _calendar, event = _read(MEETING._replace(ends_at=MEETING.starts_at + timedelta(hours=14)))
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(hours=14)
    assert event.decoded("dtend").date() == event.decoded("dtstart").date() + timedelta(days=1)


@pytest.mark.parametrize("zone", ["Europe/Oslo", "America/Nuuk", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("year", [2026, 2036, 2038, 2060])
def test_the_zone_is_told_by_its_rule_for_good(zone: str, year: int) -> None:
    written = component(zone)
    read = written.from_ical(written.to_ical()).to_tz()
    day = datetime(year, 1, 1, 12)
    for _week in range(52):
        assert day.replace(tzinfo=read).utcoffset() == day.replace(tzinfo=ZoneInfo(zone)).utcoffset(), day
        day += timedelta(days=7)


def test_the_zone_of_oslo() -> None:
    written = component("Europe/Oslo")
    assert written.to_ical().decode().split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Oslo",
        "BEGIN:DAYLIGHT",
        "DTSTART:19700329T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:19701025T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]
