"""Whether some bytes are a Word document that can be used as a template, before anything of it is read as one.

What is uploaded may be anything: a PDF, an old .doc, a file with macros, or one made to fill the memory. So it is
looked at from outside first, and nothing is unpacked beyond what a template can be.
"""

from handlers.writing.language import _
from handlers.writing.package import BadPackage, Room, Wrong, names_in, parsed, parts_of

MAX_FILE = 5 * 1024 * 1024
"""Bytes: a template with a coat of arms or two in it is a tenth of that."""
_ROOM = Room(part=15 * 1024 * 1024, whole=40 * 1024 * 1024, parts=1000)

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_ANOTHER_KIND = ((b"%PDF", "PDF"), (b"{\\rtf", "RTF"))
_OLE = b"\xd0\xcf\x11\xe0"
_TYPES = "[Content_Types].xml"
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
        _look_into(content)
    except BadPackage as error:
        if error.wrong is Wrong.TOO_LARGE:
            raise NotUsable(
                _("Filen er for stor når den pakkes ut. Lagre den på nytt i Word, uten store bilder i den.")
            ) from None
        raise no_document() from None


def no_document() -> NotUsable:
    """What is said of bytes that are no document at all."""
    sentence = _(
        "Filen er ikke et Word-dokument, eller den er skadet. Åpne den i Word, og lagre den som Word-dokument (.docx)."
    )
    return NotUsable(sentence)


def _look_into(content: bytes) -> None:
    names = names_in(content)
    if "mimetype" in names and "content.xml" in names:
        raise NotUsable(_("Dette er en {kind}-fil. Lagre den som Word-dokument (.docx).").format(kind="ODT"))
    if _TYPES not in names:
        raise no_document()
    # All of it is unpacked here: the libraries that fill it in unpack all of it.
    for name, xml in parts_of(content, _ROOM, lambda name: name == _TYPES or name.endswith(".rels"), whole=True):
        _look_at_part(name, xml)
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise _has_macros()


def _has_macros() -> NotUsable:
    return NotUsable(_("Filen har makroer. Lagre den som Word-dokument uten makroer (.docx)."))


def _look_at_part(name: str, xml: bytes) -> None:
    if name == _TYPES:
        _look_at_kind(xml)
    if name.endswith(".rels"):
        for each in parsed(xml):
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
