"""Committees' channels, the threads of their meetings, and what is posted in these."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, case, cast, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask, ask_each, ask_value
from storage.statements import PerDialect, among, later, rows_as_they_are, table, written_out
from storage.tables import (
    Account,
    ChatChannel,
    Committee,
    CommitteeChannel,
    Meeting,
    MeetingThread,
    PostStatus,
    ThreadPost,
)
from storage.types import JsonObject

_HEARD = PerDialect(
    lambda insert: (
        insert(table(ChatChannel))
        .on_conflict_do_update(
            index_elements=["surface", "workspace", "channel"],
            set_={
                "reach": insert(table(ChatChannel)).excluded.reach,
                "seen_at": insert(table(ChatChannel)).excluded.seen_at,
                # A request that does not say what it is called takes no name away.
                "name": case(
                    (insert(table(ChatChannel)).excluded.name == "", table(ChatChannel).c.name),
                    else_=insert(table(ChatChannel)).excluded.name,
                ),
            },
        )
        .returning(table(ChatChannel).c.id)
    )
)


class Where(NamedTuple):
    """A channel: on which surface, in which workspace (or tenant), and its id there."""

    surface: str
    workspace: str
    channel: str

    @classmethod
    def of(cls, row: "CommitteeChannel | MeetingThread | ChatChannel") -> "Where":
        return cls(row.surface, row.workspace, row.channel)


# --- channels -------------------------------------------------------------------------------------------------


async def heard_in(session: AsyncSession, where: Where, name: str, reach: Mapping[str, Any], now: datetime) -> int:
    """Somebody spoke to the bot in a channel: how to write there is kept. Its row's id."""
    values = {**where._asdict(), "name": name, "reach": dict(reach), "seen_at": now}
    return int((await session.execute(_HEARD.on(session), values)).scalar_one())


async def heard(session: AsyncSession, row_id: int) -> ChatChannel | None:
    """A channel that the bot was spoken to in."""
    return await session.get(ChatChannel, row_id)


_NAME_OF = later(lambda: select(col(ChatChannel.name)).where(*_there(ChatChannel)))


async def name_of(session: AsyncSession, where: Where) -> str:
    """What a channel is called, as far as that was heard."""
    return await ask_value(session, _NAME_OF(), where._asdict()) or ""


_REACH = later(lambda: select(col(ChatChannel.reach)).where(*_there(ChatChannel)))
_REACH_BESIDES = later(
    lambda: (
        select(col(ChatChannel.reach))
        .where(col(ChatChannel.surface) == bindparam("surface"), col(ChatChannel.workspace) == bindparam("workspace"))
        .order_by(col(ChatChannel.seen_at).desc())
        .limit(1)
    )
)


_REACH_OF_SOMEBODY = later(
    lambda: (
        select(col(Account.reach))
        .where(col(Account.surface) == bindparam("surface"), col(Account.workspace) == bindparam("workspace"))
        .order_by(col(Account.seen_at).desc())
        .limit(1)
    )
)


async def reach(session: AsyncSession, where: Where) -> JsonObject | None:
    """How to write in a channel, as the surface needs it: as it was heard there; else elsewhere in the same workspace,
    in a channel or from somebody, which tells all but the channel. None: nothing was heard from that workspace."""
    own: JsonObject | None = await ask_value(session, _REACH(), where._asdict())
    if own is not None:
        return own
    there = {"surface": where.surface, "workspace": where.workspace}
    besides: JsonObject | None = await ask_value(session, _REACH_BESIDES(), there)
    if besides is not None:
        return besides
    somebodys: JsonObject | None = await ask_value(session, _REACH_OF_SOMEBODY(), there)
    return somebodys


_CHANNEL = later(
    lambda: select(CommitteeChannel).where(col(CommitteeChannel.committee_id) == bindparam("committee_id"))
)


async def channel(session: AsyncSession, committee_id: int) -> CommitteeChannel | None:
    """The channel that a committee has, as it is now."""
    found: CommitteeChannel | None = (
        await rows_as_they_are(session, _CHANNEL(), {"committee_id": committee_id})
    ).scalar()
    return found


_CHOSEN_IN_CHAT = later(
    lambda: (
        select(Committee.key, CommitteeChannel)  # type: ignore[call-overload]
        .join(Committee, col(Committee.id) == col(CommitteeChannel.committee_id))
        .where(col(CommitteeChannel.source) == "chat")
    )
)


async def chosen_in_chat(session: AsyncSession) -> Mapping[str, CommitteeChannel]:
    """The channels that were chosen in chat, and not by the file, by the committee's key."""
    rows = await session.execute(_CHOSEN_IN_CHAT())
    return {str(key): row for key, row in rows}


# --- threads --------------------------------------------------------------------------------------------------


_THREADS_OF = later(
    lambda: (
        select(MeetingThread)
        .where(col(MeetingThread.meeting_id) == bindparam("meeting_id"))
        .order_by(col(MeetingThread.id))
    )
)


async def threads_of(session: AsyncSession, meeting_id: int) -> Sequence[MeetingThread]:
    """The threads of a meeting, the oldest first: in the channel that its committee has, and in those it had."""
    return list(await session.scalars(_THREADS_OF(), {"meeting_id": meeting_id}))


_THREADS = later(lambda: select(MeetingThread).where(among(col(MeetingThread.id), "ids")))


async def threads(session: AsyncSession, ids: Collection[int]) -> Sequence[MeetingThread]:
    """The threads with these ids."""
    return list(await session.scalars(_THREADS(), {"ids": ids}))


_POSTS_OF = later(
    lambda: select(ThreadPost).where(among(col(ThreadPost.thread_id), "thread_ids")).order_by(col(ThreadPost.id))
)


async def posts_of(session: AsyncSession, thread_ids: Collection[int]) -> Sequence[ThreadPost]:
    """What is posted in these threads, in order, as it is now."""
    return list((await rows_as_they_are(session, _POSTS_OF(), {"thread_ids": thread_ids})).scalars())


@cache
def _with_threads(*, of_all: bool) -> Any:
    ahead = (
        select(col(Meeting.id))
        .join(CommitteeChannel, col(CommitteeChannel.committee_id) == col(Meeting.committee_id))
        .where(col(Meeting.ends_at) > bindparam("now"), col(Meeting.paper_id).is_(None))
    )
    threaded = select(col(MeetingThread.meeting_id))
    if not of_all:
        ahead = ahead.where(among(col(Meeting.committee_id), "committee_ids"))
        threaded = threaded.where(among(col(MeetingThread.committee_id), "committee_ids"))
    return ahead.union(threaded)


async def with_threads(session: AsyncSession, committee_ids: Collection[int] | None, now: datetime) -> Sequence[int]:
    """The meetings to look at of these committees (None: of all): those ahead, of committees with a channel, and those
    that have a thread."""
    values = {"now": now} | ({"committee_ids": committee_ids} if committee_ids is not None else {})
    return sorted(set(await ask_each(session, _with_threads(of_all=committee_ids is None), values)))


async def naming(session: AsyncSession, keys: Collection[str]) -> Sequence[int]:
    """The meetings in whose threads something is said of these cases (`c12`)."""
    if not keys:
        return []
    said = cast(col(ThreadPost.content), Text)
    rows = await session.scalars(
        select(col(MeetingThread.meeting_id))
        .join(ThreadPost, col(ThreadPost.thread_id) == col(MeetingThread.id))
        .where(or_(*(said.contains(f'"{key}"', autoescape=True) for key in keys)))
        .distinct()
    )
    return list(rows)


async def gather(session: AsyncSession, meeting_id: int, until: datetime) -> None:
    """Changes of the meeting's agenda are told in its threads from then on, and not before."""
    await session.execute(
        update(MeetingThread).where(col(MeetingThread.meeting_id) == meeting_id).values(gathers_until=until)
    )


# --- posting --------------------------------------------------------------------------------------------------


_IS_DUE = later(
    lambda: (
        select(col(ThreadPost.id))
        .where(col(ThreadPost.status) == written_out(PostStatus.PENDING), col(ThreadPost.due_at) <= bindparam("now"))
        .limit(1)
    )
)


async def is_due(session: AsyncSession, now: datetime) -> bool:
    """Whether anything is to be posted."""
    return bool(await ask(session, _IS_DUE(), {"now": now}))


async def claim(session: AsyncSession, now: datetime, until: datetime, worker: str, limit: int) -> Sequence[int]:
    """Take up to `limit` threads in which something is to be posted, each for one worker alone; their ids."""
    thread, post = table(MeetingThread), table(ThreadPost)
    due = select(post.c.thread_id).where(post.c.status == written_out(PostStatus.PENDING), post.c.due_at <= now)
    free = (
        select(thread.c.id)
        .where(thread.c.id.in_(due), or_(thread.c.lease_until.is_(None), thread.c.lease_until < now))
        .order_by(thread.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("free")
    )
    claimed = await session.execute(
        update(thread)
        .where(thread.c.id.in_(select(free.c.id)))
        .values(lease_until=until, claimed_by=worker)
        .returning(thread.c.id)
    )
    return sorted(claimed.scalars())


async def give_back(session: AsyncSession, thread_id: int, worker: str) -> None:
    """Let others post in the thread again."""
    await session.execute(
        update(MeetingThread)
        .where(col(MeetingThread.id) == thread_id, col(MeetingThread.claimed_by) == worker)
        .values(lease_until=None, claimed_by=None)
    )


async def give_back_all(session: AsyncSession, worker: str, *, but: Collection[int]) -> None:
    """Let others post in all threads that this worker has, but for those with these ids."""
    await session.execute(
        update(MeetingThread)
        .where(col(MeetingThread.claimed_by) == worker, col(MeetingThread.id).not_in(but))
        .values(lease_until=None, claimed_by=None)
    )


async def free(session: AsyncSession, workers: Collection[str]) -> int:
    """What these workers were posting in is anybody's: they are dead; how many threads. Of each post it is written down
    whether it may stand there (`begun`)."""
    if not workers:
        return 0
    freed = await session.execute(
        update(MeetingThread)
        .where(col(MeetingThread.claimed_by).in_(workers))
        .values(lease_until=None, claimed_by=None)
        .returning(col(MeetingThread.id))
    )
    return len(freed.all())


async def begun(session: AsyncSession, post_id: int) -> None:
    """It is about to be posted: until it is known what became of that, it may stand there."""
    await session.execute(
        update(ThreadPost)
        .where(col(ThreadPost.id) == post_id)
        .values(may_have_arrived=True, attempts=col(ThreadPost.attempts) + 1)
    )


async def mark_shown(
    session: AsyncSession, post_id: int, revision: int, ref: JsonObject | None, now: datetime, status: PostStatus
) -> None:
    """It stands there in this revision (`SENT`), or stays away (`GONE`, `FAILED`). If it is to say something else
    meanwhile, it is due again."""
    await session.execute(
        update(ThreadPost)
        .where(col(ThreadPost.id) == post_id)
        .values(
            ref=ref if ref is not None else null(),
            shown_revision=revision,
            may_have_arrived=False,
            attempts=0,
            uncertain=0,
            error="",
            sent_at=now,
            status=case((col(ThreadPost.revision) == revision, written_out(status)), else_=col(ThreadPost.status)),
        )
    )


async def begin_anew(session: AsyncSession, root_id: int, now: datetime) -> None:
    """The beginning of a thread is not there any more, and is to be posted once more."""
    await session.execute(
        update(ThreadPost)
        .where(col(ThreadPost.id) == root_id)
        .values(ref=null(), status=PostStatus.PENDING, due_at=now, may_have_arrived=False)
    )


async def put_off(session: AsyncSession, post_id: int, **values: Any) -> None:
    """What became of a post that did not get through."""
    await session.execute(update(ThreadPost).where(col(ThreadPost.id) == post_id).values(**values))


async def hold_back(session: AsyncSession, thread_id: int, *, until: datetime | None) -> None:
    """What else is to be said in the thread is said at `until` at the earliest; None: not until it gets through."""
    pending = (
        col(ThreadPost.thread_id) == thread_id,
        col(ThreadPost.status) == written_out(PostStatus.PENDING),
    )
    if until is None:
        await session.execute(update(ThreadPost).where(*pending).values(status=PostStatus.WAITING))
        return
    await session.execute(update(ThreadPost).where(*pending, col(ThreadPost.due_at) < until).values(due_at=until))


async def try_again(session: AsyncSession, now: datetime, committee_id: int | None = None) -> int:
    """What does not get through is tried again (of one committee, or of all); how many posts."""
    waiting = update(ThreadPost).where(col(ThreadPost.status) == PostStatus.WAITING)
    if committee_id is not None:
        theirs = select(col(MeetingThread.id)).where(col(MeetingThread.committee_id) == committee_id)
        waiting = waiting.where(col(ThreadPost.thread_id).in_(theirs))
    released = await session.execute(
        waiting.values(status=PostStatus.PENDING, due_at=now, attempts=0, uncertain=0).returning(col(ThreadPost.id))
    )
    return len(released.all())


def _there(model: Any) -> tuple[Any, ...]:
    """As `_at`, with the values by their names."""
    return tuple(col(getattr(model, name)) == bindparam(name) for name in Where._fields)
