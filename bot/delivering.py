"""Bringing deliveries about: claimed with a lease, sent, and written down.

The promise is «at least once»: a worker that is killed after a send and before its commit sends again.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import groupby

from bot.messenger import (
    MAIL,
    Absent,
    MessageLost,
    Messenger,
    Misconfigured,
    Ref,
    Rejected,
    SendError,
    TryLater,
    Uncertain,
    Unreachable,
    Unsuitable,
    trouble_of,
)
from handlers.calendar.clock import Clock
from handlers.errors import new_reference
from handlers.messages import undelivered
from handlers.messages.files import with_links
from handlers.messages.message import Message
from handlers.messages.outcomes import Fate, Trouble, after
from handlers.messages.undelivered import Subjects
from handlers.people import admission
from handlers.people.links import NO_LINKS, Links
from handlers.writing.language import speaking
from storage import deliveries, look_ups
from storage.database import Database, DatabaseUnavailable
from storage.deliveries import Claimed, Recipient
from storage.look_ups import Remembered
from storage.tables import Account, DeliveryStatus

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
_LONGEST_SEND = timedelta(seconds=60)
"""Looked up on up to three chats, an update that finds the message gone, the send: five calls of 10 s, and what is
written down of it."""
_ATTEMPTS_BEFORE_MAIL = 8
"""So often a chat that is in trouble is asked whether somebody is there: for about ten minutes (see
`handlers.messages.outcomes`)."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE = 50


class Deliverer:
    """Claims due deliveries, and sends or updates each where its reader is reached.

    Args:
        messengers: surface name → its way out. The order says where to look somebody up who has not spoken yet; `MAIL`
            comes last, wherever it stands.
        settled: called when somebody's deliveries have ended, so that there is room for more.
        subjects: who is told of a message that did not arrive.
        links: makes the links to files in a message, when it is sent.
    """

    def __init__(
        self,
        database: Database,
        messengers: Mapping[str, Messenger],
        clock: Clock,
        settled: Callable[[], None],
        subjects: Subjects,
        links: Links = NO_LINKS,
    ) -> None:
        self._database = database
        self._messengers = messengers
        self._chats = {surface: messenger for surface, messenger in messengers.items() if surface != MAIL}
        self._clock = clock
        self._settled = settled
        self._subjects = subjects
        self._links = links
        self._busy_with: set[int] = set()
        self.stopping = False
        """Once set, what is under way is ended and nothing more is begun."""

    async def begin_due(self, sending: asyncio.TaskGroup) -> int:
        """Claim a batch of due deliveries and begin to bring them about in `sending`; how many were claimed.

        One person's are sent one after the other, in order; different people's at the same time, and whoever takes
        long keeps nobody else waiting.
        """
        room = _AT_ONCE - len(self._busy_with)
        if not self._messengers or not room:
            return 0
        now = self._clock.now()
        async with self._database.transaction() as session:
            claimed = await deliveries.claim(session, now, LEASE, room, besides=self._busy_with)
            if not claimed:
                return 0
            known = await deliveries.recipients(session, sorted({item.person_id for item in claimed}))
        for person_id, group in groupby(sorted(claimed, key=_person), key=_person):
            self._busy_with.add(person_id)
            sending.create_task(self._deliver_all(list(group), known[person_id], now + LEASE - _LONGEST_SEND))
        return len(claimed)

    async def _deliver_all(self, claimed: Sequence[Claimed], recipient: Recipient, until: datetime) -> None:
        """Bring about one person's deliveries; after `until` none is begun, since the lease might end before it."""
        try:
            for item in sorted(claimed, key=lambda each: each.id):
                if self.stopping or self._clock.now() > until:
                    # Another worker may soon take over what is left: leave it alone.
                    return
                try:
                    await self._deliver(item, recipient)
                except DatabaseUnavailable as error:
                    # Sent or not, it could not be written down: the lease ends, and it is tried again.
                    log.warning("delivery %d could not be settled: %s", item.id, error)
                except Exception as error:
                    log.exception("delivery %d failed: %s", item.id, type(error).__name__, exc_info=False)
        finally:
            self._busy_with.discard(recipient.person_id)
            # There is room again, and this person may have got more meanwhile.
            self._settled()

    async def _deliver(self, item: Claimed, recipient: Recipient) -> None:
        if item.expires_at is not None and item.expires_at <= self._clock.now():
            await self._set_aside(item, DeliveryStatus.CANCELLED, "no longer worth saying")
            return
        if recipient.left:
            await self._set_aside(item, DeliveryStatus.CANCELLED, "has left")
            return
        try:
            account = await self._account_for(item, recipient)
            if account is None:
                await self._set_aside(item, DeliveryStatus.WAITING, "not reachable on any surface yet")
                return
            with speaking(recipient.language):
                ref = await self._show(self._messengers[account.surface], account, item)
        except DatabaseUnavailable:
            raise
        except Unsuitable as error:
            await self._set_aside(item, DeliveryStatus.WAITING, str(error))
            return
        except SendError as error:
            await self._settle_trouble(item, recipient, error)
            return
        except Exception as error:
            # A fault of ours, such as a message that cannot be drawn. The text of the error could quote it.
            await self._settle_trouble(item, recipient, Rejected(f"a fault in the program, {type(error).__name__}"))
            return
        async with self._database.transaction() as session:
            await deliveries.mark_shown(session, item, account.id, ref, self._clock.now())
            if item.reference:
                log.info("delivery %d arrived after all, reference %s", item.id, item.reference)
                await undelivered.arrived(session, self._subjects, _missed(item, recipient), self._clock.now())

    async def _show(self, messenger: Messenger, account: Account, item: Claimed) -> Ref:
        stored = Message.model_validate(item.message).model_copy(update={"delivery_key": item.key})
        message = with_links(stored, self._links, item.person_id)
        # A reference means something only where it was made.
        if item.ref is not None and account.id == item.account_id:
            try:
                return await messenger.update(account.reach, item.ref, message)
            except MessageLost:
                log.info("delivery %d is gone from %s and is sent anew", item.id, account.surface)
        return await messenger.send(account.reach, message)

    async def _account_for(self, item: Claimed, recipient: Recipient) -> Account | None:
        """Where it was sent before; else the account used last, on a chat that is on; else one that is looked up.

        E-mail is for whoever is on no chat now, whatever was mailed before: so they are looked up on the chats each
        time. While a chat does not say whether they are there, nothing is mailed.

        Raises:
            SendError: it could not be looked up on a chat, and was not found elsewhere.
        """
        usable = [account for account in recipient.accounts if account.surface in self._chats]
        for account in usable:
            if account.id == item.account_id:
                return account
        if usable:
            return usable[0]
        trouble: SendError | None = None
        for surface in self._chats:
            try:
                found = await self._look_up(surface, recipient)
            except Unreachable:
                continue
            except SendError as error:
                trouble = error
                continue
            if found is not None:
                return found
        passes = isinstance(trouble, TryLater | Uncertain) and item.attempts < _ATTEMPTS_BEFORE_MAIL
        if MAIL in self._messengers and not passes:
            with suppress(Unreachable):
                found = await self._look_up(MAIL, recipient)
                if found is not None:
                    return found
        if trouble is not None:
            raise trouble
        return None

    async def _look_up(self, surface: str, recipient: Recipient) -> Account | None:
        """The person's account on a surface, stored if they are found there. Raises `SendError`.

        Whether somebody is there is asked over the network. An answer that does not find them is remembered, for every
        worker and over a restart, and until it is time to ask again it is the answer (`storage.look_ups`).
        """
        before = recipient.look_ups.get(surface)
        if before is not None and before.ask_at > self._clock.now():
            raise _again(before)
        try:
            found = await self._messengers[surface].find(
                list(recipient.workspaces.get(surface, ())),
                recipient.email,
                recipient.person_id,
                recipient.ids.get(surface),
            )
            if found is not None and found.outsider and found.workspace not in recipient.welcome_at:
                raise Absent("an outsider, where outsiders are not let in")
        except SendError as error:
            if surface != MAIL:
                await self._remember(surface, recipient, error)
            raise
        if found is None:
            return None
        async with self._database.transaction() as session:
            await look_ups.forget(session, recipient.person_id, surface)
            return await admission.found(
                session,
                recipient.person_id,
                surface=surface,
                workspace=found.workspace,
                workspaces=recipient.workspaces.get(surface, ()),
                user_id=found.user_id,
                reach=found.reach,
                outsider=found.outsider,
                seen_at=_NEVER,
                now=self._clock.now(),
            )

    async def _remember(self, surface: str, recipient: Recipient, error: SendError) -> None:
        outcome = _OUTCOMES.get(type(error), look_ups.LATER)
        found = look_ups.next_time(recipient.look_ups.get(surface), outcome, self._clock.now(), error.seconds)
        recipient.look_ups[surface] = found
        async with self._database.transaction() as session:
            await look_ups.remember(session, surface, recipient.person_id, found)

    async def _settle_trouble(self, item: Claimed, recipient: Recipient, error: SendError) -> None:
        trouble = trouble_of(error)
        outcome = after(trouble, item.attempts, item.uncertain, error.seconds)
        reason = f"{type(error).__name__}: {error}"
        if outcome.fate not in (Fate.HOLD, Fate.GIVE_UP):
            log.warning("delivery %d, attempt %d: %s -> %s", item.id, item.attempts, reason, outcome.fate)
        if trouble is Trouble.UNCERTAIN:
            item = item._replace(uncertain=item.uncertain + 1)
        elif error.seconds is not None:
            # A busy platform that says when is no reason to give up.
            item = item._replace(attempts=item.attempts - 1)
        match outcome.fate:
            case Fate.WAIT:
                await self._set_aside(item, DeliveryStatus.WAITING, reason)
            case Fate.HOLD:
                await self._set_aside_for_fault(item, recipient, DeliveryStatus.WAITING, reason)
            case Fate.GIVE_UP:
                await self._set_aside_for_fault(item, recipient, DeliveryStatus.FAILED, reason)
            case Fate.RETRY:
                async with self._database.transaction() as session:
                    await deliveries.put_off(session, item, self._clock.now() + outcome.wait, reason)

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
        if await self._set_aside(item, status, reason) and not known:
            async with self._database.transaction() as session:
                await undelivered.tell(session, self._subjects, _missed(item, recipient), self._clock.now(), held=held)

    async def _set_aside(self, item: Claimed, status: DeliveryStatus, reason: str) -> bool:
        async with self._database.transaction() as session:
            return await deliveries.set_aside(session, item, status, reason)


_OUTCOMES: Mapping[type[SendError], str] = {
    Absent: look_ups.ABSENT,
    Unreachable: look_ups.ABSENT,
    Misconfigured: look_ups.MISCONFIGURED,
}


def _again(before: Remembered) -> SendError:
    """What came of a look-up that is not repeated yet."""
    reason = f"asked not long ago ({before.times} times in a row)"
    match before.outcome:
        case look_ups.ABSENT:
            return Absent(reason)
        case look_ups.MISCONFIGURED:
            return Misconfigured(reason)
        case _later:
            return TryLater(reason)


def _person(item: Claimed) -> int:
    return item.person_id


def _missed(item: Claimed, recipient: Recipient) -> undelivered.Missed:
    return undelivered.Missed(item.subject, item.person_id, recipient.name, item.reference)
