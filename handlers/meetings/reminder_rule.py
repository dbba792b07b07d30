"""When a meeting is reminded of, worked out from it as it stands: what moves the meeting moves its reminders."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers.meetings.offsets import Offset
from handlers.meetings.settings import CommitteeSettings


class Kind(StrEnum):
    """What is reminded of; the values stand in the names of kinds of reminders."""

    DEADLINE = "mote.frist"
    MEETING = "mote.mote"


class Moment(NamedTuple):
    """A reminder of `kind` comes due at `due_at` (UTC). `anchor` (UTC) is what it reminds of, `offset` which of the
    reminders it is."""

    kind: Kind
    anchor: datetime
    offset: str
    due_at: datetime


def moments(
    starts_at: datetime, deadline_at: datetime, zone: str, settings: CommitteeSettings, now: datetime
) -> Iterator[Moment]:
    """The reminders of a meeting, also those that have come due; not of what has passed at `now`."""
    for kind, anchor, offsets in (
        (Kind.DEADLINE, deadline_at, settings.remind_deadline),
        (Kind.MEETING, starts_at, settings.remind_meeting),
    ):
        if anchor > now:
            for text in dict.fromkeys(offsets):
                yield Moment(kind, anchor, text, Offset.parse(text).before(anchor, ZoneInfo(zone)))
