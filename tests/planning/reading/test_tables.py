"""A meeting plan in a table: CSV, a workbook, a Word document; a meeting in each row, and bodies × months."""

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook

from handlers.planning.planned import PlanRead, Wrong
from tests.papers.reading.pdf_files import Page, pdf
from tests.planning.reading.shown import problems, read, rows, text, wrong
from tests.planning.reading.test_text import ROWS_OF_2024

Change = Callable[[Any], None]


def xlsx(*sheets: Sequence[Sequence[Any]], title: str = "Ark1", change: Change | None = None) -> bytes:
    """A workbook; `change` gets it before it is saved."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, written in enumerate(sheets, 1):
        sheet = book.create_sheet(title if number == 1 else f"Ark{number}")
        for row in written:
            sheet.append(list(row))
    if change is not None:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def docx(*tables: Sequence[Sequence[str]], above: str = "", change: Change | None = None) -> bytes:
    from docx import Document

    document = Document()
    if above:
        document.add_paragraph(above)
    for written in tables:
        table = document.add_table(rows=len(written), cols=len(written[0]))
        for at, row in enumerate(written):
            for column, cell in enumerate(row):
                table.cell(at, column).text = cell
    if change is not None:
        change(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


CSV = (
    "Møtested;Dato;Utvalg;Til;Fra;Møteleder\n"
    "Rådhuset, sal 2;torsdag 22.1.2026;Fagråd Ås;15.30;12.30;Eksempel Leder\n"
    ";5.3.26;AU;10:00;kl. 9;\n"
)
ROWS_OF_CSV = [
    "Fagråd Ås 22.01.26 12.30-15.30 @Rådhuset, sal 2 leder Eksempel Leder",
    "AU 05.03.26 09.00-10.00",
]


# --- a meeting in each row -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode(),
        CSV.encode("utf-8-sig"),
        CSV.encode("latin-1"),
        CSV.encode("cp1252"),
        CSV.encode("utf-16"),
        CSV.replace("\n", "\r\n").encode("latin-1"),
        CSV.replace(";", "\t").encode("cp1252"),
        CSV.replace(", ", " ").replace(";", ",").encode(),
        ("sep=;\r\n" + CSV).encode("cp1252"),
        CSV.replace("Rådhuset, sal 2", '"Rådhuset, sal 2"').encode(),
    ],
)
def test_separated_values_in_any_letters_with_any_sign_between_and_headings_in_any_order(content: bytes) -> None:
    plan = read("plan.csv", content)
    assert [each.replace("Rådhuset sal", "Rådhuset, sal") for each in rows(plan)] == ROWS_OF_CSV
    assert plan.problems == ()
    assert [each.weekday for each in plan.rows] == [3, None]


def test_a_row_says_on_which_line_it_stands() -> None:
    content = "Møteplan 2026\n\nUtvalg;Dato\nFSU;22.1.\n\nAU;30.2.\nSSU;\n"
    plan = read("plan.csv", content.encode(), year=None)
    assert [(each.committee, each.where) for each in plan.rows] == [("FSU", "linje 4")]
    assert wrong(plan) == [(Wrong.NO_SUCH_DAY, "linje 6"), (Wrong.NO_DATE, "linje 7")]
    assert (plan.year, plan.title) == (2026, "Møteplan 2026")


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        ("Organ;Når;Klokkeslett;Lokale", "FSU;22. januar;12.30–15.30;Teams", "FSU 22.01.26 12.30-15.30 @Teams"),
        ("Utval;Møtedato;Tid;Stad;Møteleiar", "FSU;22/1;9-11;Rådhuset;E", "FSU 22.01.26 09.00-11.00 @Rådhuset leder E"),
        ("Body;Date;From;To;Host", "FSU;2026-01-22;09:00;11:00;Eksempel", "FSU 22.01.26 09.00-11.00 vert Eksempel"),
        ("Utvalg;Måned;Dag;Kl", "FSU;januar;torsdag 22.;9", "FSU 22.01.26 09.00"),
        ("Utvalg;Dato;Tid", "FSU;22.1.2026 kl. 12.30–15.30;", "FSU 22.01.26 12.30-15.30"),
        ("Utvalg;Dato;Tid;Status", "FSU;22.1.2026;12.30;Avlyst", "FSU 22.01.26 12.30 cancelled"),
        ("Utvalg;Dato;Merknad", "FSU;22.1.2026;Utgår grunnet sykdom", "FSU 22.01.26 cancelled"),
        ("Utvalg;Dato;Tittel", "FSU;22.1.2026 (flyttet fra 15.1.);Seminar", "FSU 22.01.26 «Seminar» moved fra 15.01"),
    ],
)
def test_headings_of_many_kinds(head: str, row: str, expected: str) -> None:
    # A second row, since one alone could be anything.
    plan = text(f"{head}\n{row}\n{row.replace('FSU', 'LSU')}")
    assert rows(plan) == [expected, expected.replace("FSU", "LSU")]
    assert plan.problems == ()


def test_what_a_calendar_exports_as_separated_values() -> None:
    content = (
        '"Emne","Startdato","Starttidspunkt","Sluttdato","Sluttidspunkt","Heldagshendelse","Sted","Beskrivelse"\r\n'
        '"FSU ordinært møte","22.01.2026","12:30:00","22.01.2026","15:30:00","Usann","Rådhuset","Se innkalling"\r\n'
        '"AU","05.03.2026","09:00:00","05.03.2026","10:00:00","Usann","",""\r\n'
    )
    plan = read("kalender.csv", content.encode("cp1252"))
    assert rows(plan) == ["FSU ordinært møte 22.01.26 12.30-15.30 @Rådhuset", "AU 05.03.26 09.00-10.00"]
    assert plan.rows[0].text == "Se innkalling"


def test_real_dates_and_dates_as_text_in_a_workbook() -> None:
    content = xlsx(
        [
            ("Utvalg", "Dato", "Fra", "Til", "Sted"),
            ("FSU", date(2026, 1, 22), time(12, 30), time(15, 30), "Rådhuset"),
            ("FSU", "5. mars", "12.30", "15:30", None),
            ("AU", datetime(2026, 2, 5, 9, 0), None, None, "Teams"),
            ("AU", "6/4", 12.3, 15.45, None),
            ("SSU", "26.02.2026", 0.5, 14, None),
            (),
            ("SSU", 28.5, "13", None, None),
            ("PM", 46171, None, None, None),
        ]
    )
    plan = read("plan.xlsx", content)
    assert rows(plan) == [
        "FSU 22.01.26 12.30-15.30 @Rådhuset",
        "FSU 05.03.26 12.30-15.30",
        "AU 05.02.26 09.00 @Teams",
        "AU 06.04.26 12.30-15.45",
        "SSU 26.02.26 12.00-14.00",
        "SSU 28.05.26 13.00",
    ]
    # A date that lost its form is a number, and nobody can tell it from any other.
    assert wrong(plan) == [(Wrong.NOT_UNDERSTOOD, "arket «Ark1», rad 9")]
    assert [each.where for each in plan.rows][-1] == "arket «Ark1», rad 8"


def test_a_body_that_is_merged_over_rows_or_stands_above_holds_for_them() -> None:
    def change(book: Any) -> None:
        book.worksheets[0].merge_cells("A2:A3")

    written = [("Utvalg", "Dato", "Tid"), ("FSU", "22/1", "9–11"), (None, "5/3", "9–11"), ("AU", "6/3", "9–10")]
    plan = read("plan.xlsx", xlsx(written, change=change))
    assert rows(plan) == ["FSU 22.01.26 09.00-11.00", "FSU 05.03.26 09.00-11.00", "AU 06.03.26 09.00-10.00"]
    assert plan.notes == ()
    # Not merged, it is said.
    plan = read("plan.xlsx", xlsx(written))
    assert rows(plan)[1] == "FSU 05.03.26 09.00-11.00"
    assert plan.notes == (
        "Arket «Ark1», rad 3: Her står det ikke utvalg, så jeg har lest det som utvalget over (FSU). Det gjelder også "
        "rader lenger nede.",
    )
    # A row with nothing but a body's name.
    below = [("Dato", "Tid"), ("FSU", None), ("22/1", "9–11"), ("AU", None), ("6/3", "9–10")]
    assert rows(read("plan.xlsx", xlsx(below))) == ["FSU 22.01.26 09.00-11.00", "AU 06.03.26 09.00-10.00"]


def test_what_cannot_be_in_a_table_is_said_with_its_row() -> None:
    content = (
        "Utvalg;Dato;Fra;Til\nFSU;30.02.2026;9;11\nFSU;12.13.2026;9;11\nFSU;5.3.2026;15.30;12.00\nFSU;6.3.2026;25.00;\n"
        "FSU;etter påske;9;11\nFSU;8.4.2026;9;11\nFSU;08.04.26;9.00;11.00\nFSU;8.4.1826;;\n"
    )
    plan = read("plan.csv", content.encode())
    assert rows(plan) == ["FSU 08.04.26 09.00-11.00"]
    assert wrong(plan) == [
        (Wrong.NO_SUCH_DAY, "linje 2"),
        (Wrong.NO_SUCH_DAY, "linje 3"),
        (Wrong.ENDS_BEFORE, "linje 4"),
        (Wrong.NO_SUCH_TIME, "linje 5"),
        (Wrong.NOT_UNDERSTOOD, "linje 6"),
        (Wrong.TWICE, "linje 8"),
        (Wrong.NO_SUCH_DAY, "linje 9"),
    ]
    assert plan.problems[1].text == "Linje 3: «12.13.2026» er ingen dato: det er ingen måned nummer 13. Rett datoen."


def test_rows_without_headings_are_read_like_lines() -> None:
    content = "FSU;22.01.2026;12.30;15.30;Rådhuset\nAU;05.03.2026;9.00;10.00;Teams\n"
    assert rows(read("plan.csv", content.encode())) == [
        "FSU 22.01.26 12.30-15.30 @Rådhuset",
        "AU 05.03.26 09.00-10.00 @Teams",
    ]


# --- bodies × months -----------------------------------------------------------------------------------------

MONTHS = (
    *("Januar", "Februar", "Mars", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Desember"),
)
HEAD = ("Utvalg", "Tid", *MONTHS)
MATRIX_OF_2024: list[tuple[str, ...]] = [
    HEAD,
    ("FSU", "12.30–15.30", "25/1", "", "", "", "2/5", "", "", "", "5/9", "", "7/11", ""),
    ("AU", "14.00–16.00", "", "8", "", "", "man 13. (08.30–10.30)", "", "-", "", "12.", "", "14/11", ""),
    ("SSU", "13.00–15.30", "", "29/2", "", "", "23", "", "", "", "26/9", "", "28. nov.", ""),
    ("PM", "", "", "", "", "", "30/5", "", "ferie", "", "", "", "", ""),
]


def of_2024(plan: PlanRead) -> None:
    assert sorted(rows(plan)) == sorted(ROWS_OF_2024)
    assert plan.problems == ()


def test_the_real_plan_as_a_matrix_in_each_format() -> None:
    turned = [list(column) for column in zip(*MATRIX_OF_2024, strict=True)]
    turned[0][0] = "Måned"
    of_2024(read("plan.xlsx", xlsx(MATRIX_OF_2024), year=2024))
    of_2024(read("plan.xlsx", xlsx(turned), year=2024))
    of_2024(read("Møteplan_2024.xlsx", xlsx(MATRIX_OF_2024), year=None))
    of_2024(read("plan.docx", docx(MATRIX_OF_2024, above="Møteplan 2024"), year=None))
    of_2024(read("plan.docx", docx(turned, above="Møteplan 2024"), year=None))
    for sign in ("\t", ";", " | "):
        lines = [sign.join(row) for row in MATRIX_OF_2024]
        if sign == " | ":
            lines = [f"| {line} |" for line in lines]
            lines.insert(1, "|---" * len(HEAD) + "|")
        of_2024(text("Møteplan 2024\n" + "\n".join(lines), year=None))
    of_2024(read("plan.csv", "\n".join(";".join(row) for row in MATRIX_OF_2024).encode("cp1252"), year=2024))


def test_months_that_are_merged_over_columns_and_bodies_over_rows() -> None:
    def change(book: Any) -> None:
        sheet = book.worksheets[0]
        for merged in ("A1:F1", "B2:C2", "D2:E2", "A3:A4", "B5:E5"):
            sheet.merge_cells(merged)

    content = xlsx(
        [
            ("Møteplan 2026", None, None, None, None, None),
            ("", "Januar", None, "Februar", None, "Mars"),
            ("FSU (12.30–15.30)", "22", "29", "5/2", None, date(2026, 3, 5)),
            (None, None, "30", None, "19.", None),
            ("AU, kl. 9, Teams", "14/1", None, None, None, "4. og 18."),
        ],
        change=change,
    )
    plan = read("plan.xlsx", content, year=None)
    assert rows(plan) == [
        "FSU 22.01.26 12.30-15.30",
        "FSU 29.01.26 12.30-15.30",
        "FSU 05.02.26 12.30-15.30",
        "FSU 05.03.26 12.30-15.30",
        "FSU 30.01.26 12.30-15.30",
        "FSU 19.02.26 12.30-15.30",
        "AU 14.01.26 09.00 @Teams",
        "AU 04.03.26 09.00 @Teams",
        "AU 18.03.26 09.00 @Teams",
    ]
    assert plan.rows[3].where == "arket «Ark1», celle F3"
    assert (plan.title, plan.problems, plan.notes) == ("Møteplan 2026", (), ())


def test_months_merged_in_a_word_table() -> None:
    def change(document: Any) -> None:
        table = document.tables[0]
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(1, 0).merge(table.cell(2, 0))

    content = docx(
        [("Utvalg", "Januar", "", "Februar"), ("FSU", "22", "29", "5/2"), ("", "", "30", ""), ("AU", "", "", "9")],
        change=change,
    )
    plan = read("plan.docx", content)
    assert rows(plan) == ["FSU 22.01.26", "FSU 29.01.26", "FSU 05.02.26", "FSU 30.01.26", "AU 09.02.26"]
    assert plan.rows[3].where == "tabell 1, rad 3, kolonne 3"


def test_months_as_real_dates_as_numbers_and_in_two_halves() -> None:
    real = [("", *(date(2026, month, 1) for month in range(1, 7))), ("FSU", 22, None, "5.", None, None, "4/6")]
    assert rows(read("plan.xlsx", xlsx(real))) == ["FSU 22.01.26", "FSU 05.03.26", "FSU 04.06.26"]
    numbers = [("Utvalg", *range(1, 13)), ("FSU", 22, *[None] * 10, "3/12")]
    assert rows(read("plan.xlsx", xlsx(numbers))) == ["FSU 22.01.26", "FSU 03.12.26"]
    halves = [("Vår", "Jan", "Feb"), ("FSU", 22, 5), (), ("Høst", "Aug", "Sep"), ("FSU", None, 3), ("AU", 27, None)]
    assert rows(read("plan.xlsx", xlsx(halves))) == ["FSU 22.01.26", "FSU 05.02.26", "FSU 03.09.26", "AU 27.08.26"]


def test_a_plan_with_thirteen_months_leaves_the_last_out_and_says_so() -> None:
    numbers = [("Utvalg", *range(1, 14)), ("FSU", 22, *[None] * 11, 14)]
    plan = read("plan.xlsx", xlsx(numbers))
    assert rows(plan) == ["FSU 22.01.26"]
    assert problems(plan) == [
        (Wrong.NO_SUCH_DAY, "Arket «Ark1», celle N1: Det er ingen måned nummer 13. Kolonnen er ikke lest.")
    ]
    named = [("Utvalg", *MONTHS, "Januar"), ("FSU", 22, *[None] * 11, 14)]
    plan = read("plan.xlsx", xlsx(named))
    assert rows(plan) == ["FSU 22.01.26"]
    assert problems(plan) == [
        (
            Wrong.NO_SUCH_DAY,
            "Arket «Ark1», celle N1: Januar står to ganger, også i arket «Ark1», celle B1. Kolonnen er ikke lest: "
            "skriv årstall i overskriftene hvis planen går over to år.",
        )
    ]
    # With years it is the next January.
    dated = [("Utvalg", *(f"{month} 2026" for month in MONTHS), "Januar 2027"), ("FSU", 22, *[None] * 11, 14)]
    assert rows(read("plan.xlsx", xlsx(dated))) == ["FSU 22.01.26", "FSU 14.01.27"]
    down = [("", "FSU", "AU"), *((month, None, None) for month in MONTHS[1:]), ("Februar", 3, None)]
    assert wrong(read("plan.xlsx", xlsx([("", "FSU", "AU"), ("Januar", 22, 6), *down[1:]]))) == [
        (Wrong.NO_SUCH_DAY, "arket «Ark1», celle A14")
    ]


def test_what_cannot_be_in_a_matrix_is_said_with_its_cell() -> None:
    plan = read(
        "plan.xlsx",
        xlsx(
            [
                ("Utvalg", "Januar", "Februar", "Mars"),
                ("FSU", "32.", "30.02", "2/4"),
                ("AU", "x", "9 (kl. 15–12)", "rom 4?"),
            ]
        ),
    )
    assert rows(plan) == []
    assert problems(plan) == [
        (Wrong.NO_SUCH_DAY, "Arket «Ark1», celle B2: «32. januar» finnes ikke i 2026. Rett datoen."),
        (Wrong.NO_SUCH_DAY, "Arket «Ark1», celle C2: «30.02» finnes ikke i 2026. Rett datoen."),
        (
            Wrong.NO_SUCH_DAY,
            "Arket «Ark1», celle D2: «2/4» står under mars. Rett datoen, eller flytt den dit den hører hjemme.",
        ),
        (
            Wrong.ENDS_BEFORE,
            "Arket «Ark1», celle C3: Møtet slutter 12.00, og begynner 15.00. Det må slutte etter at det har begynt: "
            "rett tidene.",
        ),
        (
            Wrong.NOT_UNDERSTOOD,
            "Arket «Ark1», celle D3: Jeg forstår ikke «rom 4?», så det er ikke tatt med. Skriv datoen som 25.1. eller "
            "25. januar.",
        ),
    ]


def test_a_matrix_in_a_pdf() -> None:
    page = Page().text(60, 40, "Møteplan 2026", bold=True).grid((60, 160, 260, 360), (70, 90, 110, 130))
    for row, cells in enumerate((("Utvalg", "Januar", "Februar"), ("FSU", "22/1", "5."), ("AU (9–10)", "", "12"))):
        for column, cell in enumerate(cells):
            if cell:
                page.text(64 + 100 * column, 73 + 20 * row, cell)
    plan = read("plan.pdf", pdf(page), year=None)
    assert rows(plan) == ["FSU 22.01.26", "FSU 05.02.26", "AU 12.02.26 09.00-10.00"]
    assert (plan.kind, plan.title) == ("pdf", "Møteplan 2026")


# --- sheets --------------------------------------------------------------------------------------------------


def test_hidden_sheets_rows_and_columns_are_left_out_and_that_is_said() -> None:
    def change(book: Any) -> None:
        book.worksheets[1].sheet_state = "hidden"
        book.worksheets[2].sheet_state = "veryHidden"
        book.worksheets[0].row_dimensions[3].hidden = True
        book.worksheets[0].column_dimensions["C"].hidden = True

    head = ("Utvalg", "Dato", "Sted")
    content = xlsx(
        [head, ("FSU", "22/1", "Rådhuset"), ("FSU", "29/1", None), ("FSU", "5/2", None)],
        [head, ("SSU", "26/2", None)],
        [head, ("PM", "30/5", None)],
        change=change,
    )
    plan = read("plan.xlsx", content)
    assert rows(plan) == ["FSU 22.01.26", "FSU 05.02.26"]
    assert plan.notes == (
        "Skjulte ark i arbeidsboken er ikke lest. Vis dem i Excel hvis de hører til planen.",
        "Skjulte rader og kolonner er ikke lest. Vis dem i Excel hvis de hører til planen.",
    )


def test_a_sheet_for_each_body_or_each_year() -> None:
    def bodies(book: Any) -> None:
        book.worksheets[1].title = "AU"

    head = ("Dato", "Tid")
    content = xlsx([head, ("22/1", "9–11")], [head, ("6/3", "9–10")], title="FSU", change=bodies)
    assert rows(read("plan.xlsx", content)) == ["FSU 22.01.26 09.00-11.00", "AU 06.03.26 09.00-10.00"]

    def years(book: Any) -> None:
        book.worksheets[1].title = "2027"

    head = ("Utvalg", "Dato")
    content = xlsx([head, ("FSU", "22/1")], [head, ("FSU", "21/1")], title="2026", change=years)
    plan = read("plan.xlsx", content, year=None)
    assert rows(plan) == ["FSU 22.01.26", "FSU 21.01.27"]
    assert plan.rows[1].where == "arket «2027», rad 2"


def test_tables_in_a_document_are_counted_and_a_body_above_one_holds_for_it() -> None:
    content = docx(
        [("Dato", "Tid"), ("22. januar", "9–11"), ("30. februar", "9–11")],
        [("Utvalg", "Dato"), ("AU", "6/3")],
        above="FSU",
    )
    plan = read("plan.docx", content)
    assert rows(plan) == ["FSU 22.01.26 09.00-11.00", "AU 06.03.26"]
    assert wrong(plan) == [(Wrong.NO_SUCH_DAY, "tabell 1, rad 3")]
