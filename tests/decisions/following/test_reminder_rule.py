"""When somebody is reminded of what they are to do."""

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.decisions.following.reminder_rule import Kind, ahead, kind_on, morning, next_report
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
    assert ahead(date(2026, 12, 1), None, None, RULE) == []


def test_at_nine_in_the_morning() -> None:
    assert next(iter(ahead(DUE, DUE, None, RULE))) == (DUE, Kind.TODAY, datetime(2026, 12, 10, 8, tzinfo=UTC))
    # In summer the clocks are an hour ahead.
    assert morning(date(2026, 7, 1)) == datetime(2026, 7, 1, 7, tzinfo=UTC)


def test_all_before_it_is_due_and_then_two_at_a_time_for_as_long_as_it_is_not_done() -> None:
    def days(today: date) -> list[int]:
        return [(each.day - DUE).days for each in ahead(today, DUE, None, RULE)]

    assert days(date(2026, 11, 1)) == [-7, -1, 0, 1, 8]
    assert days(date(2026, 12, 10)) == [0, 1, 8]
    assert days(date(2026, 12, 11)) == [1, 8]
    assert days(date(2026, 12, 12)) == [8, 15]
    assert days(date(2026, 12, 18)) == [8, 15]


@pytest.mark.parametrize("report_on", [None, date(2026, 12, 14), date(2026, 11, 20)])
@pytest.mark.parametrize("every", [1, 7, 60])
def test_what_lies_ahead_is_what_each_day_would_say(every: int, report_on: date | None) -> None:
    rule = FollowUpSettings(days_before=(10, 3), overdue_every=every)
    for start in range(60):
        today = date(2026, 11, 1) + timedelta(days=start)
        found = ahead(today, DUE, report_on, rule)
        by_day = {each.day: each.kind for each in found}
        for later in range((found[0].day - today).days + 1):
            day = today + timedelta(days=later)
            assert by_day.get(day) is kind_on(day, DUE, report_on, rule)


def test_a_report_is_asked_for_and_again_at_intervals_until_it_comes() -> None:
    assert kind_on(date(2026, 12, 1), None, date(2026, 12, 1), RULE) is Kind.REPORT
    assert kind_on(date(2026, 12, 2), None, date(2026, 12, 1), RULE) is None
    assert kind_on(date(2026, 12, 8), None, date(2026, 12, 1), RULE) is Kind.REPORT
    found = ahead(date(2026, 12, 2), None, date(2026, 12, 1), RULE)
    assert [each.at for each in found] == [
        datetime(2026, 12, 8, 8, tzinfo=UTC),
        datetime(2026, 12, 15, 8, tzinfo=UTC),
    ]


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
