"""What is said of a template that cannot be used: what is wrong, where it stands, and what to do."""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from handlers.writing.template import package
from handlers.writing.template.check import Checked, check
from handlers.writing.template.fields import Kind
from handlers.writing.template.places import text_of
from tests.writing.template.documents import (
    END,
    KIND,
    LOOP,
    document,
    element,
    paragraph_xml,
    part,
    put,
    repacked,
    run_xml,
    without_style,
)

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
ROW = ("{{ sak.nummer }}", "{{ sak.tema }}")


def _checked(content: bytes, kind: Kind = KIND) -> Checked:
    return check(content, kind, NOW)


def _said(*texts: str, **more: Any) -> list[str]:
    return [str(finding) for finding in _checked(document(*texts, **more)).findings]


def test_one_that_is_as_it_should_be() -> None:
    checked = _checked(
        document(
            "{{ utvalg }}, {% if sted %}{{ sted }}{% endif %}",
            "{%p for fil in vedlegg %}",
            "{{ fil }}",
            "{%p endfor %}",
            "{{ vedlegg|join(', ') }} {{ saker|length }} {{ utvalg|upper }} {{ sted|default('–') }}",
            "{% for sak in saker %}{{ loop.index }}. {{ sak.tema }}{% if not loop.last %}; {% endif %}{% endfor %}",
            table=(("Nr.", "Tema"), (LOOP, ""), ROW, (END, "")),
        )
    )
    assert [str(finding) for finding in checked.findings] == []
    assert checked.may_be_used
    assert checked.trial is not None
    shown = text_of(checked.trial)
    assert "Eksempelutvalget, Eksempelsalen" in shown
    assert "Referat, Rapport 1 EKSEMPELUTVALGET Eksempelsalen" in shown
    assert "1. Utskrivning" in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hei {{ utvlag }}", "Det er ikke noe felt som heter «utvlag». Mente du «utvalg»?"),
        ("{{ xyz }}", "Det er ikke noe felt som heter «xyz». Disse finnes: utvalg, sted, vedlegg, saker."),
        ("{{ utvalg.navn }}", "«utvalg» er en tekst, og har ikke noe «navn»."),
        (
            "{{ saker }}",
            "«saker» er ikke en tekst, men flere. Skriv {% for en in saker %}, og feltene inne i løkken.",
        ),
        (
            "{{ saker.tema }}",
            "«saker» er ikke en tekst, men flere. Skriv {% for en in saker %}, og feltene inne i løkken.",
        ),
        ("{% for sak in utvalg %}{% endfor %}", "«utvalg» er ikke en liste, så det kan ikke stå i en løkke."),
        (
            "{% for sak in saker %}{{ sak.tittel }}{% endfor %}",
            "Det er ikke noe felt som heter «sak.tittel». Disse finnes: sak.nummer, sak.tema, sak.typer.",
        ),
        (
            "{% for sak in saker %}",
            "{% for sak in saker %} blir aldri avsluttet. Skriv {% endfor %} der den skal slutte.",
        ),
        ("{% endif %}", "{% endif %} avslutter ikke noe."),
        (
            "{% if sted %}{% for sak in saker %}{% endif %}{% endfor %}",
            "{% endif %} kommer før {% for sak in saker %} er avsluttet.",
        ),
        ("{% else %}", "{% else %} hører ikke til noe som er begynt."),
        (
            "{{ utvalg",
            "«{{» står alene. Et felt begynner med {{, slutter med }}, og står i ett avsnitt.",
        ),
        ("{{ utvalg + }}", "{{ utvalg + }} kan ikke leses. Skriv for eksempel {{ utvalg }}, med vanlige mellomrom."),
        ("{{ 3 * 4 }}", "Dette kan ikke stå i en mal. Bruk feltene som de er."),
        ("{{ utvalg.__class__ }}", "«utvalg» er en tekst, og har ikke noe «__class__»."),
        (
            "{{ utvalg|safe }}",
            "Jeg kjenner ikke «|safe». Disse kan brukes: capitalize, default, first, join, last, length, lower, title, "
            "trim, upper.",
        ),
        (
            "{% set x = 1 %}",
            "Jeg kjenner ikke «set» i {% set x = 1 %}. En mal kan ha felter, {% for … %} og {% if … %}.",
        ),
        ("{{r utvalg }}", "Skriv {{ utvalg }} uten «r»: feltene her er ren tekst."),
        (
            "{%tr for sak in saker %}",
            "{%tr for sak in saker %} står utenfor en tabell. Bruk «p» i stedet for «tr» for avsnitt.",
        ),
        (
            "Saker: {%p for sak in saker %}{%p endfor %}",
            "{%p for sak in saker %} må stå i avsnittet alene: det som ellers står der, blir borte.",
        ),
    ],
)
def test_a_tag_that_cannot_stand_with_its_place(text: str, said: str) -> None:
    found = _said("Innledning", text)
    assert any(line.startswith("Avsnitt 2 («") and line.endswith(f"»): {said}") for line in found), found
    assert not _checked(document("Innledning", text)).may_be_used


def test_the_place_is_named_in_tables_headers_and_controls() -> None:
    def change(made: Any) -> None:
        made.sections[0].header.paragraphs[0].text = "{{ a }}"
        inner = made.tables[0].rows[1].cells[1].add_table(rows=1, cols=1)
        inner.rows[0].cells[0].text = "{{ b }}"
        put(made, f"<w:sdt><w:sdtContent>{paragraph_xml('{{ c }}')}</w:sdtContent></w:sdt>")

    found = _said("En", table=(("Nr.", "{{ d }}"), ("A", "B")), change=change)
    assert [line.partition(" («")[0] for line in found] == [
        "Tabell 1, rad 1, celle 2, avsnitt 1",
        "Tabell 1, rad 2, celle 2, tabell 1, rad 1, celle 1, avsnitt 1",
        "Avsnitt 2",
        "Topptekst, avsnitt 1",
    ]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            (("{% for sak in saker %}{{ sak.nummer }}", "{{ sak.tema }}{% endfor %}"),),
            "begynner i én celle og slutter i en annen. Skal rader gjentas, så skriv {%tr for sak in saker %} i en rad "
            "for seg over dem, og {%tr endfor %} i en rad for seg under.",
        ),
        (
            ((LOOP + "{{ sak.nummer }}", "{{ sak.tema }}"), (END, "")),
            "{%tr for sak in saker %} må stå i raden alene: det som ellers står der, blir borte.",
        ),
        (((LOOP, END),), "{%tr endfor %} må stå i raden alene: her er det flere slike."),
        (
            ((LOOP, ""), ROW, ("{% endfor %}", "")),
            "{%tr for sak in saker %} og {% endfor %} må skrives på samme måte: {%tr endfor %}.",
        ),
        (((LOOP, ""), ROW), "{%tr for sak in saker %} blir aldri avsluttet. Skriv {%tr endfor %} der den skal slutte."),
        ((("{% tr for sak in saker %}", ""), ROW, (END, "")), "Jeg kjenner ikke «tr» i {% tr for sak in saker %}."),
    ],
)
def test_a_loop_over_rows_that_is_written_wrongly(table: Any, said: str) -> None:
    found = _said(table=table)
    assert any(said in line and line.startswith("Tabell 1, rad") for line in found), found


def test_a_tag_that_is_split() -> None:
    link = f'<w:hyperlink w:anchor="x">{run_xml("lg }}")}</w:hyperlink>'
    (said,) = _said(change=lambda made: put(made, paragraph_xml("{{ utva", link)))
    assert "{{ utvalg }} er delt: en del av det står i en lenke" in said
    bold = document(change=lambda made: put(made, paragraph_xml("{{ ut", run_xml("valg }}", "<w:b/>"))))
    checked = _checked(bold)
    assert "er delt i biter med ulik skrift" in str(checked.findings[0])
    # It says so, and can be used.
    assert checked.may_be_used
    alike = document(
        change=lambda made: put(made, paragraph_xml("{{ ut", run_xml("valg }}", '<w:lang w:val="en-US"/><w:noProof/>')))
    )
    assert _checked(alike).findings == []


def test_a_tag_over_two_paragraphs() -> None:
    found = _said("{{ utvalg", "}}")
    assert len(found) == 2
    assert found[0].startswith("Avsnitt 1 («{{ utvalg»): «{{» står alene.")


@pytest.mark.parametrize(
    ("xml", "place"),
    [
        (paragraph_xml("A", '<w:ins w:id="1" w:author="x">' + run_xml("B") + "</w:ins>"), "Avsnitt 2"),
        (
            paragraph_xml("A", '<w:del w:id="1" w:author="x"><w:r><w:delText>B</w:delText></w:r></w:del>'),
            "Avsnitt 2",
        ),
        (
            '<w:sdt><w:sdtContent><w:p><w:pPr><w:rPr><w:ins w:id="1" w:author="x"/></w:rPr></w:pPr></w:p>'
            "</w:sdtContent></w:sdt>",
            "Avsnitt 2",
        ),
        (
            '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:trPr><w:ins w:id="1" w:author="x"/></w:trPr>'
            "<w:tc><w:tcPr/><w:p/></w:tc></w:tr></w:tbl>",
            "Tabell 1, rad 1, celle 1, avsnitt 1",
        ),
    ],
)
def test_tracked_changes_that_are_left_in(xml: str, place: str) -> None:
    content = document("{{ utvalg }}", change=lambda made: put(made, xml))
    checked = _checked(content)
    assert not checked.may_be_used
    said = str(checked.findings[0])
    assert said.startswith(place)
    assert "sporet endring" in said


def test_tracked_changes_in_a_header_and_in_how_something_looks() -> None:
    def change(made: Any) -> None:
        inserted = f'<w:ins w:id="1" w:author="x">{run_xml("B")}</w:ins>'
        made.sections[0].header.paragraphs[0]._p.append(element(inserted))

    (said,) = [line for line in _said("A", change=change) if "sporet" in line]
    assert said.startswith("Topptekst, avsnitt 1 («B»)")

    def section(made: Any) -> None:
        made.element.body[-1].append(element('<w:sectPrChange w:id="1" w:author="x"/>'))

    (said,) = _said("A", change=section)
    assert said.startswith("Dokumentet: Her står det en sporet endring.")


def test_a_style_that_is_missing() -> None:
    content = document("{{ utvalg }}", change=lambda made: without_style(made, "heading 1"))
    checked = _checked(content)
    assert [str(finding) for finding in checked.findings] == [
        "Stilen «Heading 1» mangler. Gi overskriften den i Word (Hjem, Stiler), så finner også skjermlesere fram i "
        "dokumentet."
    ]
    assert checked.may_be_used

    def used(made: Any) -> None:
        put(made, '<w:p><w:pPr><w:pStyle w:val="Borte"/></w:pPr></w:p>')

    (said,) = _said("{{ utvalg }}", change=used)
    assert said == "Avsnitt 2: Stilen «Borte» brukes her, men finnes ikke i filen. Velg en annen i Word."


def test_a_field_that_is_needed_and_not_used() -> None:
    kind = Kind(KIND.name, KIND.label, KIND.fields, KIND.default, needed=("saker",))
    checked = _checked(document("{{ utvalg }}"), kind)
    assert str(checked.findings[0]) == "Feltet «saker» (sakene) er ikke brukt, så det kommer ikke med."
    assert checked.may_be_used


# --- files that are no template ------------------------------------------------------------------------------


def _zipped(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _kind_of(content: bytes, was: bytes, now: bytes) -> bytes:
    return repacked(content, {"[Content_Types].xml": part(content, "[Content_Types].xml").replace(was, now)})


DOCX = document("{{ utvalg }}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Filen er tom."),
        (b"%PDF-1.7 ...", "Dette er en PDF-fil."),
        (b"{\\rtf1", "Dette er en RTF-fil."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "gamle format (.doc)"),
        (b"Hei", "Filen er ikke et Word-dokument"),
        (DOCX[:2000], "Filen er ikke et Word-dokument"),
        (_zipped({"a.txt": b"A"}), "Filen er ikke et Word-dokument"),
        (_zipped({"mimetype": b"x", "content.xml": b"<x/>"}), "Dette er en ODT-fil."),
        (_zipped({"[Content_Types].xml": b"<Types/>"}), "Filen er ikke et Word-dokument"),
        (repacked(DOCX, {"word/document.xml": b"<nei"}), "Filen er ikke et Word-dokument"),
        (
            repacked(DOCX, {"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            "Filen er ikke et Word-dokument",
        ),
        (repacked(DOCX, {"word/vbaProject.bin": b"x"}), "Filen har makroer."),
        (_kind_of(DOCX, b"document.main+xml", b"template.main+xml"), "Dette er en Word-mal (.dotx)."),
        (
            _kind_of(
                DOCX,
                b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                b"application/vnd.ms-word.document.macroEnabled.main+xml",
            ),
            "Filen har makroer.",
        ),
        (repacked(DOCX, {"word/media/x.bin": b"\0" * (45 << 20)}), "Filen er for stor når den pakkes ut."),
        (repacked(DOCX, {f"word/{number}.bin": b"" for number in range(1200)}), "Filen er ikke et Word-dokument"),
        (b"x" * (package.MAX_FILE + 1), "Filen er for stor (6 MB)."),
    ],
)
def test_what_is_no_template(content: bytes, said: str) -> None:
    checked = _checked(content)
    assert [finding.place for finding in checked.findings] == [None]
    assert said in str(checked.findings[0])
    assert not checked.may_be_used


def test_what_is_fetched_from_elsewhere() -> None:
    relations = part(DOCX, "word/_rels/document.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="rId90" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        b'Target="https://example.org/spor.png" TargetMode="External"/></Relationships>',
    )
    (finding,) = _checked(repacked(DOCX, {"word/_rels/document.xml.rels": relations})).findings
    assert "henter noe utenfra hver gang den åpnes (https://example.org/spor.png)" in str(finding)


def test_what_is_packed_smaller_than_it_says_is_counted_as_it_is_unpacked() -> None:
    content = bytearray(repacked(DOCX, {"word/media/x.bin": b"\0" * (45 << 20)}))
    # The directory says that it is small; what comes out is not believed because of that.
    size = (45 << 20).to_bytes(4, "little")
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = (10).to_bytes(4, "little")
    checked = _checked(bytes(content))
    assert not checked.may_be_used


def test_many_rows_are_walked_once() -> None:
    rows = tuple((f"{number}", "{{ utvalg }}") for number in range(400))
    checked = _checked(document(table=rows))
    assert checked.findings == []
    assert len(Document(io.BytesIO(checked.trial or b"")).tables[0]._tbl.findall(qn("w:tr"))) == 400
