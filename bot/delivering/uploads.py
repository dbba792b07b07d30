"""The files that are put into conversations (see `handlers.messages.uploads`): made when they are sent."""

import asyncio
from collections.abc import Collection

from bot.drawing import Drawing
from bot.messenger import Attached, TryLater
from handlers.bot import Bot
from handlers.errors import Busy
from handlers.messages.message import FileRef, Message
from handlers.people.ticket import Ticket

_SECONDS = 25.0
"""For making a file, within a claim's lease (see `bot.delivering.deliverer`)."""


class Uploads:
    """Makes files for their readers.

    Args:
        surfaces: those on which files are put into the conversation, since there is no address to link to.
    """

    def __init__(self, bot: Bot, drawing: Drawing, surfaces: Collection[str]) -> None:
        self._bot = bot
        self._drawing = drawing
        self.surfaces = frozenset(surfaces)

    async def made(self, person_id: int, message: Message, file: FileRef) -> Attached:
        """The file of a message, as this person may see it now.

        Raises:
            BotError: they may not (any more), it is gone, or it cannot be made.
            TryLater: not now.
        """
        try:
            async with asyncio.timeout(_SECONDS):
                found = await self._bot.file_for(Ticket(person_id, file.document, file.arguments))
                content = await self._drawing.draw(found)
        except TimeoutError:
            raise TryLater("a file took too long to make") from None
        except Busy:
            raise TryLater("a file cannot be made now") from None
        reference = self._bot.links.reference(file.document, file.arguments)
        return Attached(found.name, found.media_type, content, message.title, message.text, reference)
