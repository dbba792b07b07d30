"""When answers to a round are due, and when whoever has not answered is reminded: worked out from the rules."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from handlers.calendar.zone import LOCAL_ZONE, local_day

_MORNING = time(9)


def end_of(day: date) -> datetime:
    """The last moment of a local day (UTC; a second before midnight)."""
    return datetime.combine(day, time(23, 59, 59), LOCAL_ZONE).astimezone(UTC)


def reminders(until: datetime, days: Sequence[int]) -> Sequence[datetime]:
    """At 09.00, so many days before the last one each; the first first (UTC)."""
    last = local_day(until)
    return [
        datetime.combine(last - timedelta(days=each), _MORNING, LOCAL_ZONE).astimezone(UTC)
        for each in sorted(set(days), reverse=True)
    ]
