"""Telling somebody who is not in the conversation: a wish in the same transaction as what caused it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.messages.arguments import carries
from handlers.messages.message import Button, Message
from handlers.writing.language import speaking
from storage import deliveries
from storage.deliveries import Wish
from storage.types import JsonObject


def as_json(message: Message) -> JsonObject:
    return message.model_dump(mode="json", exclude_defaults=True)


def in_language(language: str, build: Callable[[], Message]) -> JsonObject:
    """What `build` says, to somebody who reads `language`."""
    with speaking(language):
        return as_json(build())


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
