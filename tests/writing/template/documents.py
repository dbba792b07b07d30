"""Word documents for the tests of templates, as people make them, and as they should not."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from handlers.writing.template.fields import Kind, Rows, Text, Texts
from handlers.writing.word import content_of

LOOP, END = "{%tr for sak in saker %}", "{%tr endfor %}"


def _none() -> bytes:
    raise AssertionError("nobody asks for it here")


KIND = Kind(
    name="prøve",
    label="Prøve",
    fields={
        "utvalg": Text("utvalget", "Eksempelutvalget"),
        "sted": Text("stedet", "Eksempelsalen"),
        "vedlegg": Texts("vedleggene", ("Referat", "Rapport")),
        "saker": Rows(
            "sakene",
            {"nummer": Text("nummeret", ""), "tema": Text("temaet", ""), "typer": Texts("typene", ())},
            ({"nummer": "1/26", "tema": "Utskrivning", "typer": ["Orientering"]},),
        ),
    },
    default=_none,
)


def document(
    *texts: str, table: tuple[tuple[str, ...], ...] = (), change: Callable[[Any], None] | None = None
) -> bytes:
    """Paragraphs with these texts, then a table with these cells. `change`: what is done with it by hand."""
    made = Document()
    for text in texts:
        made.add_paragraph(text)
    if table:
        rows = made.add_table(rows=0, cols=len(table[0]))
        for cells in table:
            for cell, text in zip(rows.add_row().cells, cells, strict=True):
                cell.text = text
    if change is not None:
        change(made)
    return content_of(made)


def element(xml: str) -> Any:
    """A piece of WordprocessingML: `<w:p>…</w:p>`."""
    return parse_xml(re.sub(r"^<[\w:]+", lambda name: f"{name[0]} {nsdecls('w')}", xml))


def put(made: Any, xml: str) -> None:
    """Put it at the end of the body."""
    made.element.body.insert(len(made.element.body) - 1, element(xml))


def paragraph_xml(*runs: str) -> str:
    """A paragraph of runs; each a text, or XML as it is."""
    return "<w:p>" + "".join(run if run.startswith("<") else run_xml(run) for run in runs) + "</w:p>"


def run_xml(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def without_style(made: Any, name: str) -> None:
    styles = made.styles.element
    for style in list(styles.iter(qn("w:style"))):
        if style.find(qn("w:name")).get(qn("w:val")) == name:
            styles.remove(style)


def repacked(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The same package, with these parts put in or in place of theirs."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in parts:
                after.writestr(name, before.read(name))
        for name, part in parts.items():
            after.writestr(name, part)
    return made.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name)
