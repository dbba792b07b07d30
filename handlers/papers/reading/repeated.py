"""What stands on every page (header, footer, page number), apart from what the page says. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

from handlers.papers.reading.tidying import one_line
from handlers.patterns import pattern_of

_EDGE = 3
"""Lines at the top and at the bottom of a page that may be repeated."""
_ONLY_PAGE = pattern_of(
    r"\s*(?:-\s*)?(?:(?:side|s\.|page)\s*)?\d{1,4}(?:\s*(?:av|of|/)\s*\d{1,4})?(?:\s*-)?\s*$", re.IGNORECASE
)
_PAGE_OF = pattern_of(r"\b(?:side|page)\s*:?\s*\d{1,4}(?:\s*(?:av|of|/)\s*\d{1,4})?", re.IGNORECASE)
_FEW_PAGES = 2


def sample(line: str) -> str:
    """A line without what differs from page to page: the page's number."""
    return one_line(_PAGE_OF.sub("", line)).casefold()


def is_page_number(line: str) -> bool:
    """Whether it says which page it is, and nothing else: «Side 2 av 7», «- 2 -», «2»."""
    return bool(_ONLY_PAGE.match(line))


def without_repeated(pages: Sequence[Sequence[str]]) -> tuple[list[list[str]], tuple[str, ...]]:
    """The pages' lines without those that stand at the top or bottom of most pages, and those, once each."""
    found = [list(page) for page in pages]
    if len(found) < _FEW_PAGES:
        return found, ()
    seen: Counter[str] = Counter()
    for page in found:
        edges = {sample(page[at]) for at in _edges(page) if not is_page_number(page[at])}
        seen.update(edges)
    often = {text for text, times in seen.items() if text and times >= max(2, 0.6 * (len(found) - 1))}
    headers: dict[str, str] = {}
    for page in found:
        for at in _edges(page):
            line = page[at]
            if is_page_number(line):
                page[at] = ""
            elif sample(line) in often:
                headers.setdefault(sample(line), one_line(line))
                page[at] = ""
    return found, tuple(headers.values())


def _edges(page: Sequence[str]) -> list[int]:
    full = [at for at, line in enumerate(page) if line.strip()]
    return sorted({*full[:_EDGE], *full[-_EDGE:]})
