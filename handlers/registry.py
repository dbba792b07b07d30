"""Everything that the bot can do, by name: made from the capabilities, and refused if they do not fit together.

Slack's and Teams' manifests are made from it, and so is the help.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar

from handlers.capability import (
    Action,
    Capability,
    Command,
    Document,
    DrawHome,
    Find,
    Finder,
    Intake,
    SharedCard,
    Sharing,
    Shortcut,
    Waiting,
    Welcoming,
)
from handlers.chore import Chore
from handlers.dialogs import held
from handlers.dialogs.dialog import Dialog, Reply
from handlers.errors import Gone
from handlers.limits import ANYWHERE
from handlers.messages import uploads
from handlers.messages.message import Does, Message
from handlers.messages.undelivered import AboutSubject
from handlers.messages.unposted import NOBODY
from handlers.people.context import Context
from handlers.reminders.kind import Kind
from handlers.writing.language import LANGUAGES, _, speaking
from handlers.writing.text import length

N = TypeVar("N", Command, Dialog, Action, Document, Intake, Shortcut, SharedCard, Chore, Kind)
T = TypeVar("T")


class Registry:
    """Everything by name.

    `forms` are the dialogs by every name that they have or had: an open draft, a form on a screen and a button that
    was sent go on meaning what they meant.

    Raises:
        ValueError: two of the same name, and whose they are; an action that is declared and does nothing; a module
            that can make buttons for another capability, which is not there; or a text that is too long for a
            platform, in any language.
    """

    def __init__(self, capabilities: Sequence[Capability]) -> None:
        self.capabilities = tuple(capabilities)
        self._by_key("name", ((each.name, each, each.name) for each in self.capabilities))
        self.commands = self._by_name("command", lambda each: each.commands)
        self.dialogs = self._by_name("dialog", lambda each: each.dialogs)
        self.actions = self._by_name("action", lambda each: each.actions)
        self.documents = self._by_name("document", lambda each: each.documents)
        self.intakes = self._by_name("intake", lambda each: each.intakes)
        self._whose = {name: each for each in self.capabilities for name in _does(each)}
        self.shortcuts = self._by_name("shortcut", lambda each: each.shortcuts)
        self._words = self._by_key(
            "command",
            (
                (word, command, of)
                for of, command in self._all(lambda each: each.commands)
                for word in (command.name, *command.aliases)
            ),
        )
        self.chores = tuple(self._by_name("chore", lambda each: each.chores).values())
        self.reminders: Mapping[str, Kind] = self._by_name("kind of reminder", lambda each: each.reminders)
        self.forms: Mapping[str, Dialog] = self._by_key(
            "dialog",
            ((name, dialog, of) for of, dialog in self._all(lambda each: each.dialogs) for name in dialog.names),
        )
        self.subjects: Mapping[str, AboutSubject] = self._by_key(
            "kind of subject",
            ((kind, tell, each.name) for each in self.capabilities for kind, tell in each.subjects.items()),
        )
        told = self._by_key(
            "telling of channels",
            (("telling", each.unposted, each.name) for each in self.capabilities if each.unposted),
        )
        self.unposted = told.get("telling", NOBODY)
        answers = self._by_key(
            "answer to any line", (("answer", each.answer, each.name) for each in self.capabilities if each.answer)
        )
        self.answer: Find = answers.get("answer", self._by_first_word)
        shares = self._by_key(
            "way to put things before others",
            (("sharing", each.sharing, each.name) for each in self.capabilities if each.sharing),
        )
        self.sharing: Sharing | None = shares.get("sharing")
        finders = self.sharing.finders if self.sharing is not None else ()
        self.finders: Mapping[str, Finder] = self._by_key("finder", ((each.name, each, "") for each in finders))
        self.shared_cards = self._by_name("shared card", lambda each: each.shared_cards)
        welcomes = self._by_key(
            "welcome", (("welcome", each.welcome, each.name) for each in self.capabilities if each.welcome)
        )
        self.welcome: Welcoming | None = welcomes.get("welcome")
        draws = self._by_key("home", (("home", each.draw, each.name) for each in self.capabilities if each.draw))
        self._draw_home: DrawHome | None = draws.get("home")
        for each in self.capabilities:
            self._is_whole(each)
        self._leads_nowhere_else()
        self._fits_on_every_platform()

    def action(self, name: str) -> Action | None:
        """The action called `name`; among them one that opens a form which was held (see `handlers.dialogs.held`), and
        one that has a file come (see `handlers.messages.uploads`)."""
        if name == held.Do.OPEN:
            return Action(held.Do.OPEN, partial(held.open_form, self.forms))
        if name == uploads.Do.FETCH:
            return Action(uploads.Do.FETCH, partial(uploads.fetch, self._name_of_file))
        return self.actions.get(name)

    async def _name_of_file(self, context: Context, document: str, arguments: Mapping[str, str]) -> str:
        found = self.documents.get(document)
        if found is None:
            raise Gone(_("Filen finnes ikke lenger."))
        return (await found.run(context, arguments)).name

    def may_be_done_from(self, only: Mapping[str, str], name: str) -> bool:
        """Whether the action called `name`, or what takes files under it, is about what a conversation is confined to
        (`handlers.people.context.Sender.only`), going by its kind. A client may send any arguments with it: that the
        right ones are among them does not say that it looks at them."""
        if not only:
            return True
        action = self.actions.get(name)
        of = self._whose.get(name)
        fits = of is None or not of.about or of.about in only or any(each in only for each in of.also_on)
        return fits and not (action is not None and action.whole)

    def command(self, word: str) -> Command | None:
        """The command a word names, with or without `/`, in any case, with `ø` or `o`."""
        return self._words.get(word.removeprefix("/").casefold())

    async def home(self, context: Context) -> Sequence[Waiting]:
        """What waits for a person, in the order of the capabilities."""
        return [waiting for each in self.capabilities for waiting in await each.home(context)]

    async def drawn_home(self, context: Context, *, greeted: bool = False) -> Message:
        """What stands on the home of whoever is speaking. `greeted`: with a word of welcome, to somebody new."""
        if self._draw_home is None:
            return await self._nothing_at_home(context)
        return await self._draw_home(context, greeted=greeted)

    async def _nothing_at_home(self, context: Context) -> Message:
        found = await self.commands["hjelp"].run(context, "")
        return found if isinstance(found, Message) else Message(title="")

    def nowhere(self, message: Message) -> Sequence[str]:
        """The actions of buttons, orders and pages in a message that nothing runs."""
        names = [button.action for button in message.buttons_within()]
        names += [order.action for order in message.orders_within()]
        names += [each.action for section in (message, *message.sections) for each in section.opens]
        names += [page.action for page in message.pages_within()]
        return [name for name in dict.fromkeys(names) if self.action(name) is None]

    async def _by_first_word(self, context: Context, line: str) -> Reply:
        word, rest = (*line.split(maxsplit=1), "", "")[:2]
        command = self.command(word)
        if command is None:
            return await self.commands["hjelp"].run(context, line)
        return await command.run(context, rest)

    # --- is it right? --------------------------------------------------------------------------------------

    def _all(self, which: Callable[[Capability], Iterable[N]]) -> Iterable[tuple[str, N]]:
        return ((each.name, item) for each in self.capabilities for item in which(each))

    def _by_name(self, kind: str, which: Callable[[Capability], Iterable[N]]) -> dict[str, N]:
        return self._by_key(kind, ((str(item.name), item, of) for of, item in self._all(which)))

    @staticmethod
    def _by_key(kind: str, items: Iterable[tuple[str, T, str]]) -> dict[str, T]:
        """Items by their keys, each with the capability that it comes from. Raises `ValueError`, which names both."""
        found: dict[str, T] = {}
        whose: dict[str, str] = {}
        for key, item, of in items:
            if key in found:
                raise ValueError(f"two have the {kind} «{key}»: the capabilities {whose[key]} and {of}")
            found[key], whose[key] = item, of
        return found

    def _is_whole(self, capability: Capability) -> None:
        declared = {str(do) for do in capability.does or ()}
        bound = _does(capability)
        if declared - bound:
            raise ValueError(f"{capability.name}: nothing is run by {', '.join(sorted(declared - bound))}")
        if bound - declared:
            raise ValueError(f"{capability.name}: not declared: {', '.join(sorted(bound - declared))}")
        for dialog in capability.dialogs:
            if not dialog.name.startswith(f"{capability.name}."):
                raise ValueError(
                    f"the dialog {dialog.name} does not carry the name of its capability, {capability.name}"
                )
            if dialog.resumed_by and dialog.resumed_by not in self.commands:
                raise ValueError(f"the dialog {dialog.name}: no command leads back to it")

    def _leads_nowhere_else(self) -> None:
        """A button is made of an enum's member (see `Button`), so none leads nowhere if every enum that the modules of
        the capabilities have is one that is bound here."""
        bound = {held.Do, uploads.Do, *(each.does for each in self.capabilities)}
        if bound.issuperset(Does.__subclasses__()):
            # Nearly always, and all that there is in hundreds of modules need not be gone through.
            return
        for module, does in _enums_within(self.capabilities):
            if does not in bound:
                raise ValueError(f"{module} can make buttons of {does.__module__}, which no capability has")

    def _fits_on_every_platform(self) -> None:
        if len(self.shortcuts) + len(self.finders) > ANYWHERE.shortcuts:
            raise ValueError(f"an app has at most {ANYWHERE.shortcuts} shortcuts")
        for language in LANGUAGES:
            with speaking(language):
                for dialog in self.dialogs.values():
                    dialog.check_limits()
                for command in self.commands.values():
                    if length(_(command.summary)) > ANYWHERE.command_summary or length(command.name) > ANYWHERE.submit:
                        raise ValueError(f"/{command.name}: too long")
                for finder in self.finders.values():
                    label, summary, asks = (length(_(each)) for each in (finder.label, finder.summary, finder.asks))
                    if not (0 < label <= ANYWHERE.finder_label >= asks > 0 and 0 < summary <= ANYWHERE.finder_summary):
                        raise ValueError(f"what finds {finder.name}: too long, or empty")
                for shortcut in self.shortcuts.values():
                    label, summary = length(_(shortcut.label)), length(_(shortcut.summary))
                    if not 0 < label <= ANYWHERE.shortcut_label or not 0 < summary <= ANYWHERE.shortcut_summary:
                        raise ValueError(f"the shortcut {shortcut.name}: too long, or empty")


def _enums_within(capabilities: Sequence[Capability]) -> Iterator[tuple[str, type[Does]]]:
    """The enums of actions that the modules of the capabilities' packages have, with the names of the modules."""
    declared = [each.does.__module__ for each in capabilities if each.does]
    packages = tuple(module.removesuffix("actions") for module in declared if module.endswith(".actions"))
    for name, module in list(sys.modules.items()):
        if name.startswith(packages):
            for each in vars(module).values():
                if isinstance(each, type) and issubclass(each, Does) and each is not Does:
                    yield name, each


def _does(capability: Capability) -> set[str]:
    """What its buttons and the fields for its files do."""
    return {*(str(each.name) for each in capability.actions), *(str(each.name) for each in capability.intakes)}
