"""What comes of something as a card, and what is said instead of one. The same in a conversation and in a dialog."""

from dataclasses import dataclass

from bot.teams.card import Card
from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from handlers.writing.language import _


@dataclass(frozen=True)
class Drawn:
    """A reply, ready to be shown. `title` is what a notification says."""

    card: Card
    title: str
    delivery_key: str | None = None


def draw(reply: Form | Message) -> Drawn:
    """
    Raises:
        ValueError: it cannot be drawn small enough for Teams.
    """
    from bot.teams.cards import form_card, message_card  # noqa: PLC0415 - see bot.teams.card

    if isinstance(reply, Form):
        return Drawn(form_card(reply), reply.title)
    return Drawn(message_card(reply), reply.title, reply.delivery_key)


def done_before() -> str:
    return _("Dette er gjort fra før.")


def too_slow() -> str:
    return _("Det tar lengre tid enn det skal. Vent litt, og prøv igjen.")
