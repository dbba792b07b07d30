"""Making a file's content: one at a time in a process, and never on the event loop."""

import asyncio

from handlers import faults
from handlers.capability import File


class Drawing:
    """One at a time: it takes all of a processor, and matplotlib does not promise to be safe in two threads."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def draw(self, file: File) -> bytes:
        """The file's content. Raises `Unexpected`."""
        async with self._turn:
            try:
                return await asyncio.to_thread(file.draw)
            except Exception as error:
                raise faults.unexpected(error) from None
