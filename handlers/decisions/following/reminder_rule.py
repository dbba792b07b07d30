"""When somebody is reminded of what they are to do: before it is due, on the day, and after it at intervals; and when
they are asked how it goes. Days are local; whoever is reminded is so once a day at most, with all of it in one message.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum

from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.meetings.follow_up_settings import FollowUpSettings

_MORNING = time(9)


class Kind(IntEnum):
    """Why it is reminded of, the most urgent first."""

    OVERDUE = 1
    TODAY = 2
    SOON = 3
    REPORT = 4
    """They said that they would tell how it goes, and it is time."""


def kind_on(day: date, due: date | None, report_on: date | None, rule: FollowUpSettings) -> Kind | None:
    """Why something is reminded of on that day; None: it is not."""
    if due is not None:
        left = (due - day).days
        if left == 0:
            return Kind.TODAY
        if left > 0 and left in rule.days_before:
            return Kind.SOON
        if left < 0 and (-left - 1) % rule.overdue_every == 0:
            return Kind.OVERDUE
    if report_on is not None and report_on <= day and (day - report_on).days % rule.overdue_every == 0:
        return Kind.REPORT
    return None


def now_is(now: datetime, due: date | None, report_on: date | None, rule: FollowUpSettings) -> Kind | None:
    """Why it is reminded of today, if it is late enough in the day for that."""
    today = local_day(now)
    return kind_on(today, due, report_on, rule) if now >= _morning(today) else None


def following(now: datetime, due: date | None, report_on: date | None, rule: FollowUpSettings) -> datetime | None:
    """When it is reminded of next, after `now`; None: there is nothing to remind of."""
    if due is None and report_on is None:
        return None
    today = local_day(now)
    days = {due - timedelta(days=each) for each in (0, *rule.days_before)} if due is not None else set()
    if due is not None and due < today:
        days |= {today + timedelta(days=each) for each in range(rule.overdue_every + 1)}
    elif due is not None:
        days.add(due + timedelta(days=1))
    if report_on is not None:
        days.add(report_on)
        days |= {today + timedelta(days=each) for each in range(rule.overdue_every + 1) if report_on <= today}
    moments = [_morning(day) for day in days if _morning(day) > now and kind_on(day, due, report_on, rule) is not None]
    return min(moments, default=None)


def _morning(day: date) -> datetime:
    return datetime.combine(day, _MORNING, LOCAL_ZONE).astimezone(UTC)


def next_report(day: date, rhythm: str) -> date | None:
    """When somebody tells next how it goes who did so on `day`. `rhythm`: see `storage.tables.FollowUp`."""
    match rhythm:
        case "week":
            return day + timedelta(days=7)
        case "month":
            return _months_on(day, 1)
        case "quarter":
            return _months_on(day, 3)
    return None


def _months_on(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in range(day.day, 0, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("each month has a first day")
