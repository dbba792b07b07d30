"""Papers of the corpus that are files of an office program: made here, from plain descriptions."""

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook

from tests.papers.corpus.laid_out import LAID_OUT
from tests.papers.corpus.pages import Pages

Rows = Sequence[Sequence[str]]


def _bytes(document: WordDocument) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _table(document: WordDocument, rows: Rows) -> Any:
    table = document.add_table(rows=0, cols=max(len(row) for row in rows))
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            first, *others = text.split("\n")
            _paragraph(cell.paragraphs[0], first)
            for other in others:
                _paragraph(cell.add_paragraph(), other)
    return table


def _paragraph(paragraph: Any, text: str) -> None:
    """Bold where it begins with two stars."""
    bold = text.startswith("**")
    run = paragraph.add_run(text.strip("*") if bold else text)
    run.bold = bold or None


def _changed(paragraph: Any, kind: str, text: str) -> None:
    """A tracked insertion (`ins`) or deletion (`del`)."""
    change = OxmlElement(f"w:{kind}")
    change.set(qn("w:id"), "7")
    change.set(qn("w:author"), "Eksempel Referent")
    change.set(qn("w:date"), "2025-05-01T10:00:00Z")
    run = OxmlElement("w:r")
    words = OxmlElement("w:t" if kind == "ins" else "w:delText")
    words.set(qn("xml:space"), "preserve")
    words.text = text
    run.append(words)
    change.append(run)
    paragraph._p.append(change)


def table_of_cases() -> bytes:
    """The whole paper in two tables, the second over several pages with its top row again."""
    document = Document()
    _table(
        document,
        [
            ["**Til", "Faste medlemmer"],
            ["**Tema", "Referat Faglig samarbeidsutvalg (FSU)"],
            ["**Dato/sted", "12.09.24, kl. 12.30-15.30, Prøvedal sykehus, møterom Elva"],
            [
                "**Til stede",
                "Kari Eksempel (Nordby), Ola Eksempel (brukerrepr.), Eksempel Lege (fastlege), "
                "Per Prøve (sekretariat Døme HF)",
            ],
            ["**Fravær", "Anne Prøve (Vestby), Eva Test (Døme HF)"],
            ["**Referent", "Per Prøve"],
        ],
    )
    document.add_paragraph("")
    head = ["**Saksnr.", "**Tema", "**Ansvar"]
    _table(
        document,
        [
            head,
            ["", "**Godkjenning av innkalling og dagsorden\nKonklusjon: Innkalling og dagsorden er godkjent", ""],
            [
                "2024.21\nOrientering",
                "**Ungdomshelse i skolen\nSaken utgår grunnet sykdom og settes opp på neste møte.",
                "Kari Eksempel",
            ],
            [
                "2024.22\n2 vedlegg\nDiskusjon\nBeslutning",
                "**Mandat for fagutvalg\nUtkast ble presentert.\n"
                "Det er enighet om at mandatet evalueres etter ett år.\n"
                "Konklusjon:\nMandatet godkjennes.",
                "Ola",
            ],
            head,
            ["", "Evalueringen legges fram i FSU.", ""],
            [
                "2024.23\nDialog",
                "**Planer for 2025\nRunde rundt bordet.\nKonklusjon: Orienteringen tas til etterretning.",
                "Alle",
            ],
            ["2024.24", "Eventuelt\n**Sykefravær\nKonklusjon: Per Prøve tar saken opp med fagdirektør.", ""],
        ],
    )
    document.add_paragraph("Neste møte: torsdag 7. november 2024 kl. 12.30-15.30")
    return _bytes(document)


def tracked_changes() -> bytes:
    """Insertions count and deletions do not: in a title, in a decision and among those who were there."""
    document = Document()
    document.add_heading("Møtereferat Lokalt samarbeidsutvalg (LSU)", level=1)
    document.add_paragraph("Møtedato: 6. mai 2025 kl. 13.00–15.00")
    document.add_paragraph("Sted: Teams")
    here = document.add_paragraph("Til stede: Kari Eksempel, Ola Eksempel")
    _changed(here, "ins", ", Eva Test")
    _changed(here, "del", ", Per Prøve")
    absent = document.add_paragraph("Forfall: ")
    _changed(absent, "ins", "Per Prøve")
    document.add_heading("Sak 11/25 Godkjenning av innkalling", level=2)
    document.add_paragraph("Vedtak: Godkjent.")
    title = document.add_heading("Sak 12/25 Felles ", level=2)
    _changed(title, "del", "rutine")
    _changed(title, "ins", "retningslinje for utskriving")
    decision = document.add_paragraph("Vedtak: Retningslinjen ")
    _changed(decision, "del", "avvises.")
    _changed(decision, "ins", "godkjennes.")
    document.add_heading("Sak 13/25 Eventuelt", level=2)
    document.add_paragraph("Ingen saker.")
    return _bytes(document)


def automatic_numbers() -> bytes:
    """Cases that Word numbers, with lists of its own inside them."""
    document = Document()
    document.add_heading("Referat fra styringsgruppemøte 14. januar 2026", level=1)
    document.add_paragraph("Tid: 09:00–10:30")
    document.add_paragraph("Deltakere: Kari Eksempel, Ola Eksempel og Per Prøve")
    for title, texts in (
        ("1. Godkjenning av referat", ["Referatet ble godkjent."]),
        (
            "2. Framdrift",
            [
                "Prosjektleder orienterte:",
                "1. Rekruttering",
                "2. Opplæring",
                "3. Utstyr",
                "Styringsgruppen tok saken til orientering.",
            ],
        ),
        ("3. Risiko", ["Beslutning: Risikoen aksepteres.", "Ansvar: Ola Eksempel. Frist: 1.3.2026"]),
    ):
        document.add_heading(title, level=2)
        for text in texts:
            document.add_paragraph(text)
    return _bytes(document)


def a_table_for_each_case() -> bytes:
    """Each case in a table of its own, with labels down the side."""
    document = Document()
    document.add_paragraph("PROTOKOLL").runs[0].bold = True
    document.add_paragraph("Utvalg: Administrativt samarbeidsutvalg")
    document.add_paragraph("Møtedato: 20.02.2025    Tid: 10.00-12.00")
    document.add_paragraph("Sted: Nordby rådhus")
    people = [
        ["Navn", "Rolle", "Møtt"],
        ["Kari Eksempel", "Leder", "X"],
        ["Ola Eksempel", "Medlem", "X"],
        ["Per Prøve", "Medlem", "Forfall"],
    ]
    _table(document, people)
    document.add_paragraph("")
    for number, title, discussed, decided in (
        ("1/2025", "Godkjenning av innkalling og saksliste", "Ingen merknader.", "Innkalling og saksliste godkjennes."),
        (
            "2/2025",
            "Ny avtale om ambulerende team",
            "Leder orienterte om avtalen.",
            "1. Avtalen godkjennes.\n2. Avtalen evalueres innen 31.12.2025.",
        ),
        ("3/2025", "Orienteringer", "Det ble orientert om vaksinering.", "Tatt til orientering."),
    ):
        _table(document, [["Sak", f"{number} {title}"], ["Behandling", discussed], ["Vedtak", decided]])
        document.add_paragraph("")
    return _bytes(document)


def head_in_pairs() -> bytes:
    """The head as pairs of label and text, two to a row; owner and deadline in one column."""
    document = Document()
    document.add_paragraph("Møtereferat").runs[0].bold = True
    table = _table(
        document,
        [
            ["Møte:", "Lokalt samarbeidsutvalg Øst", "Møtedato:", "02.06.2025"],
            ["Sted:", "Teams", "Tid:", "12.00–13.30"],
            ["Møteleder:", "Kari Eksempel", "Referent:", "Ola Eksempel"],
        ],
    )
    for label, names in (
        ("Til stede:", ["Kari Eksempel, bydelsdirektør", "Ola Eksempel, rådgiver", "Eksempel Lege, bydelsoverlege"]),
        ("Forfall:", ["Per Prøve, Anne Prøve"]),
    ):
        cells = table.add_row().cells
        cells[0].text = label
        cells[1].merge(cells[3]).text = "\n".join(names)
    document.add_paragraph("")
    _table(
        document,
        [
            ["Sak nr.", "Sakstittel og referat", "Ansvar / frist"],
            ["14/2025", "Godkjenning av innkalling og referat\nIngen merknader. Referatet er godkjent.", ""],
            [
                "15/2025",
                "Felles mottak for henvisninger\nKari Eksempel orienterte om status.\nVedtak:\n"
                "LSU Øst anbefaler at mottaket utvides.",
                "Ola Eksempel\n01.09.2025",
            ],
            ["16/2025", "Smittevern\nSaken ble ikke behandlet, og utsettes til neste møte.", ""],
            ["17/2025", "Eventuelt\nNeste møte 8. september 2025.", ""],
        ],
    )
    return _bytes(document)


def protocol_in_nynorsk() -> bytes:
    """A protocol of a municipality: people in tables, a series for each kind of case."""
    document = Document()
    document.add_paragraph("Døme kommune")
    document.add_paragraph("Møteprotokoll").runs[0].bold = True
    for field in (
        "Utval:\tUtval for helse og omsorg",
        "Møtestad:\tKommunehuset",
        "Dato:\t21.01.2026",
        "Tid:\t13:00 – 15:45",
    ):
        document.add_paragraph(field)
    for label, rows in (
        (
            "Faste medlemmer som møtte:",
            [["Namn", "Funksjon", "Representerer"], ["Kari Døme", "Leiar", "SP"], ["Ola Døme", "Medlem", "AP"]],
        ),
        ("Faste medlemmer som ikkje møtte:", [["Namn", "Funksjon", "Representerer"], ["Gro Prøve", "Medlem", "H"]]),
        ("Varamedlemmer som møtte:", [["Namn", "Møtte for", "Representerer"], ["Siri Test", "Gro Prøve", "H"]]),
    ):
        document.add_paragraph(label).runs[0].bold = True
        _table(document, rows)
    document.add_paragraph("Merknader: Ingen merknader til innkalling og sakliste.")
    _table(
        document,
        [
            ["Saknr", "Arkivsaknr", "Innhald"],
            ["PS 1/26", "2025/441", "Godkjenning av protokoll"],
            ["PS 2/26", "2025/1203", "Tenesteanalyse helse"],
            ["RS 1/26", "", "Melding om tilsyn"],
        ],
    )
    for title, texts in (
        (
            "PS 1/26 Godkjenning av protokoll",
            ["Handsaming i møtet:", "Ingen merknader.", "Vedtak:", "Protokollen vart samrøystes godkjend."],
        ),
        (
            "PS 2/26 Tenesteanalyse helse",
            [
                "Tilråding frå kommunedirektøren:",
                "Utvalet avviser saka.",
                "Handsaming i møtet:",
                "Ola Døme sette fram framlegg om utsetjing. Framlegget fall med 1 mot 2 røyster.",
                "Vedtak:",
                "Utvalet tek saka til vitande.",
            ],
        ),
        ("RS 1/26 Melding om tilsyn", ["Teke til vitande."]),
    ):
        document.add_paragraph(title).runs[0].bold = True
        for text in texts:
            document.add_paragraph(text)
    return _bytes(document)


def plan_of_bodies_and_months() -> bytes:
    """Bodies down, months across."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "2026"
    sheet.append(["Møteplan 2026"])
    sheet.append(["", "Januar", "Februar", "Mars", "April", "Mai"])
    sheet.append(["FSU (12.30–15.30)", "22.1.", "", "", "16.4.", ""])
    sheet.append(["AU (14.00–16.00)", "", "12.2.", "", "", "11.5."])
    sheet.append(["SSU (13.00–15.30)", "", "", "5.3.", "", "28.5."])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def plan_by_row() -> bytes:
    """A row for each meeting, dates as the program holds them."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Utvalg", "Dato", "Tid", "Sted"])
    sheet.append(["Brukerutvalget", date(2026, 2, 11), "10.00-14.00", "Møterom Fjell"])
    sheet.append(["Brukerutvalget", date(2026, 4, 15), "10.00-14.00", "Møterom Fjell"])
    sheet.append(["Ungdomsrådet", date(2026, 3, 3), "16.00-18.00", "Teams"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def prose_on_pages() -> bytes:
    """Running text over several pages, broken at the margin, with headers between."""
    pages = Pages("Eksempel sykehus HF – Brukerutvalget")
    pages.line("**Referat fra møte i Brukerutvalget")
    for field in (
        "Møtedato: 14. mai 2025 kl. 10.00–14.00",
        "Møtested: Møterom Fjell",
        "Møteleder: Kari Eksempel",
        "Referent: Ola Eksempel",
    ):
        pages.line(field)
    pages.paragraph("")
    pages.paragraph(
        "Til stede: Kari Eksempel (leder), Ola Eksempel (rådgiver), Per Prøve, Anne Prøve, Eksempel Lege og Jon Test "
        "(vara for Siri Døme)"
    )
    pages.paragraph("Forfall: Siri Døme")
    for number in range(21, 28):
        pages.line(f"**Sak {number}/2025 Samhandling om pasienter i gruppe {number}")
        pages.paragraph("Det ble orientert om arbeidet. Flere pekte på at informasjonen ikke kommer fram i tide. " * 3)
        pages.paragraph(
            f"Vedtak: Brukerutvalget tar sak {number} til orientering og ber om en ny gjennomgang når tallene for "
            "hele året foreligger hos alle kommunene."
        )
    pages.paragraph("Neste møte: 11. juni 2025 kl. 10.00")
    return pages.content()


def ruled_table_on_pages() -> bytes:
    """All of it in ruled tables, the second over three pages."""
    pages = Pages("Helsefellesskapet Prøvedal")
    pages.table(
        [
            ["**Til", "Faste medlemmer"],
            ["**Tema", "Referat Faglig samarbeidsutvalg (FSU)"],
            ["**Dato/sted", "12.09.24, kl. 12.30-15.30, Prøvedal sykehus"],
            [
                "**Til stede",
                "Kari Eksempel (Nordby), Ola Eksempel (Sørby), Eksempel Lege (fastlege), Per Prøve (leder)",
            ],
            ["**Fravær", "Anne Prøve (Vestby)"],
            ["**Referent", "Per Prøve"],
        ],
        [1.3, 5],
    )
    rows = [
        ["**Saksnr.", "**Tema", "**Ansvar"],
        ["", "**Godkjenning av innkalling\nKonklusjon: Innkallingen godkjennes", ""],
    ]
    for number in range(21, 30):
        talk = "Det ble orientert om arbeidet, og flere hadde kommentarer til framdriften. " * 5
        rows.append(
            [
                f"2024.{number}\nOrientering",
                f"**Tema nummer {number} i år\n{talk}\nKonklusjon: Orientering {number} tas til etterretning.",
                "Kari",
            ]
        )
    pages.table(rows, [1.1, 4.4, 0.9])
    return pages.content()


def two_columns_on_a_page() -> bytes:
    """Two columns of text."""
    pages = Pages("Nytt fra samarbeidet")
    pages.line("**Referat fra møte i Samarbeidsforum somatikk")
    pages.line("Møtedato: 5. juni 2025 kl. 09.00–10.30")
    pages.line("Sted: Teams")
    pages.paragraph("")
    pages.line("Til stede: Kari Eksempel, Ola Eksempel, Eksempel Sykepleier")
    pages.line("Forfall: Per Prøve")
    pages.paragraph("")
    talk = "Forumet snakket om hvordan arbeidet går, og flere ønsket å høre mer om erfaringene fra andre sektorer."
    pages.columns(
        [
            "**Sak 9/2025 Ny rutine",
            talk,
            "Vedtak: Rutinen tas i bruk.",
            "**Sak 10/2025 Delte stillinger",
            talk,
            "Vedtak: Saken løftes til LSU.",
        ],
        [
            "**Sak 11/2025 Opplæring",
            talk,
            "Vedtak: Kurset holdes i høst.",
            "**Sak 12/2025 Eventuelt",
            talk,
            "Ingen flere saker.",
        ],
    )
    return pages.content()


BUILT: dict[str, Callable[[], bytes]] = {
    "tabell_over_sider.docx": table_of_cases,
    "sporede_endringer.docx": tracked_changes,
    "nummererte_overskrifter.docx": automatic_numbers,
    "en_tabell_per_sak.docx": a_table_for_each_case,
    "hode_i_par.docx": head_in_pairs,
    "protokoll_nynorsk.docx": protocol_in_nynorsk,
    "tekst_over_sider.pdf": prose_on_pages,
    "tabell_med_streker.pdf": ruled_table_on_pages,
    "to_spalter.pdf": two_columns_on_a_page,
    "moteplan_maneder.xlsx": plan_of_bodies_and_months,
    "moteplan_rader.xlsx": plan_by_row,
    **LAID_OUT,
}
"""File name → what makes it."""
