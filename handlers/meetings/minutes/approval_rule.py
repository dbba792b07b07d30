"""What a round of approval has come to: a pure rule.

Committees of a partnership decide by consensus, so one who does not approve is enough: the minutes are refused. The
committee says what it counts as when somebody has not answered by the end.
"""

from collections.abc import Sequence
from enum import StrEnum

from handlers.meetings.minutes_settings import Silence


class Outcome(StrEnum):
    """Of a round."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    UNSETTLED = "unsettled"
    """The time is over, and not everybody has answered: the minutes stay published, and somebody asks again."""


def outcome(answers: Sequence[bool | None], silence: Silence, *, over: bool) -> Outcome:
    """What it comes to.

    Args:
        answers: of each who was asked: approves, does not, or None, has not answered.
        over: whether the time for answers is over.
    """
    if any(answer is False for answer in answers):
        return Outcome.REFUSED
    if answers and all(answers):
        return Outcome.APPROVED
    if not over:
        return Outcome.WAITING
    return Outcome.APPROVED if silence is Silence.APPROVES and answers else Outcome.UNSETTLED
