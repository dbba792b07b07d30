"""The picture of `/avvik tall`: both directions side by side, per month and per category, and the same in words.

Made for a phone: 360 points wide, one line for each month and category, large type, every number written out. The two
directions differ in place, in lightness and in colour (blue and orange, which the colour-blind tell apart), on a
ground of its own, so that it reads the same where everything around it is dark. A masked number is a hatched bar.
"""

import io
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

from handlers.deviations.learning.masking import Cell
from handlers.deviations.learning.numbers import Figures, Row
from handlers.deviations.words import DIRECTIONS
from handlers.limits import ANYWHERE
from handlers.writing.language import N_, _
from handlers.writing.text import shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PNG = "image/png"

TOWARDS = (N_("til sykehus"), N_("til kommune"))
"""The directions in two words, in their order."""

_WIDTH = 360
_MARGIN = 14
_SCALE = 3
"""Pixels for each point: sharp on a phone, and large enough on a projector."""
_LABELS = 74
"""How much of the width the months take."""
_GAP = 14
_NUMBER = 46
"""Room for the number after the longest bar."""
_BAR = 13
_MONTH_LINE, _CATEGORY_LINE = 22, 40
_HEAD, _PANEL_HEAD, _PANEL_GAP = 62, 44, 16
_LONGEST_LABEL = 48
"""Letters, of type that wide."""
_LEAST_SCALE = 10
"""What the longest bar stands for at least: one or two reports are not to look like many."""

_GROUND, _INK, _FAINT = "#ffffff", "#1c2330", "#5b6472"
_COLOURS = ("#0b5394", "#e08214")
"""Blue and orange, after the palettes of ColorBrewer that the colour-blind tell apart."""


class Part(Enum):
    """What is drawn below the head."""

    MONTHS = "months"
    CATEGORIES = "categories"


BOTH = tuple(Part)


def draw(figures: Figures, parts: Sequence[Part] = BOTH) -> bytes:
    """The picture as PNG; the same figures give the same bytes."""
    # Takes most of a second to import, and not every process draws.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    panels = {
        Part.MONTHS: (_("Per måned"), figures.months, True),
        Part.CATEGORIES: (_("Per kategori"), figures.categories, False),
    }
    lines = {Part.MONTHS: _MONTH_LINE * len(figures.months), Part.CATEGORIES: _CATEGORY_LINE * len(figures.categories)}
    height = _HEAD + sum(_PANEL_HEAD + lines[part] for part in parts) + _PANEL_GAP * (len(parts) - 1) + _MARGIN
    figure = Figure(figsize=(_WIDTH / 72, height / 72), dpi=72 * _SCALE, facecolor=_GROUND)
    FigureCanvasAgg(figure)
    # One unit is one point, and y counts downwards, as one reads.
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, _WIDTH), ylim=(height, 0))
    axes.axis("off")
    pen = _Pen(axes)
    pen.text(_MARGIN, 21, shorten(_("Avvik, {period}").format(period=figures.period), 44), 12.5, bold=True)
    for x, name, side, colour in zip((_MARGIN, _WIDTH / 2), TOWARDS, figures.sides, _COLOURS, strict=True):
        pen.key(x, 45, f"{_(name)}: {side.total}", colour)
    y = float(_HEAD)
    for part in parts:
        title, rows, beside = panels[part]
        y = pen.panel(title, rows, y, beside=beside) + _PANEL_GAP
    content = io.BytesIO()
    # Else it names the version of the library.
    figure.savefig(content, format="png", metadata={"Software": None})
    return content.getvalue()


class _Pen:
    """Draws on axes whose unit is a point."""

    def __init__(self, axes: "Axes") -> None:
        self._axes = axes

    def text(self, x: float, y: float, text: str, size: float, *, bold: bool = False, colour: str = _INK) -> None:
        self._axes.text(
            x,
            y,
            text,
            fontsize=size,
            fontweight="bold" if bold else "normal",
            color=colour,
            va="center",
            # Else a `$` would begin a formula.
            parse_math=False,
        )

    def bar(self, x: float, y: float, width: float, colour: str, *, hatched: bool) -> None:
        from matplotlib.patches import Rectangle  # noqa: PLC0415 - see `draw`

        look: dict[str, Any] = {"facecolor": colour, "linewidth": 0}
        if hatched:
            look = {"facecolor": _GROUND, "edgecolor": colour, "hatch": "//////", "linewidth": 1}
        self._axes.add_patch(Rectangle((x, y - _BAR / 2), width, _BAR, **look))

    def key(self, x: float, y: float, text: str, colour: str) -> None:
        self.bar(x, y, 9, colour, hatched=False)
        self.text(x + 14, y, text, 10.5, bold=True)

    def panel(self, title: str, rows: Sequence[Row], y: float, *, beside: bool) -> float:
        """Draw a panel from `y` on, with the labels beside the bars or above them; where it ends."""
        left = _MARGIN + (_LABELS if beside else 0)
        width = (_WIDTH - _MARGIN - left - _GAP) / 2
        places = (left, left + width + _GAP)
        longest = max([_LEAST_SCALE, *(_seen(cell) for row in rows for cell in row.cells)])
        self.text(_MARGIN, y + 10, title, 12, bold=True)
        for x, name, colour in zip(places, TOWARDS, _COLOURS, strict=True):
            self.key(x, y + 30, _(name), colour)
        y += _PANEL_HEAD
        for row in rows:
            middle = y + (_MONTH_LINE / 2 if beside else 29)
            self.text(_MARGIN, middle if beside else y + 12, shorten(row.label, _LONGEST_LABEL), 10.5)
            for x, cell, colour in zip(places, row.cells, _COLOURS, strict=True):
                length = _seen(cell) / longest * (width - _NUMBER)
                if length:
                    self.bar(x, middle, max(length, 2), colour, hatched=not cell.exact)
                self.text(x + length + 4, middle, str(cell), 10.5, colour=_INK if cell.high else _FAINT)
            y += _MONTH_LINE if beside else _CATEGORY_LINE
        return y


def _seen(cell: Cell) -> int:
    """How long the bar is. Of a number that is wholly hidden there is none."""
    return cell.high if cell.low or cell.below or cell.exact else 0


def in_words(figures: Figures, parts: Sequence[Part] = BOTH) -> str:
    """All that the picture shows, for whoever does not see it."""
    lines = [_("Avvik, {period}").format(period=figures.period) + "."]
    lines += [
        _("{way}: {number} meldt.").format(way=_(way), number=side.total)
        for way, side in zip(DIRECTIONS.values(), figures.sides, strict=True)
    ]
    both = _("{one} og {other}").format(one=_(TOWARDS[0]), other=_(TOWARDS[1]))
    if Part.MONTHS in parts:
        lines.append(_("Per måned, {both}: {numbers}.").format(both=both, numbers="; ".join(_told(figures.months))))
    if Part.CATEGORIES in parts:
        told = "; ".join(_told(figures.categories))
        lines.append(_("Per kategori, {both}: {numbers}.").format(both=both, numbers=told))
    return shorten("\n".join(lines), ANYWHERE.alternative)


def _told(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield _("{label} {one} og {other}").format(label=row.label, one=row.cells[0], other=row.cells[1])
