"""Makes the Word templates of a year's decisions that ship, so that they can be made anew:

    python -m handlers.decisions.published.document.default_template

A test compares the two. The templates are in Bokmål; a committee that writes otherwise has its own.
"""

from pathlib import Path
from typing import Any

from handlers.decisions.published.document.fields import KINDS
from handlers.writing.template.fields import Kind
from handlers.writing.template.making import SHADE, add_row, add_table, begin, link_to, paragraphs, put_anchor, write
from handlers.writing.word import content_of, keep_together, repeat_on_each_page, shade

_COLUMNS_CM = (2.5, 7.9, 3.8, 3.2)


def file_of(kind: Kind) -> Path:
    return Path(__file__).with_name(f"{kind.name}.docx")


def make(kind: Kind) -> bytes:
    """The template, as a DOCX."""
    from docx.shared import Pt  # noqa: PLC0415 - takes a while to import, and this is done once

    document = begin(kind.label, heading_2=True)
    document.add_paragraph("{{ tema }}", style="Heading 1")
    paragraphs(document, "{%p if offentlig %}")
    document.add_paragraph().add_run("{{ offentlig }}").bold = True
    paragraphs(document, "{%p endif %}", "{{ antall }}")
    paragraphs(document, "{%p if moter %}")
    contents = document.add_paragraph()
    contents.paragraph_format.space_before = Pt(8)
    contents.add_run("Innhold").bold = True
    paragraphs(document, "{%p endif %}", "{%p for mote in moter %}")
    link_to(document.add_paragraph(), "{{ mote.anker }}", "Møtet {{ mote.dato }}")
    paragraphs(document, "{%p endfor %}", "{%p for mote in moter %}")
    put_anchor(document.add_paragraph("Møtet {{ mote.dato }}", style="Heading 2"), "{{ mote.anker }}")
    paragraphs(document, "{%p if mote.forbehold %}")
    document.add_paragraph().add_run("{{ mote.forbehold }}").italic = True
    paragraphs(document, "{%p endif %}")
    _cases(add_table(document, _COLUMNS_CM))
    paragraphs(document, "{%p endfor %}")
    closing = document.add_paragraph("Skrevet ut {{ skrevet_ut }}")
    closing.paragraph_format.space_before = Pt(12)
    return content_of(document)


def _cases(made: Any) -> None:
    """Saksnr., Sak og vedtak, Ansvar, Status: a row for each case of the meeting."""
    head = add_row(made, _COLUMNS_CM)
    repeat_on_each_page(head)
    keep_together(head)
    for cell, text in zip(head.cells, ("Saksnr.", "Sak og vedtak", "Ansvar", "Status"), strict=True):
        shade(cell, SHADE)
        cell.paragraphs[0].add_run(text).bold = True
    _tag(made, "{%tr for sak in mote.saker %}")
    number, what, who, status = add_row(made, _COLUMNS_CM).cells
    write(number, [("{{ sak.nummer }}", True)])
    write(
        what,
        [
            ("{{ sak.tema }}", True),
            ("{%p for en in sak.vedtak %}", False),
            ("{{ en }}", False),
            ("{%p endfor %}", False),
            ("{%p if sak.avgjort %}", False),
            ("Avgjort ved: {{ sak.avgjort }}", False),
            ("{%p endif %}", False),
        ],
    )
    write(who, [("{{ sak.eier }}", False)])
    write(status, [("{{ sak.status }}", False)])
    _tag(made, "{%tr endfor %}")


def _tag(made: Any, text: str) -> None:
    add_row(made, _COLUMNS_CM).cells[0].paragraphs[0].add_run(text)


if __name__ == "__main__":
    for each in KINDS:
        file_of(each).write_bytes(make(each))
