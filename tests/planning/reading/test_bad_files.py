"""Files that are no plan, or want to do harm; each says what to do, and nothing of a patient's is kept."""

import io
import random
import struct
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.papers.reading.cannot import CannotRead, Why
from handlers.planning.planned import PlanRead, Wrong
from handlers.planning.reading.reader import MAX_FILE
from tests.identity_numbers import KINDS
from tests.papers.reading.test_calendar import calendar
from tests.papers.reading.word_files import package
from tests.planning.reading.shown import TODAY, read, rows, text
from tests.planning.reading.test_tables import docx, xlsx

ROWS = [("Utvalg", "Dato"), ("FSU", "22/1"), ("AU", "5/3")]


def refused(name: str, content: bytes) -> CannotRead:
    with pytest.raises(CannotRead) as error:
        read(name, content)
    return error.value


@pytest.mark.parametrize("name", ["plan.csv", "plan.xlsx", "plan.docx", "plan.ics", "plan.txt", "plan"])
def test_an_empty_file(name: str) -> None:
    error = refused(name, b"")
    assert (error.why, "tom" in str(error)) == (Why.EMPTY, True)


@pytest.mark.parametrize("content", [b"\n\n", b"Utvalg;Dato;Tid\n", b"\xef\xbb\xbf", b"Hei\n"])
def test_a_file_with_nothing_in_it_says_how_a_plan_is_written(content: bytes) -> None:
    error = refused("plan.csv", content)
    assert (error.why, "ett møte på hver linje" in str(error)) == (Why.EMPTY, True)


@pytest.mark.parametrize("name", ["plan.csv", "plan.docx", "plan.ics", "plan.pdf", "plan", "plan.XLS"])
def test_a_workbook_is_one_whatever_it_is_called(name: str) -> None:
    assert (rows(read(name, xlsx(ROWS))), read(name, xlsx(ROWS)).kind) == (["FSU 22.01.26", "AU 05.03.26"], "xlsx")


def test_text_is_text_whatever_it_is_called() -> None:
    assert rows(read("plan.xlsx", b"FSU 22/1\nAU 5/3")) == ["FSU 22.01.26", "AU 05.03.26"]
    assert rows(read("plan.docx", "Utvalg;Dato;Sted\nFSU;22/1;Ås\nAU;5/3;\n".encode())) == [
        "FSU 22.01.26 @Ås",
        "AU 05.03.26",
    ]
    assert rows(read("plan.txt", calendar("UID:1\nSUMMARY:FSU\nDTSTART:20260122T120000"))) == ["FSU 22.01.26 12.00"]
    assert rows(read("plan.md", b"# FSU\n\n- 22. januar\n- 5. mars\n")) == ["FSU 22.01.26", "FSU 05.03.26"]


@pytest.mark.parametrize(
    ("name", "content", "why", "says"),
    [
        ("plan.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(40), Why.OTHER_FORMAT, "bilde"),
        ("plan.csv", bytes(range(256)) * 4, Why.UNKNOWN_FORMAT, "kjenner ikke igjen filen som en møteplan"),
        ("plan.xlsx", xlsx(ROWS)[:-200], Why.DAMAGED, "skadet"),
        ("plan.xlsx", package({"a.txt": b"x"}), Why.OTHER_FORMAT, r"\.zip"),
        ("plan.docx", docx(ROWS)[:-200], Why.DAMAGED, "skadet"),
        ("plan.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", Why.EMPTY, "ingen møter i kalenderfilen"),
        ("plan.pdf", b"%PDF-1.7\nnoe helt annet", Why.DAMAGED, ""),
    ],
)
def test_a_file_that_is_something_else_says_what_to_do(name: str, content: bytes, why: Why, says: str) -> None:
    import re

    error = refused(name, content)
    assert error.why is why
    assert re.search(says, str(error)), str(error)


def test_a_file_of_10_mb_is_refused_by_its_size() -> None:
    for name in ("plan.csv", "plan.ics", "plan.xlsx"):
        error = refused(name, b"BEGIN:VCALENDAR\n".ljust(10 * 1024 * 1024, b"x"))
        assert error.why is Why.TOO_LARGE
        assert "10 MB" in str(error)
        assert f"{MAX_FILE // 1024 // 1024} MB" in str(error)


def bomb(size: int) -> bytes:
    """A workbook with a part of so many bytes, all alike; its directory says ten."""
    file = io.BytesIO(xlsx(ROWS))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/media/x.bin", bytes(size))
    content = bytearray(file.getvalue())
    at = content.rindex(b"xl/media/x.bin") - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(content)


def test_a_workbook_that_fills_the_memory_when_it_is_unpacked_is_not_unpacked() -> None:
    """A probe of our own guard: 60 KB that would be 61 MB, in files that say so and that do not."""
    small = bomb(61 * 1024 * 1024)
    assert len(small) < 100_000
    assert refused("plan.xlsx", small).why in (Why.TOO_LARGE, Why.DAMAGED)


def test_a_cell_far_down_and_far_out_costs_nothing() -> None:
    def change(book: object) -> None:
        book.worksheets[0].cell(200_000, 15_000).value = "x"  # type: ignore[attr-defined]

    plan = read("plan.xlsx", xlsx(ROWS, change=change))
    assert rows(plan) == ["FSU 22.01.26", "AU 05.03.26"]
    assert plan.notes == ("Arket er svært bredt. Det som står lengst til høyre, er ikke lest.",)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_patients_number_in_any_format_is_taken_out_and_said(kind: str) -> None:
    number = KINDS[kind](random.Random(kind))
    table = [
        ("Utvalg", "Dato", "Sted", number),
        (f"FSU {number}", "22/1", "Rådhuset", number),
        ("AU", "5/3", f"x {number}", ""),
    ]
    plans: list[PlanRead] = [
        read(f"{number}.csv", "\n".join(";".join(row) for row in table).encode()),
        read("plan.xlsx", xlsx(table, title=f"Ark {number}")),
        read("plan.docx", docx(table)),
        text("\n".join("\t".join(row) for row in table)),
        read(
            "plan.ics",
            calendar(
                f"UID:1\nSUMMARY:FSU {number}\nDTSTART:20260122T120000\nLOCATION:{number}\nDESCRIPTION:om {number}",
                f"UID:2\nSUMMARY:AU\nDTSTART:20260305T120000\nX-WR-CALNAME:{number}",
            ),
        ),
    ]
    for plan in plans:
        assert number not in repr(plan)
        assert [each.day for each in plan.rows] == [date(2026, 1, 22), date(2026, 3, 5)]
        assert plan.rows[0].committee.startswith("FSU [")
        assert any("Jeg tok bort et tall" in note for note in plan.notes)
    # What only looks like one among dates stays what it is: nothing is stored of it but the days.
    assert len(text("FSU 25/1, 2/5, 5/9, 7/11 (12.30–15.30)").rows) == 4


PIECES = (
    *("FSU", "AU:", "25/1", "30.02", "5/13", "kl. 9–11", "12.30", "25:70", "mars", "to", "torsdag", "siste", "hver"),
    *("i måneden", "ikke", "uke 8", "fra", "til", "(", ")", ",", ";", "\t", "\n", "·", "|", "–", "og"),
    *("avlyst", "flyttet fra", "2026", "5.–6."),
)


def test_a_line_without_an_end_is_left_out_and_said() -> None:
    for long in (", ".join(["25/1"] * 30_000), "a" * 190_000, "1" * 190_000, "kl. 9 " * 30_000, "(" * 190_000):
        plan = text(f"FSU 22/1\n{long}\nAU 5/3")
        assert rows(plan) == ["FSU 22.01.26", "AU 05.03.26"]
        assert [(each.wrong, each.where) for each in plan.problems] == [(Wrong.TOO_MANY, "linje 2")]
    # Of what is just short enough nothing takes long.
    for long in ("25/1, " * 600, "siste " * 650, "torsdag og " * 350, "ikke juli, " * 350, "((" * 1900):
        text(f"FSU 22/1\nAU {long}")


LINES = st.lists(st.sampled_from(PIECES), max_size=14)


@settings(max_examples=60, deadline=None)
@given(LINES | st.lists(st.text(max_size=12), max_size=6))
def test_whatever_is_written_is_read_or_refused_with_a_sentence(words: list[str]) -> None:
    try:
        plan = text(" ".join(words), year=None, today=TODAY)
    except CannotRead:
        return
    assert plan.rows or plan.problems
    assert all(each.begins is None or each.ends is None or each.begins < each.ends for each in plan.rows)
    assert all(each.text.endswith(".") for each in plan.problems)
