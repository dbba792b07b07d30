"""When the deadline for proposing cases is: so long before the meeting, and never on a public holiday.

One that would fall on a public holiday is on the last working day before it, at the same time of day, so that somebody
is at work to answer. One on a Saturday or a Sunday stays: whoever sets a number of days may mean it.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers.calendar.holidays import FIRST_YEAR, LAST_YEAR, name_of
from handlers.calendar.working_days import is_working_day
from handlers.meetings.offsets import Offset, local_moment


class Deadline(NamedTuple):
    """`moment`: UTC. `instead_of`: the local date that the offset gives, where that is a public holiday, and what that
    is called (`holiday`)."""

    moment: datetime
    instead_of: date | None = None
    holiday: str = ""


def deadline(offset: Offset, starts_at: datetime, zone: ZoneInfo) -> Deadline:
    """The deadline of a meeting that begins at `starts_at`."""
    moment = offset.before(starts_at, zone)
    local = moment.astimezone(zone)
    day = local.date()
    holiday = name_of(day) if FIRST_YEAR < day.year <= LAST_YEAR else ""
    if not holiday:
        return Deadline(moment)
    before = day
    while not is_working_day(before):
        before -= timedelta(days=1)
    return Deadline(local_moment(datetime.combine(before, local.time()), zone), day, holiday)
