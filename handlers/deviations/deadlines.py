"""By when a unit is to answer, and for how long a report may wait."""

from datetime import UTC, datetime, time, timedelta

from handlers.people import LOCAL_ZONE

END_OF_DAY = time(16)
"""Local: the end of the working day."""
_SATURDAY = 5


def answer_due(received_at: datetime, response_days: int) -> datetime:
    """When the answer is due (UTC): at 16.00 local time, `response_days` calendar days after it was received."""
    day = received_at.astimezone(LOCAL_ZONE).date() + timedelta(days=response_days)
    return datetime.combine(day, END_OF_DAY, LOCAL_ZONE).astimezone(received_at.tzinfo)


def working_days_after(moment: datetime, days: int) -> datetime:
    """The same local time of day, so many working days later (UTC). Public holidays are counted as working days."""
    later = moment.astimezone(LOCAL_ZONE)
    while days:
        later += timedelta(days=1)
        days -= later.weekday() < _SATURDAY
    return later.astimezone(UTC)
