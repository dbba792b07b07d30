"""Whether some bytes are a Word document that can be used as a template, before anything of it is read as one.

What is uploaded may be anything: a PDF, an old .doc, a file with macros, or one made to fill the memory. So it is
looked at from outside first, and nothing is unpacked beyond what a template can be.
"""

import io
import zipfile
from collections.abc import Iterator

from handlers.writing.language import _

MAX_FILE = 5 * 1024 * 1024
"""Bytes: a template with a coat of arms or two in it is a tenth of that."""
_MAX_UNPACKED = 40 * 1024 * 1024
_MAX_PART = 15 * 1024 * 1024
_MAX_PARTS = 1000
_CHUNK = 1 << 16

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_ANOTHER_KIND = ((b"%PDF", "PDF"), (b"{\\rtf", "RTF"))
_OLE = b"\xd0\xcf\x11\xe0"
_XML = (".xml", ".rels")
_HYPERLINK = "/hyperlink"


class NotUsable(Exception):
    """The bytes are no Word document that can be filled in; `str` says why, and what to do."""


def look_at(content: bytes) -> None:
    """
    Raises:
        NotUsable: they are no DOCX, too large, or hold what no template may hold.
    """
    if not content:
        raise NotUsable(_("Filen er tom. Velg en Word-fil (.docx)."))
    if len(content) > MAX_FILE:
        raise NotUsable(
            _("Filen er for stor ({size} MB). En mal kan være på {limit} MB: gjør bildene i den mindre.").format(
                size=-(-len(content) // (1024 * 1024)), limit=MAX_FILE // (1024 * 1024)
            )
        )
    for beginning, kind in _ANOTHER_KIND:
        if content.startswith(beginning):
            raise NotUsable(_("Dette er en {kind}-fil. Lagre den som Word-dokument (.docx).").format(kind=kind))
    if content.startswith(_OLE):
        raise NotUsable(
            _(
                "Filen er i Words gamle format (.doc), eller den er låst med passord. Åpne den i Word, fjern passordet "
                "om den har et, og lagre den som Word-dokument (.docx)."
            )
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _look_into(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        # Also what is encrypted, cut off, or packed in a way that Word does not.
        raise no_document() from None


def no_document() -> NotUsable:
    """What is said of bytes that are no document at all."""
    sentence = _(
        "Filen er ikke et Word-dokument, eller den er skadet. Åpne den i Word, og lagre den som Word-dokument (.docx)."
    )
    return NotUsable(sentence)


def _look_into(package: zipfile.ZipFile) -> None:
    names = package.namelist()
    if len(names) > _MAX_PARTS or len(set(names)) != len(names):
        raise no_document()
    if "mimetype" in names and "content.xml" in names:
        raise NotUsable(_("Dette er en {kind}-fil. Lagre den som Word-dokument (.docx).").format(kind="ODT"))
    if "[Content_Types].xml" not in names:
        raise no_document()
    room = _MAX_UNPACKED
    for info in package.infolist():
        kept = info.filename == "[Content_Types].xml" or info.filename.endswith(_XML)
        unpacked = b""
        # Counted as it is unpacked: what the file itself says of its size may be anything.
        for chunk in _chunks(package, info):
            room -= len(chunk)
            if room < 0 or len(unpacked) + len(chunk) > _MAX_PART:
                raise NotUsable(
                    _("Filen er for stor når den pakkes ut. Lagre den på nytt i Word, uten store bilder i den.")
                )
            if kept:
                unpacked += chunk
        if kept:
            _look_at_part(info.filename, unpacked)
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise _has_macros()


def _chunks(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with package.open(info) as part:
        while chunk := part.read(_CHUNK):
            yield chunk


def _has_macros() -> NotUsable:
    return NotUsable(_("Filen har makroer. Lagre den som Word-dokument uten makroer (.docx)."))


def _look_at_part(name: str, xml: bytes) -> None:
    from lxml import etree  # noqa: PLC0415 - takes a while to import, and templates are looked at seldom

    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        # Word writes neither, and python-docx would follow them.
        raise no_document()
    if name == "[Content_Types].xml":
        _look_at_kind(xml)
    if name.endswith(".rels"):
        try:
            relations = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError:
            raise no_document() from None
        for each in relations:
            kind, target = str(each.get("Type", "")), str(each.get("Target", ""))
            if each.get("TargetMode") == "External" and not kind.endswith(_HYPERLINK):
                raise NotUsable(
                    _(
                        "Filen henter noe utenfra hver gang den åpnes ({target}): et bilde, eller malen den er laget "
                        "av. Legg bildet inn i filen, eller fjern koblingen i Word."
                    ).format(target=target[:80])
                )


def _look_at_kind(xml: bytes) -> None:
    kinds = xml.decode("utf-8", "replace")
    if "macroEnabled" in kinds or "vbaProject" in kinds:
        raise _has_macros()
    if f"{_MAIN}template.main+xml" in kinds:
        raise NotUsable(_("Dette er en Word-mal (.dotx). Åpne den i Word, og lagre den som Word-dokument (.docx)."))
    if f"{_MAIN}document.main+xml" not in kinds:
        raise no_document()
