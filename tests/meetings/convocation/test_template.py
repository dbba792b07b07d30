"""The convocation's template that ships."""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from handlers.meetings.convocation import default_template
from handlers.meetings.convocation.fields import KIND
from handlers.writing.template.check import check
from handlers.writing.template.filling import fill
from tests.meetings.convocation import example

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_it_is_what_the_script_makes() -> None:
    assert _parts(default_template.make()) == _parts(KIND.default())


def test_nothing_is_wrong_with_it() -> None:
    checked = check(KIND.default(), KIND, NOW)
    assert [str(finding) for finding in checked.findings] == []
    assert checked.may_be_used


def test_it_is_laid_out_as_convocations_are() -> None:
    made: Any = Document(io.BytesIO(fill(KIND.default(), KIND.examples(), title="A", at=NOW)))
    front, agenda = made.tables
    assert [row.cells[0].text for row in front.rows] == ["Til", "Tema", "Dato/sted", "3 vedlegg"]
    assert front.rows[2].cells[1].text == "torsdag 4. juni 2026, kl. 12.30–15.30, Eksempelsalen"
    assert [cell.text for cell in agenda.rows[0].cells] == ["Saksnr.", "Tema", "Ansvar"]
    assert agenda.rows[2].cells[0].text == "1/2026\nOrientering\nDrøfting\n2 vedlegg\nkl. 12.35"
    assert "Foreløpig konklusjon: Utvalget slutter seg til utkastet." in agenda.rows[2].cells[1].text
    # The head is on each page, and no row is parted between two.
    marks = [{child.tag for child in row._tr.trPr} for row in agenda.rows]
    assert qn("w:tblHeader") in marks[0]
    assert all(qn("w:cantSplit") in each for each in marks)
    assert made.paragraphs[0].style.name == "Heading 1"


def test_a_meeting_without_cases() -> None:
    values = {name: [] if isinstance(value, list) else "" for name, value in KIND.examples().items()}
    made: Any = Document(io.BytesIO(fill(KIND.default(), values, title="A", at=NOW)))
    assert [len(table.rows) for table in made.tables] == [4, 1]
    assert made.tables[0].rows[3].cells[1].text == "–"


def test_the_example_in_the_docs_is_one() -> None:
    kept, made = _parts(example.FILE.read_bytes()), _parts(example.make())
    assert kept == made
    assert example.FILE.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
