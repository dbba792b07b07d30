"""Cases that an old paper says are closed (unntatt offentlighet): only the committee's members see what they are about,
as of those that are closed here. Pure."""

import re

from handlers.papers.record import CaseRead
from handlers.patterns import pattern_of

_CLOSED = pattern_of(
    r"\b(?:unntatt|unnateken|unntatte|unnatekne|unntaken)\s+(?:fra\s+|frå\s+)?offentl(?:ig|eg)\w*|\bu\.\s?off\b\.?|"
    r"\b(?:lukket|lukka)\s+(?:sak|møte|behandling|handsaming)\b",
    re.IGNORECASE,
)
_SECTION = pattern_of(r"[\s,;:(–-]*([^.()\n]{0,25}(?:\.\s?)?[^()\n.;]{0,40}\d[^()\n.;]{0,20})")
"""What stands behind it, up to the end of the bracket or the sentence, if there is a number in it."""
_BEGINNING = 300
"""Characters of the comments in which a paper says so of the case itself."""
_WORD = pattern_of(r"[^\W\d_]+\.?")
_OF_LAW = pattern_of(r"[^\W\d_]*lov[^\W\d_]*|[oO]?[b-df-hj-np-tv-zB-DF-HJ-NP-TV-Z]{1,3}l\.?", re.IGNORECASE)
_SMALL = 8
"""Letters of the longest of the words between («første», «bokstav»)."""
UNKNOWN = "gammelt papir"
"""Where the paper does not say under which section. It is stored, so it is not translated."""


def closed_under(case: CaseRead) -> str:
    """Under which section of the law the case is closed, in the paper's words; empty: the paper does not say that it
    is."""
    for text in (case.title, case.purpose, case.discussion[:_BEGINNING]):
        found = _CLOSED.search(text)
        if found is not None:
            section = _SECTION.match(text, found.end())
            return section[1].strip() if section is not None and _is_of_law(section[1]) else UNKNOWN
    return ""


def _is_of_law(section: str) -> bool:
    """Whether it is a section of a law and nothing else: it stands where others may not read what the case is about, so
    nothing of that may stand in it."""
    words = _WORD.findall(section)
    names_one = "\N{SECTION SIGN}" in section or (bool(words) and _OF_LAW.fullmatch(words[0]) is not None)
    return names_one and all(
        _OF_LAW.fullmatch(word) or (word.islower() and len(word.rstrip(".")) <= _SMALL) for word in words
    )
