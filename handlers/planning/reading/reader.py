"""A meeting plan of any kind, read into rows: the one door of this room.

It takes time (a second for a large workbook), so it is called in a thread.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from handlers.papers.reading.blocks import Block, Paper, Paragraph, Table
from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.kinds import Kind, kind_of
from handlers.papers.reading.markdown import looks_like_markdown, read_markdown
from handlers.papers.reading.pdf.document import read_pdf
from handlers.papers.reading.sheets import Row, Sheet, Value, each_sheet, has_usual_name, separated_rows
from handlers.papers.reading.tidying import tidy
from handlers.papers.reading.word.document import read_word
from handlers.patterns import pattern_of
from handlers.planning.planned import PlanRead
from handlers.planning.reading.calendars import read_calendar
from handlers.planning.reading.grids import Grid, grid_of, grid_of_table, letters
from handlers.planning.reading.lines import Line, is_title, read_lines, year_in
from handlers.planning.reading.reading import FIRST_YEAR, LAST_YEAR, Around, Reading
from handlers.planning.reading.tables import read_grid
from handlers.writing.decoding import decoded
from handlers.writing.language import _
from handlers.writing.package import Room

MAX_FILE = 5 * 1024 * 1024
"""Bytes. A plan of 160 bodies is a hundredth of that."""
MAX_TEXT = 200_000
_ROOM = Room(part=30 * 1024 * 1024, whole=60 * 1024 * 1024, parts=2000)
_MOST_ROWS = 20_000
_MOST_LINES = 20_000
_PIPED = pattern_of(r"^\s*\|.*\|\s*$")
_RULED = pattern_of(r"^[\s|:+=-]+$")
_SAYS_YEAR = pattern_of(r"\b(?:år(?:et)?|year)\s+20\d\d\b", re.I)


class _Part(NamedTuple):
    """A part of a plan: a table, or lines. `heading`: what stands above it, of its own kind (a sheet's title)."""

    grid: Grid = ()
    lines: Sequence[Line] = ()
    heading: str = ""


class _Source(NamedTuple):
    """What was taken out of a file, before any of it is understood. `warnings`: of the paper, by key."""

    kind: str
    parts: Sequence[_Part]
    warnings: Sequence[str] = ()


def read(name: str, content: bytes, year: int | None, today: date) -> PlanRead:
    """The plan in this file.

    `name`: as its owner calls it; what it is, its content says. `year`: the one that the plan is for, which dates
    without a year are of; None: the one that the file says, or else the likeliest, seen from `today` (local).

    Raises:
        CannotRead: nothing of it can be read; says why, and what to do.
    """
    if not content:
        raise CannotRead(Why.EMPTY, _("Filen er tom. Er den hentet fra en sky, vent til den er lastet helt ned."))
    if len(content) > MAX_FILE:
        raise too_large(len(content))
    kind = kind_of(name, content)
    if kind is Kind.CALENDAR:
        reading = Reading(year or today.year, year)
        reading.year = read_calendar(content, reading, year, today)
        return _found(reading.read(name, kind.value, year_said=year is not None))
    return _understood(name, _source(kind, name, content), year, today)


def read_text(text: str, year: int | None, today: date) -> PlanRead:
    """The plan in what somebody typed or pasted: lines, a table, or rules in words. `year`, `today`: as for `read`.

    Raises:
        CannotRead: there is nothing in it, or too much.
    """
    if not text.strip():
        raise CannotRead(Why.EMPTY, _("Det står ingenting her. Lim inn møteplanen, eller skriv en regel."))
    if len(text) > MAX_TEXT:
        raise CannotRead(
            Why.TOO_LARGE, _("Teksten er for lang. Lagre den som fil (.txt, .csv eller .xlsx), og last den opp.")
        )
    if text.lstrip("\ufeff \r\n\t").upper().startswith("BEGIN:VCALENDAR"):
        return read("", text.encode(), year, today)
    return _understood("", _of_text(text), year, today)


def too_large(size: int) -> CannotRead:
    """For who sees a file's size before it is read."""
    return CannotRead(
        Why.TOO_LARGE,
        _(
            "Filen er for stor ({size} MB). En møteplan kan være på {limit} MB. Lagre den uten bilder, og prøv igjen."
        ).format(size=-(-size // (1024 * 1024)), limit=MAX_FILE // (1024 * 1024)),
    )


def _found(plan: PlanRead) -> PlanRead:
    if plan.rows or plan.problems:
        return plan
    raise CannotRead(
        Why.EMPTY,
        _(
            "Jeg finner ingen møter her. Skriv ett møte på hver linje, for eksempel «FSU: 25. januar kl. 12.30–15.30, "
            "Rådhuset», eller en tabell med utvalg, dato og tid."
        ),
    )


# --- what there is to understand -------------------------------------------------------------------------------


def _source(kind: Kind, name: str, content: bytes) -> _Source:
    match kind:
        case Kind.WORKBOOK:
            return each_sheet(content, _of_sheets, _ROOM, _MOST_ROWS)
        case Kind.WORD:
            return _of_paper(read_word(name, content))
        case Kind.PDF:
            return _of_paper(read_pdf(name, content))
    text = decoded(content)
    if text is None:
        raise CannotRead(
            Why.UNKNOWN_FORMAT,
            _(
                "Jeg kjenner ikke igjen filen som en møteplan. Lagre den som Excel (.xlsx), CSV, Word (.docx) eller "
                "kalender (.ics), og prøv igjen."
            ),
        )
    if kind is Kind.SEPARATED:
        return _Source("csv", (_Part(_grid_of_lines(separated_rows(text))),))
    if kind is Kind.MARKDOWN or looks_like_markdown(text):
        return _of_paper(read_markdown(name, text))
    return _of_text(text)


def _of_sheets(sheets: Sequence[Sheet], warnings: Mapping[str, None]) -> _Source:
    parts = []
    for sheet in sheets:
        title = tidy(sheet.title).strip()
        parts.append(
            _Part(
                grid_of(sheet.rows, partial(_row_of_sheet, title), partial(_cell_of_sheet, title)),
                heading="" if has_usual_name(sheet) else title,
            )
        )
    return _Source("xlsx", parts, tuple(warnings))


def _row_of_sheet(sheet: str, row: int) -> str:
    return _("arket «{sheet}», rad {row}").format(sheet=sheet, row=row)


def _cell_of_sheet(sheet: str, row: int, column: int) -> str:
    return _("arket «{sheet}», celle {cell}").format(sheet=sheet, cell=f"{letters(column)}{row}")


def _grid_of_lines(rows: Sequence[tuple[int, Row]]) -> Grid:
    return grid_of(
        rows, _line, lambda row, column: _("linje {line}, kolonne {column}").format(line=row, column=column + 1)
    )


def _line(number: int) -> str:
    return _("linje {number}").format(number=number)


def _of_paper(paper: Paper) -> _Source:
    parts: list[_Part] = []
    paragraph = table = 0
    for block in paper.blocks:
        if isinstance(block, Table):
            table += 1
            parts.append(_Part(grid_of_table(block, table)))
        else:
            paragraph += 1
            parts.append(_Part(lines=tuple(_lines_of(block, paragraph))))
    return _Source(paper.kind, parts, paper.warnings)


def _lines_of(block: Block, number: int) -> Iterator[Line]:
    if isinstance(block, Paragraph):
        where = _("avsnitt {number}").format(number=number)
        for line in block.text.split("\n"):
            yield Line(line, where, heading=bool(block.heading))


def _of_text(text: str) -> _Source:
    """Lines; with tables in them, whose cells have tabs, bars or semicolons between."""
    lines = tidy(text).replace("\f", "\n").split("\n")
    if len(lines) > _MOST_LINES:
        raise CannotRead(
            Why.TOO_LARGE,
            _("Teksten har mer enn {limit} linjer. Del den i flere, og prøv igjen.").format(limit=_MOST_LINES),
        )
    parts: list[_Part] = []
    for is_table, group in _groups(lines):
        if is_table:
            parts.append(_Part(_grid_of_lines(group)))
        else:
            parts.append(_Part(lines=[Line(row[0].text, _line(number)) for number, row in group]))
    return _Source("text", parts)


def _groups(lines: Sequence[str]) -> Iterator[tuple[bool, Sequence[tuple[int, Row]]]]:
    """Lines that belong together, and whether they are the rows of a table."""
    split = _splitter(lines)
    group: list[tuple[int, Row]] = []
    was_table = False
    for number, line in enumerate(lines, 1):
        if not line.strip() or _RULED.fullmatch(line):
            continue
        cells = split(line)
        is_table = len(cells) > 1
        if group and is_table is not was_table:
            yield was_table, group
            group = []
        was_table = is_table
        group.append((number, {at: Value(cell.strip()) for at, cell in enumerate(cells) if cell.strip()}))
    if group:
        yield was_table, group


def _splitter(lines: Sequence[str]) -> Callable[[str], Sequence[str]]:
    shown = [line for line in lines if line.strip()]
    if any("\t" in line.strip() for line in shown):
        return lambda line: line.split("\t") if "\t" in line.strip() else [line]
    if sum(line.count("|") > 1 for line in shown) > 1:
        return lambda line: _between_bars(line) if "|" in line else [line]
    counts = Counter(line.count(";") for line in shown)
    most, times = max(counts.items(), key=lambda each: (each[0] > 1, each[1])) if counts else (0, 0)
    if most > 1 and times > 1:
        return lambda line: line.split(";") if line.count(";") == most else [line]
    return lambda line: [line]


def _between_bars(line: str) -> Sequence[str]:
    line = line.strip()
    return (line[1:-1] if _PIPED.match(line) else line).split("|")


# --- which year -----------------------------------------------------------------------------------------------


def _understood(name: str, source: _Source, year: int | None, today: date) -> PlanRead:
    said = year or _year_of(source, name)
    if said is not None:
        reading = _reading(source, said, year)
        return _found(_with_warnings(reading, source).read(name, source.kind, year_said=True))
    # The year whose weekdays fit the dates; of those that are alike, the one that most of is to come.
    readings = [_reading(source, each, None) for each in (today.year, today.year + 1)]
    best = min(readings, key=lambda each: (each.misfits(), sum(day < today for day in each.days()), each.year))
    written = best.years
    if written:
        # Dates without a year are of the same one as those with.
        most = max(written, key=lambda each: (written[each], -each))
        best = _reading(source, most, None)
    elif best.guessed:
        best.note(
            _("Det står ikke årstall, så jeg har lest det som {year}. Er det et annet år, skriv årstallet.").format(
                year=best.year
            )
        )
    return _found(_with_warnings(best, source).read(name, source.kind, year_said=bool(written) or not best.guessed))


def _year_of(source: _Source, name: str) -> int | None:
    """The year that a title in it says, or its name; None: none, or several."""
    found: Counter[int] = Counter()
    for part in source.parts:
        for text in _titles(part):
            said = year_in(text)
            if said is not None:
                found[said] += 1
    if not found:
        said = year_in(re.sub(r"[_-]", " ", name.rpartition(".")[0]))
        found.update([said] if said is not None else [])
    known = [each for each in found if FIRST_YEAR <= each <= LAST_YEAR]
    return known[0] if len(known) == 1 else None


def _titles(part: _Part) -> Iterator[str]:
    if part.heading:
        yield part.heading
    for row in part.grid:
        own = list(row.own.values())
        if len(own) == 1:
            yield own[0].text
    for line in part.lines:
        if is_title(line.text) or line.heading or _SAYS_YEAR.search(line.text):
            yield line.text


def _reading(source: _Source, year: int, asked: int | None) -> Reading:
    reading = Reading(year, asked)
    around = Around()
    for part in source.parts:
        own = _below(part.heading, reading) if part.heading else around
        if part.grid:
            read_grid(part.grid, reading, own)
        else:
            around = read_lines(part.lines, reading, own)
    return reading


def _below(heading: str, reading: Reading) -> Around:
    """What holds in a sheet, because of what it is called: a year, a plan's name, or a body."""
    year = year_in(heading)
    if is_title(heading):
        reading.title = reading.title or heading
        return Around(year=year)
    return Around(committee=heading, year=year)


def _with_warnings(reading: Reading, source: _Source) -> Reading:
    said = {
        "hidden_sheet": _("Skjulte ark i arbeidsboken er ikke lest. Vis dem i Excel hvis de hører til planen."),
        "hidden_cells": _("Skjulte rader og kolonner er ikke lest. Vis dem i Excel hvis de hører til planen."),
        "cells_left_out": _("Arket er svært bredt. Det som står lengst til høyre, er ikke lest."),
        "pages_without_text": _("Noen sider er bilder uten tekst, og dem kan jeg ikke lese."),
    }
    for key in source.warnings:
        if key in said:
            reading.note(said[key])
    return reading
