"""Having something done with a card, and what comes of it as a card. The same in a conversation and in a dialog."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.teams.answers import Searched, Submitted
from bot.teams.cards import form_card, message_card
from bot.teams.elements import Card
from bot.teams.fields import Found
from handlers.bot import Bot
from handlers.context import Sender
from handlers.dialog import Form, Reply
from handlers.identity import without_possible_numbers
from handlers.language import _
from handlers.message import Message
from handlers.text import clean


@dataclass(frozen=True)
class Drawn:
    """A reply, ready to be shown. `title` is what a notification says."""

    card: Card
    title: str
    delivery_key: str | None = None


def draw(reply: Form | Message, found: Mapping[str, Found] | None = None) -> Drawn:
    """`found`: what was just searched for, by field."""
    if isinstance(reply, Form):
        return Drawn(form_card(reply, found), reply.title)
    return Drawn(message_card(reply), reply.title, reply.delivery_key)


async def hand_in(bot: Bot, sender: Sender, given: Submitted | Searched) -> tuple[Reply, Mapping[str, Found]]:
    """(reply, what was found) of a form's button. After a search the reply is the same form.

    Raises:
        BotError: nothing came of it.
    """
    submitted = given.submitted if isinstance(given, Searched) else given
    reply = await bot.submit(sender, submitted.token, submitted.raw, submitted.intent)
    if not isinstance(given, Searched):
        return reply, {}
    query = without_possible_numbers(clean(given.query))
    options = await bot.search(sender, submitted.token, given.field, query)
    return reply, {given.field: Found(query, options)}


def done_before() -> str:
    return _("Dette er gjort fra før.")


def too_slow() -> str:
    return _("Det tar lengre tid enn det skal. Vent litt, og prøv igjen.")
