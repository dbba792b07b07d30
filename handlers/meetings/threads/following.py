"""What stands in threads follows what stands about meetings, whoever changed it and in which way.

Nobody who changes a meeting knows of its thread. Each meeting of a committee with a channel is looked at when something
about it has changed, and it is written down what its thread is to say by now; a worker posts that
(`bot.delivering.posting`). Changes of an agenda are gathered, as they are for its members.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.lookout import Looked, Lookout, nothing
from handlers.meetings import life
from handlers.meetings.agenda import difference
from handlers.meetings.agenda.told import GATHERED
from handlers.meetings.offsets import Offset
from handlers.meetings.thread_settings import ThreadSettings
from handlers.meetings.threads import drawing, where
from handlers.meetings.threads.drawing import Kind, Scene
from handlers.meetings.threads.state import Now, State, read_now
from handlers.writing.language import speaking
from storage import agenda, cases, committees, looks, threads
from storage.tables import Committee, CommitteeChannel, Meeting, MeetingThread, MinutesStatus, PostStatus, ThreadPost
from storage.threads import Where
from storage.types import JsonObject
from storage.watched import EVERYTHING

NAME = "meetings.threads"
_MEETING, _AGENDA, _COMMITTEE, _CASE = "m", "a", "c", "i"
"""What the subjects that triggers note begin with (see `storage.watched`)."""


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    meetings = {int(each[1:]) for each in changed if each[:1] == _MEETING}
    of_committees = {int(each[1:]) for each in changed if each[:1] == _COMMITTEE}
    if EVERYTHING in changed:
        of_committees |= {each.id for each in await committees.active(session)}
        meetings.update(await threads.with_threads(session, None, now))
    for committee_id in of_committees:
        found = await committees.committee(session, committee_id)
        if found is None:
            continue
        try:
            await where.follow_file(session, found, now)
        except ValueError:
            if EVERYTHING not in changed:
                raise
            # By itself it says what is wrong with its settings, and holds back no other.
            await looks.note_changed(session, NAME, f"{_COMMITTEE}{committee_id}")
    if of_committees:
        await session.flush()
        meetings.update(await threads.with_threads(session, of_committees, now))
    for meeting_id in {int(each[1:]) for each in changed if each[:1] == _AGENDA}:
        found_meeting = await agenda.meeting(session, meeting_id)
        if found_meeting is not None:
            # Soon enough to be read before the meeting begins.
            await threads.gather(
                session, meeting_id, max(now, min(now + GATHERED, found_meeting[0].starts_at - GATHERED))
            )
            meetings.add(meeting_id)
    meetings.update(await threads.naming(session, [f"c{each[1:]}" for each in changed if each[:1] == _CASE]))
    await looks.look_at(session, NAME, {str(meeting_id): now for meeting_id in meetings})


async def _look(session: AsyncSession, ids: Collection[str], now: datetime) -> Looked:
    written = 0
    following: dict[str, datetime | None] = {}
    for meeting_id in ids:
        found = await agenda.meeting(session, int(meeting_id))
        following[meeting_id] = None
        if found is not None:
            posts, following[meeting_id] = await _follow(session, *found, now)
            written += posts
    return Looked(written, following)


_MEETINGS = Lookout(NAME, "meeting", _spread, _look, at_midnight=nothing)
THREADS = _MEETINGS.chore(at_once=5)


async def _follow(
    session: AsyncSession, meeting: Meeting, committee: Committee, now: datetime
) -> tuple[int, datetime | None]:
    """Let the meeting's threads say how it stands; how many posts are new or changed, and when to look again."""
    settings = where.settings_of(committee)
    channel = await threads.channel(session, committee.id)
    its = await threads.threads_of(session, meeting.id)
    here = next((each for each in its if channel is not None and Where.of(each) == Where.of(channel)), None)
    is_on = channel is not None and channel.is_on and committee.removed_at is None
    written, again = 0, None
    for thread in its:
        current = is_on and thread is here
        written += await _say(session, thread, meeting, committee, settings, now, current=current)
        if current and thread.gathers_until is not None and thread.gathers_until > now:
            again = thread.gathers_until
    if is_on and channel is not None and here is None:
        read = await read_now(session, meeting, committee, None, now, gathers=False)
        opens_at = _opens_at(read, channel, settings, now)
        if opens_at is not None and opens_at <= now:
            await _open(session, read, channel, settings, now)
            return written + 1, again
        again = opens_at
    return written, again


def _opens_at(read: Now, channel: CommitteeChannel, settings: ThreadSettings, now: datetime) -> datetime | None:
    """When the meeting's thread begins; None: not until something changes."""
    meeting, row = read.meeting, read.row
    if meeting.paper_id is not None:
        return None
    if row is not None and row.paper_id is None and row.published_at is not None:
        return now if row.published_at >= channel.since else None
    if meeting.cancelled_at is not None or meeting.ends_at <= now:
        return None
    if read.is_told or read.state.convened:
        return now
    return Offset.parse(settings.opens).before(meeting.starts_at, ZoneInfo(meeting.zone))


async def _open(
    session: AsyncSession, read: Now, channel: CommitteeChannel, settings: ThreadSettings, now: datetime
) -> None:
    thread = MeetingThread(
        meeting_id=read.meeting.id,
        committee_id=read.committee.id,
        **Where.of(channel)._asdict(),
        told=read.state.stored(),
        created_at=now,
    )
    session.add(thread)
    await session.flush()
    contents: list[tuple[str, JsonObject]] = [(Kind.ROOT, _root(read.state))]
    # What stands at the beginning is not said once more below it, but for what is decided.
    if _is_published(read.state):
        contents.append(_minutes(read))
    scene = await _scene(session, read, thread, contents)
    for key, content in contents:
        _add(session, thread, key, content, scene, settings, now)


async def _say(
    session: AsyncSession,
    thread: MeetingThread,
    meeting: Meeting,
    committee: Committee,
    settings: ThreadSettings,
    now: datetime,
    *,
    current: bool,
) -> int:
    """Write down what the thread says by now; how many posts are new or changed. `current`: it goes on."""
    told = State.of(thread.told)
    posts = list(await threads.posts_of(session, [thread.id]))
    if told is None or not posts:
        return 0
    gathers = thread.gathers_until is not None and thread.gathers_until > now
    if current:
        thread.left_at = None
    elif thread.left_at is None:
        thread.left_at = now
        if await _taken_back(session, thread, posts):
            return 0
    read = await read_now(session, meeting, committee, told, now, gathers=gathers or not current)
    news: list[tuple[str, JsonObject]] = []
    if current:
        if posts[0].shown_revision or posts[0].may_have_arrived:
            news = _news(told, read, posts, now)
        elif _is_published(read.state) and read.state.published_at != told.published_at:
            news = [_minutes(read)]
        thread.told = read.state.stored()
        posts[0].content = _root(read.state)
    else:
        # What was said stays, but for what is closed by now, and what became of the minutes that stand there.
        read = read._replace(state=told._replace(minutes=read.state.minutes, published_at=read.state.published_at))
    contents = [(post.key, post.content) for post in posts] + news
    scene = await _scene(session, read, thread, contents)
    written = sum([_redraw(post, scene, settings, now) for post in posts])
    for key, content in news:
        _add(session, thread, key, content, scene, settings, now)
    return written + len(news)


async def _taken_back(session: AsyncSession, thread: MeetingThread, posts: list[ThreadPost]) -> bool:
    """What nobody has read yet is not said any more, where the thread ends; whether nothing of it is left."""
    for post in [each for each in posts if not each.shown_revision and not each.may_have_arrived and not each.ref]:
        if post.status in (PostStatus.PENDING, PostStatus.WAITING):
            posts.remove(post)
            await session.delete(post)
    if posts:
        return False
    await session.flush()
    await session.delete(thread)
    return True


def _news(told: State, read: Now, posts: Sequence[ThreadPost], now: datetime) -> list[tuple[str, JsonObject]]:
    """What is to be said in the thread, which says `told` by now, besides its beginning: keys and contents."""
    state = read.state
    found: list[tuple[str, JsonObject]] = []
    at, there = now.isoformat(), {post.key for post in posts}
    if drawing.is_news(told.stands, state.stands):
        before, after = life.stored(told.stands), life.stored(state.stands)
        times = {"kind": Kind.TIMES, "before": before, "after": after, "cases": drawing.has_cases(told.agenda)}
        found.append((_free(f"{Kind.TIMES}:{at}", there), times))
    if told.agenda is None and state.agenda is not None and not state.stands.cancelled:
        found.append((_free(f"{Kind.READY}:{at}", there), {"kind": Kind.READY}))
    if told.agenda is not None and state.agenda is not None and not state.stands.cancelled:
        content: JsonObject = {"kind": Kind.AGENDA, "before": told.agenda, "after": state.agenda}
        if drawing.changed(content):
            found.append((_free(f"{Kind.AGENDA}:{at}", there), content))
    if state.convened and Kind.CONVENED not in there and not state.stands.cancelled:
        found.append((Kind.CONVENED, {"kind": Kind.CONVENED}))
    if _is_published(state):
        minutes = _minutes(read)
        if minutes[0] not in there:
            found.append(minutes)
        approved = f"{Kind.APPROVED}:{state.published_at}"
        # Who reads of minutes for the first time sees that they are approved.
        if state.minutes == MinutesStatus.APPROVED and minutes[0] in there and approved not in there:
            found.append((approved, {"kind": Kind.APPROVED}))
    return found


def _free(key: str, taken: Collection[str]) -> str:
    """A key that no other post of the thread has, also where two things happen at the same moment."""
    return _free(f"{key}+", taken) if key in taken else key


def _is_published(state: State) -> bool:
    return state.minutes in (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)


def _root(state: State) -> JsonObject:
    return {"kind": Kind.ROOT, "agenda": state.agenda}


def _minutes(read: Now) -> tuple[str, JsonObject]:
    at = read.state.published_at
    # Which cases are in it, so that it is found when one of them is closed.
    named = [line.key for line in read.read.lines if line.case is not None]
    return f"{Kind.MINUTES}:{at}", {"kind": Kind.MINUTES, "published_at": at, "cases": named}


async def _scene(
    session: AsyncSession, read: Now, thread: MeetingThread, contents: Sequence[tuple[str, JsonObject]]
) -> Scene:
    named = {
        item_id
        for _key, content in contents
        for name in ("agenda", "before", "after")
        if isinstance(content.get(name), dict) and "lines" in content[name]
        for item_id in difference.cases_of(content[name])
    }
    hidden = await cases.closed(session, named) if named else set()
    with speaking(where.settings_of(read.committee).language):
        called = await drawing.instead(session, read.read)
        decided = await drawing.decided(session, read, called)
    left = thread.left_at is not None
    return Scene(read.meeting, read.committee, read.state, hidden, left, decided, called)


def _redraw(post: ThreadPost, scene: Scene, settings: ThreadSettings, now: datetime) -> bool:
    """Let the post say what it says by now; whether that is something else."""
    message = _drawn(post.content, scene, settings)
    if message == post.message or post.status == PostStatus.GONE:
        return False
    post.message = message
    post.revision += 1
    if post.status != PostStatus.WAITING:
        post.status, post.due_at = PostStatus.PENDING, now
    return True


def _add(
    session: AsyncSession,
    thread: MeetingThread,
    key: str,
    content: JsonObject,
    scene: Scene,
    settings: ThreadSettings,
    now: datetime,
) -> None:
    session.add(
        ThreadPost(
            thread_id=thread.id,
            key=key,
            content=content,
            message=_drawn(content, scene, settings),
            due_at=now,
            created_at=now,
        )
    )


def _drawn(content: JsonObject, scene: Scene, settings: ThreadSettings) -> JsonObject:
    with speaking(settings.language):
        return drawing.draw(scene, content).model_dump(mode="json", exclude_defaults=True)
