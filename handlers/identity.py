"""Who a patient is must not be written: what in a text could tell it, and the text without it.

**Identity numbers** are taken out of every text before anything is stored (`without_numbers`): fødselsnummer, D-, H-
and FH-numbers, synthetic ones, and those with the check digits of 2032, whatever stands between the digits. They have
one thing in common with a bank account number: the last digit is worked out in the same way. So no calculation tells
an FH-number from an account number. A number that today's rules say is a person's is always taken out; one that the
wider rules allow stays if the word «konto» stands before it, and is then asked about like other long numbers.

**Doubts** are what may be about a patient and may be something else (`doubts`): the person is asked.

Sources: platforms.md, «National identity numbers»; Skatteetaten, «Nytt fødselsnummer fra 2032» (the first check digit
leaves a remainder of 0 to 3); HIS 1001:2010 (H- and FH-numbers).
"""

import re
import sys
import unicodedata
from array import array
from calendar import monthrange
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from operator import mul
from typing import NamedTuple

REMOVED = "[fjernet]"
"""What stands in the place of a number that was taken out. It is stored with the text, so it is not translated."""

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
_RUN = re.compile(r"\d(?:[\W_]*+\d){10,}+")
_ACCOUNT = re.compile(r"\bkonto[a-zæøå]*+[\W_]{0,3}(?:(?:nr|nummer|er)[\W_]{0,3})?\Z", re.IGNORECASE)
_ACCOUNT_ROOM = 40

# What may stand between two digits of a number without being part of it: what a space became in an address or in HTML,
# the number of an item in a list, the word for what follows.
_ASIDE = re.compile(
    r"\d(?:[\W_]{0,5}?(?:%[0-9A-F]{2}|&#?\w{1,8};|^[ \t]*\d{1,2}[.)](?=[ \t])|personn(?:umme)?r|p(?:ers)?\.? ?nr))+",
    re.IGNORECASE | re.MULTILINE,
)

# Two dates, a date and a time of day, three times of day and two telephone numbers have more digits than a number, so
# they cannot be one with separators.
_DAY_MONTH = r"(?:0[1-9]|[12]\d|3[01])[./-](?:0[1-9]|1[0-2])[./-]"
_YEAR = r"(?:19|20)\d{2}"
_LONG_DATE = rf"(?:\d{{2}}[./-]\d{{2}}[./-]{_YEAR}|{_YEAR}-\d{{2}}-\d{{2}})"
_DATE = rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]{_YEAR}|{_YEAR}-\d{{2}}-\d{{2}}|{_DAY_MONTH}\d{{2}})"
_CLOCK = r"(?:[01]\d|2[0-4])[.:][0-5]\d"
_BETWEEN = r"[ ,;–—-]{1,4}"
_NEXT = rf"(?:{_BETWEEN}|[ ,;]*\n[ -]*(?:\d{{1,2}}[.)] )?)"
_TIME = rf"{_BETWEEN}{_CLOCK}(?:[.:]\d{{2}}|{_BETWEEN}{_CLOCK})?"
_PHONE_ALONE = r"[2-9]\d(?:\d{6}| \d\d \d\d \d\d|\d \d\d \d\d\d)"
_OTHER = re.compile(
    rf"(?<!\d)(?:(?:^\d{{1,2}}[.)] )?{_DATE}(?:{_TIME})?(?:{_NEXT}{_DATE}(?:{_TIME})?)+|{_LONG_DATE}{_TIME}"
    rf"|{_CLOCK}(?:{_NEXT}{_CLOCK}){{2,}}|{_PHONE_ALONE}(?:(?:{_NEXT}|[ ]?/[ ]?){_PHONE_ALONE})+)(?!\d)",
    re.MULTILINE,
)

# The two check digits follow from the nine digits before them, so these are as good as the whole.
_BEGUN = re.compile(r"\d\d(?<!\d\d\d)\d{4}[\W_]?\d{3,4}(?!\d)")
# With more between the digits it looks like much else, so it is not asked about.
_BEGUN_IN_PARTS = re.compile(r"\d\d(?<!\d\d\d)[ ./-]?\d\d[ ./-]?(?:19|20)?\d\d[\W_]{1,3}\d{3,4}(?!\d)")


def without_numbers(text: str, *, being_typed: bool = False) -> str:
    """`text` with `REMOVED` in the place of each identity number.

    `being_typed`: the text may end in the middle of a number, so what looks like the beginning of one goes too.
    """
    plain = _Plain(text)
    spans = list(_numbers(plain.text))
    # A second look, since it may be the number that looks like what stands aside.
    alone = _ASIDE.sub(_blank, plain.text)
    if alone != plain.text:
        spans += _numbers(alone)
    if being_typed:
        spans += [
            found.span()
            for begun in (_BEGUN, _BEGUN_IN_PARTS)
            for found in begun.finditer(plain.text)
            if _is_date(found.group())
        ]
    if not spans:
        return text
    pieces: list[str] = []
    end = 0
    for start, stop in _joined(spans):
        pieces += (text[end : plain.place(start)], REMOVED)
        end = plain.place(stop - 1) + 1
    return "".join((*pieces, text[end:]))


class Kind(StrEnum):
    """What something that may be about a patient looks like."""

    NAME = "name"
    BIRTH = "birth"
    LONG_NUMBER = "long_number"
    PHONE = "phone"
    EMAIL = "email"


class Doubt(NamedTuple):
    """Something that may be about a patient, as it stands in the text."""

    kind: Kind
    text: str


def doubts(text: str, *, every_name: bool = False) -> Sequence[Doubt]:
    """What in `text`, which holds no identity number, may be about a patient; each once.

    `every_name`: also what looks like a first name and a surname, without a word before it that says whose.
    """
    plain = _Plain(text)
    spans = list(_doubtful(plain.text))
    if every_name:
        spans += [(Kind.NAME, *found.span()) for found in _FULL_NAME.finditer(plain.text)]
    found = {Doubt(kind, text[plain.place(start) : plain.place(stop - 1) + 1]): None for kind, start, stop in spans}
    return list(found)


class _Plain:
    """A text as it is searched: full-width, circled and other forms of letters and digits as ordinary ones.

    `place` tells where in the text itself something stands.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._places: Sequence[int] | None = None
        others = set(text) if not text.isascii() else ()
        forms = {ord(letter): form for letter in others if (form := _form(letter)) != letter}
        if forms:
            self.text = text.translate(forms)
            if len(self.text) != len(text):
                self._places = [place for place, letter in enumerate(text) for _each in forms.get(ord(letter), letter)]

    def place(self, index: int) -> int:
        return index if self._places is None else self._places[index]


@lru_cache(maxsize=4096)
def _form(letter: str) -> str:
    """The digit that a character means, else its compatible form (NFKC), which not all digits have: «❶» is its own."""
    digit = unicodedata.digit(letter, None)
    return unicodedata.normalize("NFKC", letter) if digit is None else str(digit)


def _blank(found: re.Match[str]) -> str:
    """All but the digit that it begins with."""
    return found.group()[0] + " " * (len(found.group()) - 1)


# --- numbers -----------------------------------------------------------------------------------------------


def _numbers(plain: str) -> Iterator[tuple[int, int]]:
    """Where the identity numbers stand. Any eleven digits in a row may be one, also within a longer row."""
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
    others = _OTHER.finditer(plain)
    other: re.Match[str] | None = None
    for first in _checked(digits, which):
        places = at[first : first + which[-1] + 1]
        certain = _is_persons([digits[first + place] for place in which])
        if certain is None or _NOWHERE in places:
            continue
        if which is _AFTER_THE_YEAR and digits[first + 4 : first + 6] not in _CENTURIES:
            continue
        start, stop = places[0], places[-1] + 1
        # Both go forwards only, so no text is gone through for each number in it.
        while (other is None or other.end() < stop) and (following := next(others, None)):
            other = following
        if other and other.start() <= start and stop <= other.end():
            continue
        if not certain and _is_account(plain, start, stop):
            continue
        yield start, stop


def _checked(digits: Sequence[int], which: Sequence[int]) -> Iterator[int]:
    """Where digits begin as an identity number does, of which the last is the right check digit for the others.

    That is one in twenty, and it is found in two calculations with all the digits at once.
    """
    if len(digits) <= which[-1]:
        return iter(())
    beginnings = _beginnings()
    weights = [0] * (which[-1] + 1)
    for place, weight in zip(which, _SECOND_WEIGHTS, strict=True):
        weights[place] = weight
    checks = _sums(digits, weights)
    return (
        first
        for first, (check, begun) in enumerate(zip(checks, _sums(digits, (1000, 100, 10, 1)), strict=False))
        if not check % 11 and begun in beginnings
    )


def _sums(digits: Sequence[int], weights: Sequence[int]) -> Sequence[int]:
    """The sum by weight of as many digits in a row as there are weights, for each place that they begin.

    It is one multiplication of two large numbers with sixteen bits for each digit, which no sum here is larger than.
    """
    packed, factor = (int.from_bytes(array("H", each), sys.byteorder) for each in (digits, reversed(weights)))
    sums = array("H", (packed * factor).to_bytes(2 * (len(digits) + len(weights)), sys.byteorder))
    return sums[len(weights) - 1 : len(digits)]


@cache
def _beginnings() -> Collection[int]:
    """The first four digits that an identity number may have, as a number."""
    return {
        begun for begun in range(10_000) if begun // 1000 in _FH_NUMBER or _date(begun // 100, begun % 100) is not None
    }


def _is_account(plain: str, start: int, stop: int) -> bool:
    """Whether the number is called an account number, and written so that it is asked about."""
    written = _LONG_NUMBER.match(plain, start)
    called = _ACCOUNT.search(plain[max(0, start - _ACCOUNT_ROOM) : start])
    return written is not None and written.end() == stop and called is not None


def _is_persons(digits: Sequence[int]) -> bool | None:
    """Whether eleven digits whose beginning and end are right (`_checked`) are an identity number: True by today's
    rules, False by the wider ones, None not at all."""
    remainder = sum(map(mul, digits, _FIRST_WEIGHTS)) % 11
    if remainder not in _REMAINDERS_OF_2032:
        return None
    return remainder == 0 and _is_issued(digits)


def _is_issued(digits: Sequence[int]) -> bool:
    """Whether the date and the century's series are those of somebody who may be alive (born from 1900 on)."""
    found = _date(digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
    if found is None or found.synthetic:
        return False
    year = digits[4] * 10 + digits[5]
    individual = digits[6] * 100 + digits[7] * 10 + digits[8]
    if individual < 500 or (individual >= 900 and year >= 40):
        year += 1900
    elif year < 40:
        year += 2000
    else:
        return False
    return found.day <= monthrange(year, found.month)[1]


class _Date(NamedTuple):
    day: int
    month: int
    synthetic: bool


@cache
def _date(day: int, month: int) -> _Date | None:
    """The date that the first four digits tell, with what D-, H- and synthetic numbers add taken off again."""
    if day > _D_NUMBER_DAY:
        day -= _D_NUMBER_DAY
    for added in (0, _H_NUMBER_MONTH, *_SYNTHETIC_MONTHS):
        # 2000 has the 29th of February.
        if 1 <= month - added <= 12 and 1 <= day <= monthrange(2000, month - added)[1]:
            return _Date(day, month - added, synthetic=added in _SYNTHETIC_MONTHS)
    return None


def _is_date(text: str) -> bool:
    day_and_month = "".join(filter(str.isdecimal, text))
    return _date(int(day_and_month[:2]), int(day_and_month[2:4])) is not None


def _joined(spans: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """The spans in order, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if joined and start < joined[-1][1]:
            first, last = joined.pop()
            joined.append((first, max(last, stop)))
        else:
            joined.append((start, stop))
    return joined


# --- doubts ------------------------------------------------------------------------------------------------

_CAPITAL = "[A-ZÀ-ÖØ-ÞČĐŊŠŦŽ]"
_NAME_PART = rf"{_CAPITAL}[a-zà-öø-ÿčđŋšŧž]+(?:[-'’]{_CAPITAL}?[a-zà-öø-ÿčđŋšŧž]+)?"
_INITIALS = rf"{_CAPITAL}(?:\. ?|[ -]){_CAPITAL}\b\.?"
_IN_CAPITALS = rf"{_CAPITAL}{{2,}}(?:[ \t]+{_CAPITAL}{{2,}})+\b"
_NAME = re.compile(
    r"\b(?i:pasient(?:en|ens)?|pas|pt|brukeren|beboer(?:en|ens)?|frue?|herr|hr|(?:ved|med) navn|heter|navn|"
    r"datter(?:en|a)?|sønn(?:en)?|mor(?:en|a)?|far(?:en)?|kon[ea]|ektemann(?:en)?|ektefelle(?:n)?|samboer(?:en)?|"
    r"søster(?:en|a)?|bror(?:en)?|verge(?:n)?)\b"
    rf"[.:,]?[ \t]+(?:{_NAME_PART}(?:[ \t]+{_NAME_PART}){{0,3}}|{_INITIALS}|{_IN_CAPITALS})"
)
_FULL_NAME = re.compile(rf"\b{_NAME_PART}(?:[ \t]+(?:{_CAPITAL}\.[ \t]+)?{_NAME_PART})+")
_MONTHS = "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember"
_BIRTH = re.compile(
    r"\b(?i:født|fødselsdato|f|personnummer|personnr|fnr|pnr|kvinne|mann|gutt|jente|pasient(?:en)?|pas|pt)\b[.:,]{0,2}\s?"
    rf"(?:\d{{1,2}}[./-]\s?\d{{1,2}}[./-]\s?\d{{2,4}}|\d{{1,2}}\.?\s(?i:{_MONTHS})\s\d{{2,4}}|\d{{5,6}})(?!\d)"
)
# Looking back comes after the first digits: a pattern that begins with a digit is searched for ten times as fast.
_LONG_NUMBER = re.compile(
    r"\d\d(?<![\d.,]\d\d)(?:\d{9}|\d{4}[ .\-/]\d{5}|\d\d[ .]\d\d[ .]\d{5}|[ .]\d\d[ .]\d\d[ .]\d{5})(?![\d,])"
)
_PHONE = re.compile(
    r"[2-9]\d(?<![\w.,/-]\d\d)(?:\d{6}|([ .-])\d\d\1\d\d\1\d\d|\d \d\d \d\d\d)(?![\w/])(?![.,:-]\d)"
    r"|\+\d{1,3}(?: ?\d){6,12}(?!\d)"
)
_WHOLE_DAY = re.compile(r"20[0-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_FROM_AT = re.compile(r"@(?<=[\w.+-]@)[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,4}+")
_BEFORE_AT = re.compile(r"[\w.+-]{1,64}")
"""Read backwards from the sign."""


def _doubtful(plain: str) -> Iterator[tuple[Kind, int, int]]:
    for kind, pattern in ((Kind.NAME, _NAME), (Kind.BIRTH, _BIRTH), (Kind.LONG_NUMBER, _LONG_NUMBER)):
        for found in pattern.finditer(plain):
            yield kind, *found.span()
    for found in _BEGUN.finditer(plain):
        if _is_date(found.group()):
            yield Kind.LONG_NUMBER, *found.span()
    for found in _PHONE.finditer(plain):
        if not _WHOLE_DAY.fullmatch(found.group()):
            yield Kind.PHONE, *found.span()
    for found in _FROM_AT.finditer(plain):
        at = found.start()
        before = _BEFORE_AT.match(plain[max(0, at - 64) : at][::-1])
        if before:
            yield Kind.EMAIL, at - before.end(), found.end()
