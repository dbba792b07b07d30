"""A kind of reminder, as data: what it is called, and what is said when it is due.

Whoever follows something (a meeting, a follow-up, a deviation) lays the reminders about it ahead, each a row
(`handlers.reminders.laying`), and lays them anew when it changes. When one is due, its kind draws it, from how things
stand then: nobody is reminded of what they have done, or of what is no more. So what is said lies nowhere meanwhile.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.messages.message import Message


class Reason(StrEnum):
    """Why a reminder was not sent."""

    DONE = "done"
    """They have done it: proposed, answered, commented, declined."""
    OVER = "over"
    """It was too late: the deadline has passed, the meeting has begun."""
    CHANGED = "changed"
    """What it was about was moved, cancelled or taken away."""
    NOT_THEIRS = "not_theirs"
    """It does not concern them any more: they left the committee, or the partnership."""
    NEWER = "newer"
    """A later one of the same kind, about the same thing, was due as well."""
    UNWANTED = "unwanted"
    """They do not want reminders of this kind."""


class Reminding(NamedTuple):
    """A reminder to be (see `storage.tables.Reminder`): one row under `kind`, `occurrence` and `person_id`. UTC."""

    kind: str
    occurrence: str
    person_id: int
    subject: str
    due_at: datetime
    expires_at: datetime | None = None
    meeting_id: int | None = None
    committee_id: int | None = None


class Due(NamedTuple):
    """A reminder that is due, for somebody who is spoken to in `language`. `send_at`: when it is said, later than now
    if somebody looks ahead."""

    id: int
    occurrence: str
    person_id: int
    language: str
    subject: str
    due_at: datetime
    send_at: datetime
    expires_at: datetime | None
    meeting_id: int | None
    committee_id: int | None


Drawn = Callable[[], Message]
"""Makes the message, called where the reader's language is spoken. It may be put into a longer message as a section, so
each part of it makes sense there too, and its buttons say what they are about."""
Draw = Callable[[AsyncSession, Sequence[Due], datetime], Awaitable[Mapping[int, Drawn | Reason]]]
"""What each of these reminders of one kind says, by its id, or why it is not sent. A fixed number of statements,
however many they are. One that is not there is not sent, since what it is about is gone (`Reason.CHANGED`)."""


def _the_same(_occurrence: str) -> int:
    return 0


@dataclass(frozen=True)
class Kind:
    """A kind of reminder (slag påminnelse).

    Args:
        name: unique, and never changed, since rows have it: `mote.frist`. It begins with its capability's name.
        label: what people call it, marked by `N_()`: «Frist for å melde saker».
        draw: what is said when some of it are due.
        several: the title of a message with so many of this kind and no other, where they are said together.
        rest: of those that people may have many of. They are said as a list, also a single one: as many as there are on
            a page (`handlers.messages.paging`), and this says where the rest of so many is.
        rank: by its occurrence, what is said first among all that is said at once: less is sooner. What has the same
            goes by when it makes no sense any more.
        optional: whether a person may turn it off. What is theirs to do by a rule is not.
    """

    name: str
    label: str
    draw: Draw
    several: Callable[[int], str] | None = None
    optional: bool = True
    rest: Callable[[int], str] | None = None
    rank: Callable[[str], int] = _the_same
