"""What is due, worked out anew at each tick from the meeting as it stands: a moved meeting moves its reminders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from handlers.meetings.offsets import Offset
from handlers.meetings.settings import CommitteeSettings


class Kind(StrEnum):
    DEADLINE = "deadline"
    MEETING = "meeting"


@dataclass(frozen=True)
class Due:
    """A reminder of `kind` that is due. `anchor` (UTC) is what it reminds of, `offset` which of the reminders it is."""

    kind: Kind
    anchor: datetime
    offset: str


def due(
    starts_at: datetime, deadline_at: datetime, zone: str, settings: CommitteeSettings, now: datetime
) -> Sequence[Due]:
    """The reminders of a meeting that are due at `now`, at most one of each kind.

    Of several that are overdue (the bot was away, the meeting is new in the plan) only the last one counts, so that
    nobody gets a heap; what has passed is not reminded of at all.
    """
    found = []
    for kind, anchor, moments in _all(starts_at, deadline_at, zone, settings):
        overdue = [item for item in moments if item[0] <= now]
        if anchor > now and overdue:
            found.append(Due(kind, anchor, max(overdue)[1]))
    return found


def next_due(
    starts_at: datetime, deadline_at: datetime, zone: str, settings: CommitteeSettings, now: datetime
) -> datetime | None:
    """When the next reminder of a meeting comes due after `now`; until then `due` says nothing new. None: never."""
    coming = [
        moment
        for _kind, anchor, moments in _all(starts_at, deadline_at, zone, settings)
        for moment, _offset in moments
        if now < moment < anchor
    ]
    return min(coming, default=None)


def _all(
    starts_at: datetime, deadline_at: datetime, zone: str, settings: CommitteeSettings
) -> Iterator[tuple[Kind, datetime, Sequence[tuple[datetime, str]]]]:
    """Each kind of reminder with what it reminds of, and when its reminders come due, with the offset of each."""
    for kind, anchor, offsets in (
        (Kind.DEADLINE, deadline_at, settings.remind_deadline),
        (Kind.MEETING, starts_at, settings.remind_meeting),
    ):
        yield kind, anchor, [(Offset.parse(text).before(anchor, ZoneInfo(zone)), text) for text in offsets]
