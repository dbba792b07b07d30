"""A PDF drawn by hand: lines at their place, ruled tables that go on over the page, a header and a number on each."""

import io
import textwrap
from collections.abc import Sequence

from matplotlib import rc_context
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

_WIDTH, _HEIGHT = 8.27, 11.69
"""Inches."""
_BOTTOM = 0.9


class Pages:
    """Writes from top to bottom, a page after the other. Text that begins with two stars is bold."""

    def __init__(self, header: str) -> None:
        self._header = header
        self._pages: list[Figure] = []
        self._begin()

    def _begin(self) -> None:
        self._page = Figure(figsize=(_WIDTH, _HEIGHT))
        self._pages.append(self._page)
        self._y = 11.0
        self._page.text(0.1, 0.97, self._header, fontsize=8)
        self._page.text(0.5, 0.02, f"Side {len(self._pages)}", fontsize=8)

    def _text(self, x: float, y: float, text: str, size: float) -> None:
        weight = "bold" if text.startswith("**") else "normal"
        self._page.text(x / _WIDTH, y / _HEIGHT, text.strip("*"), fontsize=size, weight=weight)

    def line(self, text: str, x: float = 1.0) -> None:
        if self._y < _BOTTOM:
            self._begin()
        self._text(x, self._y, text, 10.5)
        self._y -= 0.2

    def paragraph(self, text: str, width: int = 80) -> None:
        for line in textwrap.wrap(text, width):
            self.line(line)
        self._y -= 0.13

    def columns(self, left: Sequence[str], right: Sequence[str]) -> None:
        """Two columns of text side by side."""
        top = self._y
        for texts, x in ((left, 1.0), (right, 4.4)):
            self._y = top
            for text in texts:
                for line in textwrap.wrap(text, 38):
                    self.line(line, x)
                self._y -= 0.13

    def beside(self, lines: Sequence[str], x: float = 6.6) -> None:
        """A letterhead in the margin, in small letters, from the top of the page."""
        for number, line in enumerate(lines):
            self._text(x, 11.05 - 0.17 * number, line, 7)

    def note(self, sign: str, text: str) -> None:
        """A footnote, at the foot of this page."""
        self._text(1.0, 0.75, sign, 5.5)
        self._text(1.1, 0.7, text, 8)

    def table(self, rows: Sequence[Sequence[str]], widths: Sequence[float], *, ruled: bool = True) -> None:
        """`ruled`: with lines around each cell."""
        for row in rows:
            cells = [
                [line for part in text.split("\n") for line in textwrap.wrap(part, int(width * 12)) or [""]]
                for text, width in zip(row, widths, strict=True)
            ]
            height = max(len(cell) for cell in cells) * 0.18 + 0.1
            if self._y - height < _BOTTOM:
                self._begin()
            x, top = 1.0, self._y
            if ruled:
                self._rule(1.0, 1.0, top, top - height)
            for cell, width in zip(cells, widths, strict=True):
                for index, line in enumerate(cell):
                    self._text(x + 0.05, top - 0.17 - index * 0.18, line, 9)
                x += width
                if ruled:
                    self._rule(x, x, top, top - height)
            if ruled:
                self._rule(1.0, x, top, top)
                self._rule(1.0, x, top - height, top - height)
            self._y = top - height
        self._y -= 0.3

    def _rule(self, x0: float, x1: float, y0: float, y1: float) -> None:
        line = Line2D([x0 / _WIDTH, x1 / _WIDTH], [y0 / _HEIGHT, y1 / _HEIGHT], linewidth=0.6, color="black")
        self._page.add_artist(line)

    def content(self) -> bytes:
        stream = io.BytesIO()
        with rc_context({"pdf.fonttype": 42}), PdfPages(stream) as pages:
            for page in self._pages:
                pages.savefig(page)
        return stream.getvalue()
