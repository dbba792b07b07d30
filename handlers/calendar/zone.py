"""The time zone (tidssone) that the partnership's people live in: what is stored is UTC, what they read is local."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Europe/Oslo")


def local_day(moment: datetime) -> date:
    """The day (dato) that `moment`, which knows its zone, is on where they live."""
    return moment.astimezone(LOCAL_ZONE).date()
