"""What kind of file some bytes are. The content says so; a name's ending tells only one kind of text from another."""

import re
from enum import StrEnum
from pathlib import PurePath

from handlers.papers.reading.cannot import CannotRead, Why
from handlers.patterns import pattern_of
from handlers.writing.language import _
from handlers.writing.package import BadPackage, Room, names_in, parts_of


class Kind(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    WORD = "docx"
    PDF = "pdf"
    WORKBOOK = "xlsx"
    SEPARATED = "csv"
    CALENDAR = "ics"


_MARKDOWN = frozenset({".md", ".markdown", ".mdown"})
_SEPARATED = frozenset({".csv", ".tsv"})
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF = b"%PDF-"
_PDF_BEGINS_WITHIN = 1024
_CALENDAR = pattern_of(rb"\s*BEGIN:VCALENDAR", re.IGNORECASE)
_WEB_PAGE = pattern_of(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html|head|body|meta)\b", re.I | re.S
)
_MAIL = pattern_of(rb"(?:[A-Z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){3,}", re.IGNORECASE)
_ONLY_IN_MAIL = pattern_of(rb"^(?:Message-ID|MIME-Version|Received|Return-Path):", re.IGNORECASE | re.MULTILINE)
"""The lines at the top of a mail that nobody writes by hand: an approval that was pasted from one is text."""
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"8BPS")
_PACKED = (b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_TYPES = "[Content_Types].xml"
_TYPES_ROOM = Room(part=4 * 1024 * 1024, whole=4 * 1024 * 1024, parts=100_000)
_WORD_MAIN = ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml")
_WORD_WITH_MACROS = ("ms-word.document.macroEnabled.main+xml", "ms-word.template.macroEnabledTemplate.main+xml")
_EXCEL_MAIN = ("spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml")
_EXCEL_WITH_MACROS = ("ms-excel.sheet.macroEnabled.main+xml", "ms-excel.template.macroEnabled.main+xml")


def kind_of(name: str, content: bytes) -> Kind:
    """
    Raises:
        CannotRead: it is a kind that is not read, or locked with a password.
    """
    if content.startswith(_ZIP):
        return _of_package(content)
    if content.startswith(_OLE):
        raise _old_office(content)
    if _PDF in content[:_PDF_BEGINS_WITHIN]:
        return Kind.PDF
    _refuse_others(content)
    ending = PurePath(name).suffix.casefold()
    if _CALENDAR.match(content.removeprefix(b"\xef\xbb\xbf")) or ending == ".ics":
        return Kind.CALENDAR
    if ending in _SEPARATED:
        return Kind.SEPARATED
    return Kind.MARKDOWN if ending in _MARKDOWN else Kind.TEXT


def _of_package(content: bytes) -> Kind:
    try:
        names = frozenset(names_in(content))
        types = b"".join(xml for _name, xml in parts_of(content, _TYPES_ROOM, lambda name: name == _TYPES, whole=False))
    except BadPackage:
        raise CannotRead(
            Why.DAMAGED,
            _("Filen er skadet, eller den er pakket med passord. Lagre den på nytt i programmet den er laget i."),
        ) from None
    said = types.decode("utf-8", "replace")
    if any(kind in said for kind in (*_WORD_MAIN, *_WORD_WITH_MACROS)):
        return Kind.WORD
    if any(kind in said for kind in (*_EXCEL_MAIN, *_EXCEL_WITH_MACROS)):
        return Kind.WORKBOOK
    if "ms-excel.sheet.binary" in said:
        raise _save_as(_("en Excel-fil i et binært format (.xlsb)"), _("en vanlig arbeidsbok (.xlsx)"))
    if "presentationml" in said:
        raise _save_as(_("en presentasjon"), _("PDF"))
    if "mimetype" in names and "content.xml" in names:
        raise _save_as(_("en fil fra OpenOffice eller LibreOffice"), _("Word-dokument (.docx) eller PDF"))
    if any(name.startswith("Index/") or name.endswith(".iwa") for name in names):
        raise _save_as(_("en fil fra Pages, Numbers eller Keynote"), _("Word-dokument (.docx) eller PDF"))
    raise CannotRead(
        Why.OTHER_FORMAT, _("Dette er en pakket fil (.zip). Pakk den ut, og les inn filene i den hver for seg.")
    )


def _old_office(content: bytes) -> CannotRead:
    """What is packed as Office did before 2007; a document that is locked with a password is packed so too."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if has("EncryptedPackage") or has("EncryptionInfo"):
        return CannotRead(
            Why.PASSWORD,
            _("Filen er låst med passord. Åpne den, fjern passordet (Fil, Info, Beskytt dokument), og lagre den."),
        )
    if has("WordDocument"):
        return _save_as(_("et Word-dokument i det gamle formatet (.doc)"), _("Word-dokument (.docx)"))
    if has("Workbook") or has("Book"):
        return _save_as(_("en Excel-fil i det gamle formatet (.xls)"), _("Excel-arbeidsbok (.xlsx)"))
    if has("__properties_version1.0") or has("__substg1.0"):
        return _mail()
    if has("PowerPoint Document"):
        return _save_as(_("en presentasjon"), _("PDF"))
    return _save_as(_("en fil i et gammelt Office-format"), _("Word-dokument (.docx) eller PDF"))


def _refuse_others(content: bytes) -> None:
    if content.startswith(b"{\\rtf"):
        raise _save_as(_("en RTF-fil"), _("Word-dokument (.docx)"))
    if (
        content.startswith(_PICTURES)
        or (content.startswith(b"BM") and content[6:10] == b"\0\0\0\0")
        or content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif")
        or (content.startswith(b"RIFF") and content[8:12] == b"WEBP")
    ):
        raise CannotRead(
            Why.OTHER_FORMAT,
            _(
                "Dette er et bilde, og jeg leser ikke tekst i bilder. Finn dokumentet som bildet er av, eller skriv "
                "det av."
            ),
        )
    if content.startswith(_PACKED):
        raise CannotRead(
            Why.OTHER_FORMAT, _("Dette er en pakket fil. Pakk den ut, og les inn filene i den hver for seg.")
        )
    begins = content[:4096].removeprefix(b"\xef\xbb\xbf")
    if _WEB_PAGE.match(begins):
        raise _save_as(_("en nettside (HTML)"), _("PDF eller Word-dokument (.docx)"))
    if begins.lstrip().startswith(b"<?mso-application") or b"<?mso-application" in begins[:200]:
        raise _save_as(_("en Office-fil lagret som XML"), _("Word-dokument (.docx) eller Excel-arbeidsbok (.xlsx)"))
    headers = _MAIL.match(begins.replace(b"\r\n", b"\n"))
    if headers is not None and _ONLY_IN_MAIL.search(headers[0]):
        raise _mail()


def _mail() -> CannotRead:
    return CannotRead(
        Why.OTHER_FORMAT,
        _("Dette er en e-post. Åpne den, lagre vedlegget i den for seg (eller teksten som .txt), og les inn det."),
    )


def _save_as(what: str, instead: str) -> CannotRead:
    return CannotRead(
        Why.OTHER_FORMAT,
        _("Dette er {what}. Åpne filen, lagre den som {instead}, og bruk den nye.").format(what=what, instead=instead),
    )
