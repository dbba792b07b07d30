"""Spells of days that people set deadlines by: «mars», «uke 12», «1. kvartal», «våren», «påske», «neste måned»."""

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from handlers.calendar import named_days
from handlers.calendar.holidays import FIRST_YEAR, LAST_YEAR
from handlers.calendar.named_days import monday_of
from handlers.calendar.number_words import ORDINALS
from handlers.calendar.written import month_number
from handlers.patterns import pattern_of

_YEAR = pattern_of(r"(?P<name>.*?\D)[\s,/]*(?:i )?(?P<year>20\d\d)")
_MONTH_NAME = r"(?:jan|feb|mar|apr|mai|jun|jul|aug|sep|okt|nov|des)[a-z]{0,6}"
_MONTH = pattern_of(rf"(?P<name>{_MONTH_NAME})\.?(?: måned(?:en)?| månad(?:en)?)?")
_MONTHS = pattern_of(rf"(?P<first>{_MONTH_NAME})\.?\s*(?:/|-|–|og|eller|til)\s*(?P<last>{_MONTH_NAME})\.?")
_TURN = pattern_of(rf"(?:måneds|månads)skiftet (?P<first>{_MONTH_NAME})\.?\s*(?:/|-|–|og|til)\s*{_MONTH_NAME}\.?")
_WEEK = pattern_of(
    r"(?:uke|uka|uken|u\.?|veke|veka|v\.?|week)\s*(?:nr\.?\s*)?(?P<first>\d{1,2})"
    r"(?:\s*(?:/|-|–|og|eller|til)\s*(?P<last>\d{1,2}))?(?:[\s,/]+(?P<year>20\d\d))?"
)
_ORDINAL = "|".join(re.escape(word) for word in sorted(ORDINALS, key=len, reverse=True))
_PART = pattern_of(rf"(?:(?P<which>{_ORDINAL})\s*|(?P<q>q|k)\s?(?P<number>[1-4]))(?P<unit>[a-zåæø]*)\.?(?: av året)?")
_PARTS = {
    **dict.fromkeys(("kvartal", "kvartalet", "kv"), 3),
    **dict.fromkeys(("tertial", "tertialet"), 4),
    **dict.fromkeys(("halvår", "halvåret", "halvdel"), 6),
}
"""How many months of the year one of them is."""
_YEAR_MONTHS = 12
_SEASONS: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("våren", "vår", "vårparten"), (3, 5)),
    **dict.fromkeys(("sommeren", "sommer", "sommaren", "sommar"), (6, 8)),
    **dict.fromkeys(("høsten", "høst", "hausten", "haust", "høstparten"), (9, 11)),
    **dict.fromkeys(("vinteren", "vinter"), (12, 2)),
    **dict.fromkeys(("vårsemesteret", "vårhalvåret"), (1, 6)),
    **dict.fromkeys(("høstsemesteret", "høsthalvåret", "haustsemesteret", "hausthalvåret"), (8, 12)),
}
"""Their first and last month: the meteorologists' seasons."""
SUMMER_BREAK = frozenset((
    "sommerferien", "sommerferie", "sommarferien", "sommarferie", "ferien", "ferie", "fellesferien", "fellesferie",
))  # fmt: skip
_BREAKS: Mapping[str, tuple[tuple[int, int], tuple[int, int]]] = {
    # From the first of July until schools begin. A choice of ours: nothing says when people are back.
    **dict.fromkeys(SUMMER_BREAK, ((7, 1), (8, 15))),
    **dict.fromkeys(
        ("jul", "jol", "jola", "jula", "julen", "juleferien", "julehøytiden", "julehelga"), ((12, 24), (1, 1))
    ),
    **dict.fromkeys(("nyttår", "årsskiftet", "årsskifte", "nyåret"), ((1, 1), (1, 1))),
}
_EASTER = frozenset(("påske", "påska", "påsken", "påskeferien", "påskehelga", "påskehøytiden"))
_WHITSUN = frozenset(("pinse", "pinsa", "pinsen", "pinsehelga"))
HOLIDAYS = frozenset((*_BREAKS, *_EASTER, *_WHITSUN))
"""What things are done before, and not in: «innen jul» is before Christmas."""
_NOT_ALIKE = pattern_of(r"(?:vinter|høst|haust)ferie(?:n|r)?")


class Period(NamedTuple):
    """A spell of days, both ends included. `in_month`: a calendar month or a part of one."""

    first: date
    last: date
    in_month: bool = False


InYear = Callable[[int], Period]
"""The period in (or beginning in) a year. Raises ValueError where the year has none, as week 53."""


class NoSuchWeek(ValueError):
    """A week that a year does not have."""


def differs(text: str) -> bool:
    """Whether it is a holiday that is not at the same time everywhere."""
    return _NOT_ALIKE.fullmatch(text) is not None


def fixed(text: str, today: date) -> Period | None:
    """A period that is fixed by the day it is spoken of on: «neste uke», «denne måneden», «i år», «2027»."""
    monday = monday_of(today)
    match text:
        case "i dag" | "idag" | "dag":
            return Period(today, today)
        case "i morgen" | "imorgen" | "morgen" | "i morgon" | "morgon":
            return Period(today + timedelta(days=1), today + timedelta(days=1))
        case "uka" | "uken" | "veka" | "denne uka" | "denne uken" | "denne veka" | "inneværende uke":
            return Period(monday, monday + timedelta(days=6))
        case "neste uke" | "neste veke" | "nestkommende uke" | "kommende uke" | "komande veke":
            return Period(monday + timedelta(days=7), monday + timedelta(days=13))
        case "helga" | "helgen" | "helg":
            return Period(monday + timedelta(days=5), monday + timedelta(days=6))
        case "måneden" | "denne måneden" | "månaden" | "denne månaden" | "inneværende måned" | "månedsskiftet":
            return _months(today.year, today.month, today.month)
        case "neste måned" | "neste månad" | "kommende måned":
            year, month = today.year + today.month // _YEAR_MONTHS, today.month % _YEAR_MONTHS + 1
            return _months(year, month, month)
        case "år" | "i år" | "året" | "dette året" | "inneværende år" | "kalenderåret":
            return _months(today.year, 1, 12)
        case "neste år" | "kommende år" | "komande år":
            return _months(today.year + 1, 1, 12)
    whole = re.fullmatch(r"(?:år(?:et)? )?(20\d\d)", text)
    return _months(int(whole[1]), 1, 12) if whole else None


def in_year(text: str) -> InYear | None:
    """A period that comes every year, as «mars» or «uke 12»; one with a year is the same in whatever year is asked
    for. None: it is no such period."""
    week = _WEEK.fullmatch(text)
    if week is not None:
        return _weeks(int(week["first"]), int(week["last"] or week["first"]), int(week["year"] or 0))
    found = _recurring(text)
    if found is not None:
        return found
    dated = _YEAR.fullmatch(text)
    if dated is None:
        return None
    named, year = _recurring(dated["name"].strip(" ,/")), int(dated["year"])
    return None if named is None else lambda _year: named(year)


def _recurring(text: str) -> InYear | None:
    # «jul» is Christmas before it is July.
    return _holiday(text) or _named_months(text) or _season(text) or _part(text)


def _named_months(text: str) -> InYear | None:
    turn = _TURN.fullmatch(text)
    several = _MONTHS.fullmatch(text)
    month = _MONTH.fullmatch(turn["first"] if turn else text)
    if several is not None:
        first, last = month_number(several["first"]), month_number(several["last"])
    else:
        first = last = month_number(month["name"]) if month is not None else 0
    return (lambda year: _months(year, first, last)) if first and last else None


def _season(text: str) -> InYear | None:
    months = _SEASONS.get(text)
    return (lambda year: _months(year, *months)) if months is not None else None


def _holiday(text: str) -> InYear | None:
    if text in _BREAKS:
        (month, day), (last_month, last_day) = _BREAKS[text]
        return lambda year: Period(date(year, month, day), date(year + (last_month < month), last_month, last_day))
    name = "påsken" if text in _EASTER else "pinsen" if text in _WHITSUN else text
    days = named_days.called(re.sub(r"^([12])\.?\s*(?=[^\W\d])", r"\1. ", name))
    if days is None:
        return None

    def of(year: int) -> Period:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError(f"the holidays of {year} are not known")
        return Period(*days(year))

    return of


def _part(text: str) -> InYear | None:
    part = _PART.fullmatch(text)
    if part is None:
        return None
    which = ORDINALS[part["which"]] if part["which"] else int(part["number"])
    length = 3 if part["q"] and not part["unit"] else _PARTS.get(part["unit"], 0)
    if not length or which * length > _YEAR_MONTHS:
        return None
    return lambda year: _months(year, (which - 1) * length + 1, which * length)


def _months(year: int, first: int, last: int) -> Period:
    """Whole months; where the `last` is before the `first` it is next year's."""
    ends = year + (last < first)
    return Period(date(year, first, 1), date(ends, last, calendar.monthrange(ends, last)[1]), in_month=first == last)


def _weeks(first: int, last: int, written: int) -> InYear:
    """ISO weeks, as in Norwegian calendars; «uke 52–1» goes over the turn of the year."""

    def of(year: int) -> Period:
        year = written or year
        try:
            monday = date.fromisocalendar(year, first, 1)
            sunday = date.fromisocalendar(year + (last < first), last, 7)
        except ValueError:
            raise NoSuchWeek(year) from None
        return Period(monday, sunday)

    return of
