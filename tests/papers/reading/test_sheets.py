"""Workbooks and text with signs between cells, as tables."""

import io
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from handlers.papers.reading.blocks import Paragraph, Table
from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.reader import read
from handlers.papers.reading.sheets import read_workbook
from handlers.writing.package import Room
from tests.papers.reading.shown import first_table, tables, texts
from tests.papers.reading.word_files import package


def xlsx(*rows: tuple[Any, ...], change: Any = None, title: str = "Ark1") -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if change is not None:
        change(book, sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_values_are_shown_as_in_norway() -> None:
    content = xlsx(
        ("Utvalg", "Dato", "Fra", "Til", "Varighet", "Sak", "Ja"),
        (
            "FSU",
            date(2026, 3, 12),
            time(12, 30),
            datetime(2026, 3, 12, 15, 30),
            timedelta(hours=2, minutes=5),
            2024.1,
            True,
        ),
        ("AU", "12.3.26", 12, 0.5, None, "#REF!", "x\u00a0y"),
    )
    assert tables(read("plan.xlsx", content)) == [
        [
            ["Utvalg", "Dato", "Fra", "Til", "Varighet", "Sak", "Ja"],
            ["FSU", "12.03.2026", "12:30", "12.03.2026 15:30", "02:05", "2024.1", "ja"],
            ["AU", "12.3.26", "12", "0.5", "", "", "x y"],
        ]
    ]


def test_a_case_number_that_excel_took_for_a_month_is_a_number_again() -> None:
    """Typed «1/25» under «Saksnr.»; a month under another heading stays one."""

    def change(_book: Any, sheet: Any) -> None:
        for place in ("A2", "B2"):
            sheet[place] = datetime(2025, 1, 1)
            sheet[place].number_format = "mmm\\-yy"

    paper = read(
        "saker.xlsx",
        xlsx(("Saksnr.", "Måned", "Tittel"), (None, None, "Innkalling"), ("13/25", None, "Mandat"), change=change),
    )
    assert tables(paper)[0][1:] == [["1/25", "01.2025", "Innkalling"], ["13/25", "", "Mandat"]]
    assert paper.warnings == ("number_was_a_date",)


def test_merged_cells_stand_once_and_lines_in_a_cell_are_paragraphs() -> None:
    def change(_book: Any, sheet: Any) -> None:
        sheet.merge_cells("A3:A4")
        sheet.merge_cells("B3:C3")

    rows = (("Møteplan 2026",), ("Utvalg", "Vår", "Høst"), ("FSU", "25/1\n2/5", None), (None, "8/2", "5/9"))
    paper = read("plan.xlsx", xlsx(*rows, change=change))
    assert paper.blocks[0] == Paragraph("Møteplan 2026")
    assert [[(cell.text, cell.spans, cell.rows) for cell in row] for row in first_table(paper).rows] == [
        [("Utvalg", 1, 1), ("Vår", 1, 1), ("Høst", 1, 1)],
        [("FSU", 1, 2), ("25/1\n2/5", 2, 1)],
        [("8/2", 1, 1), ("5/9", 1, 1)],
    ]


def test_hidden_sheets_rows_and_columns_are_left_out_and_said() -> None:
    def change(book: Any, sheet: Any) -> None:
        book.create_sheet("Skjult").append(("hemmelig", "hemmelig"))
        book["Skjult"].sheet_state = "hidden"
        book.create_sheet("Høst").append(("FSU", "5/9"))
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["C"].hidden = True

    paper = read(
        "plan.xlsx", xlsx(("Utvalg", "Dato", "x"), ("borte", "1/1"), ("FSU", "25/1", "x"), change=change, title="Vår")
    )
    assert texts(paper) == ["Vår", "Høst"]
    assert tables(paper) == [[["Utvalg", "Dato"], ["FSU", "25/1"]], [["FSU", "5/9"]]]
    assert paper.warnings == ("hidden_sheet", "hidden_cells")


def test_empty_rows_divide_tables_and_a_cell_far_away_costs_little() -> None:
    def change(_book: Any, sheet: Any) -> None:
        sheet["B5"], sheet["C5"], sheet["B1048576"], sheet["C1048576"] = "FSU", "25/1", "AU", "8/2"
        sheet["XFD1"] = "langt borte"

    paper = read("plan.xlsx", xlsx(("Utvalg", "Dato"), change=change))
    assert paper.warnings == ("cells_left_out",)
    assert tables(paper) == [
        [["Utvalg", "Dato"]],
        [["FSU", "25/1"]],
        [["AU", "8/2"]],
    ]


def test_a_sheet_of_more_rows_than_there_are_meetings_is_refused() -> None:
    big = xlsx(*[(f"Rad {at}", at) for at in range(60)])
    assert len(first_table(read_workbook("stor.xlsx", big, most_rows=60)).rows) == 60
    with pytest.raises(CannotRead, match="mer enn 59 rader") as found:
        read_workbook("stor.xlsx", big, most_rows=59)
    assert found.value.why is Why.TOO_LARGE


def test_a_workbook_that_fills_the_memory_when_it_is_unpacked_is_not_unpacked() -> None:
    """A probe of our own guard, against a small room."""
    bomb = xlsx(("x" * 30_000,), *[(" " * 30_000,) for _at in range(40)])
    with pytest.raises(CannotRead, match="for stor når den pakkes ut"):
        read_workbook("bombe.xlsx", bomb, Room(part=10_000, whole=10_000_000, parts=100))
    with pytest.raises(CannotRead, match="for stor når den pakkes ut"):
        read_workbook("bombe.xlsx", bomb, Room(part=10_000_000, whole=20_000, parts=100))


def test_a_workbook_that_declares_entities_or_is_broken_is_said_to_be_damaged() -> None:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(xlsx(("a", "b")))) as found:
        parts = {name: found.read(name) for name in found.namelist()}
    declared = {
        **parts,
        "xl/workbook.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + parts["xl/workbook.xml"],
    }
    broken = {**parts, "xl/worksheets/sheet1.xml": b"<worksheet"}
    for bad in (declared, broken):
        with pytest.raises(CannotRead, match="skadet") as error:
            read("plan.xlsx", package(bad))
        assert error.value.why is Why.DAMAGED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_text_with_signs_between_in_each_way_of_saving_it(encoding: str, sign: str) -> None:
    text = (
        f'Saksnr.{sign}Møte{sign}Merknad\r\n1/25{sign}FSU{sign}"en{sign} to\nog ""tre"""\r\n\r\n2/25{sign}AU{sign}\r\n'
    )
    paper = read("saker.csv", text.encode(encoding))
    assert tables(paper) == [
        [["Saksnr.", "Møte", "Merknad"], ["1/25", "FSU", f'en{sign} to\nog "tre"']],
        [["2/25", "AU"]],
    ]


def test_the_sign_that_excel_names_in_the_first_line_is_used() -> None:
    assert tables(read("x.csv", b"sep=;\nUtvalg;Dato\nFSU;25,1\n")) == [[["Utvalg", "Dato"], ["FSU", "25,1"]]]


def test_tags_in_cells_are_read() -> None:
    (table,) = read("x.csv", b"Sak;Tekst\n1/25;<p>En</p><p>To</p>\n").blocks
    assert isinstance(table, Table)
    assert table.rows[1][1].blocks == (Paragraph("En"), Paragraph("To"))


def test_what_stands_in_a_cell_that_is_no_date_after_all_is_in_no_warning(
    recwarn: pytest.WarningsRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    def as_date(_book: Any, sheet: Any) -> None:
        sheet["C2"].number_format = "dd.mm.yyyy"

    content = xlsx(("Saksnr.", "Sak", "Merknad"), ("1/25", "Felles opplæring", 13097248022), change=as_date)
    read("plan.xlsx", content)
    said = [str(each.message) for each in recwarn] + [each.getMessage() for each in caplog.records]
    assert not [each for each in said if "1309724" in each]
