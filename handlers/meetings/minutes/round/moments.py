"""When answers to minutes are due, and when somebody who has not answered is reminded: worked out from the rules."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MORNING = time(9)


def last_moment(now: datetime, days: int, zone: str) -> datetime:
    """The end of the last of so many days after today, on the clocks of `zone` (UTC; a second before midnight)."""
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)


def reminder(asked_at: datetime, until: datetime, zone: str) -> datetime | None:
    """When whoever has not answered is reminded: at 09.00 the day before the last; None: they were asked after that."""
    day = until.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    moment = datetime.combine(day, _MORNING, ZoneInfo(zone)).astimezone(UTC)
    return moment if moment > asked_at else None
