"""Plain text: what is a paragraph, what is a table, and what was only broken where a page was full."""

import pytest

from handlers.papers.reading.blocks import Paragraph, Table, text_of
from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.reader import read
from tests.papers.reading.shown import read_text, tables, texts

NARROW = """\
Referat fra møte i Eksempelutvalget

Utvalget drøftet hvordan kommunene og sykehuset skal følge
opp pasienter som er utskrivningsklare. Det var enig-
het om at pleie- og omsorgstjenesten i kommunene, og HR-
utvalget, må være med. Eksempel Leder viste til møtet den
5. mars, som varte fra kl. 12.00
– 14.00, og til saken fra i fjor.
Vedtak: Utvalget slutter seg til planen.
Sak 2/25 Eventuelt
"""


def test_lines_that_were_broken_where_the_page_was_full_are_put_together() -> None:
    first, second = texts(read_text(NARROW))
    assert first == "Referat fra møte i Eksempelutvalget"
    assert second.split("\n") == [
        "Utvalget drøftet hvordan kommunene og sykehuset skal følge opp pasienter som er utskrivningsklare. "
        "Det var enighet om at pleie- og omsorgstjenesten i kommunene, og HR-utvalget, må være med. "
        "Eksempel Leder viste til møtet den 5. mars, som varte fra kl. 12.00 – 14.00, og til saken fra i fjor.",
        "Vedtak: Utvalget slutter seg til planen.",
        "Sak 2/25 Eventuelt",
    ]


def test_lines_that_their_author_ended_stay_apart() -> None:
    found = texts(read_text("Til stede:\nEksempel Leder\nEksempel Kliniker, Eksempel sykehus\n\nForfall: ingen\n"))
    assert found == ["Til stede:\nEksempel Leder\nEksempel Kliniker, Eksempel sykehus", "Forfall: ingen"]


def test_an_empty_line_in_the_middle_of_a_sentence_is_no_end() -> None:
    found = texts(
        read_text(NARROW + "\nSekretariatet kommer tilbake til dette når høringen om de\n\nnye rutinene er over.\n")
    )
    assert found[-1] == "Sekretariatet kommer tilbake til dette når høringen om de nye rutinene er over."


def test_a_hyphen_that_the_paper_writes_elsewhere_stays() -> None:
    lines = ["Ordningen med e-helse og velferds-teknologi ble drøftet i møtet."]
    lines += [
        "Kommunene melder at de har tatt i bruk ny velferds-",
        "teknologi i flere av tjenestene i løpet av dette året, og at",
    ]
    lines += ["det gir en bedre oversikt over hvem som trenger hjelp nå."]
    assert "ny velferds-teknologi i flere" in texts(read_text("\n".join(lines)))[0]


def test_rows_with_tabs_are_a_table_and_an_empty_line_does_not_end_it() -> None:
    paper = read_text(
        "Saksnr.\tTema\tAnsvar\n1/25\tGodkjenning\t\n\n2/25\tMandat\tEksempel Leder\n\nEventuelt: ingen\n"
    )
    assert tables(paper) == [
        [["Saksnr.", "Tema", "Ansvar"], ["1/25", "Godkjenning", ""], ["2/25", "Mandat", "Eksempel Leder"]]
    ]
    assert texts(paper) == ["Eventuelt: ingen"]


@pytest.mark.parametrize(("first", "second"), [("1.", "2."), ("a)", "b)"), ("•", "•"), ("-", "-")])
def test_the_points_of_a_list_with_tabs_behind_their_numbers_are_no_table(first: str, second: str) -> None:
    paper = read_text(f"Vedtak:\n{first}\tSykehuset varsler kommunen.\n{second}\tOrdningen evalueres.\n")
    assert not [block for block in paper.blocks if isinstance(block, Table)]
    said = "\n".join(text_of(block) for block in paper.blocks)
    assert f"{first} Sykehuset varsler kommunen." in said
    assert f"{second} Ordningen evalueres." in said


def test_one_line_with_a_tab_is_a_line_and_one_that_begins_with_a_tab_stands_further_in() -> None:
    paper = read_text("Dato:\t3.2.25\n\n\tVedtak: Godkjent.\n")
    assert paper.blocks == (Paragraph("Dato:\t3.2.25"), Paragraph("Vedtak: Godkjent.", indent=2))


def test_rows_with_tags_in_their_cells() -> None:
    """As one kind of export has them: the ends of lines are lost, and a row goes on after an empty line."""
    paper = read_text(
        "Saksnr.\tSaksliste\n"
        "1/25\t<p>Godkjenning av innkalling</p> <p>Viser til vedtak i sak 38/24: <i>Plan &amp; mål</i>.</p>\n"
        "\n"
        "\t<p>Vedtak: Innkallingen godkjennes når A < B.</p>\n"
        '2/25\t<b>Handlingsplan</b> Avventer ny plan <ul style="x"> <li>• Rutiner</li> '
        "<li>○ <b>Avvik</b>, status</li> </ul>\n"
        "3/25\t<p><b>Vedtak:</b> Tas til orientering.<br/>Neste møte avtales. • En • To</p> "
        "<u>Konklusjon:</u> Enighet.\n"
    )
    (table,) = paper.blocks
    assert isinstance(table, Table)
    assert tables(paper)[0] == [
        ["Saksnr.", "Saksliste"],
        ["1/25", "Godkjenning av innkalling\nViser til vedtak i sak 38/24: Plan & mål."],
        ["", "Vedtak: Innkallingen godkjennes når A < B."],
        ["2/25", "Handlingsplan\nAvventer ny plan\n• Rutiner\n○ Avvik, status"],
        ["3/25", "Vedtak: Tas til orientering.\nNeste møte avtales.\n• En\n• To\nKonklusjon: Enighet."],
    ]
    assert table.rows[3][1].blocks[0] == Paragraph("Handlingsplan", bold=True)


def test_what_stands_on_each_page_is_no_part_of_its_sentences() -> None:
    page = "Eksempel helsefellesskap\n\n{text}\n\nSide {number} av 3\n"
    said = ("Sak 1/25 Innkalling", "Sak 2/25 Mandat", "Sak 3/25 Eventuelt")
    paper = read_text("\f".join(page.format(text=text, number=at) for at, text in enumerate(said, 1)))
    assert paper.blocks == tuple(Paragraph(text, page=at) for at, text in enumerate(said, 1))
    assert paper.headers == ("Eksempel helsefellesskap",)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "mac_roman", "cp865"]
)
def test_letters_are_read_whichever_program_saved_them(encoding: str) -> None:
    text = "Møte på Ås: ærlig drøfting av økonomi\n"
    assert texts(read("referat.txt", text.encode(encoding))) == [text.strip()]


def test_letters_that_were_saved_twice_are_read_as_they_were() -> None:
    text = "Drøfting på møtet – «ærlig talt»"
    assert texts(read("referat.txt", text.encode().decode("cp1252", "ignore").encode())) == [text]


def test_spaces_that_look_alike_and_letters_that_stand_together_are_written_as_usual() -> None:
    paper = read_text("kl.\u00a012.00\u2013\u200b14.00, o\ufb03siell a\u030a, sam\u00adhandling, 1\u2011årig")
    assert texts(paper) == ["kl. 12.00–14.00, offisiell å, samhandling, 1-årig"]


def test_an_empty_file_and_one_with_nothing_in_it_say_so() -> None:
    for content in (b"", b" \r\n\f \n", b"\xef\xbb\xbf"):
        with pytest.raises(CannotRead) as found:
            read("referat.txt", content)
        assert found.value.why is Why.EMPTY


def test_bytes_that_are_no_text_are_not_taken_for_some() -> None:
    with pytest.raises(CannotRead, match="kjenner ikke igjen") as found:
        read("referat.txt", bytes(range(256)) * 8)
    assert found.value.why is Why.UNKNOWN_FORMAT


def test_lines_that_are_as_long_as_each_other_by_chance_stay_apart() -> None:
    text = (
        "Sak 1/25 Godkjenning av innkalling og dagsorden\nUtvalget hadde ingen merknader.\n\n"
        "Sak 2/25 Felles opplæring i utskrivning\nUtvalget drøftet planen i møtet.\n"
        "Vedtak: Utvalget slutter seg til planen.\n"
    )
    assert texts(read_text(text)) == [part.strip() for part in text.split("\n\n")]


def test_a_line_with_each_letter_twice_is_read_once() -> None:
    text = "RReeffeerraatt ffrraa mmøøttee  0033..0022..22002255\nSak 11/22 har 22 vedlegg, 1122 og 33.\n1122 3344"
    assert texts(read_text(text)) == ["Referat fra møte 03.02.2025\nSak 11/22 har 22 vedlegg, 1122 og 33.\n1122 3344"]
