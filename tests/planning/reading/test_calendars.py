"""A meeting plan as a calendar that Outlook or Google exported."""

from datetime import date, time

import pytest

from handlers.papers.reading.cannot import CannotRead, Why
from handlers.planning.planned import Status, Wrong
from handlers.planning.reading.calendars import MAX_ENTRIES
from tests.papers.reading.test_calendar import calendar
from tests.planning.reading.shown import problems, read, rows, text, wrong

MEETING = (
    "UID:1\nSUMMARY:FSU\\, ordinært\n{start}\nDTEND;TZID=W. Europe Standard Time:20260122T153000\n"
    "LOCATION:Rådhuset\\; sal 1"
)

OF_OUTLOOK = (
    "BEGIN:VCALENDAR\r\nPRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\n"
    "X-WR-CALNAME:Møteplan FSU\r\nBEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\nBEGIN:STANDARD\r\n"
    "DTSTART:16010101T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
    "END:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n"
    "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
    "BEGIN:VEVENT\r\nCLASS:PUBLIC\r\nDTSTART;TZID=\"W. Europe Standard Time\":20260129T130000\r\n"
    "DTEND;TZID=\"W. Europe Standard Time\":20260129T153000\r\nDTSTAMP:20251127T120000Z\r\n"
    "RRULE:FREQ=MONTHLY;COUNT=12;BYDAY=-1TH\r\nEXDATE;TZID=\"W. Europe Standard Time\":20260730T130000\r\n"
    "LOCATION:Rådhuset\r\nSUMMARY;LANGUAGE=nb-no:FSU\r\nUID:040000008200E0\r\nSEQUENCE:0\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nDTSTART;TZID=\"W. Europe Standard Time\":20260303T090000\r\n"
    "DTEND;TZID=\"W. Europe Standard Time\":20260303T113000\r\nDTSTAMP:20251127T120000Z\r\n"
    "RECURRENCE-ID;TZID=\"W. Europe Standard Time\":20260226T130000\r\nLOCATION:Teams\r\nSUMMARY:FSU\r\n"
    "UID:040000008200E0\r\nSEQUENCE:1\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nDTSTART;TZID=\"W. Europe Standard Time\":20261029T130000\r\n"
    "DTEND;TZID=\"W. Europe Standard Time\":20261029T153000\r\nDTSTAMP:20251127T120000Z\r\n"
    "RECURRENCE-ID;TZID=\"W. Europe Standard Time\":20261029T130000\r\nSTATUS:CANCELLED\r\nSUMMARY:Avlyst: FSU\r\n"
    "UID:040000008200E0\r\nSEQUENCE:2\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
).encode()  # fmt: skip


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n"])
def test_a_series_with_one_moved_one_taken_out_and_one_cancelled_as_outlook_exports_it(before: bytes) -> None:
    plan = read("kalender.ics", before + OF_OUTLOOK, year=None, today=date(2025, 11, 27))
    assert rows(plan) == [
        "FSU 29.01.26 13.00-15.30 @Rådhuset",
        "FSU 03.03.26 09.00-11.30 @Teams moved fra 26.02",
        "FSU 26.03.26 13.00-15.30 @Rådhuset",
        "FSU 30.04.26 13.00-15.30 @Rådhuset",
        "FSU 28.05.26 13.00-15.30 @Rådhuset",
        "FSU 25.06.26 13.00-15.30 @Rådhuset",
        "FSU 27.08.26 13.00-15.30 @Rådhuset",
        "FSU 24.09.26 13.00-15.30 @Rådhuset",
        "FSU 29.10.26 13.00-15.30 cancelled",
        "FSU 26.11.26 13.00-15.30 @Rådhuset",
        "FSU 31.12.26 13.00-15.30 @Rådhuset",
    ]
    assert (plan.kind, plan.title, plan.year, plan.problems, plan.notes) == ("ics", "Møteplan FSU", 2026, (), ())
    assert {each.uid for each in plan.rows} == {"040000008200E0"}
    assert plan.rows[0].where == "oppføringen «FSU» 29. jan. 2026"


@pytest.mark.parametrize(
    ("start", "unknown"),
    [
        ("DTSTART;TZID=Europe/Oslo:20260122T123000", False),
        ("DTSTART;TZID=W. Europe Standard Time:20260122T123000", False),
        ("DTSTART:20260122T113000Z", False),
        ("DTSTART:20260122T123000", False),
        ("DTSTART;TZID=Mangler:20260122T123000", True),
    ],
)
def test_a_zone_that_nothing_tells_of_is_said_and_none_is_local_time(start: str, unknown: bool) -> None:
    plan = read("plan.ics", calendar(MEETING.format(start=start)))
    assert rows(plan) == ["FSU, ordinært 22.01.26 12.30-15.30 @Rådhuset; sal 1"]
    assert wrong(plan) == ([(Wrong.NO_ZONE, "oppføringen «FSU, ordinært» 22. jan. 2026")] if unknown else [])
    assert not unknown or "«Mangler» er ukjent" in plan.problems[0].text


def test_whole_days_have_no_times_and_what_goes_over_midnight_no_end() -> None:
    plan = read(
        "plan.ics",
        calendar(
            "UID:1\nSUMMARY:PM\nDTSTART;VALUE=DATE:20260530\nDTEND;VALUE=DATE:20260531",
            "UID:2\nSUMMARY:SSU\nDTSTART:20260922T120000\nDTEND:20260923T140000",
        ),
    )
    assert rows(plan) == ["PM 30.05.26", "SSU 22.09.26 12.00"]
    assert plan.notes == (
        "Oppføringen «SSU» 22. sep. 2026: Den går over flere dager. Jeg har tatt med den første, uten sluttid.",
    )


def test_an_end_before_its_start_is_turned_around_and_said() -> None:
    plan = read("plan.ics", calendar("UID:1\nSUMMARY:FSU\nDTSTART:20260122T153000\nDTEND:20260122T123000"))
    assert rows(plan) == ["FSU 22.01.26 12.30-15.30"]
    assert problems(plan) == [
        (
            Wrong.ENDS_BEFORE,
            "Oppføringen «FSU» 22. jan. 2026: Slutten står før begynnelsen. Jeg har byttet om på dem. Sjekk at det er "
            "riktig.",
        )
    ]


def test_a_series_keeps_its_hour_and_is_followed_through_the_year_only() -> None:
    endless = calendar(
        "UID:1\nSUMMARY:AU\nDTSTART;TZID=Europe/Oslo:20180108T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=MO"
    )
    plan = read("plan.ics", endless, year=2026)
    assert len(plan.rows) == 52
    assert {(each.begins, each.ends) for each in plan.rows} == {(time(9), time(10))}
    assert (plan.rows[0].day, plan.rows[-1].day) == (date(2026, 1, 5), date(2026, 12, 28))


def test_the_year_is_that_of_most_and_the_others_are_said() -> None:
    content = calendar(
        "UID:1\nSUMMARY:FSU\nDTSTART:20250122T120000",
        "UID:2\nSUMMARY:FSU\nDTSTART:20260122T120000",
        "UID:3\nSUMMARY:FSU\nDTSTART:20260305T120000",
        "UID:4\nSUMMARY:FSU\nDTSTART:20270122T120000",
    )
    plan = read("plan.ics", content, year=None, today=date(2025, 11, 27))
    assert (rows(plan), plan.year) == (["FSU 22.01.26 12.00", "FSU 05.03.26 12.00"], 2026)
    assert plan.notes == (
        "Fra andre år er ikke tatt med: 2025 (1), 2027 (1). Skriv årstallet hvis det er et av dem planen gjelder.",
    )
    assert rows(read("plan.ics", content, year=2025)) == ["FSU 22.01.25 12.00"]
    # One of long ago is read as that.
    assert read("plan.ics", content, year=None, today=date(2031, 1, 1)).year == 2027


def test_the_latest_version_of_an_entry_counts_and_the_same_twice_is_said() -> None:
    plan = read(
        "plan.ics",
        calendar(
            "UID:1\nSEQUENCE:0\nSUMMARY:FSU\nDTSTART:20260122T120000",
            "UID:1\nSEQUENCE:2\nSUMMARY:FSU\nDTSTART:20260129T120000",
            "UID:2\nSUMMARY:AU\nDTSTART:20260305T090000",
            "UID:3\nSUMMARY:AU\nDTSTART:20260305T090000",
        ),
    )
    assert rows(plan) == ["FSU 29.01.26 12.00", "AU 05.03.26 09.00"]
    assert wrong(plan) == [(Wrong.TWICE, "oppføringen «AU» 5. mars 2026")]


def test_what_is_cancelled_says_so_in_several_ways() -> None:
    plan = read(
        "plan.ics",
        calendar(
            "UID:1\nSUMMARY:Avlyst: FSU\nDTSTART:20260122T120000",
            "UID:2\nSUMMARY:FSU\nDTSTART:20260123T120000\nSTATUS:CANCELLED",
            "UID:3\nSUMMARY:Canceled: FSU\nDTSTART:20260124T120000",
        ),
    )
    assert [(each.committee, each.status) for each in plan.rows] == [("FSU", Status.CANCELLED)] * 3


def test_entries_that_cannot_be_read_are_said() -> None:
    plan = read(
        "plan.ics",
        calendar(
            "UID:1\nSUMMARY:Ødelagt\nDTSTART:20261345T120000",
            "UID:2\nSUMMARY:FSU\nDTSTART:20260122T120000\nRRULE:FREQ=HOURLY;BYDAY=MO",
            "UID:3\nSUMMARY:AU\nDTSTART:20260122T090000\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=28;COUNT=5",
        ),
    )
    assert rows(plan) == ["AU 22.01.26 09.00", "FSU 22.01.26 12.00"]
    assert wrong(plan) == [(Wrong.NOT_UNDERSTOOD, "kalenderen"), (Wrong.NO_DATE, "kalenderen")]


def test_a_series_without_bounds_is_cut_and_that_is_said() -> None:
    plan = read("plan.ics", calendar("UID:1\nSUMMARY:AU\nDTSTART:20260101T000000\nRRULE:FREQ=MINUTELY;COUNT=999999"))
    assert len(plan.rows) == 200
    assert wrong(plan) == [(Wrong.TOO_MANY, "kalenderen")]


def test_a_whole_mailboxs_calendar_is_refused_before_it_is_read() -> None:
    one = "UID:{}\nSUMMARY:x\nDTSTART:20260122T120000"
    content = calendar(*(one.format(number) for number in range(MAX_ENTRIES + 1)))
    for written in (content, content.decode().encode("utf-16")):
        with pytest.raises(CannotRead, match="mer enn 2000 oppføringer") as error:
            read("plan.ics", written)
        assert error.value.why is Why.TOO_LARGE


def test_a_calendar_can_be_pasted_and_a_file_that_only_says_it_is_one_is_refused() -> None:
    assert rows(text(OF_OUTLOOK.decode()))[0] == "FSU 29.01.26 13.00-15.30 @Rådhuset"
    with pytest.raises(CannotRead, match="Eksporter kalenderen på nytt"):
        read("plan.ics", b"FSU 25/1")
