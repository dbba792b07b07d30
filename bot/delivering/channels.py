"""How a surface writes in a channel, where several read: what `bot.messenger` is for one person's own conversation."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.messenger import Misconfigured, Ref, Rejected, SendError, Unreachable
from handlers.messages.message import Message
from handlers.messages.unposted import Why
from storage.threads import Where


class NotInChannel(Unreachable):
    """The bot is not in the channel, or the channel is not there."""


class ChannelArchived(Unreachable):
    """Nobody can write there any more."""


class ChannelRestricted(Rejected):
    """Only some may write there, and the bot is not among them."""


class NotMet(Unreachable):
    """It is not known how to write there: nothing was ever heard from that workspace."""


class Channels(Protocol):
    """One surface's way into channels. Each method raises `SendError` and nothing else, and ends within 10 s.

    `reach`: what is known of the way there (see `storage.threads.reach`).
    """

    apart: timedelta
    """The least time between two new messages in one channel, as the platform has it."""

    async def around(self, where: Where) -> Collection[str]:
        """The id of the workspace that the channel is in, and of what is around that (an Enterprise Grid)."""

    async def post(self, where: Where, reach: Mapping[str, Any] | None, thread: Ref | None, message: Message) -> Ref:
        """Write in the channel, or (`thread`) below a message there."""

    async def change(self, where: Where, reach: Mapping[str, Any] | None, ref: Ref, message: Message) -> Ref:
        """Show `message` in the place of the one at `ref`. Raises `MessageLost` where somebody has deleted it."""

    async def posted(
        self, where: Where, reach: Mapping[str, Any] | None, thread: Ref | None, keys: Collection[str], since: datetime
    ) -> Mapping[str, Ref]:
        """Those of the messages with these keys (`Message.delivery_key`) that stand there; none where the surface
        cannot tell."""


def why(error: SendError) -> Why | None:
    """Why nothing gets through, where somebody must do something about it; None: it may get better by itself."""
    match error:
        case NotInChannel():
            return Why.NOT_IN
        case ChannelArchived():
            return Why.ARCHIVED
        case NotMet():
            return Why.NOT_MET
        case Unreachable():
            return Why.GONE
        case Misconfigured():
            return Why.NOT_SET_UP
        case ChannelRestricted():
            return Why.RESTRICTED
        case Rejected():
            return Why.REFUSED
        case _:
            return None
