"""Who a patient is must not be written: what in a text could tell it, and the text without it.

**Identity numbers** that are written as such are taken out of every text before anything is stored (`without_numbers`).
What only may be one, since its digits stand in other numbers, is asked about, and stored when the person has said that
it is not; where nobody can be asked it is taken out too (`without_possible_numbers`).
`handlers.writing.identity_numbers` tells which is which.

**Doubts** are what may be about a patient and may be something else (`doubts`): the person is asked.
"""

import unicodedata
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from handlers.patterns import pattern_of
from handlers.writing.identity_numbers import begins_with_a_date, joined, moments, numbers, overlaps

REMOVED = "[fjernet]"
"""What stands in the place of a number that was taken out. It is stored with the text, so it is not translated."""

# The two check digits follow from the nine digits before them, so these are as good as the whole.
_BEGUN = pattern_of(r"\d\d(?<!\d\d\d)\d{4}[\W_]?\d{3,4}(?!\d)")
# With more between the digits it looks like much else, so it is not asked about.
_BEGUN_IN_PARTS = pattern_of(r"\d\d(?<!\d\d\d)[ ./-]?\d\d[ ./-]?(?:19|20)?\d\d[\W_]{1,3}\d{3,4}(?!\d)")


class Cleared(NamedTuple):
    """A text with `REMOVED` in the place of what was taken out, and what that was, in order."""

    text: str
    taken: Sequence[str]


NOTHING_TAKEN = Cleared("", ())


def without_numbers(text: str, *, but: Collection[str] = ()) -> str:
    """`text` with `REMOVED` in the place of each identity number that is written as one."""
    return take_out(text, but=but).text


def without_possible_numbers(text: str, *, being_typed: bool = False, but: Collection[str] = ()) -> str:
    """`text` without anything that may be an identity number.

    `being_typed`: the text may end in the middle of a number, so what looks like the beginning of one goes too.
    """
    return take_out(text, possible=True, being_typed=being_typed, but=but).text


def take_out(text: str, *, possible: bool = False, being_typed: bool = False, but: Collection[str] = ()) -> Cleared:
    """Take out the numbers that are written as such, and with `possible` also what only may be one.

    `but`: what stays, as it stands in the text: it has been said that it is none.
    """
    plain = _Plain(text)
    spans = [(start, stop) for start, stop, certain in numbers(plain.text) if certain or possible]
    if being_typed:
        spans += [
            found.span()
            for begun in (_BEGUN, _BEGUN_IN_PARTS)
            for found in begun.finditer(plain.text)
            if begins_with_a_date(found.group())
        ]
    pieces: list[str] = []
    taken: list[str] = []
    end = 0
    for start, stop in joined(spans):
        found = plain.written(start, stop)
        if found not in but:
            pieces += (text[end : plain.place(start)], REMOVED)
            taken.append(found)
            end = plain.place(stop - 1) + 1
    return Cleared("".join((*pieces, text[end:])) if taken else text, taken)


class Kind(StrEnum):
    """What something that may be about a patient looks like."""

    NUMBER = "number"
    NAME = "name"
    BIRTH = "birth"
    LONG_NUMBER = "long_number"
    PHONE = "phone"
    EMAIL = "email"


class Doubt(NamedTuple):
    """Something that may be about a patient, as it stands in the text."""

    kind: Kind
    text: str


_Doubtful = tuple[Kind, int, int]
_doubted: OrderedDict[tuple[int, int, bool], Sequence[_Doubtful]] = OrderedDict()
_DOUBTED_LIMIT = 1000
"""The texts of a hundred forms, from one screen of each to the next."""


def doubts(text: str, *, every_name: bool = False) -> Sequence[Doubt]:
    """What in `text` may be about a patient; each once.

    `every_name`: also what looks like a first name and a surname, without a word before it that says whose.
    """
    # All texts of a form are looked at each time that a screen of it is handed in. Where there is doubt is remembered,
    # the text is not, as with numbers.
    key = (hash(text), len(text), every_name)
    spans = _doubted.get(key)
    if spans is None:
        spans = _doubted[key] = _spans(text, every_name=every_name)
        if len(_doubted) > _DOUBTED_LIMIT:
            _doubted.popitem(last=False)
    return list({Doubt(kind, text[start:stop]): None for kind, start, stop in spans})


def _spans(text: str, *, every_name: bool) -> Sequence[_Doubtful]:
    """Where in the text itself they stand."""
    plain = _Plain(text)
    spans = list(_doubtful(plain.text))
    if every_name:
        spans += [(Kind.NAME, *found.span()) for found in _FULL_NAME.finditer(plain.text)]
    return [(kind, plain.place(start), plain.place(stop - 1) + 1) for kind, start, stop in spans]


class _Plain:
    """A text as it is searched: full-width, circled and other forms of letters and digits as ordinary ones.

    `place` tells where in the text itself something stands.
    """

    def __init__(self, text: str) -> None:
        self.text = self._text = text
        self._places: Sequence[int] | None = None
        others = () if text.isascii() else [letter for letter in set(text) if not letter.isascii()]
        forms = {ord(letter): form for letter in others if (form := _form(letter)) != letter}
        if forms:
            self.text = text.translate(forms)
            if len(self.text) != len(text):
                self._places = [place for place, letter in enumerate(text) for _each in forms.get(ord(letter), letter)]

    def place(self, index: int) -> int:
        return index if self._places is None else self._places[index]

    def written(self, start: int, stop: int) -> str:
        """What stands there in the text itself."""
        return self._text[self.place(start) : self.place(stop - 1) + 1]


@lru_cache(maxsize=4096)
def _form(letter: str) -> str:
    """The digit that a character means, else its compatible form (NFKC), which not all digits have: «❶» is its own."""
    digit = unicodedata.digit(letter, None)
    return unicodedata.normalize("NFKC", letter) if digit is None else str(digit)


# --- doubts ------------------------------------------------------------------------------------------------

_CAPITAL = "[A-ZÀ-ÖØ-ÞČĐŊŠŦŽ]"
_NAME_PART = rf"{_CAPITAL}[a-zà-öø-ÿčđŋšŧž]+(?:[-'’]{_CAPITAL}?[a-zà-öø-ÿčđŋšŧž]+)?"
_INITIALS = rf"{_CAPITAL}(?:\. ?|[ -]){_CAPITAL}\b\.?"
_IN_CAPITALS = rf"{_CAPITAL}{{2,}}(?:[ \t]+{_CAPITAL}{{2,}})+\b"
_WORDS_BEFORE_A_NAME = (
    "pasient pasienten pasientens pas pt brukeren beboer beboeren beboerens fru frue herr hr heter navn datter "
    "datteren dattera sønn sønnen mor moren mora far faren kone kona ektemann ektemannen ektefelle ektefellen samboer "
    "samboeren søster søsteren søstera bror broren verge vergen"
)
"""Those that `_NAME` begins with (the last one, of two)."""
_SAYS_WHOSE = frozenset(_WORDS_BEFORE_A_NAME.split())
_NAME = pattern_of(
    r"\b(?i:pasient(?:en|ens)?|pas|pt|brukeren|beboer(?:en|ens)?|frue?|herr|hr|(?:ved|med) navn|heter|navn|"
    r"datter(?:en|a)?|sønn(?:en)?|mor(?:en|a)?|far(?:en)?|kon[ea]|ektemann(?:en)?|ektefelle(?:n)?|samboer(?:en)?|"
    r"søster(?:en|a)?|bror(?:en)?|verge(?:n)?)\b"
    rf"[.:,]?[ \t]+(?:{_NAME_PART}(?:[ \t]+{_NAME_PART}){{0,3}}|{_INITIALS}|{_IN_CAPITALS})"
)
_WORD = pattern_of(r"\w+")
_FULL_NAME = pattern_of(rf"\b{_NAME_PART}(?:[ \t]+(?:{_CAPITAL}\.[ \t]+)?{_NAME_PART})+")
_MONTHS = "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember"
_BIRTH = pattern_of(
    r"\b(?i:født|fødselsdato|f|personnummer|personnr|fnr|pnr|kvinne|mann|gutt|jente|pasient(?:en)?|pas|pt)\b[.:,]{0,2}\s?"
    rf"(?:\d{{1,2}}[./-]\s?\d{{1,2}}[./-]\s?\d{{2,4}}|\d{{1,2}}\.?\s(?i:{_MONTHS})\s\d{{2,4}}|\d{{5,6}})(?!\d)"
)
# A day of birth and five digits are as good as a number to whoever knows the person, also where they do not add up.
_BORN_YEAR = r"(?:19\d\d|200\d|201[0-4])"
# Looking back comes after the first digits: a pattern that begins with a digit is searched for ten times as fast.
_LONG_NUMBER = pattern_of(
    r"\d\d(?<![\d.,]\d\d)(?:\d{9}|\d{4}[ .\-/]\d{5}|\d\d[ .]\d\d[ .]\d{5}|[ .]\d\d[ .]\d\d[ .]\d{5}"
    rf"|[./-]\d\d[./-]{_BORN_YEAR}[\W_]{{1,3}}\d{{5}}"
    r"|(?:(?<=19)\d\d|(?<=20)(?:0\d|1[0-4]))[./-]\d\d[./-]\d\d[\W_]{1,3}\d{5})(?![\d,])"
)
_PHONE = pattern_of(
    r"[2-9]\d(?<![\w.,/-]\d\d)(?:\d{6}|([ .-])\d\d\1\d\d\1\d\d|\d \d\d \d\d\d)(?![\w/])(?![.,:-]\d)"
    r"|\+\d{1,3}(?: ?\d){6,12}(?!\d)"
)
_WHOLE_DAY = pattern_of(r"20[0-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
# A conversation in Teams is called as an address is.
_FROM_AT = pattern_of(r"@(?<=[\w.+-]@)(?!thread\.(?:v2|tacv2|skype)\b)[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,4}+")
_BEFORE_AT = pattern_of(r"[\w.+-]{1,64}")
"""Read backwards from the sign."""


_DIGIT = pattern_of(r"\d")


def _doubtful(plain: str) -> Iterator[_Doubtful]:
    # To look at the words first takes a quarter of the time, and most texts have none of these.
    if not _SAYS_WHOSE.isdisjoint(_WORD.findall(plain.casefold())):
        for found in _NAME.finditer(plain):
            yield Kind.NAME, *found.span()
    # Most texts have none, and are looked through once for that.
    if _DIGIT.search(plain):
        yield from _doubtful_digits(plain)
    for found in _FROM_AT.finditer(plain):
        at = found.start()
        before = _BEFORE_AT.match(plain[max(0, at - 64) : at][::-1])
        if before:
            yield Kind.EMAIL, at - before.end(), found.end()


def _doubtful_digits(plain: str) -> Iterator[_Doubtful]:
    for found in _BIRTH.finditer(plain):
        yield Kind.BIRTH, *found.span()
    standing = numbers(plain)
    for start, stop, _certain in standing:
        yield Kind.NUMBER, start, stop
    begun = (found.span() for found in _BEGUN.finditer(plain) if begins_with_a_date(found.group()))
    long = [*(found.span() for found in _LONG_NUMBER.finditer(plain)), *begun]
    in_addresses = moments(plain) if long else ()
    for start, stop in long:
        # One question is enough.
        if not overlaps(start, stop, standing) and not overlaps(start, stop, in_addresses):
            yield Kind.LONG_NUMBER, start, stop
    for found in _PHONE.finditer(plain):
        if not _WHOLE_DAY.fullmatch(found.group()):
            yield Kind.PHONE, *found.span()
