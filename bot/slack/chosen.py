"""What somebody chose in the menu of a message, or beside the field for a new one: what the message says, where it is
found again, and what of it does not come along."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.messenger import SendError
from bot.slack.lines import what_does_not_come_along
from bot.slack.requests import Payload
from bot.slack.said import said
from bot.slack.workspaces import Workspaces
from handlers.dialogs.remarks import NO_LINK, NO_LINK_TO_PRIVATE, joined
from handlers.writing.language import _

log = logging.getLogger(__name__)

_LINK_SECONDS = 0.8
"""For asking where the message stands: a form opens only within three seconds of the press."""
_DELETED = ("tombstone", "message_deleted")
"""What stands where a message was taken away: Slack's own words, or what nobody is to read any more."""
_PRIVATE = ("directmessage", "mpdm-")
"""How the name begins of a conversation that only those in it ever read, where it is no channel."""


@dataclass
class Chosen:
    """One choice. `message` is empty where it was made without one. `link`: the address of the message, if it is known
    (see `find_link`)."""

    name: str
    message: Mapping[str, Any]
    channel: Mapping[str, Any]
    link: str = ""
    no_link: str = ""
    """What is said of its not being there, untranslated."""

    @classmethod
    def of(cls, body: Payload) -> "Chosen":
        message, channel = body.get("message") or {}, body.get("channel")
        if message.get("subtype") in _DELETED:
            message = {}
        return cls(body["callback_id"], message, channel if isinstance(channel, dict) else {})

    @property
    def text(self) -> str:
        """What the message says."""
        return said(self.message)

    def remark(self) -> str:
        """What is said of what does not come along, in the language that is spoken when it is said."""
        return joined(what_does_not_come_along(self.message), _(self.no_link) if self.no_link else "")

    async def find_link(self, workspaces: Workspaces, app: Iterable[str]) -> None:
        """Ask Slack where the message is found again (chat.getPermalink). Nobody but those in a private conversation
        could open a link to it, so there is none; nor to what the bot does not see."""
        channel, ts = self.channel.get("id"), self.message.get("ts")
        if not isinstance(channel, str) or not isinstance(ts, str):
            return
        if channel.startswith("D") or str(self.channel.get("name") or "").startswith(_PRIVATE):
            self.no_link = NO_LINK_TO_PRIVATE
            return
        try:
            api = await workspaces.api(app)
            arguments = {"channel": channel, "message_ts": ts}
            told = await api.ask("chat.getPermalink", arguments, seconds=_LINK_SECONDS)
        except SendError as error:
            log.info("no link to a message: %s", error)
            self.no_link = NO_LINK
            return
        link = told.get("permalink")
        self.link = link if isinstance(link, str) else ""
