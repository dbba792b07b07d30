"""What the clock does for polls: it says when time is over, lays the reminders, and asks whoever joins the committee.

A tick at which nothing is due costs one statement.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.lookout import Looked, Lookout
from handlers.meetings import rights
from handlers.meetings.settings import CommitteeSettings
from handlers.people.context import CLOCK, Context
from handlers.polls import announce, at_hand, reminding, whom
from handlers.polls.at_hand import Poll
from storage import attendance, looks, polls
from storage.attendance import Holder
from storage.polls import Asked
from storage.tables import PollAsks, PollStatus
from storage.watched import EVERYTHING


async def holders_for(session: AsyncSession, committee_id: int, first: datetime, now: datetime) -> Sequence[Holder]:
    """Who has a role in the committee as it first can meet (`first`), or if that is past, today."""
    return await attendance.holders(session, committee_id, local_day(max(first, now)))


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    """Those polls, or every one that is open."""
    if EVERYTHING in changed:
        await polls.look_at_open(session, WATCH.name, now)
    else:
        await looks.look_at(session, WATCH.name, dict.fromkeys(changed, now))


async def _look(session: AsyncSession, ids: Collection[str], now: datetime) -> Looked:
    following: dict[str, datetime | None] = dict.fromkeys(ids)
    context = Context(session, CLOCK, now)
    found = await at_hand.load_all(context, await polls.polls(session, [int(each) for each in ids], lock=True))
    for read in found.values():
        following[str(read.row.id)] = await _see_to(context, read)
    return Looked(len(found), following)


async def _see_to(context: Context, read: Poll) -> datetime | None:
    """What has become of one poll; when to look at it again."""
    asked = (await polls.asked(context.session, [read.row.id]))[read.row.id]
    if read.status is not PollStatus.OPEN:
        await reminding.lay_all(context, read, asked)
        return None
    changed = await _follow_committee(context, read, asked) if read.takes_answers(context.now) else []
    if changed:
        read = await at_hand.refreshed(context, read)
        asked = (await polls.asked(context.session, [read.row.id]))[read.row.id]
    await reminding.lay_all(context, read, asked)
    if read.takes_answers(context.now):
        if changed:
            await announce.stand(context, read, changed)
            if read.progress.asked and read.progress.answered == read.progress.asked:
                await announce.all_have_answered(context, read)
        return read.row.closes_at
    if read.row.over_at != read.row.closes_at:
        read.row.over_at = read.row.closes_at
        await announce.stand(context, read)
        await announce.time_is_over(context, read)
    return None


async def _follow_committee(context: Context, read: Poll, asked: Sequence[Asked]) -> list[int]:
    """Whoever has joined the committee is asked too, whoever has left is not any more; whom that concerns."""
    if not read.times:
        return []
    first = read.times[0].row.starts_at
    held = await holders_for(context.session, read.committee.id, first, context.now)
    settings = CommitteeSettings.model_validate(read.committee.settings).attendance
    rule = rights.holding(settings, local_day(max(first, context.now)))
    wanted = whom.wanted(held, rule, PollAsks(read.row.asks), substitutes=read.row.substitutes)
    by_id = {each.row.person_id: each for each in asked}
    changed = [person_id for person_id in wanted if person_id not in by_id]
    await polls.ask(context.session, read.row.id, dict.fromkeys(changed, False), context.now)
    for person_id in wanted:
        each = by_id.get(person_id)
        if each is not None and each.row.gone_at is not None:
            each.row.gone_at, each.row.asked_at = None, context.now
            changed.append(person_id)
    for person_id, each in by_id.items():
        if person_id not in wanted and not each.row.named and each.row.gone_at is None:
            each.row.gone_at = context.now
            changed.append(person_id)
        elif each.removed and each.row.gone_at is None:
            # Named or not: they are written to no more, and not waited for.
            each.row.gone_at = context.now
            changed.append(person_id)
    return changed


_POLLS = Lookout("polls", "poll", _spread, _look)
WATCH = _POLLS.chore(at_once=1)
