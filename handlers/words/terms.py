"""What a text is found by, and what somebody searches for, in the same terms: words, dates and numbers.

Terms are ASCII letters and digits alone, so that every database takes them as they are: `wlegemidl`, `d20240312`,
`n2024x38`. Nothing else is left of a text: no database needs to know any Norwegian.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from handlers.patterns import pattern_of
from handlers.references.dated import dates, months
from handlers.references.rules import Known, references
from handlers.words.compounds import parts
from handlers.words.forms import SAYING_LITTLE
from handlers.words.letters import loose, plain
from handlers.words.stems import stem

VERSION = 1
"""Goes up with whatever changes the terms of a text: what was indexed with another is indexed anew."""
MOST_WORDS = 12
"""So many words of what somebody searches for are used."""
_ANY = Known((), (), 2098)
"""Numbers of any committee, whenever."""
_WORD = pattern_of(r"[^\W_]+(?:[-'’/][^\W_]+)*")
_NUMBER = pattern_of(r"(?<![\w.,])\d{1,3}(?:[ .\u00a0]\d{3})+(?![\w])|(?<![\w])\d+(?:,\d+)?(?!\w)")
_DIGIT = pattern_of(r"\d")
_YEAR = pattern_of(r"(?:19|20)\d\d")
_LONG = 8
"""Letters: of a word so long it is known how it ends, too."""
STOP = frozenset(plain(word) for word in SAYING_LITTLE.split())
"""Words that stand everywhere."""


class Word(NamedTuple):
    """A word, number or date of a text, as it is found by (`terms`), with where it stands."""

    start: int
    end: int
    terms: tuple[str, ...]


def in_text(text: str) -> Iterator[Word]:
    """All that a text is found by."""
    if _DIGIT.search(text):
        yield from _counted(text)
    for match in _WORD.finditer(text):
        found = of_word(match[0])
        if found:
            yield Word(match.start(), match.end(), found)


def _counted(text: str) -> Iterator[Word]:
    """Dates, months, case numbers and other numbers."""
    taken: list[tuple[int, int]] = []
    for dated in dates(text):
        taken.append((dated.start, dated.end))
        yield Word(dated.start, dated.end, of_day(dated.day.year, dated.day.month, dated.day.day))
    for month in months(text):
        if not _within(month.start, month.end, taken):
            yield Word(month.start, month.end, of_month(month.year, month.month))
    for each in references(text, _ANY):
        numbers = tuple(
            f"n{reading.year}x{reading.n}" for reading in each.readings if reading.year and not reading.meeting
        )
        if numbers:
            taken.append((each.start, each.end))
            yield Word(each.start, each.end, numbers)
    for match in _NUMBER.finditer(text):
        if not _within(*match.span(), taken):
            yield Word(match.start(), match.end(), of_number(match[0]))


def _within(start: int, end: int, taken: Iterable[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in taken)


def of_texts(texts: Iterable[str]) -> set[str]:
    """The terms of several texts."""
    return {term for text in texts for word in in_text(text) for term in word.terms}


def of_day(year: int, month: int, day: int) -> tuple[str, ...]:
    return (f"d{year:04}{month:02}{day:02}", *of_month(year, month))


def of_month(year: int, month: int) -> tuple[str, ...]:
    return (f"m{year:04}{month:02}", f"y{year:04}")


def of_case_number(year: int, n: int) -> str:
    return f"n{year}x{n}"


def of_number(text: str) -> tuple[str, ...]:
    digits = re.sub(r"[ .\u00a0]", "", text).replace(",", "x").lstrip("0")
    return (f"i{digits[:30]}",) if digits else ()


@lru_cache(maxsize=50_000)
def of_word(text: str) -> tuple[str, ...]:
    """The terms of a word: its stem, what it is made of, how it is written without æ, ø and å, and how it ends."""
    pieces = re.split(r"[-/]", text) if re.search(r"[-/]", text) else ()
    found: list[str] = []
    for piece in (text, *pieces):
        word = plain(piece)
        if len(word) < 2 or word in STOP or not any(sign.isalpha() for sign in word):
            continue
        whole = stem(word[:60])
        found += [f"w{whole}", *(f"w{part}" for part in parts(word[:60]))]
        if loose(whole) != whole:
            found.append(f"l{loose(whole)}")
        if len(whole) >= _LONG:
            found.append(f"r{whole[::-1]}")
    return tuple(dict.fromkeys(found))


def in_title(term: str) -> str:
    """The term of something that stands in a title."""
    return f"t{term}"


# --- what is searched for ----------------------------------------------------------------------------------

Alternative = tuple[str, ...]
"""Terms that are all to be there. One that ends in `*` is the beginning of a term."""


class Wanted(NamedTuple):
    """One word of what somebody searches for. `exact`: any of these is right; `near`: what is tried where there is
    nothing."""

    text: str
    exact: tuple[Alternative, ...]
    near: tuple[Alternative, ...]


class Query(NamedTuple):
    """What somebody searches for: all of `words`. `too_common`: words that stand everywhere; `left_out`: there were
    more words than are used."""

    words: tuple[Wanted, ...]
    too_common: tuple[str, ...] = ()
    left_out: bool = False


def query(text: str) -> Query:
    """What a text that somebody typed searches for. Signs and operators mean nothing; words in quotation marks are
    words like others."""
    found: dict[str, Wanted] = {}
    common: list[str] = []
    taken: list[tuple[int, int]] = []
    text = text[:1000]
    for dated in dates(text):
        taken.append((dated.start, dated.end))
        day = of_day(dated.day.year, dated.day.month, dated.day.day)[0]
        _want(found, text[dated.start : dated.end], [(day,)], [])
    for month in months(text):
        if not _within(month.start, month.end, taken):
            taken.append((month.start, month.end))
            _want(found, text[month.start : month.end], [(of_month(month.year, month.month)[0],)], [])
    for each in references(text, _ANY, alone=True):
        numbers = [(of_case_number(one.year, one.n),) for one in each.readings if one.year is not None]
        if numbers and not _within(each.start, each.end, taken):
            taken.append((each.start, each.end))
            _want(found, each.text, numbers, [])
    for match in _NUMBER.finditer(text):
        if not _within(*match.span(), taken):
            taken.append(match.span())
            alternatives = [of_number(match[0])]
            if _YEAR.fullmatch(match[0]):
                alternatives.append((f"y{match[0]}",))
            _want(found, match[0], [each for each in alternatives if each], [])
    for match in _WORD.finditer(text):
        if _within(*match.span(), taken):
            continue
        word = plain(match[0])
        if word in STOP:
            common.append(match[0])
        elif len(word) >= 2 and any(sign.isalpha() for sign in word):
            _want(found, match[0], *_of_wanted(match[0]))
    words = tuple(found.values())
    return Query(words[:MOST_WORDS], tuple(dict.fromkeys(common)), len(words) > MOST_WORDS)


def _want(found: dict[str, Wanted], text: str, exact: Sequence[Alternative], near: Sequence[Alternative]) -> None:
    if exact:
        found.setdefault(str(exact), Wanted(text, tuple(exact), tuple(near)))


def _of_wanted(text: str) -> tuple[list[Alternative], list[Alternative]]:
    """A word that is searched for: itself, or all that it is made of; near: without æ, ø and å, the beginning or the
    end of a longer word, and what it is a kind of."""
    word = plain(text)[:60]
    whole = stem(word)
    made_of = parts(word)
    # The outermost parting: what it is a kind of, and what tells it from others of the kind.
    apart = tuple(f"w{part}" for part in (made_of[0], *made_of[1:][-1:])) if len(made_of) > 1 else ()
    exact: list[Alternative] = [(f"w{whole}",)]
    if re.search(r"[-/]", text):
        pieces = tuple(f"w{stem(plain(piece))}" for piece in re.split(r"[-/]", text) if len(plain(piece)) > 1)
        exact += [pieces] if pieces else []
    if apart:
        exact.append(apart)
    near: list[Alternative] = [(f"l{loose(whole)}",), (f"w{loose(whole)}",)]
    if len(whole) >= 4:
        near += [(f"w{whole}*",), (f"r{whole[::-1]}*",), (f"l{loose(whole)}*",)]
    if made_of:
        near.append((f"w{made_of[0]}",))
    return exact, near


def fits(words: Sequence[Wanted], terms: set[str], *, near: bool) -> bool:
    """Whether something with these terms is what is searched for."""
    return all(any(_is_there(each, terms) for each in _of(word, near=near)) for word in words)


def _of(word: Wanted, *, near: bool) -> tuple[Alternative, ...]:
    return (*word.exact, *word.near) if near else word.exact


def _is_there(alternative: Alternative, terms: set[str]) -> bool:
    return all(
        any(term.startswith(each[:-1]) for term in terms) if each.endswith("*") else each in terms
        for each in alternative
    )


def hits(text: str, words: Sequence[Wanted], *, near: bool) -> list[tuple[int, int, int]]:
    """Where a text has what is searched for: from, to, and which of the words it is."""
    sought = []
    for number, word in enumerate(words):
        every = {term for alternative in _of(word, near=near) for term in alternative}
        begins = tuple(term[:-1] for term in every if term.endswith("*"))
        sought.append((number, every, begins))
    found = []
    for place in in_text(text):
        for number, every, begins in sought:
            if not every.isdisjoint(place.terms) or (begins and any(term.startswith(begins) for term in place.terms)):
                found.append((place.start, place.end, number))
                break
    return sorted(found)
