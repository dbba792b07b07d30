"""When somebody is reminded of what they are to do."""

from datetime import UTC, date, datetime

import pytest

from handlers.decisions.following.reminder_rule import Kind, following, kind_on, next_report, now_is
from handlers.meetings.follow_up_settings import FollowUpSettings

DUE = date(2026, 12, 10)
RULE = FollowUpSettings(days_before=(7, 1), overdue_every=7)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 12, 2), None),
        (date(2026, 12, 3), Kind.SOON),
        (date(2026, 12, 4), None),
        (date(2026, 12, 9), Kind.SOON),
        (date(2026, 12, 10), Kind.TODAY),
        (date(2026, 12, 11), Kind.OVERDUE),
        (date(2026, 12, 12), None),
        (date(2026, 12, 18), Kind.OVERDUE),
        (date(2027, 12, 10), Kind.OVERDUE),
    ],
)
def test_before_on_and_after(day: date, kind: Kind | None) -> None:
    assert kind_on(day, DUE, None, RULE) is kind


def test_nothing_is_reminded_of_without_a_date() -> None:
    assert kind_on(DUE, None, None, RULE) is None
    assert following(datetime(2026, 12, 1, tzinfo=UTC), None, None, RULE) is None


def test_not_before_nine_in_the_morning() -> None:
    early, late = datetime(2026, 12, 10, 7, 59, tzinfo=UTC), datetime(2026, 12, 10, 8, 0, tzinfo=UTC)
    assert now_is(early, DUE, None, RULE) is None
    assert now_is(late, DUE, None, RULE) is Kind.TODAY
    assert following(early, DUE, None, RULE) == late
    # In summer the clocks are an hour ahead.
    assert following(datetime(2026, 7, 1, tzinfo=UTC), date(2026, 7, 1), None, RULE) == datetime(
        2026, 7, 1, 7, tzinfo=UTC
    )


def test_each_moment_leads_to_the_next_for_as_long_as_it_is_not_done() -> None:
    now, days = datetime(2026, 11, 1, tzinfo=UTC), []
    for _time in range(6):
        found = following(now, DUE, None, RULE)
        assert found is not None
        days.append((found.date() - DUE).days)
        now = found
    assert days == [-7, -1, 0, 1, 8, 15]


def test_a_report_is_asked_for_and_again_at_intervals_until_it_comes() -> None:
    assert kind_on(date(2026, 12, 1), None, date(2026, 12, 1), RULE) is Kind.REPORT
    assert kind_on(date(2026, 12, 2), None, date(2026, 12, 1), RULE) is None
    assert kind_on(date(2026, 12, 8), None, date(2026, 12, 1), RULE) is Kind.REPORT
    assert following(datetime(2026, 12, 1, 12, tzinfo=UTC), None, date(2026, 12, 1), RULE) == datetime(
        2026, 12, 8, 8, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("day", "rhythm", "next_day"),
    [
        (date(2026, 12, 28), "week", date(2027, 1, 4)),
        (date(2027, 1, 31), "month", date(2027, 2, 28)),
        (date(2026, 11, 30), "quarter", date(2027, 2, 28)),
        (date(2026, 11, 30), "", None),
    ],
)
def test_a_rhythm(day: date, rhythm: str, next_day: date | None) -> None:
    assert next_report(day, rhythm) == next_day
