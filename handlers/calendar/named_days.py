"""Days that have a name: a weekend, a week by its number, and the holidays of the Norwegian calendar."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from handlers.calendar.holidays import (
    ASCENSION_DAY,
    EASTER_SUNDAY,
    FIRST_YEAR,
    LAST_YEAR,
    WHIT_SUNDAY,
    public_holiday,
)
from handlers.calendar.written import NoSuchDay
from handlers.patterns import pattern_of
from handlers.writing.language import _

LAST_ONE = r"(?:i )?(?:sist|siste|forrige|førre|last)"
"""What people say before a day or a week that is over, as a pattern."""
IN_LAST_WEEK = pattern_of(rf"\s+{LAST_ONE} (?:uke|uka|uken|veke|veka|week)$")
_WEEK = pattern_of(r"(?:i )?(?:uke|veke|week) (?P<number>\d{1,2})(?:[ ,]+(?P<year>\d{4}))?")
_WITH_YEAR = pattern_of(r"(?P<name>.*\D)\s(?P<year>\d{4})")


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def several(text: str, today: date) -> tuple[date, date] | None:
    """Several days that have a name: «i helga», «forrige uke», «uke 47», «i påska»."""
    monday = monday_of(today)
    match text:
        case "i helga" | "i helgen" | "i helgens løp" | "helga" | "helgen" | "this weekend" | "over helga":
            # On a Saturday or Sunday it is this one.
            saturday = monday + timedelta(days=5 if today.weekday() >= 5 else -2)
            return saturday, saturday + timedelta(days=1)
        case "forrige helg" | "sist helg" | "siste helg" | "førre helg" | "forrige helga" | "last weekend":
            return monday - timedelta(days=2), monday - timedelta(days=1)
        case "denne uka" | "denne uken" | "denne veka" | "i uka" | "i uken" | "this week":
            return monday, monday + timedelta(days=6)
    if IN_LAST_WEEK.fullmatch(" " + text):
        return monday - timedelta(days=7), monday - timedelta(days=1)
    week = _WEEK.fullmatch(text)
    if week is not None:
        return _week(int(week["number"]), int(week["year"]) if week["year"] else None, today)
    name = re.sub(r"^(?:i|på) ", "", text)
    if name in _HOLIDAYS:
        first, last = _HOLIDAYS[name]
        return _latest(lambda year: (first(year), last(year)), today)
    return None


def _week(number: int, year: int | None, today: date) -> tuple[date, date]:
    """The week with this number (ISO 8601, as in Norwegian calendars), the latest that has begun."""
    try:
        if year is not None:
            first = date.fromisocalendar(year, number, 1)
        else:
            first = date.fromisocalendar(today.year, number, 1)
            if first > today:
                first = date.fromisocalendar(today.year - 1, number, 1)
    except ValueError:
        raise NoSuchDay(_("Uke {number} finnes ikke det året. Rett uka.").format(number=number)) from None
    return first, first + timedelta(days=6)


def _latest(of: Callable[[int], tuple[date, date]], today: date) -> tuple[date, date]:
    """The last time it was, or began."""
    return max(days for days in map(of, range(today.year - 2, today.year + 1)) if days[0] <= today)


def _fixed(day: int, month: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _easter(days: int = 0) -> Callable[[int], date]:
    """So many days after Easter Sunday."""
    return lambda year: public_holiday(EASTER_SUNDAY, year) + timedelta(days=days)


def _whitsun(days: int = 0) -> Callable[[int], date]:
    """So many days after Whit Sunday."""
    return lambda year: public_holiday(WHIT_SUNDAY, year) + timedelta(days=days)


def _ascension_day(year: int) -> date:
    return public_holiday(ASCENSION_DAY, year)


def _after_ascension_day(year: int) -> date:
    return _ascension_day(year) + timedelta(days=1)


_HOLIDAY: Mapping[str, Callable[[int], date]] = {
    **dict.fromkeys(("nyttårsdag", "1. nyttårsdag", "første nyttårsdag"), _fixed(1, 1)),
    **dict.fromkeys(("palmesøndag", "palmesundag"), _easter(-7)),
    **dict.fromkeys(("skjærtorsdag", "skjertorsdag"), _easter(-3)),
    "langfredag": _easter(-2),
    **dict.fromkeys(("påskeaften", "påskeaftan"), _easter(-1)),
    **dict.fromkeys(("1. påskedag", "første påskedag", "påskedag"), _easter()),
    **dict.fromkeys(("2. påskedag", "andre påskedag", "annen påskedag"), _easter(1)),
    **dict.fromkeys(("arbeidernes dag", "arbeidarane sin dag", "første mai"), _fixed(1, 5)),
    **dict.fromkeys(("grunnlovsdagen", "nasjonaldagen", "syttende mai"), _fixed(17, 5)),
    **dict.fromkeys(
        ("kristi himmelfartsdag", "kristi himmelfart", "kr. himmelfartsdag", "himmelfartsdagen"),
        _ascension_day,
    ),
    **dict.fromkeys(("pinseaften", "pinseaftan"), _whitsun(-1)),
    **dict.fromkeys(("1. pinsedag", "første pinsedag", "pinsedag"), _whitsun()),
    **dict.fromkeys(("2. pinsedag", "andre pinsedag", "annen pinsedag"), _whitsun(1)),
    **dict.fromkeys(("sankthansaften", "sankthans", "jonsok", "jonsokaftan"), _fixed(23, 6)),
    **dict.fromkeys(("lille julaften", "veslejulaftan", "litle julaftan"), _fixed(23, 12)),
    **dict.fromkeys(("julaften", "julaftan", "julekvelden"), _fixed(24, 12)),
    **dict.fromkeys(("1. juledag", "første juledag", "juledag"), _fixed(25, 12)),
    **dict.fromkeys(("2. juledag", "andre juledag", "annen juledag"), _fixed(26, 12)),
    **dict.fromkeys(("nyttårsaften", "nyttårsaftan", "nyttårskvelden"), _fixed(31, 12)),
}
"""Days by the names that they have in Norway, in the year that is asked for (lov om helligdager; kirkens kalender)."""
_HOLIDAYS: Mapping[str, tuple[Callable[[int], date], Callable[[int], date]]] = {
    **{name: (day, day) for name, day in _HOLIDAY.items()},
    **dict.fromkeys(("påska", "påsken", "påskehelga", "påskehelgen"), (_easter(-3), _easter(1))),
    "dagene før påske": (_easter(-6), _easter(-4)),
    "dagen etter kristi himmelfartsdag": (_after_ascension_day, _after_ascension_day),
    **dict.fromkeys(("pinsa", "pinsen", "pinsehelga", "pinsehelgen"), (_whitsun(-1), _whitsun(1))),
    **dict.fromkeys(("jula", "julen", "julehelga", "julehelgen"), (_fixed(24, 12), _fixed(26, 12))),
    **dict.fromkeys(("romjula", "romjulen", "romjul"), (_fixed(27, 12), _fixed(30, 12))),
}


def called(name: str) -> Callable[[int], tuple[date, date]] | None:
    """The days that have this name, in a year whose holidays are known: «jula», «langfredag». None: no days have it."""
    found = _HOLIDAYS.get(name)
    if found is None:
        return None
    first, last = found
    return lambda year: (first(year), last(year))


def holiday(text: str, today: date) -> date | None:
    """«2. påskedag», the last one there was, or that of a year whose holidays are known."""
    name = re.sub(r"^(?:på )?(?:([12])\.? ?(?=[^\W\d]))?", lambda found: f"{found[1]}. " if found[1] else "", text)
    if name in _HOLIDAY:
        day = _HOLIDAY[name]
        return _latest(lambda year: (day(year), day(year)), today)[0]
    dated = _WITH_YEAR.fullmatch(name)
    if dated is not None and dated["name"].strip() in _HOLIDAY and FIRST_YEAR <= int(dated["year"]) <= LAST_YEAR:
        return _HOLIDAY[dated["name"].strip()](int(dated["year"]))
    return None
