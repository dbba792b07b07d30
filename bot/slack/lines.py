"""Lines that people write to the bot: which of the many messages that Slack tells of are such, and where they stand."""

import re
from collections.abc import Mapping
from typing import Any

from bot.slack.said import files_in, passes_on
from handlers.dialogs.remarks import files_not_brought, files_not_taken, joined
from handlers.writing.language import _

_SAID_BY_A_PERSON = ("", "file_share", "thread_broadcast", "reply_broadcast", "me_message")
"""Subtypes of a message that somebody wrote (Slack: «message event», «Message subtypes»): with a file, in a thread and
shown in the channel too, with /me."""
_ALONE_WITH_THE_BOT = ("im", "app_home")
_ANY_WORD = re.compile(r"[a-z_]{1,40}")


def mentions_bot(event: Mapping[str, Any]) -> bool:
    """Whether it was written where others read too, and named the bot."""
    return event.get("type") == "app_mention"


def why_unanswered(event: Mapping[str, Any], own: str = "") -> str:
    """Why nobody gets an answer to a message; nothing, where a person wrote it to the bot.

    `own`: the user that the bot is, as far as it is known. Not every event about what a program wrote has a `bot_id`
    (Slack: «message event»): one that took its own message for somebody's would go on answering itself.
    """
    subtype = word(event.get("subtype") or "")
    is_own = bool(own) and event.get("user") == own
    if is_own or event.get("bot_id") or event.get("bot_profile") or subtype == "bot_message":
        return "a program wrote it"
    if subtype not in _SAID_BY_A_PERSON or event.get("hidden"):
        return f"nobody wrote it: {subtype}"
    if not isinstance(event.get("user"), str) or not event["user"]:
        return "it does not say who wrote it"
    if not mentions_bot(event) and _kind_of_channel(event) not in _ALONE_WITH_THE_BOT:
        return "it was written to others"
    return ""


def _kind_of_channel(event: Mapping[str, Any]) -> str:
    return str(event.get("channel_type") or ("im" if str(event.get("channel")).startswith("D") else ""))


def thread_of(message: Mapping[str, Any]) -> str:
    """The thread that a message was written in, by its first message; nothing, where that is the message itself."""
    thread = message.get("thread_ts")
    return thread if isinstance(thread, str) and thread != message.get("ts", message.get("message_ts")) else ""


def what_is_left_out(event: Mapping[str, Any]) -> str:
    """What to tell about what came along with a line and is not read."""
    shared = _("Meldinger som deles med meg, leser jeg ikke: skriv selv hva det gjelder.")
    return joined(files_not_taken(files_in(event)), shared if passes_on(event) else "")


def what_does_not_come_along(message: Mapping[str, Any]) -> str:
    """What to tell when something is done with a message that stands in a chat."""
    return files_not_brought() if files_in(message) else ""


def word(found: Any) -> str:
    """A word of Slack's, such as a type, as it may stand in the log."""
    return found if isinstance(found, str) and _ANY_WORD.fullmatch(found) else "?" if found else ""
