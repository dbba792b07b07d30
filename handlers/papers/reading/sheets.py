"""Rows of cells, from a workbook (.xlsx) or from text with signs between (.csv), as tables."""

import csv
import io
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, TypeVar
from warnings import filterwarnings

from handlers.faults import place_of
from handlers.papers.reading.blocks import Block, Cell, Paper, Paragraph, Table
from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.rows import cell_of
from handlers.papers.reading.tidying import tidy
from handlers.papers.reading.word.document import cannot_unpack, damaged
from handlers.patterns import pattern_of
from handlers.writing.language import _
from handlers.writing.package import BadPackage, Room, parsed, parts_of

log = logging.getLogger(__name__)
T = TypeVar("T")

ROOM = Room(part=60 * 1024 * 1024, whole=120 * 1024 * 1024, parts=5000)
MAX_ROWS = 20_000
MAX_COLUMNS = 400
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_MERGED = pattern_of(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_HIDDEN_ROW = pattern_of(rb'<(?:\w+:)?row\s[^>]*?hidden="(?:1|true)"[^>]*>')
_HIDDEN_COLUMN = pattern_of(rb'<(?:\w+:)?col\s[^>]*?hidden="(?:1|true)"[^>]*>')
_AT, _FIRST, _LAST = (pattern_of(rb'\s%s="(\d{1,7})"' % name) for name in (b"r", b"min", b"max"))
_USUAL_NAME = pattern_of(r"(?:ark|sheet|table|tabell)\s*\d*$", re.IGNORECASE)
_NUMBERS = pattern_of(r"sak|nr|nummer", re.IGNORECASE)
_MONTH_AND_YEAR = frozenset({"mmm-yy", "mmm\\-yy", "mmm.yy", "mmm\\.yy", "mmm/yy", "mmm yy"})
_SIGNS = ";\t,|"
_DAY_ONE = date(1900, 1, 1)


class Value(NamedTuple):
    """A cell: its text, and over how many columns and rows it goes."""

    text: str
    spans: int = 1
    rows: int = 1


class _Drawn(NamedTuple):
    """What is drawn of a sheet. `merged`: by row and column, over how many columns and rows a cell goes."""

    merged: Mapping[tuple[int, int], tuple[int, int]] = {}
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


Row = Mapping[int, Value]
"""By column, from 0: only cells with something in them."""


class Sheet(NamedTuple):
    """A sheet that is shown: its rows by their numbers, from 1, those with nothing in them too."""

    title: str
    rows: Iterator[tuple[int, Row]]


# --- workbooks ---------------------------------------------------------------------------------------------


def read_workbook(name: str, content: bytes, room: Room = ROOM, most_rows: int = MAX_ROWS) -> Paper:
    """
    Raises:
        CannotRead: it is damaged, or too large.
    """
    return each_sheet(content, lambda sheets, warnings: _paper(name, sheets, warnings), room, most_rows)


def each_sheet(
    content: bytes,
    do: Callable[[Sequence[Sheet], dict[str, None]], T],
    room: Room = ROOM,
    most_rows: int = MAX_ROWS,
) -> T:
    """What `do` makes of the sheets that are shown; the rows of each are read as they are asked for, and what was left
    out stands among the warnings then (`hidden_sheet`, `hidden_cells`, `cells_left_out`).

    Raises:
        CannotRead: it is damaged, or too large.
    """
    try:
        # All of it is unpacked here, and thrown away: openpyxl unpacks all of it.
        drawn = _drawings(parts_of(content, room, _is_about_sheets, whole=True))
    except BadPackage as error:
        raise cannot_unpack(error) from None
    from openpyxl import load_workbook  # noqa: PLC0415 - takes a while to import

    # It warns of what it does not understand by quoting it: a number in a cell that is to be a date may be somebody's.
    filterwarnings("ignore", module=r"openpyxl\.")
    try:
        # Only so are cells read one after the other. Held whole, a workbook takes fifty times its size, and a cell far
        # down in it makes millions of empty ones.
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            return do(*_shown_sheets(workbook, most_rows, drawn))
        finally:
            workbook.close()
    except CannotRead:
        raise
    except Exception as error:
        # A damaged file leads openpyxl to any of a score of errors. Where says whether it was that, or a fault of ours.
        log.info("a workbook could not be read: %s at %s", type(error).__name__, place_of(error))
        raise damaged() from None


def _is_about_sheets(name: str) -> bool:
    return name.startswith("xl/worksheets/sheet") or name in (_WORKBOOK, _RELATIONS)


def _drawings(parts: Iterator[tuple[str, bytes]]) -> dict[str, _Drawn]:
    """By the title of a sheet. openpyxl does not tell them of a workbook that it reads cell by cell."""
    of_part: dict[str, _Drawn] = {}
    books: dict[str, bytes] = {}
    for name, xml in parts:
        if name in (_WORKBOOK, _RELATIONS):
            books[name] = xml
        else:
            of_part[name] = _Drawn(_merged(xml), _hidden_rows(xml), _hidden_columns(xml))
    if len(books) < 2:
        return {}
    targets = {str(each.get("Id")): str(each.get("Target", "")) for each in parsed(books[_RELATIONS])}
    found: dict[str, _Drawn] = {}
    for sheet in parsed(books[_WORKBOOK]).iter("{*}sheet"):
        related = next((str(value) for name, value in sheet.attrib.items() if str(name).endswith("}id")), "")
        target = targets.get(related, "").lstrip("/")
        drawn = of_part.get(target if target.startswith("xl/") else f"xl/{target}")
        if drawn is not None:
            found[str(sheet.get("name"))] = drawn
    return found


def _merged(xml: bytes) -> dict[tuple[int, int], tuple[int, int]]:
    found = {}
    for each in _MERGED.finditer(xml):
        left, top, right, bottom = _column(each[1]), int(each[2]), _column(each[3]), int(each[4])
        found[top, left] = (right - left + 1, bottom - top + 1)
    return found


def _column(letters: bytes) -> int:
    """`A` is 1, `AA` 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _hidden_rows(xml: bytes) -> frozenset[int]:
    found = (_AT.search(each[0]) for each in _HIDDEN_ROW.finditer(xml))
    return frozenset(int(at[1]) for at in found if at is not None)


def _hidden_columns(xml: bytes) -> frozenset[int]:
    found: set[int] = set()
    for each in _HIDDEN_COLUMN.finditer(xml):
        first, last = _FIRST.search(each[0]), _LAST.search(each[0])
        if first is not None and last is not None:
            found.update(range(int(first[1]), min(int(last[1]), MAX_COLUMNS) + 1))
    return frozenset(found)


def _shown_sheets(
    workbook: Any, most_rows: int, drawn: Mapping[str, _Drawn]
) -> tuple[Sequence[Sheet], dict[str, None]]:
    warnings: dict[str, None] = {}
    shown = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    if len(shown) < len(workbook.worksheets):
        warnings["hidden_sheet"] = None
    return [
        Sheet(sheet.title, _rows_of_sheet(sheet, most_rows, drawn.get(sheet.title, _Drawn()), warnings))
        for sheet in shown
    ], warnings


def has_usual_name(sheet: Sheet) -> bool:
    """Whether it is called what a program calls it («Ark1»)."""
    return _USUAL_NAME.match(sheet.title) is not None


def _paper(name: str, sheets: Sequence[Sheet], warnings: Mapping[str, None]) -> Paper:
    blocks: list[Block] = []
    for sheet in sheets:
        found = list(_blocks(row for _number, row in sheet.rows))
        if found and (len(sheets) > 1 or not has_usual_name(sheet)):
            blocks.append(Paragraph(tidy(sheet.title), heading=1))
        blocks.extend(found)
    return Paper(name, "xlsx", tuple(blocks), warnings=tuple(warnings))


def _rows_of_sheet(sheet: Any, most_rows: int, drawn: _Drawn, warnings: dict[str, None]) -> Iterator[tuple[int, Row]]:
    # What the sheet says of its own size may be anything, and rows are filled up to it.
    sheet.reset_dimensions()
    heads: dict[int, str] = {}
    given = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        values: dict[int, Value] = {}
        was_hidden = False
        if len(row) > MAX_COLUMNS and any(cell.value is not None for cell in row[MAX_COLUMNS:]):
            warnings["cells_left_out"] = None
        for cell in row[:MAX_COLUMNS]:
            if cell.value is None:
                continue
            if cell.row in drawn.hidden_rows or cell.column in drawn.hidden_columns:
                warnings["hidden_cells"] = None
                was_hidden = True
                continue
            text = _shown(cell.value, str(cell.number_format or ""), heads.get(cell.column, ""), warnings)
            if text:
                values[cell.column - 1] = Value(text, *drawn.merged.get((cell.row, cell.column), (1, 1)))
                if isinstance(cell.value, str) and _NUMBERS.search(text):
                    heads.setdefault(cell.column, text)
        given += bool(values)
        if given > most_rows:
            raise CannotRead(
                Why.TOO_LARGE,
                _(
                    "Arket «{sheet}» har mer enn {limit} rader. Slett det som ikke er møter eller saker, og prøv igjen."
                ).format(sheet=sheet.title, limit=most_rows),
            )
        if values or not was_hidden:
            yield number, values


def _shown(value: Any, form: str, head: str, warnings: dict[str, None]) -> str:
    """A value, as it is shown in Norway."""
    match value:
        case bool():
            return "ja" if value else "nei"
        case datetime() if form.casefold() in _MONTH_AND_YEAR and value.day == 1:
            if head:
                # «1/25» was typed under «Saksnr.», and Excel took it for a month.
                warnings["number_was_a_date"] = None
                return f"{value.month}/{value:%y}"
            return f"{value:%m.%Y}"
        case datetime():
            at_midnight = value.time() == time.min
            if value.date() <= _DAY_ONE and not at_midnight:
                return f"{value:%H:%M}"
            return f"{value:%d.%m.%Y}" if at_midnight else f"{value:%d.%m.%Y %H:%M}"
        case date():
            return f"{value:%d.%m.%Y}"
        case time():
            return f"{value:%H:%M}"
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60:02}:{minutes % 60:02}"
        case float() if value.is_integer():
            return str(int(value))
        case float():
            # Not «2024,1»: in these papers a number with a part is the number of a case.
            return f"{value:.10g}"
        case str() if value.startswith("#") and value.endswith(("!", "?", "/A", "/I/T")):
            return ""
        case _:
            return tidy(str(value)).strip()


# --- text with signs between -------------------------------------------------------------------------------


def read_separated(name: str, text: str) -> Paper:
    """
    Raises:
        CannotRead: it is damaged, or too large.
    """
    return Paper(name, "csv", tuple(_blocks(row for _line, row in separated_rows(text))))


def separated_rows(text: str) -> Sequence[tuple[int, Row]]:
    """The rows by the numbers of the lines that they end on, from 1; those with nothing in them too.

    Raises:
        CannotRead: it is damaged, or too large.
    """
    text = tidy(text)
    first, _end, rest = text.partition("\n")
    sign = _sign_of(text)
    above = 0
    if first.strip().casefold().startswith("sep=") and len(first.strip()) == len("sep=;"):
        # What Excel writes to itself.
        sign, text, above = first.strip()[-1], rest, 1
    rows: list[tuple[int, Row]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    try:
        for row in reader:
            values = {at: Value(value.strip()) for at, value in enumerate(row[:MAX_COLUMNS]) if value.strip()}
            rows.append((above + reader.line_num, values))
            if len(rows) > MAX_ROWS:
                raise CannotRead(
                    Why.TOO_LARGE,
                    _(
                        "Filen har mer enn {limit} rader. Slett det som ikke er møter eller saker, og prøv igjen."
                    ).format(limit=MAX_ROWS),
                )
    except csv.Error:
        raise damaged() from None
    return rows


def _sign_of(text: str) -> str:
    """The sign between cells: the one that divides most lines into the same number of them."""
    lines = text.split("\n")[:200]

    def worth(sign: str) -> tuple[int, int]:
        try:
            counts = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if row)
        except csv.Error:
            return 0, 0
        return max(((times, cells) for cells, times in counts.items() if cells > 1), default=(0, 0))

    return max(_SIGNS, key=worth)


# --- rows as blocks ----------------------------------------------------------------------------------------


def _blocks(rows: Iterator[Row]) -> Iterator[Block]:
    """Tables, with empty rows between; lines with one cell above a table are paragraphs."""
    group: list[Row] = []
    for row in rows:
        if row:
            group.append(row)
        elif group:
            yield from _group(group)
            group = []
    if group:
        yield from _group(group)


def _group(rows: Sequence[Row]) -> Iterator[Block]:
    at = 0
    while at < len(rows) and len(rows[at]) == 1:
        (value,) = rows[at].values()
        yield from cell_of(value.text).blocks
        at += 1
    rows = rows[at:]
    if not rows:
        return
    used = sorted({column for row in rows for column in row})
    covered: set[tuple[int, int]] = set()
    found = []
    for number, row in enumerate(rows):
        cells = []
        for column in range(used[0], used[-1] + 1):
            if (number, column) in covered:
                continue
            value = row.get(column, Value(""))
            spans = max(1, min(value.spans, used[-1] + 1 - column))
            down = max(1, min(value.rows, len(rows) - number))
            covered.update((number + below, column + beside) for below in range(down) for beside in range(spans))
            cells.append(Cell(cell_of(value.text).blocks, spans, down))
        found.append(tuple(cells))
    yield Table(tuple(found))
