"""What becomes of a delivery after an attempt: pure rules, so that they can be read and tested apart from sending."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
_SHORTEST_WAIT = timedelta(milliseconds=100)
_UNCERTAIN_WAIT = timedelta(minutes=5)
"""Longer than a hiccup lasts: what is tried again may be seen twice, so it had better get through."""
_GIVE_UP_AFTER = 60
"""Attempts, but for those that the platform asked us to wait after. With the waits above this is a bit more than two
days of a surface being down."""


class Trouble(StrEnum):
    """What went wrong, whatever the surface."""

    LATER = "later"
    """It certainly did not arrive."""
    UNCERTAIN = "uncertain"
    """It may have arrived."""
    UNREACHABLE = "unreachable"
    """The address does not work any more."""
    MISCONFIGURED = "misconfigured"
    """The bot itself may not send, until somebody mends that."""
    REJECTED = "rejected"
    """This message, or whatever is sent to this reader, is refused each time."""


class Fate(StrEnum):
    RETRY = "retry"
    WAIT = "wait"
    """Until the person speaks; now and then, all that waits is tried again."""
    HOLD = "hold"
    """As `WAIT`, and it is a fault that somebody must know of."""
    GIVE_UP = "give up"
    """A fault too. When a worker starts it is tried once more, since what was wrong may be mended."""


@dataclass(frozen=True)
class Outcome:
    """`wait`: how long until the next attempt, for `RETRY`."""

    fate: Fate
    wait: timedelta = timedelta()


def after(trouble: Trouble, attempts: int, uncertain: int, asked_to_wait: float | None = None) -> Outcome:
    """What to do after the attempt number `attempts` (from 1) ended in `trouble`.

    Args:
        uncertain: how often it had been uncertain before. An uncertain send is tried once more soon, then it waits:
            rather twice than never, but not five times in a row.
        asked_to_wait: seconds, as the platform said (Retry-After); negative or absurd values are brought into range.
    """
    if trouble is Trouble.UNREACHABLE:
        return Outcome(Fate.WAIT)
    if trouble is Trouble.MISCONFIGURED:
        return Outcome(Fate.HOLD)
    if trouble is Trouble.REJECTED:
        return Outcome(Fate.GIVE_UP)
    if trouble is Trouble.UNCERTAIN:
        if uncertain >= 1:
            return Outcome(Fate.WAIT)
        asked_to_wait = max(asked_to_wait or 0.0, _UNCERTAIN_WAIT.total_seconds())
    elif attempts >= _GIVE_UP_AFTER:
        return Outcome(Fate.GIVE_UP)
    backoff: timedelta = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(attempts - 1, 20))
    if asked_to_wait is not None:
        backoff = min(_LONGEST_WAIT, max(_SHORTEST_WAIT, timedelta(seconds=asked_to_wait)))
    return Outcome(Fate.RETRY, backoff)
