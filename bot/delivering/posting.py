"""Posting what is to stand in the threads of meetings (`handlers/meetings/threads/` says what).

The promise is that of deliveries: at least once, and hardly ever more. That a post is about to be made is committed
before it is; so of what a killed worker may have posted, the surface is asked first, where it can tell; elsewhere a few
posts and deliveries together are under way at once (`Messenger.at_once`). What is posted and cannot be written down,
since the database is away, is kept and written down before anything else is begun. One worker at a time posts in a
thread, in order, the beginning of the thread first; what a dead one held is taken over as its deliveries are.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivering.alive import Alive
from bot.delivering.channels import Channels, why
from bot.delivering.places import Places
from bot.messenger import MessageLost, Ref, SendError, Uncertain, trouble_of
from handlers import faults
from handlers.calendar.clock import Clock
from handlers.errors import new_reference
from handlers.messages.message import Message
from handlers.messages.outcomes import Fate, Trouble, after
from handlers.messages.unposted import NOBODY, Unposted, Why
from storage import accounts, threads, workers
from storage.database import Database, DatabaseUnavailable
from storage.tables import MeetingThread, PostStatus, ThreadPost
from storage.threads import Where

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""So long a thread is one worker's at most, whatever becomes of it."""
_LONGEST_POST = timedelta(seconds=40)
"""An update that finds the message gone, asking what has arrived, the post, and what is written down of it."""
_CLOCKS_DIFFER = timedelta(minutes=5)
_AT_ONCE = 20


class _Stop(Exception):
    """Nothing more is posted in this thread for now."""


class _Turn(NamedTuple):
    """What holds while what was claimed at once is brought about.

    `life`: see `Alive.life`. `until`: after that nothing is begun, since the lease might end before it.
    """

    life: int
    until: datetime


class _Unwritten(NamedTuple):
    """A post that stands there, and could not be written down."""

    thread_id: int
    write: Callable[[], Awaitable[object]]


class Poster:
    """Posts, and writes down what came of it.

    Args:
        channels: surface → its way into channels.
        look_again: called with the seconds after which there is something to post again.
        alive: what says that this worker lives.
        places: how many are sent to at once, here and in people's own conversations together.
        unposted: who is told that nothing gets through.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channels],
        clock: Clock,
        look_again: Callable[[float], None],
        alive: Alive,
        places: Places,
        unposted: Unposted = NOBODY,
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._look_again = look_again
        self._alive = alive
        self._places = places
        self._unposted = unposted
        self._in_hand: set[int] = set()
        """Threads that are claimed and in hand."""
        alive.also_holds(self._in_hand)
        self._unwritten: dict[int, _Unwritten] = {}
        self._doubtful = False
        """The database went away in the middle: something may be claimed that is not in hand."""
        self._next_at: dict[Where, datetime] = {}
        """When the next new message may be written in a channel."""
        self.stopping = False
        """Once set, what is under way is ended and nothing more is begun."""

    async def post_due(self) -> int:
        """Bring about what is due, different channels' beside each other; in how many threads something was.

        Raises:
            DatabaseUnavailable: it is brought about later.
        """
        await self._write_down()
        now = self._clock.now()
        async with self._database.reading() as session:
            if self.stopping or not await threads.is_due(session, now):
                return 0
        beats = 0
        try:
            async with self._database.transaction(sure=True) as session:
                ids = await threads.claim(session, now, now + LEASE, self._alive.worker, _AT_ONCE)
                found = await threads.threads(session, ids)
                if ids:
                    beats = await workers.beat(session, self._alive.worker, now)
        except Exception:
            # It may be claimed all the same.
            self._doubtful = True
            raise
        if ids:
            self._alive.heard(beats, now)
        self._in_hand.update(ids)
        turn = _Turn(self._alive.life, now + LEASE - _LONGEST_POST)
        self._next_at = {where: at for where, at in self._next_at.items() if at > now}
        by_channel = groupby(sorted(found, key=Where.of), key=Where.of)
        async with asyncio.TaskGroup() as posting:
            for _where, its in by_channel:
                posting.create_task(self._one_after_the_other(list(its), turn))
        return len(ids)

    async def let_go(self) -> None:
        """Write down what is known, and give back what is not under way, as far as the database allows."""
        self._doubtful = True
        try:
            await self._write_down()
        except DatabaseUnavailable as error:
            log.warning("threads are left for the others to take over, the database is unavailable: %s", error)

    async def _write_down(self) -> None:
        """First of all, what has happened; then, what is claimed and not in hand is given back.

        Raises:
            DatabaseUnavailable: it still cannot be written down.
        """
        while self._unwritten:
            post_id, unwritten = next(iter(self._unwritten.items()))
            try:
                await unwritten.write()
                log.info("post %d is settled, after the database was away", post_id)
            except DatabaseUnavailable:
                raise
            except Exception as error:
                # Kept, it would hold back all that is to be posted.
                faults.untold(log, error, "post %d could not be settled", post_id)
            del self._unwritten[post_id]
            self._in_hand.discard(unwritten.thread_id)
            self._doubtful = True
        if self._doubtful:
            async with self._database.transaction() as session:
                await threads.give_back_all(session, self._alive.worker, but=self._in_hand)
            self._doubtful = False

    def _may_begin(self, turn: _Turn) -> bool:
        in_time = self._alive.may_begin(turn.life) and self._clock.now() <= turn.until
        # Where one could not be written down, the next could not either, and would be posted again.
        return in_time and not self.stopping and not self._unwritten

    async def _one_after_the_other(self, found: Sequence[MeetingThread], turn: _Turn) -> None:
        for thread in found:
            try:
                await self._in_thread(thread, turn)
                if any(each.thread_id == thread.id for each in self._unwritten.values()):
                    # In hand until it is written down.
                    continue
                self._in_hand.discard(thread.id)
                async with self._database.transaction() as session:
                    await threads.give_back(session, thread.id, self._alive.worker)
            except DatabaseUnavailable as error:
                log.warning("thread %d is left until the database is back: %s", thread.id, error)
                self._in_hand.discard(thread.id)
                self._doubtful = True
            except Exception as error:
                # One thread holds back no other.
                faults.untold(log, error, "thread %d failed", thread.id)
                self._in_hand.discard(thread.id)
                await self._leave_alone(thread)

    async def _leave_alone(self, thread: MeetingThread) -> None:
        """For a while, so that it is not tried over and over."""
        try:
            async with self._database.transaction() as session:
                await threads.hold_back(session, thread.id, until=self._clock.now() + LEASE)
                await threads.give_back(session, thread.id, self._alive.worker)
        except Exception as error:
            # Out of here it would end what is posted in the other channels (`asyncio.TaskGroup`).
            faults.untold(log, error, "thread %d is left until its lease ends", thread.id)

    async def _in_thread(self, thread: MeetingThread, turn: _Turn) -> None:
        async with self._database.reading() as session:
            posts = await threads.posts_of(session, [thread.id])
            reach = await threads.reach(session, Where.of(thread))
        if not posts:
            return
        root = posts[0]
        for post in posts:
            now = self._clock.now()
            # With something new to say, what did not get through is tried again too, in its order.
            is_due = post.status == PostStatus.WAITING or (post.status == PostStatus.PENDING and post.due_at <= now)
            if not is_due:
                if post is root and root.ref is None:
                    later = root.due_at if root.status == PostStatus.PENDING else None
                    await self._hold_back(thread, until=later)
                    return
                continue
            async with self._places.after_the_others(thread.surface):
                if not self._may_begin(turn):
                    return
                try:
                    await self._bring(thread, root, post, reach)
                except _Stop:
                    return

    async def _hold_back(self, thread: MeetingThread, *, until: datetime | None) -> None:
        async with self._database.transaction() as session:
            await threads.hold_back(session, thread.id, until=until)

    async def _bring(
        self, thread: MeetingThread, root: ThreadPost, post: ThreadPost, reach: Mapping[str, object] | None
    ) -> None:
        """Post or change it, and write down what came of that. Raises `_Stop`."""
        where, is_root = Where.of(thread), post is root
        channels = self._channels.get(thread.surface)
        if channels is None:
            await self._held(thread, post, Why.OFF, "the surface is not on")
            raise _Stop
        below = None if is_root else root.ref
        message = Message.model_validate(post.message).model_copy(update={"delivery_key": _key(thread, post)})
        begun = False
        try:
            if not await self._is_in_the_partnership(channels, where):
                await self._held(thread, post, Why.LEFT, "the workspace is nobody's in the partnership")
                raise _Stop
            ref = None
            if post.ref is not None:
                try:
                    ref = await channels.change(where, reach, post.ref, message)
                except MessageLost:
                    log.info("post %d is gone", post.id)
                    if not is_root:
                        # Whoever deleted an answer meant it.
                        await self._settled(thread, post, None, PostStatus.GONE)
                        return
            if ref is None:
                await self._keep_apart(thread, channels)
                begun, was_begun = True, post.may_have_arrived
                async with self._database.transaction() as session:
                    await threads.begun(session, post.id)
                post.attempts += 1
                if was_begun:
                    ref = await self._arrived(channels, thread, below, post, reach, message)
                if ref is None:
                    self._next_at[where] = self._clock.now() + channels.apart
                    ref = await channels.post(where, reach, below, message)
            post.ref = ref
        except MessageLost as error:
            if is_root:
                await self._trouble(thread, post, error, begun=begun)
            else:
                await self._begin_anew(root, post, error)
            raise _Stop from None
        except SendError as error:
            await self._trouble(thread, post, error, begun=begun)
            return
        await self._settled(thread, post, ref, PostStatus.SENT)

    async def _is_in_the_partnership(self, channels: Channels, where: Where) -> bool:
        """Whoever left reads nothing more, though the bot is in their channel still."""
        ids = await channels.around(where)
        async with self._database.reading() as session:
            return await accounts.place(session, where.surface, sorted(ids)) is not None

    async def _begin_anew(self, root: ThreadPost, post: ThreadPost, error: SendError) -> None:
        """The beginning of the thread was deleted: there is a new one, and what is new stands below that."""
        log.info("post %d has nothing to stand below, a thread is begun anew: %s", post.id, error)
        now = self._clock.now()
        async with self._database.transaction() as session:
            await threads.begin_anew(session, root.id, now)
            await threads.put_off(session, post.id, may_have_arrived=False, due_at=now)

    async def _arrived(
        self,
        channels: Channels,
        thread: MeetingThread,
        below: Ref | None,
        post: ThreadPost,
        reach: Mapping[str, object] | None,
        message: Message,
    ) -> Ref | None:
        """Where it stands, if it was posted already, showing what it is to say now."""
        key, since = _key(thread, post), post.created_at - _CLOCKS_DIFFER
        found = (await channels.posted(Where.of(thread), reach, below, [key], since)).get(key)
        if found is None or found == post.ref:
            return None
        log.info("post %d had arrived", post.id)
        try:
            return await channels.change(Where.of(thread), reach, found, message)
        except MessageLost:
            return None

    async def _keep_apart(self, thread: MeetingThread, channels: Channels) -> None:
        """Raises `_Stop` where the platform takes no new message in the channel yet."""
        now, where = self._clock.now(), Where.of(thread)
        next_at = self._next_at.get(where, now)
        if next_at > now and channels.apart:
            await self._hold_back(thread, until=next_at)
            self._look_again((next_at - now).total_seconds())
            raise _Stop

    async def _settled(self, thread: MeetingThread, post: ThreadPost, ref: Ref | None, status: PostStatus) -> None:
        """Write it down; when the database is back, if it is away. Raises `_Stop` then."""
        write = partial(self._write, thread, post, ref, status)
        try:
            await write()
        except DatabaseUnavailable as error:
            log.warning("post %d is settled when the database is back: %s", post.id, error)
            self._unwritten[post.id] = _Unwritten(thread.id, write)
            raise _Stop from None

    async def _write(self, thread: MeetingThread, post: ThreadPost, ref: Ref | None, status: PostStatus) -> None:
        async with self._database.transaction() as session:
            await threads.mark_shown(session, post.id, post.revision, ref, self._clock.now(), status)
            channel = await threads.channel(session, thread.committee_id)
            if channel is not None and Where.of(channel) == Where.of(thread):
                await self._unposted.over(session, channel, self._clock.now())

    async def _trouble(self, thread: MeetingThread, post: ThreadPost, error: SendError, *, begun: bool) -> None:
        """What a post that did not get through leads to. Raises `_Stop`, unless only this one is refused."""
        kind = trouble_of(error)
        reason, told = f"{type(error).__name__}: {error}", why(error)
        uncertain = isinstance(error, Uncertain) and begun
        attempts = max(1, post.attempts if begun else post.attempts + 1)
        values: dict[str, object] = {"error": reason, "attempts": attempts}
        outcome = after(kind, attempts, post.uncertain, error.seconds)
        if begun:
            values["may_have_arrived"] = uncertain
        if uncertain:
            values["uncertain"] = post.uncertain + 1
        if told is Why.REFUSED:
            await self._refused(thread, post, reason, values)
            if post.key == "root":
                raise _Stop
            return
        if told is not None or outcome.fate in (Fate.WAIT, Fate.HOLD, Fate.GIVE_UP):
            await self._held(thread, post, told, reason, values)
            raise _Stop
        log.warning("post %d, attempt %d: %s -> %s", post.id, post.attempts, reason, outcome.fate)
        due_at = self._clock.now() + outcome.wait
        if kind is Trouble.LATER and error.seconds is not None:
            # A busy platform that says when is no reason to give up.
            values["attempts"] = attempts - 1
        async with self._database.transaction() as session:
            await threads.hold_back(session, thread.id, until=due_at)
            await threads.put_off(session, post.id, due_at=due_at, status=PostStatus.PENDING, **values)
        raise _Stop

    async def _held(
        self,
        thread: MeetingThread,
        post: ThreadPost,
        told: Why | None,
        reason: str,
        values: Mapping[str, object] | None = None,
    ) -> None:
        """It does not get through, and nothing after it does: those who can do something about it are told."""
        log.warning("post %d is held until somebody mends it, or it is tried again: %s", post.id, reason)
        async with self._database.transaction() as session:
            await threads.put_off(session, post.id, status=PostStatus.WAITING, **(values or {"error": reason}))
            await threads.hold_back(session, thread.id, until=None)
            await self._tell(session, thread, told)

    async def _refused(
        self, thread: MeetingThread, post: ThreadPost, reason: str, values: Mapping[str, object]
    ) -> None:
        """The platform refuses just this post, and will each time it is asked."""
        log.error("post %d is refused, reference %s: %s", post.id, new_reference(), reason)
        async with self._database.transaction() as session:
            await threads.put_off(session, post.id, status=PostStatus.FAILED, **values)
            await self._tell(session, thread, Why.REFUSED)

    async def _tell(self, session: AsyncSession, thread: MeetingThread, told: Why | None) -> None:
        channel = await threads.channel(session, thread.committee_id)
        if told is not None and channel is not None and Where.of(channel) == Where.of(thread) and channel.is_on:
            await self._unposted.tell(session, channel, told, self._clock.now())


def _key(thread: MeetingThread, post: ThreadPost) -> str:
    """What a post is known by on its platform."""
    return f"thread:{thread.id}:{post.key}"
