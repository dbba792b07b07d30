"""Who a meeting concerns."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.people.access import LISTENERS
from handlers.people.roles import Role
from storage import cases, people
from storage.cases import Case
from storage.tables import Meeting


class Reader(NamedTuple):
    """Somebody to tell, in their language, with the cases they present. `follows`: has a role in the committee.
    `roles`: which."""

    person_id: int
    language: str
    may_propose: bool
    follows: bool
    presents: tuple[Case, ...] = ()
    roles: frozenset[str] = frozenset()

    @property
    def is_guest(self) -> bool:
        """Whether they come for a case only, and the rest of the meeting is no concern of theirs."""
        return self.roles <= {Role.GUEST}


async def everybody_at(session: AsyncSession, meeting: Meeting, now: datetime) -> Sequence[Reader]:
    """The committee's people on the day of the meeting, and whoever presents a case at it."""
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
    strangers = presents.keys() - languages.keys()
    languages.update(await people.languages(session, strangers))
    return [
        Reader(
            person_id,
            language,
            bool(roles.get(person_id, set()).difference(LISTENERS)),
            person_id in roles,
            tuple(presents.get(person_id, ())),
            frozenset(roles.get(person_id, ())),
        )
        for person_id, language in languages.items()
        if roles.get(person_id) != {Role.GUEST} or person_id in presents
    ]
