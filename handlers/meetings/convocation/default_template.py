"""Makes the convocation's Word template that ships (`innkalling.docx`), so that it can be made anew:

    python -m handlers.meetings.convocation.default_template

A test compares the two. The template is in Bokmål; a committee that writes otherwise has its own.
"""

from pathlib import Path
from typing import Any

from handlers.writing.template.making import SHADE, add_row, add_table, begin, write
from handlers.writing.word import content_of, keep_together, repeat_on_each_page, shade

FILE = Path(__file__).with_name("innkalling.docx")
_FRONT_CM = (3.2, 14.2)
_COLUMNS_CM = (2.9, 10.7, 3.8)


def make() -> bytes:
    """The template, as a DOCX."""
    from docx.shared import Pt  # noqa: PLC0415 - takes a while to import, and this is done once

    document = begin("Innkalling", heading_1_after=10)
    document.add_paragraph("{{ tema }}", style="Heading 1")
    _front(add_table(document, _FRONT_CM))
    document.add_paragraph().paragraph_format.space_after = Pt(6)
    _agenda(add_table(document, _COLUMNS_CM))
    closing = document.add_paragraph("Innkalt {{ innkalt }}{% if sekretariat %} av {{ sekretariat }}{% endif %}")
    closing.paragraph_format.space_before = Pt(12)
    return content_of(document)


def _front(table: Any) -> None:
    """Til, Tema, Dato/sted, and the attachments."""
    for label, lines in (
        ("Til", ("{{ til }}",)),
        ("Tema", ("{{ tema }}",)),
        ("Dato/sted", ("{{ dato }}, kl. {{ tid }}{% if sted %}, {{ sted }}{% endif %}",)),
        (
            "{% if antall_vedlegg %}{{ antall_vedlegg }}{% else %}Vedlegg{% endif %}",
            ("{%p for fil in vedlegg %}", "{{ fil }}", "{%p endfor %}", "{%p if not vedlegg %}", "–", "{%p endif %}"),
        ),
    ):
        row = add_row(table, _FRONT_CM)
        keep_together(row)
        shade(row.cells[0], SHADE)
        row.cells[0].paragraphs[0].add_run(label).bold = True
        write(row.cells[1], [(line, False) for line in lines])


def _agenda(table: Any) -> None:
    """Saksnr., Tema, Ansvar: a row for each line of the agenda."""
    from docx.shared import Pt  # noqa: PLC0415 - see `make`

    head = add_row(table, _COLUMNS_CM)
    repeat_on_each_page(head)
    keep_together(head)
    for cell, text in zip(head.cells, ("Saksnr.", "Tema", "Ansvar"), strict=True):
        shade(cell, SHADE)
        cell.paragraphs[0].add_run(text).bold = True
    add_row(table, _COLUMNS_CM).cells[0].paragraphs[0].add_run("{%tr for sak in saker %}")
    row = add_row(table, _COLUMNS_CM)
    keep_together(row)
    number, what, who = row.cells
    write(
        number,
        [
            ("{%p if sak.nummer %}", False),
            ("{{ sak.nummer }}", True),
            ("{%p endif %}", False),
            ("{%p for type in sak.typer %}", False),
            ("{{ type }}", False),
            ("{%p endfor %}", False),
            ("{%p if sak.vedlegg %}", False),
            ("{{ sak.vedlegg }}", False),
            ("{%p endif %}", False),
            ("{%p if sak.klokkeslett %}", False),
            ("kl. {{ sak.klokkeslett }}", False),
            ("{%p endif %}", False),
        ],
    )
    write(
        what,
        [
            ("{{ sak.tema }}", True),
            ("{%p if sak.unntatt %}", False),
            ("{{ sak.unntatt }}", False),
            ("{%p endif %}", False),
            ("{%p if sak.hensikt %}", False),
            ("{{ sak.hensikt }}", False),
            ("{%p endif %}", False),
            ("{%p if sak.konklusjon %}", False),
        ],
    )
    conclusion = what.add_paragraph()
    conclusion.paragraph_format.space_before = Pt(4)
    conclusion.add_run("Foreløpig konklusjon:").underline = True
    conclusion.add_run(" {{ sak.konklusjon }}")
    what.add_paragraph("{%p endif %}")
    write(who, [("{{ sak.ansvar }}", False)])
    add_row(table, _COLUMNS_CM).cells[0].paragraphs[0].add_run("{%tr endfor %}")


if __name__ == "__main__":
    FILE.write_bytes(make())
