"""PDFs: what a reader sees on their pages, as blocks."""

import logging
import re
import zlib

import pytest

from handlers.papers.reading.blocks import Paragraph, Table
from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.pdf.document import read_pdf
from handlers.papers.reading.pdf.pages import sheets_of
from handlers.papers.reading.reader import read
from tests.papers.reading.pdf_files import Page, pdf
from tests.papers.reading.shown import paragraphs, rows, tables, texts

PROSE = (
    "Utvalget drøftet hvordan kommunene og sykehuset skal følge opp pasienter som er utskriv-",
    "ningsklare, og hvordan meldingene mellom dem kan bli bedre. HR-utvalget og pleie- og",
    "omsorgstjenesten i kommunene skal være med i dette arbeidet, og det samme skal",
    "fastlegene.",
)
WHOLE = (
    "Utvalget drøftet hvordan kommunene og sykehuset skal følge opp pasienter som er utskrivningsklare, og hvordan "
    "meldingene mellom dem kan bli bedre. HR-utvalget og pleie- og omsorgstjenesten i kommunene skal være med i dette "
    "arbeidet, og det samme skal fastlegene."
)


def test_lines_become_paragraphs_and_hyphens_at_their_ends_are_gone() -> None:
    page = (
        Page()
        .text(70, 70, "Referat fra møte i LSU", 18, bold=True)
        .text(70, 110, "Sak 1/25 Innkalling", 13, bold=True)
        .lines(70, 140, *PROSE)
        .text(70, 196, "Vedtak: Innkallingen godkjennes.", bold=True)
        .lines(70, 224, "\u2022 Første innspill", "1. Et punkt", "Sak 2/25 Mandat")
    )
    assert read("referat.pdf", pdf(page)).blocks == (
        Paragraph("Referat fra møte i LSU", heading=1, bold=True, page=1),
        Paragraph("Sak 1/25 Innkalling", heading=2, bold=True, page=1),
        Paragraph(WHOLE, page=1),
        Paragraph("Vedtak: Innkallingen godkjennes.", bold=True, page=1),
        Paragraph("Første innspill", number="•", page=1),
        Paragraph("1. Et punkt", page=1),
        Paragraph("Sak 2/25 Mandat", page=1),
    )


def _with_margins(number: int, count: int) -> Page:
    return (
        Page()
        .text(70, 30, "Eksempel helsefellesskap")
        .text(70, 800, "Lokalt samarbeidsutvalg")
        .text(480, 800, f"Side {number} av {count}")
    )


def test_what_stands_on_each_page_is_no_part_of_a_sentence_that_goes_on_over_it() -> None:
    pages = (
        _with_margins(1, 3).lines(70, 740, *PROSE[:2]),
        _with_margins(2, 3).lines(70, 70, *PROSE[2:]).text(70, 120, "Vedtak: Godkjennes."),
        _with_margins(3, 3).text(70, 70, "Eventuelt"),
    )
    paper = read("referat.pdf", pdf(*pages))
    assert texts(paper) == [WHOLE, "Vedtak: Godkjennes.", "Eventuelt"]
    assert paper.headers == ("Eksempel helsefellesskap", "Lokalt samarbeidsutvalg Side 1 av 3")


COLUMNS = (70, 130, 400, 525)


def _row(page: Page, y: float, *cells: str) -> Page:
    for x, text in zip(COLUMNS, cells, strict=False):
        page.lines(x + 5, y + 3, *[line for line in text.split("\n") if line])
    return page


def test_a_ruled_table_goes_on_over_a_page_without_its_repeated_row() -> None:
    first = Page().grid(COLUMNS, (600, 620, 640, 700))
    _row(
        _row(_row(first, 600, "Saksnr.", "Sak", "Ansvar"), 620, "1/25", "Innkalling", "Leder"),
        640,
        "2/25",
        "Mandat for\ngruppen",
    )
    _row(first, 668, "", "Utvalget ble enig om at gruppen skal arbeide\nvidere med forslaget og komme tilbake")
    second = Page().grid(COLUMNS, (70, 90, 140, 160))
    _row(_row(second, 70, "Saksnr.", "Sak", "Ansvar"), 90, "", "til det på neste møte.\nVedtak: Mandatet godkjennes.")
    _row(second, 140, "3/25", "Eventuelt", "")
    paper = read("referat.pdf", pdf(first.text(70, 70, "Referat"), second.text(70, 200, "Neste møte: 2. mai")))
    assert texts(paper) == ["Referat", "Neste møte: 2. mai"]
    assert tables(paper) == [
        [
            ["Saksnr.", "Sak", "Ansvar"],
            ["1/25", "Innkalling", "Leder"],
            [
                "2/25",
                "Mandat for\ngruppen\n"
                "Utvalget ble enig om at gruppen skal arbeide videre med forslaget og komme tilbake til det på neste "
                "møte.\n"
                "Vedtak: Mandatet godkjennes.",
                "",
            ],
            ["3/25", "Eventuelt", ""],
        ]
    ]


def test_merged_cells_say_how_far_they_go_and_a_table_in_a_cell_stands_in_it() -> None:
    page = Page().grid((70, 130), (100, 200)).grid((130, 525), (100, 120, 200)).line(300, 100, 300, 120)
    page.text(75, 103, "1/25").text(135, 103, "Møteplan").text(305, 103, "Leder").text(135, 123, "Forslag:")
    page.grid((150, 250, 350), (145, 165, 185)).text(155, 148, "FSU").text(255, 148, "25/1").text(155, 168, "AU").text(
        255, 168, "8/2"
    )
    (table,) = read("referat.pdf", pdf(page)).blocks
    assert isinstance(table, Table)
    assert [[(cell.spans, cell.rows) for cell in row] for row in table.rows] == [[(1, 2), (1, 1), (1, 1)], [(2, 1)]]
    label, inner = table.rows[1][0].blocks
    assert isinstance(label, Paragraph)
    assert label.text == "Forslag:"
    assert isinstance(inner, Table)
    assert rows(inner) == [["FSU", "25/1"], ["AU", "8/2"]]


def test_a_frame_around_text_is_no_table() -> None:
    page = Page().grid((60, 540), (60, 200)).lines(70, 70, *PROSE)
    assert texts(read("referat.pdf", pdf(page))) == [WHOLE]


def test_columns_are_read_one_after_the_other_though_their_lines_stand_at_other_heights() -> None:
    left = (
        "Sak 1/25 Innkalling av møte i",
        "utvalget og hvordan vi skal få",
        "til en bedre oppfølging av det",
        "som er bestemt av utvalget.",
        "Vedtak: Innkallingen og saks-",
    )
    right = (
        "listen godkjennes slik de er.",
        "Sak 2/25 Plan for opplæring i",
        "utskrivning av pasientene som",
        "er klare for å reise hjem nå.",
        "Vedtak: Utvalget støtter plan.",
    )
    page = Page().text(70, 60, "Referat fra møte i LSU", 18, bold=True).lines(70, 100, *left).lines(320, 105, *right)
    page.text(70, 230, "Referent: Eksempel Referent")
    assert texts(read("referat.pdf", pdf(page))) == [
        "Referat fra møte i LSU",
        "Sak 1/25 Innkalling av møte i utvalget og hvordan vi skal få til en bedre oppfølging av det som er bestemt av "
        "utvalget.",
        "Vedtak: Innkallingen og sakslisten godkjennes slik de er.",
        "Sak 2/25 Plan for opplæring i utskrivning av pasientene som er klare for å reise hjem nå.",
        "Vedtak: Utvalget støtter plan.",
        "Referent: Eksempel Referent",
    ]


def test_columns_of_short_lines_are_told_by_what_begins_in_each() -> None:
    left = ("MØTEBOK", "Samarbeidsutvalet", "Desse møtte:", "Kari Døme", "Ola Døme", "Sak 1/26 Innkalling")
    left += ("Vedtak: Godkjend.", "Sak 2/26 Årshjul")
    right = ("Vedtak: Årshjulet er", "vedteke.", "Sak 3/26 Opplæring", "Vedtak: Kurs vert halde.", "Sak 4/26 Ymse")
    right += ("Ingen saker.", "Referent:", "Liv Prøve")
    page = Page().lines(70, 60, *left, step=18).lines(320, 66, *right, step=17)
    assert " ".join(texts(read("referat.pdf", pdf(page)))) == " ".join([*left, *right])


def test_labels_with_their_text_beside_them_are_no_columns() -> None:
    labels = [f"Punkt {number}:" for number in range(1, 10)]
    page = Page().lines(70, 60, *labels, step=18).lines(320, 60, *["Ja"] * 9, step=18)
    assert tables(read("referat.pdf", pdf(page))) == [[[label, "Ja"] for label in labels]]


def test_the_bold_beginning_of_a_paragraph_is_known() -> None:
    page = Page().text(70, 60, "Opplæring", bold=True).text(135, 60, "Kurset var nyttig.")
    (block,) = read("referat.pdf", pdf(page)).blocks
    assert isinstance(block, Paragraph)
    assert (block.text, block.strong, block.bold) == ("Opplæring Kurset var nyttig.", "Opplæring", False)


def test_rows_without_lines_around_them_are_a_table() -> None:
    page = Page()
    for at, (label, value) in enumerate(
        (("Utvalg:", "FSU"), ("Dato:", "03.02.2025"), ("Til stede:", "Eksempel Leder, Eksempel"))
    ):
        page.text(70, 70 + at * LINE_HEIGHT, label).text(170, 70 + at * LINE_HEIGHT, value)
    page.text(170, 70 + 3 * LINE_HEIGHT, "Kliniker").text(70, 150, "Sak 1/25 Innkalling")
    paper = read("referat.pdf", pdf(page))
    assert tables(paper) == [
        [["Utvalg:", "FSU"], ["Dato:", "03.02.2025"], ["Til stede:", "Eksempel Leder, Eksempel Kliniker"]]
    ]
    assert texts(paper) == ["Sak 1/25 Innkalling"]


LINE_HEIGHT = 16


def test_letters_that_are_drawn_twice_to_look_bold_are_read_once() -> None:
    page = Page()
    for offset in (0, 0.4, 0.8):
        page.text(70 + offset, 70, "Sak 1/25 Tillit til alle i møtet").text(70, 100 + offset, "Annet")
    assert texts(read("referat.pdf", pdf(page))) == ["Sak 1/25 Tillit til alle i møtet", "Annet"]


def test_what_is_written_across_a_page_stands_beside_its_text() -> None:
    paper = read("referat.pdf", pdf(Page().lines(70, 70, *PROSE).turned(150, 600, "UTKAST", 80)))
    assert texts(paper) == [WHOLE]
    assert paper.headers == ("UTKAST",)


# --- those that cannot be read -----------------------------------------------------------------------------


def refused(content: bytes) -> CannotRead:
    with pytest.raises(CannotRead) as found:
        read("referat.pdf", content)
    return found.value


def test_a_scan_says_that_it_has_no_text() -> None:
    error = refused(pdf(Page().picture(), Page().picture().text(70, 70, "3")))
    assert error.why is Why.NO_TEXT
    assert "skannet" in str(error)


def test_one_page_that_is_a_scan_among_others_is_said() -> None:
    paper = read("referat.pdf", pdf(Page().lines(70, 70, *PROSE), Page().picture()))
    assert paper.warnings == ("pages_without_text",)
    assert texts(paper) == [WHOLE]


def test_letters_that_the_font_does_not_name_say_so() -> None:
    """`Identity-H` without a map: the numbers of drawings, and nothing of which letters they are."""
    error = refused(
        pdf(
            Page().lines(70, 70, "x").text(70, 100, "Dette er tegninger av bokstaver uten navn, og ikke mer", font="F3")
        )
    )
    assert error.why is Why.NO_TEXT
    assert "lar seg ikke lese" in str(error)


def test_letters_that_are_named_as_others_say_so_too() -> None:
    """A map that is wrong gives letters, but no words."""
    moved = [" ".join("".join(chr(ord(letter) + 3) for letter in word) for word in line.split()) for line in PROSE[2:]]
    page = Page()
    for at in range(12):
        page.lines(40, 40 + 60 * at, *[line.encode("cp1252", "replace").decode("cp1252") for line in moved])
    assert refused(pdf(page)).why is Why.NO_TEXT


def test_one_with_a_password_says_so() -> None:
    locked = "/Encrypt << /Filter /Standard /V 1 /R 2 /O <{0}> /U <{0}> /P -44 >> /ID [<00> <00>]".format("41" * 32)
    error = refused(pdf(Page().text(70, 70, "Hemmelig"), trailer=locked))
    assert error.why is Why.PASSWORD
    assert "uten passord" in str(error)


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\nnoe helt annet", pdf(Page().text(70, 70, "Hei"))[:300]])
def test_one_that_is_cut_off_says_that_it_is_damaged(content: bytes) -> None:
    assert refused(content).why is Why.DAMAGED


def test_one_that_the_library_stumbles_over_is_damaged_and_the_log_has_how_and_nothing_of_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    content = pdf(Page().text(70, 70, "Referat fra møte i utvalget"))
    assert refused(content.replace(b"[0 0 595 842]", b"[0 0]        ")).why is Why.DAMAGED
    [logged] = [record.getMessage() for record in caplog.records if record.name.startswith("handlers")]
    assert re.fullmatch(r"a PDF could not be read: IndexError at \S+/pdfplumber/page\.py:\d+", logged)


def test_300_pages_are_read_and_more_than_the_limit_are_refused_by_their_number() -> None:
    pages = [Page().text(70, 70, f"Sak {at}/25 Innkalling").text(300, 820, str(at)) for at in range(1, 301)]
    content = pdf(*pages)
    found = paragraphs(read("aarsbok.pdf", content).blocks)
    assert [(each.text, each.page) for each in found] == [(f"Sak {at}/25 Innkalling", at) for at in range(1, 301)]
    with pytest.raises(CannotRead, match="300 sider") as error:
        read_pdf("aarsbok.pdf", content, most_pages=299)
    assert error.value.why is Why.TOO_LARGE


def test_a_page_that_fills_the_memory_when_it_is_unpacked_is_not_unpacked() -> None:
    """A probe of our own guard: 5 MB of spaces in a few KB, against room for one."""
    bomb = pdf(Page(), packed=zlib.compress(b" " * 5_000_000))
    assert len(bomb) < 20_000
    with pytest.raises(CannotRead, match="for stor når den pakkes ut"):
        list(sheets_of(bomb, most_in_a_stream=1_000_000))


def test_it_is_known_by_its_content_and_not_by_its_name() -> None:
    assert read("referat.docx", b"\r\n" + pdf(Page().lines(70, 70, *PROSE))).kind == "pdf"


def test_what_a_page_says_is_not_logged_where_it_is_drawn_in_an_odd_way(caplog: pytest.LogCaptureFixture) -> None:
    page = Page().lines(50, 50, "Referat fra møte i utvalget", "Sak 1/25 Felles opplæring")
    # A colour that is a text, and a text that is a name.
    page.drawn.append("(13097248022) g BT /F1 11 Tf 50 500 Td [/Eksempelnavn] TJ ET")
    with caplog.at_level("DEBUG"):
        found = read("referat.pdf", pdf(page))
    assert "Sak 1/25 Felles opplæring" in " ".join(texts(found))
    said = " ".join(each.getMessage() for each in caplog.records)
    assert "13097248022" not in said
    assert "Eksempelnavn" not in said
