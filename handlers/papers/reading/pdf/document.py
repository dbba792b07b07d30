"""A whole PDF: pages without what stands on each of them, tables that go on over a page, and sentences that do."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import NamedTuple

from handlers.papers.reading.blocks import Block, Cell, Paper, Paragraph, Table
from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.pdf.columns import Zone, stand_in_columns, without_strip, zones_of
from handlers.papers.reading.pdf.geometry import Box, Line, Word, lines_of
from handlers.papers.reading.pdf.headed import headed_in, rows_from
from handlers.papers.reading.pdf.pages import MAX_PAGES, Grid, Sheet, sheets_of
from handlers.papers.reading.pdf.paragraphs import Letters, blocks_in, table_in_columns
from handlers.papers.reading.repeated import is_page_number, sample
from handlers.papers.reading.tidying import begins_anew, joined, one_line, tidy, words_of
from handlers.patterns import pattern_of
from handlers.writing.language import _

_MARGIN = 0.14
"""Of a page's height, at its top and bottom: where headers and footers stand."""
_SAME_HEIGHT = 6.0
_WORDS = """
    og i på til av det er som for med den en at har de ikke ikkje vi ble blei fra frå om kl sak møte utvalg the of
"""
_COMMON = frozenset(_WORDS.split())
"""There is no text of a hundred words without one of these."""
_ENOUGH_WORDS = 120
_FEW_LETTERS = 12
"""Of a page that has no text but a stamp."""


class _Frame(NamedTuple):
    """A page, as far as it is put together. `lines`: those outside tables."""

    sheet: Sheet
    lines: list[Line]
    grids: list[Grid]


@dataclass(slots=True)
class _GoesOn:
    """Where the columns begin of a table that reaches the foot of a page, and has no lines between them."""

    columns: tuple[float, ...] = ()


def read_pdf(name: str, content: bytes, most_pages: int = MAX_PAGES) -> Paper:
    """
    Raises:
        CannotRead: it is locked, damaged, too large, or has no text that can be read.
    """
    sheets = list(sheets_of(content, most_pages))
    _refuse_unreadable(sheets)
    warnings = ("pages_without_text",) if any(each.letters < _FEW_LETTERS and each.pictures for each in sheets) else ()
    frames = [_frame(sheet) for sheet in sheets]
    headers = _take_headers(frames)
    letters = _letters_of(sheets)
    notes = [note for frame in frames for note in _take_notes(frame, letters.body)]
    blocks: list[Block] = []
    going_on = _GoesOn()
    for frame in frames:
        found = list(_blocks_of(frame.lines, frame.grids, frame.sheet, letters, going_on))
        if blocks and found:
            _put_together(blocks, found, letters.words)
        blocks.extend(found)
    slanted = dict.fromkeys(one_line(tidy(sheet.slanted)) for sheet in sheets if len(sheet.slanted) > 2)
    return Paper(name, "pdf", tuple(blocks), notes=tuple(notes), headers=(*headers, *slanted), warnings=warnings)


def _refuse_unreadable(sheets: Sequence[Sheet]) -> None:
    letters, odd = sum(sheet.letters for sheet in sheets), sum(sheet.odd for sheet in sheets)
    if letters < _FEW_LETTERS * len(sheets):
        raise CannotRead(
            Why.NO_TEXT,
            _(
                "PDF-en har ingen tekst: den er nok skannet. Finn dokumentet som det ble skrevet ut fra, eller kjør "
                "tekstgjenkjenning (OCR) på PDF-en, og prøv igjen."
            ),
        )
    words = [word.text.strip(".,:;()«»").casefold() for sheet in sheets for word in sheet.words]
    strange = len(words) >= _ENOUGH_WORDS and sum(word in _COMMON for word in words) < 0.004 * len(words)
    if odd > 0.25 * letters or strange:
        raise CannotRead(
            Why.NO_TEXT,
            _(
                "Bokstavene i PDF-en lar seg ikke lese: den mangler oversikten over hvilke de er. Åpne dokumentet den "
                "er laget av og lagre en ny PDF, eller bruk Word-filen."
            ),
        )


def _letters_of(sheets: Sequence[Sheet]) -> Letters:
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for word in sheet.words:
            sizes[round(word.size * 2) / 2] += len(word.text)
    body = max(sizes, key=lambda size: sizes[size])
    larger = sorted((size for size in sizes if size > 1.12 * body), reverse=True)
    # Page by page: in one piece, all else waits while it is done.
    known: set[str] = set()
    for sheet in sheets:
        known.update(words_of(tidy(" ".join(word.text for word in sheet.words))))
    return Letters(body, tuple(larger), frozenset(known))


def _frame(sheet: Sheet) -> _Frame:
    grids = [grid for grid in sheet.grids if _is_table(grid, sheet.words)]
    grids = _without_shades(grids, sheet)
    return _Frame(sheet, _lines_outside(grids, sheet), grids)


def _lines_outside(grids: Sequence[Grid], sheet: Sheet) -> list[Line]:
    return lines_of(word for word in sheet.words if not any(grid.box.holds(word) for grid in grids))


def _without_shades(grids: list[Grid], sheet: Sheet) -> list[Grid]:
    """Without the shaded rows of a table that has no lines between its columns: its head, or every other row."""
    rows = [grid for grid in grids if len(grid.rows) == 1]
    if not rows:
        return grids
    lines = _lines_outside([grid for grid in grids if len(grid.rows) > 1], sheet)
    shades: list[Grid] = []
    at = 0
    while at < len(lines):
        table = headed_in(lines, at)
        if table is not None:
            top, bottom = lines[at].top, lines[table.end - 1].bottom
            shades.extend(grid for grid in rows if top <= (grid.box.top + grid.box.bottom) / 2 <= bottom)
        at = at + 1 if table is None else table.end
    return [grid for grid in grids if grid not in shades]


def _is_table(grid: Grid, words: Sequence[Word]) -> bool:
    """Whether what is drawn is a table: not a frame around text, nor boxes under each other."""
    columns = max(len(row) for row in grid.rows)
    return columns > 1 and any(grid.box.holds(word) for word in words)


# --- what stands on each page ------------------------------------------------------------------------------


def _take_headers(frames: Sequence[_Frame]) -> tuple[str, ...]:
    """Take headers, footers and page numbers out of the pages, and give each once."""
    seen: Counter[tuple[str, int]] = Counter()
    for frame in frames:
        seen.update({key for line in frame.lines if (key := _key(line, frame.sheet)) is not None})
        seen.update({_grid_key(grid, frame.sheet) for grid in frame.grids})
    most = len(frames)
    headers: dict[str, str] = {}
    for frame in frames:
        kept = []
        for line in frame.lines:
            key = _key(line, frame.sheet)
            if key is not None and is_page_number(line.text):
                continue
            if key is not None and _often(seen, key, most):
                headers.setdefault(key[0], one_line(tidy(line.text)))
            else:
                kept.append(line)
        frame.lines[:] = kept
        for grid in list(frame.grids):
            key = _grid_key(grid, frame.sheet)
            if most > 1 and seen[key] >= max(2, 0.4 * most) and _in_margin(grid.box, frame.sheet):
                headers.setdefault(key[0], _said_in(grid, frame.sheet))
                frame.grids.remove(grid)
    return tuple(text for text in headers.values() if text)


def _often(seen: Counter[tuple[str, int]], key: tuple[str, int], pages: int) -> bool:
    """On most pages, at the same height; odd and even pages may have each their own."""
    text, height = key
    times = sum(seen[text, near] for near in (height - 1, height, height + 1))
    return pages > 1 and bool(text) and times >= max(2, 0.4 * pages)


def _key(line: Line, sheet: Sheet) -> tuple[str, int] | None:
    """What a line in a margin says, without the page's number, and how high it stands; None: it stands in the text."""
    margin = _MARGIN * sheet.height
    if margin < line.top and line.bottom < sheet.height - margin:
        return None
    return sample(tidy(line.text)), round(line.top / _SAME_HEIGHT)


def _grid_key(grid: Grid, sheet: Sheet) -> tuple[str, int]:
    return f"|{sample(_said_in(grid, sheet))}", round(grid.box.top / _SAME_HEIGHT)


def _in_margin(box: Box, sheet: Sheet) -> bool:
    return box.bottom < 0.2 * sheet.height or box.top > 0.8 * sheet.height


def _said_in(grid: Grid, sheet: Sheet) -> str:
    return one_line(tidy(" ".join(word.text for word in sheet.words if grid.box.holds(word))))


# --- notes at the foot ---------------------------------------------------------------------------------------

_NOTE_SMALLER = 0.94
_NOTE_PLACE = 0.45
"""Of a page's height: no note stands higher up."""
_SIGN = pattern_of(r"(\d{1,3}|\*)(?=[\s\W]|[A-ZÆØÅ]|$)")


def _take_notes(frame: _Frame, body: float) -> list[str]:
    """Take the footnotes out of a page: the last lines, in smaller letters, from one on that begins with a sign."""
    begin = len(frame.lines)
    while begin and frame.lines[begin - 1].size <= _NOTE_SMALLER * body:
        begin -= 1
    lowest = max((grid.box.bottom for grid in frame.grids), default=0.0)
    found: list[list[Line]] = []
    at = begin
    for at in range(begin, len(frame.lines)):
        line = frame.lines[at]
        if line.top < max(lowest, _NOTE_PLACE * frame.sheet.height):
            begin = at + 1
            continue
        if _is_sign(line):
            found.append([])
        elif not found:
            begin = at + 1
            continue
        found[-1].append(line)
    if found:
        del frame.lines[begin:]
    return [one_line(tidy(" ".join(line.text for line in note))) for note in found]


def _is_sign(line: Line) -> bool:
    """Whether it begins with the sign of a note: a number that is raised, or in letters smaller than the rest."""
    first = line.words[0]
    sign = _SIGN.match(first.text)
    if sign is None:
        return False
    if sign.end() < len(first.text):
        return first.text[sign.end()].isupper()
    return len(line.words) > 1 and first.size < 0.8 * line.words[1].size


# --- a page ------------------------------------------------------------------------------------------------


def _blocks_of(
    lines: Sequence[Line], grids: Sequence[Grid], sheet: Sheet, letters: Letters, going_on: _GoesOn
) -> Iterator[Block]:
    """Text and tables in the order in which they stand; a table beside text stands where it begins."""
    lines, strip = without_strip(lines, letters.body)
    if strip:
        yield from blocks_in(Zone(strip, max(line.x1 for line in strip)), letters, sheet.number)
    right = max((line.x1 for line in lines), default=0.0)
    outer = [grid for grid in grids if not any(_is_within(grid, other) for other in grids)]
    left = list(lines)
    for grid in sorted(outer, key=lambda grid: grid.box.top):
        above = [line for line in left if line.top < grid.box.top]
        left = [line for line in left if line.top >= grid.box.top]
        yield from _text(above, right, letters, sheet, going_on)
        going_on.columns = ()
        inner = [other for other in grids if _is_within(other, grid)]
        yield _table(grid, inner, sheet, letters)
    yield from _text(left, right, letters, sheet, going_on)


def _is_within(grid: Grid, other: Grid) -> bool:
    return grid is not other and any(cell.surrounds(grid.box) for row in other.rows for cell in row)


def _text(lines: Sequence[Line], right: float, letters: Letters, sheet: Sheet, going_on: _GoesOn) -> Iterator[Block]:
    """Text, with the tables in it whose columns only their head tells."""
    if stand_in_columns([word for line in lines for word in line.words]):
        yield from _prose(lines, right, letters, sheet)
        return
    plain: list[Line] = []
    at = 0
    if going_on.columns and lines:
        rows, at = rows_from(lines, 0, going_on.columns, goes_on=True)
        if rows:
            yield table_in_columns(rows, right, letters, sheet.number)
        if at < len(lines):
            going_on.columns = ()
    while at < len(lines):
        table = headed_in(lines, at)
        if table is None:
            plain.append(lines[at])
            at += 1
            continue
        yield from _prose(plain, right, letters, sheet)
        plain = []
        yield table_in_columns(table.rows, right, letters, sheet.number)
        at = table.end
        going_on.columns = table.columns if at == len(lines) else ()
    yield from _prose(plain, right, letters, sheet)


def _prose(lines: Sequence[Line], right: float, letters: Letters, sheet: Sheet) -> Iterator[Block]:
    blocks: list[Block] = []
    for zone in zones_of([word for line in lines for word in line.words], right):
        found = blocks_in(zone, letters, sheet.number)
        if blocks and found and isinstance(blocks[-1], Paragraph) and isinstance(found[0], Paragraph):
            # A sentence goes on in the next column.
            whole = _sentence(blocks[-1], found[0], letters.words)
            if whole is not None:
                blocks[-1] = whole
                found = found[1:]
        blocks.extend(found)
    yield from blocks


def _table(grid: Grid, inner: Sequence[Grid], sheet: Sheet, letters: Letters) -> Table:
    words = [word for word in sheet.words if grid.box.holds(word)]
    lefts = _edges(box.x0 for row in grid.rows for box in row)
    tops = _edges(box.top for row in grid.rows for box in row)
    rows = []
    for row in grid.rows:
        cells = []
        for box in _divided(row, lefts, words, inner):
            inside = [other for other in inner if box.surrounds(other.box)]
            own = [word for word in words if box.holds(word) and not any(other.box.holds(word) for other in inside)]
            lines = lines_of(own)
            # Text is as far from the right edge as it is from the left one.
            padding = max(2.0, min((line.x0 for line in lines), default=box.x0) - box.x0)
            right = max(chain((line.x1 for line in lines), [box.x1 - min(padding, 12.0)]))
            cells.append(
                Cell(
                    tuple(_in_cell(lines, inside, right, sheet, letters)),
                    spans=max(1, sum(box.x0 - 1 <= edge < box.x1 - 1 for edge in lefts)),
                    rows=max(1, sum(box.top - 1 <= edge < box.bottom - 1 for edge in tops)),
                )
            )
        rows.append(tuple(cells))
    return Table(tuple(rows), page=sheet.number)


def _divided(row: Sequence[Box], lefts: Sequence[float], words: Sequence[Word], inner: Sequence[Grid]) -> Sequence[Box]:
    """The cells of a row. One that is drawn over all columns, with text in it that stands in them, is a row of cells
    with no lines between: nobody merges cells and leaves out what was between."""
    if len(row) != 1 or len(lefts) < 3 or any(row[0].surrounds(other.box) for other in inner):
        return row
    box = row[0]
    edges = [*lefts, box.x1]
    boxes = [Box(left, box.top, right, box.bottom) for left, right in pairwise(edges)]
    own = [word for word in words if box.holds(word)]
    begun = [min((word.x0 for word in own if each.x0 <= word.x0 < each.x1), default=None) for each in boxes]
    if any(word.x0 < edge - 1 < word.x1 - 1 for word in own for edge in lefts[1:]) or begun[0] is None:
        return row
    padding = begun[0] - boxes[0].x0
    filled = [(each, at) for each, at in zip(boxes, begun, strict=True) if at is not None]
    in_place = all(abs(at - each.x0 - padding) < 3 for each, at in filled)
    return boxes if len(filled) > 1 and in_place else row


def _in_cell(
    lines: Sequence[Line], inside: Sequence[Grid], right: float, sheet: Sheet, letters: Letters
) -> Iterator[Block]:
    left = list(lines)
    for grid in sorted(inside, key=lambda grid: grid.box.top):
        yield from blocks_in(Zone([line for line in left if line.top < grid.box.top], right), letters, sheet.number)
        left = [line for line in left if line.top >= grid.box.top]
        yield _table(grid, [], sheet, letters)
    yield from blocks_in(Zone(left, right), letters, sheet.number)


def _edges(places: Iterator[float]) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > 2:
            found.append(place)
    return found


# --- over a page -------------------------------------------------------------------------------------------


def _put_together(before: list[Block], after: list[Block], words: frozenset[str]) -> None:
    """What the end of a page broke off goes on: a sentence, a table, a row of it."""
    last, first = before[-1], after[0]
    if isinstance(last, Paragraph) and isinstance(first, Paragraph):
        whole = _sentence(last, first, words)
        if whole is not None:
            before[-1] = whole
            after.pop(0)
    elif isinstance(last, Table) and isinstance(first, Table) and _are_one(last, first):
        before[-1] = _one_table(last, first, words)
        after.pop(0)


def _sentence(last: Paragraph, first: Paragraph, words: frozenset[str]) -> Paragraph | None:
    ends = last.text.rstrip()[-1:]
    if last.heading or first.heading or not first.text[:1].islower() or ends in ".:;!?" or begins_anew(first.text):
        return None
    return replace(last, text=joined(last.text, first.text, words))


def _are_one(last: Table, first: Table) -> bool:
    return _width(last) == _width(first)


def _width(table: Table) -> int:
    """How many columns it has."""
    return max(sum(cell.spans for cell in row) for row in table.rows)


def _one_table(last: Table, first: Table, words: frozenset[str]) -> Table:
    rows = list(first.rows)
    if len(last.rows) > 1 and _said(rows[0]) == _said(last.rows[0]):
        # The row at its top is repeated on each page.
        rows = rows[1:]
    found = list(last.rows)
    if rows and (rest := _rest_of_row(found, rows[0], words)) is not None:
        found[-1:] = rest
        rows = rows[1:]
    return Table((*found, *rows), page=last.page)


def _rest_of_row(
    rows: Sequence[tuple[Cell, ...]], row: tuple[Cell, ...], words: frozenset[str]
) -> list[tuple[Cell, ...]] | None:
    """The last row with what a page broke off of it; None: the next one is a row of its own.

    It is no row of its own if nothing stands in its first column, where the others have something.
    """
    last = rows[-1]
    if row[0].text.strip() or not any(cell.text.strip() for cell in row):
        return None
    if len(last) == len(row):
        filled = sum(bool(each[0].text.strip()) for each in rows)
        if not last[0].text.strip() or filled < 0.8 * len(rows):
            return None
        return [_one_row(last, row, words)]
    if [cell.spans for cell in last] == [cell.spans for cell in row[1:]]:
        # The first column goes on down from a cell that is merged over several rows.
        under = [(over, cell) for over, cell in zip(last, row[1:], strict=True) if over.blocks and cell.blocks]
        if any(_is_sentence(over, cell, words) for over, cell in under):
            return [_one_row(last, row[1:], words)]
        return [last, row[1:]]
    return None


def _one_row(over: Sequence[Cell], under: Sequence[Cell], words: frozenset[str]) -> tuple[Cell, ...]:
    return tuple(
        Cell(_one_text(above.blocks, below.blocks, words), above.spans, above.rows)
        for above, below in zip(over, under, strict=True)
    )


def _is_sentence(over: Cell, under: Cell, words: frozenset[str]) -> bool:
    last, first = over.blocks[-1], under.blocks[0]
    return isinstance(last, Paragraph) and isinstance(first, Paragraph) and _sentence(last, first, words) is not None


def _said(row: Sequence[Cell]) -> list[str]:
    return [one_line(cell.text).casefold() for cell in row]


def _one_text(over: tuple[Block, ...], under: tuple[Block, ...], words: frozenset[str]) -> tuple[Block, ...]:
    if over and under and isinstance(over[-1], Paragraph) and isinstance(under[0], Paragraph):
        whole = _sentence(over[-1], under[0], words)
        if whole is not None:
            return (*over[:-1], whole, *under[1:])
    return (*over, *under)
