"""Tables of cases with no lines between their columns: the row at the top says where each column begins. Pure.

So the styles of tables that word processors offer look («Lys liste», shaded heads). Words in a cell fill it, and stand
no farther from those in the next one than words of a sentence may: only the head tells them apart.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from handlers.papers.reading.pdf.geometry import Line, Word, pieces_of
from handlers.patterns import pattern_of

_NUMBER = pattern_of(r"(?:[Ss]ak(?:snr)?\.?\s*)?(?:[A-ZÆØÅ]{1,6}[\s-]?)?\d{1,5}(?:\s?[/.-]\s?\d{1,4}){0,2}\b")
_LONGEST_TITLE = 28
_ALIGNED = 4.0
_NEXT_COLUMN = 1.0
_APART = 0.45
"""Of the size of the letters: as little may stand between two columns."""
_FAR = 2.4
_ROW = 1.35
"""Times the usual distance between lines: a row of its own."""


class Headed(NamedTuple):
    """A table in some lines: `begin` to `end`, where its columns begin, and its rows, each with the lines of each
    cell. `head`: the first row is the one at the top."""

    begin: int
    end: int
    columns: tuple[float, ...]
    rows: list[list[list[Line]]]


def headed_in(lines: Sequence[Line], at: int) -> Headed | None:
    """The table whose head is the line at `at`; None: it is no head."""
    pieces = pieces_of(lines[at])
    texts = [piece.text for piece in pieces]
    if len(pieces) < 2 or any(len(text) > _LONGEST_TITLE or any(map(str.isdigit, text)) for text in texts):
        return None
    columns = tuple(piece.x0 for piece in pieces)
    head = [[piece] for piece in pieces]
    first = at + 1
    if first < len(lines) and not _begins_row(lines[first], columns):
        # A head over two lines.
        below = _cells(lines[first], columns)
        if below is None or lines[first].top - lines[at].bottom > lines[at].size or len(lines[first].text) > 60:
            return None
        for cell, words in zip(head, below, strict=True):
            cell.extend([Line(tuple(words))] if words else [])
        first += 1
    rows, end = rows_from(lines, first, columns)
    if not rows or (len(rows) == 1 and len(pieces) < 3):
        return None
    return Headed(at, end, columns, [head, *rows])


def rows_from(
    lines: Sequence[Line], at: int, columns: Sequence[float], *, goes_on: bool = False
) -> tuple[list[list[list[Line]]], int]:
    """Rows below a head, from `at`, and where they end. `goes_on`: the first may be the rest of one on the page
    before."""
    rows: list[list[list[Line]]] = []
    usual = _usual(lines[at:])
    end = at
    for number in range(at, len(lines)):
        line = lines[number]
        cells = _cells(line, columns)
        if cells is None:
            break
        begins = _begins_row(line, columns)
        gap = line.top - lines[number - 1].bottom if number > at else 0.0
        if not begins:
            only_first = bool(cells[0]) and not any(cells[1:])
            if (not rows and not (goes_on and not cells[0])) or gap > _FAR * line.size:
                break
            if only_first and gap > 0.5 * line.size:
                break
            # «Eventuelt» in the column of numbers, and what was said beside it.
            apart = number > at and line.top - lines[number - 1].top > _ROW * usual
            begins = bool(cells[0]) and any(cells[1:]) and apart
        if begins or not rows:
            rows.append([[] for _column in columns])
        for cell, words in zip(rows[-1], cells, strict=True):
            cell.extend([Line(tuple(words))] if words else [])
        end = number + 1
    return rows, end


def _usual(lines: Sequence[Line]) -> float:
    apart = sorted(below.top - above.top for above, below in pairwise(lines))
    return apart[len(apart) // 3] if apart else 0.0


def _begins_row(line: Line, columns: Sequence[float]) -> bool:
    """Whether a case's number stands in the first column."""
    cells = _cells(line, columns)
    return cells is not None and bool(_NUMBER.match(" ".join(word.text for word in cells[0]))) and any(cells[1:])


def _cells(line: Line, columns: Sequence[float]) -> list[list[Word]] | None:
    """The words of a line by column; None: it does not stand in the columns."""
    found: list[list[Word]] = [[] for _column in columns]
    for word in line.words:
        at = max((place for place, x0 in enumerate(columns) if word.x0 >= x0 - _ALIGNED), default=None)
        if at is None or (at + 1 < len(columns) and word.x1 > columns[at + 1] - _NEXT_COLUMN):
            return None
        found[at].append(word)
    last: Word | None = None
    for words, x0 in zip(found, columns, strict=True):
        if not words:
            continue
        if last is not None and (
            words[0].x0 - last.x1 < _APART * words[0].size or (abs(words[0].x0 - x0) > _ALIGNED and last is not None)
        ):
            return None
        last = words[-1]
    return found
