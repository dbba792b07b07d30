"""Deadlines as they are said in a meeting (fristtolk): «før sommeren», «medio februar», «neste møte», «snarest».

What is vague becomes a proposal with its reason in words, for somebody to confirm: nothing here is more than that, and
the words are kept beside it. A week or another period means its last working day. A day that is written stays the day
that it is, and what is odd about it (a Sunday, a holiday, another weekday than the words say) is said.

Where nothing says what a word means as a date, it is a choice of ours: «primo» is the first of the month, «medio» the
fifteenth and «ultimo» the last working day; the beginning of a month is its first ten days; the seasons are the
meteorologists'; «før sommeren» is before the holidays in July; «over påske» is the week after.
"""

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from handlers.calendar import dates, periods
from handlers.calendar.holidays import FIRST_YEAR, LAST_YEAR, name_of
from handlers.calendar.named_days import monday_of
from handlers.calendar.number_words import NUMBERS
from handlers.calendar.periods import NoSuchWeek, Period
from handlers.calendar.working_days import is_working_day
from handlers.calendar.written import NoSuchDay, parse_coming
from handlers.patterns import pattern_of
from handlers.writing.language import N_, _


class Kind(StrEnum):
    """What words about a deadline come to."""

    DATE = "date"
    """A day, written as one."""
    PROPOSED = "proposed"
    """A day that somebody has to confirm."""
    MEETING = "meeting"
    """The committee's next meeting, whenever that is."""
    ASKS = "asks"
    """They set no date («snarest»), and somebody has to."""
    UNKNOWN = "unknown"
    """Not understood."""


class Due(NamedTuple):
    """What words about a deadline come to.

    `day`: local; None where they come to none. `reason`: why that day, or why none, in the language being spoken.
    `remarks`: what is odd about the day. Of a meeting: `before` says that it is to be done before that day, and
    `committee` whose meeting it is, in the words that were used; empty: the one in which it was said.
    """

    kind: Kind
    day: date | None = None
    reason: str = ""
    remarks: tuple[str, ...] = ()
    before: bool = False
    committee: str = ""

    @property
    def is_certain(self) -> bool:
        """Whether there is nothing about it to ask."""
        return self.kind is Kind.DATE and not self.remarks


class _How(StrEnum):
    """How a day is found by a period."""

    IN = "in"
    BEFORE = "before"
    AFTER = "after"
    FIRST = "first"
    BEGINNING = "beginning"
    MIDDLE = "middle"
    END = "end"


_ASKS = frozenset((
    "snarest", "snarast", "snarest mulig", "snarast mogleg", "snarast råd", "snarast råd er", "så snart råd er",
    "så snart som mulig", "så snart som mogleg", "så fort som mulig", "så fort som mogleg", "så raskt som mulig",
    "straks", "straks etter møtet", "med det samme", "umiddelbart", "omgående", "omgåande", "raskt", "nå", "no", "asap",
    "løpende", "løpande", "fortløpende", "fortløpande", "kontinuerlig", "kontinuerleg", "jevnlig", "jamleg", "jamnleg",
    "ved behov", "etter behov", "etter avtale", "på sikt", "innen rimelig tid",
))  # fmt: skip
_ENDS_OF_PHRASE = " \t.,;:!()«»\"'"
_LEADS: tuple[tuple[re.Pattern[str], _How | None], ...] = tuple(
    (pattern_of(pattern), how)
    for pattern, how in (
        (r"(?:(?:ved|til|innen|innan|før|mot|i)\s+)?(?:utgangen|utløpet|slutten|enden|slutt) (?:av|på)\s+", _How.END),
        (r"(?:ultimo|ut|ut av|sist i|sent i|seint i|sent på|seint på|sent|seint)\s+", _How.END),
        (r"(?:(?:ved|i|til|innen|innan|før)\s+)?(?:begynnelsen|starten|byrjinga|start) (?:av|på)\s+", _How.BEGINNING),
        (r"(?:tidlig|tidleg|først)(?: i| på)?\s+", _How.BEGINNING),
        (r"primo\s+", _How.FIRST),
        (r"(?:(?:ved|i|til|innen|innan|før|mot)\s+)?(?:midten av|midt i|midt på|medio)\s+", _How.MIDDLE),
        (r"(?:i løpet av|innenfor|gjennom|i)\s+", _How.IN),
        (r"(?:før|føre|innen inngangen til)\s+", _How.BEFORE),
        (r"(?:over|etter|straks etter|rett etter)\s+", _How.AFTER),
        (r"(?:frist(?:en)?(?: er)?:?|senest|seinest|seinast|helst|gjerne)\s+", None),
        (r"(?:ca\.?|cirka|omtrent|rundt|omkring|om lag)\s+", None),
        (r"(?:innen|innan|til|på|ved|mot|per|pr\.?|den|fra|frå)\s+", None),
    )
)  # fmt: skip
_ROUGHLY = pattern_of(r"\b(?:ca|cirka|omtrent|rundt|omkring|om lag|helst|gjerne)\b")
_SUMMER = pattern_of(r"^somm[ea]r(?:en)?(?P<year>[\s,/]*20\d\d)?$")
_STARTS = pattern_of(r"^(?:innen|innan)\s.*?(?:vår|høst|haust|vinter)")
_MEETING = pattern_of(
    r"(?P<lead>(?:.*\s)?)(?:det\s+)?(?:neste|førstkommende|nestkommande|førstkomande|kommende|komande|påfølgende|påfølgjande)\s+"
    r"(?:ordinære\s+|ordinært\s+)?"
    r"(?:(?P<gang>gang|gong)|(?:(?P<of>[^\s]+?)(?:-|\s))?møt(?:e|et)(?:\s+i\s+(?P<in>.+?))?)(?:\s+(?:vårt|vår))?"
)
_LEADS_TO_MEETING = pattern_of(
    r"(?:frist:?|senest|seinast|til|innen|innan|i|på|ved|mot|tas opp i|takast opp i|før|føre|\s)*"
)
_UNIT = r"(?P<unit>dag|døgn|arbeidsdag|virkedag|yrkedag|uke|veke|måned|månad|år)(?:er|ar|en|r)?s?"
_SPAN = pattern_of(
    rf"(?:om |et par |eit par )*(?P<number>\w+)\s+{_UNIT}(?: tid| frist)?(?: fra i dag| frå i dag| etter møtet)?"
)
_COUPLE = pattern_of(r"\b(?:et|eit) par\b|\bnoen få\b")
_HALF_YEAR = pattern_of(r"(?:om )?(?:et|eit) halvt år")
_WEEKDAYS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            ("mandag", "måndag"), ("tirsdag", "tysdag"), ("onsdag",), ("torsdag",), ("fredag",),
            ("lørdag", "laurdag"), ("søndag", "sundag"),
        )
    )
    for name in names
}  # fmt: skip
_WEEKDAY_FIRST = pattern_of(
    rf"(?P<which>neste |førstkommende |komande |kommende )?(?P<weekday>{'|'.join(_WEEKDAYS)})(?P<rest>.*)"
)
_CLOCK = pattern_of(r"[\s,]+(?:kl\.?|klokka|klokken)\s*\d{1,2}(?:[.:]\d{2})?$")
_ALONE = frozenset(("primo", "medio", "ultimo"))
"""Of this month, or where that is past of the next."""
_BEGINNING_DAYS, _MIDDLE_DAY = 10, 15
_WORKING_DAYS = frozenset(("arbeidsdag", "virkedag", "yrkedag"))
_FAR = timedelta(days=300)
"""A day without a year that is so far ahead may have been meant for the day before that was the last."""
_LONGEST = 3650
_YEARS_TO_TRY = 3


def understand(words: str, said_on: date) -> Due:
    """What a deadline comes to that was said on `said_on` (local)."""
    text = " ".join(words.casefold().split()).strip(_ENDS_OF_PHRASE)
    shown = " ".join(words.split())
    if not text:
        return Due(Kind.UNKNOWN)
    first_words = re.split(r"[,;(–]", text.removeprefix("frist"))[0].strip(_ENDS_OF_PHRASE)
    if text in _ASKS or first_words in _ASKS:
        return Due(Kind.ASKS, reason=_("«{words}» sier ikke hvilken dag.").format(words=shown))
    return (
        _meeting(text)
        or _spoken_span(text, shown, said_on)
        or _weekday(text, shown, said_on)
        or _by_period(text, shown, said_on)
        or Due(Kind.UNKNOWN, reason=_("«{words}» er ikke forstått som en frist.").format(words=shown))
    )


def is_date(words: str) -> bool:
    """Whether the words are a written date, so that no day needs to stand beside them."""
    # Which day it is depends on the day it was said, whether it is one does not.
    return understand(words, date(2024, 1, 1)).kind is Kind.DATE


def remarks(day: date, said_on: date) -> tuple[str, ...]:
    """What is odd about a day as a deadline."""
    found = []
    holiday = name_of(day)
    if holiday:
        found.append(_("Merk: {day} er en helligdag ({name}).").format(day=in_words(day), name=holiday.lower()))
    elif not is_working_day(day):
        found.append(_("Merk: {day} er ikke en arbeidsdag.").format(day=in_words(day)))
    if day < said_on:
        found.append(_("Merk: {day} er før dagen det ble sagt.").format(day=in_words(day)))
    return tuple(found)


def working_day_before(day: date) -> date:
    """The last working day before this one."""
    day -= timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def in_words(day: date) -> str:
    """`fredag 26. mars 2027`, in the language being spoken."""
    return f"{dates.weekday(day)} {dates.long_date(day)}"


# --- meetings ----------------------------------------------------------------------------------------------


def _meeting(text: str) -> Due | None:
    found = _MEETING.fullmatch(text)
    if found is None or _LEADS_TO_MEETING.fullmatch(found["lead"] or "") is None:
        return None
    before = re.search(r"\bføre?\b", found["lead"] or "") is not None
    committee = (found["in"] or found["of"] or "").strip(" -")
    return Due(Kind.MEETING, before=before, committee=committee)


# --- so long from the meeting ------------------------------------------------------------------------------


def _spoken_span(text: str, shown: str, said_on: date) -> Due | None:
    """«om tre uker», «innen 14 dager», «to ukers frist»."""
    rest, _how = _stripped(text)
    if _HALF_YEAR.fullmatch(rest):
        return _proposed(shown, _months_later(said_on, 6), said_on)
    found = _SPAN.fullmatch(_COUPLE.sub("to", rest))
    if found is None:
        return None
    number = NUMBERS.get(found["number"], int(found["number"]) if found["number"].isdecimal() else None)
    if number is None or number * (365 if found["unit"] == "år" else 1) > _LONGEST:
        return None
    day = _later(said_on, number, found["unit"])
    return _proposed(shown, day, said_on) if day is not None else None


def _later(said_on: date, number: float, unit: str) -> date | None:
    if unit in _WORKING_DAYS:
        day, left = said_on, int(number)
        while left:
            day += timedelta(days=1)
            left -= is_working_day(day)
        return day
    match unit:
        case "dag" | "døgn":
            return said_on + timedelta(days=int(number))
        case "uke" | "veke":
            return said_on + timedelta(days=round(7 * number))
        case "måned" | "månad":
            whole = _months_later(said_on, int(number))
            return whole + timedelta(days=_MIDDLE_DAY) if number % 1 else whole
        case _:
            return _months_later(said_on, round(12 * number))


def _months_later(day: date, months: int) -> date:
    """The same day of the month, or the last one where there is no such day."""
    year, month = day.year + (day.month + months - 1) // 12, (day.month + months - 1) % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


# --- weekdays ----------------------------------------------------------------------------------------------


def _weekday(text: str, shown: str, said_on: date) -> Due | None:
    """«fredag», «neste fredag», «fredag 12. mars», «fredag i uke 12»."""
    rest, how = _stripped(text)
    found = _WEEKDAY_FIRST.fullmatch(rest)
    if found is None:
        return None
    weekday = _WEEKDAYS[found["weekday"]]
    after = found["rest"].strip(" ,")
    if not after:
        day = said_on + timedelta(days=(weekday - said_on.weekday()) % 7 or 7)
        if (found["which"] or "").startswith("neste"):
            day = monday_of(said_on) + timedelta(days=7 + weekday)
        return _proposed(shown, working_day_before(day) if how is _How.BEFORE else day, said_on)
    week = _stripped(after)[0]
    period = periods.fixed(week, said_on) or _first_that_is_not_over(week, said_on, lambda spell: spell.last)
    if isinstance(period, Period) and (period.last - period.first).days == 6 and period.first.weekday() == 0:
        return _proposed(shown, period.first + timedelta(days=weekday), said_on)
    written = _written_day(after.removeprefix("den "), said_on)
    if not isinstance(written, date):
        return written
    day = written
    if how is _How.BEFORE:
        return _proposed(shown, working_day_before(day), said_on)
    due = _dated(day, after, shown, said_on)
    if day.weekday() == weekday:
        return due
    misfit = _("Ukedagen passer ikke: {day}.").format(day=in_words(day))
    return due._replace(kind=Kind.PROPOSED, remarks=(misfit, *due.remarks))


# --- dates and periods -------------------------------------------------------------------------------------


def _by_period(text: str, shown: str, said_on: date) -> Due | None:
    rest, how = _stripped(text)
    if periods.differs(rest):
        return Due(Kind.ASKS, reason=_("«{words}» er ikke samtidig overalt.").format(words=shown))
    named = re.sub(r"[\s,/]*20\d\d$", "", rest)
    if how is None and (named in periods.HOLIDAYS or _STARTS.match(text)):
        # «innen jul», «innen høsten»; and nobody does anything in the holidays.
        how = _How.BEFORE
    summer = _SUMMER.fullmatch(rest)
    if summer is not None and (how in (_How.BEFORE, _How.AFTER) or (how is None and text.startswith("inn"))):
        how, rest = how or _How.BEFORE, f"sommerferien{summer['year'] or ''}"
    wanted = how or _How.IN
    try:
        period = periods.fixed(rest, said_on) or _first_that_is_not_over(
            rest, said_on, lambda spell: _day_of(spell, wanted)
        )
    except NoSuchWeek as error:
        return Due(Kind.UNKNOWN, reason=_("Det er ingen slik uke i {year}.").format(year=error.args[0]))
    if period is not None:
        if text in _ALONE and _day_of(period, wanted) < said_on:
            period = _next_month(period)
        if period.first == period.last and wanted is _How.IN:
            return _proposed(shown, period.first, said_on)
        if not any(map(is_working_day, _days(period))):
            wanted = _How.BEFORE if wanted is _How.IN else wanted
        return _proposed(shown, _day_of(period, wanted), said_on, wanted)
    written = _written_day(rest, said_on)
    if not isinstance(written, date):
        return written
    day = written
    if how is _How.BEFORE or how is _How.AFTER:
        return _proposed(shown, _day_of(Period(day, day), how), said_on, how)
    due = _dated(day, rest, shown, said_on)
    return due._replace(kind=Kind.PROPOSED) if _ROUGHLY.search(text) else due


def _stripped(text: str) -> tuple[str, _How | None]:
    """What is left without the words before it, and what those say of how a day is found; the vaguest of them wins."""
    how: _How | None = None
    text = f"{text} måneden" if text in _ALONE else text
    again = True
    while again:
        again = False
        for pattern, means in _LEADS:
            found = pattern.match(text)
            if found is None:
                continue
            text, again = text[found.end() :].strip(_ENDS_OF_PHRASE), True
            if means is not None and how in (None, _How.IN, _How.BEFORE):
                how = means
            break
    ended = re.fullmatch(r"(?P<rest>.+?)(?: sin|s)? (?:ut|slutt)", text)
    return (ended["rest"], _How.END) if ended else (text, how)


def _first_that_is_not_over(text: str, said_on: date, of: Callable[[Period], date]) -> Period | None:
    """Of a period that comes every year, the first whose day is not past. With a year it is that one."""
    yearly = periods.in_year(text)
    if yearly is None:
        return None
    found = None
    missing: NoSuchWeek | None = None
    for year in range(said_on.year - 1, said_on.year + _YEARS_TO_TRY):
        try:
            found = yearly(year)
        except NoSuchWeek as error:
            missing = error if year <= said_on.year else missing
            continue
        except ValueError:
            continue
        if of(found) >= said_on:
            return found
    if found is None and missing is not None:
        raise missing
    return found


def _day_of(period: Period, how: _How) -> date:
    first, last, _in_month = period
    match how:
        case _How.BEFORE:
            return working_day_before(first)
        case _How.AFTER:
            # The week after: what ends on a Monday ends in the week that is meant, what ends on a Thursday does not.
            sunday = monday_of(last + timedelta(days=5)) + timedelta(days=6)
            return working_day_before(sunday)
        case _How.FIRST:
            return first
        case _How.BEGINNING:
            if period.in_month:
                return _last_working_day(first, first + timedelta(days=_BEGINNING_DAYS - 1))
            days = (last - first).days
            end = _months_later(first, 1) - timedelta(days=1) if days > 31 else first + timedelta(days=days // 3)
            return _last_working_day(first, end)
        case _How.MIDDLE:
            middle = first + (last - first) // 2
            return first.replace(day=_MIDDLE_DAY) if period.in_month else _last_working_day(first, middle)
        case _How.IN | _How.END:
            return _last_working_day(first, last)


def _next_month(period: Period) -> Period:
    first = period.last + timedelta(days=1)
    return Period(first, _months_later(first, 1) - timedelta(days=1), in_month=True)


def _days(period: Period) -> Iterator[date]:
    return (period.first + timedelta(days=each) for each in range((period.last - period.first).days + 1))


def _last_working_day(first: date, last: date) -> date:
    """The last one of these days; the last day of all where there is none."""
    day = last
    while day > first and not is_working_day(day):
        day -= timedelta(days=1)
    return day if is_working_day(day) else last


def _written_day(text: str, said_on: date) -> date | Due | None:
    """The day that a date means; one without a year is the first from `said_on` on. A day that the calendar does not
    have is a `Due` that says so."""
    text = _CLOCK.sub("", text)
    try:
        return _known(parse_coming(text, said_on))
    except NoSuchDay as error:
        return Due(Kind.UNKNOWN, reason=str(error)) if _is_numbers(text) else None
    except ValueError:
        return None


def _known(day: date) -> date | None:
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _is_numbers(text: str) -> bool:
    """Whether it is a date and not a number of something: «31. februar», not «14 dager»."""
    return (
        re.search(r"[a-zæøå]{4,}", re.sub(r"(?:jan|feb|mar|apr|mai|jun|jul|aug|sep|okt|nov|des)[a-z]*", "", text))
        is None
    )


def _dated(day: date, text: str, shown: str, said_on: date) -> Due:
    found = list(remarks(day, said_on))
    without_year = re.search(r"\d{4}|\d{1,2}[./]\s*\d{1,2}[./\s]\s*\d{2}$", text) is None
    if without_year and day - said_on > _FAR:
        found.append(_("Uten årstall er «{words}» lest som {day}.").format(words=shown, day=in_words(day)))
    return Due(Kind.DATE, day, in_words(day), tuple(found))


_REASONS: Mapping[_How, str] = {
    _How.IN: N_("«{words}»: siste arbeidsdag er {day}."),
    _How.END: N_("«{words}»: siste arbeidsdag er {day}."),
    _How.BEFORE: N_("«{words}»: siste arbeidsdag før er {day}."),
    _How.AFTER: N_("«{words}»: uka etter varer til {day}."),
    _How.BEGINNING: N_("«{words}»: begynnelsen varer til {day}."),
}


def _proposed(shown: str, day: date, said_on: date, how: _How | None = None) -> Due:
    reason = _(_REASONS[how]) if how is not None and how in _REASONS else "«{words}»: {day}."
    return Due(Kind.PROPOSED, day, reason.format(words=shown, day=in_words(day)), remarks(day, said_on))
