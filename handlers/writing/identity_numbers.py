"""Where the identity numbers stand in a text, and which of them are written as people write such a number.

Any eleven digits in a row may be one, whatever stands between them: fødselsnummer, D-, H- and FH-numbers, synthetic
ones, and those with the check digits of 2032. All have one thing in common with a bank account number: the last digit
is worked out in the same way. So no calculation tells a number from two case numbers that follow each other, of which
one in ten is valid by accident. How it is written tells more, so the numbers found are of two kinds.

**Certain** is what is written as such a number and as nothing else: eleven digits together; six and five, with one
separator or a line break, and no other number as near; or with a word beside it that says so («fnr»).

**Possible** is the rest: what is read across several numbers that each are something else, what stands in an address
or after a word that says that it is something else («konto»). It is given whole, never cut in the middle of a number.

Sources: Skatteetaten, «Nytt fødselsnummer fra 2032» (the first check digit leaves a remainder of 0 to 3); HIS 1001:2010
(H- and FH-numbers).
"""

import re
import sys
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter, mul
from typing import NamedTuple

from handlers.patterns import pattern_of

_NOWHERE = -1
_IN_A_ROW = tuple(range(11))
_AFTER_THE_YEAR = (*range(4), *range(6, 13))
"""Which digits of a row make a number: the first eleven; or of thirteen, all but the century: «01.01.1990-12345»."""
_CENTURIES = ([1, 9], [2, 0])
_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_REMAINDERS_OF_2032 = range(4)
_D_NUMBER_DAY = 40
_H_NUMBER_MONTH = 40
_SYNTHETIC_MONTHS = (65, 80)
_FH_NUMBER = (8, 9)
"""First digits of an FH-number (felles hjelpenummer), which holds no date."""

# Whatever is neither letter nor digit may stand between two digits. Each part is possessive, so that no text takes
# longer than in proportion to its length.
_RUN = pattern_of(r"\d(?:[\W_]*+\d){10,}+")

_MONTHS = ("jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des")
_CALLED_PERSONS = r"personn(?:umme)?r|p(?:ers)?\.? ?nr"

# What may stand between two digits of a number without being part of it: what a space became in an address or in HTML,
# a tag, the number of an item in a list, the word for what follows.
_ASIDE = pattern_of(
    rf"\d(?:[\W_]{{0,5}}?(?:%[0-9A-F]{{2}}|&#?\w{{1,8}};|</?[a-z][^<>]{{0,80}}+>|^[ \t]*\d{{1,2}}[.)](?=[ \t])"
    rf"|{_CALLED_PERSONS}))+",
    re.IGNORECASE | re.MULTILINE,
)

# A day of birth, as it is written with fewer digits, in words or with the year first, before the five other digits.
# Those are looked for first: a pattern that begins with a digit is searched for ten times as fast.
_ROW = pattern_of(r"\d{5}\d*+")
_BORN_ROOM = 40
_THEN = rf"[\W_]{{0,5}}(?:(?:{_CALLED_PERSONS})[\W_]{{0,3}})?\Z"
_DAY_FIRST = (
    r"(?P<day>\d\d?)(?:[./-] ?(?P<month>\d\d?)[./ -] ?|\.? ?(?P<word>" + "|".join(_MONTHS) + r")[a-zæ]*\.?,? ?)"
)
_BORN = (
    pattern_of(rf"(?<!\d){_DAY_FIRST}(?P<year>(?:19|20)?\d\d){_THEN}", re.IGNORECASE),
    pattern_of(rf"(?<!\d)(?P<year>(?:19|20)\d\d)[./ -]?(?P<month>\d\d)[./ -]?(?P<day>\d\d){_THEN}", re.IGNORECASE),
    pattern_of(rf"(?<!\d)(?P<year>\d\d)(?P<sign>[./-])(?P<month>\d\d)(?P=sign)(?P<day>\d\d){_THEN}", re.IGNORECASE),
)

# Dates and times of day, and telephone numbers, one after the other have more digits than a number, so they cannot be
# one with separators.
_DAY_MONTH = r"(?:0[1-9]|[12]\d|3[01])[./-](?:0[1-9]|1[0-2])[./-]"
_YEAR = r"(?:19|20)\d{2}"
_LONG_DATE = rf"(?:\d{{2}}[./-]\d{{2}}[./-]{_YEAR}|{_YEAR}-\d{{2}}-\d{{2}})"
_DATE = rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]{_YEAR}|{_YEAR}-\d{{2}}-\d{{2}}|{_DAY_MONTH}\d{{2}})"
_CLOCK = r"(?:[01]\d|2[0-4])[.:][0-5]\d"
_BETWEEN = r"[ \t,;–—-]{1,4}"
_NEXT = rf"(?:{_BETWEEN}|[ ,;]*\n[ -]*(?:\d{{1,2}}[.)] )?)"
_TIME = rf"{_BETWEEN}{_CLOCK}(?:[.:]\d{{2}}|{_BETWEEN}{_CLOCK})?"
_PHONE_ALONE = r"[2-9]\d(?:\d{6}| \d\d \d\d \d\d|\d \d\d \d\d\d)"
_OTHER = pattern_of(
    rf"(?<!\d)(?:(?:^\d{{1,2}}[.)] )?{_DATE}(?:{_TIME})?(?:{_NEXT}{_DATE}(?:{_TIME})?)+|{_LONG_DATE}{_TIME}"
    rf"|{_CLOCK}(?:{_NEXT}{_CLOCK}){{2,}}|{_PHONE_ALONE}(?:(?:{_NEXT}|[ ]?/[ ]?){_PHONE_ALONE})+)(?!\d)",
    re.MULTILINE,
)

# A year's plan: days without a year, and from when to when. A day with both times, three days in a row, or times before
# a row of a table with days is written as no number is, though some have as few digits as one.
# Each part is atomic, so that no text takes longer than in proportion to its length.
_SHORT_DAY = r"(?>(?:0?[1-9]|[12]\d|3[01])[./](?:1[0-2]|0?[1-9])(?:[./](?:20)?\d\d|\.)?(?!\d))"
_HOUR = r"(?:[01]?\d|2[0-4])[.:][0-5]\d"
_HOURS = rf"(?>{_HOUR}[ ]?[–—-][ ]?{_HOUR}(?!\d))"
_STOP = r"(?>[ \t]{0,3}(?:[,;|()·•][ \t]{0,3})?(?:\n[ \t]{0,3})?[(|]?)"
_PLAN = pattern_of(
    rf"(?<!\d)(?<!\d[.,/:])(?:(?:{_HOURS}{_STOP})?{_SHORT_DAY}(?:(?:{_STOP}{_SHORT_DAY})*{_STOP}{_HOURS}"
    rf"|(?:{_STOP}{_SHORT_DAY}){{2}})(?:{_STOP}(?:{_HOURS}|{_SHORT_DAY}))*"
    rf"|{_HOURS}\)?(?:[ ]?[;|\t][ ;|\t]*+(?:0?[1-9]|[12]\d|3[01])(?![\d.,/:]))+)"
)

# The moment in the address of a message in Teams (thirteen digits, with the thread's version before them) or in Slack.
_MOMENT = r"1[5-9]\d{11}"
_MESSAGE = pattern_of(
    rf"(?:(?<=thread\.v)|(?<=thread\.tacv))2/{_MOMENT}(?!\d)|(?<=thread\.skype/){_MOMENT}(?!\d)"
    rf"|(?<=[?&]parentMessageId=){_MOMENT}(?!\d)|(?<=[?&]createdTime=){_MOMENT}(?!\d)"
    rf"|(?<=/p){_MOMENT}\d{{3}}(?!\d)|(?<=[?&]thread_ts=)1[5-9]\d{{8}}\.\d{{6}}(?!\d)"
)

# --- how a number is written -------------------------------------------------------------------------------

_UNSEEN = "[\u00ad\u200b-\u200f\u2060\ufeff\ufe0f\u20e3]{0,3}+"
"""What may stand between two digits that touch each other."""
_TOGETHER = pattern_of(rf"\d(?:{_UNSEEN}\d){{10}}")
_SIX_AND_FIVE = pattern_of(rf"\d(?:{_UNSEEN}\d){{5}}([\W_]{{1,5}}|[ ]{{1,99}})\d(?:{_UNSEEN}\d){{4}}")
_SIX_AND_FIVE_BEFORE = pattern_of(r"(?<!\d)\d{6}[\W_]{1,5}\d{5}\Z")
_INVISIBLE = pattern_of("[\u00ad\u200b-\u200f\u2060\ufeff\ufe0f\u20e3]+")
_ENTITY = pattern_of(r"&#?\w{1,8};")
_OF_TABLES = pattern_of(r"[|\t;<]|[ ]{2}")
_BEFORE = pattern_of(r"\d([\W_]{0,39})\Z")
_AFTER = pattern_of(r"([\W_]{0,38}+)\d")
_CLAUSE = pattern_of(r"[,.;:!?)]+\s")
_GLUE = frozenset(("", ".", "/", "-", "+", ":", "\\", "_"))
"""What makes one expression of two numbers, where it is all that stands between them."""
_ITEM = pattern_of(r"(?:\A|\n)[ \t]*\d{1,2}[.)][ \t]+\Z")
_FRACTION = pattern_of(r"(?<!\d)\d{1,3}[.,]\Z")
_ROOM = 40
_ADDRESS_ROOM = 200
_IN_ADDRESS = pattern_of(r"://|\Awww\.|\w\.[a-z]{2,8}/", re.IGNORECASE)

_ALONE = r"(?<![^\W_])"
_SAYS_SO = (
    r"(?:fødsels-?(?:nummer|nr)|f\.? ?nr|p\.? ?nr|pers(?:on)?\.?-? ?(?:nummer|nr)|[dh]-?nummer|[dh]-nr|hjelpenummer)"
    r"(?:et|ene|a)?"
)
_PATIENTS_ID = r"(?:pas(?:ient(?:en|ens)?)?|pers(?:on)?|nasjonal|national)[. -]{0,2}id"
_OWN_ID = r"(?<![?&-])(?<!møte )(?<!meeting )(?<!webinar )(?<!zoom )(?<!teams )(?<!sak )(?<!event )id"
_CALLED_SO = pattern_of(
    rf"{_ALONE}(?:{_SAYS_SO}(?![^\W_])[^\d\[\]]{{0,25}}"
    rf"|(?:{_PATIENTS_ID}|{_OWN_ID})(?![^\W_])[^\w\[\]]{{0,5}}(?:er )?)\Z",
    re.IGNORECASE,
)
_CALLED_SO_AFTER = pattern_of(rf"[^\w\[\]]{{0,3}}(?:er )?{_SAYS_SO}(?![^\W_])", re.IGNORECASE)
_CALLED_SO_BETWEEN = pattern_of(rf"{_ALONE}(?:{_SAYS_SO}|{_CALLED_PERSONS})(?![^\W_])", re.IGNORECASE)
_CALLED_OTHER = pattern_of(
    r"(?:konto[a-zæøå]{0,20}|\bkto|\biban|\bkid"
    r"|(?:artikkel|\bart\.?-? ?|vare|ordre|faktura|kunde|bestillings?)-?(?:nr|nummer)"
    r"|\b(?:ean|gtin|isbn)(?:-?1\d)?|(?:møte|meeting|webinar|zoom|teams)[ -]?id)"
    r"[\W_]{0,3}(?:(?:nr|nummer(?:et)?|er)[\W_]{0,3}){0,2}\Z",
    re.IGNORECASE,
)

_NUMBER = pattern_of(r"\d++(?:[.,:/\\-]\d++|[ \u00a0\u2009\u202f]\d{3}(?!\d))*+")
"""A number as it is read: «2026/1421», «38 139 256», «14:30»."""


class Number(NamedTuple):
    """Where an identity number stands: `start` to `stop`. Not `certain`: the whole expression it is read from."""

    start: int
    stop: int
    certain: bool


_found: OrderedDict[tuple[int, int], Sequence[Number]] = OrderedDict()
_FOUND_LIMIT = 64


def numbers(plain: str) -> Sequence[Number]:
    """The numbers in a text, in order; none overlaps another. `plain`: with ordinary digits (`identity._Plain`)."""
    # A text is looked at several times on its way in. Where the numbers stand is remembered, the text is not.
    key = (hash(plain), len(plain))
    found = _found.get(key)
    if found is None:
        found = _found[key] = _numbers(plain)
        if len(_found) > _FOUND_LIMIT:
            _found.popitem(last=False)
    return found


def _numbers(plain: str) -> Sequence[Number]:
    # Where it begins and ends, and what it was found in.
    windows = [(*window, plain) for window in _windows(plain)]
    # A second look, since it may be the number that looks like what stands aside.
    alone = _ASIDE.sub(_blank, plain)
    if alone != plain:
        windows += [(*window, alone) for window in _windows(alone)]
    born = list(_born(plain))
    in_addresses = moments(plain) if born else ()
    windows += [(*window, plain) for window in born if not overlaps(*window, in_addresses)]
    if not windows:
        return ()
    written_so = _Certain(plain)
    for start, stop, text in windows:
        written_so.look_at(start, stop, text)
    certain = written_so.settled()
    possible = _whole(plain, ((start, stop) for start, stop, _text in windows), certain)
    return sorted([*(Number(*span, True) for span in certain), *(Number(*span, False) for span in possible)])


def moments(plain: str) -> Sequence[tuple[int, int]]:
    """Where the moment stands in each address of a message: it may look like the beginning of a number too."""
    return [found.span() for found in _MESSAGE.finditer(plain)]


def begins_with_a_date(text: str) -> bool:
    """Whether the first four digits are a day and a month, as in an identity number."""
    digits = "".join(filter(str.isdecimal, text))
    return _date(int(digits[:2]), int(digits[2:4])) is not None


def _blank(found: re.Match[str]) -> str:
    """All but the digit that it begins with."""
    return found.group()[0] + " " * (len(found.group()) - 1)


# --- which digits ------------------------------------------------------------------------------------------


def _windows(plain: str) -> Iterator[tuple[int, int]]:
    """Where eleven digits in a row are an identity number, also within a longer row."""
    at: list[int] = []
    digits: list[int] = []
    for run in _RUN.finditer(plain):
        # \d is any script's digits.
        at += (place for place, letter in enumerate(run.group(), run.start()) if letter.isdecimal())
        digits += map(unicodedata.decimal, filter(str.isdecimal, run.group()))
        # Between two rows stands a digit that is nowhere.
        at.append(_NOWHERE)
        digits.append(0)
    for which in (_IN_A_ROW, _AFTER_THE_YEAR):
        yield from _of_these(plain, digits, at, which)


def _of_these(plain: str, digits: Sequence[int], at: Sequence[int], which: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where the numbers stand that consist of these digits (`which`) of a row. `at`: where each digit stands."""
    others: Sequence[_After] = ()
    for first in _checked(digits, which):
        places = at[first : first + which[-1] + 1]
        if _NOWHERE in places or not _first_is_right([digits[first + place] for place in which]):
            continue
        if which is _AFTER_THE_YEAR and digits[first + 4 : first + 6] not in _CENTURIES:
            continue
        start, stop = places[0], places[-1] + 1
        # Nearly always there is none, and nothing to look for.
        others = others or [_After(pattern, plain) for pattern in (_OTHER, _PLAN, _MESSAGE)]
        if not any(each.holds(start, stop) for each in others):
            yield start, stop


class _After:
    """Where something else stands. It goes forwards only, so no text is gone through for each number in it."""

    def __init__(self, pattern: re.Pattern[str], plain: str) -> None:
        self._left = pattern.finditer(plain)
        self._found: re.Match[str] | None = None

    def holds(self, start: int, stop: int) -> bool:
        """Whether all from `start` to `stop` is part of it. Asked with an ever later `stop`."""
        while (self._found is None or self._found.end() < stop) and (following := next(self._left, None)):
            self._found = following
        return self._found is not None and self._found.start() <= start and stop <= self._found.end()


def _checked(digits: Sequence[int], which: Sequence[int]) -> Iterator[int]:
    """Where digits begin as an identity number does, of which the last is the right check digit for the others.

    That is one in twenty, and it is found in two calculations with all the digits at once.
    """
    if len(digits) <= which[-1]:
        return iter(())
    beginnings = _beginnings()
    packed = _packed(digits)
    checks = _sums(packed, len(digits), *_weights(tuple(which)))
    begins = _sums(packed, len(digits), *_BEGINS)
    return (
        first
        for first, (check, begun) in enumerate(zip(checks, begins, strict=False))
        if not check % 11 and begun in beginnings
    )


def _packed(each: Sequence[int]) -> int:
    """As one large number, with sixteen bits for each."""
    return int.from_bytes(array("H", each), sys.byteorder)


_BEGINS = (_packed((1, 10, 100, 1000)), 4)
"""The weights of the first four digits as a number, as `_sums` takes them."""


@cache
def _weights(which: Sequence[int]) -> tuple[int, int]:
    """Those of the last check digit, where these digits of a row are the number's; as `_sums` takes them."""
    weights = [0] * (which[-1] + 1)
    for place, weight in zip(which, _SECOND_WEIGHTS, strict=True):
        weights[place] = weight
    return _packed(weights[::-1]), len(weights)


def _sums(packed: int, count: int, weights: int, width: int) -> Sequence[int]:
    """The sum by weight of as many digits in a row (`packed`, `count` of them) as there are weights (from the last to
    the first, `packed` too, `width` of them), for each place that they begin.

    It is one multiplication of two large numbers with sixteen bits for each digit, which no sum here is larger than.
    """
    sums = array("H", (packed * weights).to_bytes(2 * (count + width), sys.byteorder))
    return sums[width - 1 : count]


@cache
def _beginnings() -> Collection[int]:
    """The first four digits that an identity number may have, as a number."""
    return {
        begun for begun in range(10_000) if begun // 1000 in _FH_NUMBER or _date(begun // 100, begun % 100) is not None
    }


def _first_is_right(digits: Sequence[int]) -> bool:
    """Whether the first check digit is one: of today's rules, or of those from 2032 on."""
    return sum(map(mul, digits, _FIRST_WEIGHTS)) % 11 in _REMAINDERS_OF_2032


class _Date(NamedTuple):
    day: int
    month: int


@cache
def _date(day: int, month: int) -> _Date | None:
    """The date that the first four digits tell, with what D-, H- and synthetic numbers add taken off again."""
    if day > _D_NUMBER_DAY:
        day -= _D_NUMBER_DAY
    for added in (0, _H_NUMBER_MONTH, *_SYNTHETIC_MONTHS):
        # 2000 has the 29th of February.
        if 1 <= month - added <= 12 and 1 <= day <= monthrange(2000, month - added)[1]:
            return _Date(day, month - added)
    return None


def _born(plain: str) -> Iterator[tuple[int, int]]:
    """Where a number stands whose day of birth is written with other digits than the number has."""
    for row in _ROW.finditer(plain):
        # Five digits, alone or after the eight of a day.
        if row.end() - row.start() not in {5, 13}:
            continue
        begins = row.end() - 5
        room = max(0, begins - _BORN_ROOM)
        for pattern in _BORN:
            found = pattern.search(plain[room:begins])
            if found and _adds_up(found.groupdict(), plain[begins : begins + 5]):
                yield room + found.start(), begins + 5


def _adds_up(born: Mapping[str, str | None], rest: str) -> bool:
    word = (born.get("word") or "").lower()
    month = _MONTHS.index(word) + 1 if word else int(born["month"] or 0)
    written = f"{int(born['day'] or 0):02}{month:02}{(born['year'] or '')[-2:]}{rest}"
    digits = [int(digit) for digit in written]
    return bool([*_checked(digits, _IN_A_ROW)]) and _first_is_right(digits)


# --- which of them are certain -----------------------------------------------------------------------------


class _Certain:
    """Looks at numbers, one after the other, and settles in the end which are written as such."""

    def __init__(self, plain: str) -> None:
        self._plain = plain
        self._starts: set[int] = set()
        self._stops: set[int] = set()
        self._called: list[tuple[int, int]] = []
        self._shaped: dict[int, list[tuple[int, int]]] = {}
        """By how near to each other the digits stand (see `_gap`)."""

    def look_at(self, start: int, stop: int, text: str) -> None:
        """`text`: the text, or what is left of it, that the number was found in."""
        plain = self._plain
        if plain[start - 1 : start].isdecimal() or plain[stop : stop + 1].isdecimal():
            return
        self._starts.add(start)
        self._stops.add(stop)
        between = plain[start:stop]
        before = plain[max(0, start - _ROOM) : start]
        called_other = _CALLED_OTHER.search(before) is not None
        if (
            _CALLED_SO.search(before)
            or _CALLED_SO_BETWEEN.search(between)
            or _CALLED_SO_AFTER.match(plain, stop, stop + _ROOM)
        ):
            if not called_other:
                self._called.append((start, stop))
            return
        near = _nearness(text, start, stop)
        tabled = _OF_TABLES.search(_ENTITY.sub(" ", between))
        if near is not None and not (called_other or tabled or self._in_address(start)):
            self._shaped.setdefault(near, []).append((start, stop))

    def _in_address(self, start: int) -> bool:
        before = self._plain[max(0, start - _ADDRESS_ROOM) : start]
        word = before.split()[-1:] if before[-1:].strip() else []
        return any(_IN_ADDRESS.search(each) for each in word)

    def settled(self) -> Sequence[tuple[int, int]]:
        """The certain ones, in order. A number beside another that is taken out is not in a row with it."""
        found = joined(self._called)
        # The nearer the digits of one, the less can stand between them: what is decided depends on nothing later.
        for near, spans in sorted(self._shaped.items()):
            alone = [span for span in spans if self._stands_alone(*span, near, found)]
            found = joined([*found, *alone])
        return found

    def _stands_alone(self, start: int, stop: int, near: int, found: Sequence[tuple[int, int]]) -> bool:
        """Whether no other number stands as near as the digits of this one to each other."""
        if overlaps(start, stop, found):
            return False
        place = bisect_left(found, (start, stop))
        taken_before = found[place - 1][1] if place else 0
        taken_after = found[place][0] if place < len(found) else len(self._plain)
        before = self._plain[max(0, start - _ROOM) : start]
        left = None if _ITEM.search(before) else _BEFORE.search(before)
        beside = left is not None and start - len(left[1]) > taken_before
        if left and beside and (_is_row(left[1], near) or self._follows_a_row(start, left[1])):
            return False
        if before[-1:] == "+" or (beside and not near and _FRACTION.search(before)):
            return False
        right = _AFTER.match(self._plain, stop, stop + _ROOM)
        if right and right.end() <= taken_after:
            return not (_is_row(right[1], near) or self._precedes_a_row(right.end() - 1))
        return True

    def _follows_a_row(self, start: int, between: str) -> bool:
        """Whether the line before is six and five digits that are no number: these are two columns."""
        stop = start - len(between)
        row = _SIX_AND_FIVE_BEFORE.search(self._plain[max(0, stop - 2 * _ROOM) : stop])
        return row is not None and stop not in self._stops

    def _precedes_a_row(self, start: int) -> bool:
        row = _SIX_AND_FIVE.match(self._plain, start)
        return row is not None and start not in self._starts and not self._plain[row.end() : row.end() + 1].isdecimal()


def _nearness(text: str, start: int, stop: int) -> int | None:
    """How near the digits stand to each other (see `_gap`); None: they are not written as such a number."""
    together = _TOGETHER.match(text, start)
    if together and together.end() == stop:
        return 0
    parts = _SIX_AND_FIVE.match(text, start)
    return max(1, _gap(parts[1])) if parts and parts.end() == stop else None


def _gap(between: str) -> int:
    """How far two numbers stand from each other: 0 not at all, 1 a sign, 2 a space, 3 both, 4 a line, 5 a clause."""
    seen = _INVISIBLE.sub("", between)
    if not seen:
        return 0
    if "\n" in seen or "\r" in seen:
        return 4
    if seen.isspace():
        return 2
    if _CLAUSE.match(seen):
        return 5
    return 1 if len(seen) == 1 else 3


def _is_row(between: str, near: int) -> bool:
    """Whether a number belongs as much to the next one as its own digits do to each other: «2026/12345678901»."""
    return _gap(between) <= near if near else between in _GLUE


# --- the whole expression ----------------------------------------------------------------------------------


def _whole(
    plain: str, windows: Iterable[tuple[int, int]], certain: Sequence[tuple[int, int]]
) -> Sequence[tuple[int, int]]:
    """The expressions that the other numbers are read from: whole numbers from the first to the last."""
    left = [window for window in windows if not overlaps(*window, certain)]
    if not left:
        return ()
    written = [found.span() for found in _NUMBER.finditer(plain)]
    begins = [start for start, _stop in written]
    spans: list[tuple[int, int]] = []
    for start, stop in left:
        first = written[bisect_right(begins, start) - 1]
        last = written[bisect_right(begins, stop - 1) - 1]
        place = bisect_left(certain, (start, stop))
        # What is taken out is no part of it.
        lowest = certain[place - 1][1] if place else 0
        highest = certain[place][0] if place < len(certain) else len(plain)
        spans.append((max(lowest, min(start, first[0])), min(highest, max(stop, last[1]))))
    return joined(spans)


def overlaps(start: int, stop: int, spans: Sequence[tuple[int, int] | Number]) -> bool:
    """`spans`: in order, none overlapping another."""
    place = bisect_left(spans, start, key=itemgetter(0))
    return (place > 0 and spans[place - 1][1] > start) or (place < len(spans) and spans[place][0] < stop)


def joined(spans: Iterable[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """The spans in order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if found and start < found[-1][1]:
            first, last = found.pop()
            found.append((first, max(last, stop)))
        else:
            found.append((start, stop))
    return found
