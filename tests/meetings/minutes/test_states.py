"""Where minutes stand, and what may come next."""

import pytest

from handlers.meetings.minutes.states import TRANSITIONS, Event, Whose, may_change, transition
from storage.tables import MinutesStatus as Status


def test_the_whole_way_of_minutes_that_are_commented_on_and_approved() -> None:
    status = Status.DRAFT
    seen = [status]
    for event in (Event.SENT, Event.COMMENTS_OVER, Event.PUBLISHED, Event.APPROVED, Event.CORRECTED):
        found = transition(status, event)
        assert found is not None
        status = found.after
        seen.append(status)
    assert seen == [
        Status.DRAFT, Status.COMMENTS, Status.ADJUSTED, Status.PUBLISHED, Status.APPROVED, Status.APPROVED,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "event"),
    [
        (Status.COMMENTS, Event.SENT),
        (Status.ADJUSTED, Event.SENT),
        (Status.APPROVED, Event.APPROVED),
        (Status.APPROVED, Event.REFUSED),
        (Status.APPROVED, Event.SENT),
        (Status.DRAFT, Event.APPROVED),
        (Status.DRAFT, Event.PUBLISHED),
        (Status.COMMENTS, Event.PUBLISHED),
        (Status.ADJUSTED, Event.APPROVED),
        (Status.PUBLISHED, Event.CORRECTED),
        (Status.PUBLISHED, Event.PUBLISHED),
    ],
)
def test_nothing_happens_twice_nor_before_its_time(status: Status, event: Event) -> None:
    assert transition(status, event) is None


def test_refused_minutes_are_back_with_the_minute_taker_who_sends_them_again_or_publishes_them() -> None:
    refused = transition(Status.PUBLISHED, Event.REFUSED)
    assert refused is not None
    assert may_change(refused.after)
    assert {
        found.after for event in Event if (found := transition(refused.after, event)) is not None
    } == {Status.COMMENTS, Status.PUBLISHED}  # fmt: skip


def test_without_comments_a_draft_is_published_and_cannot_be_sent() -> None:
    published = transition(Status.DRAFT, Event.PUBLISHED, comments=False)
    assert published is not None
    assert published.after is Status.PUBLISHED
    assert transition(Status.DRAFT, Event.SENT, comments=False) is None
    assert transition(Status.REFUSED, Event.SENT, comments=False) is None


def test_only_what_is_not_published_may_be_changed() -> None:
    assert {status for status in Status if not may_change(status)} == {Status.PUBLISHED, Status.APPROVED}


def test_the_clock_alone_ends_comments_and_settles_an_approval() -> None:
    by_clock = {event for (_status, event), found in TRANSITIONS.items() if Whose.CLOCK in found.whose}
    assert by_clock == {Event.COMMENTS_OVER, Event.APPROVED, Event.REFUSED}


def test_every_status_is_reached_and_none_but_the_locked_is_the_end() -> None:
    reached = {Status.DRAFT} | {found.after for found in TRANSITIONS.values()}
    assert reached == set(Status)
    on = {before for (before, _event), found in TRANSITIONS.items() if found.after is not before}
    assert set(Status) - on == {Status.APPROVED}
