"""Periods the way people write them: «2026», «1. halvår 2026», «høsten», «fra august», «uke 47», or nothing at all.

Numbers are counted by whole months: it is what yearly reports use, and two periods that differ by a day would tell
what happened on that day, however well each is masked. A period of days is widened to the months that it touches.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from handlers.calendar import dates
from handlers.calendar.written import parse_date
from handlers.errors import BadInput
from handlers.patterns import pattern_of
from handlers.writing.language import LANGUAGES, N_, _
from handlers.writing.typed import typed

LONGEST_MONTHS = 36
_FIRST_YEAR = 1990
_YEAR_MONTHS = 12

_HOW_TO = N_(
    "Skriv for eksempel {command} 2026, {command} 1. halvår 2026, {command} mars–juni 2026, {command} "
    "siste kvartal eller bare {command} for de siste tolv månedene."
)


def _how() -> str:
    return _(_HOW_TO).format(command=typed("avvik tall"))


@dataclass(frozen=True, order=True)
class Month:
    """A month of a year (local)."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """`2026-11`, as it is stored. Raises `ValueError` for anything else."""
        found = re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII)
        if found is None or not 1 <= int(found[2]) <= _YEAR_MONTHS:
            raise ValueError("not a month")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    def plus(self, months: int) -> "Month":
        """So many months later, or earlier."""
        since_zero = self.year * _YEAR_MONTHS + self.number - 1 + months
        return Month(since_zero // _YEAR_MONTHS, since_zero % _YEAR_MONTHS + 1)

    def until(self, other: "Month") -> int:
        """How many months later `other` is."""
        return (other.year - self.year) * _YEAR_MONTHS + other.number - self.number

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return self.plus(1).first_day - timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Whole months, the first and the last included. `widened`: somebody wrote days, and these months hold them."""

    first: Month
    last: Month
    widened: bool = False

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(self.first.plus(number) for number in range(self.first.until(self.last) + 1))

    def shifted(self, events: int) -> "Period":
        """The period of the same length, so many lengths later or earlier."""
        length = len(self.months)
        return Period(self.first.plus(events * length), self.last.plus(events * length))

    def __str__(self) -> str:
        """`januar–juni 2026`, in the language being spoken; a whole year is `2026`."""
        if self.first.year == self.last.year:
            if (self.first.number, self.last.number) == (1, _YEAR_MONTHS):
                return str(self.first.year)
            if self.first == self.last:
                return dates.month(self.first.first_day)
            return _("{first}–{last} {year}").format(
                first=dates.month_name(self.first.first_day),
                last=dates.month_name(self.last.first_day),
                year=self.last.year,
            )
        return f"{dates.month(self.first.first_day)}–{dates.month(self.last.first_day)}"


def parse(text: str, today: date) -> Period:
    """The period that `text` means on the local date `today`; what lies in the future is left out.

    Raises:
        BadInput: it is none, ends before it begins, has not begun, or is longer than three years; says what to do.
    """
    written = " ".join(text.lower().replace("hittil", "").split()).strip(" .,")
    written = re.sub(r"(?<=\d)\.(?=[a-zæøå])", ". ", written)
    # «1. halvår i fjor», «hele 2025»
    written = re.sub(r"(?<=\S) i (fjor|år)\b", lambda found: f" {today.year - (found[1] == 'fjor')}", written)
    written = re.sub(r"^(?:hele|året|år|i) (?=\d{4}$)", "", written)
    found = _span(written, today) if written else _last_months(_YEAR_MONTHS, today)
    if found is None:
        raise BadInput(whole=_("Jeg forstår ikke perioden «{text}». {how}").format(text=text.strip()[:60], how=_how()))
    return _checked(Month.of(found.first), Month.of(found.last), today, widened=not found.whole_months)


def of_months(first: str, last: str, today: date) -> Period:
    """The period of a button, which carries its months. Raises `BadInput` as `parse` does."""
    try:
        return _checked(Month.parse(first), Month.parse(last), today)
    except ValueError:
        raise BadInput(whole=_how()) from None


def _checked(first: Month, last: Month, today: date, *, widened: bool = False) -> Period:
    this_month = Month.of(today)
    if last < first:
        raise BadInput(whole=_("Perioden slutter før den begynner. Skriv den tidligste datoen først."))
    if first > this_month:
        raise BadInput(whole=_("Perioden har ikke begynt ennå, så det er ingenting å telle. {how}").format(how=_how()))
    last = min(last, this_month)
    if first.year < _FIRST_YEAR:
        raise BadInput(whole=_("Året {year} er for lenge siden. {how}").format(year=first.year, how=_how()))
    if first.until(last) >= LONGEST_MONTHS:
        raise BadInput(whole=_("Perioden er for lang. Velg en på høyst tre år."))
    return Period(first, last, widened)


# --- what can be written -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Span:
    """From one local date to another. `dated`: the year was written too."""

    first: date
    last: date
    dated: bool = True

    @property
    def whole_months(self) -> bool:
        return self.first.day == 1 and (self.last + timedelta(days=1)).day == 1

    def earlier(self) -> "_Span":
        """The same a year before."""
        return _Span(_year_before(self.first), _year_before(self.last), self.dated)


def _year_before(day: date) -> date:
    first = day.replace(day=1, year=day.year - 1)
    return min(first + timedelta(days=day.day - 1), Month.of(first).last_day)


def _months(year: int, first: int, last: int, *, dated: bool = True) -> _Span:
    return _Span(Month(year, first).first_day, Month(year, last).last_day, dated)


def _last_months(count: int, today: date) -> _Span:
    this = Month.of(today)
    return _Span(this.plus(1 - count).first_day, this.last_day)


def _span(written: str, today: date) -> _Span | None:
    return _by_words(written, today) or _one(written, today) or _between(written, today)


def _by_words(written: str, today: date) -> _Span | None:
    this = Month.of(today)
    match written:
        case "i år" | "dette året" | "året":
            return _months(this.year, 1, _YEAR_MONTHS)
        case "i fjor" | "forrige år" | "fjoråret":
            return _months(this.year - 1, 1, _YEAR_MONTHS)
        case "denne måneden" | "denne måned":
            return _last_months(1, today)
        case "forrige måned" | "siste måned" | "siste måneden":
            return _Span(this.plus(-1).first_day, this.plus(-1).last_day)
        case "siste uke" | "siste uka" | "siste uken":
            return _Span(today - timedelta(days=6), today)
        case "forrige uke" | "forrige uka" | "forrige uken" | "førre veke" | "sist uke" | "sist veke":
            return _week(today - timedelta(days=7))
        case "denne uke" | "denne uka" | "denne uken" | "denne veka":
            return _week(today)
        case "siste år" | "siste året" | "det siste året":
            return _last_months(_YEAR_MONTHS, today)
    found = re.fullmatch(r"(forrige|førre|siste|sist|dette) (halvår|kvartal|tertial)(?:et)?", written)
    if found:
        length, _most = _PARTS[found[2]]
        # «Siste kvartal» is the last whole one, as in reports: the one that goes on has too little in it yet.
        first = Month(this.year, (this.number - 1) // length * length + 1).plus(0 if found[1] == "dette" else -length)
        return _Span(first.first_day, first.plus(length - 1).last_day)
    found = re.fullmatch(r"(?:de |dei )?siste (\d{1,4}) (dag|uke|veke|måned|månad|år)\w*", written)
    return _last(int(found[1]), found[2], today) if found and int(found[1]) else None


def _last(count: int, unit: str, today: date) -> _Span:
    if unit in ("dag", "uke", "veke"):
        days = count if unit == "dag" else 7 * count
        return _Span(today - timedelta(days=days - 1), today)
    # So many that it is too long anyway: the check says so.
    months = min(count * (1 if unit in ("måned", "månad") else _YEAR_MONTHS), LONGEST_MONTHS + 1)
    return _last_months(months, today)


def _week(day: date) -> _Span:
    monday = day - timedelta(days=day.weekday())
    return _Span(monday, monday + timedelta(days=6))


_ORDINALS = {"første": 1, "andre": 2, "annet": 2, "tredje": 3, "fjerde": 4}
_PARTS: Mapping[str, tuple[int, int]] = {"halvår": (6, 2), "kvartal": (3, 4), "tertial": (4, 3)}
"""How many months, and how many of them in a year."""
_PART = pattern_of(
    rf"(?:(?P<number>[1-4])\.?|(?P<ordinal>{'|'.join(_ORDINALS)})) (?P<part>{'|'.join(_PARTS)})(?: (?P<year>\d{{4}}))?"
)
_SHORT_PART = pattern_of(r"(?P<part>[hqkt])(?P<number>[1-4])(?:[ -]?(?P<year>\d{4}))?")
_SHORT = {"h": "halvår", "q": "kvartal", "k": "kvartal", "t": "tertial"}
_SEASONS: Mapping[str, int] = {
    **dict.fromkeys(("vinter", "vinteren"), 12),
    **dict.fromkeys(("vår", "våren"), 3),
    **dict.fromkeys(("sommer", "sommeren", "sommar", "sommaren"), 6),
    **dict.fromkeys(("høst", "høsten", "haust", "hausten"), 9),
}
"""The first of the three months of a season (Meteorologisk institutt). A winter has the year that it ends in."""
_SEASON = pattern_of(rf"(?P<season>{'|'.join(_SEASONS)})(?: (?P<year>\d{{4}}))?")
_WEEK = pattern_of(r"(?:uke|veke|week) (?P<week>\d{1,2})(?:[ ,/-]+(?P<year>\d{4}))?")
_NAMED_MONTH = pattern_of(r"(?P<name>[a-zæøå]{3,10})\.?(?: (?P<year>\d{4}))?")
_YEAR = pattern_of(r"(?P<year>\d{4})")
_YEAR_FIRST = pattern_of(r"(?P<year>\d{4})[-./](?P<number>\d{1,2})")
_YEAR_LAST = pattern_of(r"(?P<number>\d{1,2})[-./ ](?P<year>\d{4})")


def _one(written: str, today: date) -> _Span | None:
    """A year, part of a year, month or date; without a year, the latest that has begun."""
    written = written.removeprefix("i ")
    found = _undated(written, today.year)
    if found is not None and not found.dated and found.first > today:
        # A week of the year before has other dates.
        return _undated(written, today.year - 1) or found.earlier()
    return found


def _undated(written: str, year: int) -> _Span | None:
    """The same, in `year` where none was written."""
    for pattern, read in _KINDS:
        found = pattern.fullmatch(written)
        if found is not None:
            parts = found.groupdict()
            dated = parts.get("year") is not None
            of = int(parts["year"]) if dated else year
            span = read(parts, of) if of else None
            return _Span(span.first, span.last, dated) if span else None
    return _date(written, year)


def _read_part(parts: Mapping[str, str], year: int) -> _Span | None:
    length, most = _PARTS[_SHORT.get(parts["part"], parts["part"])]
    number = _ORDINALS[parts["ordinal"]] if parts.get("ordinal") else int(parts["number"])
    return _months(year, length * (number - 1) + 1, length * number) if number <= most else None


def _read_season(parts: Mapping[str, str], year: int) -> _Span | None:
    first = Month(year, _SEASONS[parts["season"]])
    if first.number == _YEAR_MONTHS:
        first = first.plus(-_YEAR_MONTHS)
    return _Span(first.first_day, first.plus(2).last_day)


def _read_week(parts: Mapping[str, str], year: int) -> _Span | None:
    try:
        return _week(date.fromisocalendar(year, int(parts["week"]), 1))
    except ValueError:
        raise BadInput(
            whole=_("Uke {number} finnes ikke i {year}. Rett uka.").format(number=parts["week"], year=year)
        ) from None


def _read_name(parts: Mapping[str, str], year: int) -> _Span | None:
    # Shortened too: «sept.», «des».
    number = next((number for name, number in _month_names().items() if name.startswith(parts["name"])), None)
    return _months(year, number, number) if number else None


def _read_number(parts: Mapping[str, str], year: int) -> _Span | None:
    number = int(parts["number"])
    return _months(year, number, number) if 1 <= number <= _YEAR_MONTHS else None


_KINDS: tuple[tuple[re.Pattern[str], Callable[[Mapping[str, str], int], _Span | None]], ...] = (
    (_YEAR, lambda _parts, year: _months(year, 1, _YEAR_MONTHS)),
    (_PART, _read_part),
    (_SHORT_PART, _read_part),
    (_YEAR_FIRST, _read_number),
    (_YEAR_LAST, _read_number),
    (_SEASON, _read_season),
    (_WEEK, _read_week),
    (_NAMED_MONTH, _read_name),
)


@lru_cache
def _month_names() -> Mapping[str, int]:
    """Whole, in every language."""
    from babel.dates import get_month_names  # noqa: PLC0415 - see `handlers.calendar.dates`

    return {
        str(name).lower(): number
        for language in LANGUAGES
        for number, name in get_month_names("wide", locale=language).items()
    }


_WHOLE_DATE = pattern_of(r"\d{1,2}[./] ?\d{1,2}[./] ?(?:\d{4}|\d{2})|\d{4}-\d{1,2}-\d{1,2}")
_NAMED_DATE = pattern_of(r"\d{1,2}\. (?P<name>[a-zæøå]{3,10}) \d{4}")


def _date(written: str, year: int) -> _Span | None:
    try:
        day = parse_date(written)
        return _Span(day, day)
    except ValueError as error:
        # A date that does not exist is worth its own sentence.
        named = _NAMED_DATE.fullmatch(written)
        if _WHOLE_DATE.fullmatch(written) or (named and named["name"] in _month_names()):
            raise BadInput(whole=str(error)) from None
    try:
        day = parse_date(written, year)
    except ValueError:
        return None
    return _Span(day, day, dated=False)


_BETWEEN = pattern_of(r"\s*[–—]\s*|\s*-\s*|\s+til\s+|\s+t\.?o\.?m\.?\s+")


def _between(written: str, today: date) -> _Span | None:
    """«mars–juni 2026», «1.3.2026–30.6.2026», «2024 til 2025»: from one to another."""
    since = re.fullmatch(r"(?:(?:fra|frå)(?: og med)?|f\.?o\.?m\.?|siden|sidan) (?P<start>.+)", written)
    if since is not None:
        first = _one(since["start"].strip(" .,"), today)
        if first is not None:
            return _Span(first.first, Month.of(max(today, first.first)).last_day)
    written = re.sub(r"^(?:fra|frå|mellom)\s+", "", written)
    # «uke 10–12», «ukene 10 til 12»
    written = re.sub(
        r"^(?:uke|veke)(?:ne|r)? (\d{1,2})(\s*[–—-]\s*|\s+\D+\s+)(?=\d{1,2}(?: \d{4})?$)", r"uke \1\2uke ", written
    )
    for dash in _BETWEEN.finditer(written):
        # A year stands on the right, if it stands once: on the left it is the same one, or the one before.
        last = _tried(written[dash.end() :], today)
        first = _tried(written[: dash.start()], last.last if last else today, latest=False)
        if first is None or last is None:
            continue
        if not first.dated and first.first > last.last:
            first = first.earlier()
        return _Span(first.first, last.last)
    return None


def _tried(written: str, today: date, *, latest: bool = True) -> _Span | None:
    written = written.strip(" .,")
    return _one(written, today) if latest else _undated(written, today.year)
