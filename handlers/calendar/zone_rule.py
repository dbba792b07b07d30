"""A time zone as a calendar entry carries it (RFC 5545, VTIMEZONE): by its rule, «last Sunday of March», for good.

icalendar writes the clock changes of a zone out one by one and stops in 2037. The rule stands at the end of the zone's
own file (RFC 8536, footer; POSIX TZ), which the package `tzdata` has.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from handlers.patterns import pattern_of

if TYPE_CHECKING:
    from icalendar import Timezone

_NAME = r"(?:[A-Za-z]{3,}|<[+\-0-9A-Za-z]+>)"
_OFFSET = r"[+-]?\d{1,3}(?::\d{2}){0,2}"
_CHANGE = rf"M(\d+)\.(\d)\.(\d)(?:/({_OFFSET}))?"
_RULE = pattern_of(rf"({_NAME})({_OFFSET})(?:({_NAME})({_OFFSET})?,{_CHANGE},{_CHANGE})?")
_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_FIRST_YEAR = 1970
_LAST_WEEK = 5


class _Part(NamedTuple):
    """One of the two times of the year: when its clock is put, as it shows then, and by how much."""

    name: str
    before: timedelta
    after: timedelta
    month: int
    week: int
    weekday: int
    at: timedelta


@cache
def component(zone: str) -> "Timezone":
    """The zone (`Europe/Oslo`), as it is now and from now on. Each zone that there is has a rule."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard  # noqa: PLC0415 - takes a while to import

    found = _RULE.fullmatch(_footer(zone))
    if found is None:
        raise ValueError(f"{zone} has no rule")
    standard, offset, summer, summer_offset, *changes = found.groups()
    usual = -_length(offset)
    made = Timezone()
    made.add("tzid", zone)
    if summer is None:
        part = TimezoneStandard()
        _fill(part, standard, usual, usual, datetime(_FIRST_YEAR, 1, 1))  # noqa: DTZ001 - its clock, not a moment
        made.add_component(part)
        return made
    later = -_length(summer_offset) if summer_offset else usual + timedelta(hours=1)
    for kind, begins in (
        (TimezoneDaylight(), _part(summer, usual, later, changes[:4])),
        (TimezoneStandard(), _part(standard, later, usual, changes[4:])),
    ):
        _fill(kind, begins.name, begins.before, begins.after, _first(begins))
        week = -1 if begins.week == _LAST_WEEK else begins.week
        kind.add("rrule", {"freq": "yearly", "bymonth": begins.month, "byday": f"{week}{_DAYS[begins.weekday]}"})
        made.add_component(kind)
    return made


def _part(name: str, before: timedelta, after: timedelta, change: list[str | None]) -> _Part:
    month, week, weekday, at = change
    return _Part(name, before, after, int(month or 0), int(week or 0), int(weekday or 0), _length(at or "2"))


def _fill(part: Any, name: str, before: timedelta, after: timedelta, first: datetime) -> None:
    part.add("tzname", name.strip("<>"))
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    part.add("dtstart", first)


def _first(part: _Part) -> datetime:
    """The first time in 1970 that the rule says the clock is put."""
    day = date(_FIRST_YEAR, part.month, 1)
    day += timedelta(days=(part.weekday - day.isoweekday() % 7) % 7 + 7 * (part.week - 1))
    while day.month != part.month:
        day -= timedelta(days=7)
    return datetime.combine(day, time()) + part.at


def _length(text: str) -> timedelta:
    """`-1`, `3:30`. POSIX counts from the zone to UTC, so a zone east of it is below zero."""
    hours, *rest = text.lstrip("+-").split(":")
    minutes, seconds = (*map(int, rest), 0, 0)[:2]
    length = timedelta(hours=int(hours), minutes=minutes, seconds=seconds)
    return -length if text.startswith("-") else length


def _footer(zone: str) -> str:
    file = resources.files("tzdata").joinpath("zoneinfo", *zone.split("/"))
    return file.read_bytes().rsplit(b"\n", 2)[1].decode("ascii")
