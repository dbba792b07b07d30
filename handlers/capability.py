"""What the bot can do: an explicit list of commands, dialogs, actions and shortcuts.

Slack's and Teams' manifests are made from this list, and so is the help.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from handlers.dialogs.dialog import Dialog, Reply
from handlers.limits import ANYWHERE
from handlers.messages import held
from handlers.people.context import Context
from handlers.writing.language import LANGUAGES, _, speaking
from handlers.writing.text import length
from handlers.writing.typed import typed


@dataclass(frozen=True)
class Example:
    """A line that can be typed as it stands where there are slash commands, and what it does."""

    text: str
    meaning: str

    def line(self) -> str:
        """The line, to be put into a text that people read."""
        return typed(self.text.removeprefix("/"))


async def _no_examples(_context: Context) -> Sequence[Example]:
    return ()


@dataclass(frozen=True)
class Way:
    """One of the things a command does, and how people ask for it who do not know the command.

    Args:
        rest: what is typed after the command for it: `mine`; empty for the command alone.
        label: what a button that does it says.
        asks: what people write for it, each as in `handlers.understanding.meaning.fits`: `mine saker|sakene`.
        words: other single words after the command that mean it: `/sak slett`.
        shows: it only shows something, so that a probable guess is done at once. Anything else is asked about.
    """

    rest: str
    label: str
    asks: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    shows: bool = False


Find = Callable[[Context, str], Awaitable[Reply]]


@dataclass(frozen=True)
class Command:
    """Something a person writes: `/sak`, or `sak` where there are no slash commands.

    `name` is ASCII, as Slack registers it; `aliases` are understood too. `usage` is the hint that Slack shows.
    `run` gets what was typed after the command.

    `ways`: what it does, in other words (see `handlers.understanding.lines`). `begin` opens its form with a text,
    whatever the text says; None: it has no form. `begin_label`: what a button for that says, with the text in
    `{text}`. `find` shows what a reference leads to, and nothing (None) for a text that is no reference of its kind.
    `alone`: its name stands by itself; without a slash before it, a longer text that begins with it is about something
    else.
    """

    name: str
    summary: str
    run: Callable[[Context, str], Awaitable[Reply]]
    usage: str = ""
    aliases: tuple[str, ...] = ()
    examples: Callable[[Context], Awaitable[Sequence[Example]]] = _no_examples
    ways: tuple[Way, ...] = ()
    begin: Find | None = None
    begin_label: str = ""
    find: Find | None = None
    alone: bool = False


@dataclass(frozen=True)
class Action:
    """What a button does. `run` gets the button's arguments and checks the person's role itself."""

    name: str
    run: Callable[[Context, Mapping[str, str]], Awaitable[Reply]]


@dataclass(frozen=True)
class File:
    """A file to be. `draw` makes its content: in a thread, after the transaction, so it must have all it needs."""

    name: str
    media_type: str
    draw: Callable[[], bytes]


@dataclass(frozen=True)
class Document:
    """A file that a signed link opens (`Context.links`). `run` gets the link's arguments, and checks access itself."""

    name: str
    run: Callable[[Context, Mapping[str, str]], Awaitable[File]]


@dataclass(frozen=True)
class Shortcut:
    """Something done with a message that stands in a chat, from that message's menu: «Meld som avvik».

    `label` is what the menu says, `summary` tells more. `run` gets what the message says, without who wrote it and
    without mentions of people; pictures and files in it do not come along. It opens a form or shows something: a
    platform may ask twice.
    """

    name: str
    label: str
    summary: str
    run: Callable[[Context, str], Awaitable[Reply]]


class Registry:
    """Everything by name.

    Args:
        answer: what a line that somebody writes leads to. Without it, its first word must be a command's name, and
            anything else leads to the help.

    Raises:
        ValueError: two of the same name, or a text that is too long for a platform, in any language.
    """

    def __init__(
        self,
        commands: Iterable[Command],
        dialogs: Iterable[Dialog],
        actions: Iterable[Action],
        documents: Iterable[Document] = (),
        shortcuts: Iterable[Shortcut] = (),
        answer: Find | None = None,
    ) -> None:
        self.answer: Find = answer or self._by_first_word
        self.commands = _by_name(commands)
        self.dialogs = _by_name(dialogs)
        self.actions = _by_name(actions)
        self.documents = _by_name(documents)
        self.shortcuts = _by_name(shortcuts)
        if len(self.shortcuts) > ANYWHERE.shortcuts:
            raise ValueError(f"an app has at most {ANYWHERE.shortcuts} shortcuts")
        self._words = {word: command for command in self.commands.values() for word in (command.name, *command.aliases)}
        for language in LANGUAGES:
            with speaking(language):
                for dialog in self.dialogs.values():
                    dialog.check_limits()
                for command in self.commands.values():
                    if length(_(command.summary)) > ANYWHERE.command_summary or length(command.name) > ANYWHERE.submit:
                        raise ValueError(f"/{command.name}: too long")
                for shortcut in self.shortcuts.values():
                    label, summary = length(_(shortcut.label)), length(_(shortcut.summary))
                    if not 0 < label <= ANYWHERE.shortcut_label or not 0 < summary <= ANYWHERE.shortcut_summary:
                        raise ValueError(f"the shortcut {shortcut.name}: too long, or empty")

    def action(self, name: str) -> Action | None:
        """The action called `name`; among them one that opens a form which was held (see `handlers.messages.held`)."""
        if name == held.OPEN:
            return Action(name, partial(held.open_form, self.dialogs))
        return self.actions.get(name)

    def command(self, word: str) -> Command | None:
        """The command a word names, with or without `/`, in any case, with `ø` or `o`."""
        return self._words.get(word.removeprefix("/").casefold())

    async def _by_first_word(self, context: Context, line: str) -> Reply:
        word, rest = (*line.split(maxsplit=1), "", "")[:2]
        command = self.command(word)
        if command is None:
            return await self.commands["hjelp"].run(context, line)
        return await command.run(context, rest)


N = TypeVar("N", Command, Dialog, Action, Document, Shortcut)


def _by_name(items: Iterable[N]) -> dict[str, N]:
    found: dict[str, N] = {}
    for item in items:
        if item.name in found:
            raise ValueError(f"two are called {item.name}")
        found[item.name] = item
    return found
