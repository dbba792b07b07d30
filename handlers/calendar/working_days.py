"""Which days people are at work (virkedager), and moments so many of them later."""

from datetime import UTC, date, datetime, timedelta

from handlers.calendar.holidays import is_public_holiday
from handlers.calendar.zone import LOCAL_ZONE

_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Monday to Friday, but for public holidays."""
    return day.weekday() < _SATURDAY and not is_public_holiday(day)


def working_days_after(moment: datetime, days: int) -> datetime:
    """The same local time of day, so many working days later (UTC)."""
    later = moment.astimezone(LOCAL_ZONE)
    while days:
        later += timedelta(days=1)
        days -= is_working_day(later.date())
    return later.astimezone(UTC)
