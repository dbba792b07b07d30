"""What a word after `/mote` does, which a room that builds on meetings brings along (see `handlers.capabilities`)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from handlers.capability import Example, Find, Way
from handlers.messages.message import Button
from handlers.people.context import Context


async def _no_examples(_context: Context) -> Sequence[Example]:
    return ()


def _no_button(_context: Context) -> None:
    return None


class SubCommand(NamedTuple):
    """`words` after the command lead to `run`, which gets what was typed behind the word.

    `usage`: how it is typed, as the hint of the command says it (`N_("flytt [utvalg] [møte]")`). `ways`: how people ask
    for it (see `handlers.capability.Way`); `rest` of each begins with one of the words. `examples`: for whoever may.
    `button`: leads there from the list of meetings, for whoever may.
    """

    words: tuple[str, ...]
    run: Find
    usage: str = ""
    ways: tuple[Way, ...] = ()
    examples: Callable[[Context], Awaitable[Sequence[Example]]] = _no_examples
    button: Callable[[Context], Button | None] = _no_button


def meant(known: Sequence[SubCommand], text: str) -> tuple[SubCommand, str] | None:
    """What the text begins with, and the rest of it; None: it begins with none of these words."""
    word, _space, rest = " ".join(text.split()).partition(" ")
    found = next((each for each in known if word.casefold() in each.words), None)
    return (found, rest) if found is not None else None
