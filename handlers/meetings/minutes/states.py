"""Where minutes stand and what may come next: a table, so that it can be read and tested apart from storing.

Draft → out for comment → adjusted → published, with the reservation that they are not approved → approved. Approved
minutes are locked: a correction is a new entry beside them. Refused minutes are back with the minute taker. (The order
is that of the sources; see docs/decisions/045.)
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from storage.tables import MinutesStatus


class Event(StrEnum):
    """What happens to minutes. The values stand in their history, so they never change."""

    SENT = "sent_for_comment"
    """Sent for comment (til kommentar)."""
    COMMENTS_OVER = "comments_over"
    """Their time is over, or everybody has said what they have to say, and every comment is answered."""
    PUBLISHED = "published"
    APPROVED = "approved"
    REFUSED = "refused"
    """Underkjent."""
    CORRECTED = "corrected"
    """An entry beside what is locked (rettelse)."""


class Whose(StrEnum):
    """Who may bring an event about."""

    WRITER = "writer"
    """The minute taker, or the secretariat."""
    APPROVER = "approver"
    """Who that is, the committee's rules say (see `handlers.meetings.minutes.rules`)."""
    CLOCK = "clock"
    """Also without anybody, when the time has come."""


class Transition(NamedTuple):
    """What an event leads to, and who brings it about."""

    after: MinutesStatus
    whose: frozenset[Whose]


_WRITER = frozenset({Whose.WRITER})
_BY_TIME = frozenset({Whose.WRITER, Whose.CLOCK})
_APPROVAL = frozenset({Whose.APPROVER, Whose.CLOCK})

TRANSITIONS: Mapping[tuple[MinutesStatus, Event], Transition] = {
    (MinutesStatus.DRAFT, Event.SENT): Transition(MinutesStatus.COMMENTS, _WRITER),
    (MinutesStatus.COMMENTS, Event.COMMENTS_OVER): Transition(MinutesStatus.ADJUSTED, _BY_TIME),
    (MinutesStatus.ADJUSTED, Event.PUBLISHED): Transition(MinutesStatus.PUBLISHED, _WRITER),
    (MinutesStatus.PUBLISHED, Event.APPROVED): Transition(MinutesStatus.APPROVED, _APPROVAL),
    (MinutesStatus.PUBLISHED, Event.REFUSED): Transition(MinutesStatus.REFUSED, _APPROVAL),
    (MinutesStatus.REFUSED, Event.SENT): Transition(MinutesStatus.COMMENTS, _WRITER),
    (MinutesStatus.REFUSED, Event.PUBLISHED): Transition(MinutesStatus.PUBLISHED, _WRITER),
    (MinutesStatus.APPROVED, Event.CORRECTED): Transition(MinutesStatus.APPROVED, _WRITER),
}
"""All that may happen. What is not here is refused."""

_WITHOUT_COMMENTS = {
    (MinutesStatus.DRAFT, Event.PUBLISHED): Transition(MinutesStatus.PUBLISHED, _WRITER),
}
"""What may happen besides in a committee that does not send minutes for comment."""

CHANGEABLE = frozenset(
    {MinutesStatus.DRAFT, MinutesStatus.COMMENTS, MinutesStatus.ADJUSTED, MinutesStatus.REFUSED},
)
"""While minutes stand here, their text may be changed. What is published is what people are to approve."""


def transition(status: str, event: Event, *, comments: bool = True) -> Transition | None:
    """What the event leads to from there; None: it may not happen now.

    `comments`: whether the committee sends its minutes for comment.
    """
    at = (MinutesStatus(status), event)
    if not comments and at in _WITHOUT_COMMENTS:
        return _WITHOUT_COMMENTS[at]
    if not comments and event is Event.SENT:
        return None
    return TRANSITIONS.get(at)


def may_change(status: str) -> bool:
    """Whether the text of minutes that stand there may be changed."""
    return status in CHANGEABLE
