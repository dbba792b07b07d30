"""Times as people propose them, one on each line: «12.3. kl. 9–11», «fredag 12. mars kl. 13», «i morgen 9.00–10.30»."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from handlers.calendar import due, times_of_day
from handlers.calendar.written import NoSuchDay, parse_coming
from handlers.patterns import pattern_of
from handlers.writing.language import _

MOST = 20
"""As many times as one poll takes."""
_SHOWN = 60
_BULLET = pattern_of(r"^(?:[-*•–]\s+|\d{1,2}\)\s*)")
_LEAD = pattern_of(r"^(?:den|på|dag(?:en)?:?)\s+")
_WEEKDAYS = (
    ("mandag", "måndag", "man", "mån"),
    ("tirsdag", "tysdag", "tirs", "tir", "tys"),
    ("onsdag", "ons"),
    ("torsdag", "tors", "tor"),
    ("fredag", "fre"),
    ("lørdag", "laurdag", "lør", "lau"),
    ("søndag", "sundag", "søn", "sun"),
)
_WEEKDAY_OF = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
_WEEKDAY_FIRST = pattern_of(
    rf"^(?P<weekday>{'|'.join(sorted(_WEEKDAY_OF, key=len, reverse=True))})\.?(?:,|\s)\s*(?=\d|den)"
)
_FROM_NOW = {"i dag": 0, "idag": 0, "i morgen": 1, "imorgen": 1, "i morgon": 1, "i overmorgen": 2, "overmorgen": 2}
_IN_WORDS = pattern_of(r"(?:man|mån|tirs|tys|ons|tors|fre|lør|laur|søn|sun)dag|^om ")


class Proposed(NamedTuple):
    """A time that is proposed, local and without a zone."""

    starts: datetime
    ends: datetime


class Lines(NamedTuple):
    """What came of the lines. `times`: in order, each once. `wrong`: a sentence for each line that is none."""

    times: Sequence[Proposed]
    wrong: Sequence[str]


def read(text: str, minutes: int, today: date) -> Lines:
    """The times in `text`, one on each line; empty lines count for nothing.

    Args:
        minutes: how long a time is that says only when it begins.
        today: local. A date without a year is the first such day from then on.
    """
    found, wrong = set(), []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.add(_line(line, minutes, today))
        except ValueError as error:
            shown = " ".join(line.split())
            shown = shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
            wrong.append(
                _("Linje {number} («{line}»): {problem}").format(number=number, line=shown, problem=str(error))
            )
    return Lines(sorted(found), wrong)


def lasting(day: date, begins: time, minutes: int) -> Proposed:
    """The time that begins then and lasts so long.

    Raises:
        ValueError: it goes on past midnight; says so.
    """
    starts = datetime.combine(day, begins)
    return _same_day(starts, starts + timedelta(minutes=minutes))


def _same_day(starts: datetime, ends: datetime) -> Proposed:
    if ends.date() != starts.date():
        raise ValueError(_("møtet går over midnatt. Skriv når det slutter, samme dag."))
    return Proposed(starts, ends)


def _line(line: str, minutes: int, today: date) -> Proposed:
    text = _BULLET.sub("", " ".join(line.casefold().split())).strip(" ,;")
    found = times_of_day.find(text, today)
    if found is None:
        raise ValueError(_("skriv både dag og klokkeslett, for eksempel 12.3. kl. 9–11."))
    if found.clock is None:
        raise ValueError(_("klokka går fra 00.00 til 23.59."))
    rest = _LEAD.sub("", found.rest.strip(" ,:")).strip(" ,:")
    if not rest:
        raise ValueError(_("dagen mangler. Skriv for eksempel 12.3. kl. 9–11."))
    day = _day(rest, today)
    if found.last is None:
        return lasting(day, found.clock, minutes)
    if found.last <= found.clock:
        raise ValueError(_("møtet må slutte etter at det har begynt."))
    return Proposed(datetime.combine(day, found.clock), datetime.combine(day, found.last))


def _day(text: str, today: date) -> date:
    """
    Raises:
        ValueError: there is no such day, or it is another weekday; says so.
    """
    if text in _FROM_NOW:
        return today + timedelta(days=_FROM_NOW[text])
    first = _WEEKDAY_FIRST.match(text)
    written = (text[first.end() :] if first else text).removeprefix("den ").strip()
    day = _date(written, today)
    if day is None and _IN_WORDS.search(text):
        day = due.understand(text, today).day
        first = None
    if day is None:
        raise ValueError(_("jeg forstår ikke hvilken dag. Skriv for eksempel 12.3. kl. 9–11."))
    if first is not None and _WEEKDAY_OF[first["weekday"]] != day.weekday():
        raise ValueError(_("ukedagen passer ikke: det er {day}.").format(day=due.in_words(day)))
    return day


def _date(text: str, today: date) -> date | None:
    """The date that is written, if one is; without a year the first from today on."""
    try:
        return parse_coming(text, today)
    except NoSuchDay:
        raise
    except ValueError:
        return None
