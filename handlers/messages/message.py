"""What can be said to somebody, on any surface. All text is plain; the surface escapes it.

Messages are pydantic models, since a delivery keeps its message in the database until it is shown.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Arguments = dict[str, str]
"""What a button carries: names and short values, never free text."""

Style = Literal["default", "primary", "danger"]


class Does(StrEnum):
    """What buttons do, all that one capability declares: it binds each member to what runs (see
    `handlers.registry`). The values stand on buttons that were sent long ago, so they never change."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Confirm(_Part):
    """Asked before the button's action runs, in the client's own way."""

    text: str
    yes: str


class Button(_Part):
    """Runs the registered action `action` with `arguments`, as the person who presses it.

    In the code it is made with a member of the enum that its capability declares, so it leads somewhere. One that was
    stored has the value, perhaps of an action that is there no more.
    """

    label: str
    action: str
    arguments: Arguments = {}
    style: Style = "default"
    confirm: Confirm | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            label: str,
            action: Does,
            arguments: Arguments = ...,
            style: Style = ...,
            confirm: Confirm | None = ...,
        ) -> None: ...


class Link(_Part):
    """A web address to open. `url` is http or https, checked where it came in."""

    label: str
    url: str


class FileRef(_Part):
    """A file that the program makes when it is asked for: which document, with which arguments.

    `url` is a signed link to it, for one reader and for an hour (see `handlers.messages.files`). It is there only in a
    message on its way to that reader, and is not stored. None: there is no address that others reach.
    """

    document: str
    arguments: Arguments = {}
    url: str | None = Field(default=None, exclude=True)


class FileLink(_Part):
    """A file to fetch."""

    label: str
    file: FileRef


class PageLink(_Part):
    """A page of our own to open, for its reader: what `action` shows, confined to `arguments`.

    `url` is a signed link to it, as for a `FileRef`. Where there is none, it is left out.
    """

    label: str
    action: str
    arguments: Arguments
    url: str | None = Field(default=None, exclude=True)

    if TYPE_CHECKING:

        def __init__(self, *, label: str, action: Does, arguments: Arguments, url: str | None = ...) -> None: ...


class Fact(_Part):
    """A labelled value: «Frist», «torsdag 3. desember»."""

    label: str
    value: str


class Secret(_Part):
    """Something that its reader is told this one time, to be copied: it is on its way to them, and stored nowhere.

    `value` is there only in the message that is shown now. Without it, `later` is what is read in its place.
    """

    label: str
    value: str = Field(default="", exclude=True)
    later: str


class Page(_Part):
    """The one case that something is about, as a page for whoever is not on chat (see `handlers.people.links`).

    It shows what `action` returns, and is confined to `arguments`. `reference` (`AVV-2026-0007`) is all that an
    e-mail says of the case.
    """

    reference: str
    action: str
    arguments: Arguments

    if TYPE_CHECKING:

        def __init__(self, *, reference: str, action: Does, arguments: Arguments) -> None: ...


class Image(_Part):
    """A picture. `alt` says in words what it shows, all that somebody who does not see it needs.

    Where it has no address, or a platform cannot fetch it, `alt` is shown as a text in its place.
    """

    file: FileRef | None = None
    url: Annotated[str, Field(pattern=r"^https?://[^/\s]+/\S+/\S+$")] | None = None
    """A signed link, in messages that were stored with it by an older version."""
    alt: str = Field(min_length=1)

    @property
    def address(self) -> str | None:
        """Where it is fetched."""
        return self.file.url if self.file is not None else self.url


class Place(_Part):
    """One of several things in an order. `key`: what it is called when they are put in another (without commas).
    `name`: what people call it; `text`: all that is read of it."""

    key: str
    name: str
    text: str


class Order(_Part):
    """Things that the reader may put in another order, where they can be dragged and moved with the keyboard.

    Runs `action` with `arguments` and the keys of `places` in their new order, with commas between, as `order`.
    """

    action: str
    arguments: Arguments = {}
    places: tuple[Place, ...]

    if TYPE_CHECKING:

        def __init__(self, *, action: Does, arguments: Arguments = ..., places: tuple[Place, ...]) -> None: ...

    def as_button(self) -> Button:
        """The button that it stands for, to ask what may stay of a message."""
        return Button.model_construct(label="", action=self.action, arguments=self.arguments)


class Upload(_Part):
    """A file to be handed in: what takes it is `action`, with `arguments` (see `handlers.capability.Intake`).

    Surfaces with pages draw it; others leave it out, and say `instead` in its place, which may be empty where the
    message itself says how it is done. `accept`: what such a file's name ends in.
    """

    label: str
    action: str
    arguments: Arguments = {}
    accept: str
    instead: str = ""

    if TYPE_CHECKING:

        def __init__(
            self, *, label: str, action: Does, arguments: Arguments, accept: str, instead: str = ...
        ) -> None: ...


class Invitation(_Part):
    """An entry in its reader's calendar, which only an e-mail brings there. Moments are UTC; `zone` is the meeting's.

    `uid`: the same for as long as it is the same meeting. `sequence` goes up when that changes; of two with the same
    one, that holds which was `written_at` the later moment. `cancelled`: the entry is to be taken away. It says nothing
    of any case: others see what stands in somebody's calendar.
    """

    uid: str
    sequence: int
    written_at: datetime
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str = ""
    text: str = ""
    cancelled: bool = False


class Shared(_Part):
    """Which card that several read a message is (see `handlers.capability.SharedCard`), so that it can be drawn anew
    for one of them, or for all."""

    name: str
    arguments: Arguments = {}


class Section(_Part):
    """One of several things in a message, with its own buttons. `image` stands below the facts.

    `order`: what `text` and `buttons` show, as things to be moved. A surface where that can be done shows it instead of
    these; others leave it out. `part`: in a message that was gathered from several, which of them it comes from.
    """

    title: str = ""
    text: str = ""
    facts: tuple[Fact, ...] = ()
    image: Image | None = None
    links: tuple[Link, ...] = ()
    files: tuple[FileLink, ...] = ()
    opens: tuple[PageLink, ...] = ()
    buttons: tuple[Button, ...] = ()
    page: Page | None = None
    order: Order | None = None
    upload: Upload | None = None
    part: str = ""

    def to_read(self) -> tuple[Fact, ...]:
        """The facts, and what is told as one."""
        return self.facts

    def addresses(self) -> tuple[Link, ...]:
        """Everything to open: the links, and below them the files and our own pages that have an address."""
        files = (Link(label=each.label, url=each.file.url) for each in self.files if each.file.url)
        pages = (Link(label=each.label, url=each.url) for each in self.opens if each.url)
        return (*self.links, *files, *pages)


class Message(Section):
    """A whole message: what stands in a `Section`, then `sections`, then `small` print.

    `title` is what a notification shows, so it must make sense alone.
    """

    title: str
    secrets: tuple[Secret, ...] = ()
    """Stand below the facts."""
    sections: tuple[Section, ...] = ()
    small: str = ""
    mailable: bool = False
    """May be sent by e-mail as it stands: it says nothing of any case. Of other messages an e-mail says only that
    there is one, and only if it has a `page` to read it on."""
    invitation: Invitation | None = None
    """What their calendar is to take in. Such a message goes by e-mail, wherever its reader is reached otherwise."""
    shared: Shared | None = None
    """It stands where several read it, and a surface that can shows each what is theirs in its place. Others show it as
    it is."""
    attached: FileRef | None = None
    """The file itself goes into the conversation, with the title beside it (see `handlers.messages.uploads`)."""
    replace: bool = False
    """Put it in the place of the message that the button sat on."""
    closes: str | None = None
    """The draft whose form is done with, wherever it still stands. A surface that can find it closes it."""
    delivery_key: str | None = None
    """This reply is also the delivery with this key. A surface whose replies stay in the conversation reports where
    it put it (`Bot.shown`), so that later changes update it; on other surfaces the worker sends it. What
    the worker sends has its key too, by which a surface may tell what is sent once more."""

    def to_read(self) -> tuple[Fact, ...]:
        told = (Fact(label=each.label, value=each.value or each.later) for each in self.secrets)
        return (*self.facts, *told)

    def without_buttons(self) -> "Message":
        """The same message, to be read only."""
        return self.with_buttons_that(lambda _button: False)

    def with_buttons_that(self, stay: Callable[[Button], bool]) -> "Message":
        """The same message with those of its buttons that `stay`."""

        def of(section: Section) -> dict[str, object]:
            order = section.order if section.order is not None and stay(section.order.as_button()) else None
            return {"buttons": tuple(filter(stay, section.buttons)), "order": order}

        sections = tuple(section.model_copy(update=of(section)) for section in self.sections)
        return self.model_copy(update={**of(self), "sections": sections})

    def buttons_within(self) -> tuple[Button, ...]:
        """Every button, also those in sections."""
        return self.buttons + tuple(button for section in self.sections for button in section.buttons)

    def orders_within(self) -> tuple[Order, ...]:
        """Everything that can be put in another order."""
        return tuple(section.order for section in (self, *self.sections) if section.order is not None)

    def pages_within(self) -> tuple[Page, ...]:
        """The page of each case that it is about."""
        found = [section.page for section in (self, *self.sections) if section.page is not None]
        return tuple(page for place, page in enumerate(found) if page not in found[:place])
