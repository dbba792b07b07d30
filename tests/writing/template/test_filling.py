"""A template filled in: what is put in comes out whole, as text, and Word can open it."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from handlers.writing.template.filling import Broken, fill
from handlers.writing.template.places import text_of
from tests.writing.template.documents import END, LOOP, document, paragraph_xml, put, run_xml

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
ROWS = document("{{ utvalg }}", table=(("Nr.", "Tema"), (LOOP, ""), ("{{ sak.nummer }}", "{{ sak.tema }}"), (END, "")))
HOSTILE = [
    "Sak om {{ x }} og {% if x %} og {# x #}",
    "Fra <b> til </w:t> & videre &amp; så",
    "Lange ord " * 25,
    "{_{ utvalg }_} og {_% x %_}",
    "«Anførsel», 'enkle' og \"doble\"",
    "Første\nandre\tmed tabulator",
    "A & B <c> D",
]


def _filled(content: bytes, **values: Any) -> Any:
    return Document(io.BytesIO(fill(content, values, title="Prøve", at=NOW)))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_value_comes_out_whole(text: str) -> None:
    made = _filled(ROWS, utvalg=text, saker=[{"nummer": "1", "tema": text}, {"nummer": "2", "tema": "Neste"}])
    (table,) = made.tables
    assert made.paragraphs[0].text == text.strip()
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Nr.", "Tema"],
        ["1", text.strip()],
        ["2", "Neste"],
    ]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Side\x0cskift", "Side\nskift"),
        ("Linje\x0bskift", "Linje\nskift"),
        ("Be\x07ll", "Bell"),
        ("Null\x00 og \ufffe slutt", "Null og  slutt"),
        ("Vindu\r\nog Mac\rog\u2028delt", "Vindu\nog Mac\nog\ndelt"),
    ],
)
def test_what_is_invisible_does_no_harm(given: str, shown: str) -> None:
    made = _filled(ROWS, utvalg=given, saker=[{"nummer": given, "tema": given}])
    assert made.paragraphs[0].text == shown
    # No new page, and no new paragraph.
    assert [len(cell.paragraphs) for cell in made.tables[0].rows[1].cells] == [1, 1]
    assert not made.element.body.findall(f".//{qn('w:br')}[@{qn('w:type')}]")
    assert made.tables[0].rows[1].cells[1].text == shown


def test_an_unknown_field_is_an_error_and_nothing_is_worked_out() -> None:
    for text in ("{{ utvlag }}", "{{ ''.__class__ }}", "{{ range(3) }}", "{{ utvalg|safe }}", "{{ utvalg", "{% for %}"):
        with pytest.raises(Broken):
            fill(document(text), {"utvalg": "A"}, title="", at=NOW)


def test_a_tag_in_pieces_that_look_alike_is_put_together() -> None:
    made = _filled(
        document(change=lambda made: put(made, paragraph_xml("Møte i {", "{ utv", "alg }", "}, i dag"))), utvalg="FSU"
    )
    assert made.paragraphs[-1].text == "Møte i FSU, i dag"


def test_headers_footers_and_the_rest_are_filled_in_too() -> None:
    def header(made: Any) -> None:
        made.sections[0].header.paragraphs[0].text = "{{ utvalg }}"
        made.sections[0].footer.paragraphs[0].text = "Side, {{ utvalg }}"
        control = f"<w:sdt><w:sdtContent>{paragraph_xml('I et felt: {{ utvalg }}')}</w:sdtContent></w:sdt>"
        put(made, control)

    made = fill(document("Brødtekst", change=header), {"utvalg": "A & {{ b }}"}, title="Tittel", at=NOW)
    opened = Document(io.BytesIO(made))
    assert opened.sections[0].header.paragraphs[0].text == "A & {{ b }}"
    assert opened.sections[0].footer.paragraphs[0].text == "Side, A & {{ b }}"
    assert "I et felt: A & {{ b }}" in text_of(made)
    assert opened.core_properties.title == "Tittel"


def test_what_the_file_says_of_itself_is_text() -> None:
    def titled(made: Any) -> None:
        made.core_properties.title, made.core_properties.subject = "{{ x }}", "{% for %}"

    made = Document(io.BytesIO(fill(document("A", change=titled), {}, title="Innkalling & <sak>", at=NOW)))
    assert made.core_properties.title == "Innkalling & <sak>"
    assert made.core_properties.subject == "{% for %}"
    assert made.core_properties.language == "nb-NO"


def test_a_cell_that_a_condition_empties_is_still_a_cell() -> None:
    content = document(table=(("{%p if sted %}", "A"),))
    opened = Document(io.BytesIO(content))
    cell = opened.tables[0].rows[0].cells[0]
    for text in ("{{ sted }}", "{%p endif %}"):
        cell.add_paragraph(text)
    made = io.BytesIO()
    opened.save(made)
    filled = _filled(made.getvalue(), sted="")
    assert all(each._tc[-1].tag == qn("w:p") for each in filled.tables[0].rows[0].cells)


def test_a_table_of_no_rows_goes() -> None:
    content = document("Før", table=((LOOP,), ("{{ sak.tema }}",), (END,)))
    assert len(_filled(content, saker=[]).tables) == 0
    assert len(_filled(content, saker=[{"tema": "A"}]).tables) == 1


def test_a_value_keeps_the_look_of_its_field() -> None:
    content = document(change=lambda made: put(made, paragraph_xml(run_xml("{{ utvalg }}", "<w:b/>"))))
    made = _filled(content, utvalg="En\nto")
    assert made.paragraphs[-1].runs[0].bold
