"""Calendar entries: each occurrence by itself, at local time."""

from datetime import datetime

import pytest

from handlers.papers.reading.blocks import Occurrence
from handlers.papers.reading.calendar import MOST_OF_A_SERIES, read_entries
from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.reader import read


def calendar(*events: str, before: str = "", after: str = "") -> bytes:
    """Lines that end as the format says; each event's lines are separated by spaces in pairs here."""
    inside = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Eksempel//NO\n{before}{inside}{after}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def found(content: bytes) -> tuple[Occurrence, ...]:
    return read("plan.ics", content).occurrences


def starts(content: bytes) -> list[str]:
    return [f"{each.begins:%d.%m.%y %H:%M}" for each in found(content)]


@pytest.mark.parametrize(
    "start",
    [
        "DTSTART;TZID=Europe/Oslo:20260312T123000",
        "DTSTART;TZID=W. Europe Standard Time:20260312T123000",
        'DTSTART;TZID="(UTC+01:00) Amsterdam, Berlin, Bern":20260312T123000',
        "DTSTART:20260312T123000",
        "DTSTART:20260312T113000Z",
        "DTSTART;TZID=Finnes ikke:20260312T123000",
        "DTSTART;TZID=GMT Standard Time:20260312T113000",
    ],
)
def test_a_zone_is_read_however_it_is_written_and_none_is_local_time(start: str) -> None:
    content = calendar(
        f"UID:1\nSUMMARY:FSU\\, ordinært møte\n{start}\nDURATION:PT2H\nLOCATION:Rådhuset\\; sal 1\nDESCRIPTION:Sak\\n1"
    )
    assert found(content) == (
        Occurrence(
            "FSU, ordinært møte",
            datetime(2026, 3, 12, 12, 30),
            datetime(2026, 3, 12, 14, 30),
            "Rådhuset; sal 1",
            "Sak\n1",
        ),
    )


def test_a_mark_at_the_beginning_and_letters_of_windows_keep_nothing_from_being_read() -> None:
    content = calendar("UID:1\nSUMMARY:Møte på Ås\nDTSTART:20260312T120000")
    for changed in (b"\xef\xbb\xbf" + content, content.decode().encode("cp1252"), content.decode().encode("utf-16")):
        assert [each.title for each in found(changed)] == ["Møte på Ås"]


def test_whole_days_begin_at_midnight_and_have_no_end() -> None:
    content = calendar("UID:1\nSUMMARY:Konferanse\nDTSTART;VALUE=DATE:20260312\nDTEND;VALUE=DATE:20260314")
    assert found(content) == (Occurrence("Konferanse", datetime(2026, 3, 12)),)


def test_a_series_with_one_moved_one_taken_out_and_one_cancelled() -> None:
    content = calendar(
        "UID:1\nSUMMARY:AU\nDTSTART;TZID=Europe/Oslo:20260305T090000\nDTEND;TZID=Europe/Oslo:20260305T100000\n"
        "RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=TH\nEXDATE;TZID=Europe/Oslo:20260312T090000",
        "UID:1\nSUMMARY:AU (flyttet)\nRECURRENCE-ID;TZID=Europe/Oslo:20260319T090000\nDTSTART:20260320T130000",
        "UID:1\nSUMMARY:AU\nRECURRENCE-ID:20260326T090000\nDTSTART:20260326T090000\nSTATUS:CANCELLED",
    )
    assert [(f"{each.begins:%d.%m %H:%M}", each.title, each.cancelled) for each in found(content)] == [
        ("05.03 09:00", "AU", False),
        ("20.03 13:00", "AU (flyttet)", False),
        ("26.03 09:00", "AU", True),
        ("02.04 09:00", "AU", False),
    ]


def test_a_series_keeps_its_hour_when_the_clock_is_changed() -> None:
    content = calendar("UID:1\nSUMMARY:AU\nDTSTART:20260325T090000Z\nRRULE:FREQ=WEEKLY;UNTIL=20260401T220000Z")
    assert starts(content) == ["25.03.26 10:00", "01.04.26 10:00"]
    until_a_day = calendar(
        "UID:1\nSUMMARY:AU\nDTSTART:20260325T090000\nRRULE:FREQ=MONTHLY;UNTIL=20260525\nRDATE:20260601T090000"
    )
    assert starts(until_a_day) == ["25.03.26 09:00", "25.04.26 09:00", "25.05.26 09:00", "01.06.26 09:00"]


def test_a_series_without_an_end_is_followed_for_two_years_and_no_series_for_ever() -> None:
    endless = read("plan.ics", calendar("UID:1\nSUMMARY:AU\nDTSTART:20260305T090000\nRRULE:FREQ=MONTHLY;BYDAY=1TH"))
    assert len(endless.occurrences) == 25
    assert endless.warnings == ("series_cut",)
    each_day = read(
        "plan.ics", calendar("UID:1\nSUMMARY:AU\nDTSTART:20260305T090000\nRRULE:FREQ=MINUTELY;COUNT=999999")
    )
    assert len(each_day.occurrences) == MOST_OF_A_SERIES
    assert each_day.warnings == ("series_cut",)


def test_a_meeting_that_ends_before_it_begins_is_turned_around_and_said() -> None:
    paper = read("plan.ics", calendar("UID:1\nSUMMARY:FSU\nDTSTART:20260312T140000\nDTEND:20260312T120000"))
    assert paper.occurrences == (Occurrence("FSU", datetime(2026, 3, 12, 12), datetime(2026, 3, 12, 14)),)
    assert paper.warnings == ("swapped_times",)


def test_what_is_cancelled_says_so_in_several_ways() -> None:
    event = "UID:1\nDTSTART:20260312T140000\nSUMMARY:"
    assert [each.cancelled for each in found(calendar(f"{event}Avlyst: FSU", f"{event}FSU"))] == [True, False]
    assert [each.cancelled for each in found(calendar(f"{event}FSU", before="METHOD:CANCEL\n"))] == [True]


def test_an_entry_whose_date_cannot_be_read_is_left_out_and_said() -> None:
    paper = read(
        "plan.ics",
        calendar("UID:1\nSUMMARY:Ødelagt\nDTSTART:20261345T120000", "UID:2\nSUMMARY:FSU\nDTSTART:20260312T120000"),
    )
    assert [each.title for each in paper.occurrences] == ["FSU"]
    assert paper.warnings == ("event_without_date",)


def test_several_calendars_in_a_file_are_read_in_order_of_time() -> None:
    first = calendar("UID:1\nSUMMARY:Sist\nDTSTART:20260412T120000")
    second = calendar("UID:2\nSUMMARY:Først\nDTSTART:20260312T120000")
    assert [each.title for each in found(first + second)] == ["Først", "Sist"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (calendar(), Why.EMPTY),
        (b"BEGIN:VCALENDAR\r\nnoe helt annet\r\n", Why.DAMAGED),
        (calendar("UID:1\nSUMMARY:x\nDTSTART:20260312T120000")[:90], Why.DAMAGED),
    ],
)
def test_a_calendar_without_meetings_says_what_to_do(content: bytes, why: Why) -> None:
    with pytest.raises(CannotRead, match="Eksporter kalenderen på nytt") as error:
        read("plan.ics", content)
    assert error.value.why is why


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY;BYDAY=MO",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=28",
        "FREQ=WEEKLY;BYMONTHDAY=12",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20270101",
        "FREQ=OFTE",
    ],
)
def test_a_series_by_which_nobody_meets_is_its_first_entry(rule: str) -> None:
    paper = read("plan.ics", calendar(f"UID:1\nSUMMARY:AU\nDTSTART:20260305T090000\nRRULE:{rule}"))
    assert [each.begins for each in paper.occurrences] == [datetime(2026, 3, 5, 9)]
    assert paper.warnings == ("series_not_understood",)


def test_many_such_series_are_not_all_looked_for() -> None:
    event = "UID:{}\nSUMMARY:AU\nDTSTART:20260305T090000\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
    assert len(read("plan.ics", calendar(*(event.format(number) for number in range(300)))).occurrences) == 300


def test_a_series_of_long_ago_is_followed_to_the_days_that_are_asked_for() -> None:
    content = calendar("UID:1\nSUMMARY:AU\nDTSTART:20100104T090000\nRRULE:FREQ=WEEKLY")
    found = read_entries(content, (datetime(2026, 1, 1), datetime(2026, 1, 31)))
    # With its first, which stands in the entry itself.
    assert [f"{each.occurrence.begins:%d.%m.%y}" for each in found.entries] == [
        "04.01.10",
        "05.01.26",
        "12.01.26",
        "19.01.26",
        "26.01.26",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "DTEND:99991231T235959Z",
        "DURATION:P999999999D",
        "RRULE:FREQ=OFTE",
        "EXDATE:20261345T120000",
        "RRULE:FREQ=WEEKLY;COUNT=1;UNTIL=99991231T235959Z",
    ],
)
def test_what_cannot_be_reckoned_with_in_an_entry_leaves_its_begin(line: str) -> None:
    occurrences = found(calendar(f"UID:1\nSUMMARY:AU\nDTSTART:20260305T090000\n{line}"))
    assert [(each.begins, each.ends) for each in occurrences] == [(datetime(2026, 3, 5, 9), None)]


def test_an_entry_of_no_year_is_left_out() -> None:
    assert starts(calendar("UID:1\nDTSTART:99991231T235959Z", "UID:2\nDTSTART:20260305T090000")) == ["05.03.26 09:00"]
