"""How a surface reaches somebody who is not in the conversation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from handlers.messages.message import Message
from handlers.messages.outcomes import Trouble
from handlers.people.address import Address

Ref = dict[str, Any]
"""A message that was sent, as the surface that sent it understands it."""

MAIL = "mail"
"""The surface of last resort: used for somebody only while they are on no other."""


PICTURES_LOST = "pictures_lost"
"""Set in a reference where the message was shown without its pictures, which the platform could not fetch."""


class SendError(Exception):
    """A message did not get through. The text goes to the log, so it says nothing of the message.

    `seconds`: how long the platform asked us to wait; None where it did not say.
    """

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        self.seconds = seconds
        super().__init__(reason)


class TryLater(SendError):
    """It certainly did not arrive, and may later: too many requests, an outage, a connection refused."""


class Uncertain(SendError):
    """It may have arrived: the connection broke, or a server error came, after the request was sent."""


class Unreachable(SendError):
    """This address does not work any more: blocked, removed, not in the channel."""


class Rejected(SendError):
    """The platform refuses just this message, or to carry anything to this reader, and will each time it is asked."""


class Misconfigured(SendError):
    """The bot itself may not send: its token was revoked or lacks a right. Nothing gets through until it is mended."""


class AppGone(Misconfigured):
    """The bot was taken out of where this would be sent: nobody there reads anything of it, nor what stands there
    already changed, until somebody puts it back."""


class MessageLost(SendError):
    """The message to be updated is not there any more (deleted, too old): it must be sent anew."""


class Unsuitable(SendError):
    """Nothing is the matter, but this surface is not for such a message: it waits until the person is on another."""


class Absent(Unreachable):
    """The surface was asked, and knows nobody there who is this person: not worth asking again for a while."""


def trouble_of(error: SendError) -> Trouble:
    """What a send ended in, for `handlers.messages.outcomes`. What has no kind is tried again."""
    match error:
        case Uncertain():
            return Trouble.UNCERTAIN
        case Unreachable():
            return Trouble.UNREACHABLE
        case Misconfigured():
            return Trouble.MISCONFIGURED
        case Rejected():
            return Trouble.REJECTED
        case _:
            return Trouble.LATER


@dataclass(frozen=True)
class Found:
    """Somebody looked up on a surface. `outsider`: it calls them a guest, or somebody from elsewhere."""

    address: Address
    outsider: bool = False


@dataclass(frozen=True)
class Attached:
    """A file to be put into a conversation.

    Args:
        title: what stands beside it.
        alt: what a picture shows, in words; empty for other files.
        reference: by which the program can make it anew, see `handlers.people.links.Links.reference`.
    """

    name: str
    media_type: str
    content: bytes
    title: str
    alt: str = ""
    reference: str = ""


FEW = 5
"""How many sends are under way at once where nobody can look up what has arrived: a killed worker may repeat each."""


class Messenger(Protocol):
    """One surface's way out. Each method raises `SendError` and nothing else, and ends within 10 s.

    The address that it is handed says whose workspace it is in, so one that serves several knows which to speak to.
    """

    at_once: int
    """How many sends may be under way at the same time, to different people (see `FEW`)."""
    apart: timedelta
    """The least time between two new messages to one address, as the platform has it. Updates count elsewhere."""

    async def send(self, address: Address, message: Message) -> Ref:
        """Send, and return what `update` needs."""

    async def update(self, address: Address, ref: Ref, message: Message) -> Ref:
        """Show `message` in the place of the one sent before."""

    async def send_file(self, address: Address, file: Attached) -> Ref:
        """Put a file into the conversation."""

    async def sent(self, address: Address, keys: Collection[str], since: datetime) -> Mapping[str, Ref]:
        """Those of the messages with these keys (`Message.delivery_key`) that have reached the address since then:
        asked before one is sent of which nobody knows whether it arrived. None where the surface cannot tell."""

    async def find(
        self, workspaces: list[str], email: str | None, person_id: int, user_id: str | None = None
    ) -> Found | None:
        """Somebody who has not spoken to the bot yet, in one of these workspaces, by their address or by the id that
        the partnership file gives (`user_id`). None: nobody to ask about them. Raises `Absent` when it was asked."""
