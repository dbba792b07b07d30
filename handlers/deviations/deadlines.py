"""By when a unit is to answer, for how long a report may wait, and which days people are at work."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from handlers.calendar.zone import LOCAL_ZONE, local_day
from storage.tables import Unit
from storage.tables.deviations import SERIOUS

END_OF_DAY = time(16)
"""Local: the end of the working day."""
_SATURDAY = 5


def answer_due(received_at: datetime, response_days: int) -> datetime:
    """When the answer is due (UTC): at 16.00 local time, `response_days` calendar days after it was received."""
    day = local_day(received_at) + timedelta(days=response_days)
    return datetime.combine(day, END_OF_DAY, LOCAL_ZONE).astimezone(received_at.tzinfo)


def days_to_answer(unit: Unit, consequence: str) -> int:
    """How many days the unit has to answer a report of an event with this consequence."""
    return unit.serious_response_days if consequence in SERIOUS else unit.response_days


def working_days_after(moment: datetime, days: int) -> datetime:
    """The same local time of day, so many working days later (UTC)."""
    later = moment.astimezone(LOCAL_ZONE)
    while days:
        later += timedelta(days=1)
        days -= is_working_day(later.date())
    return later.astimezone(UTC)


def is_working_day(day: date) -> bool:
    """Monday to Friday, but for public holidays."""
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year)


@lru_cache(maxsize=16)
def public_holidays(year: int) -> frozenset[date]:
    """The Norwegian public holidays (helligdager and høytidsdager) of this year; those on Sundays that move with Easter
    are left out."""
    fixed = [date(year, month, day) for month, day in ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))]
    easter = easter_sunday(year)
    # Maundy Thursday, Good Friday, Easter Monday, Ascension Day, Whit Monday.
    moving = [easter + timedelta(days=days) for days in (-3, -2, 1, 39, 50)]
    return frozenset([*fixed, *moving])


def easter_sunday(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    leap_centuries, centuries_left = divmod(century, 4)
    moon = (19 * golden + century - leap_centuries - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    leaps, years_left = divmod(rest, 4)
    to_sunday = (32 + 2 * centuries_left + 2 * leaps - moon - years_left) % 7
    correction = (golden + 11 * moon + 22 * to_sunday) // 451
    month, day = divmod(moon + to_sunday - 7 * correction + 114, 31)
    return date(year, month, day + 1)
