"""Words with their places on a page, and lines of them. Pure. Lengths in points, from the top left corner."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from handlers.patterns import pattern_of


class Word(NamedTuple):
    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool


class Box(NamedTuple):
    x0: float
    top: float
    x1: float
    bottom: float

    def holds(self, word: Word) -> bool:
        """Whether the middle of a word is in it."""
        return self.x0 <= (word.x0 + word.x1) / 2 <= self.x1 and self.top <= (word.top + word.bottom) / 2 <= self.bottom

    def surrounds(self, other: "Box", slack: float = 1.0) -> bool:
        return (
            self.x0 - slack <= other.x0
            and other.x1 <= self.x1 + slack
            and self.top - slack <= other.top
            and other.bottom <= self.bottom + slack
        )


class Line(NamedTuple):
    """Words beside each other, from the left."""

    words: tuple[Word, ...]

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @property
    def size(self) -> float:
        return median(word.size for word in self.words)

    @property
    def bold(self) -> bool:
        return all(word.bold for word in self.words)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


_GAP = 1.6
"""Times the size of the letters: wider than any space between words, also where lines are stretched to the margin."""


_SMALL_GAP = 0.5
_SAME_COLUMN = 1.5
_HANGS = 45.0
_POINT = pattern_of(
    r"(?:[•·●○◦▪■➢\uf0b7\uf0a7o–-]|\(?\d{1,3}[.)]|\(?[a-zæøåA-Z][.)]|\d{1,2}(?:\.\d{1,2})+\.?|[ivx]{1,4}[.)])$"
)


def lines_of(words: Iterable[Word]) -> list[Line]:
    """Words as lines, from the top: those whose middles are at the same height."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: ((word.top + word.bottom) / 2, word.x0)):
        middle = (word.top + word.bottom) / 2
        # Raised and lowered letters (a note's sign) belong to the line that they touch.
        if rows and _touches(rows[-1], middle, word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [Line(tuple(sorted(row, key=lambda word: word.x0))) for row in rows]


def _touches(row: Sequence[Word], middle: float, word: Word) -> bool:
    first = max(row[-4:], key=lambda other: other.size)
    return first.top <= middle <= first.bottom or word.top <= (first.top + first.bottom) / 2 <= word.bottom


def pieces_of(line: Line) -> list[Line]:
    """A line, cut where a gap is wider than between words: a tab, or the gap between two columns."""
    pieces: list[list[Word]] = [[line.words[0]]]
    for before, after in pairwise(line.words):
        if after.x0 - before.x1 > _GAP * max(before.size, after.size, 6.0):
            pieces.append([])
        pieces[-1].append(after)
    if len(pieces) > 1 and _POINT.match(" ".join(word.text for word in pieces[0])):
        # The number of a point hangs before its text.
        first, second = pieces[0], pieces[1]
        if second[0].x0 - first[-1].x1 < _HANGS:
            pieces[:2] = [[*first, *second]]
    return [Line(tuple(piece)) for piece in pieces]


def cut_at(line: Line, columns: Sequence[float]) -> list[Line]:
    """A line, cut as `pieces_of` does, and also where a word begins a column after a gap that is hardly wider than
    between words."""
    found: list[Line] = []
    for piece in pieces_of(line):
        begin = 0
        for at, (before, after) in enumerate(pairwise(piece.words), 1):
            begins = any(abs(after.x0 - column) < _SAME_COLUMN for column in columns)
            if begins and after.x0 - before.x1 > _SMALL_GAP * after.size:
                found.append(Line(piece.words[begin:at]))
                begin = at
        found.append(Line(piece.words[begin:]))
    return found
