"""What is said with a reply about what came in beside the words, and is not read."""

from dataclasses import replace

from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from handlers.writing.language import N_, _, ngettext

NO_LINK_TO_PRIVATE = N_("Meldingen står i en privat samtale, så lenken til den er ikke med.")
"""Said of a message that only the few in a conversation can open."""
NO_LINK = N_("Lenken til meldingen fikk jeg ikke med. Du kan lime den inn selv.")
"""Said of a message whose address is not known."""


def files_not_taken(count: int) -> str:
    """Of `count` files sent with a line; nothing for none."""
    if not count:
        return ""
    return ngettext(
        "Filen tok jeg ikke imot: jeg leser bare det du skriver.",
        "Filene tok jeg ikke imot: jeg leser bare det du skriver.",
        count,
    )


def files_not_brought() -> str:
    """Of a message that stands in a chat, and has more than words."""
    return _("Bilder og filer i meldingen blir ikke med.")


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
