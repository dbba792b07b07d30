"""What somebody chose in the menu of a message, or where one writes a new one: what the message says, where it is found
again, and what of it does not come along (Teams: «Define message extension action commands», `messagePayload`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.teams.said import said
from handlers.dialogs.remarks import NO_LINK, NO_LINK_TO_PRIVATE, files_not_brought, joined
from handlers.writing.language import _

if TYPE_CHECKING:
    from botbuilder.schema import Activity

_NO_FILES = ("messageReference", "forwardedMessageReference", "text/", "application/vnd.microsoft.card.")
"""How the content type begins of what a message answers or passes on, of its own text, and of cards: no files."""
_PICTURE = re.compile(r"<img\b(?![^>]*schema\.skype\.com/Emoji)", re.IGNORECASE)
_FINDS_IT = ("tenantId", "groupId", "parentMessageId", "createdTime")
"""What of a link's query it takes to find the message (Teams: «Deep link to a message»). The rest names the team and
the channel, which whoever reads the case need not know."""


@dataclass(frozen=True)
class Chosen:
    """One choice. `message` is empty where it was made without one. `channel`: it stands where a team reads it."""

    name: str
    message: Mapping[str, Any]
    channel: bool

    @property
    def text(self) -> str:
        """What the message says."""
        return said(self.message) if self.message else ""

    @property
    def link(self) -> str:
        """The address of the message. None in a chat, which only those in it could open."""
        link = self.message.get("linkToMessage")
        if not self.channel or not isinstance(link, str):
            return ""
        try:
            parts = urlsplit(link)
        except ValueError:
            return ""
        if parts.scheme != "https" or not parts.netloc:
            return ""
        kept = [(name, value) for name, value in parse_qsl(parts.query) if name in _FINDS_IT]
        return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), ""))

    def without(self, *, links: bool) -> str:
        """What is said of what does not come along. `links`: there is room for the address of the message."""
        link = NO_LINK if self.channel else NO_LINK_TO_PRIVATE
        said_of_link = _(link) if links and self.message and not self.link else ""
        return joined(files_not_brought() if _has_more_than_words(self.message) else "", said_of_link)


def chosen(activity: "Activity") -> Chosen | None:
    """What was chosen. None: nothing that is understood."""
    value = activity.value if isinstance(activity.value, dict) else {}
    name, message = value.get("commandId"), value.get("messagePayload") or {}
    if not isinstance(name, str) or not name or not isinstance(message, dict):
        return None
    if message.get("deletedDateTime") or message.get("deleted"):
        # Nobody is to read it any more (Microsoft Graph: «chatMessage resource type»).
        message = {}
    return Chosen(name, message, activity.conversation.conversation_type == "channel")


def _has_more_than_words(message: Mapping[str, Any]) -> bool:
    """Whether there are pictures or files in it."""
    attached = message.get("attachments")
    for each in attached if isinstance(attached, list) else ():
        if isinstance(each, dict) and not str(each.get("contentType") or "").startswith(_NO_FILES):
            return True
    body = message.get("body")
    content = body.get("content") if isinstance(body, dict) else None
    return isinstance(content, str) and _PICTURE.search(content) is not None
