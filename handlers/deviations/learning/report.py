"""The yearly report (årsmelding) of deviations as a Word document: from one committee to the one above it, masked.

Real styles, captions that Word can number anew, table heads that repeat, texts for pictures, page numbers: it is to be
edited and passed on by people, with what the committee thinks of the numbers written in.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE
from handlers.deviations.learning import picture, tables
from handlers.deviations.learning.masking import Cell
from handlers.deviations.learning.numbers import Figures, Side, explained, time_to_answer, too_few_to_spread, units_when
from handlers.deviations.learning.picture import Part
from handlers.deviations.learning.tables import Table
from handlers.writing.language import _
from handlers.writing.text import clean
from handlers.writing.word import content_of, field, keep_together, new_document, repeat_on_each_page, set_up

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell as DocxCell

_TEXT_CM = 16.0
_PICTURE_CM = 12.0
"""How wide it is: its type is then nearly as large as the text's."""
_HIGHEST_CM = 17.0
"""On one page with its heading and caption."""
_FIRST_COLUMN = 0.44
_ON_ONE_PAGE = 36
"""Tables of so many rows are not parted between two pages."""


@dataclass(frozen=True)
class Names:
    """Who the report is from, and for."""

    author: str
    reader: str


def draw(figures: Figures, names: Names, at: datetime) -> bytes:
    """The document, made at the moment `at`."""
    document = new_document()
    _Report(document, figures, names, at).write()
    return content_of(document)


class _Report:
    def __init__(self, document: "Document", figures: Figures, names: Names, at: datetime) -> None:
        self._document = document
        self._figures = figures
        self._names = names
        self._at = at
        self._captions = {"table": 0, "figure": 0}

    def write(self) -> None:
        title = _("Årsmelding om samhandlingsavvik, {period}").format(period=self._figures.period)
        set_up(self._document, title, clean(self._names.author), self._at, points=11, margin_cm=2.5)
        self._front()
        if self._figures.empty:
            self._text(_("Ingen avvik er meldt i perioden, og ingen hendelser er registrert som løst direkte."))
            self._text(
                _("Få meldinger er ikke det samme som godt samarbeid. Utvalget bør se på om terskelen er for høy.")
            )
        else:
            self._numbers()
        self._assessment()
        self._about()

    # --- parts ---------------------------------------------------------------------------------------------

    def _front(self) -> None:
        period = self._figures.period
        self._document.add_paragraph(_("Årsmelding om samhandlingsavvik"), style="Title")
        self._document.add_paragraph(str(period).capitalize(), style="Subtitle")
        self._text(
            _("Fra {author} til {reader}. Laget {day}.").format(
                author=self._names.author,
                reader=self._names.reader,
                day=dates.day(self._at, LOCAL_ZONE.key),
            )
        )

    def _numbers(self) -> None:
        figures = self._figures
        self._heading(_("Sammendrag"))
        for sentence in _sentences(figures):
            self._text(sentence)
        self._table(tables.summary(figures))
        self._heading(_("Meldte avvik"))
        if figures.too_few:
            self._text(too_few_to_spread())
        else:
            self._spread()
        self._fixed()
        self._heading(_("Enhetene"))
        if not figures.units_told:
            self._text(units_when())
        for table in (tables.received(figures), tables.sent(figures)):
            if table.rows:
                self._table(table)
        self._silent()

    def _spread(self) -> None:
        figures = self._figures
        self._picture(Part.MONTHS, _("Avvik per måned, begge retninger"))
        self._table(tables.months(figures))
        self._table(tables.half_years(figures))
        self._heading(_("Hva avvikene gjelder"))
        self._text(_("Ett avvik kan ha flere kategorier, så kategoriene er til sammen flere enn avvikene."))
        self._picture(Part.CATEGORIES, _("Avvik per kategori, begge retninger"))
        self._table(tables.categories(figures))
        self._table(tables.services(figures))
        self._table(tables.consequences(figures))
        self._table(tables.consents(figures))

    def _fixed(self) -> None:
        figures = self._figures
        self._heading(_("Løst direkte"))
        self._text(
            _("Hendelser som ble rettet på stedet, telles for seg og er ikke med i tallene over."), with_next=True
        )
        if any(side.fixed.high for side in figures.sides):
            self._table(tables.fixed_months(figures))
            self._table(tables.fixed_categories(figures))
        else:
            self._text(_("Ingen hendelser er registrert som løst direkte i perioden."))

    def _silent(self) -> None:
        self._heading(_("Stille enheter"), level=2)
        if self._figures.silent_in:
            self._text(_("Dette vises for hele kalenderår, her {years}.").format(years=self._figures.silent_in))
        if not self._figures.silent:
            self._text(_("Alle enhetene har meldt eller fått avvik."))
            return
        sentence = _("Disse enhetene har verken meldt eller fått avvik. Det kan være verdt å spørre hvorfor.")
        self._text(sentence, with_next=True)
        for unit in self._figures.silent:
            self._document.add_paragraph(clean(f"{unit.name}, {unit.organisation}"), style="List Bullet")

    def _assessment(self) -> None:
        self._heading(_("Utvalgets vurdering"))
        self._text(_("Her skriver utvalget hva tallene viser, og hva det vil gjøre med det."))
        for question in (_("Hva har vi lært?"), _("Hvilke tiltak er satt i verk?"), _("Hva ber vi om?")):
            self._heading(question, level=2)
            self._text("")

    def _about(self) -> None:
        self._heading(_("Slik er tallene laget"))
        self._text(
            _(
                "Et avvik telles i den måneden det ble meldt. Avvik som er trukket, eller som venter hos melderens "
                "leder, er ikke med. Besvart er det som har fått minst ett svar. Besvart innen fristen regnes av de "
                "besvarte, med fristen som gjaldt da det første svaret kom. Tid til svar er den midterste, fra enheten "
                "fikk avviket til det første svaret."
            )
        )
        self._text(
            _(
                "Lave tall er ikke det samme som godt samarbeid: det som ikke meldes, telles ikke. Prosent av få avvik "
                "sier lite, så antallet står alltid ved siden av."
            )
        )
        self._text(explained(self._figures))

    # --- pieces --------------------------------------------------------------------------------------------

    def _heading(self, text: str, level: int = 1) -> None:
        self._document.add_heading(clean(text), level)

    def _text(self, text: str, *, with_next: bool = False) -> None:
        self._document.add_paragraph(clean(text)).paragraph_format.keep_with_next = with_next

    def _caption(self, kind: str, text: str) -> None:
        """«Tabell 1 …», with a field that Word numbers anew when something is put in between."""
        word = _("Tabell") if kind == "table" else _("Figur")
        self._captions[kind] += 1
        paragraph = self._document.add_paragraph(f"{word} ", style="Caption")
        field(paragraph, f"SEQ {word} \\* ARABIC", str(self._captions[kind]))
        paragraph.add_run(f". {text}")
        paragraph.paragraph_format.keep_with_next = kind == "table"

    def _table(self, table: Table) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - see `new_document`
        from docx.shared import Cm  # noqa: PLC0415

        self._caption("table", table.title)
        made = self._document.add_table(rows=1, cols=len(table.head), style="Light List Accent 1")
        made.autofit = False
        first = _FIRST_COLUMN if len(table.head) == 3 else 0.3
        rest = (1 - first) / (len(table.head) - 1)
        widths = [Cm(_TEXT_CM * share) for share in (first, *[rest] * (len(table.head) - 1))]
        for made_column, width in zip(made.columns, widths, strict=True):
            made_column.width = width
        # A column of numbers alone is read from the right.
        numbers = [not any(isinstance(row[index], str) for row in table.rows) for index in range(len(table.head))]
        for number, row in enumerate((table.head, *table.rows)):
            made_row = made.add_row() if number else made.rows[0]
            # Asked for once: each time, the whole table is gone through.
            for cell, width, value, right in zip(made_row.cells, widths, row, numbers, strict=True):
                cell.width = width
                _put(cell, str(value), with_next=number < len(table.rows) <= _ON_ONE_PAGE)
                if right:
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
            # The head stands on each page, and no row is parted between two.
            keep_together(made_row) if number else repeat_on_each_page(made_row)
        self._text("")

    def _picture(self, part: Part, caption: str) -> None:
        from docx.shared import Cm, Emu  # noqa: PLC0415 - see `new_document`

        content = io.BytesIO(picture.draw(self._figures, (part,)))
        shape = self._document.add_picture(content)
        high = min(Cm(_HIGHEST_CM), Cm(_PICTURE_CM) * shape.height // shape.width)
        shape.width, shape.height = Emu(shape.width * high // shape.height), Emu(high)
        named = shape._inline.docPr
        named.set("descr", picture.in_words(self._figures, (part,)))
        named.set("title", caption)
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        self._caption("figure", caption)


def _sentences(figures: Figures) -> Sequence[str]:
    """What the numbers say first."""
    ways = (_("Fra kommunene til sykehuset"), _("Fra sykehuset til kommunene"))
    return [_sentence(way, side) for way, side in zip(ways, figures.sides, strict=True)]


def _sentence(way: str, side: Side) -> str:
    if side.total.high == 0:
        return _("{way} er det ikke meldt noen avvik. {fixed} hendelser er løst direkte.").format(
            way=way, fixed=side.fixed
        )
    return _(
        "{way}: {total} avvik er meldt. Besvart: {answered}. Tid til svar (median): {time}. Løst direkte: {fixed}."
    ).format(
        way=way,
        total=_in_sentence(side.total),
        answered=side.answered,
        time=time_to_answer(side.median_hours),
        fixed=side.fixed,
    )


def _in_sentence(cell: Cell) -> str:
    """A number as a sentence says it: «færre enn 3 avvik»."""
    return _("færre enn {number}").format(number=cell.below) if cell.below else str(cell)


def _put(cell: "DocxCell", text: str, *, with_next: bool) -> None:
    from docx.shared import Pt  # noqa: PLC0415 - see `new_document`

    paragraph = cell.paragraphs[0]
    paragraph.add_run(clean(text))
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.keep_with_next = with_next
