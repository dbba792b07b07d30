"""When those who were convened hear of what changed since: a while after the last change, once a day at most, and not
at night."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.calendar import dates
from handlers.meetings.offsets import local_moment

GATHERED = timedelta(minutes=30)
"""Changes go out so long after the last of them."""
_BEFORE = timedelta(hours=1)
"""So long before a meeting the last ones go out, where they were made in time."""
_MORNING = time(8)


def due(now: datetime, told_at: datetime | None, starts_at: datetime, zone: str) -> datetime | None:
    """When what has changed just now is told (UTC). None: it cannot be told any more before the meeting begins.

    Args:
        told_at: when changes were told last.
        zone: the meeting's; a day is one there.
    """
    day = dates.local_date(now + GATHERED, zone)
    if told_at is not None and dates.local_date(told_at, zone) >= dates.local_date(now, zone):
        day = max(day, dates.local_date(told_at, zone) + timedelta(days=1))
    at = max(now + GATHERED, _morning(day, zone))
    if at > starts_at - _BEFORE:
        # Then it is said in time for the meeting, however early that is.
        at = max(now, starts_at - _BEFORE)
        if told_at is not None and dates.local_date(told_at, zone) == dates.local_date(at, zone):
            return None
    return at if at < starts_at else None


def _morning(day: date, zone: str) -> datetime:
    return local_moment(datetime.combine(day, _MORNING), ZoneInfo(zone))
