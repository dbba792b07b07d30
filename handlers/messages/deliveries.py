"""Telling somebody who is not in the conversation: a wish in the same transaction as what caused it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.messages.arguments import carries
from handlers.messages.message import Button, Message
from handlers.people.context import Context
from handlers.writing.language import speaking
from storage import deliveries
from storage.deliveries import Wish
from storage.types import JsonObject

# How long the worker leaves a message alone that the surface is about to show itself (see `Message.delivery_key`).
_HELD = timedelta(seconds=15)


def as_json(message: Message) -> JsonObject:
    return message.model_dump(mode="json", exclude_defaults=True)


def in_language(language: str, build: Callable[[], Message]) -> JsonObject:
    """What `build` says, to somebody who reads `language`."""
    with speaking(language):
        return as_json(build())


def wish_for(
    context: Context,
    key: str,
    subject: str,
    reader: tuple[int, str],
    build: Callable[[], Message],
    *,
    shown_by_surface: bool = False,
) -> Wish:
    """That `reader` (person id, language) sees what `build` says, from now on."""
    person_id, language = reader
    held = context.now + _HELD if shown_by_surface and context.lasting else None
    return Wish(key, subject, person_id, in_language(language, build), context.now, held)


async def take_away(
    session: AsyncSession, now: datetime, person_id: int, action: str, arguments: Mapping[str, str]
) -> None:
    """No message of this person's has the button `action` with these arguments any more: what it was for is done.

    Those that they have change where they stand; a message that has the button among others keeps the rest.
    """

    def stays(button: Button) -> bool:
        return button.action != action or not carries(button.arguments, arguments)

    wishes = []
    for held in await deliveries.held_by(session, person_id, action):
        message = Message.model_validate(held.message)
        if not all(map(stays, message.buttons_within())):
            left = as_json(message.with_buttons_that(stays))
            wishes.append(Wish(held.key, held.subject, person_id, left, max(held.due_at, now)))
    await deliveries.wish(session, wishes)


async def tell(context: Context, wishes: Iterable[Wish]) -> None:
    """Write these wishes; the worker brings them about after the commit."""
    await deliveries.wish(context.session, list(wishes))
