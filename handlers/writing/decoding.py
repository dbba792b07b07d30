"""The letters of a text file, whichever program saved it: nothing in such a file says how they are written."""

import codecs

from handlers.patterns import pattern_of

_WITH_MARK = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ONE_BYTE = ("cp1252", "mac_roman", "cp865")
"""Windows; a Macintosh before 2001; DOS in Norway. The first that reads as Norwegian is taken."""
_LETTERS = pattern_of("[æøåÆØÅéèêòôóäöüÄÖÜ]")
_ENOUGH = 8
_WRITTEN_TWICE = pattern_of("Ã[¦¸¥†˜…]|â€[“”œž™]")
"""UTF-8 that was taken for Windows' letters and saved so: «Ã¸»."""


def decoded(content: bytes) -> str | None:
    """The text; None: these are no letters (a program, a picture, something packed)."""
    for mark, name in _WITH_MARK:
        if content.startswith(mark):
            return content.decode(name, errors="replace")
    if b"\0" in content:
        return _of_two_bytes(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return max((_as(content, name) for name in _ONE_BYTE), key=lambda text: len(_LETTERS.findall(text)))
    return _written_once(text)


def _as(content: bytes, name: str) -> str:
    return content.decode(name, errors="replace")


def _of_two_bytes(content: bytes) -> str | None:
    """UTF-16 without its mark: nearly every other byte is nothing, since the letters are western."""
    sample = content[: 1 << 16]
    pairs = len(sample) // 2
    for at, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if pairs >= _ENOUGH and sample[at::2].count(0) > 0.8 * pairs and sample[1 - at :: 2].count(0) < 0.05 * pairs:
            return content.decode(name, errors="replace")
    return None


def _written_once(text: str) -> str:
    if not _WRITTEN_TWICE.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
