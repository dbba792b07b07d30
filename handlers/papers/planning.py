"""The meetings of old papers: the one that a paper is of, and those that it plans."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.meetings.deadline_rule import deadline
from handlers.meetings.offsets import Offset, local_moment
from handlers.meetings.settings import CommitteeSettings
from handlers.papers.record import PaperKind, PaperRead
from handlers.papers.who import Known
from handlers.papers.whose import whose
from storage import papers
from storage.tables import Committee, Meeting, MeetingSource, Paper


def moments(
    zone: ZoneInfo, day: date, begins: time | None, ends: time | None, settings: CommitteeSettings
) -> dict[str, Any]:
    """The columns that say when a meeting is: at midnight, where no clock is told."""
    starts_at = local_moment(datetime.combine(day, begins or time()), zone)
    ends_at = local_moment(datetime.combine(day, ends), zone) if begins and ends else starts_at
    if ends_at < starts_at:
        ends_at = local_moment(datetime.combine(day + timedelta(days=1), ends or time()), zone)
    return {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "deadline_at": deadline(Offset.parse(settings.deadline), starts_at, zone).moment,
        "zone": zone.key,
        "day_only": begins is None,
    }


async def meeting_on(
    session: AsyncSession, committee: Committee, day: date, begins: time | None = None
) -> Meeting | None:
    """The committee's meeting on that day; of several, the one that begins then, or the first."""
    zone = ZoneInfo(committee.zone)
    since = local_moment(datetime.combine(day, time()), zone)
    until = local_moment(datetime.combine(day + timedelta(days=1), time()), zone)
    found = await papers.meetings_between(session, [committee.id], since, until)
    at = local_moment(datetime.combine(day, begins), zone) if begins else None
    return next((each for each in found if each.starts_at == at), found[0] if found else None)


async def add_meeting(
    session: AsyncSession,
    committee: Committee,
    paper: Paper,
    day: date,
    begins: time | None,
    ends: time | None,
    place: str | None,
) -> Meeting:
    taken = await papers.meeting_keys(session, committee.id)
    key = next(key for n in range(len(taken) + 1) if (key := f"paper {day}{f' {n + 1}' if n else ''}") not in taken)
    settings = CommitteeSettings.model_validate(committee.settings)
    row = Meeting(
        committee_id=committee.id,
        key=key,
        place=place or "",
        paper_id=paper.id,
        source=MeetingSource.PAPER,
        **moments(ZoneInfo(committee.zone), day, begins, ends, settings),
    )
    session.add(row)
    await session.flush()
    return row


async def plan(
    session: AsyncSession,
    paper: Paper,
    read: PaperRead,
    committee: Committee,
    known: Known,
    now: datetime,
) -> list[Meeting]:
    """The meetings that the paper names and that are not there; those to come only if their time is told, since
    members are called to them."""
    made = []
    for each in to_plan(read, committee, known, now):
        if await meeting_on(session, each.committee, each.day, each.begins) is None:
            made.append(await add_meeting(session, each.committee, paper, each.day, each.begins, each.ends, each.place))
    return made


class Planned(NamedTuple):
    """A meeting that a paper names, of a committee that is known."""

    committee: Committee
    day: date
    begins: time | None
    ends: time | None
    place: str


def to_plan(read: PaperRead, committee: Committee, known: Known, now: datetime) -> Sequence[Planned]:
    """The meetings that go into the plan; see `unplanned` for the others."""
    found = []
    for each in read.next_meetings:
        owner_of = committee if not each.committee else whose(each.committee, each.date, known.committees).certain
        coming = each.date >= local_day(now)
        if owner_of is None or owner_of.removed_at is not None or (coming and each.begins is None):
            continue
        if not coming and read.kind is not PaperKind.PLAN:
            continue
        found.append(Planned(owner_of, each.date, each.begins, each.ends or _later(each.begins), each.place or ""))
    return found


def _later(begins: time | None) -> time | None:
    """A meeting without an end is taken to last two hours; one late in the evening, until midnight."""
    if begins is None:
        return None
    return time(begins.hour + 2, begins.minute) if begins.hour < 22 else time(23, 59)


def unplanned(read: PaperRead, committee: Committee, known: Known, now: datetime) -> Sequence[date]:
    """The days of meetings to come that cannot go into the plan: whose they are, or when they begin, is not certain."""
    planned = {each.day for each in to_plan(read, committee, known, now)}
    return [each.date for each in read.next_meetings if each.date >= local_day(now) and each.date not in planned]
