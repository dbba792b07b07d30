"""Small numbers are masked, so that nobody can be recognised by being one of few.

A number from 1 up to below the threshold is shown as «under 3». So that it cannot be worked out from a total and the
numbers beside it, something else is hidden with it where that is needed: first an empty cell, which is then shown as
«under 3» too (and loses nothing: 0 is under 3), else the smallest of the larger numbers, which is shown as a range.
Where the total itself is masked, everything below it is: else the empty cells would tell of which kind the one or two
were.

A reader is taken to know what is shown, the threshold, and that «under 3» means 0, 1 or 2. Then no masked number has
only one possible value; `tests/deviations/test_masking.py` tries them all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers.writing.language import _


@dataclass(frozen=True)
class Cell:
    """A number as it is shown: between `low` and `high`, both possible. `below`: shown as «under» that many."""

    low: int
    high: int
    below: int = 0

    @property
    def exact(self) -> bool:
        return self.low == self.high

    def __str__(self) -> str:
        if self.exact:
            return str(self.low)
        if self.below:
            return _("under {number}").format(number=self.below)
        return f"{self.low}–{self.high}" if self.low else _("høyst {number}").format(number=self.high)


def exactly(number: int) -> Cell:
    return Cell(number, number)


def alone(number: int, below: int) -> Cell:
    """A number that is part of nothing shown. Below 1: nothing is masked."""
    return Cell(0, below - 1, below) if 0 < number < below else exactly(number)


def added(cells: Iterable[Cell], total: Cell) -> Cell:
    """What a reader can add up themselves, so it tells nothing new. Never more than the total it is part of."""
    if total.below:
        return total
    found = list(cells)
    return Cell(sum(cell.low for cell in found), min(sum(cell.high for cell in found), total.high))


def column(
    numbers: Sequence[int], total: Cell, below: int, *, several: bool = False, at_least_one: bool = False
) -> tuple[Cell, ...]:
    """The numbers of a column with `total` shown above it, masked.

    Args:
        several: one report may count in several of the cells, so together they are at least the total.
        at_least_one: a reader knows that none of them is 0 (units are listed because they have reports).
    """
    if total.below and not at_least_one:
        return tuple(total for _number in numbers)
    least = 1 if at_least_one and below > 2 else 0
    masked = [Cell(least, below - 1, below) if 0 < number < below else exactly(number) for number in numbers]
    covers = sorted((index for index, cell in enumerate(masked) if cell.exact), key=lambda index: numbers[index])
    while not _safe(masked, total, several=several):
        if not covers:
            # Every number is a masked one, and the total gives them away: then nothing is shown.
            return tuple(Cell(0, total.high) for _number in numbers)
        index = covers.pop(0)
        masked[index] = Cell(0, below - 1, below) if numbers[index] == 0 else Cell(below, total.high)
    found = [_possible(masked, index, total, several=several) for index in range(len(masked))]
    return tuple(cell if cell.exact or cell.below else shown for cell, shown in zip(masked, found, strict=True))


def _safe(cells: Sequence[Cell], total: Cell, *, several: bool) -> bool:
    """Whether each masked cell may have more than one value, for whoever sees the others and the total."""
    return all(
        cell.exact or not _possible(cells, index, total, several=several).exact for index, cell in enumerate(cells)
    )


def _possible(cells: Sequence[Cell], index: int, total: Cell, *, several: bool) -> Cell:
    """The values that one cell may have, given the others and the total."""
    others = [cell for number, cell in enumerate(cells) if number != index]
    low = max(cells[index].low, total.low - sum(cell.high for cell in others))
    high = cells[index].high
    if not several:
        high = min(high, total.high - sum(cell.low for cell in others))
    return Cell(low, high)


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: Cell
    whole: Cell

    def __str__(self) -> str:
        """`8 av 12 (67 %)`; masked, `under 3 av 12 (under 25 %)` or `10–12 av 12 (83–100 %)`."""
        if self.whole.high == 0:
            return _("ingen")
        if not self.whole.exact or self._says_nothing:
            # Of so few, a share would tell which, or may be anything.
            return _("for få til å vises")
        sentence = _("{part} av {whole} ({percent} %)")
        percent = str(self._percent(self.part.low))
        if self.part.below:
            percent = _("under {number}").format(number=self._percent(self.part.below))
        elif not self.part.exact:
            percent = f"{percent}–{self._percent(self.part.high)}"
        return sentence.format(part=self.part, whole=self.whole, percent=percent)

    @property
    def _says_nothing(self) -> bool:
        """Whether the part is hidden, and may be anything from none to all («under 3 av 3»)."""
        most = self.part.below or self.part.high
        return not self.part.exact and self.part.low == 0 and most >= self.whole.low

    def _percent(self, number: int) -> int:
        return (200 * number + self.whole.low) // (2 * self.whole.low)


def shares(numbers: Sequence[int], total: int, below: int) -> tuple[Share, ...]:
    """Each of `numbers`, which together are `total`, as a share of it."""
    whole = alone(total, below)
    return tuple(Share(part, whole) for part in column(numbers, whole, below))
