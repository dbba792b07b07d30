"""Long lists a page at a time: never cut, never more than a platform shows in one message."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from handlers.messages.message import Button, Does
from handlers.writing.language import _

SIZE = 8
"""Entries on a page; with their buttons they stay well within Slack's 50 blocks and Teams' 25 KB."""

T = TypeVar("T")


def offset(arguments: Mapping[str, str]) -> int:
    """How many entries come before the page that was asked for."""
    page = arguments.get("page", "0")
    return SIZE * int(page) if page.isdecimal() and len(page) < 6 else 0


def page_of(found: Sequence[T]) -> Sequence[T]:
    """The entries to show, of those fetched (one more than a page, to know whether there are more)."""
    return found[:SIZE]


def buttons(found: Sequence[T], action: Does, arguments: Mapping[str, str]) -> tuple[Button, ...]:
    """«Forrige» and «Neste», where there is somewhere to go."""
    page = offset(arguments) // SIZE
    steps = []
    if page:
        steps.append((_("Forrige"), page - 1))
    if len(found) > SIZE:
        steps.append((_("Neste"), page + 1))
    return tuple(
        Button(label=label, action=action, arguments={**arguments, "page": str(target)}) for label, target in steps
    )


def buttons_at(at: int, count: int, action: Does) -> tuple[Button, ...]:
    """The same for the page that begins after `at` entries of `count`."""
    left = [None] * max(0, count - at)
    return buttons(left, action, {"page": str(at // SIZE)})


def place(at: int, shown: int, count: int) -> str:
    """«Nummer 9 til 16», where there are more than stand on a page."""
    if count <= SIZE:
        return ""
    return _("Nummer {first} til {last}.").format(first=at + 1, last=at + shown)
