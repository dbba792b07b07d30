"""Who is to be reminded of a deviation and when, worked out anew from the report as it stands: a report that was
handed over, answered or given a new deadline takes its reminders with it.

Whoever handles it is reminded at half time and on the working day before the deadline; from the deadline on, the
unit's leaders, once a week. A reporter who was asked something is reminded once. As long as nobody has said what became
of the statutory notice of a serious event, the reporter's leader is reminded each day until its deadline, and once
after it. Working days are Monday to Friday, but
for Norwegian public holidays; all days and hours are local (Europe/Oslo), so a night when the clock changes moves
nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from handlers.calendar.working_days import is_working_day, working_days_after
from handlers.calendar.zone import LOCAL_ZONE, local_day

OPENS, CLOSES = time(8), time(16)
"""Local hours in which reminders go out; the last moment is not one of them."""
REPLY_DAYS = 3
"""So many working days a reporter has before the reminder of a question."""
_A_DAY = timedelta(days=1)


class To(StrEnum):
    """Whom a reminder is for: who handles it, the unit's leaders, whoever reported it, or (of the statutory notice)
    whoever leads there."""

    HANDLER = "handler"
    LEADER = "leader"
    REPORTER = "reporter"
    NOTICE = "notice"


@dataclass(frozen=True)
class Clock:
    """What the reminders of an open report follow from; all moments are UTC.

    `since`: when it was sent, or asked about once more. `changed_at`: when somebody last did something with it.
    `asked_at`: since when it has waited for the reporter's answer; None: it does not.
    """

    since: datetime
    due_at: datetime
    changed_at: datetime
    asked_at: datetime | None = None


@dataclass(frozen=True)
class Reached:
    """A reminder whose moment `at` (UTC) has come. `ends`: then it makes no sense any more."""

    to: To
    at: datetime
    ends: datetime | None = None


def reached(clock: Clock, now: datetime) -> Sequence[Reached]:
    """The last reminder that has been reached for each of those it concerns.

    The handler is left alone while the reporter owes an answer, and of what was reached before somebody last did
    something with the report, since that told everybody. The leaders hear of what is overdue in any case: a question
    that nobody answers is no way to let a report lie.
    """
    found = []
    late = _last_overdue(clock.due_at, now)
    if late is not None:
        found.append(Reached(To.LEADER, late))
    elif clock.asked_at is None:
        moments = (_half_time(clock), _day_before(clock.due_at))
        past = [moment for moment in moments if max(clock.since, clock.changed_at) < moment <= now]
        if past:
            found.append(Reached(To.HANDLER, max(past)))
    if clock.asked_at is not None:
        reply = working_days_after(clock.asked_at, REPLY_DAYS)
        if reply <= now:
            found.append(Reached(To.REPORTER, reply))
    return found


def next_reached(clock: Clock, now: datetime) -> datetime | None:
    """When `reached` may say something else than at `now`; until then it does not. None: never by itself."""
    moments = [_half_time(clock), _day_before(clock.due_at), clock.due_at, _next_week(clock.due_at, now)]
    if clock.asked_at is not None:
        moments.append(working_days_after(clock.asked_at, REPLY_DAYS))
    return min((moment for moment in moments if moment > now), default=None)


def next_allowed(now: datetime) -> datetime:
    """When somebody who may not be reminded now may be at the earliest (see `due_now`): at midnight, or at 08.00."""
    today = local_day(now)
    moments = [datetime.combine(day, hour, LOCAL_ZONE) for day in (today, today + _A_DAY) for hour in (time(), OPENS)]
    return min(moment for moment in (each.astimezone(UTC) for each in moments) if moment > now)


def notice_reached(known_on: date, last_day: date, now: datetime) -> Reached | None:
    """The last reminder of the statutory notice that has been reached: at 08.00 on each day after the one on which the
    event was known, up to the day after `last_day`; later than that there is none. All days are local."""
    today = local_day(now)
    if today > last_day + _A_DAY:
        return None
    for day in (today, today - _A_DAY):
        moment = datetime.combine(day, OPENS, LOCAL_ZONE).astimezone(UTC)
        if known_on < day and moment <= now:
            ends = datetime.combine(last_day + 2 * _A_DAY, time(), LOCAL_ZONE).astimezone(UTC)
            return Reached(To.NOTICE, moment, ends)
    return None


def _half_time(clock: Clock) -> datetime:
    return clock.since + (clock.due_at - clock.since) / 2


def _day_before(due_at: datetime) -> datetime:
    """08.00 on the last working day before the day of the deadline."""
    day = local_day(due_at) - _A_DAY
    while not is_working_day(day):
        day -= _A_DAY
    return datetime.combine(day, OPENS, LOCAL_ZONE).astimezone(UTC)


def _last_overdue(due_at: datetime, now: datetime) -> datetime | None:
    """The deadline, or so many weeks after it (at the same time of day) as have passed; None before it."""
    deadline = due_at.astimezone(LOCAL_ZONE)
    weeks = (local_day(now) - deadline.date()).days // 7
    for passed in (weeks, weeks - 1):
        # Whole days on the wall clock; compared in UTC, since Python compares two times of one zone by their digits.
        moment = (deadline + passed * 7 * _A_DAY).astimezone(UTC)
        if due_at <= moment <= now:
            return moment
    return None


def _next_week(due_at: datetime, now: datetime) -> datetime:
    """The first moment after `now` that lies whole weeks after the deadline, or is the deadline."""
    deadline = due_at.astimezone(LOCAL_ZONE)
    weeks = max((local_day(now) - deadline.date()).days // 7, 0)
    moments = ((deadline + passed * 7 * _A_DAY).astimezone(UTC) for passed in (weeks, weeks + 1))
    return min(moment for moment in moments if moment > now)


# --- one message a day -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """A report that waits for somebody, reminded of at `at` (UTC). `ends`: then it makes no sense any more."""

    deviation_id: int
    to: To
    at: datetime
    serious: bool
    ends: datetime | None = None


def due_now(waiting: Sequence[Waiting], told: datetime | None, now: datetime) -> Sequence[Waiting]:
    """What somebody is to be reminded of now, in one message; nothing: not now.

    `told`: when they last got such a message. There is at most one on each local day, with all that was reached since
    the last one: in office hours, or at any hour when something serious is among it. After a message the day before,
    also that waits until the morning.
    """
    local = now.astimezone(LOCAL_ZONE)
    fresh = [one for one in waiting if told is None or one.at > told]
    days = (local.date() - local_day(told)).days if told is not None else 2
    if days <= 0:
        return []
    rested = days > 1 or local.time() >= OPENS
    if _in_office_hours(local) or (rested and any(one.serious for one in fresh)):
        return fresh
    return []


def _in_office_hours(local: datetime) -> bool:
    return OPENS <= local.time() < CLOSES and is_working_day(local.date())
