"""When something happened, the way people write it: «nå», «i går 14.30», «mandag», «22.11 kl. 14», «12. mars 2026».

Everything is local time. What leaves the year out means the nearest such day, and a weekday the last one there was.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from handlers.language import N_, _
from handlers.partnership.written import NoSuchDay, parse_date
from handlers.people import LOCAL_ZONE

_NOW = ("nå", "no", "akkurat nå", "nettopp", "nå nettopp", "now", "just now")
_DAYS_AGO = {
    **dict.fromkeys(("i dag", "idag", "today", "i morges", "tidligere i dag", "i formiddag", "i ettermiddag"), 0),
    **dict.fromkeys(("i kveld", "i natt", "i føremiddag", "this morning", "this afternoon", "tonight"), 0),
    **dict.fromkeys(("i går", "igår", "yesterday", "last night"), 1),
    **dict.fromkeys(("i morgen", "imorgen", "tomorrow"), -1),
    **dict.fromkeys(("i forgårs", "i førgår", "forgårs"), 2),
}
_WEEKDAYS = (
    ("mandag", "man", "måndag", "monday"),
    ("tirsdag", "tir", "tirs", "tysdag", "tuesday"),
    ("onsdag", "ons", "wednesday"),
    ("torsdag", "tor", "tors", "thursday"),
    ("fredag", "fre", "friday"),
    ("lørdag", "lør", "laurdag", "saturday"),
    ("søndag", "søn", "sundag", "sunday"),
)
_NUMBERS = {
    **dict.fromkeys(("en", "én", "ei", "et", "ett", "one", "an", "a"), 1),
    **dict.fromkeys(("to", "two"), 2),
    **dict.fromkeys(("tre", "three"), 3),
    "fire": 4,
    "fem": 5,
}
_SPANS = {
    "min": timedelta(minutes=1),
    "halvtime": timedelta(minutes=30),
    **dict.fromkeys(("tim", "hour"), timedelta(hours=1)),
    **dict.fromkeys(("dag", "day"), timedelta(days=1)),
    **dict.fromkeys(("uke", "vek", "week"), timedelta(days=7)),
    **dict.fromkeys(("år", "year"), timedelta(days=365)),
}
"""How long one of these is, by how it begins."""
_LONGEST_AGO = timedelta(days=9999)
_AGO = re.compile(rf"(?:for\s+)?(?P<number>\w{{1,5}})\s+(?P<unit>{'|'.join(_SPANS)})\w{{0,5}}\s+(?:siden|sidan|ago)")
_BEFORE_A_DAY = re.compile(r"(?:på|sist|siste|forrige|førre|last|on|natt(?:a|en)?\s+til)\s+")
_PART_OF_A_DAY = re.compile(r"\s+(?:tidlig|morges|morgen|morgon|formiddag|føremiddag|ettermiddag|kveld)$")
"""After a day: «i går ettermiddag», «mandag kveld». Only the day is kept of it."""
_NIGHT_BEFORE = re.compile(r"natt(?:a|en)?\s+til\s")
_EVENING = time(18)
"""So late in a night is the day before."""
_FIRST_WORD = re.compile(r"(?P<word>[^\W\d]+)\.?,?(?:\s+|$)")
_CLOCK = re.compile(
    r"(?:^|[\s,])"
    r"(?:(?P<said>(?:(?:ca\.?|rundt|omtrent|kl\.?|klokk[ae]n?|at)\s*)+)(?P<hour>\d{1,2})(?:[.:]?(?P<minute>\d{2}))?"
    r"|(?P<bare_hour>\d{1,2})[.:](?P<bare_minute>\d{2}))$"
)
_CLOCK_FIRST = re.compile(r"(?P<clock>(?:kl\.?|klokk[ae]n?)?\s*\d{1,2}(?:[.:]\d{2})?),?\s+(?P<day>[^\W\d].*)")
_HOW = N_("Skriv for eksempel «i dag», «i går 14.30», «mandag» eller «22.11 kl. 14», eller la feltet stå tomt.")
_OLDEST_YEARS = 2


class _AnotherWeekday(ValueError):
    """«mandag 24.11», which was a Tuesday. (Or it means a time of day: better to ask than to guess.)"""


class When(NamedTuple):
    """A local day, and the time of day if that was said."""

    day: date
    clock: time | None


def parse(text: str, now: datetime) -> When:
    """When it happened, seen from `now`.

    Raises:
        ValueError: it is no such text, no such day, in the future, or more than two years ago; says what to do.
    """
    local = now.astimezone(LOCAL_ZONE)
    found = _understood(" ".join(text.casefold().split()).rstrip(" ,;!"), local)
    today = local.date()
    if found.day > today or (found.clock is not None and datetime.combine(found.day, found.clock, LOCAL_ZONE) > now):
        raise ValueError(_("Dette ligger fram i tid. Skriv når det hendte, eller la feltet stå tomt."))
    if (found.day.year + _OLDEST_YEARS, found.day.month, found.day.day) < (today.year, today.month, today.day):
        raise ValueError(_("Dette er mer enn to år siden, og så gamle hendelser meldes ikke her. Sjekk årstallet."))
    return found


def settle(text: str, now: datetime) -> str:
    """`text` with its day and time written out, so that it means the same tomorrow; as it is if it means nothing."""
    try:
        return written(*parse(text, now))
    except ValueError:
        return text


def written(day: date, clock: time | None) -> str:
    """`23.11.2026 kl. 14.00`, which `parse` understands."""
    text = f"{day.day}.{day.month}.{day.year}"
    return f"{text} kl. {clock:%H.%M}" if clock is not None else text


def _understood(text: str, now: datetime) -> When:
    """The day and the time, whatever they are. A lone «22.11» is a day, a lone «14.30» a time."""
    if text in _NOW:
        return _moment(now)
    ago = _ago(text)
    if ago is not None and ago < timedelta(days=1):
        return _moment(now - ago)
    try:
        return When(_day(text, now), None)
    except _AnotherWeekday:
        raise
    except ValueError as error:
        found = _CLOCK.search(text)
        if found is None:
            turned = _CLOCK_FIRST.fullmatch(text)
            if turned is None:
                raise error from None
            return _understood(f"{turned['day']} {turned['clock']}", now)
        rest = text[: found.start()].rstrip(" ,")
        if not rest and not found["said"]:
            # «31.02» is rather a day that does not exist than a time.
            return When(now.date(), _clock(found, error))
    clock = _clock(found)
    day = _day(rest, now, clock) if rest else now.date()
    # «23.30» or «i natt 23.30», said in the morning; «natt til søndag 23.30».
    was_yesterday = rest in ("", "i natt") and clock > now.time()
    if was_yesterday or (_NIGHT_BEFORE.match(rest) and clock >= _EVENING):
        day -= timedelta(days=1)
    return When(day, clock)


def _moment(now: datetime) -> When:
    return When(now.date(), now.time().replace(second=0, microsecond=0))


def _ago(text: str) -> timedelta | None:
    """How long ago «for to timer siden» was."""
    found = _AGO.fullmatch(text)
    if found is None or not (found["number"].isdecimal() or found["number"] in _NUMBERS):
        return None
    count = _NUMBERS.get(found["number"]) or int(found["number"])
    return min(count * _SPANS[found["unit"]], _LONGEST_AGO)


def _clock(found: re.Match[str], otherwise: ValueError | None = None) -> time:
    hour, minute = found["hour"] or found["bare_hour"], found["minute"] or found["bare_minute"] or 0
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise otherwise or ValueError(_("Klokka går fra 00.00 til 23.59. Rett tiden.")) from None


def _day(text: str, now: datetime, clock: time | None = None) -> date:
    today = now.date()
    if text in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[text])
    ago = _ago(text)
    if ago is not None:
        return today - ago
    day_alone = _PART_OF_A_DAY.sub("", text)
    if day_alone not in (text, "i"):
        return _day(day_alone, now, clock)
    text = _BEFORE_A_DAY.sub("", text, count=1)
    first = _FIRST_WORD.match(text)
    weekday = next((number for number, names in enumerate(_WEEKDAYS) if first and first["word"] in names), None)
    if first is None or weekday is None:
        return _date(text, today)
    rest = first.string[first.end() :]
    if not rest:
        back = (today.weekday() - weekday) % 7
        # «tirsdag 14.30», said at ten on a Tuesday, was a week ago.
        return today - timedelta(days=back or (7 if clock and clock > now.time() else 0))
    day = _date(rest, today)
    if day.weekday() != weekday:
        raise _AnotherWeekday(
            _("Ukedagen og datoen passer ikke sammen. Rett en av dem, eller skriv «kl.» foran et klokkeslett.")
        )
    return day


def _date(text: str, today: date) -> date:
    """The day a typed date means; without a year, the nearest one."""
    try:
        return parse_date(text)
    except NoSuchDay:
        raise
    except ValueError:
        pass
    found = []
    missing: NoSuchDay | None = None
    for year in (today.year, today.year - 1):
        try:
            found.append(parse_date(text, year))
        except NoSuchDay as error:
            missing = missing or error
        except ValueError:
            raise ValueError(_(_HOW)) from None
    if not found:
        raise missing or ValueError(_(_HOW))
    return min(found, key=lambda day: abs(day - today))
