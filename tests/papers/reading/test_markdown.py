"""Markdown: headings, lists, tables, emphasis."""

from handlers.papers.reading.blocks import Paragraph
from handlers.papers.reading.reader import read
from tests.papers.reading.shown import tables


def markdown(text: str, name: str = "referat.md") -> tuple[object, ...]:
    return read(name, text.encode()).blocks


def test_headings_of_both_kinds() -> None:
    assert markdown("# Referat #\n\nFSU 3.2.25\n----------\n\n### Sak **1/25** Innkalling\n") == (
        Paragraph("Referat", heading=1),
        Paragraph("FSU 3.2.25", heading=2),
        Paragraph("Sak 1/25 Innkalling", heading=3),
    )


def test_lists_have_their_numbers_and_stand_further_in() -> None:
    text = (
        "Til stede:\n- Eksempel Leder\n- Eksempel Kliniker,\n  Eksempel sykehus\n    * vara\n"
        "1. Innkalling\n2) Mandat\n- [ ] Rutiner\n"
    )
    assert markdown(text) == (
        Paragraph("Til stede:"),
        Paragraph("Eksempel Leder", number="•"),
        Paragraph("Eksempel Kliniker, Eksempel sykehus", number="•"),
        Paragraph("vara", number="•", indent=2),
        Paragraph("Innkalling", number="1."),
        Paragraph("Mandat", number="2)"),
        Paragraph("Rutiner", number="•"),
    )


def test_a_paragraph_after_a_list_is_its_own() -> None:
    assert markdown("- Rutiner\nVedtak: Godkjent.\n") == (
        Paragraph("Rutiner", number="•"),
        Paragraph("Vedtak: Godkjent."),
    )


def test_a_bold_line_stands_by_itself_and_a_bold_label_does_not() -> None:
    assert markdown("**Sak 1/25: Innkalling**\n**Vedtak:** Godkjennes _enstemmig_.\n> sitat\n") == (
        Paragraph("Sak 1/25: Innkalling", bold=True),
        Paragraph("Vedtak: Godkjennes enstemmig.\nsitat", strong="Vedtak:"),
    )


def test_footnotes_are_no_part_of_the_text() -> None:
    paper = read("referat.md", b"Til stede: Kari Eksempel[^1]\n\n[^1]: Til sak 3.\n")
    assert paper.blocks == (Paragraph("Til stede: Kari Eksempel"),)
    assert paper.notes == ("Til sak 3.",)


def test_tables_with_their_cells() -> None:
    paper = read(
        "referat.md",
        b"| Sak | Tema |\n|:---|---:|\n| 1/25 | **Mandat**<br>Vedtak: A \\| B |\n\nSak | Tema\n--- | ---\n2/25 | [Plan](https://example.org/x)\n",
    )
    assert tables(paper) == [
        [["Sak", "Tema"], ["1/25", "Mandat\nVedtak: A | B"]],
        [["Sak", "Tema"], ["2/25", "Plan"]],
    ]


def test_signs_that_are_no_emphasis_stay() -> None:
    assert markdown("2 * 3 * 4, fil_navn_her og 5\\*\n\n~~utgår~~ `kode` ![bilde](x.png)\n") == (
        Paragraph("2 * 3 * 4, fil_navn_her og 5*"),
        Paragraph("kode bilde"),
    )


def test_lines_of_a_narrow_page_are_put_together() -> None:
    text = "\n".join(
        ["## Sak 1", "", *["utvalget drøftet saken grundig og kom til at den"] * 4, "bør utsettes.", "", "---", ""]
    )
    assert markdown(text) == (
        Paragraph("Sak 1", heading=2),
        Paragraph(" ".join(["utvalget drøftet saken grundig og kom til at den"] * 4) + " bør utsettes."),
    )


def test_text_that_is_markdown_by_another_name_is_read_as_such() -> None:
    assert markdown("# Referat\n\n## Sak 1/25\n\nInnkalling\n", "referat.txt")[1] == Paragraph("Sak 1/25", heading=2)


def test_properties_at_the_top_are_lines_and_comments_are_gone() -> None:
    assert markdown("---\ndate: 2025-02-03\n---\n<!-- intern -->Hei\n")[0] == Paragraph("date: 2025-02-03")
