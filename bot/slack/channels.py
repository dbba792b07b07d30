"""Slack's way into channels (see `bot.delivering.channels`). The bot must be in the channel: somebody invites it."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.delivering.channels import ChannelArchived, ChannelRestricted, NotInChannel
from bot.messenger import MessageLost, Misconfigured, Ref, Rejected, SendError, TryLater, Unreachable
from bot.slack.api import SlackSaidNo
from bot.slack.blocks import fallback, message_blocks
from bot.slack.messenger import SURFACE, WHOLE_SECONDS, SlackMessenger, mark_of, mark_on, reach_of
from bot.slack.workspaces import Workspaces
from handlers.messages.message import Message
from handlers.people.address import Address
from storage.threads import Where

log = logging.getLogger(__name__)

_LOOKED_AT = 100
"""Messages of a channel or a thread: of those that are written meanwhile, more than there can be."""
_RESTRICTED = "restricted_action"
_NO_THREAD = ("thread_not_found", "cannot_reply_to_message")


class SlackChannels:
    """Implements `bot.delivering.channels.Channels`.

    Slack takes one message a second in a channel (Slack: «Rate limits», «Posting messages»). An answer to a message
    that was deleted stands alone in an empty thread, so the message is changed first, which finds that out.
    """

    apart = timedelta(seconds=1)

    def __init__(self, workspaces: Workspaces, messenger: SlackMessenger) -> None:
        self._workspaces = workspaces
        self._messenger = messenger

    async def around(self, where: Where) -> Collection[str]:
        return {where.workspace, *(await self._workspaces.among([where.workspace])).get(where.workspace, ())}

    async def post(self, where: Where, reach: Mapping[str, Any] | None, thread: Ref | None, message: Message) -> Ref:
        below = str(thread["ts"]) if thread is not None else ""
        try:
            return await self._messenger.post(
                _address(where), message_blocks(message), fallback(message), thread=below, key=message.delivery_key
            )
        except SendError as error:
            raise _of_channel(error) from None

    async def change(self, where: Where, reach: Mapping[str, Any] | None, ref: Ref, message: Message) -> Ref:
        try:
            return await self._messenger.update(_address(where), ref, message)
        except SendError as error:
            raise _of_channel(error) from None

    async def posted(
        self, where: Where, reach: Mapping[str, Any] | None, thread: Ref | None, keys: Collection[str], since: datetime
    ) -> Mapping[str, Ref]:
        """The last messages of the channel, or of the thread, are looked at, which takes `channels:history` or
        `groups:history` (Slack: conversations.history, conversations.replies).

        An app that may not look has nothing to tell: what may have arrived is then posted once more.
        """
        arguments = {
            "channel": where.channel,
            "include_all_metadata": "true",
            "limit": str(_LOOKED_AT),
            "oldest": f"{since.timestamp():.6f}",
            **({"ts": str(thread["ts"])} if thread is not None else {}),
        }
        method = "conversations.replies" if thread is not None else "conversations.history"
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                api = await self._workspaces.api([where.workspace])
                told = await api.ask(method, arguments)
        except TimeoutError:
            raise TryLater(f"{method}: too slow") from None
        except (Misconfigured, SlackSaidNo, Unreachable) as error:
            log.warning("Slack does not tell what has arrived in a channel: %s", error)
            return {}
        marked = {mark_of(key): key for key in keys}
        return {
            marked[mark]: {"channel": where.channel, "ts": str(message["ts"])}
            for message in told.get("messages", ())
            if (mark := mark_on(message)) in marked
        }


def _address(where: Where) -> Address:
    return Address(SURFACE, where.workspace, "", reach_of(where.channel))


def _of_channel(error: SendError) -> SendError:
    """The same, by what whoever has the channel can do about it (Slack: chat.postMessage, «Errors»)."""
    code = str(error).rpartition(": ")[2]
    if code in _NO_THREAD:
        return MessageLost(str(error))
    if isinstance(error, Unreachable):
        return ChannelArchived(str(error)) if code == "is_archived" else NotInChannel(str(error))
    if isinstance(error, Rejected) and code.startswith(_RESTRICTED):
        return ChannelRestricted(str(error))
    return error
