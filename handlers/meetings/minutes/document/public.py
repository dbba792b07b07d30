"""Minutes as the public may read them: what is left out, and what stands in its place.

A closed case keeps its number, and says under which section of the law it is closed; nothing else of it is there.
Telephone numbers and e-mail addresses are taken out of every text, and whatever may be an identity number; those who
are guests for a case are called by where they come from, wherever they are named: they did not choose to be in what a
committee publishes.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from handlers.patterns import pattern_of
from handlers.writing.identity import REMOVED, Kind, doubts

_OUT = (Kind.EMAIL, Kind.PHONE, Kind.NUMBER, Kind.LONG_NUMBER, Kind.BIRTH)
_BETWEEN = pattern_of(r"[^\w'’-]+")
"""What stands between words."""


def without_contact(text: str) -> str:
    """`text` with `REMOVED` in the place of each telephone number, e-mail address and number of somebody's."""
    found = {doubt.text for doubt in doubts(text) if doubt.kind in _OUT}
    # The longest first: one may be a part of another.
    for each in sorted(found, key=len, reverse=True):
        text = text.replace(each, REMOVED)
    return text


def without_names(text: str, called: Mapping[str, str]) -> str:
    """`text` with what they are `called` in the place of each of these names."""
    return taking_out(called)(text)


def taking_out(called: Mapping[str, str]) -> Callable[[str], str]:
    """The same for many texts. A name of several words is found in whatever case it is written, and over the end of a
    line; one of a single word only as it is: «Per» is not «per»."""
    by_first: dict[str, list[tuple[str, str]]] = {}
    instead: dict[str, str] = {}
    for name, value in sorted(called.items(), key=lambda each: len(each[0]), reverse=True):
        words = name.split()
        if words:
            plain = " ".join(words)
            instead.setdefault(plain.casefold() if len(words) > 1 else plain, value)
            pattern = r"\s+".join(map(re.escape, words))
            first = next(filter(None, _BETWEEN.split(plain.casefold())), "")
            by_first.setdefault(first, []).append((plain, pattern))

    def replaced(found: re.Match[str]) -> str:
        words = found[0].split()
        return instead.get(" ".join(words).casefold() if len(words) > 1 else found[0], found[0])

    def clean(text: str) -> str:
        # Of thousands of names a text has a few: only of these is a pattern made.
        there = {word for word in _BETWEEN.split(text.casefold()) if word in by_first}
        patterns = [each for word in there for each in by_first[word]]
        if not patterns:
            return text
        longest_first = "|".join(pattern for _name, pattern in sorted(patterns, key=_length, reverse=True))
        return re.sub(rf"(?<!\w)(?:{longest_first})(?!\w)", replaced, text, flags=re.IGNORECASE)

    return clean


def _length(named: tuple[str, str]) -> int:
    return len(named[0])


def titles_called(found: Iterable[tuple[Sequence[str], str]], stand: Collection[str]) -> Mapping[str, str]:
    """What stands in the place of the titles of closed cases, where others' texts name them.

    Args:
        found: the titles of each, and what is said instead. One of a single word is a word like others, and stays.
        stand: titles of open cases: another may be called the same.
    """
    return {
        title: instead for titles, instead in found for title in titles if len(title.split()) > 1 and title not in stand
    }
