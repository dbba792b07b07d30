"""Which reminders are due."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from handlers.meetings.reminder_rule import Kind, Moment, moments
from handlers.meetings.reminders import KINDS
from handlers.meetings.settings import CommitteeSettings
from handlers.reminders.handing import sort
from handlers.reminders.wishes import DEFAULT
from storage.reminders import DueRow

ZONE = "Europe/Oslo"
SETTINGS = CommitteeSettings(remind_deadline=("7d 09:00", "1d 09:00"), remind_meeting=("7d 09:00", "2h"))
START = datetime(2026, 11, 12, 13, tzinfo=ZoneInfo(ZONE))
DEADLINE = datetime(2026, 10, 29, 12, tzinfo=ZoneInfo(ZONE))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def found(now: datetime) -> list[tuple[Kind, str]]:
    """What somebody hears who has heard nothing yet: of several that are due the last one."""
    return [(item.kind, item.offset) for item in due(now)]


def due(now: datetime) -> list[Moment]:
    come = [item for item in moments(START, DEADLINE, ZONE, SETTINGS, now) if item.due_at <= now]
    rows = [
        DueRow(number, item.kind, "", 1, "meeting:1", item.due_at, item.due_at, item.anchor, 1, 1, "nb", False)
        for number, item in enumerate(come)
    ]
    said = sort(rows, {kind.name: kind for kind in KINDS}, {1: DEFAULT}, now).said
    return [come[row.id] for row in sorted(said, key=lambda row: row.kind)]


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
    items = due(now)
    assert len({item.kind for item in items}) == len(items)
    assert all(now < item.anchor < now + timedelta(days=9) for item in items)


_MOMENTS = st.datetimes(datetime(2026, 10, 15), datetime(2026, 11, 14)).map(lambda moment: moment.replace(tzinfo=UTC))


@given(_MOMENTS, _MOMENTS)
def test_what_is_laid_once_is_all_that_ever_comes_due(now: datetime, later: datetime) -> None:
    laid = set(moments(START, DEADLINE, ZONE, SETTINGS, now))
    assert set(moments(START, DEADLINE, ZONE, SETTINGS, max(now, later))) <= laid
    assert all(item.due_at < item.anchor and item.anchor > now for item in laid)
    coming = min((item.due_at for item in laid if item.due_at > now), default=None)
    if later > now and (coming is None or later < coming):
        assert set(due(later)) <= set(due(now))
    if coming is not None:
        assert due(coming) != due(now)


def test_the_same_offset_twice_reminds_once() -> None:
    settings = CommitteeSettings(remind_deadline=("1d", "1d"), remind_meeting=())
    assert len(list(moments(START, DEADLINE, ZONE, settings, at("2026-10-01 09:00")))) == 1
