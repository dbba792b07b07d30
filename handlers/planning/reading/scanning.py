"""The days, times and weekdays in a text of a meeting plan, in order, and the words between them. Pure.

«12.30» may be a time, and «10.12» a day or a time: a time has a word before it («kl.»), a colon, a dash between two, or
minutes that no month has. Nothing is looked up in a calendar here: 30.02 is a day like any other.
"""

import re
from collections.abc import Iterator
from datetime import time
from typing import NamedTuple

from handlers.patterns import pattern_of

MONTH = (
    r"(?:jan(?:uary?)?|feb(?:ruary?)?|mar(?:s|ch)?|apr(?:il)?|ma[iy]|jun[ie]?|jul[iy]?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|o[kc]t(?:ober)?|nov(?:ember)?|de[sc](?:ember)?)(?![^\W\d_])\.?"
)
_MONTHS = (
    ("jan",), ("feb",), ("mar",), ("apr",), ("mai", "may"), ("jun",), ("jul",), ("aug",), ("sep",), ("okt", "oct"),
    ("nov",), ("des", "dec"),
)  # fmt: skip
_NUMBER_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WEEKDAYS = (
    ("mandag", "måndag", "monday"),
    ("tirsdag", "tysdag", "tuesday"),
    ("onsdag", "wednesday"),
    ("torsdag", "thursday"),
    ("fredag", "friday"),
    ("lørdag", "laurdag", "saturday"),
    ("søndag", "sundag", "sunday"),
)
_WEEKDAY_OF = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
_SHORT = (
    ("man", "ma", "mån"), ("tirs", "tir", "ti", "tys"), ("ons", "on"), ("tors", "tor", "to"), ("fre", "fr"),
    ("lør", "lø", "laur"), ("søn", "sø", "sun"),
)  # fmt: skip
_SHORT_OF = {name: number for number, names in enumerate(_SHORT) for name in names}


WEEKDAYS = "|".join(sorted(_WEEKDAY_OF, key=len, reverse=True))
"""Their whole names in Bokmål, Nynorsk and English, as a pattern."""


def _either(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_SAID = r"(?P<said>(?:(?:kl|klokk[ae]n?|fra|frå|mellom|tid|tidspunkt|from|at)\b[.:]?\s*)+)"
_SAID_ALONE = r"(?P<said>(?:(?:fra|frå|ca\.?)\s*)?(?:kl|klokk[ae]n?)\b[.:]?\s*)"
_HOUR = r"(?P<h{0}>\d{{1,2}})(?:(?P<s{0}>[.:]?)(?P<m{0}>\d{{2}}))?"
_SPAN = pattern_of(
    rf"{_SAID}?{_HOUR.format(1)}\s*(?P<dash>-|–|—|\btil\b|\bog\b|\bto\b)\s*(?:kl\.?\s*)?{_HOUR.format(2)}(?![.:/]?\d)",
    re.I,
)
_CLOCK = pattern_of(
    rf"(?:{_SAID_ALONE}(?P<h1>\d{{1,2}})(?:[.:]?(?P<m1>\d{{2}}))?|(?P<h2>\d{{1,2}})(?P<s2>[.:])(?P<m2>\d{{2}}))(?![.:/]?\d)",
    re.I,
)
_ISO = pattern_of(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)(?:T(?=\d))?")
_DASHED = pattern_of(r"(?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>\d{4})(?!\d)")
_NUMERIC = pattern_of(
    r"(?P<day>\d{1,2})(?P<sign>[./]|\s/\s)(?P<month>\d{1,2})"
    r"(?:(?P=sign)(?P<year>\d{4}|\d{2})(?![\d:])|\.?,?\s(?P<apart>20\d\d)(?!\d|\s*[-–:.]\s*\d))?\.?(?![\d:])"
)
_NAMED = pattern_of(
    rf"(?P<day>\d{{1,2}})\.?\s?(?:(?:-|–|—|til)\s?(?P<last>\d{{1,2}})\.?\s?)?(?P<name>{MONTH})(?:,?\s?(?P<year>20\d\d))?",
    re.I,
)
_SEVERAL = pattern_of(rf"(?:\d{{1,2}}\.?\s?(?:,|\bog\b|&|\+)\s?(?:og\s)?){{1,12}}(?=\d{{1,2}}\.?\s?{MONTH})", re.I)
"""The first of «5., 12. og 19. mars»."""
_LAST_OF = pattern_of(r"\s?(?:-|–|—)\s?(?=\d{1,2}[./]\d)")
_WEEKDAY = pattern_of(rf"(?P<name>{WEEKDAYS})(?P<every>er|ar|s)?\b", re.I)
_SHORT_WEEKDAY = pattern_of(rf"(?P<name>{_either(_SHORT_OF)})\.?\s?(?:den\s)?(?=\d{{1,2}}(?:[./]|\s|$|,))", re.I)
_MONTH_ALONE = pattern_of(rf"(?P<name>{MONTH})(?:\s?(?P<year>20\d\d))?", re.I)
_BARE = pattern_of(r"(?P<day>\d{1,2})\.?(?![\w/%-]|[.:]\d|\s*[–-]\s*\d|\s?(?:timer|time|etg|etasje|min)\b)")
_ONLY_BETWEEN = pattern_of(r"[\s,;:&+/()–-]*(?:(?:og|den|samt)[\s,]*)?", re.I)
_AFTER_WEEK = pattern_of(r"\b(?:uker?|veker?|weeks?)\s*(?:\d{1,2}\s*(?:,|og)\s*)*$", re.I)
_NEAR = 40
_WITHIN = pattern_of(r"\d[./:]$")


class Day(NamedTuple):
    """A day as it is written. `month`, `year`: None: not said. `last`: of several days in a row («25.–26.»)."""

    text: str
    day: int
    month: int | None = None
    year: int | None = None
    last: "Day | None" = None


class Clock(NamedTuple):
    """A time of day, or from one to another. `begins`: None where it is no time («25.00»)."""

    text: str
    begins: time | None
    ends: time | None = None


class Weekday(NamedTuple):
    """`number`: 0 is Monday. `every`: in the plural, about all the days («torsdager»)."""

    text: str
    number: int
    every: bool = False


class Month(NamedTuple):
    """A month without a day."""

    text: str
    month: int
    year: int | None = None


class Words(NamedTuple):
    """What stands between; also «(» and «)», each by itself."""

    text: str


Token = Day | Clock | Weekday | Month | Words


def month_of(name: str) -> int:
    """1–12; 0: it is none."""
    return _NUMBER_OF.get(name.casefold()[:3], 0)


def weekday_of(name: str) -> int:
    """0 (Monday) to 6, of a whole name, also in the plural."""
    return next(number for known, number in _WEEKDAY_OF.items() if name.casefold().startswith(known))


def month_alone(text: str) -> Month | None:
    """The month, where a text is nothing else: «Jan.», «januar 2026»."""
    found = _MONTH_ALONE.fullmatch(text.strip().rstrip(":"))
    return _month(found) if found is not None else None


def clock_alone(text: str) -> Clock | None:
    """What a text that is to be a time says, as in a column of times: «12», «12.30–15.30», «kl 9», «12.3» (a number
    that lost its last digit), «0.5208» (a part of a day). None: it is no time."""
    text = text.strip()
    part = re.fullmatch(r"0[.,]\d+", text)
    if part is not None:
        minutes = round(float(text.replace(",", ".")) * 24 * 60)
        return Clock(text, time(minutes // 60 % 24, minutes % 60))
    short = re.fullmatch(r"(\d{1,2})[.,]([1-5])", text)
    if short is not None:
        return Clock(text, _time(short[1], f"{short[2]}0"))
    stamp = re.fullmatch(r"(\d{1,2})[.:](\d{2})[.:]00", text)
    if stamp is not None:
        return Clock(text, _time(stamp[1], stamp[2]))
    text = re.sub(r"\s*(?:h|t)$", "", text)
    said = text if re.match(r"\D", text) else f"kl {text}"
    span = _SPAN.fullmatch(said)
    if span is not None:
        return _span(span, False)
    alone = _CLOCK.fullmatch(said)
    return _clock(alone) if alone is not None else None


def clocks_in(text: str) -> list[tuple[Clock, int, int]]:
    """The times in a text without days, with where each begins and ends."""
    found = []
    at = 0
    while at < len(text):
        begins = text[at].isalnum() and not (
            at and (text[at - 1].isalnum() or _WITHIN.search(text[max(0, at - 2) : at]))
        )
        span = _SPAN.match(text, at) if begins else None
        clock = (
            _span(span, True, dated=not _AFTER_WEEK.search(text[max(0, at - _NEAR) : at])) if span is not None else None
        )
        alone = _CLOCK.match(text, at) if begins and clock is None else None
        if alone is not None:
            clock = _clock(alone)
        ends = (span or alone) if clock is not None else None
        if span is not None and alone is not None and clock is not None:
            ends = alone
        if clock is not None and ends is not None:
            found.append((clock, at, ends.end()))
            at = ends.end()
        else:
            at += 1
    return found


def scan(text: str, *, bare_days: bool = False) -> list[Token]:
    """The tokens of a text. `bare_days`: a number alone is a day («25»), since the month stands elsewhere."""
    return list(_tokens(text, bare_days))


def _tokens(text: str, bare_days: bool) -> Iterator[Token]:
    words = ""
    dated = False
    month: Month | None = None
    at = 0
    while at < len(text):
        letter = text[at]
        begins = (
            letter.isalnum() and not (at and text[at - 1].isalnum()) and not _WITHIN.search(text[max(0, at - 2) : at])
        )
        found = _token(text, at, bare_days and _ONLY_BETWEEN.fullmatch(words) is not None, dated) if begins else None
        if found is None and letter not in "()":
            words += letter
            at += 1
            continue
        if words.strip():
            yield Words(words)
        words = ""
        if found is None:
            yield Words(letter)
            at += 1
            continue
        tokens, at = found
        last = tokens[-1]
        if isinstance(last, Day) and last.month is None and month is not None:
            # «januar: 25., 27.», «January 25»
            tokens = [last._replace(month=month.month, year=month.year)]
        yield from tokens
        dated = dated or isinstance(last, Day)
        if isinstance(last, Month):
            bare_days, month = True, last
    if words.strip():
        yield Words(words)


def _token(text: str, at: int, bare: bool, dated: bool) -> tuple[list[Token], int] | None:
    """What begins here, and where it ends. `dated`: a day stands before it."""
    for pattern in (_ISO, _DASHED):
        found = pattern.match(text, at)
        if found is not None:
            return [Day(found[0].rstrip("T"), int(found["day"]), int(found["month"]), int(found["year"]))], found.end()
    found = _SPAN.match(text, at)
    if found is not None:
        clock = _span(found, True, dated=(dated and not bare) or text[at - 1 : at] == "(")
        if clock is not None:
            return [clock], found.end()
    found = _SEVERAL.match(text, at)
    named = _NAMED.match(text, found.end()) if found is not None else None
    if found is not None and named is not None:
        last = _named(named)
        days: list[Token] = [Day(each, int(each), last.month, last.year) for each in re.findall(r"\d{1,2}", found[0])]
        return [*days, last], named.end()
    found = _NAMED.match(text, at)
    if found is not None:
        return [_named(found)], found.end()
    found = _CLOCK.match(text, at)
    if found is not None:
        clock = _clock(found)
        if clock is not None:
            return [clock], found.end()
    return _numeric(text, at) or _others(text, at, bare)


def _others(text: str, at: int, bare: bool) -> tuple[list[Token], int] | None:
    found = _WEEKDAY.match(text, at)
    if found is not None:
        return [Weekday(found[0], _WEEKDAY_OF[found["name"].casefold()], bool(found["every"]))], found.end()
    found = _SHORT_WEEKDAY.match(text, at)
    if found is not None:
        return [Weekday(found[0].strip(), _SHORT_OF[found["name"].casefold()])], found.end()
    found = _MONTH_ALONE.match(text, at)
    if found is not None:
        return [_month(found)], found.end()
    found = _BARE.match(text, at) if bare else None
    return ([Day(found[0].rstrip("."), int(found["day"]))], found.end()) if found is not None else None


def _numeric(text: str, at: int) -> tuple[list[Token], int] | None:
    found = _NUMERIC.match(text, at)
    if found is None or _AFTER_WEEK.search(text[max(0, at - _NEAR) : at]):
        # «uke 9/10» is one week or the other.
        return None
    day = _numbered(found)
    dash = _LAST_OF.match(text, found.end())
    last = _NUMERIC.match(text, dash.end()) if dash is not None else None
    if last is None or _begins_span(text, last.start()):
        return [day], found.end()
    ends = _numbered(last)
    if ends.month is None or ends.month > 12:
        # «22.01.26 – 12.30»
        return [day], found.end()
    return [day._replace(text=text[at : last.end()], year=day.year or ends.year, last=ends)], last.end()


def _begins_span(text: str, at: int) -> bool:
    found = _SPAN.match(text, at)
    return found is not None and _span(found, True) is not None


def _numbered(found: re.Match[str]) -> Day:
    year = found["year"] or found["apart"]
    # «25/1/24» is of this century.
    whole = int(year) + (2000 if len(year) == 2 else 0) if year else None
    return Day(found[0].strip().rstrip("."), int(found["day"]), int(found["month"]), whole)


def _named(found: re.Match[str]) -> Day:
    month, year = month_of(found["name"]), int(found["year"]) if found["year"] else None
    last = Day(found[0], int(found["last"]), month, year) if found["last"] else None
    return Day(found[0].strip(), int(found["day"]), month, year, last)


def _month(found: re.Match[str]) -> Month:
    return Month(found[0].strip(), month_of(found["name"]), int(found["year"]) if found["year"] else None)


def _span(found: re.Match[str], careful: bool, *, dated: bool = False) -> Clock | None:
    """None: these are no times. `careful`: nothing around says that they are."""
    said = bool(found["said"]) or ":" in (found["s1"] or "") + (found["s2"] or "")
    if found["dash"].casefold() in ("og", "to") and "mellom" not in (found["said"] or "").casefold():
        return None
    if careful and not said and not _looks_like_times(found, dated):
        return None
    begins, ends = _time(found["h1"], found["m1"]), _time(found["h2"], found["m2"])
    if begins is None or ends is None:
        return Clock(found[0].strip(), None) if said or not careful else None
    return Clock(found[0].strip(), begins, ends)


def _looks_like_times(found: re.Match[str], dated: bool) -> bool:
    first, last = found["m1"], found["m2"]
    joined = (first and not found["s1"]) or (last and not found["s2"])
    if joined and int(found["h1"]) >= 20:
        # «2025-2030» are years.
        return False
    if first and last:
        return int(first) % 5 == 0 and int(last) % 5 == 0
    if first or last:
        return int(first or last) % 5 == 0 and (int(first or last) > 12 or int(first or last) == 0)
    # «25/1 9–11»
    return dated and 6 <= int(found["h1"]) < int(found["h2"]) <= 23


def _clock(found: re.Match[str]) -> Clock | None:
    if found["said"]:
        return Clock(found[0].strip(), _time(found["h1"], found["m1"]))
    clock = _time(found["h2"], found["m2"])
    if found["s2"] == ":":
        return Clock(found[0], clock)
    minute = int(found["m2"])
    return Clock(found[0], clock) if clock is not None and minute > 12 and minute % 5 == 0 else None


def _time(hour: str, minute: str | None) -> time | None:
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        return None
