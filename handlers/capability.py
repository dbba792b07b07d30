"""What a capability is: all that one part of the bot can do, in one object (see `handlers.capabilities`).

The registry, and so each surface and the worker, knows capabilities only as these.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.chore import Chore
from handlers.dialogs.dialog import Dialog, Reply
from handlers.messages.message import Button, Does, Message, Section
from handlers.messages.offers import Offers
from handlers.messages.undelivered import AboutSubject
from handlers.messages.unposted import Unposted
from handlers.people.audience import Audience
from handlers.people.context import Context
from handlers.reminders.kind import Kind
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage.direct import Question
from storage.something import Thing


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
    `run` gets what was typed after the command. `more_usage`: what others put behind `usage`.

    `ways`: what it does, in other words (see `handlers.understanding.lines`). `begin` opens its form with a text,
    whatever the text says; None: it has no form. `begin_label`: what a button for that says, with the text in
    `{text}`. `find` shows what a reference leads to, and nothing (None) for a text that is no reference of its kind.
    `seldom`: few need it, so where a platform lists only so many commands it is left out; typed, it does the same.
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
    seldom: bool = False
    more_usage: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """What can be typed after it, in the language being spoken; empty: nothing."""
        return " | ".join(_(each) for each in (self.usage, *self.more_usage) if each)


@dataclass(frozen=True)
class Action:
    """What a button does. `run` gets the button's arguments and checks the person's role itself.

    `whole`: it is about no one thing, as a list of all that somebody has, so it is not done from the page of one.
    """

    name: Does
    run: Callable[[Context, Mapping[str, str]], Awaitable[Reply]]
    whole: bool = False


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
class Handed:
    """A file that somebody hands in. `name`: as they call it, cleaned."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Intake:
    """What takes files that are handed in (see `handlers.messages.message.Upload`), one at a time.

    `allow` says whether the person may, before the file is even read. `look` is what takes time: it is done in a
    thread, outside any transaction. `take` gets what it came to, and checks the person's role anew. `limit`: bytes.
    """

    name: StrEnum
    limit: int
    allow: Callable[[Context, Mapping[str, str]], Awaitable[None]]
    look: Callable[[Mapping[str, str], Handed], Any]
    take: Callable[[Context, Mapping[str, str], Any], Awaitable[Reply]]


@dataclass(frozen=True)
class Shortcut:
    """Something done with a message that stands in a chat, from that message's menu: «Meld som avvik». Or, where it is
    not `on_message`, something begun from wherever somebody is: «Meld sak».

    `label` is what the menu says, `summary` tells more. `run` gets what the message says, without who wrote it and
    without mentions of people; pictures and files in it do not come along. Without a message it gets nothing. It opens
    a form or shows something: a platform may ask twice. `links`: it has room for the address of the message
    (`Context.link`), which is then asked for.
    """

    name: str
    label: str
    summary: str
    run: Callable[[Context, str], Awaitable[Reply]]
    on_message: bool = True
    links: bool = False


@dataclass(frozen=True)
class Finder:
    """A way to find things that are to be put before others: «Finn en sak».

    `label` is what a platform lists it as, `summary` tells more, `asks` is what its field is called. `find` gets what
    was typed, and how many to leave out and to show at most; without any text, the person's own newest.
    """

    name: str
    label: str
    summary: str
    asks: str
    find: Callable[[Context, Audience, str, int, int], Awaitable[Offers]]


@dataclass(frozen=True)
class Sharing:
    """What can be put before others. `card` shows what `arguments` are about (those of an offer, or of a link of our
    own), as far as everybody in the audience may see it; None: there is nothing that all of them may."""

    card: Callable[[Context, Audience, Mapping[str, str]], Awaitable[Message | None]]
    finders: Sequence[Finder] = ()


@dataclass(frozen=True)
class Waiting:
    """Something that waits for a person to do it: `text` says what and how much, `button` leads there."""

    text: str
    button: Button


@dataclass(frozen=True)
class Owed:
    """Something that a person is to do, and by when: one line of `/frister`.

    Args:
        text: what it is, so that it makes sense alone.
        buttons: what does it, where it stands; at most three.
        due_at: the moment by which it is to be done (UTC); None: there is none.
        whole_day: any time on that day, where the partnership's people live, is in time.
        zone: whose clock that moment is read on; empty: the partnership's.
    """

    text: str
    buttons: tuple[Button, ...]
    due_at: datetime | None = None
    whole_day: bool = False
    zone: str = ""


@dataclass(frozen=True)
class SharedCard:
    """A message that stands where several read it, and of which some may see more than the others.

    Args:
        name: unique among all. It stands in messages that were sent, so it never changes.
        common: what all may read, as it is now, in the language being spoken; None: it is gone.
        own: the same with what is theirs, for the actor alone; None: nothing is. Nothing of it is stored.
    """

    name: str
    common: Callable[[AsyncSession, Mapping[str, str], datetime], Awaitable[Message | None]]
    own: Callable[[Context, Mapping[str, str]], Awaitable[Message | None]]


class Welcoming(Protocol):
    """What is said to whoever meets the bot, in the language being spoken."""

    def to_one(self) -> Message:
        """To a person, where nobody else reads it."""

    def to_several(self) -> Message:
        """To all who read a channel or a group: the same for each, and nothing of anybody."""


async def _nothing_owed(_context: Context) -> Sequence[Owed]:
    return ()


async def _nothing_waits(_context: Context) -> Sequence[Waiting]:
    return ()


async def _nothing_begins(_context: Context) -> Sequence[Button]:
    return ()


def _nothing_foreseen(_context: Context) -> Sequence[Question]:
    return ()


async def _nothing_of_theirs(_context: Context) -> Sequence[Section]:
    return ()


class DrawHome(Protocol):
    """Draws somebody's home (see `handlers.home`)."""

    async def __call__(self, context: Context, *, greeted: bool = False) -> Message:
        """Of whoever is speaking, as it is now. `greeted`: with a word of welcome, to somebody new."""


async def _no_help(_context: Context) -> Sequence[Section]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Capability:
    """All that one part of the bot can do.

    Args:
        name: `sak`. The names of its dialogs begin with it and a full stop.
        about: the argument that says what its actions are about (`item`), so that the page of one thing (see
            `handlers.people.context.Sender.only`) leads to no other kind of thing, whatever is posted from it. Empty:
            they are about nothing that has a page.
        also_on: the arguments of other things on whose pages it stands as well (`meeting`). Each of its actions and
            forms sees to it that what is done is about that thing too, where the button carries it.
        does: what its buttons do, all of it, declared in the module `actions` of its package. `actions` binds each to
            what runs.
        home: what waits for a person in it, most urgent first; nothing where nothing does.
        queues: those of `home` that are not among what they owe, one by one (`owes`): what waits for whoever works for
            others, as a secretariat does.
        thing: the kind of thing without which `owes`, `queues` and `theirs` say nothing, so that where there is none
            for a person they need not be asked (see `storage.something`). None: they say something of other things too.
        foresees: what `owes`, `queues` and `theirs` will ask of the database whatever they find, as often as they will,
            so that all questions can be asked in one way there and back. What is left out is asked then.
        begins: the buttons with which a person begins what they most come for.
        theirs: what of it is a person's own, or coming up for them: a section each, a fixed number of statements.
        owes: what a person is to do in it, each thing by itself, with its deadline, in any order: a fixed number of
            statements, however much it is.
        help: what the help says of it to a person beside its commands.
        chores: what the clock does for it, in the order in which it is done.
        reminders: the kinds of reminders that it lays and draws.
        subjects: the kinds of subjects that it writes messages about, as their keys begin (`item`), and who is told of
            a message about one of them that did not arrive (see `handlers.messages.undelivered`).
        draw: draws somebody's home, over what all say of it. One capability at most has it.
        answer: what any line that is written to the bot leads to. One capability at most has it.
        unposted: who is told that nothing gets through to a committee's channel. One capability at most has it.
        sharing: what can be put before others. One capability at most has it.
        shared_cards: what it puts where several read it, with something of each reader's own.
        welcome: what whoever meets the bot is told. One capability at most has it.
    """

    name: str
    commands: Sequence[Command] = ()
    dialogs: Sequence[Dialog] = ()
    about: str = ""
    also_on: Sequence[str] = ()
    does: type[Does] | None = None
    actions: Sequence[Action] = ()
    documents: Sequence[Document] = ()
    intakes: Sequence[Intake] = ()
    shortcuts: Sequence[Shortcut] = ()
    home: Callable[[Context], Awaitable[Sequence[Waiting]]] = _nothing_waits
    queues: Callable[[Context], Awaitable[Sequence[Waiting]]] = _nothing_waits
    thing: Thing | None = None
    foresees: Callable[[Context], Sequence[Question]] = _nothing_foreseen
    begins: Callable[[Context], Awaitable[Sequence[Button]]] = _nothing_begins
    theirs: Callable[[Context], Awaitable[Sequence[Section]]] = _nothing_of_theirs
    owes: Callable[[Context], Awaitable[Sequence[Owed]]] = _nothing_owed
    help: Callable[[Context], Awaitable[Sequence[Section]]] = _no_help
    chores: Sequence[Chore] = ()
    reminders: Sequence[Kind] = ()
    subjects: Mapping[str, AboutSubject] = field(default_factory=dict)
    draw: DrawHome | None = None
    answer: Find | None = None
    unposted: Unposted | None = None
    sharing: Sharing | None = None
    shared_cards: Sequence[SharedCard] = ()
    welcome: Welcoming | None = None
