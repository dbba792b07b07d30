"""Which reminders are due."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from handlers.meetings.reminder_rule import Kind, due, next_due
from handlers.meetings.settings import CommitteeSettings

ZONE = "Europe/Oslo"
SETTINGS = CommitteeSettings(remind_deadline=("7d 09:00", "1d 09:00"), remind_meeting=("7d 09:00", "2h"))
START = datetime(2026, 11, 12, 13, tzinfo=ZoneInfo(ZONE))
DEADLINE = datetime(2026, 10, 29, 12, tzinfo=ZoneInfo(ZONE))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def found(now: datetime) -> list[tuple[Kind, str]]:
    return [(item.kind, item.offset) for item in due(START, DEADLINE, ZONE, SETTINGS, now)]


def test_nothing_is_due_before_the_first_offset() -> None:
    assert found(at("2026-10-22 08:59")) == []


def test_a_reminder_is_due_from_its_minute_on_across_the_autumn_night() -> None:
    assert found(at("2026-10-22 09:00")) == [(Kind.DEADLINE, "7d 09:00")]
    assert found(at("2026-10-28 08:59")) == [(Kind.DEADLINE, "7d 09:00")]
    assert found(at("2026-10-28 09:00")) == [(Kind.DEADLINE, "1d 09:00")]


def test_what_has_passed_is_not_reminded_of() -> None:
    assert found(at("2026-10-29 12:00")) == []
    assert found(at("2026-11-12 12:59")) == [(Kind.MEETING, "2h")]
    assert found(at("2026-11-12 13:00")) == []


def test_after_a_pause_only_the_last_overdue_one_counts() -> None:
    assert found(at("2026-10-29 08:00")) == [(Kind.DEADLINE, "1d 09:00")]


@given(st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 1)).map(lambda moment: moment.replace(tzinfo=UTC)))
def test_at_most_one_of_each_kind_and_only_while_it_matters(now: datetime) -> None:
    items = due(START, DEADLINE, ZONE, SETTINGS, now)
    assert len({item.kind for item in items}) == len(items)
    assert all(now < item.anchor < now + timedelta(days=9) for item in items)


_MOMENTS = st.datetimes(datetime(2026, 10, 15), datetime(2026, 11, 14)).map(lambda moment: moment.replace(tzinfo=UTC))


@given(_MOMENTS, _MOMENTS)
def test_until_the_next_moment_nothing_new_is_due(now: datetime, later: datetime) -> None:
    coming = next_due(START, DEADLINE, ZONE, SETTINGS, now)
    assert coming is None or coming > now
    if later > now and (coming is None or later < coming):
        assert set(due(START, DEADLINE, ZONE, SETTINGS, later)) <= set(due(START, DEADLINE, ZONE, SETTINGS, now))
    if coming is not None:
        assert due(START, DEADLINE, ZONE, SETTINGS, coming) != due(START, DEADLINE, ZONE, SETTINGS, now)
