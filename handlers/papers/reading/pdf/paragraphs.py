"""Paragraphs, put together from lines. Pure."""

from collections.abc import Sequence
from itertools import pairwise, takewhile
from statistics import median
from typing import NamedTuple

from handlers.papers.reading.blocks import Block, Cell, Paragraph, Table
from handlers.papers.reading.pdf.columns import Zone
from handlers.papers.reading.pdf.geometry import Line, cut_at, pieces_of
from handlers.papers.reading.tidying import begins_anew, joined, point_of, single, tidy
from handlers.patterns import pattern_of

_LARGER = 1.12
"""Times the size of the text: a heading."""
_SMALL_GAP = 1.35
"""Times the usual distance between lines: more is the end of a paragraph."""
_SLACK = 0.5
_ALIGNED = 4.0
_SERIES = pattern_of(r"(?:[A-ZÆØÅ]{1,4}|Sak|Saksnr\.?)$")
_PERSON = pattern_of(r"[A-ZÆØÅ][\w-]+(?: [A-ZÆØÅ][\w.-]*){1,3}(?:,| \()")
_LISTS_ON = pattern_of(r"(?:[,:;/(–-]|\b(?:og|for|ved|fra|frå|i))\s*$")
_LETTER = 0.62
"""Of the size of letters, how wide one is."""
_STEP = 18.0
"""Points that a level stands further in."""


class Letters(NamedTuple):
    """What the whole paper is written in. `body`: the size of its text. `larger`: sizes of headings, largest first."""

    body: float
    larger: tuple[float, ...]
    words: frozenset[str]

    def heading(self, size: float) -> int:
        if size <= self.body * _LARGER:
            return 0
        return 1 + sum(other > size + 0.4 for other in self.larger)


class Fragment(NamedTuple):
    """A paragraph, and whether its last line was full: it may go on elsewhere."""

    paragraph: Paragraph
    full: bool


def blocks_in(zone: Zone, letters: Letters, page: int) -> list[Block]:
    """The paragraphs in a zone, and rows that stand in columns without lines around them."""
    blocks: list[Block] = []
    plain: list[Line] = []

    def write() -> None:
        if plain:
            blocks.extend(each.paragraph for each in paragraphs_in(Zone(list(plain), zone.right), letters, page))
            plain.clear()

    at = 0
    while at < len(zone.lines):
        rows, end = _aligned_rows(zone.lines, at)
        if rows is None:
            plain.append(zone.lines[at])
            at += 1
            continue
        write()
        blocks.append(_table(rows, zone, letters, page))
        at = end
    write()
    return blocks


def paragraphs_in(zone: Zone, letters: Letters, page: int) -> list[Fragment]:
    lines = zone.lines
    usual = _usual_distance(lines)
    margin = min((line.x0 for line in lines), default=0.0)
    found: list[Fragment] = []
    group: list[Line] = []

    def write() -> None:
        if group and (fragment := _fragment(group, zone.right, margin, letters, page)) is not None:
            found.append(fragment)
        group.clear()

    for line in lines:
        if group and not _goes_on(group, line, usual, zone.right):
            write()
        group.append(line)
    write()
    return found


def _usual_distance(lines: Sequence[Line]) -> float:
    """How far apart lines of a paragraph are, times the size of their letters."""
    apart = [(after.top - before.top) / max(before.size, 1.0) for before, after in pairwise(lines)]
    close = [each for each in apart if 0.8 < each < 2.2]
    return min(median(close), 1.6) if close else 1.25


def _goes_on(group: Sequence[Line], line: Line, usual: float, right: float) -> bool:
    before = group[-1]
    size = max(before.size, 1.0)
    if abs(before.size - line.size) > 0.08 * size or (line.top - before.top) > _SMALL_GAP * usual * size:
        return False
    if len(pieces_of(line)) > 1:
        return False
    if before.bold != line.bold and (before.bold or _begins_upper(line)):
        return False
    text = tidy(line.text)
    if len(group) == 1 and _SERIES.match(before.text) and text[:1].isdigit():
        return True
    if begins_anew(text):
        return False
    if _PERSON.match(text) and _PERSON.match(tidy(group[0].text)) and not _LISTS_ON.search(before.text):
        # One below the other, each with a name and what they are.
        return False
    # The next word had no room on the line before it: so a program broke it there.
    first = line.words[0]
    needed = before.x1 + 0.25 * size + first.x1 - first.x0
    if needed > right - _SLACK:
        return True
    # Within a sentence less is asked for: a margin is only known by the lines that reach it.
    sentence = text[:1].islower() and before.text.rstrip()[-1:] not in ".:;!?"
    return sentence and (before.text.rstrip().endswith("-") or needed > right - 0.2 * (right - before.x0))


def _begins_upper(line: Line) -> bool:
    return line.text[:1].isupper() or line.text[:1].isdigit()


def _fragment(group: Sequence[Line], right: float, margin: float, letters: Letters, page: int) -> Fragment | None:
    text = ""
    before: Line | None = None
    for line in group:
        said = single(tidy("\t".join(piece.text for piece in pieces_of(line)))).strip()
        if text and before is not None and _is_cut(before, line, right):
            text += said
        else:
            text = joined(text, said, letters.words) if text else said
        before = line
    if not text.strip():
        return None
    first, last = group[0], group[-1]
    number, text = point_of(text)
    paragraph = Paragraph(
        text,
        number=number,
        heading=letters.heading(max(line.size for line in group)),
        indent=max(0, min(9, round((first.x0 - margin) / _STEP))),
        bold=all(line.bold for line in group),
        page=page,
        strong=_strong_start(group, text),
    )
    return Fragment(paragraph, last.x1 > right - 0.18 * max(right - margin, 1.0))


def _strong_start(group: Sequence[Line], text: str) -> str:
    """The bold words that a paragraph begins with, where not all of it is bold."""
    words = [word for line in group for word in line.words]
    bold = list(takewhile(lambda word: word.bold, words))
    if not bold or len(bold) == len(words):
        return ""
    strong = tidy(" ".join(word.text for word in bold)).strip()
    return strong if text.startswith(strong) else ""


def _is_cut(before: Line, line: Line, right: float) -> bool:
    """Whether a cell too narrow for a word broke it where the cell ends, without a hyphen: the word stands alone on its
    line and fills it to the last letter."""
    word, rest = tidy(before.text), tidy(line.words[0].text).strip(".,:;)")
    return (
        len(before.words) == 1
        and word[-1:].isalpha()
        and len(word) > 4
        and before.x1 > right - _LETTER * before.size
        and rest[:1].islower()
        and rest not in _SHORT_WORDS
    )


_SHORT = """
    og i på til av det er som for med den en et ei at de fra frå om ved mot under etter eller ny nye uten utan hos
    mellom over per sin sitt sine
"""
_SHORT_WORDS = frozenset(_SHORT.split())


def table_in_columns(rows: Sequence[list[list[Line]]], right: float, letters: Letters, page: int) -> Table:
    """Rows whose columns their head tells."""
    return _table([_Row(row) for row in rows], Zone([], right), letters, page)


# --- rows without lines around them ------------------------------------------------------------------------


class _Row(NamedTuple):
    cells: list[list[Line]]


def _aligned_rows(lines: Sequence[Line], at: int) -> tuple[list[_Row] | None, int]:
    """Rows whose cells stand under each other, from this line on, and where they end; None: no such rows begin here.

    A row begins where there is something in the first column; lines with something in the others alone go on with it.
    """
    first = pieces_of(lines[at])
    if len(first) < 2:
        return None, at
    columns = [piece.x0 for piece in first]
    rows: list[_Row] = []
    end = at
    for number, line in enumerate(lines[at:], at):
        pieces = cut_at(line, columns)
        places = [_column(piece, columns) for piece in pieces]
        if any(place is None for place in places) or len(set(places)) != len(places):
            break
        if number > at and line.top - lines[number - 1].bottom > 3 * line.size:
            break
        known = [place for place in places if place is not None]
        number_goes_on = bool(rows) and 0 in known and _is_rest_of_number(rows[-1].cells[0], pieces[known.index(0)])
        if known == [0] and not number_goes_on and not _is_wrapped_label(line, columns):
            break
        if 0 in known and len(known) > 1 and not number_goes_on:
            rows.append(_Row([[] for _column_ in columns]))
        elif not rows:
            break
        for piece, place in zip(pieces, known, strict=True):
            rows[-1].cells[place].append(piece)
        end = number + 1
    return (rows, end) if len(rows) > 1 else (None, at)


def _is_rest_of_number(cell: Sequence[Line], piece: Line) -> bool:
    """«1/25» under «PS», in a column too narrow for both."""
    return len(cell) == 1 and bool(_SERIES.match(cell[0].text) and piece.text[:1].isdigit())


def _is_wrapped_label(line: Line, columns: Sequence[float]) -> bool:
    """A line in the first column alone that stays within it: the rest of a label, or of a name."""
    return line.x1 < columns[1] - 2 and not line.text[:1].isupper() and not begins_anew(line.text)


def _column(piece: Line, columns: Sequence[float]) -> int | None:
    for at, x0 in enumerate(columns):
        if abs(piece.x0 - x0) < _ALIGNED:
            after = columns[at + 1] if at + 1 < len(columns) else None
            return at if after is None or piece.x1 < after else None
    return None


def _table(rows: Sequence[_Row], zone: Zone, letters: Letters, page: int) -> Table:
    count = len(rows[0].cells)
    edges = [min((cell[0].x0 for row in rows if (cell := row.cells[at])), default=0.0) for at in range(count)]
    ends = [max((line.x1 for row in rows for line in row.cells[at]), default=zone.right) for at in range(count)]
    rights = [max(ends[at], (edges[at + 1] - 8.0) if at + 1 < count else zone.right) for at in range(count)]
    return Table(
        tuple(
            tuple(
                Cell(tuple(each.paragraph for each in paragraphs_in(Zone(cell, right), letters, page)))
                for cell, right in zip(row.cells, rights, strict=True)
            )
            for row in rows
        ),
        page=page,
    )
