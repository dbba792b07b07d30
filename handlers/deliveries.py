"""Telling somebody who is not in the conversation: a wish in the same transaction as what caused it."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from handlers.context import Context
from handlers.language import speaking
from handlers.message import Message
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


async def tell(context: Context, wishes: Iterable[Wish]) -> None:
    """Write these wishes; the worker brings them about after the commit."""
    await deliveries.wish(context.session, list(wishes))
