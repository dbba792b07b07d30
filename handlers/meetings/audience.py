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
from storage.tables import Answer, Meeting


class Reader(NamedTuple):
    """Somebody to tell, in their language, with the cases they present. `follows`: they have a role in the committee,
    or stand in for somebody who has. `may_send`: they may send a substitute to the meeting."""

    person_id: int
    language: str
    may_propose: bool
    follows: bool
    may_send: bool
    presents: tuple[Case, ...] = ()


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
    asked = {
        row.person_id: row.stands_in_for_id is not None
        for row in await attendance.rows(session, meeting.id)
        if row.person_id is not None and row.answer != Answer.ABSENT
    }
    strangers = (presents.keys() | asked.keys()) - languages.keys()
    languages.update(await people.languages(session, strangers))
    return [
        Reader(
            person_id,
            language,
            bool(roles.get(person_id, set()).difference(LISTENERS)),
            person_id in roles or asked.get(person_id, False),
            bool(roles.get(person_id, set()).difference((Role.SUBSTITUTE, Role.GUEST))),
            tuple(presents.get(person_id, ())),
        )
        for person_id, language in languages.items()
        if roles.get(person_id) != {Role.GUEST} or person_id in presents or person_id in asked
    ]
