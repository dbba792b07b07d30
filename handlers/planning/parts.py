"""Long lists of lines in sections of a length that every platform shows, eight to a page; never cut."""

from collections.abc import Iterable, Iterator

from handlers.messages.message import Button, Section
from handlers.writing.text import shorten

_MOST = 1200
"""Characters: with eight of them on a page a message stays within Slack's 13,000 and Teams' 25 KB."""


def sections(title: str, lines: Iterable[str], buttons: tuple[Button, ...] = ()) -> Iterator[Section]:
    """One section, or several with the same title where the lines need them. The last one has the buttons."""
    parts: list[list[str]] = [[]]
    for line in lines:
        said = shorten(line, _MOST)
        if parts[-1] and sum(len(each) + 1 for each in parts[-1]) + len(said) > _MOST:
            parts.append([])
        parts[-1].append(said)
    for place, part in enumerate(parts, 1):
        yield Section(title=title, text="\n".join(part), buttons=buttons if place == len(parts) else ())
