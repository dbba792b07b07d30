"""In which order the words of a page are read: columns of prose one after the other, and what only stands beside
something, with it. Pure.

Two columns seldom have their lines at the same heights, so a page is cut into bands (with nothing between one and the
next, from margin to margin), and bands under each other with a gap at the same place may be columns. They are columns
of prose, and not rows of a table without lines, if the lines in each go all the way to the right margin of it.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from handlers.papers.reading.pdf.geometry import Line, Word, lines_of, pieces_of
from handlers.papers.reading.tidying import begins_with_number

_GUTTER = 9.0
"""Points: as narrow as the space between two columns may be."""
_FEWEST = 4
"""Lines in each of the columns."""
_FILLED = 0.72
"""Of a column's width, how much most of its lines take."""
_LETTERS = 16
_FEWEST_SHORT = 8
"""Lines in each of two columns that are not filled."""
_SAME_HEIGHT = 0.25
"""Times the size of the letters: so near to each other, two lines stand at the same height."""
_APART = 1.9
"""Times the usual height of a line: so far below, what stands on one side alone is no longer of the columns."""


class Zone(NamedTuple):
    """Lines that are read from top to bottom. `right`: the margin that they are broken at."""

    lines: list[Line]
    right: float


class _Band(NamedTuple):
    words: list[Word]
    top: float
    bottom: float
    gaps: list[tuple[float, float]]
    """Where nothing stands, from left to right; the first and the last go on for ever."""


def zones_of(words: Sequence[Word], right: float) -> list[Zone]:
    """The words of a part of a page, in zones in the order of reading."""
    bands = _bands(words)
    zones: list[Zone] = []
    at = begin = 0
    while at < len(bands):
        columns = _columns_from(bands, at)
        if columns is None:
            at += 1
            continue
        gutter, end = columns
        first = _with_those_above(bands, begin, at, gutter)
        zones.extend(_plain(bands[begin:first], right))
        for column in _sides(_words_in(bands[first:end]), gutter):
            # Each may have columns in it again: three beside each other.
            zones.extend(zones_of(column, max(word.x1 for word in column)))
        at = begin = end
    return [*zones, *_plain(bands[begin:], right)]


def stand_in_columns(words: Sequence[Word]) -> bool:
    """Whether there are two columns of text whose lines stand at other heights: no table has such rows."""
    bands = _bands(words)
    for at in range(len(bands)):
        if (columns := _columns_from(bands, at)) is not None:
            gutter, end = columns
            left, right = (lines_of(side) for side in _sides(_words_in(bands[at:end]), gutter))
            if not _at_the_same_heights(left, right):
                return True
    return False


_SIDE = 0.33
"""Of the text's width, how much a strip beside it may take."""
_BESIDE = 4.0
_SMALLER = 0.88
_FEW_AT_THE_SIDE = 3


def without_strip(lines: Sequence[Line], body: float) -> tuple[list[Line], list[Line]]:
    """The lines of a page, and those of a strip beside all of its text: a letterhead in the margin, in small letters.
    `body`: the size of the text."""
    words = [word for line in lines for word in line.words]
    small = [word for word in words if word.size <= _SMALLER * body]
    large = [word for word in words if word.size > _SMALLER * body]
    if not small or not large:
        return list(lines), []
    left, right = min(word.x0 for word in large), max(word.x1 for word in large)
    for beside in (
        [word for word in small if word.x0 >= right + _BESIDE],
        [word for word in small if word.x1 <= left - _BESIDE],
    ):
        strip = lines_of(beside)
        if len(strip) < _FEW_AT_THE_SIDE:
            continue
        wide = max(line.x1 for line in strip) - min(line.x0 for line in strip)
        if wide <= _SIDE * (right - left):
            # What is small in the text itself must not reach into the strip either.
            own = [word for word in words if word not in beside]
            if all(
                word.x1 < min(line.x0 for line in strip) or word.x0 > max(line.x1 for line in strip) for word in own
            ):
                return lines_of(own), strip
    return list(lines), []


def _plain(bands: Sequence[_Band], right: float) -> list[Zone]:
    return [Zone(lines_of(_words_in(bands)), right)] if bands else []


def _words_in(bands: Sequence[_Band]) -> list[Word]:
    return [word for band in bands for word in band.words]


def _with_those_above(bands: Sequence[_Band], begin: int, at: int, gutter: float) -> int:
    """The first of the columns' bands: the right one may begin higher up than the left one."""
    first = at
    for above in range(at - 1, begin - 1, -1):
        band = bands[above]
        is_left, is_right = (band.words[0].x0 < gutter, all(word.x0 > gutter for word in band.words))
        crosses = is_left and any(word.x1 > gutter for word in band.words)
        if crosses or bands[above + 1].top - band.bottom > (_APART - 1) * _pitch(band.words):
            break
        first = above if is_right else first
    return first


def _bands(words: Iterable[Word]) -> list[_Band]:
    bands: list[list[Word]] = []
    bottom = 0.0
    for word in sorted(words, key=lambda word: word.top):
        # The boxes of two lines may touch; their letters do not.
        slack = 0.15 * (word.bottom - word.top)
        if bands and word.top + slack < bottom:
            bands[-1].append(word)
            bottom = max(bottom, word.bottom - slack)
        else:
            bands.append([word])
            bottom = word.bottom - slack
    return [
        _Band(band, min(word.top for word in band), max(word.bottom for word in band), _gaps(band)) for band in bands
    ]


def _gaps(words: Iterable[Word]) -> list[tuple[float, float]]:
    gaps: list[tuple[float, float]] = []
    end = float("-inf")
    for word in sorted(words, key=lambda word: word.x0):
        if word.x0 - end >= _GUTTER:
            gaps.append((end, word.x0))
        end = max(end, word.x1)
    return [*gaps, (end, float("inf"))]


def _columns_from(bands: Sequence[_Band], at: int) -> tuple[float, int] | None:
    """The middle of the gap, and the band after the columns; None: none begin here."""
    for gap in bands[at].gaps[1:-1]:
        low, high = gap
        end = at + 1
        while end < len(bands):
            shared = _shared(bands[end].gaps, low, high)
            if shared is None:
                break
            low, high = shared
            end += 1
        gutter = (low + high) / 2
        end = _without_loose_ends(bands, at, end, gutter)
        if _are_prose(_words_in(bands[at:end]), gutter):
            return gutter, end
    return None


def _shared(gaps: Iterable[tuple[float, float]], low: float, high: float) -> tuple[float, float] | None:
    found = [(max(low, begin), min(high, end)) for begin, end in gaps]
    return max(
        (each for each in found if each[1] - each[0] >= _GUTTER), key=lambda each: each[1] - each[0], default=None
    )


def _without_loose_ends(bands: Sequence[_Band], begin: int, end: int, gutter: float) -> int:
    """Without what stands below, far down and on one side alone: some lines after the columns. More are the rest of
    the left column, where the right one is shorter."""
    pitch = _pitch(bands[begin].words)
    for at in range(begin + 1, end):
        gap = bands[at].top - bands[at - 1].bottom
        if gap <= (_APART - 1) * pitch:
            continue
        rest = _words_in(bands[at:end])
        is_left = all(word.x1 <= gutter for word in rest)
        if is_left and len(lines_of(rest)) < _FEWEST and gap > _widest_gap(bands[begin:at], gutter) + 1:
            return at
    return end


def _widest_gap(bands: Sequence[_Band], gutter: float) -> float:
    """The most that lies between two lines of the left column."""
    lines = lines_of(_sides(_words_in(bands), gutter)[0])
    return max((after.top - before.bottom for before, after in pairwise(lines)), default=0.0)


def _pitch(words: Sequence[Word]) -> float:
    return max(6.0, sorted(word.bottom - word.top for word in words)[len(words) // 2])


def _sides(words: Sequence[Word], gutter: float) -> tuple[list[Word], list[Word]]:
    return [word for word in words if word.x1 <= gutter], [word for word in words if word.x1 > gutter]


def _are_prose(words: Sequence[Word], gutter: float) -> bool:
    left, right = (lines_of(side) for side in _sides(words, gutter))
    if _is_full(left) and _is_full(right):
        return True
    # Short lines, of names and of labels: the rows of a table stand at the same heights, those of columns need not,
    # and in each of two columns something begins.
    if min(len(left), len(right)) < _FEWEST_SHORT:
        return False
    return not _at_the_same_heights(left, right) or all(_begin_anew(side) for side in (left, right))


def _at_the_same_heights(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Whether most lines on the side that has fewer stand beside one on the other."""
    fewer, more = sorted((left, right), key=len)
    heights = [line.top for line in more]
    beside = sum(any(abs(line.top - top) < _SAME_HEIGHT * line.size for top in heights) for line in fewer)
    return beside > 0.5 * len(fewer)


def _begin_anew(lines: Sequence[Line]) -> bool:
    return sum(begins_with_number(line.text) for line in lines) > 1


def _is_full(column: Sequence[Line]) -> bool:
    if len(column) < _FEWEST:
        return False
    begin, end = min(line.x0 for line in column), max(line.x1 for line in column)
    cut = sum(len(pieces_of(line)) > 1 for line in column)
    if cut > 0.4 * len(column) and cut < len(column):
        return False
    full = sum(line.x1 - line.x0 > _FILLED * (end - begin) for line in column)
    letters = sum(len(line.text) for line in column) / len(column)
    return full >= 0.5 * len(column) and letters >= _LETTERS
