"""Times of day inside a text, the way people say them: «kl. 14», «14.30», «0330», «halv tre», «mellom 12 og 14»."""

import re
from collections.abc import Iterator
from datetime import date, time
from typing import NamedTuple

from handlers.patterns import pattern_of

_NOON = 12
_HOURS = (
    ("ett", "en", "eitt", "one"), ("to", "two"), ("tre", "three"), ("fire", "four"), ("fem", "five"), ("seks", "six"),
    ("sju", "syv", "seven"), ("åtte", "eight"), ("ni", "nine"), ("ti", "ten"), ("elleve", "eleven"),
    ("tolv", "twelve"),
)  # fmt: skip
_HOUR_OF = {name: hour for hour, names in enumerate(_HOURS, 1) for name in names}
_WORD = "|".join(sorted(_HOUR_OF, key=len, reverse=True))
_SAID = r"(?:(?:ca\.?|rundt|omtrent|cirka|kl\.?|klokk[ae]n?|at)\s*)+"
_CLOCK = pattern_of(
    r"(?:^|[\s,])"
    rf"(?:(?P<said>{_SAID})(?P<hour>\d{{1,2}})(?:[.:]?(?P<minute>\d{{2}}))?"
    r"|(?P<bare_hour>\d{1,2})[.:](?P<bare_minute>\d{2})"
    r"|(?P<joined_hour>\d{2})(?P<joined_minute>\d{2}))$"
)
_CLOCK_FIRST = pattern_of(rf"(?P<clock>(?:{_SAID})?\d{{1,2}}(?:[.:]?\d{{2}})?),?\s+(?P<day>[^\W\d].*)")
_ONE = r"(?:kl\.?|klokk[ae]n?)?\s*(\d{1,2})(?:[.:]?(\d{2}))?"
_BETWEEN = pattern_of(
    r"(?:^|[\s,])"
    rf"(?:(?P<said>(?:mellom|fra|frå|between|from)\s+|{_SAID}))?"
    rf"(?P<first>{_ONE})\s*(?P<dash>-|–|—|\bog\b|\btil\b|\band\b|\bto\b)\s*(?P<last>{_ONE})"
    r"(?:,?\s+(?P<after>[^\W\d].*))?$"
)
_SPOKEN = pattern_of(
    rf"(?:^|[\s,])(?:{_SAID})?"
    rf"(?:(?P<minutes>fem|ti|kvart|kvarter|eit kvarter|et kvarter)\s+(?P<way>over|på)\s+)?(?P<half>halv\s*)?"
    rf"(?P<hour>{_WORD}|\d{{1,2}})(?=$|[\s,])"
)
_CALLED = pattern_of(rf"(?:^|[\s,]){_SAID}(?P<hour>{_WORD})(?=$|[\s,])")
_WHICH_HALF = pattern_of(
    r"(?:^|\s+)(?:om|på) (?:natt|morgen|morgon|kveld|formiddag|føremiddag|ettermiddag)(?:en|a)?(?=$|[\s,])"
)
"""After a time: «klokka tre på natta», «kl. 3 om ettermiddagen»."""
_BEFORE_NOON = pattern_of(r"\b(?:morges|tidlig|morning|(?:morgen|morgon|formiddag|føremiddag)(?:en)?)\b")
_AFTER_NOON = pattern_of(r"\b(?:(?:ettermiddag|kveld)(?:en)?|afternoon|evening|tonight)\b")
_NIGHT = pattern_of(r"\bnatt(?:a|en)?\b|\bnight\b")
_DAY_BEGINS, _NIGHT_ENDS = 7, 6
_RECENT_YEARS = 5


class Found(NamedTuple):
    """A time of day, and what else was said.

    `either`: what it may mean, the likeliest first: on a face of twelve hours «halv tre» is two times. Empty: it is
    written as a time and is none. `last`: to when it lasted. `said`: with a word that says that it is a time.
    """

    rest: str
    either: tuple[time, ...]
    said: bool
    last: time | None = None

    @property
    def clock(self) -> time | None:
        """The likeliest."""
        return next(iter(self.either), None)


def find(text: str, today: date) -> Found | None:
    """The time of day in `text` (lower case, one space between words), as it stands at the end, or first."""
    half = _WHICH_HALF.search(text)
    if half is None:
        return _between(text) or _spoken(text, text) or _written(text, today)
    without = f"{text[: half.start()]} {text[half.end() :]}".strip()
    found = _spoken(without, text)
    if found is None and (found := _written(without, today)) and _AFTER_NOON.search(half.group()):
        late = tuple(clock.replace(hour=clock.hour + _NOON) for clock in found.either if 1 <= clock.hour < _NOON)
        found = found._replace(either=late or found.either)
    return found


def _written(text: str, today: date) -> Found | None:
    found = _CLOCK.search(text)
    if found is None:
        turned = _CLOCK_FIRST.fullmatch(text)
        return _written(f"{turned['day']} {turned['clock']}", today) if turned else None
    rest = text[: found.start()].rstrip(" ,")
    if found["joined_hour"] and not rest and abs(int(text) - today.year) <= _RECENT_YEARS:
        # «2025» alone is rather a year.
        return None
    hour = found["hour"] or found["bare_hour"] or found["joined_hour"]
    minute = found["minute"] or found["bare_minute"] or found["joined_minute"] or "0"
    clock = _time(hour, minute)
    return Found(rest, (clock,) if clock else (), bool(found["said"] or found["joined_hour"]))


def _between(text: str) -> Found | None:
    found = _BETWEEN.search(text)
    if found is None:
        return None
    before = re.sub(r"(?:^|\s)(?:mellom|fra|frå|between|from)$", "", text[: found.start()].rstrip(" ,"))
    rest = f"{before} {found['after'] or ''}".strip(" ,")
    first_hour, first_minute, last_hour, last_minute = found.group(3, 4, 7, 8)
    if not (found["said"] or rest or (first_minute and last_minute)):
        # «12-14» alone is as well a date.
        return None
    first, last = _time(first_hour, first_minute or "0"), _time(last_hour, last_minute or "0")
    if first is None or last is None:
        return Found(rest, (), said=True)
    return Found(rest, (first,), said=True, last=last if last != first else None)


def _spoken(text: str, whole: str) -> Found | None:
    """«halv tre», «kvart over åtte», «fem på halv ti», «klokka tre». `whole` may say which half of the day it is in."""
    for found in (*_SPOKEN.finditer(text), *_CALLED.finditer(text)):
        parts = found.groupdict()
        half, way = parts.get("half"), parts.get("way")
        if not (half or way or found.re.pattern == _CALLED.pattern):
            continue
        hour = _HOUR_OF.get(parts["hour"]) or int(parts["hour"])
        rest = " ".join(f"{text[: found.start()]} {text[found.end() :]}".split()).strip(" ,")
        if not 1 <= hour <= _NOON:
            return Found(rest, (), said=True)
        minutes = hour * 60 - (30 if half else 0)
        if way:
            step = {"fem": 5, "ti": 10}.get(parts["minutes"] or "", 15)
            minutes += step if way == "over" else -step
        return Found(rest, tuple(_either(minutes % (_NOON * 60), whole)), said=True)
    return None


def _either(minutes: int, text: str) -> Iterator[time]:
    """Both times of day that a face of twelve hours shows after `minutes`, the likeliest first."""
    early = time(minutes // 60, minutes % 60)
    late = early.replace(hour=early.hour + _NOON)
    if _NIGHT.search(text):
        yield early if early.hour <= _NIGHT_ENDS else late
    elif _BEFORE_NOON.search(text):
        yield early
    elif _AFTER_NOON.search(text):
        yield late
    else:
        # In the daytime, unless that is yet to come.
        yield from (early, late) if early.hour >= _DAY_BEGINS else (late, early)


def _time(hour: str, minute: str) -> time | None:
    try:
        return time(int(hour), int(minute))
    except ValueError:
        return None
