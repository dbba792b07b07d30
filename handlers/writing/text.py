"""Text as people see it: cleaned on the way in, cut without breaking a character on the way out."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from itertools import takewhile

from handlers.patterns import pattern_of, unicode_pattern_of

GRAPHEME = unicode_pattern_of(r"\X")
"""What people see as one character."""
_LINE_ENDS = pattern_of("[\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_CONTROL = unicode_pattern_of(r"[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff--[\n\t\u200d\u200c\ufe0e\ufe0f\U000e0020-\U000e007f]]")


def clean(text: str) -> str:
    """`text` as it is stored: composed (NFC), line breaks as \\n, no outer space, no invisible control characters and
    no halves of a character (lone surrogates, which cannot be stored) or what is none (U+FFFE and U+FFFF, which no Word
    document may hold).

    Joiners inside emoji and the tags of flags stay: taking them out would change what the person wrote.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not composed.replace("\n", "").isprintable():
        composed = _CONTROL.sub("", composed)
    return composed.strip()


def visible(text: str) -> str:
    """`text` as it stands in a file for others: as `clean` leaves it, and what ends a line or a page in it (a form
    feed, or Word's vertical tab) ends a line."""
    return clean(_LINE_ENDS.sub("\n", text))


def length(text: str) -> int:
    """Length as the platforms count it at their strictest: UTF-16 units (an emoji counts two or more)."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """`text` if it fits in `limit` units, else cut between two whole characters, with «…» at the end."""
    # No character is longer than two, and nearly every text is much shorter.
    if 2 * len(text) <= limit or length(text) <= limit:
        return text
    return "".join(_beginning(GRAPHEME.findall(text), limit - 1)).rstrip() + "…"


def shorten_middle(text: str, limit: int) -> str:
    """`text` if it fits in `limit` units, else its beginning and its end, with «…» between: names of things of a kind
    differ in either."""
    if length(text) <= limit:
        return text
    graphemes = GRAPHEME.findall(text)
    end = "".join(reversed(_beginning(graphemes[::-1], limit // 3))).lstrip()
    return "".join(_beginning(graphemes, limit - 1 - length(end))).rstrip() + "…" + end


def apart(texts: Sequence[str], limit: int) -> list[str]:
    """`texts` as `shorten_middle` cuts them, but so that no two that differ look alike: of those that would, the part
    is shown where they begin to differ."""
    short = [shorten_middle(text, limit) for text in texts]
    alike: defaultdict[str, set[str]] = defaultdict(set)
    for text, shown in zip(texts, short, strict=True):
        alike[shown].add(text)
    return [
        _where_they_differ(text, alike[shown], limit) if len(alike[shown]) > 1 else shown
        for text, shown in zip(texts, short, strict=True)
    ]


def _where_they_differ(text: str, alike: set[str], limit: int) -> str:
    """`text` among others that look `alike` when cut."""
    split = {each: GRAPHEME.findall(each) for each in sorted(alike)}
    same = sum(1 for _letters in takewhile(lambda letters: len(set(letters)) == 1, zip(*split.values(), strict=False)))
    begin = "".join(_beginning(split[text], limit // 4)).rstrip() + "…"
    shown = {
        # A little of what comes before, so that it can be recognised.
        each: begin + shorten_middle("".join(letters[max(0, same - limit // 8) :]).lstrip(), limit - length(begin))
        for each, letters in split.items()
    }
    if len(set(shown.values())) == len(shown):
        return shown[text]
    # They differ in several places far apart: then they are counted.
    number = f" ({list(split).index(text) + 1})"
    return shorten(shown[text], limit - len(number)) + number


def _beginning(graphemes: Sequence[str], room: int) -> list[str]:
    """As many of these as fit."""
    kept: list[str] = []
    for grapheme in graphemes:
        room -= length(grapheme)
        if room < 0:
            break
        kept.append(grapheme)
    return kept
