"""Failures that nobody could foresee: a person reads a sentence with a short reference, and the log has the same one.

One place for all surfaces. The log says what kind of failure it was and where in the program, and never what an
exception says of itself: that may quote what somebody wrote (SQL parameters, a form that was not understood).
"""

import logging

from handlers.errors import Busy, NotSetUp, NotShown, PlatformBusy, Unexpected, new_reference
from storage.database import DatabaseUnavailable, Fault

log = logging.getLogger(__name__)


def unexpected(error: BaseException) -> Unexpected:
    """Anything that has no sentence of its own."""
    found = Unexpected(new_reference())
    log.error("unexpected %s at %s, reference %s", type(error).__name__, place_of(error), found.reference)
    return found


def untold(to: logging.Logger, error: BaseException, what: str, *of: object) -> None:
    """A failure that no person reads of: `what` came to nothing. It stands in the log of its module with a reference,
    as what people read of does. `what` and `of`: as for a logger, and nothing that somebody wrote."""
    to.error(f"{what}, reference %s: %s at %s", *of, new_reference(), type(error).__name__, place_of(error))


def busy(error: DatabaseUnavailable) -> Busy:
    """The database does not answer, or cannot be written to. The log says what lasts until somebody mends it."""
    # What was opened when the program began can be again, as soon as there are file handles.
    lasting = error.fault not in (Fault.PASSING, Fault.CANNOT_OPEN)
    found = Busy(new_reference(), lasting=lasting)
    level = logging.ERROR if lasting else logging.WARNING
    log.log(level, "database unavailable (%s), reference %s", error, found.reference)
    return found


def platform_busy(platform: str, reason: object) -> PlatformBusy:
    """`platform` (`Slack`) does not say who is speaking. `reason` is logged: it says nothing of what they wrote."""
    found = PlatformBusy(new_reference(), platform)
    log.warning("%s does not say who is speaking: %s, reference %s", platform, reason, found.reference)
    return found


def not_set_up(platform: str, reason: object) -> NotSetUp:
    """The bot may not ask `platform` who is speaking. `reason` as for `platform_busy`."""
    found = NotSetUp(new_reference(), platform)
    log.error("the bot may not ask %s who somebody is: %s, reference %s", platform, reason, found.reference)
    return found


def not_shown(platform: str, reason: object) -> NotShown:
    """A reply is nothing that `platform` takes, and gets no better by waiting. `reason` as for `platform_busy`."""
    found = NotShown(new_reference(), platform)
    log.error("a reply is nothing that %s takes: %s, reference %s", platform, reason, found.reference)
    return found


def place_of(error: BaseException) -> str:
    """Where it was raised: `file:line`."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
