"""A plan is stored: meetings are made, moved, cancelled and held after all; everybody concerned hears of it once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.meetings import changes, due_meetings, life
from handlers.meetings.actions import Do as Meetings
from handlers.meetings.life import By, MeetingTimes, Stands
from handlers.messages.message import Button, Message
from handlers.messages.standing import Reader, Seen, places, tell_once
from handlers.planning.comparing import Change, Compared, What
from handlers.planning.gathering import Known
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage import agenda, people, plans
from storage.tables import Meeting, MeetingSource

_MOST = 2500
"""Characters of a message that lists meetings: what every platform shows."""


@dataclass
class Stored:
    """What was done. `told`: how many people hear of new meetings."""

    made: Sequence[Meeting] = ()
    moved: int = 0
    details: int = 0
    back: int = 0
    cancelled: int = 0
    told: int = 0


async def put(
    session: AsyncSession,
    compared: Compared,
    known: Known,
    now: datetime,
    *,
    plan_id: int,
    cancel_gone: bool,
    actor_id: int | None,
) -> Stored:
    """Store what was compared. Whoever calls holds the committees, and has compared since, and has asked whether the
    actor may."""
    done = Stored()
    gone = list(compared.gone) if cancel_gone else []
    gone += [each.meeting for each in compared.of(What.CANCELLED) if each.meeting is not None]
    # All of them first: none is to be offered for the cases of another.
    for meeting in gone:
        meeting.cancelled_at, meeting.source = now, MeetingSource.PLAN
    by = By(actor_id)
    for meeting in gone:
        await changes.cancelled(session, meeting, now, by)
    done.cancelled = len(gone)
    for each in compared.of(What.MOVES, What.BACK, What.DETAILS):
        await _change(session, each, done, now, by)
    done.made = await _make(session, compared.of(What.NEW), now, actor_id)
    for committee_id in dict.fromkeys(each.committee_id for each in done.made):
        # What is due at the next meeting, where none was planned.
        await due_meetings.follow(session, committee_id, now)
    done.told = await _tell(session, done.made, known, now, plan_id)
    return done


async def _change(session: AsyncSession, change: Change, done: Stored, now: datetime, by: By) -> None:
    meeting, times, row = change.meeting, change.times, change.row
    assert meeting is not None  # noqa: S101 - it is there, or it would be new
    assert times is not None  # noqa: S101 - or it would be the same
    before = MeetingTimes.of(meeting)
    meeting.starts_at, meeting.ends_at, meeting.deadline_at = times
    meeting.place = row.planned.place or meeting.place
    meeting.chair_id = row.chair_id or meeting.chair_id
    meeting.host_id = row.host_id or meeting.host_id
    meeting.source, meeting.day_only = MeetingSource.PLAN, False
    if change.what is What.BACK:
        meeting.cancelled_at = None
        same = before[:4] == MeetingTimes.of(meeting)[:4]
        await changes.reinstated(session, meeting, now, None if same else before, by)
        done.back += 1
    elif change.what is What.MOVES:
        await changes.moved(session, meeting, before, now, by)
        done.moved += 1
    else:
        done.details += 1


async def _make(session: AsyncSession, new: Sequence[Change], now: datetime, actor_id: int | None) -> Sequence[Meeting]:
    taken = await plans.keys_of(session, {each.row.body.id for each in new if each.row.body is not None})
    made = []
    for each in new:
        row, times = each.row, each.times
        assert row.body is not None  # noqa: S101 - it is certain
        assert times is not None  # noqa: S101 - a plan with a meeting without times is not stored
        # Of the same shape as those of other meetings that were made here, and never that of the partnership file's.
        key = f"{MeetingSource.PLAN} {row.planned.day} {row.planned.begins:%H.%M}"
        keys = taken[row.body.id]
        own = next(found for n in range(len(keys) + 1) if (found := f"{key} ({n + 1})" if n else key) not in keys)
        keys.add(own)
        made.append(
            Meeting(
                committee_id=row.body.id,
                key=own,
                **times._asdict(),
                zone=row.body.zone,
                place=row.planned.place,
                source=MeetingSource.PLAN,
                chair_id=row.chair_id,
                host_id=row.host_id,
            )
        )
    session.add_all(made)
    await session.flush()
    data = [life.event_data(None, Stands.of(each), MeetingSource.PLAN) for each in made]
    await agenda.HISTORY.add_to_each(session, [each.id for each in made], life.MADE, actor_id, now, data=data)
    return made


async def _tell(session: AsyncSession, made: Sequence[Meeting], known: Known, now: datetime, plan_id: int) -> int:
    """One message for each person, with all their new meetings: one plan, one message."""
    own: dict[int, list[Meeting]] = {}
    for meeting in sorted(made, key=lambda each: each.starts_at):
        day = dates.local_date(meeting.starts_at, meeting.zone)
        for person_id in known.bodies[meeting.committee_id].members(day):
            own.setdefault(person_id, []).append(meeting)
    languages = await people.languages(session, own.keys())
    # Those who have the same meetings get the same text.
    alike: dict[tuple[int, ...], list[Reader]] = {}
    for person_id, meetings in own.items():
        if person_id in languages:
            alike.setdefault(tuple(each.id for each in meetings), []).append((person_id, languages[person_id]))
    subject = f"moteplan:{plan_id}"
    seen = [
        Seen(places(f"{subject}:{now.isoformat()}", readers), _told(own[readers[0][0]], known))
        for readers in alike.values()
    ]
    return await tell_once(session, now, subject, seen)


def _told(meetings: Sequence[Meeting], known: Known) -> Callable[[], Message]:
    def build() -> Message:
        years = sorted({dates.local_date(each.starts_at, each.zone).year for each in meetings})
        by_body: dict[str, list[str]] = {}
        for each in meetings:
            name = known.bodies[each.committee_id].name
            when = _("{day} kl. {clock}").format(
                day=dates.short_day(each.starts_at, each.zone), clock=dates.clock(each.starts_at, each.zone)
            )
            by_body.setdefault(name, []).append(when)
        lines = [f"{name}: {', '.join(when)}" for name, when in by_body.items()]
        return Message(
            title=_("Møteplanen for {years}").format(years="–".join(map(str, dict.fromkeys((years[0], years[-1]))))),
            text=shorten("\n".join((_("Disse møtene er lagt inn for deg:"), *lines)), _MOST),
            buttons=(Button(label=_("Vis møtene"), action=Meetings.SHOW),),
            mailable=True,
        )

    return build
