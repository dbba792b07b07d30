"""When somebody is reminded of what they are to do: before it is due, on the day, and after it at intervals; and when
they are asked how it goes. Days are local; whoever is reminded is so once a day at most, with all of it in one message.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import NamedTuple

from handlers.calendar.zone import LOCAL_ZONE
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


class Occasion(NamedTuple):
    """It is reminded of on this local day, at `at` (UTC)."""

    day: date
    kind: Kind
    at: datetime


def ahead(today: date, due: date | None, report_on: date | None, rule: FollowUpSettings) -> Sequence[Occasion]:
    """When it is reminded of from `today` on, soonest first: before it is due and on the day; and the next two of those
    that go on until it is done, so that none is missing if nobody looks for a while after the first of them."""
    days: set[date] = set()
    if due is not None:
        days |= {due - timedelta(days=each) for each in (0, *rule.days_before)}
        days |= _next_two(today, due + timedelta(days=1), rule)
    if report_on is not None:
        days |= _next_two(today, report_on, rule)
    found = [(day, kind_on(day, due, report_on, rule)) for day in sorted(days) if day >= today]
    return [Occasion(day, kind, morning(day)) for day, kind in found if kind is not None]


def _next_two(today: date, first: date, rule: FollowUpSettings) -> set[date]:
    """Of the days that come at intervals from `first` on."""
    every = rule.overdue_every
    passed = max(0, -(-(today - first).days // every))
    return {first + timedelta(days=every * each) for each in (passed, passed + 1)}


def morning(day: date) -> datetime:
    """When people are reminded on that day (UTC)."""
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
