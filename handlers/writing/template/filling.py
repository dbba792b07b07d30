"""Filling a template in: docxtpl finds the fields in the document, Jinja fills them in.

docxtpl by itself does not escape, reads a form feed as a new page and a bell as a new paragraph, takes `{_{` for `{{`,
reads a broken document without saying so, and fills in footnotes once for each section, what was filled in before
among it. So what is around its two good parts (`patch_xml`, `resolve_listing`) is done here: a value comes out whole
and as text, whatever stands in it.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from handlers.writing.language import LANGUAGES, current
from handlers.writing.template.fields import Values
from handlers.writing.text import visible

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

FILTERS = ("capitalize", "default", "first", "join", "last", "length", "lower", "title", "trim", "upper")
TESTS = ("defined", "none", "undefined")
_TAGGED = ("/header", "/footer", "/footnotes", "/endnotes")
"""Parts of a document besides its body that may have fields, as their relations are called."""
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LANGUAGE_TAGS = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}


class Broken(Exception):
    """The template cannot be filled in. `str` is for the log; `check` says it to people."""


def fill(content: bytes, values: Values, *, title: str, at: datetime) -> bytes:
    """The template filled in, as a DOCX.

    It takes a processor for a while: not on the event loop.

    Args:
        title: what the file says that it is.
        at: when it is made.

    Raises:
        Broken: an unknown field, or a tag that leaves no document.
    """
    prepared = _prepared(content)
    document = _opened(content)
    document.render_init()
    cleaned = _cleaned(values)
    for part, template in zip(_parts(document), prepared, strict=True):
        if template is None:
            continue
        tree = _filled(document, template, cleaned)
        _make_whole(tree)
        if part is None:
            document.map_tree(tree)
        elif hasattr(part, "_element"):
            part._element = tree
        else:
            part._blob = _as_bytes(tree)
    _sign(document, title, at)
    made = io.BytesIO()
    document.docx.save(made)
    return made.getvalue()


def _filled(document: "DocxTemplate", template: "Template", values: Values) -> Any:
    """The root element of one part."""
    from docx.oxml import parse_xml  # noqa: PLC0415 - takes a while to import, and few ask for a document
    from jinja2 import TemplateError  # noqa: PLC0415
    from lxml.etree import XMLSyntaxError  # noqa: PLC0415

    try:
        made = template.render(values)
    except (TemplateError, TypeError, ValueError, RecursionError) as error:
        # What a stranger's expressions can lead to.
        raise Broken(str(error)) from error
    try:
        return parse_xml(document.resolve_listing(made).encode("utf-8"))
    except XMLSyntaxError as error:
        raise Broken(str(error)) from error


@lru_cache(maxsize=8)
def _prepared(content: bytes) -> "Sequence[Template | None]":
    """What fills in the body, and each part that may have fields, in order; None: it has none.

    A committee's template is filled in again and again, and most of the time goes into reading it.
    """
    from jinja2 import TemplateError  # noqa: PLC0415

    document = _opened(content)
    document.render_init()
    made: list[Template | None] = []
    try:
        for part in _parts(document):
            source = document.get_xml() if part is None else document.get_part_xml(part)
            patched = document.patch_xml(source)
            made.append(environment().from_string(patched) if "{{" in patched or "{%" in patched else None)
    except (TemplateError, RecursionError) as error:
        raise Broken(str(error)) from error
    return made


def _opened(content: bytes) -> "DocxTemplate":
    from docxtpl import DocxTemplate  # noqa: PLC0415 - takes a while to import, and few ask for a document

    return DocxTemplate(io.BytesIO(content))


def _parts(document: "DocxTemplate") -> Iterator[Any]:
    """The body (None), and the other parts that may have fields, each once."""
    yield None
    relations = document.docx.part.rels
    for name in sorted(relations):
        relation = relations[name]
        if not relation.is_external and relation.reltype.endswith(_TAGGED):
            yield relation.target_part


@cache
def environment() -> "SandboxedEnvironment":
    """Where templates run: they see their fields, and a few filters."""
    from jinja2 import StrictUndefined  # noqa: PLC0415
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    made = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests = {name: made.tests[name] for name in TESTS}
    return made


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return visible(value)
        case Mapping():
            return {name: _cleaned(each) for name, each in value.items()}
        case list() | tuple():
            return [_cleaned(each) for each in value]
        case None:
            return ""
        case _:
            return value


def _make_whole(tree: Any) -> None:
    """Mend what Word refuses a document for, and loops and conditions can leave: a cell that does not end in a
    paragraph, two drawings or two places to link to with the same number, a table without rows."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - see `fill`

    for cell in tree.iter(f"{_W}tc"):
        if not len(cell) or cell[-1].tag != f"{_W}p":
            cell.append(OxmlElement("w:p"))
    for number, drawing in enumerate(tree.iter(_DRAWING), 1001):
        drawing.set("id", str(number))
    _number_anchors(tree)
    for table in list(tree.iter(f"{_W}tbl")):
        if next(table.iter(f"{_W}tr"), None) is None and table.getparent() is not None:
            table.getparent().remove(table)


def _number_anchors(tree: Any) -> None:
    """Each place to link to (bookmark) has a number of its own, which its end has too."""
    begun: dict[str, list[str]] = {}
    for number, mark in enumerate(tree.iter(f"{_W}bookmarkStart", f"{_W}bookmarkEnd"), 1):
        was = mark.get(f"{_W}id") or ""
        if mark.tag == f"{_W}bookmarkStart":
            begun.setdefault(was, []).append(str(number))
            mark.set(f"{_W}id", str(number))
        elif begun.get(was):
            mark.set(f"{_W}id", begun[was].pop())


def _as_bytes(tree: Any) -> bytes:
    from lxml import etree  # noqa: PLC0415 - see `fill`

    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def _sign(document: "DocxTemplate", title: str, at: datetime) -> None:
    """What the file says of itself. The template's own properties are of the template."""
    properties = document.docx.core_properties
    properties.title = visible(title)[:250]
    properties.comments = ""
    if properties.author == "python-docx":
        properties.author = ""
    properties.language = _LANGUAGE_TAGS.get(current(), _LANGUAGE_TAGS[LANGUAGES[0]])
    properties.created = properties.modified = at.astimezone(UTC).replace(tzinfo=None)
