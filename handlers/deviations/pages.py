"""A report with long texts, shown in several messages so that nothing is cut off."""

import json
from collections.abc import Sequence

from handlers.deviations.actions import Do
from handlers.messages.message import Button, Message, Section
from handlers.writing.language import _

_ROOM = 9000
"""For the sections of one message, in bytes as a card carries them. With what stands around them they stay within
Slack's 12,000 characters and Teams' 25 KB. A section that is longer than this stands alone."""
_WITH_A_LONG_ONE = 20_000
"""For all of the first page, where its first section is longer than `_ROOM`: else that section has the next one."""


def paged(shown: Message, sections: Sequence[Section], deviation_id: int, page: int = 0) -> Message:
    """`shown` with those of `sections` that page `page` (from 0) has room for, and «Vis mer» where there are more.

    The facts, links and buttons of `shown` stand on the first page only.
    """
    found = _pages(sections, _cost(shown))
    page = min(page, len(found) - 1)
    buttons = shown.buttons if page == 0 else ()
    if page + 1 < len(found):
        arguments = {"deviation": str(deviation_id), "page": str(page + 1)}
        # It takes the place of «Vis saken», which leads to the same.
        rest = tuple(button for button in buttons if button.action != Do.SHOW)
        buttons = (*rest, Button(label=_("Vis mer"), action=Do.SHOW, arguments=arguments))
    changed = {"sections": tuple(found[page]), "buttons": buttons}
    return shown.model_copy(
        update=changed if page == 0 else {**changed, "text": "", "facts": (), "links": (), "files": ()}
    )


def _cost(part: Section) -> int:
    return len(json.dumps(part.model_dump(mode="json", exclude_defaults=True)))


def _pages(sections: Sequence[Section], head: int) -> list[list[Section]]:
    """`head`: what stands on the first page anyhow, in bytes."""
    pages: list[list[Section]] = [[]]
    room = _ROOM
    for section in sections:
        cost = _cost(section)
        too_long = pages == [[]] and head + cost > _WITH_A_LONG_ONE
        if too_long or (cost > room and pages[-1]):
            pages.append([])
            room = _ROOM
        pages[-1].append(section)
        room -= cost
    return pages
