"""Who is speaking, from where, and what a use case needs to answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.identity import NOTHING_TAKEN, Cleared
from handlers.links import NO_LINKS, Links
from handlers.withheld import Withheld
from storage.people import Standing


class Role(StrEnum):
    """Roles in a committee. The Norwegian word is what the partnership file says."""

    LEADER = "leder"
    CHAIR = "møteleder"
    SECRETARIAT = "sekretariat"
    MINUTE_TAKER = "referent"
    COORDINATOR = "koordinator"
    AU_MEMBER = "au-medlem"
    MEMBER = "medlem"
    SUBSTITUTE = "stedfortreder"
    OBSERVER = "observatør"
    GUEST = "gjest"
    GP_REPRESENTATIVE = "fastlegerepresentant"
    PATIENT_REPRESENTATIVE = "brukerrepresentant"
    CONTACT = "kontaktperson"


@dataclass(frozen=True)
class Profile:
    """What a platform says of a user. An e-mail address is used only if the platform vouches for it.

    `locale`: the language that they have chosen there, as a tag (`nn-NO`); empty where it does not say.
    """

    name: str
    email: str | None = None
    locale: str = ""


@dataclass(frozen=True)
class Sender:
    """Who is speaking, as a surface knows them.

    `reach` is the address to answer at, opaque to all but the surface; None when this call does not reveal one.
    `profile` asks the platform for name and e-mail; it is called only for somebody new.
    `lasting` tells that replies stay in the conversation, where they can be updated later (Teams, local), rather
    than being seen once (a Slack modal or ephemeral message).
    `only`: what the conversation is confined to; buttons and forms that do not carry these arguments are refused.
    """

    surface: str
    workspace: str
    user_id: str
    profile: Callable[[], Awaitable[Profile]]
    reach: Mapping[str, Any] | None = None
    lasting: bool = True
    only: Mapping[str, str] = field(default_factory=dict)


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
    committees: Sequence[Standing] = ()
    """Every active committee, by name."""
    has_drafts: bool = False
    """Whether something they began is not finished."""

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
    withheld: Withheld = field(default_factory=Withheld)
    """What is typed and may not be stored, until the person has answered for it."""
    line: Cleared = NOTHING_TAKEN
    """The line or message that led here, and what was taken out of it: a form asks about that."""
