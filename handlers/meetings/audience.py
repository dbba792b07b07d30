"""Who a meeting concerns."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.people.access import LISTENERS
from handlers.people.roles import Role
from storage import attendance, cases, people
from storage.cases import Case
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
    day = local_day(max(meeting.starts_at, now))
    roles: dict[int, set[str]] = {}
    languages: dict[int, str] = {}
    for holder in await people.holding_roles(session, meeting.committee_id, day):
        roles.setdefault(holder.person_id, set()).add(holder.role)
        languages[holder.person_id] = holder.language
    presents: dict[int, list[Case]] = {}
    for case in await cases.presenting_at(session, meeting.id):
        for person_id in case.item.presenter_ids:
            presents.setdefault(person_id, []).append(case)
    asked = await attendance.asked(session, meeting.id)
    proposing = {person_id for person_id, held in roles.items() if held.difference(LISTENERS)}
    sending = {person_id for person_id, held in roles.items() if held.difference((Role.SUBSTITUTE, Role.GUEST))}
    for person_id, stands_in in asked.items():
        if stands_in:
            roles.setdefault(person_id, set()).add(Role.SUBSTITUTE)
    strangers = (presents.keys() | asked.keys()) - languages.keys()
    languages.update(await people.languages(session, strangers))
    return [
        Reader(
            person_id,
            language,
            person_id in proposing,
            person_id in roles,
            person_id in sending,
            tuple(presents.get(person_id, ())),
            frozenset(roles.get(person_id, ())),
        )
        for person_id, language in languages.items()
        if roles.get(person_id) != {Role.GUEST} or person_id in presents or person_id in asked
    ]
