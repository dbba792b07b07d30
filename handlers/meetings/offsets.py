"""Offsets back from a moment, the way people say them: «sju dager før, klokka 09», «to timer før».

Days are calendar days on the wall clock of the meeting's zone, so «en dag før 13.00» is 13.00 the day before also
when the clock was put forward or back in between. Hours and minutes are elapsed time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from handlers.patterns import pattern_of

_FORM = pattern_of(
    r"(?:(?P<days>\d{1,3})\s*d(?:\s+(?P<hour>\d{1,2})[:.](?P<minute>\d{2}))?|(?P<hours>\d{1,3})\s*h|(?P<minutes>\d{1,4})\s*m)"
)


@dataclass(frozen=True)
class Offset:
    """So long before a moment: `days` (calendar days, local) with an optional time of day, or elapsed time."""

    days: int = 0
    at: time | None = None
    elapsed: timedelta = timedelta()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `14d`, `14d 12:00`, `2h` or `30m`.

        Raises:
            ValueError: it is none of these.
        """
        found = _FORM.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"'{text}' is no offset: write 14d, 14d 12:00, 2h or 30m")
        if found["days"] is not None:
            at = time(int(found["hour"]), int(found["minute"])) if found["hour"] else None
            return cls(days=int(found["days"]), at=at)
        return cls(elapsed=timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0)))

    def __str__(self) -> str:
        if self.elapsed:
            minutes = int(self.elapsed.total_seconds()) // 60
            return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
        return f"{self.days}d" + (f" {self.at:%H:%M}" if self.at else "")

    def before(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The moment (UTC) that lies this offset before `moment`, in `zone`.

        A time of day that the spring night skips is taken as the same time after the skip; one that the autumn night
        has twice, as the first. Either way it comes once.
        """
        if self.elapsed:
            return moment.astimezone(UTC) - self.elapsed
        local = moment.astimezone(zone)
        wall = datetime.combine(local.date() - timedelta(days=self.days), self.at or local.time())
        return local_moment(wall, zone)


def local_moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which the clocks in `zone` show `wall` (no zone), for the first time."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
