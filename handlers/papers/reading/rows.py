"""Rows of cells with tabs between them, as lines of text. Pure."""

from collections.abc import Iterable, Sequence

from handlers.papers.reading.blocks import Cell, Paragraph, Table
from handlers.papers.reading.tags import has_tags, paragraphs_in
from handlers.patterns import pattern_of

_POINT = pattern_of(r"^([ \t]*(?:\d{1,2}[.)]|[a-zæøå][.)]|[-–—•*·▪◦]))\t+(?=[^\t]+$)")
"""A number or a bullet, and a tab to where its text stands."""


def without_tab_of_point(line: str) -> str:
    """A line of a list, with a space where a program put a tab behind its number or bullet: it is no row of cells."""
    return _POINT.sub(r"\1 ", line, count=1)


def has_cells(line: str) -> bool:
    """Whether a line has a tab with something before it: not one that only stands further in."""
    return "\t" in line.strip(" \n").lstrip("\t") or (line.startswith("\t") and has_tags(line))


def table_of(lines: Iterable[str], page: int | None = None) -> Table:
    return Table(tuple(tuple(cell_of(text) for text in line.split("\t")) for line in lines), page=page)


def cell_of(text: str, page: int | None = None) -> Cell:
    if has_tags(text):
        return Cell(tuple(paragraphs_in(text)))
    lines = (line.strip() for line in text.split("\n"))
    return Cell(tuple(Paragraph(line, page=page) for line in lines if line))


def is_table(lines: Sequence[str]) -> bool:
    """Whether lines with tabs are the rows of a table: one alone may be a line with a label and a value."""
    return sum(map(has_cells, lines)) > 1 or any(line.count("\t") > 1 or has_tags(line) for line in lines)
