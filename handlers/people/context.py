"""Who is speaking, from where, and what a use case needs to answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.people.address import Address
from handlers.people.links import NO_LINKS, Links
from handlers.people.roles import Role
from handlers.writing.identity import NOTHING_TAKEN, Cleared
from handlers.writing.withheld import OfCall, Withheld
from storage.people import Seat


class Unvouched(StrEnum):
    """Why a platform vouches for no e-mail address of somebody whom it does show."""

    UNCONFIRMED = "unconfirmed"
    """There is an address, and nobody has confirmed that it is theirs (ordinary under single sign-on)."""
    HIDDEN = "hidden"
    """It shows no address."""
    NUMBER = "number"
    """It may have an identity number in it, so it is not used."""
    UNSEEN = "unseen"
    """It does not show them at all; the partnership file gives their id."""


@dataclass(frozen=True)
class Profile:
    """What a platform says of a user.

    `email`: only if the platform vouches for it; else `unvouched` says why there is none.
    `locale`: the language that they have chosen there, as a tag (`nn-NO`); empty where it does not say.
    `outsider`: the platform calls them a guest, or somebody from elsewhere.
    `workspaces`: every workspace or tenant that it says they belong to; empty where it does not say.
    `written_at_home`: the address is no more than what whoever administers these wrote there, so it counts as none
    where they do not belong.
    """

    name: str
    email: str | None = None
    locale: str = ""
    unvouched: Unvouched | None = None
    outsider: bool = False
    workspaces: frozenset[str] = frozenset()
    written_at_home: bool = False


@dataclass(frozen=True)
class SpokenIn:
    """The channel that somebody speaks in, where others read too. `workspace`: whose app was spoken to there.

    `name` is empty where the platform does not say. `reach`: what the surface needs to write there (see `Address`).
    """

    surface: str
    workspace: str
    channel: str
    name: str
    reach: Mapping[str, Any]


@dataclass(frozen=True)
class Sender:
    """Who is speaking, as a surface knows them.

    `workspace` is where they are at home, and `also` further ids that the platform gives for where they speak from
    (the workspace of the app, the Enterprise Grid), at most three: which of these comes with a call varies.
    `reach` is what the surface needs to answer them (see `Address`); None when this call does not reveal it.
    `shared` names the parts of it that are the same for everybody of the workspace (a Teams service URL).
    `profile` asks the platform who they are; it is called for somebody new, and now and then.
    `lasting` tells that replies stay in the conversation, where they can be updated later (Teams, local), rather
    than being seen once (a Slack modal or ephemeral message).
    `speaks`: False where something is drawn for them that they did not ask for just now.
    `only`: what the conversation is confined to; buttons and forms that do not carry these arguments are refused.
    `spoken_in`: the channel that they speak in; None: nobody else reads it, or it is no channel.
    """

    surface: str
    workspace: str
    user_id: str
    profile: Callable[[], Awaitable[Profile]]
    reach: Mapping[str, Any] | None = None
    lasting: bool = True
    only: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    spoken_in: SpokenIn | None = None
    speaks: bool = True

    @property
    def workspaces(self) -> tuple[str, ...]:
        return (self.workspace, *self.also)

    @property
    def address(self) -> Address:
        """Where they are answered, as far as this call reveals it."""
        return Address(self.surface, self.workspace, self.user_id, self.reach or {})


@dataclass(frozen=True)
class Actor:
    """A known person, with the roles they have today."""

    person_id: int
    name: str
    organisation_id: int
    organisation_name: str
    language: str
    account_id: int
    roles: Mapping[int, frozenset[Role]] = field(default_factory=dict)
    """Committee id → roles."""
    committees: Sequence[Seat] = ()
    """Every active committee, by name."""
    has_drafts: bool = False
    """Whether something they began is not finished."""
    guest: bool = False
    """Whether they are a guest of the organisation (see `storage.people.is_guest`)."""

    def has_role(self, committee_id: int, *wanted: Role) -> bool:
        return not self.roles.get(committee_id, frozenset()).isdisjoint(wanted)


CLOCK = Actor(person_id=0, name="", organisation_id=0, organisation_name="", language="nb", account_id=0)
"""Nobody: the clock itself, where something happens because of the time. No row refers to it."""


@dataclass(frozen=True)
class Context:
    """One call: its transaction, who makes it and when (UTC), and links for what it answers.

    Use cases never commit; the `Bot` does, once, when they have returned.
    """

    session: AsyncSession
    actor: Actor
    now: datetime
    lasting: bool = True
    only: Mapping[str, str] = field(default_factory=dict)
    """What the conversation is confined to (see `Sender`)."""
    links: Links = NO_LINKS
    withheld: OfCall = field(default_factory=lambda: Withheld().of_call())
    """What is typed and may not be stored, until the person has answered for it."""
    line: Cleared = NOTHING_TAKEN
    """The line or message that led here, and what was taken out of it: a form asks about that."""
    link: str = ""
    """Where the message that led here is found again; empty where that is not known (see `Shortcut.links`)."""
    channels: Sequence[str] = ()
    """The surfaces that are on, by which people are reached; `mail` is one."""
    spoken_in: SpokenIn | None = None
    """The channel that the actor speaks in (see `Sender`)."""
    uploads: bool = False
    """Files are put into the conversation, since there is no address to link to (see `handlers.messages.uploads`)."""

    @property
    def files_reach(self) -> bool:
        """Whether a file in an answer reaches whoever is speaking."""
        return self.links.are_made or self.uploads

    @property
    def today(self) -> date:
        """The day it is where the partnership's people live."""
        return local_day(self.now)
