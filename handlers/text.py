"""Text as people see it: cleaned on the way in, cut without breaking a character on the way out."""

import unicodedata

import regex

_GRAPHEME = regex.compile(r"\X")
_CONTROL = regex.compile(
    r"[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff--[\n\t\u200d\u200c\ufe0e\ufe0f\U000e0020-\U000e007f]]", regex.VERSION1
)


def clean(text: str) -> str:
    """`text` as it is stored: composed (NFC), line breaks as \\n, no outer space, no invisible control characters and
    no halves of a character (lone surrogates, which cannot be stored) or what is none (U+FFFE and U+FFFF, which no Word
    document may hold).

    Joiners inside emoji and the tags of flags stay: taking them out would change what the person wrote.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROL.sub("", composed).strip()


def length(text: str) -> int:
    """Length as the platforms count it at their strictest: UTF-16 units (an emoji counts two or more)."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """`text` if it fits in `limit` units, else cut between two whole characters, with «…» at the end."""
    if length(text) <= limit:
        return text
    kept: list[str] = []
    room = limit - 1
    for grapheme in _GRAPHEME.findall(text):
        room -= length(grapheme)
        if room < 0:
            break
        kept.append(grapheme)
    return "".join(kept).rstrip() + "…"
