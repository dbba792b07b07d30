"""Which yearly duties a committee has by now, and by when: pure."""

from collections.abc import Mapping, Sequence
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from typing import NamedTuple
from zlib import crc32
from zoneinfo import ZoneInfo

from handlers.meetings.offsets import local_moment
from handlers.meetings.reminder_settings import YearlyDuty
from handlers.meetings.settings import CommitteeSettings
from storage.tables import Committee

LATE = timedelta(days=60)
"""So long after its day a duty that is not done is still shown, and reminded of."""


class Duty(NamedTuple):
    """A yearly duty in one year. `by`: its last local day; `over`: the moment (UTC) at which that day ends."""

    committee: Committee
    rule: YearlyDuty
    year: int
    by: date
    over: datetime

    @property
    def key(self) -> str:
        """What it is called in buttons, and in the subjects of reminders, which hold nothing that people wrote."""
        return key_of(self.rule.name)

    @property
    def arguments(self) -> Mapping[str, str]:
        """What a button about it carries."""
        return {"committee": str(self.committee.id), "duty": self.key, "year": str(self.year)}


def key_of(name: str) -> str:
    return f"{crc32(name.encode()):08x}"


def duties(committee: Committee, now: datetime) -> Sequence[Duty]:
    """What is late and may still be done, and the next of each that is to come."""
    zone = ZoneInfo(committee.zone)
    found = []
    for rule in CommitteeSettings.model_validate(committee.settings).yearly:
        this = now.astimezone(zone).year
        for year in (this - 1, this, this + 1):
            duty = _in_year(committee, rule, year)
            if not rule.holds_in(year) or duty.over + LATE <= now:
                continue
            found.append(duty)
            if duty.over > now:
                break
    return found


def duty_called(committee: Committee, key: str, year: int) -> Duty | None:
    """The duty with this key in that year, as the committee has it by now. None: there is none, or the year is none."""
    if not MINYEAR <= year < MAXYEAR:
        return None
    rules = CommitteeSettings.model_validate(committee.settings).yearly
    rule = next((each for each in rules if key_of(each.name) == key and each.holds_in(year)), None)
    return _in_year(committee, rule, year) if rule is not None else None


def _in_year(committee: Committee, rule: YearlyDuty, year: int) -> Duty:
    by = rule.day_in(year)
    over = local_moment(datetime.combine(by + timedelta(days=1), time()), ZoneInfo(committee.zone))
    return Duty(committee, rule, year, by, over)
