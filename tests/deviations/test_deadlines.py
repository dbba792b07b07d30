"""By when a unit is to answer: calendar days, at the end of the working day. And which days are working days."""

from datetime import UTC, date, datetime

import pytest

from handlers.deviations.deadlines import answer_due, easter_sunday, is_working_day, working_days_after


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        (datetime(2026, 9, 1, 8, 0, tzinfo=UTC), 21, datetime(2026, 9, 22, 14, 0, tzinfo=UTC)),
        # Late in the evening it is the next day already.
        (datetime(2026, 9, 1, 22, 30, tzinfo=UTC), 1, datetime(2026, 9, 3, 14, 0, tzinfo=UTC)),
        # The clocks go back on the way: 16.00 is 16.00.
        (datetime(2026, 10, 20, 8, 0, tzinfo=UTC), 14, datetime(2026, 11, 3, 15, 0, tzinfo=UTC)),
    ],
)
def test_an_answer_is_due_at_four_in_the_afternoon(received: datetime, days: int, due: datetime) -> None:
    assert answer_due(received, days) == due


@pytest.mark.parametrize(
    "day",
    # Those of 2024 as the calendar has them; the latest and the earliest Easter; one that algorithms get wrong (1954).
    ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "1818-03-22", "1954-04-18", "1981-04-19"],
)
def test_easter_is_when_the_calendar_says(day: str) -> None:
    assert easter_sunday(int(day[:4])) == date.fromisoformat(day)


def test_the_public_holidays_of_a_year_are_no_working_days() -> None:
    days = [date.fromordinal(number) for number in range(date(2024, 1, 1).toordinal(), date(2025, 1, 1).toordinal())]
    off = [f"{day:%d.%m}" for day in days if day.weekday() < 5 and not is_working_day(day)]
    assert off == ["01.01", "28.03", "29.03", "01.04", "01.05", "09.05", "17.05", "20.05", "25.12", "26.12"]


@pytest.mark.parametrize(
    ("moment", "days", "later"),
    [
        # Wednesday before Easter 2027, and the clock goes forward on Easter Sunday: Tuesday at the same hour.
        (datetime(2027, 3, 24, 9, 0, tzinfo=UTC), 1, datetime(2027, 3, 30, 8, 0, tzinfo=UTC)),
        # Thursday 24 December 2026 is a day like others; Friday and Saturday are not.
        (datetime(2026, 12, 23, 9, 0, tzinfo=UTC), 2, datetime(2026, 12, 28, 9, 0, tzinfo=UTC)),
    ],
)
def test_working_days_leave_out_public_holidays(moment: datetime, days: int, later: datetime) -> None:
    assert working_days_after(moment, days) == later
