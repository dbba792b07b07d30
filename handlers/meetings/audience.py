"""Who a meeting concerns."""

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.people.access import LISTENERS
from handlers.people.roles import Role
from storage import attendance, cases, people
from storage.cases import Case
from storage.people import RoleTerm
from storage.tables import Meeting


class Reader(NamedTuple):
    """Somebody to tell, in their language, with the cases they present. `follows`: they have a role in the committee,
    or stand in for somebody who has. `may_send`: they may send a substitute to the meeting. `roles`: theirs, that of a
    substitute among them for whoever stands in."""

    person_id: int
    language: str
    may_propose: bool
    follows: bool
    may_send: bool
    presents: tuple[Case, ...] = ()
    roles: frozenset[str] = frozenset()

    @property
    def is_guest(self) -> bool:
        """Whether they come for a case only, and the rest of the meeting is no concern of theirs."""
        return self.roles <= {Role.GUEST}

    @property
    def sees_closed(self) -> bool:
        """Whether they may know what closed cases are about: members, and who serves the committee or stands in."""
        return bool(self.roles.difference(LISTENERS))


async def everybody_at(session: AsyncSession, meeting: Meeting, now: datetime) -> Sequence[Reader]:
    """The committee's people on the day of the meeting, whoever presents a case at it, and those who were asked to come
    to it: substitutes and guests. Not who has said no to that."""
    return (await everybody_at_each(session, [meeting], now))[meeting.id]


async def everybody_at_each(
    session: AsyncSession, meetings: Sequence[Meeting], now: datetime
) -> Mapping[int, Sequence[Reader]]:
    """The same of each of these meetings, by id: four statements at most, however many they are."""
    if not meetings:
        return {}
    ids = [meeting.id for meeting in meetings]
    days = {meeting.id: local_day(max(meeting.starts_at, now)) for meeting in meetings}
    terms = await people.holding_roles_from(
        session, {meeting.committee_id for meeting in meetings}, min(days.values()), max(days.values())
    )
    presenting: dict[int, list[Case]] = {}
    for case in await cases.presenting_at(session, ids):
        if case.item.meeting_id is not None:
            presenting.setdefault(case.item.meeting_id, []).append(case)
    asked = await attendance.asked_to_each(session, ids)
    found = [
        _Concerned.of(
            terms.get(meeting.committee_id, ()),
            days[meeting.id],
            presenting.get(meeting.id, ()),
            asked.get(meeting.id, {}),
        )
        for meeting in meetings
    ]
    strangers = await people.languages(session, {person_id for each in found for person_id in each.strangers})
    return {meeting.id: each.readers(strangers) for meeting, each in zip(meetings, found, strict=True)}


class _Concerned(NamedTuple):
    """Whom one meeting concerns, by id."""

    languages: Mapping[int, str]
    roles: Mapping[int, set[str]]
    presents: Mapping[int, Sequence[Case]]
    asked: Mapping[int, bool]

    @classmethod
    def of(
        cls, terms: Sequence[RoleTerm], day: date, presenting: Sequence[Case], asked: Mapping[int, bool]
    ) -> "_Concerned":
        roles: dict[int, set[str]] = {}
        languages: dict[int, str] = {}
        for term in terms:
            if term.holds_on(day):
                roles.setdefault(term.person_id, set()).add(term.role)
                languages[term.person_id] = term.language
        presents: dict[int, list[Case]] = {}
        for case in presenting:
            for person_id in case.item.presenter_ids:
                presents.setdefault(person_id, []).append(case)
        return cls(languages, roles, presents, asked)

    @property
    def strangers(self) -> Set[int]:
        """Those without a role in the committee."""
        return (self.presents.keys() | self.asked.keys()) - self.languages.keys()

    def readers(self, languages: Mapping[int, str]) -> Sequence[Reader]:
        """Each of them; `languages`: of the strangers who are not removed."""
        spoken = {**self.languages, **{each: languages[each] for each in self.strangers if each in languages}}
        found = []
        for person_id, language in spoken.items():
            own = self.roles.get(person_id, set[str]())
            stands_in = self.asked.get(person_id, False)
            roles = frozenset((*own, Role.SUBSTITUTE)) if stands_in else frozenset(own)
            if roles == {Role.GUEST} and person_id not in self.presents and person_id not in self.asked:
                continue
            found.append(
                Reader(
                    person_id,
                    language,
                    may_propose=bool(own.difference(LISTENERS)),
                    follows=bool(roles),
                    may_send=bool(own.difference((Role.SUBSTITUTE, Role.GUEST))),
                    presents=tuple(self.presents.get(person_id, ())),
                    roles=roles,
                )
            )
        return found
