"""What a round of approval comes to."""

import pytest

from handlers.meetings.minutes.approval_rule import Outcome, outcome
from handlers.meetings.minutes_settings import Silence


@pytest.mark.parametrize(
    ("answers", "silence", "over", "expected"),
    [
        ([True, None], Silence.APPROVES, False, Outcome.WAITING),
        ([True, True], Silence.NOTHING, False, Outcome.APPROVED),
        ([True, None], Silence.APPROVES, True, Outcome.APPROVED),
        ([None, None], Silence.APPROVES, True, Outcome.APPROVED),
        ([True, None], Silence.NOTHING, True, Outcome.UNSETTLED),
        ([True, False, None], Silence.APPROVES, False, Outcome.REFUSED),
        ([False], Silence.NOTHING, True, Outcome.REFUSED),
        ([], Silence.APPROVES, True, Outcome.UNSETTLED),
        ([], Silence.NOTHING, False, Outcome.WAITING),
    ],
)
def test_one_refusal_is_enough_and_silence_counts_as_the_committee_says(
    answers: list[bool | None], silence: Silence, over: bool, expected: Outcome
) -> None:
    assert outcome(answers, silence, over=over) is expected
