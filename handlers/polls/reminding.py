"""Reminders to answer: laid ahead for whoever is asked, at the moments that the committee has decided.

Each person's stand under a subject of their own, so that one who answers costs nobody else's.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.meetings.offsets import local_moment
from handlers.messages.message import Message
from handlers.people.context import CLOCK, Context
from handlers.polls import at_hand, views
from handlers.polls.at_hand import Own, Poll
from handlers.reminders.kind import Drawn, Due, Kind, Reason, Reminding
from handlers.reminders.laying import lay
from handlers.writing.language import N_, _, ngettext
from storage import polls
from storage.polls import Asked
from storage.tables import PollStatus

_MORNING = time(9)


def moments(closes_at: datetime, zone: ZoneInfo, days: Sequence[int]) -> Mapping[int, datetime]:
    """When somebody is reminded (UTC), by how many days before the last one that is."""
    last = closes_at.astimezone(zone).date()
    found = {
        each: local_moment(datetime.combine(last - timedelta(days=each), _MORNING), zone) for each in sorted(set(days))
    }
    return {days_before: at for days_before, at in found.items() if at < closes_at}


def subject(read: Poll, person_id: int) -> str:
    return f"poll:{read.row.id}:{person_id}"


def wanted(read: Poll, asked: Iterable[Asked], now: datetime) -> Sequence[Reminding]:
    """The reminders of these people about the poll, as it stands: none of whoever has answered, and none that would
    have been due before they were told until when they can answer."""
    if not read.takes_answers(now):
        return ()
    told_at = read.row.closes_since or read.row.created_at
    at = moments(read.row.closes_at, ZoneInfo(read.row.zone), read.rules.remind_days)
    return [
        Reminding(
            kind=REMIND.name,
            occurrence=f"{read.row.id}:{read.row.closes_at.isoformat()}:{days}d",
            person_id=each.row.person_id,
            subject=subject(read, each.row.person_id),
            due_at=moment,
            expires_at=read.row.closes_at,
            committee_id=read.committee.id,
        )
        for each in asked
        if each.is_asked and each.row.answered_at is None
        for days, moment in at.items()
        if moment > max(each.row.asked_at, told_at)
    ]


async def lay_all(context: Context, read: Poll, asked: Sequence[Asked]) -> None:
    """Make the reminders of these people what they are to be by now."""
    subjects = [subject(read, each.row.person_id) for each in asked]
    if subjects:
        await lay(context.session, subjects, [REMIND.name], wanted(read, asked, context.now), context.now)


async def not_waited_for(context: Context, read: Poll, person_id: int) -> None:
    """This person has answered, so they are not reminded."""
    await lay(context.session, [subject(read, person_id)], [REMIND.name], (), context.now)


async def _draw(session: AsyncSession, due: Sequence[Due], now: datetime) -> Mapping[int, Drawn | Reason]:
    """Nine statements, however many there are."""
    ids = {each.id: int(each.subject.split(":")[1]) for each in due}
    context = Context(session, CLOCK, now)
    found = await at_hand.load_all(context, await polls.polls(session, set(ids.values())))
    owns = {
        (read.row.id, own.asked.row.person_id): (read, own)
        for read, own in await at_hand.owns_of(context, list(found.values()), [each.person_id for each in due])
    }
    return {each.id: _said(*own, now) for each in due if (own := owns.get((ids[each.id], each.person_id))) is not None}


def _said(read: Poll, own: Own, now: datetime) -> Drawn | Reason:
    if read.status is not PollStatus.OPEN:
        return Reason.CHANGED
    if not own.asked.is_asked:
        return Reason.NOT_THEIRS
    if own.asked.row.answered_at is not None or read.has_answered(own.said, now):
        return Reason.DONE
    if not read.takes_answers(now):
        return Reason.OVER

    def build() -> Message:
        words = _("Husk å svare når det passer med møte i {committee} (innen {when})")
        return Message(
            title=views.title(read, words, when=views.closes(read)),
            text=views.answered_so_far(read, own, now),
            buttons=(views.to_own(read), *views.all_buttons(read)),
            page=views.page_of(read),
        )

    return build


def _several(count: int) -> str:
    return ngettext("{count} datovalg venter på svar", "{count} datovalg venter på svar", count).format(count=count)


REMIND = Kind("datovalg.svar", N_("Svar på datovalg"), _draw, several=_several)
