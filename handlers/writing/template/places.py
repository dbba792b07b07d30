"""Where something stands in a Word document, as somebody finds it who has the document open.

python-docx leaves out tracked insertions and content controls, and what stands in text boxes; so the elements are
walked here, in the order in which they are read.
"""

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from handlers.patterns import pattern_of
from handlers.writing.language import _
from handlers.writing.text import shorten

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_EXCERPT = 60
_SPELLING = pattern_of(rb"<w:lang [^>]*></w:lang>|<w:noProof[^>]*></w:noProof>")
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-"}


class Place(NamedTuple):
    """`steps`: from outside in («topptekst», «tabell 2», «rad 3», «celle 1», «avsnitt 1»). `excerpt`: what stands
    there."""

    steps: tuple[str, ...]
    excerpt: str = ""

    def __str__(self) -> str:
        where = ", ".join(self.steps)
        shown = where[:1].upper() + where[1:]
        return f"{shown} («{self.excerpt}»)" if self.excerpt else shown


class Piece(NamedTuple):
    """Some text of a paragraph. `look`: its run's properties. `within`: the elements around its run in the paragraph,
    as a hyperlink or a tracked insertion."""

    text: str
    look: bytes
    within: tuple[Any, ...]


class Paragraph(NamedTuple):
    """`holder`: the cell, text box or part that it stands in. `row`, `table`: around it, the innermost; None: none."""

    element: Any
    place: Place
    pieces: tuple[Piece, ...]
    holder: Any
    cell: Any
    row: Any
    table: Any

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def roots(document: Any) -> Iterator[tuple[Any, str]]:
    """The root element of each part of a document that may have fields, and what people call it: of the body, nothing.

    Args:
        document: python-docx's.
    """
    from docx.oxml import parse_xml  # noqa: PLC0415 - takes a while to import

    called = {
        "header": _("topptekst"),
        "footer": _("bunntekst"),
        "footnotes": _("fotnoter"),
        "endnotes": _("sluttnoter"),
    }
    yield document.element.body, ""
    for _id, relation in sorted(document.part.rels.items()):
        kind = relation.reltype.rpartition("/")[2]
        if kind in called and not relation.is_external:
            yield parse_xml(relation.target_part.blob), called[kind]


def text_of(content: bytes) -> str:
    """All that stands in a document, part by part, as it is read in Word: what is in content controls and text boxes,
    and what was inserted with tracking, among it."""
    from docx import Document  # noqa: PLC0415 - see `roots`

    return "\n".join(
        paragraph.text for root, name in roots(Document(io.BytesIO(content))) for paragraph in paragraphs(root, name)
    )


class _Around(NamedTuple):
    steps: tuple[str, ...]
    holder: Any
    cell: Any = None
    row: Any = None
    table: Any = None


def paragraphs(root: Any, part: str) -> Iterator[Paragraph]:
    """Every paragraph of a part (its root element), in order. `part`: what it is called; empty for the body."""
    yield from _within(root, _Around((part,) if part else (), root), _Counts())


class _Counts:
    """How many paragraphs and tables a holder has had so far."""

    def __init__(self) -> None:
        self.paragraphs = 0
        self.tables = 0


def _within(element: Any, around: _Around, counts: _Counts) -> Iterator[Paragraph]:
    for child in element:
        if child.tag == f"{W}p":
            counts.paragraphs += 1
            yield from _paragraph(child, around, counts.paragraphs)
        elif child.tag == f"{W}tbl":
            counts.tables += 1
            steps = (*around.steps, _("tabell {number}").format(number=counts.tables))
            yield from _rows(child, around._replace(steps=steps, table=child))
        elif isinstance(child.tag, str) and child.tag != _FALLBACK:
            # Content controls, tracked moves and what else stands around whole paragraphs.
            yield from _within(child, around, counts)


def _rows(table: Any, around: _Around) -> Iterator[Paragraph]:
    for number, row in enumerate(_nearest(table, f"{W}tr"), 1):
        of_row = around._replace(steps=(*around.steps, _("rad {number}").format(number=number)), row=row)
        for place, cell in enumerate(_nearest(row, f"{W}tc"), 1):
            steps = (*of_row.steps, _("celle {number}").format(number=place))
            yield from _within(cell, of_row._replace(steps=steps, holder=cell, cell=cell), _Counts())


def _nearest(element: Any, tag: str) -> Iterator[Any]:
    """Those with this tag below the element, also in content controls, but not those of a table in it."""
    for child in element:
        if child.tag == tag:
            yield child
        elif isinstance(child.tag, str) and child.tag not in (f"{W}tbl", f"{W}tc", f"{W}p"):
            yield from _nearest(child, tag)


def _paragraph(element: Any, around: _Around, number: int) -> Iterator[Paragraph]:
    pieces = tuple(_pieces(element, (), b""))
    excerpt = shorten(" ".join("".join(piece.text for piece in pieces).split()), _EXCERPT)
    place = Place((*around.steps, _("avsnitt {number}").format(number=number)), excerpt)
    yield Paragraph(element, place, pieces, around.holder, around.cell, around.row, around.table)
    for box in _boxes(element):
        yield from _within(box, _Around((*place.steps, _("tekstboks")), box), _Counts())


def _boxes(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag == f"{W}txbxContent":
            yield child
        elif isinstance(child.tag, str) and child.tag != _FALLBACK:
            yield from _boxes(child)


def _pieces(element: Any, within: tuple[Any, ...], look: bytes) -> Iterator[Piece]:
    from lxml import etree  # noqa: PLC0415 - takes a while to import, and templates are looked at seldom

    for child in element:
        tag = child.tag
        if tag == f"{W}t":
            yield Piece(child.text or "", look, within)
        elif tag in _BREAKS:
            yield Piece(_BREAKS[tag], look, within)
        elif tag == f"{W}r":
            properties = child.find(f"{W}rPr")
            shown = etree.tostring(properties, method="c14n") if properties is not None else b""
            yield from _pieces(child, within, _without_spelling(shown))
        elif tag in (f"{W}rPr", f"{W}pPr", f"{W}txbxContent", _FALLBACK):
            continue
        elif isinstance(tag, str) and len(child):
            inside = within if tag == f"{W}sdtContent" or element.tag == f"{W}r" else (*within, child)
            yield from _pieces(child, inside, look)


def _without_spelling(properties: bytes) -> bytes:
    """Without the language: Word marks each word with the one it takes it to be of."""
    return _SPELLING.sub(b"", properties)
