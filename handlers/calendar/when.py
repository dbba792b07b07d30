"""When something happened, the way people write it: «nå», «i går 14.30», «halv tre», «i helga», «2. påskedag».

Everything is local time. What leaves the year out means the nearest such day, and a weekday the last one there was.
What lasted is kept as it was said, from a day or a time to another one, and not as the first of them.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from handlers.calendar import dates, named_days, times_of_day
from handlers.calendar.named_days import IN_LAST_WEEK, LAST_ONE, monday_of
from handlers.calendar.number_words import NUMBERS
from handlers.calendar.written import NoSuchDay, parse_date
from handlers.calendar.zone import LOCAL_ZONE
from handlers.patterns import pattern_of
from handlers.writing.language import N_, _
from storage.tables import Deviation

_NOT_KNOWN = frozenset((
    "vet ikke", "vet ikke når", "jeg vet ikke", "veit ikkje", "veit ikke", "eg veit ikkje", "husker ikke",
    "hugsar ikkje", "ikke sikker", "ikkje sikker", "usikker", "usikkert", "ukjent", "aner ikke", "i don't know",
    "don't know", "not sure", "unknown", "?", "??", "-", "–",
))  # fmt: skip
_NOW = ("nå", "no", "akkurat nå", "nettopp", "nå nettopp", "now", "just now")
_DAYS_AGO = {
    **dict.fromkeys(("i dag", "idag", "today", "i morges", "tidligere i dag", "i formiddag", "i ettermiddag"), 0),
    **dict.fromkeys(("i kveld", "i natt", "i føremiddag", "this morning", "this afternoon", "tonight"), 0),
    **dict.fromkeys(("i går", "igår", "yesterday", "last night"), 1),
    **dict.fromkeys(("i morgen", "imorgen", "tomorrow"), -1),
    **dict.fromkeys(("i forgårs", "iforgårs", "forgårs", "i førgår", "iførgår", "forrigårs", "i forrigårs"), 2),
    **dict.fromkeys(("i forgjårs", "iforrigårs", "the day before yesterday"), 2),
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
_AGO = pattern_of(
    r"(?:for\s+)?(?:(?:en|ein)\s+(?=halv\s))?"
    rf"(?P<number>\w{{1,9}})\s+(?P<unit>{'|'.join(_SPANS)})\w{{0,5}}\s+(?:siden|sidan|ago)"
)
_BEFORE_A_DAY = pattern_of(r"(?:på|nå|sist|siste|forrige|førre|last|on|natt(?:a|en)?\s+til)\s+")
_NOT_TODAY = pattern_of(rf"{LAST_ONE}\s+")
"""Before a weekday: said on that weekday, it is not today that is meant."""
_PART_OF_A_DAY = pattern_of(
    r"\s+(?:om|på) (?:natt|dag|morgen|morgon|kveld|formiddag|føremiddag|ettermiddag)(?:en|a)?$"
    r"|\s+(?:tidlig|morges|morgen|morgon|formiddag|føremiddag|ettermiddag|kveld|evening)$"
)
"""After a day: «i går ettermiddag», «mandag kveld». Only the day is kept of it."""
_NIGHT_AFTER = pattern_of(r"(?<! om)(?<! på)\s+(?:natt(?:a|en)?|night)$")
"""After a day: «lørdag natt» begins on the Saturday and ends on the Sunday."""
_NIGHT_BEFORE = pattern_of(r"natt(?:a|en)?\s+til\s")
_EVENING = time(18)
"""So late in a night is the day before."""
_BEGINS_AT = (("ettermiddag", time(12)), ("afternoon", time(12)), ("kveld", time(17)), ("evening", time(17)))
"""When a part of a day begins, earlier than which it has not been: «fredag kveld», said on a Friday morning."""
_NOON = time(12)
_FIRST_WORD = pattern_of(r"(?P<word>[^\W\d]+)\.?,?(?:\s+|$)")
_FROM_DAY_TO_DAY = pattern_of(r"\s*[–—]\s*|\s*-\s*|\s+til\s+(?:og\s+med\s+)?|\s+t\.?o\.?m\.?\s+|\s+og\s+|\s+to\s+")
_DAY_ONLY = pattern_of(r"\d{1,2}\.?")
_HOW = N_(
    "Skriv for eksempel «i dag», «i går 14.30», «mandag», «i helga» eller «22.11 kl. 14», eller la feltet stå tomt."
)
_OLDEST_YEARS = 2
_LONGEST_DAYS = 14


class _AnotherWeekday(ValueError):
    """«mandag 24.11», which was a Tuesday. (Or it means a time of day: better to ask than to guess.)"""


class When(NamedTuple):
    """A local day, and the time of day if that was said.

    `last_day`, `last_clock`: where it lasted, the day and the time it lasted to (both included). A time before `clock`
    is the next day's.
    """

    day: date
    clock: time | None
    last_day: date | None = None
    last_clock: time | None = None


def parse(text: str, now: datetime) -> When | None:
    """When it happened, seen from `now`. None: the person says that they do not know.

    Raises:
        ValueError: it is no such text, no such day, in the future, too long, or more than two years ago; says what to
            do.
    """
    local = now.astimezone(LOCAL_ZONE)
    plain = " ".join(text.casefold().split()).rstrip(" ,;!.")
    if plain in _NOT_KNOWN or text.strip() in _NOT_KNOWN:
        return None
    found = _understood(plain, local)
    today = local.date()
    if _ends(found) > local.replace(tzinfo=None):
        raise ValueError(_("Dette ligger fram i tid. Skriv når det hendte, eller la feltet stå tomt."))
    if (found.day.year + _OLDEST_YEARS, found.day.month, found.day.day) < (today.year, today.month, today.day):
        raise ValueError(_("Dette er mer enn to år siden, og så gamle hendelser meldes ikke her. Sjekk årstallet."))
    if found.last_day is not None and (found.last_day - found.day).days >= _LONGEST_DAYS:
        raise ValueError(_("Det er et langt tidsrom. Skriv dagen da det begynte, og resten i beskrivelsen."))
    return found


def columns(found: When | None) -> Mapping[str, date | time | None]:
    """The columns of a report that say when it happened."""
    day, clock, last_day, last_clock = found or (None, None, None, None)
    return {
        "happened_on": day,
        "happened_clock": clock,
        "happened_last_on": last_day,
        "happened_last_clock": last_clock,
    }


def stored(report: Deviation) -> When | None:
    """When a report says that it happened; None where it does not."""
    if report.happened_on is None:
        return None
    return When(report.happened_on, report.happened_clock, report.happened_last_on, report.happened_last_clock)


def in_words(found: When) -> str:
    """`mandag 23. november 2026 kl. 12.00–14.00`, in the language being spoken."""
    first = _in_words(found.day)
    clock = clock_in_words(found)
    if clock:
        return _("{day} kl. {clock}").format(day=first, clock=clock)
    if found.last_day is not None:
        return _("{first} – {last}").format(first=first, last=_in_words(found.last_day))
    return first


def clock_in_words(found: When) -> str:
    """`12.00–14.00`; empty where no time was said."""
    if found.clock is None:
        return ""
    return f"{found.clock:%H.%M}" + (f"–{found.last_clock:%H.%M}" if found.last_clock is not None else "")


def noon(day: date) -> datetime:
    """A moment of this local date, for what writes moments."""
    return datetime.combine(day, _NOON, LOCAL_ZONE)


def _in_words(day: date) -> str:
    return dates.day(noon(day), LOCAL_ZONE.key)


def _ends(found: When) -> datetime:
    """The earliest it can have ended, local and without a zone."""
    return datetime.combine(found.last_day or found.day, found.last_clock or found.clock or time())


def settle(text: str, now: datetime) -> str:
    """`text` with its day and time written out, so that it means the same tomorrow; empty where the person does not
    know, and as it is if it means nothing."""
    try:
        found = parse(text, now) if text else None
    except ValueError:
        return text
    return written(found) if found else ""


def written(found: When) -> str:
    """`23.11.2026 kl. 14.00`, `23.11.2026 kl. 12.00–14.00`, `21.11.2026–22.11.2026`: what `parse` understands."""
    text = _written(found.day)
    if found.clock is not None:
        text += f" kl. {found.clock:%H.%M}"
    if found.last_clock is not None:
        return f"{text}–{found.last_clock:%H.%M}"
    return f"{text}–{_written(found.last_day)}" if found.last_day is not None else text


def _written(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


def _understood(text: str, now: datetime) -> When:
    """The day and the time, whatever they are. A lone «22.11» is a day, a lone «14.30» a time."""
    if text in _NOW:
        return _moment(now)
    ago = _ago(text)
    if ago is not None and ago < timedelta(days=1):
        return _moment(now - ago)
    try:
        return _whole(*_days(text, now), now)
    except _AnotherWeekday:
        raise
    except ValueError as error:
        return _with_clock(text, now, error)


def _whole(first: date, last: date, now: datetime) -> When:
    """Days without a time. Of what lasts still, those that have been."""
    last = min(last, max(now.date(), first))
    return When(first, None, last if last > first else None)


def _with_clock(text: str, now: datetime, error: ValueError) -> When:
    """`error`: what is the matter if there is no time in it either."""
    found = times_of_day.find(text, now.date())
    if found is None:
        raise error from None
    rest = found.rest
    if found.clock is None:
        if not rest and not found.said:
            # «31.02» is rather a day that does not exist than a time.
            raise error
        if rest:
            try:
                _days(rest, now)
            except ValueError:
                # «14.30 26.11»: what stands beside it is no day, so nothing says that it was to be a time.
                raise error from None
        raise ValueError(_("Klokka går fra 00.00 til 23.59. Rett tiden.")) from None
    if not rest and not found.said:
        return When(now.date(), found.clock)
    either = [_at(clock, found, now) for clock in found.either]
    # Of two times that it can be, the likelier one that has been; if none has, the check says so.
    return next((when for when in either if _ends(when) <= now.replace(tzinfo=None)), either[0])


def _at(clock: time, found: times_of_day.Found, now: datetime) -> When:
    day = _day_of(found.rest, clock, found.last, now)
    return When(day, clock, _last_day(day, clock, found.last), found.last)


def _last_day(day: date, clock: time, last: time | None) -> date | None:
    """The day after, where it lasted past midnight."""
    return day + timedelta(days=1) if last is not None and last < clock else None


def _day_of(rest: str, clock: time, last: time | None, now: datetime) -> date:
    """The day of the time `clock`, beside which `rest` was said."""
    if not rest or rest == "i natt":
        # «23.30» or «i natt 23.30», said in the morning.
        return now.date() - timedelta(days=max(clock, last or clock) > now.time())
    if _NIGHT_BEFORE.match(rest) and clock >= _EVENING:
        # That day's evening is yet to come, and it is not meant.
        return _days(rest, now)[0] - timedelta(days=1)
    first, _last = _days(rest, now, clock)
    if _NIGHT_AFTER.search(rest) and clock < _NOON and first < now.date():
        return first + timedelta(days=1)
    return first


def _moment(now: datetime) -> When:
    return When(now.date(), now.time().replace(second=0, microsecond=0))


def _ago(text: str) -> timedelta | None:
    """How long ago «for to timer siden» was."""
    found = _AGO.fullmatch(text)
    if found is None or not (found["number"].isdecimal() or found["number"] in NUMBERS):
        return None
    count = NUMBERS.get(found["number"]) or int(found["number"])
    return min(count * _SPANS[found["unit"]], _LONGEST_AGO)


# --- days --------------------------------------------------------------------------------------------------


def _days(text: str, now: datetime, clock: time | None = None) -> tuple[date, date]:
    """The first and the last day.

    Raises:
        ValueError: it means no days; says what to do.
    """
    spell = named_days.several(text, now.date())
    if spell is not None:
        return spell
    night = _NIGHT_AFTER.sub("", text)
    if night not in (text, "i"):
        first = _day(night, now)
        return first, first + timedelta(days=1)
    try:
        day = _day(text, now, clock)
    except _AnotherWeekday:
        raise
    except ValueError:
        between = _between(text, now)
        if between is None:
            raise
        return between
    return day, day


def _between(text: str, now: datetime) -> tuple[date, date] | None:
    """«20.–22. november», «fredag til søndag»."""
    text = re.sub(r"^(?:fra|frå|mellom|from|between)\s+", "", text)
    for dash in _FROM_DAY_TO_DAY.finditer(text):
        start, end = text[: dash.start()].strip(), text[dash.end() :].strip()
        try:
            last = _day(end, now)
            first = last.replace(day=int(start.rstrip("."))) if _DAY_ONLY.fullmatch(start) else _day(start, now)
        except ValueError:
            continue
        if first < last:
            return first, last
    return None


def _day(text: str, now: datetime, clock: time | None = None) -> date:
    today = now.date()
    if text in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[text])
    ago = _ago(text)
    if ago is not None:
        return today - ago
    holiday = named_days.holiday(text, today)
    if holiday is not None:
        return holiday
    day_alone = _PART_OF_A_DAY.sub("", text)
    if day_alone not in (text, "i"):
        begins = next((begins for part, begins in _BEGINS_AT if part in text), None)
        return _day(day_alone, now, clock or begins)
    in_last_week = IN_LAST_WEEK.sub("", text)
    weekday = _weekday(in_last_week)
    if in_last_week != text and weekday is not None:
        return monday_of(today) - timedelta(days=7 - weekday)
    not_today = _NOT_TODAY.match(text) is not None
    text = _BEFORE_A_DAY.sub("", text, count=1)
    first = _FIRST_WORD.match(text)
    weekday = _weekday(first["word"]) if first else None
    if first is None or weekday is None:
        return _date(text, today)
    rest = first.string[first.end() :]
    if not rest:
        back = (today.weekday() - weekday) % 7
        # «tirsdag 14.30», said at ten on a Tuesday, was a week ago; so was «forrige tirsdag».
        return today - timedelta(days=back or (7 if not_today or (clock and clock > now.time()) else 0))
    day = _date(rest, today)
    if day.weekday() != weekday:
        raise _AnotherWeekday(
            _("Ukedagen og datoen passer ikke sammen. Rett en av dem, eller skriv «kl.» foran et klokkeslett.")
        )
    return day


def _weekday(word: str) -> int | None:
    """0 (Monday) to 6; None: it is none."""
    return next((number for number, names in enumerate(_WEEKDAYS) if word.rstrip(".") in names), None)


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
