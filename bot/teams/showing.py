"""Showing a reply in somebody's own conversation with the bot, and keeping it when it does not come through."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from bot.background import BackgroundTasks
from bot.messenger import Ref, Rejected, SendError, TryLater, trouble_of
from bot.teams.card import Card
from bot.teams.messenger import TeamsMessenger
from bot.teams.outcome import Outcome, Sent
from bot.teams.replies import Drawn, draw
from handlers import faults
from handlers.bot import Bot
from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from handlers.messages.outcomes import Fate
from handlers.people.address import Address
from handlers.people.context import Sender

log = logging.getLogger(__name__)

SECONDS = 4.0
"""For sending a reply: a turn has 15 s in all, and writing down that it did not come through takes a while too."""
_KEEP_SECONDS = 2.0
_ATTEMPTS_LATER = 3
LONGEST_WAIT = 30.0

Sleep = Callable[[float], Awaitable[None]]


class Showing:
    """Sends replies. What does not come through becomes a delivery, and the worker brings it."""

    def __init__(self, bot: Bot, messenger: TeamsMessenger, background: BackgroundTasks, sleep: Sleep) -> None:
        self._bot = bot
        self._messenger = messenger
        self._background = background
        self._sleep = sleep

    async def show(self, sender: Sender, place: Address, reply: Form | Message, key: str) -> Outcome:
        """Send a reply to `place`. `key` is the same for the same reply, however often it is asked for."""
        try:
            drawn = draw(reply)
        except ValueError as error:
            return await self._fault(place, error)
        try:
            ref = await self._messenger.post(place, drawn.card, drawn.title, seconds=SECONDS)
        except SendError as error:
            return await self._keep(sender, place, reply, drawn, key, error)
        await self._shown(sender, drawn.delivery_key, ref)
        return Outcome(Sent.NOW)

    async def replace(self, sender: Sender, ref: Ref | None, drawn: Drawn) -> Card:
        """The card that takes the place of the one whose button was pressed, which stands at `ref`.

        The response alone reaches just this client, and not for good: the old card comes back on another device, or
        when somebody reacts to it (Teams: «User Specific Views»; microsoft/botbuilder-js#4635). So the message is
        updated too, and first: a later update could take away what the person had begun to type.
        """
        if sender.reach is not None and ref is not None:
            try:
                await self._messenger.put(sender.address, ref, drawn.card, drawn.title, seconds=_KEEP_SECONDS)
            except SendError as error:
                # It is shown here and now. A delivery that is not reported as shown is sent by the worker.
                log.warning("a card was replaced, but not for good: %s", error)
            else:
                await self._shown(sender, drawn.delivery_key, ref)
        return drawn.card

    # --- what did not come through -------------------------------------------------------------------------

    async def _keep(
        self, sender: Sender, place: Address, reply: Form | Message, drawn: Drawn, key: str, error: SendError
    ) -> Outcome:
        if isinstance(error, Rejected):
            return await self._fault(place, error)
        log.warning("a reply was not sent, and is kept for the worker: %s", error)
        reason = f"{type(error).__name__}: {error}"
        fate = await self._whole(
            lambda: self._bot.hold(sender, f"reply:{key}", reply, trouble_of(error), reason, error.seconds)
        )
        if fate is None:
            if isinstance(error, TryLater):
                self._background.spawn(self._post_later(place, drawn, error))
            return Outcome(Sent.PERHAPS)
        return Outcome({Fate.WAIT: Sent.WAITS, Fate.HOLD: Sent.HELD}.get(fate, Sent.LATER))

    async def _whole(self, work: Callable[[], Awaitable[Fate | None]]) -> Fate | None:
        """`work`, to its end even if the turn ends before it."""
        result: asyncio.Future[Fate | None] = asyncio.get_running_loop().create_future()

        async def run() -> None:
            fate = None
            try:
                fate = await work()
            finally:
                if not result.done():
                    result.set_result(fate)

        if not self._background.spawn(run()):
            await run()
        return await asyncio.shield(result)

    async def _fault(self, place: Address, error: Exception) -> Outcome:
        """What Teams does not take gets no better by waiting: they are told, with a reference that the log has too."""
        # The text of another error than ours could quote what somebody wrote.
        reason = str(error) if isinstance(error, SendError) else type(error).__name__
        fault = faults.not_shown("Teams", reason)
        try:
            await self._messenger.post_line(place, str(fault), seconds=SECONDS)
        except SendError as again:
            log.warning("nor could it be told: %s", again)
        return Outcome(Sent.FAULT, fault.reference)

    async def _post_later(self, place: Address, drawn: Drawn, error: TryLater) -> None:
        """For whoever nothing can be written down for: a stranger, or anybody while the database is gone."""
        for attempt in range(_ATTEMPTS_LATER):
            await self._sleep(wait(error, attempt))
            try:
                await self._messenger.post(place, drawn.card, drawn.title)
            except TryLater as again:
                error = again
            except SendError as final:
                log.warning("a reply was not sent: %s", final)
                return
            else:
                return
        log.warning("a reply was not sent: %s", error)

    async def _shown(self, sender: Sender, delivery_key: str | None, ref: Mapping[str, str]) -> None:
        """Report it after the turn, so that the person does not wait for it."""
        if delivery_key and not self._background.spawn(self._bot.shown(sender, delivery_key, ref)):
            await self._bot.shown(sender, delivery_key, ref)


def wait(error: SendError, attempt: int) -> float:
    """Seconds until the next attempt; `attempt` counts from 0."""
    return min(error.seconds if error.seconds is not None else 2.0**attempt, LONGEST_WAIT)
