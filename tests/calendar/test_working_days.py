"""Which days people are at work, and moments so many working days later."""

from datetime import UTC, date, datetime

import pytest

from handlers.calendar.working_days import is_working_day, working_days_after


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
