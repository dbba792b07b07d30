"""When the clock reminds of a disagreement: so many days before a deadline at 09.00, and the morning after it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers.meetings.offsets import local_moment

_MORNING = time(9)
_AFTER = -1


class Kind(StrEnum):
    """Which deadline it is. The values stand in the keys of messages."""

    VIEWS = "views"
    """That of the parties, to write."""
    STEP = "step"
    """That of the step on the ladder."""


class Moment(NamedTuple):
    """When somebody is reminded (UTC). `days_left`: until the deadline `due_on` (local); -1: it was yesterday."""

    at: datetime
    kind: Kind
    due_on: date
    days_left: int

    @property
    def is_over(self) -> bool:
        return self.days_left < 0


def moments(due: Sequence[tuple[Kind, date | None]], remind_days: Sequence[int], zone: str) -> list[Moment]:
    """All of them, first to last. `remind_days`: so many days before a deadline."""
    return sorted(_all(due, remind_days, zone))


def _all(due: Sequence[tuple[Kind, date | None]], remind_days: Sequence[int], zone: str) -> Iterator[Moment]:
    for kind, day in due:
        for days in (*sorted(set(remind_days)), _AFTER) if day is not None else ():
            assert day is not None  # noqa: S101 - else there is nothing to go through
            at = local_moment(datetime.combine(day - timedelta(days=days), _MORNING), ZoneInfo(zone))
            yield Moment(at, kind, day, days)


def passed(found: Sequence[Moment], since: datetime, now: datetime) -> list[Moment]:
    """What is to be told now: of each deadline the last of the moments from `since` to `now`."""
    last = {each.kind: each for each in found if since <= each.at <= now}
    return list(last.values())


def coming(found: Sequence[Moment], now: datetime) -> datetime | None:
    """The next of them after `now`."""
    return min((each.at for each in found if each.at > now), default=None)
