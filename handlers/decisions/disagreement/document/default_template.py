"""Makes the Word templates of a disagreement that ship, so that they can be made anew:

    python -m handlers.decisions.disagreement.document.default_template

A test compares the two. The templates are in Bokmål; a committee that writes otherwise has its own.
"""

from pathlib import Path
from typing import Any

from handlers.decisions.disagreement.document.fields import ANONYMISED, COPY, KINDS
from handlers.writing.template.fields import Kind
from handlers.writing.template.making import SHADE, add_row, add_table, begin, paragraphs, write
from handlers.writing.word import content_of, keep_together, shade

_FRONT_CM = (3.8, 13.6)


def file_of(kind: Kind) -> Path:
    return Path(__file__).with_name(f"{kind.name}.docx")


def make(kind: Kind) -> bytes:
    """The template, as a DOCX."""
    from docx.shared import Pt  # noqa: PLC0415 - takes a while to import, and this is done once

    document = begin(kind.label, heading_2=True)
    document.add_paragraph("{{ tema }}", style="Heading 1")
    if kind is COPY:
        sent = document.add_paragraph(
            "Til {{ mottaker }}. Dette er en kopi av uenighetsprotokollen mellom {{ fra }} og {{ mottaker }}."
        )
        sent.paragraph_format.space_after = Pt(8)
    if kind is ANONYMISED:
        said = document.add_paragraph()
        said.add_run("Navn på personer, steder og virksomheter er utelatt. Partene er kalt det de er.").italic = True
        said.paragraph_format.space_after = Pt(8)
    _front(document)
    paragraphs(document, "{%p for part in parter %}")
    document.add_paragraph("{{ part.part }} ser saken slik", style="Heading 2")
    paragraphs(document, "{%p if part.syn %}", "{{ part.syn }}", "{%p endif %}")
    paragraphs(document, "{%p if not part.syn %}", "{{ part.part }} har ikke skrevet sitt syn.", "{%p endif %}")
    _labelled(document, "part.krav", "Ber om")
    paragraphs(document, "{%p if part.skrevet %}")
    document.add_paragraph().add_run("{{ part.skrevet }}").italic = True
    paragraphs(document, "{%p endif %}", "{%p endfor %}")
    _block(document, "forsokt", "Hva som er forsøkt", "{{ forsokt }}")
    _block(document, "utfall", "Hva uenigheten kom til", "{{ utfall }}")
    paragraphs(document, "{%p if forlop %}")
    document.add_paragraph("Forløp", style="Heading 2")
    paragraphs(document, "{%p endif %}", "{%p for en in forlop %}", "• {{ en }}", "{%p endfor %}")
    closing = document.add_paragraph("Skrevet ut {{ skrevet_ut }}")
    closing.paragraph_format.space_before = Pt(12)
    return content_of(document)


def _front(document: Any) -> None:
    """Sak, Behandlet, Vedtak, Parter, Står nå hos, Frist."""
    made = add_table(document, _FRONT_CM)
    handled = "{{ utvalg }}{% if dato %}, {{ dato }}{% endif %}"
    for condition, label, lines in (
        ("", "Sak", ("{{ sak }}",)),
        ("", "Behandlet i", (handled,)),
        ("vedtak", "Konklusjon", ("{%p for en in vedtak %}", "{{ en }}", "{%p endfor %}")),
        ("", "Parter", ("{%p for part in parter %}", "{{ part.part }}", "{%p endfor %}")),
        ("trinn", "Står nå hos", ("{{ trinn }}",)),
        ("frist", "Frist", ("{{ frist }}{% if grunnlag %} ({{ grunnlag }}){% endif %}",)),
    ):
        if condition:
            _tag(made, f"{{%tr if {condition} %}}")
        row = add_row(made, _FRONT_CM)
        keep_together(row)
        shade(row.cells[0], SHADE)
        row.cells[0].paragraphs[0].add_run(label).bold = True
        write(row.cells[1], [(line, False) for line in lines])
        if condition:
            _tag(made, "{%tr endif %}")


def _tag(made: Any, text: str) -> None:
    add_row(made, _FRONT_CM).cells[0].paragraphs[0].add_run(text)


def _labelled(document: Any, field: str, label: str) -> None:
    from docx.shared import Pt  # noqa: PLC0415 - see `make`

    paragraphs(document, f"{{%p if {field} %}}")
    made = document.add_paragraph()
    made.paragraph_format.space_before = Pt(5)
    made.add_run(f"{label}:").bold = True
    made.add_run(f" {{{{ {field} }}}}")
    paragraphs(document, "{%p endif %}")


def _block(document: Any, field: str, heading: str, text: str) -> None:
    paragraphs(document, f"{{%p if {field} %}}")
    document.add_paragraph(heading, style="Heading 2")
    paragraphs(document, text, "{%p endif %}")


if __name__ == "__main__":
    for each in KINDS:
        file_of(each).write_bytes(make(each))
