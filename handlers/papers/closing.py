"""Cases that an old paper says are closed (unntatt offentlighet): only the committee's members see what they are about,
as of those that are closed here. Pure."""

import re

from handlers.papers.record import CaseRead

_CLOSED = re.compile(
    r"\b(?:unntatt|unnateken|unntatte|unnatekne|unntaken)\s+(?:fra\s+|frå\s+)?offentl(?:ig|eg)\w*|\bu\.\s?off\b\.?|"
    r"\b(?:lukket|lukka)\s+(?:sak|møte|behandling|handsaming)\b",
    re.IGNORECASE,
)
_SECTION = re.compile(r"[\s,;:(–-]*([^.()\n]{0,25}(?:\.\s?)?[^()\n.;]{0,40}\d[^()\n.;]{0,20})")
"""What stands behind it, up to the end of the bracket or the sentence, if there is a number in it."""
_BEGINNING = 300
"""Characters of the comments in which a paper says so of the case itself."""
UNKNOWN = "gammelt papir"
"""Where the paper does not say under which section. It is stored, so it is not translated."""


def closed_under(case: CaseRead) -> str:
    """Under which section of the law the case is closed, in the paper's words; empty: the paper does not say that it
    is."""
    for text in (case.title, case.purpose, case.discussion[:_BEGINNING]):
        found = _CLOSED.search(text)
        if found is not None:
            section = _SECTION.match(text, found.end())
            return section[1].strip() if section is not None else UNKNOWN
    return ""
