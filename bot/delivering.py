"""Bringing deliveries about: claimed, sent, and written down one by one (docs/decisions/033).

The promise is «at least once», and hardly ever more: of what a killed worker may have sent, the surface is asked before
it is sent anew, where the surface can tell (`Messenger.sent`); elsewhere a few sends are under way at once
(`Messenger.at_once`). What is known to be sent and cannot be written down, since the database is away, is kept and
written down before anything else is begun.
"""

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
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
from handlers import admission
from handlers.calendar.clock import Clock
from handlers.errors import new_reference
from handlers.messages import undelivered
from handlers.messages.files import with_links
from handlers.messages.message import Message
from handlers.messages.outcomes import Fate, Trouble, after
from handlers.messages.undelivered import Subjects
from handlers.people.address import Address
from handlers.people.links import NO_LINKS, Links
from handlers.writing.language import speaking
from storage import claims, look_ups, workers
from storage.claims import Claimed
from storage.database import Database, DatabaseUnavailable
from storage.look_ups import Remembered
from storage.recipients import Recipient, recipients
from storage.tables import Account, DeliveryStatus

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""How long a claim lasts at most, whatever becomes of its worker."""
_LONGEST_SEND = timedelta(seconds=70)
"""Looked up on up to three chats, asked what has arrived, an update that finds the message gone, the send: six calls of
10 s, and what is written down of it."""
BEATS_EVERY = timedelta(seconds=2)
"""So often a worker that holds something says that it lives."""
DEAD_AFTER = timedelta(seconds=8)
"""One that has said nothing for so long is taken for dead."""
_NOTHING_NEW_AFTER = timedelta(seconds=6)
"""A worker that has not been able to say anything for so long begins nothing: others may be about to take it over."""
_LISTENS_FIRST = timedelta(seconds=3)
"""Whoever has just begun, or just got the database back, lets the others speak before it takes them for dead."""
_ATTEMPTS_BEFORE_MAIL = 8
"""So often a chat that is in trouble is asked whether somebody is there: for about ten minutes (see
`handlers.messages.outcomes`)."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(minutes=5)
"""By so much the surface's clock and ours, at most."""
_IN_HAND = 200
"""People whose deliveries are claimed at the same time; of these, so many are sent to at once as the surfaces allow."""
_WAITING = 8
"""For each place on a surface, so many people may wait in hand. The rest is given back, so that a surface that takes a
few at once does not fill all that is in hand and hold back those on another; and so many a second are due again."""
_CROWDED_FOR = timedelta(seconds=2)
"""The soonest that one of them is due again."""
_WRITING = 8
"""So many at once write down what came of a send: less than the connections that there are, so that none is waited for
until somebody gives up."""
_WORTH_CLAIMING = 50
"""A claim costs the same for one as for many: with less room than this, it waits for more, or for the next tick."""


class _NotBegun(Exception):
    """It was not begun, and is given back."""


class _Crowded(_NotBegun):
    """Too many wait for this surface already."""

    def __init__(self, due_at: datetime) -> None:
        self.due_at = due_at


class _TooSoon(_NotBegun):
    """Somebody has got a message a moment ago, on a surface that takes so many and no more."""


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
class _Pace:
    next_at: datetime
    apart: timedelta


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
        self._ways = {surface: asyncio.Semaphore(messenger.at_once) for surface, messenger in messengers.items()}
        self._waiting = dict.fromkeys(messengers, 0)
        """Surface → how many people in hand wait for a place on it."""
        self._put_off_to = dict.fromkeys(messengers, _NEVER)
        """Surface → when the last of those is due that were given back since too many waited."""
        self._writing = asyncio.Semaphore(_WRITING)
        self._clock = clock
        self._settled = settled
        self._subjects = subjects
        self._links = links
        self._worker = uuid.uuid4().hex
        self._held: set[int] = set()
        """Deliveries that are claimed and in hand."""
        self._busy_with: set[int] = set()
        """The people whose deliveries they are."""
        self._unwritten: dict[int, _Unwritten] = {}
        self._doubtful = False
        """The database went away in the middle: something may be claimed that is not in hand."""
        self._life = 0
        """How often this worker was taken for dead while it held something."""
        self._heard_at = _NEVER
        self._listens_since: datetime | None = None
        self._paced: dict[int, _Pace] = {}
        """Person → when they may be sent the next new message."""
        self._beat_wanted = asyncio.Event()
        self._ended = False
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
        self._paced = {person_id: pace for person_id, pace in self._paced.items() if pace.next_at > now}
        known: Mapping[int, Recipient] = {}
        beats = 0
        try:
            async with self._database.transaction(sure=True) as session:
                claimed = await claims.claim(session, now, LEASE, room, besides=self._busy_with, worker=self._worker)
                if claimed:
                    beats = await workers.beat(session, self._worker, now)
                    known = await recipients(session, sorted({item.person_id for item in claimed}))
        except Exception:
            # It may be claimed all the same.
            self._doubtful = True
            raise
        if claimed:
            self._heard(beats, now)
        self._held.update(item.id for item in claimed)
        for person_id, group in groupby(sorted(claimed, key=_person), key=_person):
            mine = sorted(group, key=lambda each: each.id)
            self._busy_with.add(person_id)
            turn = _Turn(self._life, now + LEASE - _LONGEST_SEND, [item for item in mine if item.may_have_arrived])
            sending.create_task(self._deliver_all(mine, known[person_id], turn))
        return len(claimed)

    async def let_go(self) -> None:
        """Write down what is known, and give back what was claimed and not begun, as far as the database allows."""
        self._ended = True
        self._beat_wanted.set()
        self._doubtful = True
        try:
            await self._write_down()
            if not self._held:
                async with self._database.transaction() as session:
                    await workers.leave(session, self._worker)
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
                log.exception("delivery %d could not be settled: %s", delivery_id, type(error).__name__, exc_info=False)
            del self._unwritten[delivery_id]
            self._held.discard(delivery_id)
            self._busy_with.discard(unwritten.person_id)
        if self._doubtful:
            async with self._database.transaction() as session:
                await claims.give_back_all(session, self._worker, but=self._held)
            self._doubtful = False

    async def _give_back(self, ids: Collection[int], due: Mapping[int, datetime]) -> None:
        self._held.difference_update(ids)
        try:
            async with self._database.transaction() as session:
                await claims.give_back(session, self._worker, ids, due)
        except DatabaseUnavailable as error:
            log.warning("%d deliveries could not be given back yet: %s", len(ids), error)
            self._doubtful = True

    # --- whether this worker and the others live -----------------------------------------------------------

    async def want_beat(self) -> None:
        """Have a beat soon: what the scheduler calls (see `Worker`)."""
        self._beat_wanted.set()

    async def keep_alive(self) -> None:
        """Beat at once, and each time it is wanted, beside whatever else this worker does, until `let_go`."""
        self._beat_wanted.set()
        while True:
            await self._beat_wanted.wait()
            self._beat_wanted.clear()
            if self._ended:
                return
            try:
                again = await self.beat()
            except DatabaseUnavailable as error:
                log.warning("cannot say that this worker lives, the database is unavailable: %s", error)
            except Exception as error:
                log.exception("a beat failed: %s", type(error).__name__, exc_info=False)
            else:
                if again is not None:
                    asyncio.get_running_loop().call_later(again.total_seconds(), self._beat_wanted.set)

    async def beat(self) -> timedelta | None:
        """Say that this worker lives, if it holds anything; free what is held by one that does not.

        Returns:
            When to beat again, where the next tick would come too late for one that will be dead by then.

        Raises:
            DatabaseUnavailable: nothing was said, or nothing freed.
        """
        now = self._clock.now()
        listens_since, self._listens_since = self._listens_since or now, None
        if self._held:
            async with self._database.transaction() as session:
                beats = await workers.beat(session, self._worker, now)
            # Not before the commit: what was not written, nobody has heard.
            self._heard(beats, now)
        async with self._database.reading() as session:
            silent_since = await workers.longest_silent(session)
        wait = None
        if silent_since is not None:
            wait = max(silent_since + DEAD_AFTER, listens_since + _LISTENS_FIRST) - now
            if wait <= timedelta(0):
                await self._take_over(now - DEAD_AFTER)
        self._listens_since = listens_since
        return wait if wait is not None and timedelta(0) < wait < BEATS_EVERY else None

    async def _take_over(self, silent_since: datetime) -> None:
        async with self._database.transaction() as session:
            freed = await claims.free(session, await workers.take_for_dead(session, silent_since))
        if freed:
            log.warning("a worker is gone, and %d deliveries that it held are taken over", freed)
            self._settled()

    def _heard(self, beats: int, now: datetime) -> None:
        self._heard_at = now
        if beats == 1 and self._held:
            self._life += 1
            log.warning("this worker was taken for dead: what it held and has not begun is left to the others")

    def _may_begin(self, turn: _Turn) -> bool:
        now = self._clock.now()
        alive = turn.life == self._life and now < self._heard_at + _NOTHING_NEW_AFTER
        # Where one could not be written down, the next could not either, and would be sent again.
        return alive and now <= turn.until and not self.stopping and not self._unwritten

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
                except _TooSoon:
                    later.append(left.popleft())
                    continue
                except _Crowded as full:
                    crowded = full.due_at
                    break
                except _NotBegun:
                    break
                except DatabaseUnavailable as error:
                    log.warning("delivery %d is not begun: %s", left[0].id, error)
                    break
                except Exception as error:
                    log.exception("delivery %d failed: %s", left[0].id, type(error).__name__, exc_info=False)
                done = left.popleft()
                if done.id not in self._unwritten:
                    self._held.discard(done.id)
            if left or later:
                due = dict(self._spread(later, recipient))
                if crowded is not None:
                    due |= {item.id: crowded for item in left}
                await self._give_back([item.id for item in (*left, *later)], due)
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
        pace = self._paced[recipient.person_id]
        wait = max(0.0, (pace.next_at - self._clock.now()).total_seconds())
        asyncio.get_running_loop().call_later(wait, self._settled)
        return {item.id: pace.next_at + number * pace.apart for number, item in enumerate(items)}

    async def _deliver(self, item: Claimed, recipient: Recipient, turn: _Turn) -> None:
        """Send or update it, and write down what came of that.

        Raises:
            _NotBegun, DatabaseUnavailable: nothing has been sent.
        """
        if item.expires_at is not None and item.expires_at <= self._clock.now():
            await self._set_aside(item, DeliveryStatus.CANCELLED, "no longer worth saying")
            return
        if recipient.left:
            await self._set_aside(item, DeliveryStatus.CANCELLED, "has left")
            return
        try:
            account = await self._account_for(item, recipient)
        except SendError as error:
            await self._settle_trouble(item, recipient, error)
            return
        if account is None:
            await self._set_aside(item, DeliveryStatus.WAITING, "not reachable on any surface yet")
            return
        async with self._way(account.surface):
            # It may have waited for its turn.
            if not self._may_begin(turn):
                raise _NotBegun
            is_new = item.ref is None or account.id != item.account_id
            pace = self._paced.get(recipient.person_id)
            if is_new and pace is not None and self._clock.now() < pace.next_at:
                raise _TooSoon
            outcome = await self._bring(item, account, recipient, turn)
            apart = self._messengers[account.surface].apart
            if is_new and apart:
                self._paced[recipient.person_id] = _Pace(self._clock.now() + apart, apart)
            try:
                async with self._writing:
                    await outcome()
            except DatabaseUnavailable as error:
                log.warning("delivery %d is settled when the database is back: %s", item.id, error)
                self._unwritten[item.id] = _Unwritten(recipient.person_id, outcome)

    @asynccontextmanager
    async def _way(self, surface: str) -> AsyncIterator[None]:
        """A place on a surface, waited for while not too many do.

        Raises:
            _Crowded: too many do.
        """
        way, places = self._ways[surface], self._messengers[surface].at_once
        if way.locked() and self._waiting[surface] >= _WAITING * places:
            soonest = max(self._clock.now() + _CROWDED_FOR, self._put_off_to[surface])
            self._put_off_to[surface] = soonest + timedelta(seconds=1) / (_WAITING * places)
            raise _Crowded(soonest)
        self._waiting[surface] += 1
        try:
            await way.acquire()
        finally:
            self._waiting[surface] -= 1
        try:
            yield
        finally:
            way.release()

    async def _bring(
        self, item: Claimed, account: Account, recipient: Recipient, turn: _Turn
    ) -> Callable[[], Awaitable[object]]:
        """Send or update it; what then is to be written down."""
        try:
            with speaking(recipient.language):
                ref = await self._show(self._messengers[account.surface], account, item, turn)
        except Unsuitable as error:
            return partial(self._set_aside, item, DeliveryStatus.WAITING, str(error))
        except SendError as error:
            return partial(self._settle_trouble, item, recipient, error)
        except Exception as error:
            # A fault of ours, such as a message that cannot be drawn. The text of the error could quote it.
            fault = Rejected(f"a fault in the program, {type(error).__name__}")
            return partial(self._settle_trouble, item, recipient, fault)
        return partial(self._mark_shown, item, recipient, account, ref)

    async def _mark_shown(self, item: Claimed, recipient: Recipient, account: Account, ref: Ref) -> None:
        async with self._database.transaction() as session:
            await claims.mark_shown(session, item, account.id or 0, ref, self._clock.now())
            if item.reference:
                log.info("delivery %d arrived after all, reference %s", item.id, item.reference)
                await undelivered.arrived(session, self._subjects, _missed(item, recipient), self._clock.now())

    async def _show(self, messenger: Messenger, account: Account, item: Claimed, turn: _Turn) -> Ref:
        stored = Message.model_validate(item.message).model_copy(update={"delivery_key": item.key})
        message = with_links(stored, self._links, item.person_id)
        address = Address.of(account)
        # A reference means something only where it was made.
        known = item.ref if account.id == item.account_id else None
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
            if found is not None and found.outsider and found.address.workspace not in recipient.welcome_at:
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
                found.address,
                workspaces=recipient.workspaces.get(surface, ()),
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
            item = item._replace(uncertain=item.uncertain + 1, may_have_arrived=True)
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
        if await self._set_aside(item, status, reason) and not known:
            async with self._database.transaction() as session:
                await undelivered.tell(session, self._subjects, _missed(item, recipient), self._clock.now(), held=held)

    async def _set_aside(self, item: Claimed, status: DeliveryStatus, reason: str) -> bool:
        async with self._database.transaction() as session:
            return await claims.set_aside(session, item, status, reason)


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
