"""Which of the proposed times is best."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from handlers.calendar.zone import LOCAL_ZONE
from handlers.meetings.rights import Quorum, Rule
from handlers.people.roles import Role
from handlers.polls.ranking import Numbered, Outcome, outcomes
from handlers.polls.whom import Voters, voters, wanted
from storage.attendance import Holder
from storage.tables import DatePollTime, PollAsks, Suits

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
Y, M, N = Suits.YES, Suits.IF_NEEDED, Suits.NO
RULE = Rule(quorum=Quorum(at_least=2))
TWO_SEATS = Voters({1: "hospital", 2: "municipality"}, {3: (1,), 4: (1, 2)}, 2)


def time(number: int, days: float) -> Numbered:
    starts = NOW + timedelta(days=days)
    return Numbered(number, DatePollTime(id=number, poll_id=1, starts_at=starts, ends_at=starts + timedelta(hours=2)))


def ranked(
    said: Mapping[int, Mapping[int, Suits]],
    *,
    rule: Rule = RULE,
    has: Voters = TWO_SEATS,
    days: tuple[float, ...] = (1, 2, 3),
) -> list[Outcome]:
    times = [time(number, each) for number, each in enumerate(days, 1)]
    rules = {each.id: (rule, has) for each in times}
    return list(outcomes(times, [1, 2, 3, 4], said, rules, NOW, LOCAL_ZONE))


def order(found: list[Outcome]) -> list[int]:
    return [each.time.number for each in found]


def test_enough_with_a_vote_come_before_many() -> None:
    found = ranked({1: {1: Y, 2: Y}, 2: {1: N, 2: Y}, 3: {1: Y}, 4: {1: Y}}, has=Voters(TWO_SEATS.kinds, {}, 2))
    assert order(found) == [2, 1, 3]
    best, many, _none = found
    assert (best.votes, best.quorum and best.quorum.with_yes) == (2, True)
    assert (many.votes, len(many.yes), many.quorum and many.quorum.with_yes) == (1, 3, False)


def test_enough_if_some_come_who_need_not() -> None:
    found = ranked({1: {1: Y, 2: Y}, 2: {1: M, 2: N}})
    assert order(found)[0] == 1
    quorum = found[0].quorum
    assert quorum is not None
    assert (quorum.needed, quorum.with_yes, quorum.if_needed) == (2, False, True)


def test_a_substitute_has_the_vote_of_a_member_who_cannot_and_nobody_has_two() -> None:
    found = ranked({1: {1: N, 2: Y}, 2: {1: Y, 2: Y}, 3: {1: Y, 2: Y}, 4: {1: Y}})
    by_number = {each.time.number: each for each in found}
    # 3 comes for 1; 4, who may come for either, has nobody left to come for.
    assert by_number[1].votes == 2
    assert by_number[2].votes == 2
    assert TWO_SEATS.among([3, 4]) == ["hospital", "municipality"]
    assert TWO_SEATS.among([1, 3]) == ["hospital"]


def test_each_party_needs_its_own() -> None:
    rule = Rule(quorum=Quorum(of_each={"municipality": 1}))
    found = ranked({1: {1: Y}, 2: {2: Y}}, rule=rule, has=Voters(TWO_SEATS.kinds, {}, 2))
    assert order(found)[0] == 2


def test_without_a_quorum_the_most_of_all_and_a_working_day_first() -> None:
    free = Rule()
    assert order(ranked({1: {1: M, 2: Y}, 2: {1: Y, 2: Y}}, rule=free)) == [2, 1, 3]
    # 1 September 2026 is a Tuesday: four days on it is Saturday.
    assert order(ranked({1: {1: Y, 2: Y}}, rule=free, days=(4, 6, 7))) == [2, 1, 3]
    assert all(each.quorum is None for each in ranked({}, rule=free))


def test_what_is_past_stands_last_and_nobody_has_answered() -> None:
    found = ranked({1: {1: Y}}, days=(-1, 1, 2))
    assert order(found) == [2, 3, 1]
    assert [each.is_past for each in found] == [False, False, True]
    assert order(ranked({})) == [1, 2, 3]
    assert list(ranked({})[0].silent) == [1, 2, 3, 4]


# --- who is asked ------------------------------------------------------------------------------------------


def holder(person_id: int, role: Role, substitute_for: int | None = None) -> Holder:
    return Holder(person_id, f"Eksempel {person_id}", "nb", "Eksempel sykehus", "hospital", role, substitute_for)


HOLDERS = [
    holder(1, Role.MEMBER),
    holder(2, Role.OBSERVER),
    holder(3, Role.SECRETARIAT),
    holder(4, Role.SUBSTITUTE, 1),
    holder(5, Role.GUEST),
    holder(6, Role.CONTACT),
    holder(7, Role.SUBSTITUTE),
    holder(7, Role.MINUTE_TAKER),
]


def test_who_is_asked() -> None:
    assert list(wanted(HOLDERS, Rule(), PollAsks.COMMITTEE, substitutes=False)) == [1, 2, 3, 7]
    assert list(wanted(HOLDERS, Rule(), PollAsks.VOTING, substitutes=False)) == [1]
    assert list(wanted(HOLDERS, Rule(), PollAsks.VOTING, substitutes=True)) == [1, 4, 7]
    assert list(wanted(HOLDERS, Rule(), PollAsks.NAMED, substitutes=False)) == []


def test_who_has_a_vote() -> None:
    found = voters(HOLDERS, {7: [1]}, Rule())
    assert (dict(found.kinds), found.seats) == ({1: "hospital"}, 1)
    assert dict(found.members) == {4: [1], 7: [1]}
    assert voters(HOLDERS, {}, Rule(seats={"hospital": 3, "municipality": 2})).seats == 5
