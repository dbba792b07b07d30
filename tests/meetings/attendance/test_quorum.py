"""Who has a vote, and whether enough are there to decide."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from handlers.meetings import rights
from handlers.meetings.attendance.roll import enough, enough_for, left_to_decide
from handlers.meetings.rights import Quorum, Rule
from handlers.people.roles import Role
from tests.meetings.attendance.rolls import LINES, STARTS, disqualified, roll, somebody

FIRST = somebody(1, "Første", present=True)
SECOND = somebody(2, "Andre", present=True, kind="municipality")
THIRD = somebody(3, "Tredje", present=False, kind="municipality")
SECRETARY = somebody(4, "Sekretær", Role.SECRETARIAT, present=True)
VARA = somebody(5, "Vara", Role.SUBSTITUTE, kind="municipality", present=True, stands_in_for_id=3)


def test_members_vote_and_the_secretariat_does_not() -> None:
    at = roll(FIRST, SECOND, THIRD, SECRETARY)
    assert [each.name for each in at.voters(at.was_there)] == ["Eksempel Første", "Eksempel Andre"]
    assert at.seats == 3
    others = roll(FIRST, SECRETARY, voting=(Role.SECRETARIAT,))
    assert [each.name for each in others.voters(others.was_there)] == ["Eksempel Sekretær"]


def test_a_substitute_votes_only_where_the_member_does_not() -> None:
    at = roll(FIRST, THIRD, VARA)
    assert [each.name for each in at.voters(at.was_there)] == ["Eksempel Første", "Eksempel Vara"]
    both = roll(FIRST, replace(THIRD, present=True), VARA)
    assert [each.name for each in both.voters(both.was_there)] == ["Eksempel Første", "Eksempel Tredje"]


def test_two_who_stand_in_for_the_same_member_have_one_vote() -> None:
    at = roll(THIRD, VARA, replace(VARA, person_id=6, name="Eksempel Vara to"))
    assert len(at.voters(at.was_there)) == 1


@pytest.mark.parametrize(
    ("quorum", "needed"),
    [
        (Quorum(at_least=5), 5),
        (Quorum(share="1/2"), 4),
        (Quorum(share="2/3"), 5),
        (Quorum(more_than="1/2"), 4),
        (Quorum(more_than="1/2", at_least=6), 6),
        (Quorum(), 0),
    ],
)
def test_how_many_it_takes_of_seven(quorum: Quorum, needed: int) -> None:
    assert quorum.needed(7) == needed


def test_more_than_half_of_an_even_number_is_not_half() -> None:
    assert (Quorum(share="1/2").needed(8), Quorum(more_than="1/2").needed(8)) == (4, 5)


@pytest.mark.parametrize("share", ["", "0", "3/2", "halvparten", "1/0", "-1/2"])
def test_what_is_no_share_is_said(share: str) -> None:
    with pytest.raises(ValidationError, match="ingen andel"):
        Quorum(share=share)


def test_so_many_from_each_side() -> None:
    at = roll(FIRST, SECOND, THIRD, quorum=Quorum(of_each={"hospital": 1, "municipality": 2}))
    found = enough(at, at.was_there)
    assert found is not None
    assert found.short_of == {"municipality": 1}
    assert not found.is_enough
    with_vara = replace(at, attendees=(*at.attendees, VARA))
    again = enough(with_vara, with_vara.was_there)
    assert again is not None
    assert again.is_enough


def test_a_committee_without_a_rule_is_asked_for_nothing() -> None:
    at = roll(FIRST)
    assert enough(at, at.was_there) is None


def test_of_one_item_those_who_are_disqualified_or_gone_are_left_out_and_those_who_joined_count() -> None:
    left = replace(SECOND, until=LINES[0])
    quorum = Quorum(at_least=2)
    at = roll(FIRST, left, SECRETARY, quorum=quorum, out=(disqualified(1, LINES[0], FIRST, SECRETARY),))
    first, second = enough_for(at, LINES[0]), enough_for(at, LINES[1])
    assert first is not None
    assert second is not None
    assert (first.have, first.is_enough) == (2, True)
    assert (second.have, second.is_enough) == (1, False)


def test_who_joined_for_an_item_and_votes_there_already_has_one_vote() -> None:
    at = roll(FIRST, SECOND, out=(disqualified(1, LINES[0], FIRST, SECOND),))
    assert left_to_decide(at, LINES[0]) == 1


def test_one_who_joined_for_two_who_were_disqualified_has_one_vote() -> None:
    out = (disqualified(1, LINES[0], FIRST, SECRETARY), disqualified(2, LINES[0], SECOND, SECRETARY))
    assert left_to_decide(roll(FIRST, SECOND, SECRETARY, out=out), LINES[0]) == 1


def test_everybody_is_disqualified() -> None:
    at = roll(FIRST, SECOND, out=(disqualified(1, LINES[0], FIRST), disqualified(2, LINES[0], SECOND)))
    assert left_to_decide(at, LINES[0]) == 0
    assert left_to_decide(at, LINES[1]) == 2


def test_a_rule_holds_from_its_date_on() -> None:
    day = STARTS.date()
    old, new = Rule(quorum=Quorum(at_least=3)), Rule(since=day, quorum=Quorum(at_least=5))
    assert rights.holding((old, new), day) == new
    assert rights.holding((new, old), day.replace(day=11)) == old
    assert rights.holding((), day) == Rule()
    assert rights.holding((new,), day.replace(day=11)).voting == rights.VOTERS
