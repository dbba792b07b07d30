"""Writing down what became of a delivery, and telling of one that did not arrive."""

import logging
from collections.abc import Sequence

from bot.messenger import Ref, SendError, Unsuitable, trouble_of
from handlers.calendar.clock import Clock
from handlers.errors import new_reference
from handlers.messages import undelivered, uploads
from handlers.messages.message import Message
from handlers.messages.outcomes import Fate, Trouble, after
from handlers.messages.undelivered import Subjects
from storage import claims, deliveries, home_tabs, oversight
from storage.claims import Claimed
from storage.database import Database
from storage.recipients import Recipient
from storage.tables import Account, DeliveryStatus

log = logging.getLogger(__name__)


class Settling:
    """Writes down what became of deliveries. `subjects`: who is told of a message that did not arrive."""

    def __init__(self, database: Database, clock: Clock, subjects: Subjects) -> None:
        self._database = database
        self._clock = clock
        self._subjects = subjects

    async def mark_shown(
        self, item: Claimed, recipient: Recipient, account: Account, ref: Ref, coming: Sequence[Message] = ()
    ) -> None:
        """It is seen at `account`. Whoever was told that it did not arrive is told that it has. `coming`: the files
        that come after it there."""
        async with self._database.transaction() as session:
            await claims.mark_shown(session, item, account.id, ref, self._clock.now())
            due = uploads.wishes(coming, item.key, item.person_id, self._clock.now())
            await deliveries.wish_once_at(session, due, account.id)
            if recipient.has_home:
                await home_tabs.touch(session, recipient.person_id, self._clock.now())
            if item.reference:
                log.info("delivery %d arrived after all, reference %s", item.id, item.reference)
                await oversight.note(session, item.key)
                if not await oversight.is_told_of(session, item.key):
                    await undelivered.arrived(session, self._subjects, _missed(item, recipient), self._clock.now())

    async def trouble(self, item: Claimed, recipient: Recipient, error: SendError) -> None:
        """What a send that failed leads to (see `handlers.messages.outcomes`)."""
        if isinstance(error, Unsuitable):
            await self.set_aside(item, DeliveryStatus.WAITING, str(error))
            return
        trouble = trouble_of(error)
        outcome = after(trouble, item.attempts, item.uncertain, error.seconds)
        reason = f"{type(error).__name__}: {error}"
        if outcome.fate not in (Fate.HOLD, Fate.GIVE_UP):
            log.warning("delivery %d, attempt %d: %s -> %s", item.id, item.attempts, reason, outcome.fate)
        if trouble is Trouble.UNCERTAIN:
            item = item._replace(uncertain=item.uncertain + 1, may_have_arrived=True)
        elif error.seconds is not None:
            # A busy platform that says when is no reason to give up.
            item = item._replace(attempts=item.attempts - 1)
        match outcome.fate:
            case Fate.WAIT:
                await self.set_aside(item, DeliveryStatus.WAITING, reason)
            case Fate.HOLD:
                await self._set_aside_for_fault(item, recipient, DeliveryStatus.WAITING, reason)
            case Fate.GIVE_UP:
                await self._set_aside_for_fault(item, recipient, DeliveryStatus.FAILED, reason)
            case Fate.RETRY:
                async with self._database.transaction() as session:
                    await claims.put_off(session, item, self._clock.now() + outcome.wait, reason)

    async def _set_aside_for_fault(
        self, item: Claimed, recipient: Recipient, status: DeliveryStatus, reason: str
    ) -> None:
        """Set it aside, and say so once to those who can do something about it."""
        known = bool(item.reference)
        item = item._replace(reference=item.reference or new_reference())
        held = status is DeliveryStatus.WAITING
        log.log(
            logging.WARNING if known else logging.ERROR,
            "delivery %d is not delivered%s, reference %s: %s",
            item.id,
            " and held until that is mended" if held else "",
            item.reference,
            reason,
        )
        # By itself: trouble with telling it must not send the message once more.
        if await self.set_aside(item, status, reason) and not known:
            async with self._database.transaction() as session:
                if not await oversight.is_told_of(session, item.key):
                    missed = _missed(item, recipient)
                    await undelivered.tell(session, self._subjects, missed, self._clock.now(), held=held)

    async def set_aside(self, item: Claimed, status: DeliveryStatus, reason: str) -> bool:
        """See `storage.claims.set_aside`. Of reminders that do not arrive a chore tells (`handlers.oversight`)."""
        async with self._database.transaction() as session:
            is_aside = await claims.set_aside(session, item, status, reason)
            if is_aside:
                await oversight.note(session, item.key)
            return is_aside


def _missed(item: Claimed, recipient: Recipient) -> undelivered.Missed:
    return undelivered.Missed(item.subject, item.person_id, recipient.name, item.reference)
