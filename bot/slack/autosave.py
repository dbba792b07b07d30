"""What is typed in an open modal goes into its draft while it is typed, so that a closed window loses nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.background import BackgroundTasks
from handlers.bot import Bot
from handlers.dialogs.dialog import Raw
from handlers.errors import BotError
from handlers.people.context import Sender

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Typed:
    """What stood in a modal when Slack last told of it."""

    sender: Sender
    token: str
    raw: Raw
    app: tuple[str, ...] = ()
    """The ids of the workspace that it stood in."""


async def _as_it_is(raw: Raw, _app: tuple[str, ...]) -> Raw:
    return raw


class Autosave:
    """Saves one modal's text at a time, the newest only: somebody who types fast costs one transaction, not forty.

    Args:
        read: makes of what Slack tells what is kept.
    """

    def __init__(
        self, bot: Bot, background: BackgroundTasks, read: Callable[[Raw, tuple[str, ...]], Awaitable[Raw]] = _as_it_is
    ) -> None:
        self._bot = bot
        self._background = background
        self._read = read
        self._newest: dict[str, Typed] = {}
        self._at_work: dict[str, asyncio.Event] = {}

    def save(self, view_id: str, typed: Typed) -> None:
        """Save soon. With too much else to do it is left: the next letter, or the submission, saves it."""
        self._newest[view_id] = typed
        if view_id in self._at_work:
            return
        done = self._at_work[view_id] = asyncio.Event()
        if not self._background.spawn(self._work(view_id, done.set)):
            del self._at_work[view_id], self._newest[view_id]
            log.warning("too busy to save what is being typed")

    async def settle(self, view_id: str) -> None:
        """Before newer answers are handed in: drop what waits, and let what is being saved finish first."""
        self._newest.pop(view_id, None)
        at_work = self._at_work.get(view_id)
        if at_work is not None:
            await at_work.wait()

    async def _work(self, view_id: str, done: Callable[[], None]) -> None:
        try:
            while (typed := self._newest.pop(view_id, None)) is not None:
                try:
                    await self._bot.submit(typed.sender, typed.token, await self._read(typed.raw, typed.app), "save")
                except BotError as error:
                    # The person is told when they hand the form in; each letter is not the time.
                    log.info("what is being typed was not saved: %s", type(error).__name__)
        finally:
            del self._at_work[view_id]
            done()
