"""The difference of two texts, word by word, to be read: what was removed, what was added.

It is shown where there may be no colours (chat, e-mail, a screen reader), so it is written with signs: `[-removed-]`
and `{+added+}`, as git writes it.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from handlers.patterns import pattern_of

_SENTENCE = pattern_of(r"[^.!?\n]*[.!?\n]*\s*")
_PIECE = pattern_of(r"\s+|[^\W_]+|[\W_]")
"""White space, a word, or one sign."""
_AROUND = 60
"""So many characters of what stayed are shown on each side of a change."""
_MOST = 40_000
"""Pieces of the one text times pieces of the other; where there are more, comparing words takes too long, and the one
stands whole in the place of the other."""


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Piece(NamedTuple):
    """Words that stand together, and what became of them."""

    kind: Kind
    text: str


def compare(before: str, after: str) -> Sequence[Piece]:
    """The pieces of both texts in the order in which they are read, whole and in full.

    All that is `SAME` or `REMOVED` is `before`; all that is `SAME` or `ADDED` is `after`.
    """
    # By sentences first: what nobody touched need not be compared word by word.
    found: list[Piece] = []
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = old[old_from:old_to], new[new_from:new_to]
        if tag == "equal":
            _put(found, Kind.SAME, "".join(removed))
        elif len(removed) == len(added):
            for one, other in zip(removed, added, strict=True):
                found += _by_words(one, other)
        else:
            found += _by_words("".join(removed), "".join(added))
    return _whole_words(_joined(found))


def _by_words(before: str, after: str) -> list[Piece]:
    found: list[Piece] = []
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) * len(new) > _MOST:
        _put(found, Kind.REMOVED, before)
        _put(found, Kind.ADDED, after)
        return found
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            _put(found, Kind.SAME, "".join(old[old_from:old_to]))
            continue
        _put(found, Kind.REMOVED, "".join(old[old_from:old_to]))
        _put(found, Kind.ADDED, "".join(new[new_from:new_to]))
    return found


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """What stayed in one stretch, in one piece."""
    found: list[Piece] = []
    for piece in pieces:
        if found and piece.kind is Kind.SAME and found[-1].kind is Kind.SAME:
            found[-1] = Piece(Kind.SAME, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found


def _put(found: list[Piece], kind: Kind, text: str) -> None:
    if text:
        found.append(Piece(kind, text))


def _whole_words(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """White space alone between two changes belongs to both: what was replaced is read in one piece."""
    found: list[Piece] = []
    removed = added = ""

    def settle() -> None:
        nonlocal removed, added
        _put(found, Kind.REMOVED, removed)
        _put(found, Kind.ADDED, added)
        removed = added = ""

    for place, piece in enumerate(pieces):
        between = piece.kind is Kind.SAME and piece.text.isspace() and 0 < place < len(pieces) - 1
        if piece.kind is Kind.REMOVED:
            removed += piece.text
        elif piece.kind is Kind.ADDED:
            added += piece.text
        elif between and removed and added:
            removed, added = removed + piece.text, added + piece.text
        else:
            settle()
            found.append(piece)
    settle()
    return found


def shown(before: str, after: str) -> str:
    """The difference as a text: `tas til [-orientering-]{+etterretning+}`. Long stretches that stayed are cut short."""
    pieces = compare(before, after)
    last = len(pieces) - 1
    return "".join(
        _SIGNS[piece.kind].format(piece.text)
        if piece.kind is not Kind.SAME
        else _cut(piece.text, first=place == 0, last=place == last)
        for place, piece in enumerate(pieces)
    )


_SIGNS = {Kind.REMOVED: "[-{}-]", Kind.ADDED: "{{+{}+}}"}


def _cut(text: str, *, first: bool, last: bool) -> str:
    """What stayed, without its middle where that is long; at either end of the text only what is next to a change."""
    if first and last:
        return text
    before, after = (0 if first else _AROUND), (0 if last else _AROUND)
    if len(text) <= before + after + 20:
        return text
    return f"{text[:before]}…{text[len(text) - after :]}"
