"""A meeting is made: by somebody who says when it is, or by what a committee agreed on.

What says when meetings are (a dialog, a plan, a poll) makes them here, so that the same holds of all of them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import clock_changes, dates
from handlers.errors import BadInput
from handlers.meetings import changes
from handlers.meetings.deadline_rule import deadline
from handlers.meetings.life import By
from handlers.meetings.offsets import Offset
from handlers.meetings.settings import CommitteeSettings
from handlers.writing.language import _
from storage import planned
from storage.tables import Committee, Meeting, MeetingSource


class NewMeeting(NamedTuple):
    """A meeting to be. `starts`, `ends`, `deadline`: local to the committee's zone, without one; `deadline` None: by
    the committee's rule. `chair_id`: who is to lead it; `host_id`: the party where it is held; `join_url`: see
    `Meeting`.
    """

    committee: Committee
    starts: datetime
    ends: datetime
    source: MeetingSource
    place: str = ""
    deadline: datetime | None = None
    extraordinary: bool = False
    join_url: str = ""
    chair_id: int | None = None
    host_id: int | None = None


class Times(NamedTuple):
    """When a meeting is, and when the deadline for proposing cases to it (UTC). `remarks`: what whoever says so should
    know, each a sentence: a time of day comes twice, the deadline has passed already."""

    starts_at: datetime
    ends_at: datetime
    deadline_at: datetime
    remarks: tuple[str, ...] = ()


def times(wanted: NewMeeting, now: datetime) -> Times:
    """The moments of a meeting that is to be.

    Raises:
        BadInput: by the fields `starts`, `ends` and `deadline`: it ends before it starts, it is past, the deadline is
            after it, or no clock ever shows such a time.
    """
    zone = ZoneInfo(wanted.committee.zone)
    starts_at, ends_at = _moment("starts", wanted.starts, zone), _moment("ends", wanted.ends, zone)
    if ends_at <= starts_at:
        raise BadInput({"ends": _("Møtet må slutte etter at det har begynt. Rett tidene.")})
    if starts_at <= now:
        raise BadInput(
            {
                "starts": _("{when} er passert. Velg et tidspunkt som kommer.").format(
                    when=dates.day_and_clock(starts_at, zone.key)
                )
            }
        )
    remarks = [clock_changes.twice(wall, zone) for wall in (wanted.starts, wanted.ends)]
    if wanted.deadline is None:
        deadline_at = by_rule(wanted.committee, starts_at)
    else:
        deadline_at = _moment("deadline", wanted.deadline, zone)
        remarks.append(clock_changes.twice(wanted.deadline, zone))
    if deadline_at > starts_at:
        raise BadInput({"deadline": _("Fristen for å melde saker er etter at møtet begynner. Rett fristen.")})
    if deadline_at <= now:
        remarks.append(
            _("Fristen for å melde saker, {deadline}, er allerede ute.").format(
                deadline=dates.day_and_clock(deadline_at, zone.key)
            )
        )
    return Times(starts_at, ends_at, deadline_at, tuple(dict.fromkeys(filter(None, remarks))))


def by_rule(committee: Committee, starts_at: datetime) -> datetime:
    """The deadline for proposing cases (UTC) to a meeting of the committee that starts then."""
    settings = CommitteeSettings.model_validate(committee.settings)
    return deadline(Offset.parse(settings.deadline), starts_at, ZoneInfo(committee.zone)).moment


async def refuse_twice(
    session: AsyncSession, committee: Committee, found: Times, besides: int | None = None, field: str = "starts"
) -> None:
    """Raises `BadInput` (`field`) where the committee has a meeting at that time already, other than the one with the
    id `besides`."""
    for other in await planned.overlapping(session, [committee.id], found.starts_at, found.ends_at):
        if other.id != besides:
            raise BadInput(
                {
                    field: _("{committee} har allerede møte {when}. Velg et annet tidspunkt.").format(
                        committee=committee.name, when=dates.span(other.starts_at, other.ends_at, other.zone)
                    )
                }
            )


class Made(NamedTuple):
    """A meeting that was made. `remarks`: see `Times`."""

    meeting: Meeting
    remarks: Sequence[str]


async def make(session: AsyncSession, wanted: NewMeeting, now: datetime, by: By) -> Made:
    """Store a meeting, and tell those concerned. Whoever calls has asked whether the actor may
    (`handlers.people.access.require_planner`).

    Raises:
        BadInput: see `times`; or the committee has a meeting at that time already (field `starts`).
    """
    # Whoever makes another one meanwhile waits, and sees this one.
    await planned.hold(session, wanted.committee.id)
    found = times(wanted, now)
    await refuse_twice(session, wanted.committee, found)
    meeting = Meeting(
        committee_id=wanted.committee.id,
        key=await _key(session, wanted),
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        deadline_at=found.deadline_at,
        zone=wanted.committee.zone,
        place=wanted.place,
        source=wanted.source,
        extraordinary=wanted.extraordinary,
        chair_id=wanted.chair_id,
        host_id=wanted.host_id,
        join_url=wanted.join_url,
    )
    session.add(meeting)
    await session.flush()
    await changes.made(session, meeting, now, by)
    return Made(meeting, found.remarks)


async def _key(session: AsyncSession, wanted: NewMeeting) -> str:
    """One that no other meeting of the committee has, nor will get from the partnership file, where keys are dates."""
    key = f"{wanted.source} {wanted.starts:%Y-%m-%d %H.%M}"
    taken = await planned.keys(session, wanted.committee.id, key)
    return next(each for n in range(len(taken) + 1) if (each := f"{key} ({n + 1})" if n else key) not in taken)


def _moment(field: str, wall: datetime, zone: ZoneInfo) -> datetime:
    try:
        return clock_changes.moment(wall, zone)
    except ValueError as error:
        raise BadInput({field: str(error)}) from None
