"""Word documents: what a person reads in them, also where python-docx's `paragraphs` say nothing of it."""

import io

import pytest
from docx import Document

from handlers.papers.reading.blocks import Cell, Paragraph, Table
from handlers.papers.reading.reader import read
from tests.papers.reading.shown import paragraphs, tables, texts
from tests.papers.reading.word_files import (
    deleted,
    docx,
    field,
    ins,
    level,
    num,
    numbering,
    p,
    r,
    sdt,
    tbl,
    tc,
    text_box,
    tr,
)

DELETED_MARK = '<w:rPr><w:del w:id="9" w:author="Eksempel Leder"/></w:rPr>'


def blocks(body: str, **parts: str) -> tuple[object, ...]:
    return read("referat.docx", docx(body, **parts)).blocks


def test_what_python_docx_leaves_out_is_read() -> None:
    """The same file with both: its `paragraphs` have the words outside, and none of those within."""
    hidden = {
        "tracked insertion": ins(r("satt inn")),
        "inline control": sdt(r("i et felt")),
        "simple field": f'<w:fldSimple w:instr="TITLE">{r("tittelfelt")}</w:fldSimple>',
        "smart tag": f'<w:smartTag w:element="date">{r("3. februar")}</w:smartTag>',
        "moved": f'<w:moveTo w:id="3">{r("flyttet hit")}</w:moveTo>',
    }
    body = "".join(p("Fast ", inside, " tekst") for inside in hidden.values())
    body += sdt(p("Hele avsnittet")) + p(text_box(p("I en boks"))) + tbl(tr("Celle"), tr(tc(sdt(p("Celle med felt")))))
    body += p("Nummerert", number=(1, 0))
    content = docx(body, numbering=numbering(level(0, "decimal", "%1."), numbers=num(1, 0)))
    theirs = [each.text for each in Document(io.BytesIO(content)).paragraphs]
    assert theirs == [*["Fast  tekst"] * len(hidden), "", "Nummerert"]
    ours = read("referat.docx", content)
    assert texts(ours) == [
        "Fast satt inn tekst",
        "Fast i et felt tekst",
        "Fast tittelfelt tekst",
        "Fast 3. februar tekst",
        "Fast flyttet hit tekst",
        "Hele avsnittet",
        "I en boks",
        "Nummerert",
    ]
    assert tables(ours) == [[["Celle"], ["Celle med felt"]]]
    assert paragraphs(ours.blocks)[-1].number == "1."


def test_what_was_deleted_or_moved_away_does_not_count() -> None:
    body = (
        p("Vedtak: Saken ", deleted("avvises"), ins(r("godkjennes"), deleted("nesten")), ".")
        + p(f'<w:moveFrom w:id="3">{r("Dette sto her")}</w:moveFrom>', more='<w:rPr><w:moveFrom w:id="4"/></w:rPr>')
        + p(deleted("Borte"), more=DELETED_MARK)
        + p("To avsnitt ", more=DELETED_MARK)
        + p("er blitt ett.", style="Heading1")
        + tbl(
            tr("1/25", "Innkalling"),
            tr("2/25", "Utgår", properties='<w:del w:id="5"/>'),
            tr("3/25", "Mandat", properties='<w:ins w:id="6"/>'),
            tr(tc("4/25"), tc("gammel", properties='<w:cellDel w:id="7"/>'), tc("ny")),
        )
    )
    styles = '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
    found = read("referat.docx", docx(body, styles=styles))
    assert paragraphs(found.blocks) == [
        Paragraph("Vedtak: Saken godkjennes."),
        Paragraph("To avsnitt er blitt ett.", heading=1),
    ]
    assert tables(found) == [[["1/25", "Innkalling"], ["3/25", "Mandat"], ["4/25", "ny"]]]


def test_the_last_paragraph_is_not_lost_with_its_end() -> None:
    assert blocks(p("Slutt.", more=DELETED_MARK)) == (Paragraph("Slutt."),)


def test_hidden_and_struck_text_prompts_and_questions_of_fields_are_no_part_of_it() -> None:
    styles = (
        '<w:style w:type="character" w:styleId="Skjult"><w:name w:val="Skjult"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="INNH1"><w:name w:val="toc 1"/></w:style>'
    )
    body = (
        p(
            "Møtet ",
            r("skjult", "<w:vanish/>"),
            r("skjult", '<w:rStyle w:val="Skjult"/>'),
            r("ble", '<w:vanish w:val="0"/>'),
        )
        + p("Saken ", r("utgår", "<w:strike/>"), r("står", '<w:strike w:val="false"/>'))
        + p(sdt(r("Klikk her for å skrive"), properties="<w:showingPlcHdr/>"), "Sted: ", sdt(r("Eksempelsalen")))
        + p("Dato: ", field('DATE \\@ "d. MMMM yyyy"', "3. februar 2025"))
        + p("Sak 1/25 Innkalling", "<w:r><w:tab/></w:r>", "3", style="INNH1")
    )
    assert texts(read("referat.docx", docx(body, styles=styles))) == [
        "Møtet ble",
        "Saken står",
        "Sted: Eksempelsalen",
        "Dato: 3. februar 2025",
    ]


def test_a_field_that_never_ends_takes_nothing_with_it() -> None:
    broken = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF</w:instrText></w:r>'
    assert blocks(p(broken) + p("Neste avsnitt")) == (Paragraph("Neste avsnitt"),)


def test_the_choice_in_an_old_form_is_read() -> None:
    options = "".join(f'<w:listEntry w:val="{each}"/>' for each in ("Orientering", "Drøfting", "Beslutning"))
    asked = f'<w:ffData><w:ddList><w:result w:val="1"/>{options}</w:ddList></w:ffData>'
    begin = f'<w:fldChar w:fldCharType="begin">{asked}</w:fldChar>'
    body = p("Type: ", f"<w:r>{begin}</w:r>", '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    assert blocks(body) == (Paragraph("Type: Drøfting"),)


def test_tabs_lines_and_signs_are_kept() -> None:
    body = p(
        "Dato:", "<w:r><w:tab/></w:r>", "3.2.25", "<w:r><w:br/></w:r>", "HR", "<w:r><w:noBreakHyphen/></w:r>", "utvalg"
    )
    body += p(
        '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', " ja ", "<m:oMath><m:r><m:t>x=2</m:t></m:r></m:oMath>"
    )
    assert blocks(body) == (Paragraph("Dato:\t3.2.25\nHR-utvalg"), Paragraph("☒ ja x=2"))


def test_headings_by_style_by_what_it_builds_on_and_by_outline() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Overskrift2"><w:name w:val="heading 2"/><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Sak"><w:name w:val="Sakstittel"/><w:basedOn w:val="Overskrift2"/>'
        "</w:style>"
        '<w:style w:type="paragraph" w:styleId="O1"><w:name w:val="Overskrift 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Runde"><w:name w:val="Runde"/><w:basedOn w:val="Runde"/></w:style>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    )
    body = (
        p("Referat", style="T")
        + p("Saker", style="O1")
        + p("Sak 1/25", style="Sak")
        + p("Sak 2/25", more='<w:outlineLvl w:val="2"/>')
        + p("Brødtekst", style="Sak", more='<w:outlineLvl w:val="9"/>')
        + p("Rundt", style="Runde")
        + p(r("Fet", "<w:b/>"), " ", r(" også", "<w:b/>"))
        + p(r("Fet", "<w:b/>"), " ikke alt")
    )
    assert blocks(body, styles=styles) == (
        Paragraph("Referat", heading=1),
        Paragraph("Saker", heading=1),
        Paragraph("Sak 1/25", heading=2, bold=True),
        Paragraph("Sak 2/25", heading=3),
        Paragraph("Brødtekst", bold=True),
        Paragraph("Rundt"),
        Paragraph("Fet  også", bold=True),
        Paragraph("Fet ikke alt", strong="Fet"),
    )


# --- automatic numbers -------------------------------------------------------------------------------------


def numbered(*at: tuple[int, int], lists: str) -> list[str]:
    """The numbers that paragraphs get, each with its list and level."""
    body = "".join(p("x", number=each) for each in at)
    return [each.number for each in paragraphs(read("x.docx", docx(body, numbering=lists)).blocks)]


OUTLINE = (
    level(0, "decimal", "%1.")
    + level(1, "decimal", "%1.%2")
    + level(2, "lowerLetter", "%3)")
    + level(3, "upperRoman", "%4")
)


def test_levels_count_and_begin_anew_under_each_other() -> None:
    order = [(1, 0), (1, 1), (1, 1), (1, 2), (1, 2), (1, 0), (1, 1), (1, 2), (1, 3), (1, 3)]
    found = numbered(*order, lists=numbering(OUTLINE, numbers=num(1, 0)))
    assert found == ["1.", "1.1", "1.2", "a)", "b)", "2.", "2.1", "a)", "I", "II"]


def test_two_lists_that_look_alike_go_on_counting_unless_one_says_where_it_starts() -> None:
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>'
    lists = numbering(OUTLINE, numbers=num(1, 0) + num(2, 0) + num(3, 0, restart))
    assert numbered((1, 0), (1, 0), (2, 0), (3, 0), (3, 0), (1, 0), lists=lists) == ["1.", "2.", "3.", "7.", "8.", "9."]


def test_numbers_of_a_committee_with_their_own_form() -> None:
    sak = level(0, "decimal", "Sak %1/25", start=14) + level(
        1, "decimalZero", "%1-%2", more='<w:lvlRestart w:val="0"/>'
    )
    found = numbered((1, 0), (1, 1), (1, 0), (1, 1), lists=numbering(sak, numbers=num(1, 0)))
    assert found == ["Sak 14/25", "14-01", "Sak 15/25", "15-02"]


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("lowerLetter", ["a", "z", "aa", "bb"]),
        ("upperLetter", ["A", "Z", "AA", "BB"]),
        ("lowerRoman", ["i", "xxvi", "xxvii", "xxviii"]),
        ("ordinal", ["1.", "26.", "27.", "28."]),
        ("none", ["", "", "", ""]),
    ],
)
def test_each_form_of_number(form: str, numbers: list[str]) -> None:
    found = numbered(*[(1, 0)] * 28, lists=numbering(level(0, form, "%1"), numbers=num(1, 0)))
    assert [found[0], *found[25:]] == numbers


def test_bullets_are_shown_as_they_look() -> None:
    lists = numbering(
        level(0, "bullet", "\uf0b7") + level(1, "bullet", "o") + level(2, "bullet", "–"), numbers=num(1, 0)
    )
    assert numbered((1, 0), (1, 1), (1, 2), lists=lists) == ["•", "○", "–"]


def test_a_style_may_carry_the_number_and_a_paragraph_may_have_none() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{called}"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        for name, called in (("Sak", "heading 1"), ("Under", "heading 2"))
    )
    linked = level(0, "decimal", "%1/25", more='<w:pStyle w:val="Sak"/>') + level(
        1, "lowerLetter", "%2.", more='<w:pStyle w:val="Under"/>'
    )
    body = (
        p("Innkalling", style="Sak")
        + p("Vedlegg", style="Under")
        + p("Uten nummer", style="Sak", number=(0, 0))
        + p("Slettet", deleted("x"), style="Sak", more=DELETED_MARK)
        + p("Mandat", style="Sak")
    )
    content = docx(body, styles=styles, numbering=numbering(linked, numbers=num(1, 0)))
    assert [(each.number, each.heading) for each in paragraphs(read("x.docx", content).blocks)] == [
        ("1/25", 1),
        ("a.", 2),
        ("", 1),
        ("2/25", 1),
    ]


def test_a_list_that_points_to_a_style_of_lists() -> None:
    real = '<w:styleLink w:val="Saksliste"/>' + level(0, "decimal", "Sak %1")
    lists = numbering('<w:numStyleLink w:val="Saksliste"/>', real, numbers=num(1, 0))
    assert numbered((1, 0), (1, 0), (9, 0), lists=lists) == ["Sak 1", "Sak 2", ""]


# --- tables ------------------------------------------------------------------------------------------------


def test_merged_cells_stand_once_and_say_how_far_they_go() -> None:
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = tbl(
        tr(tc("Saksnr.", properties=down), tc("Sak", properties='<w:gridSpan w:val="2"/>')),
        tr(tc(properties=on), "Tittel", "Ansvar"),
        tr(tc("1/25", properties=down), "Innkalling", "Leder"),
        tr(tc(properties=on), "Vedtak: Godkjent", ""),
        tr(tc("eldre", properties='<w:hMerge w:val="restart"/>'), tc(properties="<w:hMerge/>"), "sist"),
    )
    (table,) = blocks(body)
    assert isinstance(table, Table)
    assert [[(cell.text, cell.spans, cell.rows) for cell in row] for row in table.rows] == [
        [("Saksnr.", 1, 2), ("Sak", 2, 1)],
        [("Tittel", 1, 1), ("Ansvar", 1, 1)],
        [("1/25", 1, 2), ("Innkalling", 1, 1), ("Leder", 1, 1)],
        [("Vedtak: Godkjent", 1, 1), ("", 1, 1)],
        [("eldre", 2, 1), ("sist", 1, 1)],
    ]


def test_a_table_in_a_cell_rows_in_controls_and_a_hidden_row() -> None:
    body = tbl(
        sdt(tr("1/25", tc("Plan", tbl(tr("Møte", "Dato"), tr("FSU", "25/1"))))),
        tr("skjult", properties="<w:hidden/>"),
        tr(sdt(tc("2/25")), "Mandat"),
    )
    (table,) = blocks(body)
    assert isinstance(table, Table)
    assert table.rows[0][1] == Cell(
        (
            Paragraph("Plan"),
            Table(
                (
                    (Cell((Paragraph("Møte"),)), Cell((Paragraph("Dato"),))),
                    (Cell((Paragraph("FSU"),)), Cell((Paragraph("25/1"),))),
                )
            ),
        )
    )
    assert [cell.text for cell in table.rows[1]] == ["2/25", "Mandat"]


def test_a_table_of_empty_cells_is_none() -> None:
    assert blocks(p("Før") + tbl(tr("", ""))) == (Paragraph("Før"),)


# --- what stands beside the text ---------------------------------------------------------------------------


def test_notes_and_headers_stand_apart() -> None:
    body = p("Saken ", '<w:r><w:footnoteReference w:id="2"/></w:r>', "ble drøftet.")
    found = read(
        "referat.docx",
        docx(
            body,
            footnotes=f'<w:footnote w:type="separator" w:id="0">{p("---")}</w:footnote>'
            f'<w:footnote w:id="2">{p("Se rapporten.")}</w:footnote>',
            endnotes=f'<w:endnote w:id="1">{p("Sluttnote.")}</w:endnote>',
            comments=f'<w:comment w:id="1" w:author="Eksempel Leder">{p("Stemmer dette?")}{p("Ja.")}</w:comment>',
            header1=p("Eksempel helsefellesskap") + p(text_box(p("Referat"))),
            footer1=p("Side ", field("PAGE", "1"), " av ", field("NUMPAGES", "4")),
        ),
    )
    assert found.blocks == (Paragraph("Saken ble drøftet."),)
    assert found.notes == ("Se rapporten.", "Sluttnote.", "Stemmer dette?\nJa.")
    assert found.headers == ("Eksempel helsefellesskap\nReferat", "Side 1 av 4")


def test_text_boxes_stand_once_where_they_are_seen() -> None:
    body = (
        p(text_box(p("Referat fra møte", style="T")), "Innledning")
        + p("Sak 1/25", text_box(p("Frist: 1. mars")))
        + p("Sak 2/25", text_box(p("Ny overskrift"), above=True))
        + p(
            "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>"
            + p("Gammel boks")
            + "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )
    )
    styles = '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    assert texts(read("x.docx", docx(body, styles=styles))) == [
        "Referat fra møte",
        "Innledning",
        "Sak 1/25",
        "Frist: 1. mars",
        "Ny overskrift",
        "Sak 2/25",
        "Gammel boks",
    ]


def test_one_saved_as_strict_open_xml_with_macros_or_as_a_template_is_read_too() -> None:
    strict = docx(p("Referat", number=(1, 0)), numbering=numbering(level(0, "decimal", "%1."), numbers=num(1, 0)))
    from tests.papers.reading.word_files import changed

    xml = docx_part(strict, "word/document.xml").replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert read("a.docx", changed(strict, word__document_xml=xml)).blocks == (Paragraph("Referat", number="1."),)
    assert read("a.dotx", docx(p("Mal"), main="template.main")).blocks == (Paragraph("Mal"),)


def docx_part(content: bytes, name: str) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(name)


def test_it_is_known_by_its_content_and_not_by_its_name() -> None:
    assert read("referat.pdf", docx(p("Referat"))).kind == "docx"
