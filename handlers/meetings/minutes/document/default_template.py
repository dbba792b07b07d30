"""Makes the minutes' Word template that ships (`referat.docx`), so that it can be made anew:

    python -m handlers.meetings.minutes.document.default_template

A test compares the two. The template is in Bokmål; a committee that writes otherwise has its own.
"""

from pathlib import Path
from typing import Any

from handlers.writing.template.making import SHADE, add_row, add_table, begin, write
from handlers.writing.word import content_of, keep_together, repeat_on_each_page, shade

FILE = Path(__file__).with_name("referat.docx")
_FRONT_CM = (3.2, 14.2)
_COLUMNS_CM = (2.7, 11.7, 3.0)
_FOLLOW_UPS_CM = (2.0, 8.4, 3.8, 3.2)


def make() -> bytes:
    """The template, as a DOCX."""
    from docx.shared import Pt  # noqa: PLC0415 - takes a while to import, and this is done once

    document = begin("Referat", heading_2=True)
    document.add_paragraph("{{ tema }}", style="Heading 1")
    for condition, line in (("nummer", "{{ nummer }}"), ("offentlig", "{{ offentlig }}")):
        document.add_paragraph(f"{{%p if {condition} %}}")
        document.add_paragraph().add_run(line).bold = True
        document.add_paragraph("{%p endif %}")
    status = document.add_paragraph()
    status.add_run("{{ status }}").italic = True
    status.paragraph_format.space_after = Pt(8)
    _front(add_table(document, _FRONT_CM))
    document.add_paragraph().paragraph_format.space_after = Pt(6)
    _cases(add_table(document, _COLUMNS_CM))
    _follow_ups(document)
    document.add_paragraph("{%p if neste %}")
    coming = document.add_paragraph()
    coming.paragraph_format.space_before = Pt(12)
    coming.add_run("Neste møte:").bold = True
    coming.add_run(" {{ neste }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p if rettelser %}")
    document.add_paragraph("Rettelser", style="Heading 2")
    for line in ("{%p endif %}", "{%p for rettelse in rettelser %}", "{{ rettelse }}", "{%p endfor %}"):
        document.add_paragraph(line)
    return content_of(document)


def _front(made: Any) -> None:
    """Dato/sted, who was there group by group, Møteleder, Referent, Vedlegg."""
    _labelled(made, "Dato/sted", ["{{ dato }}, kl. {{ tid }}{% if sted %}, {{ sted }}{% endif %}"])
    _tag(made, "{%tr for gruppe in oppmote %}", _FRONT_CM)
    _labelled(made, "{{ gruppe.tittel }}", ["{%p for navn in gruppe.navn %}", "{{ navn }}", "{%p endfor %}"])
    _tag(made, "{%tr endfor %}", _FRONT_CM)
    for condition, label, lines in (
        ("merknader", "Merknader", ["{%p for en in merknader %}", "{{ en }}", "{%p endfor %}"]),
        ("moteleder", "Møteleder", ["{{ moteleder }}"]),
        ("referent", "Referent", ["{{ referent }}"]),
        ("vedlegg", "Vedlegg", ["{%p for fil in vedlegg %}", "{{ fil }}", "{%p endfor %}"]),
    ):
        _tag(made, f"{{%tr if {condition} %}}", _FRONT_CM)
        _labelled(made, label, lines)
        _tag(made, "{%tr endif %}", _FRONT_CM)


def _labelled(made: Any, label: str, lines: list[str]) -> None:
    added = add_row(made, _FRONT_CM)
    shade(added.cells[0], SHADE)
    added.cells[0].paragraphs[0].add_run(label).bold = True
    write(added.cells[1], [(line, False) for line in lines])


def _tag(made: Any, text: str, widths_cm: tuple[float, ...]) -> None:
    add_row(made, widths_cm).cells[0].paragraphs[0].add_run(text)


def _cases(made: Any) -> None:
    """Saksnr., Sak with its Konklusjon, Ansvar: a row for each line of the agenda."""
    _head(made, ("Saksnr.", "Sak", "Ansvar"), _COLUMNS_CM)
    _tag(made, "{%tr for sak in saker %}", _COLUMNS_CM)
    # It may be parted between two pages: what was said of one case can be longer than a page.
    added = add_row(made, _COLUMNS_CM)
    number, what, who = added.cells
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
        ],
    )
    write(
        what,
        [
            ("{{ sak.tema }}", True),
            ("{%p if sak.unntatt %}", False),
            ("{{ sak.unntatt }}", False),
            ("{%p endif %}", False),
            ("{%p if sak.innspill %}", False),
            ("{{ sak.innspill }}", False),
            ("{%p endif %}", False),
            ("{%p for en in sak.merknader %}", False),
            ("{{ en }}", False),
            ("{%p endfor %}", False),
        ],
    )
    _conclusions(what)
    write(who, [("{{ sak.ansvar }}", False)])
    _tag(made, "{%tr endfor %}", _COLUMNS_CM)


def _conclusions(cell: Any) -> None:
    """One stands beside its heading, several are numbered below it; then how it was decided, and what follows."""
    from docx.shared import Pt  # noqa: PLC0415 - see `make`

    cell.add_paragraph("{%p if sak.konklusjoner %}")
    heading = cell.add_paragraph()
    heading.paragraph_format.space_before = Pt(5)
    heading.add_run("{% if sak.flere %}Konklusjoner{% else %}Konklusjon{% endif %}:").underline = True
    heading.add_run("{% if not sak.flere %} {{ sak.konklusjoner | first }}{% endif %}")
    cell.add_paragraph("{%p if sak.flere %}")
    cell.add_paragraph("{%p for en in sak.konklusjoner %}")
    cell.add_paragraph("{{ loop.index }}. {{ en }}")
    for tag in ("{%p endfor %}", "{%p endif %}", "{%p endif %}", "{%p if sak.avgjort %}"):
        cell.add_paragraph(tag)
    decided = cell.add_paragraph()
    decided.add_run("Avgjort ved:").underline = True
    decided.add_run(" {{ sak.avgjort }}")
    cell.add_paragraph("{%p endif %}")
    cell.add_paragraph("{%p if sak.oppfolging %}")
    follow = cell.add_paragraph()
    follow.add_run("Oppfølging:").underline = True
    for tag in ("{%p endif %}", "{%p for en in sak.oppfolging %}", "• {{ en }}", "{%p endfor %}"):
        cell.add_paragraph(tag)


def _follow_ups(document: Any) -> None:
    """Everything that is to be done, in a table of its own; left out where nothing is."""
    document.add_paragraph("{%p if oppfolginger %}")
    document.add_paragraph("Oppfølging", style="Heading 2")
    made = add_table(document, _FOLLOW_UPS_CM)
    _head(made, ("Sak", "Hva", "Ansvarlig", "Frist"), _FOLLOW_UPS_CM)
    _tag(made, "{%tr for en in oppfolginger %}", _FOLLOW_UPS_CM)
    added = add_row(made, _FOLLOW_UPS_CM)
    keep_together(added)
    for cell, field in zip(added.cells, ("sak", "tekst", "ansvarlig", "frist"), strict=True):
        write(cell, [(f"{{{{ en.{field} }}}}", False)])
    _tag(made, "{%tr endfor %}", _FOLLOW_UPS_CM)
    document.add_paragraph("{%p endif %}")


def _head(made: Any, texts: tuple[str, ...], widths_cm: tuple[float, ...]) -> None:
    head = add_row(made, widths_cm)
    repeat_on_each_page(head)
    keep_together(head)
    for cell, text in zip(head.cells, texts, strict=True):
        shade(cell, SHADE)
        cell.paragraphs[0].add_run(text).bold = True


if __name__ == "__main__":
    FILE.write_bytes(make())
