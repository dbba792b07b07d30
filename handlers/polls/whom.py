"""Who is asked when a committee can meet, and whose vote each of them has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.meetings.rights import Rule
from handlers.people.roles import Role
from storage.attendance import Holder
from storage.tables import PollAsks

NOT_THERE_AS = (Role.SUBSTITUTE, Role.GUEST, Role.CONTACT)
"""Roles in which nobody is convened to meetings as a matter of course."""


def wanted(holders: Sequence[Holder], rule: Rule, asks: PollAsks, *, substitutes: bool) -> Mapping[int, Holder]:
    """Who is asked of those who have roles in the committee, by id, in the order of their names."""
    found: dict[int, Holder] = {}
    for holder in holders:
        comes = holder.role not in NOT_THERE_AS
        is_wanted = (
            (asks is PollAsks.COMMITTEE and comes)
            or (asks is PollAsks.VOTING and holder.role in rule.voting)
            or (substitutes and holder.role == Role.SUBSTITUTE)
        )
        if is_wanted:
            found.setdefault(holder.person_id, holder)
    return found


@dataclass(frozen=True)
class Voters:
    """Who has a vote in the committee. `kinds`: of each one's organisation. `members`: whose substitute each substitute
    is. `seats`: how many could vote."""

    kinds: Mapping[int, str]
    members: Mapping[int, Sequence[int]]
    seats: int

    def among(self, can: Sequence[int]) -> Sequence[str]:
        """The kinds of organisations of those with a vote, if these people are there: a substitute has the vote of a
        member who is not, and nobody has two."""
        there = set(can)
        found = [self.kinds[each] for each in can if each in self.kinds]
        taken: set[int] = set()
        for each in can:
            if each in self.kinds:
                continue
            member = next(
                (
                    member
                    for member in self.members.get(each, ())
                    if member in self.kinds and member not in there and member not in taken
                ),
                None,
            )
            if member is not None:
                taken.add(member)
                found.append(self.kinds[member])
        return found


def voters(holders: Sequence[Holder], also: Mapping[int, Sequence[int]], rule: Rule) -> Voters:
    """`also`: see `storage.attendance.also_substitutes`."""
    kinds = {holder.person_id: holder.kind for holder in holders if holder.role in rule.voting}
    members: dict[int, list[int]] = {}
    for holder in holders:
        if holder.role == Role.SUBSTITUTE:
            named = [holder.substitute_for_id] if holder.substitute_for_id is not None else []
            members.setdefault(holder.person_id, []).extend((*named, *also.get(holder.person_id, ())))
    return Voters(kinds, members, sum(rule.seats.values()) or len(kinds))
