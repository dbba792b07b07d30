"""The clock and the delivery loop.

APScheduler only ticks. What is due stands in the database, which guarantees once-only: unique keys, and a claim with
a lease that outlasts the longest send. So any number of workers may run, and a killed one loses nothing.

The promise is «at least once»: a worker that is killed after a send and before its commit sends again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.messenger import (
    MessageLost,
    Messenger,
    Misconfigured,
    Ref,
    SendError,
    TryLater,
    Uncertain,
    Unreachable,
)
from handlers.clock import Clock
from handlers.language import speaking
from handlers.message import Message
from handlers.outcomes import Fate, Trouble, after
from handlers.reminders.remind import write_due_reminders
from storage import deliveries, drafts, people, seen
from storage.database import Database, DatabaseUnavailable
from storage.deliveries import Claimed, Recipient
from storage.tables import Account, DeliveryStatus

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
_LONGEST_SEND = timedelta(seconds=20)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_BATCH = 50
_KEEP_SEEN = timedelta(days=2)
_KEEP_DELIVERIES = timedelta(days=400)

Chore = Callable[[], Awaitable[None]]


class Worker:
    """Ticks, and brings due deliveries about.

    Args:
        messengers: surface name → its way out. The order says where to look somebody up who has not spoken yet.
    """

    def __init__(
        self,
        database: Database,
        messengers: Mapping[str, Messenger],
        clock: Clock,
        *,
        reminders_every: float = 20.0,
        deliveries_every: float = 2.0,
    ) -> None:
        self._database = database
        self._messengers = messengers
        self._clock = clock
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._scheduler.add_job(self._tick, "interval", [self._remind], seconds=reminders_every, id="reminders")
        self._scheduler.add_job(self._tick, "interval", seconds=deliveries_every, id="deliveries")
        self._scheduler.add_job(self._tick, "interval", [self._tidy], hours=6, id="tidy")
        self._wanted = asyncio.Event()
        self._chores: list[Chore] = [self._remind]
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin: reminders that came due while nobody ran are written at once."""
        self._scheduler.start()
        self._loop = asyncio.create_task(self._run(), name="deliveries")

    async def stop(self, seconds: float = 10.0) -> None:
        """End after the sends under way, and after `seconds` in any case.

        What is claimed but not sent comes free when its lease ends.
        """
        self._stopping = True
        self._wanted.set()
        self._scheduler.shutdown(wait=False)
        if self._loop is not None:
            _done, late = await asyncio.wait({self._loop}, timeout=seconds)
            for task in late:
                log.error("the deliveries under way did not end in time")
                task.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    def wake(self) -> None:
        """Look for due deliveries now: something was just committed."""
        self._wanted.set()

    async def _tick(self, chore: Chore | None = None) -> None:
        """What the scheduler calls. It only says what is wanted, since the scheduler cuts off what it runs when it
        stops. (A coroutine, since anything else it runs in a thread.)"""
        if chore is not None and chore not in self._chores:
            self._chores.append(chore)
        self.wake()

    async def _run(self) -> None:
        """One thing after the other, so that `stop` can let it come to its end: a call to SQLite that is cut off
        midway may never give its connection back, and the process would not end."""
        while not self._stopping:
            self._wanted.clear()
            delivered = 0
            try:
                while self._chores:
                    await self._chores.pop(0)()
                delivered = await self.deliver_due()
            except DatabaseUnavailable as error:
                log.warning("deliveries wait, the database is unavailable: %s", error)
            except Exception as error:
                log.exception("the delivery loop failed and goes on: %s", type(error).__name__, exc_info=False)
            if not delivered:
                await self._wanted.wait()

    async def _remind(self) -> None:
        try:
            await self.write_reminders()
        except DatabaseUnavailable as error:
            log.warning("reminders wait, the database is unavailable: %s", error)
        except Exception as error:
            log.exception("reminders failed and are tried again: %s", type(error).__name__, exc_info=False)

    async def write_reminders(self) -> int:
        """Write the reminders that are due now; how many were new."""
        async with self._database.transaction() as session:
            written = await write_due_reminders(session, self._clock.now())
        if written:
            log.info("%d reminders are due", written)
            self.wake()
        return written

    async def _tidy(self) -> None:
        now = self._clock.now()
        try:
            async with self._database.transaction() as session:
                await drafts.forget_expired(session, now)
                await seen.forget_before(session, now - _KEEP_SEEN)
                await deliveries.forget_before(session, now - _KEEP_DELIVERIES)
        except DatabaseUnavailable as error:
            log.warning("tidying waits, the database is unavailable: %s", error)

    # --- delivering ----------------------------------------------------------------------------------------

    async def deliver_due(self) -> int:
        """Claim a batch of due deliveries and bring them about; how many were claimed.

        One person's are sent one after the other, in order; different people's at the same time.
        """
        now = self._clock.now()
        async with self._database.transaction() as session:
            claimed = await deliveries.claim(session, now, LEASE, _BATCH)
            if not claimed:
                return 0
            known = await deliveries.recipients(session, sorted({item.person_id for item in claimed}))
        per_person = groupby(sorted(claimed, key=lambda item: item.person_id), key=lambda item: item.person_id)
        await asyncio.gather(*(self._deliver_all(list(group), known[person_id]) for person_id, group in per_person))
        return len(claimed)

    async def _deliver_all(self, claimed: Sequence[Claimed], recipient: Recipient) -> None:
        begun = self._clock.now()
        for item in sorted(claimed, key=lambda each: each.id):
            if self._stopping or self._clock.now() - begun > LEASE - _LONGEST_SEND:
                # Another worker may soon take over what is left: leave it alone.
                return
            try:
                await self._deliver(item, recipient)
            except DatabaseUnavailable as error:
                # Sent or not, it could not be written down: the lease ends, and it is tried again.
                log.warning("delivery %d could not be settled: %s", item.id, error)

    async def _deliver(self, item: Claimed, recipient: Recipient) -> None:
        if item.expires_at is not None and item.expires_at <= self._clock.now():
            await self._set_aside(item, DeliveryStatus.CANCELLED, "no longer worth saying")
            return
        account = await self._account_for(item, recipient)
        if account is None:
            await self._set_aside(item, DeliveryStatus.WAITING, "not reachable on any surface yet")
            return
        messenger = self._messengers[account.surface]
        try:
            with speaking(recipient.language):
                ref = await self._show(messenger, account, item)
        except SendError as error:
            await self._settle_trouble(item, error)
            return
        except Exception as error:
            # A fault of ours, such as a message that cannot be drawn: it waits its turn like a surface's trouble.
            log.exception("delivery %d failed: %s", item.id, type(error).__name__, exc_info=False)
            await self._settle_trouble(item, SendError(type(error).__name__))
            return
        async with self._database.transaction() as session:
            await deliveries.mark_shown(session, item, account.id or 0, ref, self._clock.now())

    @staticmethod
    async def _show(messenger: Messenger, account: Account, item: Claimed) -> Ref:
        message = Message.model_validate(item.message)
        if item.ref is not None and item.shown_revision:
            try:
                return await messenger.update(account.reach, item.ref, message)
            except MessageLost:
                log.info("delivery %d is gone from %s and is sent anew", item.id, account.surface)
        return await messenger.send(account.reach, message)

    async def _account_for(self, item: Claimed, recipient: Recipient) -> Account | None:
        """Where it was sent before; else the account used last, on a surface that is on; else one that is looked up."""
        usable = [account for account in recipient.accounts if account.surface in self._messengers]
        for account in usable:
            if account.id == item.account_id:
                return account
        if usable:
            return usable[0]
        for surface, messenger in self._messengers.items():
            try:
                found = await messenger.find(
                    list(recipient.workspaces.get(surface, ())), recipient.email, recipient.person_id
                )
            except SendError as error:
                log.warning("could not look somebody up on %s: %s", surface, error)
                continue
            if found is not None:
                async with self._database.transaction() as session:
                    return await people.ensure_account(
                        session,
                        person_id=recipient.person_id,
                        surface=surface,
                        workspace=found.workspace,
                        user_id=found.user_id,
                        reach=found.reach,
                        now=_NEVER,
                    )
        return None

    async def _settle_trouble(self, item: Claimed, error: SendError) -> None:
        trouble = _trouble(error)
        seconds = error.seconds if isinstance(error, TryLater) else None
        outcome = after(trouble, item.attempts, item.uncertain, seconds)
        reason = f"{type(error).__name__}: {error}"
        if trouble is Trouble.MISCONFIGURED:
            log.error("the bot may not send: %s", error)
        else:
            log.warning("delivery %d, attempt %d: %s -> %s", item.id, item.attempts, reason, outcome.fate)
        match outcome.fate:
            case Fate.WAIT_FOR_PERSON:
                await self._set_aside(item, DeliveryStatus.WAITING, reason)
            case Fate.GIVE_UP:
                await self._set_aside(item, DeliveryStatus.FAILED, reason)
            case Fate.RETRY:
                async with self._database.transaction() as session:
                    await deliveries.put_off(
                        session,
                        item.id,
                        self._clock.now() + outcome.wait,
                        reason,
                        uncertain=trouble is Trouble.UNCERTAIN,
                    )

    async def _set_aside(self, item: Claimed, status: DeliveryStatus, reason: str) -> None:
        async with self._database.transaction() as session:
            await deliveries.set_aside(session, item.id, status, reason)


def _trouble(error: SendError) -> Trouble:
    match error:
        case TryLater():
            return Trouble.LATER
        case Uncertain():
            return Trouble.UNCERTAIN
        case Unreachable():
            return Trouble.UNREACHABLE
        case Misconfigured():
            return Trouble.MISCONFIGURED
        case _:
            return Trouble.LATER
