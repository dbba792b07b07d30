"""Text as exports, scanners and word processors leave it, brought to lines that a rule can look at.

Tags of text exports become line breaks or go, bold stays marked for as long as a rule asks for it, words that were
hyphenated at the end of a line are joined, and a digit that a scanner put into a word is a letter again.
"""

import html
import re

from handlers.patterns import pattern_of

BOLD_ON, BOLD_OFF = "\ue000", "\ue001"
"""Around what is bold, while a line is being read. Neither stands in any text that leaves the rules."""

_BREAKING = pattern_of(r"<\s*/?\s*(?:p|div|br|li|ul|ol|tr|td|h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_STRONG_ON = pattern_of(r"<\s*(?:b|strong)\s*>", re.IGNORECASE)
_STRONG_OFF = pattern_of(r"<\s*/\s*(?:b|strong)\s*>", re.IGNORECASE)
_TAG = pattern_of(r"<\s*/?\s*(?:[a-z][a-z0-9]{0,10})(?:\s[^<>]{0,300})?/?>", re.IGNORECASE)
_STARS = pattern_of(r"\*\*(?=\S)([^*\n]{1,400}?)(?<=\S)\*\*|__(?=\S)([^_\n]{1,400}?)(?<=\S)__")
_BULLETS = pattern_of(r"[ \t]*([•●○▪◦])[ \t]*")
_SOFT = str.maketrans({"\xad": None, "\ufeff": None, "\u200b": None, "\xa0": " ", "\u2009": " ", "\u202f": " "})
_LIGATURES = str.maketrans({"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"})
_SPACES = pattern_of(r"[ \f\v\r]+")
_HYPHENATED = pattern_of(r"(?<=[a-zæøå]{2})-[ \t]*\n[ \t]*(?=[a-zæøå]{2})(?!(?:og|eller|samt)\b)")
_SCANNED_CAPITAL = pattern_of(r"(?<![\w.,/:-])0(?=[a-zæøå]{3})")
"""«0rientering»."""
_SCANNED = pattern_of(
    r"(?<=[a-zæøå])[10](?=[a-zæøå]{2})|(?<=[a-zæøå]{2})1(?=\s(?:stede?|stades|møte)\b)|(?<=\bF)0(?=rfall)"
    r"|(?<=\bK)0(?=nklusjon)"
)
"""A digit between small letters, which no word has: what a scanner made of an l or an o."""
_SCANNED_DIGIT = pattern_of(
    r"(?<=\d)[OlI](?=\d|[./-][\dOlI])|(?<=\d[./-])[OlI](?=\d)|(?<=\b[Ss]ak )[OlI](?=\d)|(?<=\d[.:])O{1,2}(?=\W"
    r"|$)|(?<=\d[.:]\d)O(?=\W|$)|(?<!\w)[lI](?=\d[./][\dOlI]{1,2}[./])|(?<!\w)(?:l{2}|lI|Il)(?=[./:][\dOlI])"
    r"|(?<!\w)O(?=\d[.:][\dO]{2})|(?<!\w)O(?=O[.:][\dO]{2})"
)
"""A letter inside a number: «2l/19», «3O.O9.2O24»."""
_LEADER = pattern_of(r"[ \t]*(?:\.{4,}|(?:\. ){4,}\.?|…{2,})[ \t]*(?:s(?:ide)?\.?[ \t]*)?\d{0,3}[ \t]*$", re.MULTILINE)
"""The dots from a title to its page, in a list of cases."""
_BOLD_MARKS = pattern_of(f"[{BOLD_ON}{BOLD_OFF}]")
_SPACED_WORD = pattern_of(r"(?<!\S)(?:[^\W\d_] ){3,}[^\W\d_](?=\s*[:.]?(?:\s|$))")


def lines_of(text: str) -> list[str]:
    """The lines of a text, cleaned; bold parts stand between `BOLD_ON` and `BOLD_OFF`. Empty lines are kept."""
    text = text.translate(_SOFT).translate(_LIGATURES)
    if "<" in text:
        text = _STRONG_ON.sub(BOLD_ON, text)
        text = _STRONG_OFF.sub(BOLD_OFF, text)
        text = _BREAKING.sub("\n", text)
        text = _TAG.sub("", text)
    if "&" in text:
        text = html.unescape(text).translate(_SOFT)
    if "**" in text or "__" in text:
        text = _STARS.sub(lambda found: f"{BOLD_ON}{found[1] or found[2]}{BOLD_OFF}", text)
    for _again in range(2):
        text = _SCANNED_DIGIT.sub(lambda found: found[0].replace("O", "0").replace("l", "1").replace("I", "1"), text)
    text = _SCANNED_CAPITAL.sub("O", text)
    text = _SCANNED.sub(lambda found: "l" if found[0] == "1" else "o", text)
    text = _HYPHENATED.sub("", text)
    text = _BULLETS.sub(r"\n\1 ", text)
    if ".." in text or ". ." in text or "…" in text:
        text = _LEADER.sub("", text)
    return [_SPACES.sub(" ", line).strip(" ") for line in text.split("\n")]


def without_marks(text: str) -> str:
    """The text alone."""
    return _BOLD_MARKS.sub("", text).strip()


def strong_start(line: str) -> str:
    """The bold part with which a line begins; empty if it begins otherwise."""
    if not line.startswith(BOLD_ON):
        return ""
    end = line.find(BOLD_OFF)
    return without_marks(line[1 : end if end > 0 else len(line)])


def all_strong(line: str) -> bool:
    """Whether all of the line is bold."""
    outside = re.sub(f"{BOLD_ON}[^{BOLD_OFF}]*(?:{BOLD_OFF}|$)", "", line)
    return line.startswith(BOLD_ON) and not outside.strip(" :.")


def unspaced(text: str) -> str:
    """«V E D T A K» as «VEDTAK»."""
    if "  " not in text and text.count(" ") < 3:
        return text
    return _SPACED_WORD.sub(lambda found: found[0].replace(" ", ""), text)


_SHAPES = str.maketrans({"0": "o", "1": "l", "|": "l", "5": "s"})
_WORD_WITH_DIGIT = pattern_of(r"\w*[^\W\d_]\w*")


def plain(text: str) -> str:
    """Lower case, one space between words, no punctuation at the ends, digits inside words as the letters that a
    scanner took them for. To compare with, never to keep."""
    text = " ".join(unspaced(without_marks(text)).lower().split())
    text = text.strip(" :.;*#-–—_|")
    if any(each in text for each in "015|"):
        text = _WORD_WITH_DIGIT.sub(lambda found: found[0].translate(_SHAPES), text)
    return text


_SENTENCE_END = pattern_of(r"(?<=[.!?])[»\")]?\s+(?=[«\"(]?[A-ZÆØÅ0-9])")
_SHORT_FORMS = pattern_of(
    r"(?:\b(?:nr|kl|ca|bl\.?a|dvs|evt|ev|jf|pkt|mv|mm|m\.m|m\.fl|f\.eks|osv|ass|adm|dir|v|ref|avd|tlf|etg|div|inkl"
    r"|ekskl|vedr|iht|ift|mht|pr|st|dr|sign|o\.l|s|nov|des|jan|feb|mar|apr|aug|sept?|okt|art|kap|resp|tidl|kommunedir"
    r"|kst|konst|pst|hhv|del)\.|\b[A-ZÆØÅ]\.|\b\d{1,2}\.)$",
    re.IGNORECASE,
)


def sentences(text: str) -> list[str]:
    """The sentences of a text. A full stop after a number or a short form («nr.», «kl.», «12.») ends none."""
    if "\n" in text:
        return [sentence for line in text.split("\n") for sentence in sentences(line)]
    result: list[str] = []
    begin = 0
    for found in _SENTENCE_END.finditer(text):
        if _SHORT_FORMS.search(text, max(begin, found.start() - 14), found.start()):
            # «Referat fra 02.11.23. Det ble ...»: a whole date may end a sentence, a lone day of a month does not.
            dated = re.search(r"\d[./]\d{1,2}[./]\d{2,4}\.$", text[max(begin, found.start() - 14) : found.start()])
            clock = re.search(r"\d[.:][0-5]\d\.$", text[max(begin, found.start() - 14) : found.start()])
            if dated is None and (clock is None or text[found.end()].isdigit()):
                continue
        if piece := text[begin : found.end()].strip():
            result.append(piece)
        begin = found.end()
    if rest := text[begin:].strip():
        result.append(rest)
    return result
