"""Dates in a running text: «12.3.24», «12. mars 2024», «2024-03-12», «9/3 2023», «20241205». Pure.

What is a date is no case number, and what people search for by a date is found however either of them wrote it.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from handlers.patterns import pattern_of


class Dated(NamedTuple):
    """A date in a text, from `start` to `end`."""

    start: int
    end: int
    day: date


class Month(NamedTuple):
    """A month of a year in a text: «mars 2024»."""

    start: int
    end: int
    year: int
    month: int


_NAMES = {
    "januar": 1, "februar": 2, "mars": 3, "april": 4, "mai": 5, "juni": 6, "juli": 7, "august": 8, "september": 9,
    "oktober": 10, "november": 11, "desember": 12, "january": 1, "february": 2, "march": 3, "may": 5, "june": 6,
    "july": 7, "october": 10, "december": 12,
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "okt": 10, "oct": 10,
    "nov": 11, "des": 12, "dec": 12,
}  # fmt: skip
_MONTH = "|".join(sorted(_NAMES, key=len, reverse=True))
_DATE = pattern_of(
    rf"""(?<![\w./:-])(?:
        (?P<iso>(?:19|20)\d\d-\d{{1,2}}-\d{{1,2}})
        | (?P<big>(?:19|20)\d\d\.\d{{1,2}}\.\d{{1,2}})
        | (?P<whole>(?:19|20)\d\d[01]\d[0-3]\d)
        | (?P<dotted>\d{{1,2}}\.\s?\d{{1,2}}\.\s?(?:(?:19|20)\d\d|\d\d))
        | (?P<dashed>\d{{1,2}}-\d{{1,2}}-(?:19|20)\d\d)
        | (?P<slashed>\d{{1,2}}/\d{{1,2}}(?:[\s/-]|\s-\s)(?:(?:19|20)\d\d|\d\d))
        | (?P<named>\d{{1,2}}\.?\s*(?:{_MONTH})\.?,?\s*(?:(?:19|20)\d\d|'?\d\d(?=\D|$)))
    )(?![\w/]|[-.:]\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_MONTH_OF_YEAR = pattern_of(rf"(?<!\w)(?P<name>{_MONTH})\.?\s+(?P<year>(?:19|20)\d\d)(?!\w)", re.IGNORECASE)
_DAY_AND_NAME = pattern_of(rf"(?P<day>\d{{1,2}})\.?\s*(?P<name>{_MONTH})\.?,?\s*'?(?P<year>\d+)", re.IGNORECASE)


def dates(text: str) -> Iterator[Dated]:
    """Every date with a year in the text, in order; not what the calendar does not have."""
    for match in _DATE.finditer(text):
        day = _day(match)
        if day is not None:
            yield Dated(match.start(), match.end(), day)


def _day(match: "re.Match[str]") -> date | None:
    kind, said = next((name, found) for name, found in match.groupdict().items() if found)
    if kind == "named":
        parts = _DAY_AND_NAME.fullmatch(said)
        if parts is None:
            return None
        return _date(_year(parts["year"]), _NAMES[parts["name"].casefold()], int(parts["day"]))
    numbers = re.findall(r"\d+", said)
    if kind == "whole":
        return _date(int(said[:4]), int(said[4:6]), int(said[6:]))
    if kind in ("iso", "big"):
        return _date(*map(int, numbers))
    day, month, year = numbers
    return _date(_year(year), int(month), int(day))


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def months(text: str) -> Iterator[Month]:
    """Every month with its year, also those within dates."""
    for match in _MONTH_OF_YEAR.finditer(text):
        yield Month(match.start(), match.end(), int(match["year"]), _NAMES[match["name"].casefold()])
