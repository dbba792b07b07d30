"""What Office packs a document in (ECMA-376, part 2: parts in a ZIP), unpacked with care: the file may be anybody's.

No more is unpacked than the caller has room for, counted as it is unpacked, since what the file says of its own sizes
may be anything. XML that declares a document type or entities is refused: Office writes neither, and whoever reads
such may be led to other files, or to fill the memory.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from handlers.patterns import pattern_of

_CHUNK = 1 << 16
_XML = (".xml", ".rels")
_DECLARES = pattern_of(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = pattern_of(rb"^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([\w.-]+)", re.IGNORECASE)
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"})
"""In others a declaration could hide."""


class Room(NamedTuple):
    """How much a package may be: bytes, unpacked, of one part and of all; and how many parts."""

    part: int
    whole: int
    parts: int


class Wrong(StrEnum):
    DAMAGED = "damaged"
    """No ZIP, cut off, encrypted by a packer, packed in a way that Office does not, or two parts of the same name."""
    TOO_LARGE = "too_large"
    DECLARES = "declares"
    """A part of it declares a document type or entities."""


class BadPackage(Exception):
    def __init__(self, wrong: Wrong) -> None:
        self.wrong = wrong
        super().__init__(wrong)


def parts_of(content: bytes, room: Room, wanted: Callable[[str], bool], *, whole: bool) -> Iterator[tuple[str, bytes]]:
    """The parts that are wanted, by name. `whole`: the others are unpacked and counted too (and thrown away), since
    another library is to open the file after this.

    Raises:
        BadPackage: it cannot be unpacked, or must not be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            yield from _unpacked(package, room, wanted, whole=whole)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise BadPackage(Wrong.DAMAGED) from None


def names_in(content: bytes) -> list[str]:
    """
    Raises:
        BadPackage: it is no package.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return package.namelist()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise BadPackage(Wrong.DAMAGED) from None


def _unpacked(
    package: zipfile.ZipFile, room: Room, wanted: Callable[[str], bool], *, whole: bool
) -> Iterator[tuple[str, bytes]]:
    names = package.namelist()
    if len(names) > room.parts or len(set(names)) != len(names):
        raise BadPackage(Wrong.DAMAGED)
    left = room.whole
    for info in package.infolist():
        keep = wanted(info.filename)
        if not keep and not whole:
            continue
        kept: list[bytes] = []
        size = 0
        with package.open(info) as part:
            while chunk := part.read(_CHUNK):
                size += len(chunk)
                if size > room.part or size > left:
                    raise BadPackage(Wrong.TOO_LARGE)
                if keep or info.filename.endswith(_XML):
                    kept.append(chunk)
        left -= size
        unpacked = b"".join(kept)
        if info.filename.endswith(_XML) and declares(unpacked):
            raise BadPackage(Wrong.DECLARES)
        if keep:
            yield info.filename, unpacked


def declares(xml: bytes) -> bool:
    """Whether XML declares a document type or entities, or is written in letters in which that would not be seen."""
    encoding = _ENCODING.match(xml)
    hides = b"\0" in xml[:64] or (encoding is not None and encoding[1].lower() not in _ENCODINGS)
    return hides or bool(_DECLARES.search(xml))


def parsed(xml: bytes) -> Any:
    """The root of the tree; nothing outside the XML is looked up.

    Raises:
        BadPackage: it is not well formed.
    """
    from lxml import etree  # noqa: PLC0415 - takes a while to import, and packages are opened seldom

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        raise BadPackage(Wrong.DAMAGED) from None
