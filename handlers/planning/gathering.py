"""What a plan is held against, put together: committees, who sits there, organisations, meetings that are stored."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import customary, school_holidays
from handlers.calendar.zone import local_day
from handlers.meetings.deadline_rule import deadline
from handlers.meetings.offsets import Offset
from handlers.meetings.settings import CommitteeSettings
from handlers.people.roles import Role
from handlers.planning.checks.facts import Body, Facts, Party, Seat, Sitting
from storage import plans
from storage.papers import Names
from storage.plans import Register
from storage.tables import Committee, CommitteeAlias, Meeting

_AROUND = timedelta(days=75)
"""So far before and after a year a meeting in it may have to do with another."""


@dataclass(frozen=True)
class Known:
    """The register, as the plan's rules see it."""

    register: Register

    @cached_property
    def committees(self) -> Mapping[int, Committee]:
        return {each.id: each for each in self.register.committees}

    @cached_property
    def bodies(self) -> Mapping[int, Body]:
        seats: dict[int, list[Seat]] = {}
        for row in self.register.seats:
            each = row.membership
            if each.role in _ROLES:
                seat = Seat(each.person_id, row.name, Role(each.role), each.valid_from, each.valid_to)
                seats.setdefault(each.committee_id, []).append(seat)
        return {
            each.id: Body(
                each.id,
                each.key,
                each.name,
                each.zone,
                CommitteeSettings.model_validate(each.settings),
                tuple(seats.get(each.id, ())),
            )
            for each in self.register.committees
        }

    @cached_property
    def names(self) -> Sequence[Names]:
        """Committees with all that they are or were called."""
        aliases: dict[int, list[CommitteeAlias]] = {}
        for each in self.register.aliases:
            aliases.setdefault(each.committee_id, []).append(each)
        return [Names(each, aliases.get(each.id, ())) for each in self.register.committees]

    @cached_property
    def parties(self) -> Mapping[int, Party]:
        return {each.id: Party(each.id, each.key, each.name, each.kind) for each in self.register.organisations}

    @cached_property
    def people(self) -> Mapping[int, str]:
        """Everybody with a role anywhere, by id."""
        return {each.membership.person_id: each.name for each in self.register.seats}

    @cached_property
    def workplaces(self) -> Mapping[int, Collection[int]]:
        by_key = {each.key: each.id for each in self.register.organisations}
        return {
            each.membership.person_id: (
                each.organisation_id,
                *(by_key[key] for key in each.also_at if key in by_key),
            )
            for each in self.register.seats
        }


_ROLES = frozenset(Role)


async def known(session: AsyncSession) -> Known:
    return Known(await plans.register(session))


def span(days: Iterable[date]) -> tuple[datetime, datetime]:
    """The moments between which meetings may have to do with these days: their whole years, and some time around."""
    years = [each.year for each in days]
    since = datetime(min(years), 1, 1, tzinfo=UTC) - _AROUND
    return since, datetime(max(years) + 1, 1, 1, tzinfo=UTC) + _AROUND


def of_meeting(meeting: Meeting, body: Body, *, own: bool) -> Sitting:
    """A meeting that is stored, as the checks see it."""
    zone = ZoneInfo(meeting.zone)
    starts, ends = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    by_rule = deadline(Offset.parse(body.settings.deadline), meeting.starts_at, zone)
    return Sitting(
        ref=f"m{meeting.id}",
        body=body,
        day=starts.date(),
        begins=None if meeting.day_only else starts.time(),
        ends=None if meeting.day_only else ends.time(),
        place=meeting.place,
        chair_id=meeting.chair_id,
        host_id=meeting.host_id,
        own=own,
        deadline=by_rule if by_rule.moment == meeting.deadline_at else None,
        extraordinary=meeting.extraordinary,
        online=bool(meeting.join_url),
    )


def facts(known: Known, sittings: Iterable[Sitting], now: datetime) -> Facts:
    return Facts(
        today=local_day(now),
        sittings=sorted(sittings, key=lambda each: each.day),
        school=school_holidays.known(),
        customary=customary.known(),
        parties=known.parties,
        workplaces=known.workplaces,
        names=known.people,
        bodies={each.key.casefold(): each for each in known.bodies.values()},
    )
