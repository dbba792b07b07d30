"""Bringing deliveries about: claimed, sent, and written down one by one (docs/decisions/033).

The promise is «at least once», and hardly ever more: of what a killed worker may have sent, the surface is asked before
it is sent anew, where the surface can tell (`Messenger.sent`); elsewhere a few sends are under way at once
(`Messenger.at_once`). What is known to be sent and cannot be written down, since the database is away, is kept and
written down before anything else is begun.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from bot.delivering.alive import Alive
from bot.delivering.places import Crowded, NotBegun, Paces, Places, TooSoon
from bot.delivering.reaching import Reaching
from bot.delivering.settling import Settling
from bot.delivering.uploads import Uploads
from bot.messenger import (
    PICTURES_LOST,
    AppGone,
    MessageLost,
    Messenger,
    Misconfigured,
    Ref,
    Rejected,
    SendError,
    Uncertain,
    Unreachable,
    Unsuitable,
)
from handlers import faults
from handlers.calendar.clock import Clock
from handlers.errors import BotError
from handlers.messages import uploads
from handlers.messages.files import with_links
from handlers.messages.message import FileRef, Message
from handlers.messages.undelivered import Subjects
from handlers.people.address import Address
from handlers.people.links import NO_LINKS, Links
from handlers.writing.language import speaking
from storage import claims, workers
from storage.claims import Claimed
from storage.database import Database, DatabaseUnavailable
from storage.recipients import Recipient, recipients
from storage.tables import Account, DeliveryStatus

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""How long a claim lasts at most, whatever becomes of its worker."""
_LONGEST_SEND = timedelta(seconds=70)
"""Looked up on up to three chats, asked what has arrived, an update that finds the message gone, the send: six calls of
10 s, and what is written down of it."""
_CLOCKS_DIFFER = timedelta(minutes=5)
"""By so much the surface's clock and ours, at most."""
_IN_HAND = 200
"""People whose deliveries are claimed at the same time; of these, so many are sent to at once as the surfaces allow."""
_WRITING = 8
"""So many at once write down what came of a send: less than the connections that there are, so that none is waited for
until somebody gives up."""
_NEVER_THERE = (Unreachable, Rejected, Misconfigured, Unsuitable)
"""A new message that ends so has not arrived, and does not if it is tried again. What is to change where it stands is
left there, unless nobody is reached there any more (`_NOBODY_THERE`): then its reader reads the change elsewhere."""
_NOBODY_THERE = (Unreachable, AppGone)
_WORTH_CLAIMING = 50
"""A claim costs the same for one as for many: with less room than this, it waits for more, or for the next tick."""


@dataclass
class _Turn:
    """What holds while one person's deliveries are brought about."""

    life: int
    until: datetime
    """After that none is begun, since the lease might end before it."""
    doubtful: Sequence[Claimed]
    """Those of which nobody knows whether they arrived."""
    arrived: dict[int, Mapping[str, Ref]] = field(default_factory=dict)
    """Account → which of them it has got, once it was asked."""


@dataclass(frozen=True)
class _Unwritten:
    """What became of a delivery, and could not be written down."""

    person_id: int
    write: Callable[[], Awaitable[object]]


class Deliverer:
    """Claims due deliveries, and sends or updates each where its reader is reached.

    Args:
        messengers: surface name → its way out. The order says where to look somebody up who has not spoken yet; `MAIL`
            comes last, wherever it stands.
        settled: called when somebody's deliveries have ended, so that there is room for more.
        subjects: who is told of a message that did not arrive.
        links: makes the links to files in a message, when it is sent.
        files: makes the files that are put into conversations instead.
    """

    def __init__(
        self,
        database: Database,
        messengers: Mapping[str, Messenger],
        clock: Clock,
        settled: Callable[[], None],
        subjects: Subjects,
        links: Links = NO_LINKS,
        files: Uploads | None = None,
    ) -> None:
        self._database = database
        self._messengers = messengers
        self._writing = asyncio.Semaphore(_WRITING)
        self._clock = clock
        self._settled = settled
        self._links = links
        self._uploads = files
        self._held: set[int] = set()
        """Deliveries that are claimed and in hand."""
        self._busy_with: set[int] = set()
        """The people whose deliveries they are."""
        self._unwritten: dict[int, _Unwritten] = {}
        self._doubtful = False
        """The database went away in the middle: something may be claimed that is not in hand."""
        self.alive = Alive(database, clock, self._held, settled)
        self.places = Places(messengers, clock)
        self._paces = Paces(clock)
        self._reaching = Reaching(database, messengers, clock)
        self._settling = Settling(database, clock, subjects)
        self.stopping = False
        """Once set, what is under way is ended and nothing more is begun."""

    # --- what is claimed -----------------------------------------------------------------------------------

    @property
    def has_room(self) -> bool:
        """Whether it is worth while to claim more."""
        return len(self._busy_with) <= _IN_HAND - _WORTH_CLAIMING

    async def begin_due(self, sending: asyncio.TaskGroup) -> int:
        """Claim a batch of due deliveries and begin to bring them about in `sending`; how many were claimed.

        One person's are sent one after the other, in order; different people's at the same time, and whoever takes
        long keeps nobody else waiting.

        Raises:
            DatabaseUnavailable: nothing was begun.
        """
        await self._write_down()
        room = _IN_HAND - len(self._busy_with)
        if not self._messengers or not room or self.stopping:
            return 0
        now = self._clock.now()
        self._paces.forget_past()
        known: Mapping[int, Recipient] = {}
        beats = 0
        try:
            async with self._database.transaction(sure=True) as session:
                claimed = await claims.claim(
                    session, now, LEASE, room, besides=self._busy_with, worker=self.alive.worker
                )
                if claimed:
                    beats = await workers.beat(session, self.alive.worker, now)
                    known = await recipients(session, sorted({item.person_id for item in claimed}))
        except Exception:
            # It may be claimed all the same.
            self._doubtful = True
            raise
        if claimed:
            self.alive.heard(beats, now)
        self._held.update(item.id for item in claimed)
        for person_id, group in groupby(sorted(claimed, key=_person), key=_person):
            mine = sorted(group, key=lambda each: each.id)
            self._busy_with.add(person_id)
            turn = _Turn(self.alive.life, now + LEASE - _LONGEST_SEND, [item for item in mine if item.may_have_arrived])
            sending.create_task(self._deliver_all(mine, known[person_id], turn))
        return len(claimed)

    async def let_go(self) -> None:
        """Write down what is known, and give back what was claimed and not begun, as far as the database allows."""
        self.alive.end()
        self._doubtful = True
        try:
            await self._write_down()
            if not self.alive.holds_anything:
                async with self._database.transaction() as session:
                    await workers.leave(session, self.alive.worker)
        except DatabaseUnavailable as error:
            log.warning("what was claimed is left for the others to take over, the database is unavailable: %s", error)

    async def _write_down(self) -> None:
        """First of all, what has happened; then, what is claimed and not in hand is given back.

        Raises:
            DatabaseUnavailable: it still cannot be written down.
        """
        while self._unwritten:
            delivery_id, unwritten = next(iter(self._unwritten.items()))
            try:
                await unwritten.write()
                log.info("delivery %d is settled, after the database was away", delivery_id)
            except DatabaseUnavailable:
                raise
            except Exception as error:
                # Kept, it would hold back all that is to be sent.
                faults.untold(log, error, "delivery %d could not be settled", delivery_id)
            del self._unwritten[delivery_id]
            self._held.discard(delivery_id)
            self._busy_with.discard(unwritten.person_id)
        if self._doubtful:
            async with self._database.transaction() as session:
                await claims.give_back_all(session, self.alive.worker, but=self._held)
            self._doubtful = False

    async def _give_back(self, ids: Collection[int], due: Mapping[int, datetime]) -> None:
        self._held.difference_update(ids)
        try:
            async with self._database.transaction() as session:
                await claims.give_back(session, self.alive.worker, ids, due)
        except DatabaseUnavailable as error:
            log.warning("%d deliveries could not be given back yet: %s", len(ids), error)
            self._doubtful = True

    def _may_begin(self, turn: _Turn) -> bool:
        in_time = self.alive.may_begin(turn.life) and self._clock.now() <= turn.until
        # Where one could not be written down, the next could not either, and would be sent again.
        return in_time and not self.stopping and not self._unwritten

    # --- one person's --------------------------------------------------------------------------------------

    async def _deliver_all(self, claimed: Sequence[Claimed], recipient: Recipient, turn: _Turn) -> None:
        """Bring about one person's deliveries in order; what is not begun is given back."""
        left = deque(claimed)
        later: list[Claimed] = []
        crowded: datetime | None = None
        try:
            while left and self._may_begin(turn):
                try:
                    await self._deliver(left[0], recipient, turn)
                except TooSoon:
                    later.append(left.popleft())
                    continue
                except Crowded as full:
                    crowded = full.due_at
                    break
                except NotBegun:
                    break
                except DatabaseUnavailable as error:
                    log.warning("delivery %d is not begun: %s", left[0].id, error)
                    break
                except Exception as error:
                    # It comes free with its lease; the next one may be in order.
                    faults.untold(log, error, "delivery %d failed", left[0].id)
                done = left.popleft()
                if done.id not in self._unwritten:
                    self._held.discard(done.id)
            if left or later:
                due = dict(self._spread(later, recipient))
                if crowded is not None:
                    due |= {item.id: crowded for item in left}
                await self._give_back([item.id for item in (*left, *later)], due)
        except Exception as error:
            # Out of here it would end the sends to everybody (`asyncio.TaskGroup`), and the loop that begins them.
            faults.untold(log, error, "deliveries to person %d were not given back", recipient.person_id)
            self._held.difference_update(item.id for item in (*left, *later))
            self._doubtful = True
        finally:
            if all(each.person_id != recipient.person_id for each in self._unwritten.values()):
                self._busy_with.discard(recipient.person_id)
            if self.has_room:
                # This person may have got more meanwhile, and others wait.
                self._settled()

    def _spread(self, items: Sequence[Claimed], recipient: Recipient) -> Mapping[int, datetime]:
        """When these new messages to one person may be sent, one after the other; the worker is woken for the first."""
        if not items:
            return {}
        pace = self._paces.of(recipient.person_id)
        wait = max(0.0, (pace.next_at - self._clock.now()).total_seconds())
        asyncio.get_running_loop().call_later(wait, self._settled)
        return {item.id: pace.next_at + number * pace.apart for number, item in enumerate(items)}

    async def _deliver(self, item: Claimed, recipient: Recipient, turn: _Turn) -> None:
        """Send or update it, and write down what came of that.

        Raises:
            NotBegun, DatabaseUnavailable: nothing has been sent.
        """
        if item.expires_at is not None and item.expires_at <= self._clock.now():
            await self._settling.set_aside(item, DeliveryStatus.CANCELLED, "no longer worth saying")
            return
        if recipient.left:
            await self._settling.set_aside(item, DeliveryStatus.CANCELLED, "has left")
            return
        failed: list[SendError] = []
        try:
            async with aclosing(self._reaching.places(item, recipient)) as places:
                async for account in places:
                    error = await self._bring(item, account, recipient, turn)
                    if error is None:
                        return
                    failed.append(error)
        except SendError as error:
            failed.append(error)
        if failed:
            # What must be mended, or may get better, before what only waits.
            await self._write(item, recipient, partial(self._settling.trouble, item, recipient, min(failed, key=_rank)))
        else:
            await self._settling.set_aside(item, DeliveryStatus.WAITING, "not reachable on any surface yet")

    async def _bring(self, item: Claimed, account: Account, recipient: Recipient, turn: _Turn) -> SendError | None:
        """Send or update it at this account, and write down what came of that; None.

        Returns:
            Why it did not arrive there, and would not either if it were tried again, so that it may be tried at the
            next place: nothing is written down. Where it may have arrived it is never tried elsewhere: rather late
            than twice.

        Raises:
            NotBegun, DatabaseUnavailable: nothing has arrived.
        """
        async with self.places.on(account.surface, for_file=bool(item.message.get("attached"))):
            # It may have waited for its turn.
            if not self._may_begin(turn):
                raise NotBegun
            is_new = item.ref is None or account.id != item.account_id
            if is_new:
                self._paces.check(recipient.person_id)
                await self._note_where(item, account, recipient)
            outcome: Callable[[], Awaitable[object]]
            try:
                with speaking(recipient.language):
                    ref, coming = await self._show(self._messengers[account.surface], account, item, turn)
                outcome = partial(self._settling.mark_shown, item, recipient, account, ref, coming)
            except SendError as error:
                if not item.may_have_arrived and isinstance(error, _NEVER_THERE if is_new else _NOBODY_THERE):
                    log.info("delivery %d, not on %s: %s", item.id, account.surface, type(error).__name__)
                    return error
                tried = item
                if isinstance(error, Uncertain) and is_new:
                    # From now on it may stand there, and is brought nowhere else.
                    tried = item._replace(account_id=account.id, ref=None)
                outcome = partial(self._settling.trouble, tried, recipient, error)
            except Exception as error:
                # A fault of ours, such as a message that cannot be drawn. The text of the error could quote it.
                fault = Rejected(f"a fault in the program, {type(error).__name__} at {faults.place_of(error)}")
                outcome = partial(self._settling.trouble, item, recipient, fault)
            if is_new:
                self._paces.note_sent(recipient.person_id, self._messengers[account.surface].apart)
            await self._write(item, recipient, outcome)
        return None

    async def _note_where(self, item: Claimed, account: Account, recipient: Recipient) -> None:
        """Write down where a new message is about to be sent, for somebody who is reached on several surfaces: else,
        were this worker killed in the middle and did they choose another meanwhile, it would come there too.

        Raises:
            NotBegun, DatabaseUnavailable: it is not to be sent now.
        """
        known = {each.surface for each in recipient.accounts if each.surface in self._messengers}
        if item.ref is not None or item.account_id == account.id or known <= {account.surface}:
            return
        async with self._writing, self._database.transaction() as session:
            if not await claims.note_where(session, item, account.id):
                raise NotBegun

    async def _write(self, item: Claimed, recipient: Recipient, outcome: Callable[[], Awaitable[object]]) -> None:
        """Write down what came of it; when the database is back, if it is away."""
        try:
            async with self._writing:
                await outcome()
        except DatabaseUnavailable as error:
            log.warning("delivery %d is settled when the database is back: %s", item.id, error)
            self._unwritten[item.id] = _Unwritten(recipient.person_id, outcome)

    async def _show(
        self, messenger: Messenger, account: Account, item: Claimed, turn: _Turn
    ) -> tuple[Ref, Sequence[Message]]:
        """(where it stands, the files that are to come after it)."""
        stored = Message.model_validate(item.message).model_copy(update={"delivery_key": item.key})
        message = with_links(stored, self._links, item.person_id)
        address = Address.of(account)
        # A reference means something only where it was made.
        known = item.ref if account.id == item.account_id else None
        if message.attached is not None and self._uploads is not None:
            return await self._send_file(messenger, address, item, message, message.attached), ()
        coming: Sequence[Message] = ()
        if self._uploads is not None and account.surface in self._uploads.surfaces:
            # What has changed since has a button, by which the file comes as it is then.
            few = uploads.BY_THEMSELVES if known is None else 0
            message, coming = uploads.instead_of_links(message, by_themselves=few)
        ref = await self._put(messenger, address, account, item, turn, message, known)
        if ref.get(PICTURES_LOST) and self._uploads is not None:
            coming = [*coming, *uploads.pictures_of(message)]
        return {name: value for name, value in ref.items() if name != PICTURES_LOST}, coming

    async def _send_file(
        self, messenger: Messenger, address: Address, item: Claimed, message: Message, file: FileRef
    ) -> Ref:
        """Why it is not there is said in its place."""
        assert self._uploads is not None  # noqa: S101 - see where it is called
        try:
            attached = await self._uploads.made(item.person_id, message, file)
        except BotError as error:
            log.info("delivery %d, a file that is not sent: %s", item.id, type(error).__name__)
            return await messenger.send(address, Message(title=f"{message.title}: {error}", delivery_key=item.key))
        return await messenger.send_file(address, attached)

    async def _put(
        self,
        messenger: Messenger,
        address: Address,
        account: Account,
        item: Claimed,
        turn: _Turn,
        message: Message,
        known: Ref | None,
    ) -> Ref:
        if known is not None:
            with suppress(MessageLost):
                return await messenger.update(address, known, message)
            log.info("delivery %d is gone from %s and is sent anew", item.id, account.surface)
        if item.may_have_arrived:
            arrived = await self._arrived(messenger, account, turn)
            ref = arrived.get(item.key)
            if ref is not None and ref != known:
                log.info("delivery %d had arrived on %s", item.id, account.surface)
                with suppress(MessageLost):
                    return await messenger.update(address, ref, message)
        return await messenger.send(address, message)

    @staticmethod
    async def _arrived(messenger: Messenger, account: Account, turn: _Turn) -> Mapping[str, Ref]:
        """Asked once for all of a person's."""
        if account.id not in turn.arrived:
            since = min(item.created_at for item in turn.doubtful) - _CLOCKS_DIFFER
            keys = {item.key for item in turn.doubtful}
            turn.arrived[account.id] = await messenger.sent(Address.of(account), keys, since)
        return turn.arrived[account.id]


def _rank(error: SendError) -> int:
    """Of several, the least says what becomes of the message: tried again, held until something is mended, given up,
    left until its reader is reached."""
    return next((rank for rank, kind in enumerate((Misconfigured, Rejected, Unreachable, Unsuitable), 1)
                 if isinstance(error, kind)), 0)  # fmt: skip


def _person(item: Claimed) -> int:
    return item.person_id
