"""Offsets back from a moment, across both nights when the clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.meetings.offsets import Offset

OSLO = ZoneInfo("Europe/Oslo")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("offset", "moment", "expected"),
    [
        ("7d", "2026-12-03 13:00", "2026-11-26 13:00"),
        ("14d 12:00", "2026-12-03 13:00", "2026-11-19 12:00"),
        # The clock goes back on 25 October 2026 and forward on 28 March 2027: the wall clock stays.
        ("1d 09:00", "2026-10-26 08:00", "2026-10-25 09:00"),
        ("7d", "2026-10-29 13:00", "2026-10-22 13:00"),
        ("7d", "2027-04-01 13:00", "2027-03-25 13:00"),
        # Elapsed time is elapsed time.
        ("2h", "2026-12-03 13:00", "2026-12-03 11:00"),
        ("30m", "2026-12-03 13:00", "2026-12-03 12:30"),
    ],
)
def test_an_offset_on_the_wall_clock(offset: str, moment: str, expected: str) -> None:
    assert Offset.parse(offset).before(local(moment), OSLO) == local(expected).astimezone(UTC)


def test_elapsed_hours_cross_the_autumn_night() -> None:
    assert Offset.parse("3h").before(local("2026-10-25 04:00"), OSLO) == datetime(2026, 10, 25, 0, tzinfo=UTC)


def test_a_time_that_the_spring_night_skips_comes_once() -> None:
    assert Offset.parse("1d 02:30").before(local("2027-03-29 10:00"), OSLO) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_a_time_that_the_autumn_night_has_twice_comes_the_first_time() -> None:
    assert Offset.parse("1d 02:30").before(local("2026-10-26 10:00"), OSLO) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "7", "d", "-1d", "7 dager", "1d 25:00", "1d 9", "7d 12:00 x"])
def test_what_is_no_offset(text: str) -> None:
    with pytest.raises(ValueError, match=r"offset|hour must be"):
        Offset.parse(text)


@given(
    st.integers(0, 400),
    st.integers(0, 23),
    st.integers(0, 59),
    st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1)),
)
def test_days_before_show_the_wanted_time_of_day(days: int, hour: int, minute: int, moment: datetime) -> None:
    found = Offset.parse(f"{days}d {hour}:{minute:02}").before(moment.replace(tzinfo=UTC), OSLO).astimezone(OSLO)
    assert found.date() == moment.replace(tzinfo=UTC).astimezone(OSLO).date() - timedelta(days=days)
    skipped = (found.hour, found.minute) != (hour, minute)
    # Only an hour that does not exist that day is shown as another.
    assert not skipped or (hour == 2 and found.hour == 3 and found.month == 3)


@given(st.sampled_from(["14d 12:00", "7d", "2h", "30m", "90m", "1d 09:00"]))
def test_an_offset_is_written_as_it_is_read(text: str) -> None:
    assert Offset.parse(str(Offset.parse(text))) == Offset.parse(text)
