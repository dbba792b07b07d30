"""A calendar that others fetch, read back: by `icalendar`, by `recurring_ical_events`, and as text by the rules."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from icalendar import Event as Written

from handlers.calendar.feed import Event, write
from handlers.calendar.zone_rule import component
from handlers.writing.text import visible

AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")
AUTUMN = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
"""The clock shows 01.30, and then 02.30 twice."""
SPRING = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
"""The clock shows 01.30, and an hour later 03.30."""
_CONTENT = re.compile(r"[A-Z][A-Z-]*(;[A-Z][A-Z-]*=[^\x00-\x1f\";:,]+)*:[^\x00-\x08\x0a-\x1f\x7f]*")


def drawn(*events: Event, name: str = "Møter") -> bytes:
    return write(name, events, AT)


def read(file: bytes) -> Sequence[Any]:
    return Calendar.from_ical(file.decode()).walk("VEVENT")


def meeting(starts_at: datetime, hours: float = 2, **more: Any) -> Event:
    return Event(
        **{
            "uid": "abc@example.org",
            "sequence": 0,
            "title": "Møte",
            "begins": starts_at,
            "ends": starts_at + timedelta(hours=hours),
            **more,
        }
    )


def breaks_the_rules(file: bytes) -> list[str]:
    """What is wrong with a file by RFC 5545, 3.1 to 3.4, read as text."""
    wrong = []
    if not file.endswith(b"\r\n"):
        wrong.append("the last line does not end")
    if b"\n" in file.replace(b"\r\n", b"") or b"\r" in file.replace(b"\r\n", b""):
        wrong.append("a line ends otherwise than with CRLF")
    for line in file.split(b"\r\n"):
        if len(line) > 75:
            wrong.append(f"{len(line)} octets in a line")
        try:
            line.decode()
        except UnicodeDecodeError:
            wrong.append("a line is broken within a character")
    lines = file.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
    wrong += [f"no content line: {line[:60]!r}" for line in lines if not _CONTENT.fullmatch(line)]
    open_parts: list[str] = []
    for line in lines:
        kind, _colon, what = line.partition(":")
        if kind == "BEGIN":
            open_parts.append(what)
        elif kind == "END" and (not open_parts or open_parts.pop() != what):
            wrong.append(f"END:{what} ends nothing")
        elif kind.partition(";")[0] in ("SUMMARY", "LOCATION", "DESCRIPTION", "X-WR-CALNAME", "NAME"):
            bare = re.sub(r"\\[\\;,n]", "", what)
            wrong += [f"not escaped: {line[:60]!r}"] if re.search(r"[\\;,]", bare) else []
    return wrong + open_parts


TEXTS = st.text(max_size=120) | st.sampled_from(
    [
        "a;b,c\\d\\n",
        "Linje\r\nBEGIN:VEVENT\r\nUID:falsk",
        "æøå " * 40,
        "👩🏽‍⚕️" * 30,
        "\x00\x0b\x0c\x1b\u2028\u2029\x85\ufeff",
        "x" * 400,
        "",
    ]
)


@settings(max_examples=60, deadline=None)
@given(title=TEXTS, place=TEXTS, text=TEXTS, name=TEXTS)
def test_texts_come_out_whole_and_nothing_else_does(title: str, place: str, text: str, name: str) -> None:
    file = drawn(meeting(AT, title=title, place=place, text=text), name=name)
    assert not breaks_the_rules(file)
    (event,) = read(file)
    assert str(event["SUMMARY"]) == visible(title)
    assert str(event.get("LOCATION", "")) == visible(place)
    assert str(event.get("DESCRIPTION", "")) == visible(text)
    assert event["UID"] == "abc@example.org"


def test_what_the_text_rules_find() -> None:
    good = drawn(meeting(AT, title="a;b"))
    assert not breaks_the_rules(good)
    for bad in (
        good.replace(b"\r\n", b"\n"),
        good.replace(b"a\\;b", b"a;b"),
        good.replace(b"SUMMARY", b"Summary"),
        good.replace(b"END:VEVENT\r\n", b""),
        good.replace(b"Z\r\nDTSTART", b"Z" + b"x" * 80 + b"\r\nDTSTART"),
        good[:-2],
    ):
        assert breaks_the_rules(bad), bad


@settings(max_examples=150, deadline=None)
@given(
    starts_at=st.datetimes(datetime(2024, 1, 1), datetime(2045, 1, 1)).map(
        lambda found: found.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
    minutes=st.integers(0, 600),
    zone=st.sampled_from(["Europe/Oslo", "America/New_York", "Asia/Kathmandu", "UTC"]),
)
@example(AUTUMN, 0, "Europe/Oslo")
@example(AUTUMN + timedelta(hours=1), 60, "Europe/Oslo")
@example(AUTUMN + timedelta(hours=1), 15, "Europe/Oslo")
@example(AUTUMN + timedelta(hours=2), 15, "Europe/Oslo")
@example(SPRING, 60, "Europe/Oslo")
@example(SPRING + timedelta(hours=1), 30, "Europe/Oslo")
@example(datetime(2040, 10, 28, 0, 30, tzinfo=UTC), 60, "Europe/Oslo")
@example(datetime(2040, 7, 2, 7, 0, tzinfo=UTC), 150, "Europe/Oslo")
def test_every_meeting_is_when_it_is(starts_at: datetime, minutes: int, zone: str) -> None:
    """As two libraries read it, by the zone that stands in the file: also in both nights when the clock is put, and
    after 2037."""
    ends_at = starts_at + timedelta(minutes=minutes)
    file = drawn(meeting(starts_at, minutes / 60, zone=zone))
    assert not breaks_the_rules(file)
    (event,) = read(file)
    # In UTC: Python takes no clock that shows twice for the same as another zone's (PEP 495).
    assert event.decoded("dtstart").astimezone(UTC) == starts_at
    assert event.decoded("dtend").astimezone(UTC) == ends_at
    calendar = Calendar.from_ical(file.decode())
    # By the rule in the file, whatever the reader's own knowledge of the zone.
    for told in calendar.walk("VTIMEZONE"):
        rule, local = told.to_tz(lookup_tzid=False), event["DTSTART"].dt.replace(tzinfo=None)
        if "TZID" in event["DTSTART"].params:
            assert local.replace(tzinfo=rule).astimezone(UTC) == starts_at
    day = starts_at.date()
    found = recurring_ical_events.of(calendar).between(day - timedelta(days=2), day + timedelta(days=3))
    assert [(each.start.astimezone(UTC), each.end.astimezone(UTC)) for each in found] == [(starts_at, ends_at)]


def test_the_night_when_the_clock_is_set_back() -> None:
    """02.30 comes twice, and the two are told apart."""
    first, second = AUTUMN + timedelta(hours=1), AUTUMN + timedelta(hours=2)
    assert first.astimezone(OSLO).time() == second.astimezone(OSLO).time()
    assert b"DTSTART;TZID=Europe/Oslo:20261025T023000" in drawn(meeting(first, 0.25))
    assert b"DTSTART:20261025T013000Z\r\nDTEND:20261025T014500Z" in drawn(meeting(second, 0.25))


def test_a_deadline_is_a_moment_and_a_day_takes_all_of_it() -> None:
    (moment, day) = read(
        drawn(
            Event("a@example.org", 2, "Frist", AT),
            Event("b@example.org", 0, "Dag", date(2026, 12, 31)),
        )
    )
    assert (moment.decoded("dtstart"), "DTEND" in moment, moment["SEQUENCE"]) == (AT, False, 2)
    assert moment["TRANSP"] == "TRANSPARENT"
    assert (day.decoded("dtstart"), day.decoded("dtend")) == (date(2026, 12, 31), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("busy", "cancelled", "status", "transparent"),
    [
        (True, False, "CONFIRMED", "OPAQUE"),
        (False, False, "CONFIRMED", "TRANSPARENT"),
        (True, True, "CANCELLED", "TRANSPARENT"),
    ],
)
def test_whether_it_is_held(busy: bool, cancelled: bool, status: str, transparent: str) -> None:
    (event,) = read(drawn(meeting(AT, busy=busy, cancelled=cancelled)))
    assert (event["STATUS"], event["TRANSP"]) == (status, transparent)


def test_an_address_ends_no_line() -> None:
    file = drawn(meeting(AT, url="https://example.org/a;b,c?d=e\r\nATTENDEE:falsk"))
    assert not breaks_the_rules(file)
    (event,) = read(file)
    assert event["URL"] == "https://example.org/a;b,c?d=eATTENDEE:falsk"
    assert "ATTENDEE" not in event


def test_how_often_it_is_fetched_and_what_it_is_called() -> None:
    file = drawn(name="Møter; frister, og mer")
    calendar = Calendar.from_ical(file.decode())
    assert (calendar["METHOD"], calendar["VERSION"], calendar["CALSCALE"]) == ("PUBLISH", "2.0", "GREGORIAN")
    assert b"X-WR-CALNAME:M\xc3\xb8ter\\; frister\\, og mer\r\n" in file
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n" in file
    assert not breaks_the_rules(file)
    assert not calendar.walk("VTIMEZONE"), "no entry names a zone"


def test_it_says_what_the_package_says() -> None:
    """The same entries, put together by `icalendar`."""
    events = [meeting(AT + timedelta(days=day), title=f"Møte; {day}, «æ»", place="Sal\\A") for day in range(5)]
    theirs = Calendar()
    theirs.add_component(component("Europe/Oslo"))
    for each in events:
        event = Written()
        event.add("uid", each.uid)
        event.add("dtstart", each.begins.astimezone(OSLO))  # type: ignore[attr-defined]
        event.add("dtend", each.ends.astimezone(OSLO))  # type: ignore[union-attr]
        event.add("summary", each.title)
        event.add("location", each.place)
        theirs.add_component(event)
    ours = Calendar.from_ical(drawn(*events).decode())
    for mine, their in zip(ours.walk("VEVENT"), theirs.walk("VEVENT"), strict=True):
        for name in ("uid", "dtstart", "dtend", "summary", "location"):
            assert mine[name].to_ical() == their[name].to_ical(), name
            assert dict(mine[name].params) == dict(their[name].params), name
    assert [each.to_ical() for each in ours.walk("VTIMEZONE")] == [each.to_ical() for each in theirs.walk("VTIMEZONE")]
