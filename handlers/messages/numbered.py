"""What is shown of something whose number was given last (see `storage.asking.number_last`)."""

from typing import TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.messages.message import Message
from storage.asking import given_number

T = TypeVar("T")


def with_number(session: AsyncSession, shown: T) -> T:
    """The same, with the number that was given where its mark stands. The session is at its end."""
    given = given_number(session)
    if given is None or not isinstance(shown, Message):
        return shown
    # Neither mark nor number has a character that JSON writes otherwise.
    written = shown.model_dump_json(exclude_defaults=True).replace(given.mark, given.text)
    return cast(T, Message.model_validate_json(written))
