"""Files that are not what they seem, or that cannot be read: each gets a sentence that says what to do."""

import io
import struct
import zipfile

import pytest

from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.reader import MAX_FILE, read
from handlers.papers.reading.word.document import read_word
from handlers.writing.package import Room
from tests.papers.reading.word_files import changed, docx, p, package

ODT = "application/vnd.oasis.opendocument.text"


def refused(name: str, content: bytes) -> CannotRead:
    with pytest.raises(CannotRead) as found:
        read(name, content)
    return found.value


def old_office(*streams: str) -> bytes:
    """An OLE file, as far as its directory: the names of the streams in it (MS-CFB 2.6.1)."""
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2) for name in streams
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries


def types(kind: str) -> dict[str, str]:
    return {"[Content_Types].xml": f'<Types><Override PartName="/x.xml" ContentType="application/{kind}"/></Types>'}


@pytest.mark.parametrize(
    ("name", "content", "why", "says"),
    [
        (
            "gammelt.doc",
            old_office("Root Entry", "WordDocument"),
            Why.OTHER_FORMAT,
            r"\.doc.*lagre den som Word-dokument",
        ),
        (
            "gammelt.xls",
            old_office("Root Entry", "Workbook"),
            Why.OTHER_FORMAT,
            r"\.xls.*lagre den som Excel-arbeidsbok",
        ),
        ("epost.msg", old_office("__properties_version1.0"), Why.OTHER_FORMAT, "e-post.*lagre vedlegget"),
        ("bilder.ppt", old_office("PowerPoint Document"), Why.OTHER_FORMAT, "presentasjon"),
        ("noe.ole", old_office("Root Entry"), Why.OTHER_FORMAT, "gammelt Office-format"),
        (
            "låst.docx",
            old_office("EncryptionInfo", "EncryptedPackage"),
            Why.PASSWORD,
            "låst med passord.*fjern passordet",
        ),
        ("låst.xlsx", old_office("EncryptedPackage"), Why.PASSWORD, "låst med passord"),
        (
            "referat.odt",
            package({"mimetype": ODT, "content.xml": "<x/>"}),
            Why.OTHER_FORMAT,
            "LibreOffice.*Word-dokument",
        ),
        ("referat.pages", package({"Index/Document.iwa": b"x"}), Why.OTHER_FORMAT, "Pages"),
        ("alt.zip", package({"referat.docx": b"x"}), Why.OTHER_FORMAT, r"\.zip.*Pakk den ut"),
        ("plan.xlsb", package(types("vnd.ms-excel.sheet.binary.macroEnabled.main")), Why.OTHER_FORMAT, r"\.xlsb"),
        ("lysark.pptx", package(types("x.presentationml.presentation.main+xml")), Why.OTHER_FORMAT, "presentasjon"),
        ("referat.rtf", b"{\\rtf1\\ansi Hei}", Why.OTHER_FORMAT, "RTF"),
        ("bilde.docx", b"\x89PNG\r\n\x1a\n" + bytes(40), Why.OTHER_FORMAT, "bilde"),
        ("bilde.heic", b"\0\0\0\x18ftypheic" + bytes(20), Why.OTHER_FORMAT, "bilde"),
        ("bilde.bmp", b"BM\x46\0\0\0\0\0\0\0" + bytes(40), Why.OTHER_FORMAT, "bilde"),
        ("referat.gz", b"\x1f\x8b\x08" + bytes(40), Why.OTHER_FORMAT, "pakket"),
        ("referat.doc", b"<html><body>Referat</body></html>", Why.OTHER_FORMAT, "nettside"),
        (
            "referat.eml",
            b"From: a@example.org\r\nTo: b@example.org\r\nMIME-Version: 1.0\r\n\r\nHei",
            Why.OTHER_FORMAT,
            "e-post",
        ),
        ("gammelt.xml", b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>', Why.OTHER_FORMAT, "XML"),
        ("tom.docx", b"", Why.EMPTY, "tom"),
        ("tom.pdf", b"", Why.EMPTY, "tom"),
        ("ingenting.docx", docx(p("")), Why.EMPTY, "Det står ingenting"),
        ("kuttet.docx", docx(p("Referat"))[:-60], Why.DAMAGED, "skadet"),
        (
            "uten.docx",
            changed(docx(p("x")), word__document_xml=b"<w:document"),
            Why.DAMAGED,
            "skadet.*lagre den på nytt",
        ),
    ],
    ids=lambda each: each if isinstance(each, str) and each.count(".") == 1 and "*" not in each else "",
)
def test_what_is_not_read_says_what_to_do(name: str, content: bytes, why: Why, says: str) -> None:
    import re

    error = refused(name, content)
    assert error.why is why
    assert re.search(says, str(error)), str(error)


def test_an_approval_by_mail_that_was_pasted_is_text() -> None:
    text = "From: Eksempel Leder\nTo: LSU\nSubject: Godkjenning av referat\n\nReferatet er godkjent.\n"
    assert read("epost.txt", text.encode()).kind == "text"


def test_a_word_document_that_fills_the_memory_when_it_is_unpacked_is_not_unpacked() -> None:
    """A probe of our own guard: 300 KB that become 3 MB, against room for one."""
    bomb = docx(p(" " * 3_000_000))
    assert len(bomb) < 50_000
    with pytest.raises(CannotRead, match="for stor når den pakkes ut") as found:
        read_word("bombe.docx", bomb, Room(part=1_000_000, whole=10_000_000, parts=100))
    assert found.value.why is Why.TOO_LARGE
    with pytest.raises(CannotRead, match="for stor når den pakkes ut"):
        read_word("bombe.docx", bomb, Room(part=10_000_000, whole=1_000_000, parts=100))


def test_what_a_word_document_says_of_its_own_size_is_not_believed() -> None:
    """The directory of the ZIP says 10 bytes, and far more comes."""
    bomb = bytearray(docx(p(" " * 3_000_000)))
    at = bomb.rindex(b"word/document.xml") - 46
    assert bomb[at : at + 4] == b"PK\x01\x02"
    bomb[at + 24 : at + 28] = struct.pack("<I", 10)
    with pytest.raises(CannotRead):
        read_word("bombe.docx", bytes(bomb), Room(part=1_000_000, whole=1_000_000, parts=100))


@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        b'<!doctype x SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_xml_that_declares_entities_is_refused_wherever_it_stands(declared: bytes) -> None:
    """Probes of our own guard; nothing outside the file is asked for."""
    whole = docx(p("&amp;"), styles="", footnotes="")
    for part in ("word/document.xml", "word/styles.xml", "word/footnotes.xml", "word/_rels/document.xml.rels"):
        with zipfile.ZipFile(io.BytesIO(whole)) as found:
            parts = {name: found.read(name) for name in found.namelist()}
        declaration, rest = parts[part].split(b"?>", 1)
        parts[part] = declaration + b"?>" + declared + rest
        assert refused("xxe.docx", package(parts)).why is Why.DAMAGED
        # The same in letters in which the declaration could hide.
        parts[part] = (declaration + b"?>" + declared + rest).decode().replace("UTF-8", "UTF-16").encode("utf-16")
        assert refused("xxe.docx", package(parts)).why is Why.DAMAGED


def test_elements_within_elements_without_end_are_said_to_be_damaged() -> None:
    deep = "<w:sdt><w:sdtContent>" * 120 + p("x") + "</w:sdtContent></w:sdt>" * 120
    assert read("dyp.docx", docx(p("Referat") + deep)).blocks[0].text == "Referat"  # type: ignore[union-attr]
    deeper = "<w:sdt><w:sdtContent>" * 400 + p("x") + "</w:sdtContent></w:sdt>" * 400
    assert refused("dypere.docx", docx(deeper)).why is Why.DAMAGED


def test_a_file_of_100_mb_is_refused_by_its_size() -> None:
    error = refused("stor.pdf", bytes(MAX_FILE + 1))
    assert error.why is Why.TOO_LARGE
    assert "51 MB" in str(error)
    assert "50 MB" in str(error)
