"""Word documents (DOCX) that people edit, print and pass on: what python-docx has no words for."""

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from handlers.writing.language import _, current

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell as Cell
    from docx.table import _Row as Row
    from docx.text.paragraph import Paragraph

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LANGUAGES = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}


def new_document() -> "Document":
    """An empty one, before it is `set_up`."""
    # Takes a while to import, and few ask for a document.
    from docx import Document  # noqa: PLC0415

    return Document()


def content_of(document: "Document") -> bytes:
    """The file."""
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def set_up(
    document: "Document",
    title: str,
    author: str,
    at: datetime,
    *,
    font: str = "Calibri",
    points: float,
    margin_cm: float,
) -> None:
    """A4 in the language being spoken, with page numbers, and what the file says of itself.

    Args:
        points: the size of plain text.
        margin_cm: on the left and on the right.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - see `new_document`
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Cm, Pt  # noqa: PLC0415

    styles: Any = document.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size = font, Pt(points)
    language = _LANGUAGES.get(current(), _LANGUAGES["nb"])
    for found in styles.element.iter(qn("w:lang")):
        found.set(qn("w:val"), language)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(margin_cm)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run(_("Side") + " ")
    field(footer, "PAGE", "1")
    footer.add_run(" " + _("av") + " ")
    field(footer, "NUMPAGES", "1")
    properties = document.core_properties
    properties.title, properties.author, properties.language, properties.comments = title, author, language, ""
    properties.created = properties.modified = at.astimezone(UTC).replace(tzinfo=None)


def field(paragraph: "Paragraph", instruction: str, shown: str) -> None:
    """A field that Word works out; `shown` until it has."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - see `new_document`
    from docx.oxml.ns import qn  # noqa: PLC0415

    made = OxmlElement("w:fldSimple")
    made.set(qn("w:instr"), instruction)
    run = paragraph.add_run(shown)
    made.append(run._r)
    paragraph._p.append(made)


def keep_together(row: "Row") -> None:
    """Do not part this row between two pages."""
    _mark(row._tr.get_or_add_trPr(), "w:cantSplit", val="true")


def repeat_on_each_page(row: "Row") -> None:
    """The row is the table's head."""
    _mark(row._tr.get_or_add_trPr(), "w:tblHeader", val="true")


def shade(cell: "Cell", colour: str) -> None:
    """A background for the cell, as `E7EDF3`."""
    _mark(cell._tc.get_or_add_tcPr(), "w:shd", val="clear", color="auto", fill=colour)


def _mark(properties: Any, name: str, **attributes: str) -> None:
    """Put an element such as `w:cantSplit` among the properties of a row or a cell."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - see `new_document`
    from docx.oxml.ns import qn  # noqa: PLC0415

    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    properties.append(made)
