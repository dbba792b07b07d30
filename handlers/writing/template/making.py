"""Making the Word templates that ship: tables as our documents have them, and what is written into their cells."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.table import Table

_LINE = "B7C3D0"


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
