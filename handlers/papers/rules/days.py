"""Dates and times inside a text, as old papers write them: «25.01.24», «9/3 2023», «torsdag 12. mars», «20241205»."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from handlers.papers.rules.text import plain
from handlers.patterns import pattern_of

_MONTHS = ("januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
           "desember")  # fmt: skip
_MONTH = (
    r"januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|okt|nov|des"
)
_WEEKDAYS = {
    "mandag": 0, "måndag": 0, "tirsdag": 1, "tysdag": 1, "onsdag": 2, "torsdag": 3, "fredag": 4, "lørdag": 5,
    "laurdag": 5, "søndag": 6, "sundag": 6,
}  # fmt: skip
_WEEKDAY = "|".join(_WEEKDAYS)
_ONES = ("først|fyrst", "andr", "tredj", "fjerd", "femt", "sjett|sett", "sjuend|syvend|sjuand", "åttend|åttand",
         "niend|niand", "tiend|tiand", "ellevt", "tolvt", "trettend|trettand", "fjortend|fjortand", "femtend|femtand",
         "sekstend|sekstand", "syttend|syttand", "attend|attand", "nittend|nittand",
         "tjuend|tyvend|tjuand")  # fmt: skip
_SPELLED = {f"{stem}e": number for number, stems in enumerate(_ONES, 1) for stem in stems.split("|")}
_SPELLED |= {f"tjue{word}": 20 + number for word, number in _SPELLED.items() if number < 10}  # fmt: skip
_SPELLED |= {"trettiende": 30, "trettiande": 30, "tredevte": 30, "trettiførste": 31, "trettifyrste": 31}
"""Days of a month in words: «den tolvte mars»."""
_FIND = pattern_of(
    rf"(?:\b(?P<weekday>{_WEEKDAY}),?\s{{0,3}}(?:den\s+)?)?"
    r"(?:"
    r"(?<![\d/.,-])(?P<iso_year>(?:19|20)\d\d)-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)(?![\d-])"
    r"|(?<![\d/.,-])(?P<run>(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)"
    r"|(?:(?<![\d/,§-])(?<!\d\.)(?P<day>[0-3]?\d)\.?(?:\s?[-–]\s?[0-3]?\d\.?|\s?(?:og|\+)\s?[0-3]?\d\.)?"
    rf"|\b(?P<spelled>{'|'.join(_SPELLED)})\b)\s{{0,2}}"
    rf"(?P<name>{_MONTH})\b\.?(?:,?\s{{0,2}}(?P<name_year>(?:19|20)\d\d|\d\d(?![.:\d])(?=[\s,.;:)]|$)))?"
    r"|(?<![\d/.,§-])(?P<day2>[0-3]?\d)(?:\.\s?(?P<dot_month>[01]?\d)(?:\.\s?|\s)(?P<dot_year>(?:19|20)\d\d|\d\d)"
    r"|/(?P<slash_month>[01]?\d)(?:\s{0,2}[-/.]\s?|\s{1,2})(?P<slash_year>(?:19|20)\d\d|\d\d)"
    r"|-(?P<dash_month>[01]?\d)-(?P<dash_year>(?:19|20)\d\d|\d\d))(?![\d/])(?!\.\d)"
    r"|(?<![\d/.,§-])(?P<day3>[0-3]?\d)(?:\.\s?(?P<bare_month>[01]?\d)(?:\.(?!\s?\d)|(?=\s?:?\s?\(?kl\b))"
    r"|/(?P<bare_slash>[01]?\d))(?![\d/.-]\d)(?!\d)"
    r")",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Day:
    """A date in a text, from `start` to `end`. `year_given`: it stands there, and is not the one that was supposed.
    `weekday`: 0 for Monday, where one stands before the date."""

    date: date
    start: int
    end: int
    year_given: bool
    weekday: int | None = None

    @property
    def fits(self) -> bool:
        """Whether the weekday before it, if any, is the one on which it falls."""
        return self.weekday is None or self.date.weekday() == self.weekday


def find(text: str, year: int | None = None) -> Iterator[Day]:
    """The dates, in order. One without a year is of `year`, and left out without one."""
    for found in _FIND.finditer(text):
        group = found.groupdict()
        given: str | None
        if group["iso_year"]:
            given, month, day = group["iso_year"], int(group["iso_month"]), int(group["iso_day"])
        elif group["run"]:
            given, month, day = group["run"][:4], int(group["run"][4:6]), int(group["run"][6:])
        elif group["name"]:
            given = group["name_year"]
            day = int(group["day"]) if group["day"] else _SPELLED[group["spelled"].lower()]
            name = group["name"].lower()
            month = next(number for number, each in enumerate(_MONTHS, 1) if each.startswith(name[:3]))
        elif group["day2"]:
            given = group["dot_year"] or group["slash_year"] or group["dash_year"]
            day, month = int(group["day2"]), int(group["dot_month"] or group["slash_month"] or group["dash_month"])
        else:
            given, day, month = None, int(group["day3"]), int(group["bare_month"] or group["bare_slash"])
        of = _full(given) if given else year
        if of is None:
            continue
        try:
            when = date(of, month, day)
        except ValueError:
            continue
        weekday = _WEEKDAYS[group["weekday"].lower()] if group["weekday"] else None
        yield Day(when, found.start(), found.end(), given is not None, weekday)


def first(text: str, year: int | None = None) -> Day | None:
    """The first one."""
    return next(find(text, year), None)


def month_of(cell: str) -> int:
    """The month that a text names and nothing else («Mai», «sept.», «Januar 2026»), from 1; 0: none."""
    word = re.sub(r"[\s.\d]+", "", plain(cell))
    if len(word) < 3:
        return 0
    return next(
        (
            number
            for number, name in enumerate(_MONTHS, 1)
            if name == word or (len(word) <= 4 and name.startswith(word))
        ),
        0,
    )


def _full(year: str) -> int:
    number = int(year)
    if len(year) == 4:
        return number
    return 2000 + number if number < 70 else 1900 + number


_CLOCK = r"(?P<{0}h>[01]?\d|2[0-4])(?:\s?[.:]\s?(?P<{0}m>[0-5]\d)|(?P<{0}j>[0-5]\d)(?!\d))?(?:\s?[ht]\b)?"
_DASH = r"\s{0,2}(?:-|–|—|til|og)\s{0,2}"
_SPAN = pattern_of(
    r"(?<![\d./:])(?P<said>(?:k[li1]|klokk[ae]n?|tid|tidspunkt|fra|frå|mellom)\b\.?:?\s{0,2}){0,3}"
    + _CLOCK.format("a")
    + rf"(?:\s?(?:kl\.?))?{_DASH}(?:ca\.?\s)?(?:kl\b\.?\s?)?"
    + _CLOCK.format("b")
    + r"(?![\d/])(?!\.\d)",
    re.IGNORECASE,
)
_SINGLE = pattern_of(r"\b(?:k[li1]|klokk[ae]n?)\b\.?:?\s{0,2}" + _CLOCK.format("a") + r"(?![\d/])", re.IGNORECASE)
_BARE = pattern_of(r"(?<![\d./:-])" + r"(?P<ah>[01]?\d|2[0-3])[.:](?P<am>[0-5]\d)(?P<aj>)(?![\d/])(?!\.\d)")


@dataclass(frozen=True, slots=True)
class Times:
    """From when to when, local; `ends` None where only one time stands there."""

    begins: time
    ends: time | None
    start: int
    end: int


def times(text: str, *, bare: bool = False) -> Times | None:
    """The first time of day or span in a text. `bare`: a lone «13.00» counts too, not only after «kl.»."""
    text = blanked(text)
    for found in _SPAN.finditer(text):
        exact = (found["am"] or found["aj"]) and (found["bm"] or found["bj"])
        exact = exact or (bare and (found["am"] or found["bm"]))
        if not (exact or found["said"]):
            continue
        if found["said"] is None and not (found["am"] or found["bm"]) and "-" not in found[0] and "–" not in found[0]:
            continue
        begins, ends = _time(found, "a"), _time(found, "b")
        if begins is not None and ends is not None:
            return Times(begins, ends, found.start(), found.end())
    single = _SINGLE.search(text) or (_BARE.search(text) if bare else None)
    if single is not None and (begins := _time(single, "a")) is not None:
        return Times(begins, None, single.start(), single.end())
    return None


def blanked(text: str) -> str:
    """The text with spaces where its dates stand: as long as before."""
    for found in find(text, 2000):
        text = text[: found.start] + " " * (found.end - found.start) + text[found.end :]
    return text


def _time(found: re.Match[str], which: str) -> time | None:
    hour, minute = int(found[f"{which}h"]), int(found[f"{which}m"] or found[f"{which}j"] or 0)
    if hour == 24 and minute == 0:
        return time(0, 0)
    return time(hour, minute) if hour < 24 else None
