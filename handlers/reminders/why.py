"""Why a reminder is said when it is: which of somebody's wishes makes it another moment than it is due at. Pure."""

from datetime import datetime
from enum import StrEnum

from handlers.calendar.zone import local_day
from handlers.reminders.laying import SNOOZED
from handlers.reminders.when import is_allowed, is_paused, send_at
from handlers.reminders.wishes import WEEKDAYS, Wishes


class Why(StrEnum):
    """`SNOOZED`: they put it off themselves. `EARLIER`: it would have been too late otherwise. `MORNING`: the first day
    after some without begins at 08.00. `NOT_BEFORE`: it was laid when its moment had come already. `OTHERWISE`: they
    have other wishes by now, or it was taken back and said anew."""

    DUE = "due"
    SNOOZED = "snoozed"
    EARLIER = "earlier"
    PAUSED = "paused"
    WEEKDAY = "weekday"
    GATHERED = "gathered"
    QUIET = "quiet"
    MORNING = "morning"
    NOT_BEFORE = "not_before"
    OTHERWISE = "otherwise"


def why(
    occurrence: str,
    due_at: datetime,
    at: datetime,
    expires_at: datetime | None,
    created_at: datetime,
    wishes: Wishes,
) -> Why:
    """Why what was due at `due_at`, and laid at `created_at`, is said `at` that moment (UTC), going by `wishes`."""
    if SNOOZED in occurrence:
        return Why.SNOOZED
    if at == due_at:
        return Why.DUE
    if at < due_at:
        return Why.EARLIER
    from_when = max(due_at, created_at)
    if at == from_when:
        return Why.NOT_BEFORE
    if send_at(due_at, expires_at, wishes, from_when) != at or is_allowed(from_when, wishes):
        return Why.OTHERWISE
    day = local_day(from_when)
    if is_paused(day, wishes):
        return Why.PAUSED
    if wishes.weekdays and day.weekday() not in wishes.weekdays and set(wishes.weekdays) != set(WEEKDAYS):
        return Why.WEEKDAY
    if wishes.gather_at is not None:
        return Why.GATHERED
    return Why.QUIET if wishes.quiet_from is not None else Why.MORNING
