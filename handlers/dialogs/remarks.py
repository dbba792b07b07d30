"""What is said with a reply about what came in beside the words, and is not read."""

from dataclasses import replace

from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from handlers.writing.language import ngettext


def files_not_taken(count: int) -> str:
    """Of `count` files sent with a line; nothing for none."""
    if not count:
        return ""
    return ngettext(
        "Filen tok jeg ikke imot: jeg leser bare det du skriver.",
        "Filene tok jeg ikke imot: jeg leser bare det du skriver.",
        count,
    )


def with_remark(reply: Form | Message, remark: str) -> Form | Message:
    """The reply, with the remark first in its text."""
    if not remark:
        return reply
    if isinstance(reply, Form):
        return replace(reply, intro=joined(remark, reply.intro))
    return reply.model_copy(update={"text": joined(remark, reply.text)})


def joined(*paragraphs: str) -> str:
    """Those of these that say something, each as a paragraph."""
    return "\n\n".join(filter(None, paragraphs))
