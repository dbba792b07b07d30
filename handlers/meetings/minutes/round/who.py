"""Who may comment on minutes, approve them, sign them, and who gets them, as the committee has decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.meetings import rights
from handlers.meetings.minutes_settings import From, MinutesSettings
from handlers.meetings.settings import CommitteeSettings
from handlers.people.access import DECIDERS, LISTENERS
from handlers.people.context import Actor
from handlers.people.roles import Role
from storage import minutes_round, people
from storage.minutes_round import Attended, MinutesOf
from storage.people import RoleHolder

STAND_BY = (*LISTENERS, Role.SUBSTITUTE, Role.CONTACT)
"""Roles in which nobody is asked who was not there."""
WRITERS = (Role.MINUTE_TAKER, *DECIDERS)

Reader = tuple[int, str]
"""Person id, language."""


class Concerned(NamedTuple):
    """Those around the minutes of a meeting: everybody with a role in the committee, and those who were there.

    `voting`: the roles that had a vote at it.
    """

    holders: Sequence[RoleHolder]
    attended: Sequence[Attended]
    voting: Sequence[Role]

    def with_roles(self, *roles: Role) -> dict[int, str]:
        """Language by person."""
        return {each.person_id: each.language for each in self.holders if each.role in roles}

    @property
    def present(self) -> dict[int, str]:
        """Those who were there for more than a case of theirs."""
        return {each.person_id: each.language for each in self.attended if each.capacity != Role.GUEST}

    @property
    def guests(self) -> dict[int, str]:
        """Those who were there for one case and have no other part in the committee."""
        members = {each.person_id for each in self.holders if each.role != Role.GUEST}
        return {
            each.person_id: each.language
            for each in self.attended
            if each.capacity == Role.GUEST and each.person_id not in members
        }

    def but(self, *roles: Role) -> dict[int, str]:
        """Those who have another role than these."""
        return {each.person_id: each.language for each in self.holders if each.role not in roles}

    def writers(self, minute_taker_id: int | None) -> dict[int, str]:
        """Who the minutes are with: the one who writes them, and the secretariat."""
        found = self.with_roles(*WRITERS)
        if minute_taker_id is not None and minute_taker_id not in found:
            found |= {each.person_id: each.language for each in self.attended if each.person_id == minute_taker_id}
        return found

    def commenters(self, rules: MinutesSettings) -> dict[int, str]:
        """Who may comment. Members: whoever has a part in the committee's work, and who took a member's place."""
        if rules.comments_from is From.PRESENT:
            return self.present
        return self.but(*STAND_BY) | self.present

    def approvers(self, rules: MinutesSettings) -> dict[int, str]:
        """Who is asked in a round: members with a vote; or of those who were there, these and who stood in for one."""
        members = self.with_roles(*self.voting)
        if rules.approved_by is From.MEMBERS:
            return members
        return {each.person_id: each.language for each in self.attended if each.person_id in members or each.stood_in}

    def signers(self, rules: MinutesSettings, chair_id: int | None) -> dict[int, str]:
        """Who signs. `chair_id`: who chaired the meeting, if the minutes say."""
        found = self.with_roles(*(role for role in rules.signers if role is not Role.CHAIR or chair_id is None))
        if Role.CHAIR in rules.signers:
            known = [(each.person_id, each.language) for each in self.holders]
            known += [(each.person_id, each.language) for each in self.attended]
            found |= {person_id: language for person_id, language in known if person_id == chair_id}
        return found or self.with_roles(Role.LEADER)

    @property
    def readers(self) -> dict[int, str]:
        """Who gets what is published, whole: the committee's people, and those who were there."""
        return self.but(Role.GUEST) | self.present

    @property
    def told_of_closed(self) -> dict[int, str]:
        """Those of the readers who are told of closed cases (see `handlers.meetings.minutes.closed`)."""
        return self.but(*LISTENERS)


async def around(session: AsyncSession, of: MinutesOf, settings: CommitteeSettings, now: datetime) -> Concerned:
    """Two statements. The committee's people are those of today: whoever has left is not asked."""
    holders = await people.holding_roles(session, of.meeting.committee_id, local_day(now))
    rule = rights.holding(settings.attendance, local_day(of.meeting.starts_at))
    return Concerned(holders, await minutes_round.attended(session, of.meeting.id), rule.voting)


def is_of_committee(actor: Actor, committee_id: int) -> bool:
    """Whether the actor has a part in the committee, and is not only a guest of it."""
    return any(role != Role.GUEST for role in actor.roles.get(committee_id, ()))
