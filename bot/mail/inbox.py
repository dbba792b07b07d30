"""The mailbox in which calendars' answers come in: looked into now and then, by one worker at a time.

Each message is seen to in a transaction of its own, in which it is also noted that it was: so a restart sees to none
twice, and one that cannot be read holds back no other. What is no answer of somebody's to something of ours is left
where it is, and the log has why, and nothing of it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from bot.mail import reply
from bot.mail.imap import Incoming, Mailbox, MailboxError
from bot.mail.reply import Mailed
from handlers import faults
from handlers.calendar.answer import CalendarAnswer, NotAnAnswer
from handlers.calendar.clock import Clock
from storage import leases, mailboxes
from storage.database import Database, DatabaseUnavailable

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
"""How often the mailbox is looked into."""
_LEASE_NAME = "mail.inbox"
_LEASE = timedelta(minutes=3)
"""Longer than a look into the mailbox takes (see `bot.mail.imap`)."""
_AT_ONCE = 50
"""So many messages are fetched at a time."""
_MOST_ROUNDS = 20
"""So often in a row it is looked for more, before others have their turn."""
_FROM_BEFORE = timedelta(days=14)
"""So old is what is looked at in a mailbox that is new to the bot, at most."""

Take = Callable[[AsyncSession, str, CalendarAnswer, datetime], Awaitable[str]]
"""What becomes of an answer that came from an address, in one transaction; a word for that, for the log."""


class _HeldByAnother(Exception):
    """Another worker reads the mailbox now."""


class Inbox:
    """Looks into the mailbox.

    Args:
        take: what is done with an answer.
        trusted: see `bot.mail.reply.read`.
        changed: called after something was taken in, so that a worker in the same process looks for due deliveries.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        mailbox: Mailbox,
        take: Take,
        *,
        trusted: str | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._mailbox = mailbox
        self._take = take
        self._trusted = trusted
        self._changed = changed
        self._holder = uuid4().hex
        self._trouble = ""
        self._stopping = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._loop = asyncio.create_task(self._run(), name="inbox")

    async def stop(self) -> None:
        """End after the message under way."""
        self._stopping.set()
        self._mailbox.break_off()
        if self._loop is not None:
            await self._loop

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.look()
            except DatabaseUnavailable as error:
                log.warning("the mailbox waits, the database is unavailable: %s", error)
            except Exception as error:
                # The mailbox is looked into again, whatever it was.
                faults.untold(log, error, "looking into the mailbox failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), EVERY.total_seconds())

    async def look(self) -> int:
        """See to what has come in since; how many messages that was. Nothing where another worker does.

        Raises:
            DatabaseUnavailable: what is left waits for the next time.
        """
        seen = 0
        try:
            for _round in range(_MOST_ROUNDS):
                found = await self._round()
                seen += found
                if found < _AT_ONCE or self._stopping.is_set():
                    break
        except _HeldByAnother:
            return seen
        except MailboxError as error:
            # Once, and not each minute, as long as it stays the same.
            if str(error) != self._trouble:
                log.warning("the mailbox cannot be looked into: %s", error)
            self._trouble = str(error)
        else:
            if self._trouble:
                log.info("the mailbox can be looked into again")
            self._trouble = ""
        async with self._database.transaction() as session:
            await leases.give_back(session, _LEASE_NAME, self._holder)
        return seen

    async def _round(self) -> int:
        async with self._database.transaction() as session:
            await self._keep(session)
            position = await mailboxes.position(session, self._mailbox.name)
        since = self._clock.now() - _FROM_BEFORE
        incoming = await asyncio.to_thread(self._mailbox.after, position, since, _AT_ONCE)
        for each in incoming:
            if self._stopping.is_set():
                break
            await self._see_to(each)
        return len(incoming)

    async def _see_to(self, incoming: Incoming) -> None:
        mailed, why = await asyncio.to_thread(self._read, incoming)
        try:
            async with self._database.transaction() as session:
                if not await self._is_next(session, incoming):
                    return
                if mailed is not None:
                    why = await self._take(session, mailed.sender, mailed.answer, self._clock.now())
        except (DatabaseUnavailable, _HeldByAnother):
            raise
        except Exception as error:
            # Tried once more it would fail again, and hold back all others.
            faults.untold(log, error, "message %d of the mailbox could not be seen to", incoming.at.last_uid)
            async with self._database.transaction() as session:
                await self._is_next(session, incoming)
            return
        log.info("message %d of the mailbox: %s", incoming.at.last_uid, why)
        if mailed is not None:
            self._changed()

    def _read(self, incoming: Incoming) -> tuple[Mailed | None, str]:
        """The answer in it; or why there is none."""
        if incoming.content is None:
            return None, "left, too large"
        try:
            return reply.read(incoming.content, self._trusted), ""
        except NotAnAnswer as error:
            return None, f"left, {error}"
        except Exception as error:
            # A parser can be led astray in many ways. Where says whether it was that, or a fault of ours.
            return None, f"left, it cannot be read ({type(error).__name__} at {faults.place_of(error)})"

    async def _is_next(self, session: AsyncSession, incoming: Incoming) -> bool:
        """Whether it was seen to by nobody; from now on it is."""
        await self._keep(session)
        return await mailboxes.advance(session, self._mailbox.name, incoming.at, self._clock.now())

    async def _keep(self, session: AsyncSession) -> None:
        now = self._clock.now()
        if not await leases.keep(session, _LEASE_NAME, self._holder, now, now + _LEASE):
            raise _HeldByAnother
