"""Letters and lines as a person reads them, whatever the program that wrote them put between. Pure."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from itertools import pairwise

from handlers.patterns import pattern_of

_SPACES = pattern_of("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = pattern_of("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LINE_ENDS = pattern_of("\r\n|[\r\x0b\x85\u2028\u2029]")
_LIGATURES = {ord(each): unicodedata.normalize("NFKC", each) for each in "ﬀﬁﬂﬃﬄﬅﬆ"}
_BULLETS = dict.fromkeys(map(ord, "\uf0b7\uf0a7\uf0d8\uf0fc\uf0a8\uf02d\uf076\uf071\uf0e0"), "•")
"""Those of the fonts Symbol and Wingdings, whose letters have places of their own."""
_NEVER_TWO = "\u2010\u2011"
_HYPHENS = dict.fromkeys(map(ord, _NEVER_TWO), "-")
_CHANGED = {**_LIGATURES, **_BULLETS, **_HYPHENS}

_BULLET = r"[•·●○◦▪■□➢►\-–—*]"
_POINT = pattern_of(r"([•·●○◦▪■□➢►✓]|o(?=\s+[A-ZÆØÅ]))\s+(?=\S)")
_MONTHS = "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember"
ITEM = pattern_of(
    rf"\s*(?:{_BULLET}\s+(?!\d+[.:]\d\d\b)"
    rf"|[\[(]?(?:\d{{1,3}}[.)\]]\s+(?!{_MONTHS}|etg\b|etasje\b)|(?:[a-zæøå]|[ivx]{{1,4}})[)\]]\s+|[A-ZIVX]{{1,4}}[.)]\s+))"
)
"""How a point of a list begins. «5. mars» is none, nor is «– 15.00»."""
_LABEL = pattern_of(r"\s*[A-ZÆØÅ][\w./()-]*(?: [\w./()-]+){0,3}:(?:\s|$)")
_NUMBERED = pattern_of(
    r"\s*(?:Sak|SAK|Saksnr|Saknr|Vedtak|VEDTAK|PS|RS|FO|Pkt)\b\.?\s*[\w./-]*\d|\s*\d{1,4}[/-]\d{1,4}\b"
)
_UNTIL = pattern_of(r"[–-]\s*\d{1,2}[.:]\d\d")
_CUT = pattern_of(r"([^\W_]+)-$")
_FIRST_WORD = pattern_of(r"[^\W_]+")
_GOES_ON_ALONE = frozenset({"og", "eller", "samt", "men", "til", "i", "på", "med", "for", "mv", "osv"})
"""«sykehus- og kommunelegar»: here the hyphen stands for the rest of the word."""


def tidy(text: str) -> str:
    """One kind of space and of line end, whole letters, and nothing that is not seen. Form feeds stay, for pages."""
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)).translate(_CHANGED)
    text = _INVISIBLE.sub("", _SPACES.sub(" ", text))
    return _PROMPT.sub("", text) if "her for å" in text or "elg et element" in text else text


_PROMPT = pattern_of(
    r"(?:(?:[Kk]likk|[Tt]rykk)(?: (?:eller|og) (?:klikk|trykk))? her for å "
    r"(?:skrive(?: inn)?|angi|oppgi|velge|legge inn)"
    r"(?: (?:en|et))? (?:tekst|dato|element)|[Vv]elg et element)\.?"
)
"""What an empty field of a form asks for: in a PDF it stands like any text."""


def one_line(text: str) -> str:
    """All of it on a line, with single spaces."""
    return " ".join(text.split())


def point_of(text: str) -> tuple[str, str]:
    """The bullet that a text begins with, and the rest; empty: it has none. Numbers and dashes stay in the text: they
    may be a case's number, or belong to a sentence."""
    found = _POINT.match(text)
    return ("○" if found[1] == "o" else found[1], text[found.end() :]) if found is not None else ("", text)


def begins_anew(line: str) -> bool:
    """Whether a line begins something of its own, however full the line before it is."""
    return bool(ITEM.match(line) or _LABEL.match(line) or _NUMBERED.match(line))


def begins_with_number(line: str) -> bool:
    """Whether a line begins with «Sak 12/26», «Vedtak 3»."""
    return bool(_NUMBERED.match(line))


def joined(before: str, after: str, words: Collection[str] = ()) -> str:
    """Two lines of a sentence as one. `words`: those of the whole paper, in small letters, which tell whether a hyphen
    at the end of a line is the word's own («HR-utvalg») or the line's («samhand-lingsavvik»)."""
    before, after = before.rstrip(), after.lstrip()
    cut, first = _CUT.search(before), _FIRST_WORD.match(after)
    if cut is None or first is None:
        return f"{before} {after}".strip()
    if first[0].casefold() in _GOES_ON_ALONE:
        return f"{before} {after}"
    beginning = cut[1]
    whole = f"{beginning}{first[0]}".casefold()
    if whole in words:
        return before[:-1] + after
    if not after[0].islower() or not beginning[-1].islower() or len(beginning) == 1:
        return before + after
    return before + after if f"{beginning}-{first[0]}".casefold() in words else before[:-1] + after


def words_of(text: str) -> frozenset[str]:
    """The words in it, in small letters; one with a hyphen also whole."""
    return frozenset(re.findall(r"[^\W_]+(?:-[^\W_]+)*", text.casefold()))


# --- lines of text that were broken where a page was full ----------------------------------------------------

_NARROWEST, _WIDEST = 36, 132
_FEW = 4


def width_of(lines: Sequence[str]) -> int | None:
    """At how many letters the lines were broken by a program; None: they end where their author ended them."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    if len(lengths) < _FEW:
        return None
    # A line in fifty may be longer: an address that cannot be broken.
    width = lengths[-1 - len(lengths) // 50]
    full = sum(length > 0.85 * width for length in lengths)
    if not _NARROWEST <= width <= _WIDEST or full < max(_FEW, 0.12 * len(lengths)):
        return None
    # Lines that ended where they did by chance are followed by others that begin as sentences do.
    went_on = [
        after.lstrip()[0].islower()
        for before, after in pairwise(lines)
        if after.strip() and before.strip() and _had_no_room(before.rstrip(), after, width) and not begins_anew(after)
    ]
    return width if sum(went_on) >= max(2, 0.4 * len(went_on)) else None


def unwrapped(lines: Sequence[str], width: int | None, words: Collection[str] = ()) -> list[str]:
    """Lines that belong together, put together: where the next word had no room on the line before it."""
    found: list[str] = []
    last = ""
    for line in lines:
        if found and (_is_one_word(last, line) or (width is not None and _goes_on(last, line, width))):
            found[-1] = joined(found[-1], line, words)
        else:
            found.append(line.rstrip())
        last = line.rstrip()
    return found


def _is_one_word(before: str, after: str) -> bool:
    """«samhand-» and «ling»; «kl. 12.00» and «– 14.00»."""
    after = after.lstrip()
    return bool(_CUT.search(before) and after[:1].islower()) or bool(before[-1:].isdigit() and _UNTIL.match(after))


def _had_no_room(before: str, after: str, width: int) -> bool:
    return len(before) + 1 + len(after.split(None, 1)[0]) > width


def _goes_on(before: str, after: str, width: int) -> bool:
    first = after.split(None, 1)[0] if after.strip() else ""
    if not first or not before or begins_anew(after):
        return False
    if _had_no_room(before, after, width):
        return True
    small = first[0].islower()
    return small and len(before) > 0.6 * width and before[-1] not in ".:;!?"


_PAIRS = pattern_of(r"(?:(\S)\1|\s)+$")
_FEWEST_PAIRS = 4


def single(line: str) -> str:
    """A line in which each letter stands twice («RReeffeerraatt»), as a bold that is drawn twice is taken for, with
    each once; another line as it is."""
    if not _PAIRS.match(line):
        return line
    pairs = re.findall(r"(\S)\1|(\s)\s?", line)
    letters = "".join(letter or space for letter, space in pairs)
    return letters if sum(letter.isalpha() for letter in letters) >= _FEWEST_PAIRS and len(set(letters)) > 2 else line
