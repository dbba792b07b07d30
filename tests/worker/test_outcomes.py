"""What becomes of a delivery after an attempt."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from handlers.messages.outcomes import Fate, Outcome, Trouble, after


def test_the_platforms_wish_is_followed() -> None:
    assert after(Trouble.LATER, 1, 0, 0.5) == Outcome(Fate.RETRY, timedelta(seconds=0.5))
    assert after(Trouble.LATER, 9, 0, 30) == Outcome(Fate.RETRY, timedelta(seconds=30))


def test_waits_grow_without_one() -> None:
    waits = [after(Trouble.LATER, attempt, 0).wait.total_seconds() for attempt in range(1, 13)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]


def test_an_uncertain_send_is_tried_once_more_when_the_trouble_may_be_over_and_then_waits() -> None:
    assert after(Trouble.UNCERTAIN, 1, 0, 2) == Outcome(Fate.RETRY, timedelta(minutes=5))
    assert after(Trouble.UNCERTAIN, 1, 0, 900) == Outcome(Fate.RETRY, timedelta(minutes=15))
    assert after(Trouble.UNCERTAIN, 2, 1).fate is Fate.WAIT


def test_an_address_that_does_not_work_waits_for_the_person() -> None:
    assert after(Trouble.UNREACHABLE, 1, 0).fate is Fate.WAIT


def test_what_waiting_does_not_make_better_is_tried_once() -> None:
    for attempt in (1, 500):
        assert after(Trouble.MISCONFIGURED, attempt, 0, 30) == Outcome(Fate.HOLD)
        assert after(Trouble.REJECTED, attempt, 0, 30) == Outcome(Fate.GIVE_UP)


def test_a_surface_that_is_down_for_two_days_is_given_up() -> None:
    assert after(Trouble.LATER, 59, 0).fate is Fate.RETRY
    assert after(Trouble.LATER, 60, 0).fate is Fate.GIVE_UP


@given(st.sampled_from(Trouble), st.integers(1, 10_000), st.integers(0, 5), st.none() | st.floats(-1e6, 1e9))
def test_a_wait_is_never_absurd(trouble: Trouble, attempts: int, uncertain: int, asked: float | None) -> None:
    outcome = after(trouble, attempts, uncertain, asked)
    if outcome.fate is Fate.RETRY:
        assert timedelta(milliseconds=100) <= outcome.wait <= timedelta(hours=1)
