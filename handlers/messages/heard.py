"""What a button is called for whoever hears it by itself: where several in a message have the same label, what each is
about tells them apart (WCAG 2.2, 2.4.9)."""

from collections import Counter
from collections.abc import Sequence

from handlers.messages.message import Section
from handlers.writing.text import shorten

_TELLS_APART = 30
"""Two that begin with the same so many characters sound the same, and may be shortened to the same."""


def about(sections: Sequence[Section]) -> Sequence[str]:
    """What each section is about, in a few words: its heading, or the first line that stands in it. Those that sound
    the same are numbered by their place."""
    named = [_named(section) for section in sections]
    times = Counter(name[:_TELLS_APART] for name in named)
    return [
        f"{place}. {name}".strip() if times[name[:_TELLS_APART]] > 1 else name for place, name in enumerate(named, 1)
    ]


def _named(section: Section) -> str:
    lines = (section.title, section.text, *(fact.value for fact in section.facts))
    return next((line.strip().split("\n")[0] for line in lines if line.strip()), "")


def heard(label: str, what: str, limit: int) -> str:
    """The label with what it is about; nothing, where the label is all there is to say."""
    return shorten(f"{label}: {what}", limit) if what else ""
