"""The yearly report: a Word document that people can go on writing in."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from handlers.deviations.learning import report
from handlers.writing.language import speaking
from tests.deviations.figures import figures
from tests.deviations.seed import oslo

AT = oslo(2026, 1, 15)
NAMES = report.Names("Faglig samarbeidsutvalg", "Strategisk samarbeidsutvalg")
MONTHS = {"2025-01": 12, "2025-02": 1, "2025-03": 7, "2025-09": 20}


def drawn(*counts: dict[str, int], names: report.Names = NAMES) -> Any:
    return Document(io.BytesIO(content(*counts, names=names)))


def content(*counts: dict[str, int], names: report.Names = NAMES) -> bytes:
    to_hospital, to_municipality = counts or (MONTHS, {"2025-05": 4})
    return report.draw(figures("2025", to_hospital, to_municipality, fixed={"2025-03": 5}), names, AT)


def xml(found: bytes, part: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        return archive.read(part).decode()


def texts(document: Any, style: str) -> list[str]:
    """The text of every paragraph in this style, with what stands in its fields."""
    return [
        "".join(part.text for part in paragraph._p.iter(qn("w:t")))
        for paragraph in document.paragraphs
        if paragraph.style.name == style
    ]


def table_called(document: Any, first: str) -> list[list[str]]:
    found = next(table for table in document.tables if table.rows[0].cells[0].text == first)
    return [[cell.text for cell in row.cells] for row in found.rows]


def test_it_says_from_whom_and_for_whom() -> None:
    document = drawn()
    assert texts(document, "Title") == ["Årsmelding om samhandlingsavvik"]
    assert texts(document, "Subtitle") == ["2025"]
    assert document.paragraphs[2].text == (
        "Fra Faglig samarbeidsutvalg til Strategisk samarbeidsutvalg. Laget torsdag 15. januar 2026."
    )


def test_it_has_real_headings_with_room_for_what_the_committee_thinks() -> None:
    assert texts(drawn(), "Heading 1") == [
        "Sammendrag",
        "Meldte avvik",
        "Hva avvikene gjelder",
        "Løst direkte",
        "Enhetene",
        "Utvalgets vurdering",
        "Slik er tallene laget",
    ]


def test_its_numbers_are_masked() -> None:
    document = drawn()
    months = table_called(document, "Måned")
    assert months[1:4] == [["jan 2025", "12", "0"], ["feb 2025", "under 3", "0"], ["mar 2025", "7", "0"]]
    assert ["mai 2025", "0", "4"] in months
    assert ["Meldte avvik", "40", "4"] in table_called(document, "Tall")
    assert "«under 3» betyr 0, 1 eller 2" in document.paragraphs[-1].text


def test_every_table_and_picture_has_a_caption_that_word_numbers() -> None:
    document = drawn()
    captions = texts(document, "Caption")
    assert len([text for text in captions if text.startswith("Tabell")]) == len(document.tables)
    assert [text for text in captions if text.startswith("Figur")] == [
        "Figur 1. Avvik per måned, begge retninger",
        "Figur 2. Avvik per kategori, begge retninger",
    ]
    assert [text.split(".")[0] for text in captions if text.startswith("Tabell")] == [
        f"Tabell {number}" for number in range(1, len(document.tables) + 1)
    ]
    assert 'w:instr="SEQ Tabell \\* ARABIC"' in xml(content())


def test_a_tables_head_stands_on_each_page() -> None:
    found = xml(content())
    assert found.count("<w:tblHeader") == len(drawn().tables)


def test_the_picture_is_told_in_words_for_those_who_do_not_see_it() -> None:
    found = xml(content())
    assert found.count('descr="Avvik, 2025.') == found.count("<pic:pic") == 2
    for said in ("Fra kommune til sykehus: 40 meldt.", "Per måned, til sykehus", "Per kategori, til sykehus"):
        assert said in found


def test_its_pictures_are_large_enough_to_read() -> None:
    for shape in drawn().inline_shapes:
        # In a picture of 360 points, type is 10.5 points high.
        assert 10.5 * shape.width.pt / 360 > 9
        assert shape.height.cm <= 17


def test_pages_are_numbered_and_the_language_is_norwegian() -> None:
    found = content()
    footer = xml(found, "word/footer1.xml")
    assert 'w:instr="PAGE"' in footer
    assert 'w:instr="NUMPAGES"' in footer
    assert 'w:val="nb-NO"' in xml(found, "word/styles.xml")
    assert drawn().core_properties.title == "Årsmelding om samhandlingsavvik, 2025"
    assert drawn().core_properties.author == "Faglig samarbeidsutvalg"


def test_units_that_have_been_silent_are_named() -> None:
    assert texts(drawn(), "List Bullet") == ["Legevakten, Nordre Eksempel kommune"]


def test_of_less_than_a_year_it_says_of_which_years_silence_is_told() -> None:
    found = replace(figures("1. halvår 2025", {"2025-02": 9}, {}), silent_in="2025")
    document = Document(io.BytesIO(report.draw(found, NAMES, AT)))
    assert "Dette vises for hele kalenderår, her 2025." in texts(document, "Normal")


def test_a_year_without_reports_says_so_and_still_has_room_to_think() -> None:
    document = Document(io.BytesIO(report.draw(figures("2025", {}, {}), NAMES, AT)))
    assert "Ingen avvik er meldt i perioden" in document.paragraphs[3].text
    assert not document.tables
    assert "Utvalgets vurdering" in texts(document, "Heading 1")


def test_of_a_masked_total_the_months_and_categories_are_left_out() -> None:
    for other in ({}, {"2025-04": 1}):
        document = drawn({"2025-02": 2}, other)
        assert texts(document, "Normal").count("For få avvik til å vise fordelingen.") == 1
        assert "Hva avvikene gjelder" not in texts(document, "Heading 1")
        assert not document.inline_shapes
    assert drawn({"2025-02": 2}, {"2025-04": 3}).inline_shapes


def test_one_way_only_is_said_in_words() -> None:
    assert any("Fra sykehuset til kommunene er det ikke meldt" in each for each in texts(drawn(MONTHS, {}), "Normal"))


def test_names_are_text_and_nothing_else() -> None:
    strange = report.Names("<w:p/> & «Utvalg»\x07", "]]>")
    assert "<w:p/> & «Utvalg»" in drawn(names=strange).paragraphs[2].text


@pytest.mark.parametrize("language", ["nn", "en"])
def test_it_is_written_in_every_language(language: str) -> None:
    with speaking(language):
        assert drawn().tables
