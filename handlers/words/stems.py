"""What the forms of a word have in common: `legemidler` and `legemiddelet`, `kommunane` and `kommunene`.

Small and ours: endings of Bokmål and Nynorsk nouns, adjectives and verbs, the forms that no ending explains
(`handlers.words.forms`), and Nynorsk words as the Bokmål ones. It need not be right about what a word is, only the same
for all its forms, and not the same for too many others.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from handlers.words.forms import irregular, nynorsk
from handlers.words.letters import plain

_SHORTEST = 3
"""Letters that are left of a word at least."""
_BEFORE_VERBS = frozenset(
    plain(part)
    for part in (
        *(
            "an",
            "av",
            "be",
            "bi",
            "fast",
            "for",
            "frem",
            "gjennom",
            "inn",
            "med",
            "mot",
            "ned",
            "om",
            "opp",
            "over",
            "på",
        ),
        *("plan", "sam", "sammen", "til", "tilrette", "under", "ut", "ved", "videre", "ibruk", "hensyn", "del"),
    )
)
"""What a short form may have before it, so that it is one: `utsatt`, but not `kassett`."""
_DOUBLE = frozenset("bdfgklmnprstv")
_ENDINGS = (
    ("heitene", "het"), ("hetenes", "het"), ("hetene", "het"), ("heitas", "het"), ("heter", "het"), ("heten", "het"),
    ("hetens", "het"), ("heita", "het"), ("heiter", "het"), ("heit", "het"), ("het", "het"),
    ("eringenes", "er"), ("eringene", "er"), ("eringane", "er"), ("eringen", "er"), ("eringer", "er"),
    ("eringar", "er"), ("eringa", "er"), ("erings", "er"), ("ering", "er"), ("erende", "er"), ("erande", "er"),
    ("erast", "er"), ("erte", "er"), ("ert", "er"), ("erer", "er"), ("eres", "er"),
    ("ingenes", "ing"), ("ingene", "ing"), ("ingane", "ing"), ("ingens", "ing"), ("ingen", "ing"), ("inger", "ing"),
    ("ingar", "ing"), ("inga", "ing"), ("ings", "ing"), ("ing", "ing"),
    ("itetene", "itet"), ("iteten", "itet"), ("iteter", "itet"), ("itets", "itet"), ("itet", "itet"),
    ("elsene", "els"), ("elsen", "els"), ("elser", "els"), ("elses", "els"), ("else", "els"),
    ("arane", ""), ("enes", ""), ("anes", ""), ("ande", "end"), ("ende", "end"), ("ene", ""), ("ane", ""), ("ens", ""),
    ("ets", ""), ("ers", ""), ("ast", ""), ("ete", ""), ("ede", ""), ("ere", "er"), ("ar", ""), ("er", ""), ("en", ""),
    ("et", ""), ("es", ""), ("as", ""), ("a", ""), ("e", ""),
)  # fmt: skip
_NEUTER = ("alt", "ivt", "bart", "somt", "fullt", "igt", "sielt", "relt")


class _Words(NamedTuple):
    """`forms`: the word of each form that no ending explains. `pairs`: words of Nynorsk with their Bokmål, the longest
    first."""

    forms: Mapping[str, str]
    longest_form: int
    pairs: Sequence[tuple[str, str]]


@cache
def _words() -> _Words:
    forms = {plain(form): plain(word) for form, word in irregular()}
    pairs = sorted(((plain(nn), plain(nb)) for nn, nb in nynorsk()), key=lambda pair: -len(pair[0]))
    return _Words(forms, max(map(len, forms)), pairs)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a word, given and returned as `plain` has it."""
    forms, longest, _pairs = _words()
    if len(word) <= _SHORTEST or not word.isalpha():
        return forms.get(word, word)
    word = _bokmaal(word)
    whole = forms.get(word)
    if whole is not None:
        return whole
    # The last part of a compound is inflected like the word itself.
    for length in range(min(len(word) - 2, longest), 4, -1):
        last = forms.get(word[-length:])
        if last is not None:
            return word[:-length] + last
    for length in (4, 3):
        last = forms.get(word[-length:])
        if last is not None and word[:-length] in _BEFORE_VERBS:
            return word[:-length] + last
    return _end(word)


def _bokmaal(word: str) -> str:
    for nn, nb in _words().pairs:
        at = word.find(nn)
        if at < 0 or (0 < at < 3 and len(nn) < 5) or word.startswith(nb, at):
            continue
        if at > 0 and nn.startswith("lei") and word[at - 1] == "p":
            # Sjukepleiar.
            continue
        word = word[:at] + nb + word[at + len(nn) :]
    return word


def _end(word: str) -> str:
    for ending in _NEUTER:
        if word.endswith(ending) and len(word) - 1 > _SHORTEST:
            word = word[:-1]
            break
    for ending, left in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(left) >= _SHORTEST:
            word = word[: len(word) - len(ending)] + left
            break
    if word.endswith(("gj", "kj")) and len(word) > _SHORTEST:
        word = word[:-1]
    if word.endswith(("e", "a")) and len(word) > _SHORTEST:
        word = word[:-1]
    if word.endswith("leg") and len(word) >= 6:
        word = word[:-3] + "lig"
    word = _contracted(word)
    if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] in _DOUBLE:
        word = word[:-1]
    if word.endswith("ning") and len(word) > 6 and word[-5] not in "aeiouy":
        # Utskrivning, utskriving.
        word = word[:-4] + "ing"
    if word.endswith(("nt", "dt", "lt", "rt", "vt")) and len(word) >= 5:
        # Godkjent, meldt, avtalt, innført.
        word = word[:-1]
    if len(word) > 4 and word[-1] == "s" and word[-2] not in "aeiouys":
        # Vedtaks, utvalgs.
        word = word[:-1]
    return word


def _contracted(word: str) -> str:
    """`middel` as `midl`, which it is before an ending."""
    if len(word) > 4 and word.endswith("el") and word[-3] not in "aeiouy":
        rest = word[:-2]
        rest = rest[:-1] if len(rest) > 2 and rest[-1] == rest[-2] else rest
        return rest + "l"
    if len(word) > 4 and word[-1] == "l" and word[-2] == word[-3]:
        return word[:-2] + "l"
    return word
