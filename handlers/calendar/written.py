"""Dates and times the way people in Norway write them: `29.2.2024`, `29/2`, `2024-02-29`, `13.00`, `12.30–15.30`."""

from datetime import date, datetime, time
from typing import NamedTuple

from handlers.patterns import pattern_of
from handlers.writing.language import _

_MONTHS = (
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
)
_ISO = pattern_of(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_JOINED = pattern_of(r"(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)")
"""As in the names of files: `20241205`."""
_NORWEGIAN = pattern_of(
    r"(?P<day>\d{1,2})\s*(?:[./]\s*(?P<month>\d{1,2})|\.?\s*(?P<name>[a-z]{3,9}))\.?"
    r"(?:[./\s]\s*(?P<year>\d{4}|\d{2}))?"
)
_CLOCK = r"(\d{1,2})[.:](\d{2})"
_TIME = pattern_of(_CLOCK)
_SPAN = pattern_of(rf"(?:kl\.?\s*)?{_CLOCK}\s*[-–—]\s*{_CLOCK}")
_RELATIVE = pattern_of(r"\+\s*(\d{1,3})\s*d")


class Span(NamedTuple):
    """From one time of day to a later one, local."""

    starts: time
    ends: time


class NoSuchDay(ValueError):
    """A date that is written as one should be, of a day that the calendar does not have."""


def parse_date(text: str, year: int | None = None) -> date:
    """The date; one written without a year is of `year`.

    Raises:
        NoSuchDay: there is no such date, as «31. februar».
        ValueError: it is no date, or has no year; says how to write it.
    """
    plain = text.strip().lower()
    found = _ISO.fullmatch(plain) or _JOINED.fullmatch(plain) or _NORWEGIAN.fullmatch(plain)
    if found is None:
        raise ValueError(_("«{text}» er ingen dato. Skriv for eksempel 2024-02-29 eller 29.2.2024.").format(text=text))
    parts = found.groupdict()
    month = month_number(parts["name"]) if parts.get("name") else int(parts["month"])
    if parts["year"]:
        year = int(parts["year"]) if len(parts["year"]) == 4 else 2000 + int(parts["year"])
    if year is None:
        raise ValueError(_("«{text}» mangler årstall. Skriv for eksempel 29.2.2024.").format(text=text))
    try:
        return date(year, month, int(parts["day"]))
    except ValueError:
        raise NoSuchDay(_("{text} finnes ikke i {year}. Rett datoen.").format(text=text, year=year)) from None


def parse_coming(text: str, since: date) -> date:
    """The date; one written without a year is the first from `since` on.

    Raises:
        NoSuchDay: there is no such date, as «31. februar», or as «29.2.» when this year's is past.
        ValueError: it is no date.
    """
    try:
        return parse_date(text)
    except NoSuchDay:
        raise
    except ValueError:
        # It has no year, or is no date: then the next line says so.
        pass
    missing: NoSuchDay | None = None
    for year in (since.year, since.year + 1):
        try:
            day = parse_date(text, year)
        except NoSuchDay as error:
            missing = missing or error
        else:
            if day >= since:
                return day
    raise missing or ValueError(text)


def written(day: date) -> str:
    """The date as one writes it in the file: `29.2.2024`."""
    return f"{day.day}.{day.month}.{day.year}"


def month_number(name: str) -> int:
    """1–12, also for a shortened name; 0 for what is no month, which no date has."""
    return next((number for number, month in enumerate(_MONTHS, 1) if month.startswith(name)), 0)


def parse_span(text: str) -> Span:
    """`12.30–15.30`, with points or colons, with any kind of dash.

    Raises:
        ValueError: it is not that, or ends before it starts.
    """
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(
            _("«{text}» er ikke et tidsrom. Skriv når møtet begynner og slutter, for eksempel 12.30–15.30.").format(
                text=text
            )
        )
    starts, ends = _time(text, found[1], found[2]), _time(text, found[3], found[4])
    if ends <= starts:
        raise ValueError(_("«{text}»: møtet må slutte etter at det har begynt. Rett tidene.").format(text=text))
    return Span(starts, ends)


def parse_moment(text: str, year: int | None = None) -> datetime:
    """`15.2.2024 12.00`: a date and a time of day, local and without a zone.

    Raises:
        ValueError: it is not that.
    """
    day, _space, clock = text.strip().rpartition(" ")
    found = _TIME.fullmatch(clock)
    if not day or found is None:
        raise ValueError(
            _("«{text}» er ikke en dato med klokkeslett. Skriv for eksempel 15.2.2024 12.00.").format(text=text)
        )
    return datetime.combine(
        parse_date(day.removesuffix("kl.").removesuffix("kl"), year), _time(text, found[1], found[2])
    )


def _time(text: str, hour: str, minute: str) -> time:
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise ValueError(_("«{text}»: klokka går fra 00.00 til 23.59.").format(text=text)) from None


def parse_relative(text: str) -> int | None:
    """The number of days in `+14d`; None if it is no such text."""
    found = _RELATIVE.fullmatch(text.strip().lower())
    return int(found[1]) if found else None
