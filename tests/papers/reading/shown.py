"""Blocks as short lists, so that a test says what a reader sees."""

from typing import Any

from handlers.papers.reading.blocks import Block, Cell, Paper, Paragraph, Table
from handlers.papers.reading.reader import read


def texts(paper: Paper) -> list[str]:
    """The text of each paragraph outside tables."""
    return [block.text for block in paper.blocks if isinstance(block, Paragraph)]


def tables(paper: Paper) -> list[list[list[str]]]:
    """Each table: rows of cells, a line for each paragraph."""
    return [rows(block) for block in paper.blocks if isinstance(block, Table)]


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def paragraphs(blocks: tuple[Block, ...]) -> list[Paragraph]:
    return [block for block in blocks if isinstance(block, Paragraph)]


def first_table(paper: Paper) -> Table:
    return next(block for block in paper.blocks if isinstance(block, Table))


def cell(table: Table, row: int, column: int) -> Cell:
    return table.rows[row][column]


def read_text(text: str, name: str = "referat.txt", **changed: Any) -> Paper:
    return read(name, text.encode(**changed) if changed else text.encode())
