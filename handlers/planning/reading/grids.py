"""A table of a meeting plan as a grid of cells, each of which knows where it stands. Pure.

A cell that is merged over several stands at each of their places, and is read as a meeting at the first only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from handlers.papers.reading.blocks import Table
from handlers.papers.reading.sheets import MAX_COLUMNS, Row, Value
from handlers.writing.language import _


class Spot(NamedTuple):
    """A place of a grid. `first`: the cell begins here. `where`: the cell's place, for a sentence."""

    text: str
    where: str
    first: bool = True


class GridRow(NamedTuple):
    """`where`: the row's place, for a sentence. `spots`: by column, from 0, those with something in them."""

    where: str
    spots: Mapping[int, Spot]

    def text(self, column: int) -> str:
        spot = self.spots.get(column)
        return spot.text if spot is not None else ""

    @property
    def own(self) -> Mapping[int, Spot]:
        """The cells that begin in this row."""
        return {column: spot for column, spot in self.spots.items() if spot.first}


Grid = Sequence[GridRow]


def grid_of(
    rows: Iterable[tuple[int, Row]], row_where: Callable[[int], str], cell_where: Callable[[int, int], str]
) -> Grid:
    """`rows`: with their numbers. `row_where`, `cell_where`: what a row, and a cell (column from 0), are called."""
    found: list[GridRow] = []
    going_on: dict[int, tuple[int, Spot]] = {}
    """By column: a cell from above, and the last row (by number) that it reaches."""
    for number, row in rows:
        if not row:
            # A cell far down in a sheet has nearly a million of these above it.
            continue
        spots = {column: spot._replace(first=False) for column, (last, spot) in going_on.items() if number <= last}
        for column, value in sorted(row.items()):
            spot = Spot(value.text, cell_where(number, column))
            for beside in range(max(1, min(value.spans, MAX_COLUMNS))):
                spots[column + beside] = spot._replace(first=not beside)
                if value.rows > 1:
                    going_on[column + beside] = (number + value.rows - 1, spot)
        found.append(GridRow(row_where(number), spots))
    return found


def grid_of_table(table: Table, number: int) -> Grid:
    """A table of a document, which is the `number`th in it."""
    rows: list[tuple[int, dict[int, Value]]] = []
    taken: set[tuple[int, int]] = set()
    for at, cells in enumerate(table.rows, 1):
        row: dict[int, Value] = {}
        column = 0
        for cell in cells:
            while (at, column) in taken:
                column += 1
            if cell.text.strip():
                row[column] = Value(cell.text.strip(), cell.spans, cell.rows)
            taken.update((at + down, column + beside) for down in range(cell.rows) for beside in range(cell.spans))
            column += cell.spans
        rows.append((at, row))

    def row_where(row: int) -> str:
        return _("tabell {number}, rad {row}").format(number=number, row=row)

    def cell_where(row: int, column: int) -> str:
        return _("tabell {number}, rad {row}, kolonne {column}").format(number=number, row=row, column=column + 1)

    return grid_of(rows, row_where, cell_where)


def letters(column: int) -> str:
    """`A` for 0, as a workbook calls its columns."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
