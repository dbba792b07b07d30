"""Dates in a text with a weekday before them that they do not fall on: «torsdag 5. juni», and that is a Friday."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from handlers.calendar.written import parse_date
from handlers.patterns import pattern_of

_WEEKDAYS = (
    ("mandag", "måndag"),
    ("tirsdag", "tysdag"),
    ("onsdag",),
    ("torsdag",),
    ("fredag",),
    ("lørdag", "laurdag"),
    ("søndag", "sundag"),
)
NUMBER_OF = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
"""Weekdays, by their names: Monday is 0."""
_MONTH = r"(?:jan|feb|mar|apr|mai|jun|jul|aug|sep|okt|nov|des)[a-zæøå]*"
_DATED = pattern_of(
    rf"\b(?P<weekday>{'|'.join(NUMBER_OF)})\s+(?:den\s+)?"
    rf"(?P<date>\d{{1,2}}(?:\s*[./]\s*\d{{1,2}}(?:[./]\s*\d{{2}}(?:\d{{2}})?)?|\.?\s*{_MONTH}\.?(?:\s+\d{{4}})?)(?!\d))",
    re.IGNORECASE,
)


class Misfit(NamedTuple):
    """`written`: as it stands in the text. `day`: the date that it names, which falls on another weekday."""

    written: str
    day: date


def misfits(text: str, near: date) -> Iterator[Misfit]:
    """Those in the text. A date without a year is the one nearest to `near`."""
    for found in _DATED.finditer(text):
        day = _day(found["date"], near)
        if day is not None and day.weekday() != NUMBER_OF[found["weekday"].lower()]:
            yield Misfit(" ".join(found[0].split()).rstrip("."), day)


def _day(text: str, near: date) -> date | None:
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            days.append(parse_date(text, year))
        except ValueError:
            # No day of that year, as 29 February; or no date at all, which is not what is looked for.
            continue
    return min(days, key=lambda day: abs(day - near), default=None)
