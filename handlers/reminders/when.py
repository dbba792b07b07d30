"""When a reminder is said to somebody, by the rule that it follows and by what they wish besides: pure rules.

Days and clocks are those of the partnership's people (`handlers.calendar.zone`), whatever zone a committee meets in. A
clock on a day is one moment: the first, where the autumn night has it twice; an hour later, where the spring night
skips it.

**What is allowed.** A day is *allowed* if its weekday is among `weekdays` and it is not paused: `paused_from` and
`paused_until` are set, and it is on or after the first, before the second. A moment is *allowed* if its day is and

- with `gather_at`: it is the moment of `gather_at` on that day. Quiet hours then count for nothing;
- with quiet hours, and no `gather_at`: it is not quiet. It is quiet from the moment of `quiet_from` on any day until
  before the moment of the next `quiet_until`, which is on the same day if that clock is later than `quiet_from`, else
  on the day after;
- with neither: if the day before is not allowed, it is the moment of 08.00 on that day or later, so that nobody's
  weekend or holiday ends at midnight. Any moment, if the day before is allowed.

Wishes that leave no moment are refused when they are set (`handlers.reminders.wishes.refused`). Should there be such
all the same, the part that does is as if it were not there: no weekday is every weekday, and quiet hours that end at
the clock at which they begin are none.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.reminders.wishes import Wishes

MORNING = time(8)
"""Local: when the first day after those on which nothing is said begins."""
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def send_at(due_at: datetime, expires_at: datetime | None, wishes: Wishes, now: datetime) -> datetime:
    """When a reminder that is due at `due_at` is said (UTC). `expires_at`: then it makes no sense any more.

    Let `from_when` be the later of `due_at` and `now`. The first of these that there is:

    1. the first allowed moment at or after `from_when`, if that is before `expires_at` or nothing expires;
    2. too late then, because of a wish, so it is said before: the latest *earlier moment* that is allowed, at or after
       `now` and before `due_at`. With `gather_at`, the earlier moments are those of `gather_at` on each day up to that
       of `due_at`. Without, they are for each day up to that of `due_at` the moment on the clock of `due_at`; where
       that is quiet, the moment a minute before the quiet began (the begin that is nearest before it);
    3. it is too late for that: the first allowed moment at or after `now`, if that is before `due_at`;
    4. there is none: `from_when`, whatever they wish, but for a pause: if the day of `from_when` is paused, the moment
       of 1, at which it makes no sense any more, and is not said.
    """
    from_when = max(due_at, now)
    first = _first_allowed(from_when, wishes)
    if expires_at is None or first < expires_at:
        return first
    for moment in _earlier(due_at, wishes):
        if moment < now:
            break
        if moment < due_at and is_allowed(moment, wishes):
            return moment
    soon = _first_allowed(now, wishes)
    if soon < due_at:
        return soon
    return first if is_paused(local_day(from_when), wishes) else from_when


def is_paused(day: date, wishes: Wishes) -> bool:
    """Whether nothing at all is said on that day."""
    begins, ends = wishes.paused_from, wishes.paused_until
    return begins is not None and ends is not None and begins <= day < ends


def is_allowed(moment: datetime, wishes: Wishes) -> bool:
    """Whether a reminder may be said then (UTC)."""
    day = local_day(moment)
    if not _day_allowed(day, wishes):
        return False
    if wishes.gather_at is not None:
        return moment == _at(day, wishes.gather_at)
    return moment >= _opens(day, wishes) and _quiet(moment, wishes) is None


def _first_allowed(moment: datetime, wishes: Wishes) -> datetime:
    """The first allowed moment, not before this one."""
    while True:
        day = local_day(moment)
        if is_paused(day, wishes) and wishes.paused_until is not None:
            moment = _at(wishes.paused_until, time.min)
        elif not _day_allowed(day, wishes):
            moment = _at(day + _DAY, time.min)
        elif wishes.gather_at is not None:
            gathered = _at(day, wishes.gather_at)
            if moment <= gathered:
                return gathered
            moment = _at(day + _DAY, time.min)
        elif moment < (opens := _opens(day, wishes)):
            moment = opens
        elif (quiet := _quiet(moment, wishes)) is not None:
            moment = quiet[1]
        else:
            return moment


def _earlier(due_at: datetime, wishes: Wishes) -> Iterator[datetime]:
    """The earlier moments of the rule, from the latest back. Without end."""
    clock = wishes.gather_at or due_at.astimezone(LOCAL_ZONE).time()
    day = local_day(due_at)
    while True:
        moment = _at(day, clock)
        quiet = _quiet(moment, wishes) if wishes.gather_at is None else None
        yield moment if quiet is None else quiet[0] - _MINUTE
        day -= _DAY


def _day_allowed(day: date, wishes: Wishes) -> bool:
    return (not wishes.weekdays or day.weekday() in wishes.weekdays) and not is_paused(day, wishes)


def _opens(day: date, wishes: Wishes) -> datetime:
    """When an allowed day begins, where there are no quiet hours to say so."""
    late = not _has_quiet_hours(wishes) and not _day_allowed(day - _DAY, wishes)
    return _at(day, MORNING if late else time.min)


def _has_quiet_hours(wishes: Wishes) -> bool:
    return None not in (wishes.quiet_from, wishes.quiet_until) and wishes.quiet_from != wishes.quiet_until


def _quiet(moment: datetime, wishes: Wishes) -> tuple[datetime, datetime] | None:
    """The quiet hours that this moment lies in: when they begin and end."""
    begins, ends = wishes.quiet_from, wishes.quiet_until
    if begins is None or ends is None or begins == ends:
        return None
    over_midnight = _DAY if ends < begins else timedelta(0)
    for day in (local_day(moment), local_day(moment) - _DAY):
        quiet = _at(day, begins), _at(day + over_midnight, ends)
        if quiet[0] <= moment < quiet[1]:
            return quiet
    return None


def _at(day: date, clock: time) -> datetime:
    """The moment of a clock on a day. `fold` 0: the first of two; what is skipped is read before the change, and so
    comes an hour later."""
    return datetime.combine(day, clock.replace(fold=0), LOCAL_ZONE).astimezone(UTC)
