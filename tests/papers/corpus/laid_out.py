"""Papers of the corpus in layouts that only an office program makes: lists that it numbers, cells that are merged."""

import io
from collections.abc import Callable, Sequence
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.papers.corpus.pages import Pages

Rows = Sequence[Sequence[str]]


def _bytes(document: WordDocument) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _table(document: WordDocument, rows: Rows) -> Any:
    table = document.add_table(rows=0, cols=max(len(row) for row in rows))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=False):
            cell.text = text
    return table


def _list(document: WordDocument, *levels: str, start: int = 1, form: str = "decimal") -> int:
    """A list that counts by itself, with the text of each level («Sak %1/26»). Returns its number."""
    root = document.part.numbering_part.element
    number = 900 + len(root)
    levels_xml = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start if at == 0 else 1}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, text in enumerate(levels)
    )
    space = nsdecls("w")
    root.insert(0, parse_xml(f'<w:abstractNum {space} w:abstractNumId="{number}">{levels_xml}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {space} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'))
    return number


def _in_list(paragraph: Any, number: int, level: int = 0) -> Any:
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    )
    return paragraph


def numbers_that_word_writes() -> bytes:
    """«Sak 3/26» is an automatic number, with points below some; who was there is told by crosses."""
    document = Document()
    document.add_heading("Referat", level=1)
    for field in (
        "Samarbeidsforum for fastleger og sykehus",
        "Møtedato: torsdag 22. januar 2026",
        "Møtetid: kl 15:00 til 16:30",
        "Møtested: Digitalt (Teams)",
    ):
        document.add_paragraph(field)
    _table(
        document,
        [
            ["Navn", "Representerer", "Til stede", "Forfall"],
            ["Kari Prøve", "Fastlegene i Sundby", "X", ""],
            ["Leif Døme", "Medisinsk klinikk", "X", ""],
            ["Mona Test", "Kirurgisk klinikk", "", "X"],
            ["Nils Eksempel", "Praksiskonsulent", "X", ""],
        ],
    )
    cases = _list(document, "Sak %1/26", "%2)", start=3)
    for title, points, texts in (
        ("Godkjenning av saksliste", (), ["Vedtak: Sakslisten godkjennes."]),
        (
            "Henvisninger uten riktig adresse",
            ("Feil adresse i hver tiende henvisning", "Lite opplæring"),
            ["Vedtak: Sykehuset lager en veileder til fastlegene.", "Ansvar: Leif Døme. Frist: 1. juni 2026."],
        ),
        ("Epikriser innen en dag", (), ["Konklusjon: Forumet støtter målet om epikrise innen en dag."]),
        ("Eventuelt", (), ["Ingen saker til eventuelt."]),
    ):
        _in_list(document.add_paragraph(), cases).add_run(title).bold = True
        for point in points:
            _in_list(document.add_paragraph(point), cases, 1)
        for text in texts:
            document.add_paragraph(text)
    return _bytes(document)


def months_over_two_columns() -> bytes:
    """Bodies by months: each month is merged over a column of dates and one of times."""
    document = Document()
    document.add_heading("Møteplan 2027", level=1)
    table = document.add_table(rows=2, cols=7)
    table.rows[0].cells[0].merge(table.rows[1].cells[0]).text = "Utvalg"
    for first, month in ((1, "Januar"), (3, "Februar"), (5, "Mars")):
        table.rows[0].cells[first].merge(table.rows[0].cells[first + 1]).text = month
    for at, title in enumerate(("Dato", "Kl.") * 3, 1):
        table.rows[1].cells[at].text = title
    for row in (
        ["SSU", "", "", "11.", "10.00–14.00", "", ""],
        ["FSU rus", "14.", "12.15–14.45", "", "", "18.", "12.30–15.00"],
        ["Klinisk samarbeid Sundby", "", "", "2.", "09.00–11.00", "30.", "09.00–11.00"],
    ):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return _bytes(document)


def days_below_months() -> bytes:
    """Bodies by months, with nothing but the day in a cell, and the time behind the body."""
    document = Document()
    document.add_heading("Årsplan for møter 2027", level=1)
    _table(
        document,
        [
            ["", "Jan", "Feb", "Mar", "Apr", "Mai", "Jun"],
            ["SSU kl. 10–14", "", "11", "", "", "20", ""],
            ["FSU rus kl. 12.15–14.45", "14", "", "18", "", "", "3"],
            ["Brukerutvalg kl. 10–13.30", "", "17", "", "14 og 28", "", ""],
        ],
    )
    return _bytes(document)


def programme_of_times() -> bytes:
    """A convocation as a table with the time of day first, and the number in one cell with the title."""
    document = Document()
    document.add_heading("Innkalling til møte i Lokalt samarbeidsutval Ytre", level=1)
    _table(
        document,
        [
            ["Tid", "Tysdag 9. juni 2026 kl. 09.00–11.00"],
            ["Stad", "Ytre rådhus, møterom Havblikk"],
            ["Innkalla", "Ada Prøve, Bård Test, Cora Døme"],
        ],
    )
    document.add_paragraph()
    _table(
        document,
        [
            ["Kl.", "Sak", "Type", "Ansvarleg"],
            ["09.00", "11/26 Godkjenning av innkalling", "B", "Leiar"],
            ["09.05", "12/26 Oppfølging etter sjukehusopphald", "D", "Bård Test"],
            ["09.50", "13/26 Nytt om e-helse", "O", "Cora Døme"],
            ["10.45", "14/26 Ymse", "", ""],
        ],
    )
    document.add_paragraph("Forfall meldast til sekretariatet innan 2. juni 2026.")
    return _bytes(document)


_WORDS = "arbeidet går sent fram og kommunene svarer raskt når skjema for helgene er fylt ut slik alle ønsker"


def headings_that_gather_cases() -> bytes:
    """Headings that Word numbers on two levels: the upper ones only gather cases of a kind. An empty field shows what
    it asks for, as a PDF would."""
    document = Document()
    document.add_heading("Referat fra Strategisk samarbeidsutvalg", level=1)
    for field in (
        "Tidspunkt: Mandag 16.03.2026, 10:00–14:00",
        "Sted: Sundby helsehus, 2. etg.",
        "Skribent: Gro Eksempel",
        "Møteleder: Klikk eller trykk her for å skrive inn tekst.",
        "Til stede: Eli Prøve, Finn Test, Gro Eksempel",
        "Forfall: Ida Prøve",
    ):
        document.add_paragraph(field)
    numbers = _list(document, "%1.", "%1.%2")
    for level, title, texts in (
        (0, "Åpning", ["Eli Prøve ønsket velkommen."]),
        (0, "Beslutningssaker", []),
        (1, "Felles handlingsplan", ["Finn Test la fram planen.", "Beslutning: Planen vedtas."]),
        (1, "Økonomi", ["Beslutning: Regnskapet for 2025 godkjennes."]),
        (0, "Orienteringssaker", []),
        (1, "Status for fagutvalgene", ["Vedtak: Tatt til orientering."]),
        (0, "Eventuelt", ["Ingen saker."]),
    ):
        _in_list(document.add_heading(title, level=level + 2), numbers, level)
        for text in texts:
            document.add_paragraph(text)
    return _bytes(document)


_WHO = 'w:id="9" w:author="Eksempel Referent" w:date="2026-02-01T10:00:00Z"'


def _tracked(paragraph: Any, kind: str) -> Any:
    """A paragraph that was inserted (`ins`) or deleted (`del`) as a whole, with changes tracked."""
    for run in list(paragraph._p.r_lst):
        change = parse_xml(f"<w:{kind} {nsdecls('w')} {_WHO}/>")
        run.addprevious(change)
        change.append(run)
        if kind == "del":
            for words in run.t_lst:
                words.tag = words.tag.replace("}t", "}delText")
    mark = f"<w:rPr {nsdecls('w')}><w:{kind} {_WHO}/></w:rPr>"
    paragraph._p.get_or_add_pPr().append(parse_xml(mark))
    return paragraph


def _tracked_row(row: Any, kind: str) -> None:
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:{kind} {nsdecls('w')} {_WHO}/>"))
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            _tracked(paragraph, kind)


def whole_cases_that_were_tracked() -> bytes:
    """A case that was deleted and one that was inserted, rows of tables too; tasks below the last title."""
    document = Document()
    document.add_heading("Referat fra Lokalt samarbeidsutvalg Fjellby", level=1)
    for field in ("Dato: 9. september 2025 kl. 8.30–10.00", "Sted: Fjellby helsesenter", "Referent: Bo Døme"):
        document.add_paragraph(field)
    people = _table(
        document,
        [
            ["Navn", "Virksomhet", "Status"],
            ["Al Eksempel", "Nordvik HF", "Til stede"],
            ["Bo Døme", "Fjellby kommune", "Til stede"],
            ["Cia Test", "Fjellby kommune", "Til stede"],
            ["Dag Prøve", "Nordvik HF", "Forfall"],
        ],
    )
    _tracked_row(people.rows[3], "del")
    _tracked_row(people.rows[4], "ins")
    for kind, texts in (
        ("", ("Sak 17/25 Felles møteplass", "Vedtak: Møteplassen settes i gang fra januar.")),
        ("del", ("Sak 18/25 Transport av prøver", "Vedtak: Kommunen kjører prøvene.")),
        ("ins", ("Sak 18/25 Vaktordning i romjulen", "Vedtak: Oppsettet følges.")),
        ("", ("Sak 19/25 Oppgaver til neste gang",)),
    ):
        for text in texts:
            paragraph = document.add_paragraph(text)
            if kind:
                _tracked(paragraph, kind)
    tasks = _table(
        document,
        [
            ["Hva", "Hvem", "Frist"],
            ["Lage vaktliste", "Al Eksempel", "01.12.2025"],
            ["Sende brev", "Bo Døme", "15.10.2025"],
            ["Ringe legevakten", "Dag Prøve", "20.10.2025"],
        ],
    )
    _tracked_row(tasks.rows[2], "del")
    _tracked_row(tasks.rows[3], "ins")
    return _bytes(document)


def _talk(number: int) -> str:
    """Some text, other for each case: what is the same on most pages is taken for a header."""
    words = _WORDS.split()
    return " ".join(words[(number * 7 + at * (number % 4 + 2)) % len(words)] for at in range(45)).capitalize() + "."


def table_without_lines() -> bytes:
    """A table over two pages that has no lines at all, below a head; a letterhead in the margin, and a footnote."""
    pages = Pages("")
    pages.beside(["Postadresse:", "Postboks 1", "0000 Prøvedal", "post@eksempel.example", "Org.nr. 000 000 000"])
    pages.line("**Referat fra Klinisk samarbeidsutvalg Prøvedal")
    for field in (
        "Dato: 03.03.2026",
        "Tid: kl. 09.00–11.00",
        "Sted: Sundby helsehus",
        "Til stede: Frida Prøve, Geir Døme, Hanne Test",
        "Forfall: Jorunn Prøve",
        "Referent: Geir Døme",
    ):
        pages.line(field)
    pages.note("1", "Vedtak: slik står det i sak 9/25, som ikke er behandlet her.")
    pages.paragraph("")
    pages.table(
        [
            ["Saksnr.", "Sak", "Vedtak"],
            *(
                [f"{number}/26", f"**{title}\n{_talk(number)}", decided]
                for number, title, decided in (
                    (5, "Godkjenning av referat", "Referatet godkjennes."),
                    (6, "Utskriving i helgene", "Legevakten lager et felles oppsett for helgene i hele området."),
                    (7, "Fall på sykehjem", "Skjemaet tas i bruk fra høsten."),
                    (8, "Ernæring hos eldre", "Saken tas opp igjen i mai."),
                    (9, "Kurs for nyansatte", "Kurset holdes to ganger i året."),
                    (10, "Felles journal", "Arbeidet fortsetter."),
                    (11, "Tolk ved utskriving", "Tolk bestilles av avdelingen."),
                    (12, "Eventuelt", ""),
                )
            ),
        ],
        [0.9, 2.7, 1.9],
        ruled=False,
    )
    pages.line("Neste møte: 5. mai 2026 kl. 09.00")
    return pages.content()


LAID_OUT: dict[str, Callable[[], bytes]] = {
    "nummer_fra_word.docx": numbers_that_word_writes,
    "maneder_over_to_kolonner.docx": months_over_two_columns,
    "dager_under_maneder.docx": days_below_months,
    "program_med_klokkeslett.docx": programme_of_times,
    "overskrifter_i_grupper.docx": headings_that_gather_cases,
    "sporede_saker.docx": whole_cases_that_were_tracked,
    "tabell_uten_streker.pdf": table_without_lines,
}
