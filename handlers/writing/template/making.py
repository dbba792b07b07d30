"""Making the Word templates that ship: the page that they have in common, tables as our documents have them, and what
is written into their cells."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from handlers.writing.word import new_document, set_up

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

SHADE = "E7EDF3"
"""Behind labels and the heads of tables."""
_LINE = "B7C3D0"
_MADE = datetime(2026, 1, 1, tzinfo=UTC)


def begin(title: str, *, heading_1_after: int = 4, heading_2: bool = False) -> "Document":
    """An empty template with the page and the headings that ours have.

    `heading_1_after`: the room below the heading of all, in points. `heading_2`: whether it has headings in it.
    """
    from docx.shared import Cm, Pt  # noqa: PLC0415 - takes a while to import, and templates are made once

    document = new_document()
    set_up(document, title, "", _MADE, points=10.5, margin_cm=1.8)
    section = document.sections[0]
    section.top_margin, section.bottom_margin = Cm(2), Cm(1.8)
    styles: Any = document.styles
    styles["Normal"].paragraph_format.space_after = Pt(0)
    for name, points, before, after in (
        ("Heading 1", 17, 0, heading_1_after),
        *((("Heading 2", 12, 12, 4),) if heading_2 else ()),
    ):
        heading = styles[name]
        heading.font.name, heading.font.size = "Calibri", Pt(points)
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(before), Pt(after)
    return document


def paragraphs(document: Any, *lines: str) -> None:
    """Plain paragraphs at the end of the document."""
    for line in lines:
        document.add_paragraph(line)


def add_table(document: Any, widths_cm: tuple[float, ...]) -> "Table":
    """A new table at the end of the document, with these columns."""
    from docx.shared import Cm  # noqa: PLC0415 - takes a while to import, and templates are made once

    made: Table = document.add_table(rows=0, cols=len(widths_cm), style="Table Grid")
    made.autofit = False
    for column, width in zip(made.columns, widths_cm, strict=True):
        column.width = Cm(width)
    _lines(made)
    return made


def _lines(table: Any) -> None:
    """Thin lines, and some room around what stands in a cell."""
    from docx.oxml import parse_xml  # noqa: PLC0415 - see `add_table`
    from docx.oxml.ns import nsdecls  # noqa: PLC0415

    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    room = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 60), ("left", 100), ("bottom", 60), ("right", 100))
    )
    properties = table._tbl.tblPr
    # Their order is laid down: before `tblLook`, which is last.
    look = properties.find(f"{{{properties.nsmap['w']}}}tblLook")
    for xml in (
        f"<w:tblBorders {nsdecls('w')}>{sides}</w:tblBorders>",
        f"<w:tblCellMar {nsdecls('w')}>{room}</w:tblCellMar>",
    ):
        look.addprevious(parse_xml(xml))
    layout = properties.find(f"{{{properties.nsmap['w']}}}tblLayout")
    if layout is not None:
        properties.find(f"{{{properties.nsmap['w']}}}tblCellMar").addprevious(layout)


def add_row(table: Any, widths_cm: tuple[float, ...]) -> Any:
    """A new row at the end of it."""
    from docx.shared import Cm  # noqa: PLC0415 - see `add_table`

    made = table.add_row()
    for cell, width in zip(made.cells, widths_cm, strict=True):
        cell.width = Cm(width)
    return made


def write(cell: Any, lines: list[tuple[str, bool]]) -> None:
    """Paragraphs; whether each is bold."""
    for number, (line, is_bold) in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.add_run(line).bold = is_bold or None


def put_anchor(paragraph: Any, name: str) -> None:
    """What a `link_to` leads to. `name` may have a field in it: in a loop each has its own."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - see `add_table`
    from docx.oxml.ns import qn  # noqa: PLC0415

    for number, tag in enumerate(("w:bookmarkStart", "w:bookmarkEnd")):
        made = OxmlElement(tag)
        # Loops repeat it; filling in gives each pair a number of its own.
        made.set(qn("w:id"), "1")
        if number == 0:
            made.set(qn("w:name"), name)
            paragraph._p.insert_element_before(made, "w:r")
        else:
            paragraph._p.append(made)


def link_to(paragraph: Any, name: str, text: str) -> None:
    """A text that leads to the anchor of that name in the same document."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - see `add_table`
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import RGBColor  # noqa: PLC0415

    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), name)
    run = paragraph.add_run(text)
    run.font.underline = True
    run.font.color.rgb = RGBColor(0x1F, 0x4E, 0x79)
    link.append(run._r)
    paragraph._p.append(link)
