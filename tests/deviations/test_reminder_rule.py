"""When somebody is reminded of a deviation: half time, the day before, overdue; one message a day, in office hours."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calendar.zone import LOCAL_ZONE
from handlers.deviations.handling.reminder_rule import (
    Clock,
    Reached,
    To,
    Waiting,
    due_now,
    next_allowed,
    next_reached,
    reached,
)


def at(text: str) -> datetime:
    """A moment given in local time."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE).astimezone(UTC)


def local(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"


# Tuesday to Tuesday three weeks later: half time is Saturday 12 September at 01.00.
SENT, DUE = at("2026-09-01 10:00"), at("2026-09-22 16:00")


def clock(since: datetime = SENT, due_at: datetime = DUE, **given: datetime) -> Clock:
    return Clock(since, due_at, **{"changed_at": since, **given})


def found(now: str, of: Clock | None = None) -> list[tuple[To, str]]:
    return [(reminder.to, local(reminder.at)) for reminder in reached(of or clock(), at(now))]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-09-01 10:00", []),
        ("2026-09-12 00:59", []),
        ("2026-09-12 01:00", [(To.HANDLER, "2026-09-12 01:00")]),
        ("2026-09-21 07:59", [(To.HANDLER, "2026-09-12 01:00")]),
        ("2026-09-21 08:00", [(To.HANDLER, "2026-09-21 08:00")]),
        ("2026-09-22 15:59", [(To.HANDLER, "2026-09-21 08:00")]),
        ("2026-09-22 16:00", [(To.LEADER, "2026-09-22 16:00")]),
        ("2026-09-29 15:59", [(To.LEADER, "2026-09-22 16:00")]),
        ("2026-09-29 16:00", [(To.LEADER, "2026-09-29 16:00")]),
        # The clock has gone back: 16.00 on the wall is still 16.00.
        ("2026-10-27 15:59", [(To.LEADER, "2026-10-20 16:00")]),
        ("2026-10-27 16:00", [(To.LEADER, "2026-10-27 16:00")]),
        # Left for years: still one.
        ("2030-09-24 09:00", [(To.LEADER, "2030-09-17 16:00")]),
    ],
)
def test_the_last_reminder_that_was_reached_counts(now: str, expected: list[tuple[To, str]]) -> None:
    assert found(now) == expected


@pytest.mark.parametrize(
    ("due", "day_before"),
    [
        ("2026-09-25 16:00", "2026-09-24 08:00"),
        ("2026-09-26 16:00", "2026-09-25 08:00"),
        ("2026-09-27 16:00", "2026-09-25 08:00"),
        ("2026-09-28 16:00", "2026-09-25 08:00"),
        # Monday after the night in which the clock goes back, and forward.
        ("2026-10-26 16:00", "2026-10-23 08:00"),
        ("2028-03-27 16:00", "2028-03-24 08:00"),
        # Easter Monday and the day after: Wednesday before Easter. The day after 17 May, which is a Monday.
        ("2027-03-29 16:00", "2027-03-24 08:00"),
        ("2027-03-30 16:00", "2027-03-24 08:00"),
        ("2027-05-18 16:00", "2027-05-14 08:00"),
    ],
)
def test_the_day_before_is_a_working_day(due: str, day_before: str) -> None:
    of = clock(due_at=at(due))
    assert found(due.replace("16:00", "15:59"), of) == [(To.HANDLER, day_before)]


def test_a_deadline_so_short_that_the_day_before_is_past_has_half_time_only() -> None:
    of = clock(at("2026-09-01 10:00"), at("2026-09-02 16:00"))
    assert found("2026-09-02 00:59", of) == []
    assert found("2026-09-02 12:00", of) == [(To.HANDLER, "2026-09-02 01:00")]


def test_half_time_is_half_the_elapsed_time_also_across_the_autumn_night() -> None:
    of = clock(at("2026-10-24 16:00"), at("2026-10-26 16:00"))
    assert found("2026-10-25 15:29", of) == []
    assert found("2026-10-25 15:30", of) == [(To.HANDLER, "2026-10-25 15:30")]


def test_whoever_just_did_something_with_it_is_not_reminded_of_what_came_before() -> None:
    of = clock(changed_at=at("2026-09-13 20:00"))
    assert found("2026-09-14 08:00", of) == []
    assert found("2026-09-21 08:00", of) == [(To.HANDLER, "2026-09-21 08:00")]


def test_a_change_takes_no_reminder_from_the_leaders() -> None:
    of = clock(changed_at=at("2026-09-22 17:00"))
    assert found("2026-09-23 08:00", of) == [(To.LEADER, "2026-09-22 16:00")]


def test_while_the_reporter_owes_an_answer_only_the_reporter_is_reminded_and_once() -> None:
    # Asked on Wednesday: Thursday, Friday and Monday are three working days.
    of = clock(asked_at=at("2026-09-09 14:00"), changed_at=at("2026-09-09 14:00"))
    assert found("2026-09-14 13:59", of) == []
    for now in ("2026-09-14 14:00", "2026-09-21 09:00", "2026-09-22 15:59"):
        assert found(now, of) == [(To.REPORTER, "2026-09-14 14:00")]


def test_a_question_asked_on_saturday_is_counted_from_monday() -> None:
    of = clock(asked_at=at("2026-09-05 12:00"))
    assert found("2026-09-09 11:59", of) == []
    assert found("2026-09-09 12:00", of) == [(To.REPORTER, "2026-09-09 12:00")]


def test_a_question_does_not_hide_from_the_leaders_that_the_deadline_has_passed() -> None:
    of = clock(asked_at=at("2026-09-21 14:00"))
    assert found("2026-09-22 16:00", of) == [(To.LEADER, "2026-09-22 16:00")]


# --- one message a day -------------------------------------------------------------------------------------

ORDINARY = Waiting(1, To.HANDLER, at("2026-09-11 16:30"), serious=False)
SERIOUS = Waiting(2, To.HANDLER, at("2026-09-12 03:00"), serious=True)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        # What was reached on Friday afternoon comes on Monday at 08.
        ("2026-09-11 16:30", False),
        ("2026-09-12 12:00", False),
        ("2026-09-13 12:00", False),
        ("2026-09-14 07:59", False),
        ("2026-09-14 08:00", True),
        ("2026-09-14 15:59", True),
        ("2026-09-14 16:00", False),
        ("2026-09-15 11:00", True),
    ],
)
def test_reminders_go_out_in_office_hours(now: str, goes: bool) -> None:
    assert due_now([ORDINARY], None, at(now)) == ([ORDINARY] if goes else [])


@pytest.mark.parametrize(
    ("now", "goes"),
    [("2027-03-25 10:00", False), ("2027-03-29 10:00", False), ("2027-03-30 07:59", False), ("2027-03-30 08:00", True)],
)
def test_reminders_wait_until_easter_is_over(now: str, goes: bool) -> None:
    reached_before = Waiting(1, To.HANDLER, at("2027-03-24 16:30"), serious=False)
    assert due_now([reached_before], None, at(now)) == ([reached_before] if goes else [])


@pytest.mark.parametrize("now", ["2026-10-25 02:30", "2027-03-28 03:00", "2026-09-12 03:00", "2026-12-24 23:59"])
def test_serious_ones_go_at_any_hour_and_take_the_others_along(now: str) -> None:
    assert due_now([ORDINARY, SERIOUS], None, at(now)) == [ORDINARY, SERIOUS]


def test_there_is_one_message_a_day_and_nothing_is_said_twice() -> None:
    told = at("2026-09-14 08:00")
    later = Waiting(3, To.HANDLER, at("2026-09-14 09:00"), serious=False)
    assert due_now([ORDINARY, later], told, at("2026-09-14 12:00")) == []
    assert due_now([ORDINARY, later], told, at("2026-09-15 07:59")) == []
    assert due_now([ORDINARY, later], told, at("2026-09-15 08:00")) == [later]
    assert due_now([ORDINARY], told, at("2026-09-15 08:00")) == []


def test_after_a_message_the_day_before_the_night_is_left_in_peace() -> None:
    told = at("2026-09-14 08:00")
    serious = Waiting(3, To.LEADER, at("2026-09-14 16:00"), serious=True)
    assert due_now([serious], told, at("2026-09-14 16:00")) == []
    assert due_now([serious], told, at("2026-09-15 00:00")) == []
    assert due_now([serious], told, at("2026-09-15 08:00")) == [serious]


# --- whatever happens --------------------------------------------------------------------------------------

MOMENTS = st.integers(0, 90 * 24 * 60).map(lambda minutes: at("2026-09-01 00:00") + timedelta(minutes=minutes))
CLOCKS = st.builds(
    lambda since, days, serious: (clock(since, since + timedelta(days=days)), serious),
    MOMENTS,
    st.integers(1, 60),
    st.booleans(),
)


@given(MOMENTS, st.integers(1, 365), MOMENTS, st.none() | MOMENTS, MOMENTS)
def test_nothing_is_reached_before_its_time_and_one_thing_for_each(
    since: datetime, days: int, changed_at: datetime, asked_at: datetime | None, now: datetime
) -> None:
    of = Clock(since, since + timedelta(days=days), changed_at, asked_at)
    reminders = reached(of, now)
    assert len({reminder.to for reminder in reminders}) == len(reminders)
    for reminder in reminders:
        assert reminder.at <= now
        match reminder.to:
            case To.HANDLER:
                assert max(since, changed_at) < reminder.at < of.due_at
                assert asked_at is None
                assert now < of.due_at
            case To.LEADER:
                assert reminder.at >= of.due_at
                assert now - reminder.at < timedelta(days=7, hours=1)
            case To.REPORTER:
                assert asked_at is not None
                assert reminder.at - asked_at >= timedelta(days=3) - timedelta(hours=1)


@given(st.lists(CLOCKS, max_size=6), st.lists(MOMENTS, min_size=1, max_size=200, unique=True))
def test_a_standstill_of_any_length_gives_one_message_and_loses_nothing(
    reports: Sequence[tuple[Clock, bool]], ticks: Sequence[datetime]
) -> None:
    told: datetime | None = None
    days: list[date] = []
    said: set[tuple[int, Reached]] = set()
    for now in sorted(ticks):
        waiting = [
            Waiting(number, reminder.to, reminder.at, serious)
            for number, (of, serious) in enumerate(reports)
            for reminder in reached(of, now)
        ]
        message = due_now(waiting, told, now)
        if not message:
            continue
        here = now.astimezone(LOCAL_ZONE)
        if not any(one.serious for one in message):
            assert here.weekday() < 5
            assert 8 <= here.hour < 16
        days.append(here.date())
        new = {(one.deviation_id, Reached(one.to, one.at)) for one in message}
        assert not new & said
        said |= new
        told = now
        # All that is waiting has been said by now, in this message or in an earlier one.
        assert {(one.deviation_id, Reached(one.to, one.at)) for one in waiting} <= said
    assert len(days) == len(set(days))


# --- when to look again ------------------------------------------------------------------------------------

_SOON = st.datetimes(datetime(2026, 8, 1), datetime(2027, 1, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
_TIMES = st.timedeltas(timedelta(), timedelta(days=40))


@given(_SOON, _TIMES, _TIMES, st.none() | _TIMES, _SOON, _SOON)
def test_until_the_next_moment_nothing_else_is_reached(
    since: datetime, long: timedelta, changed: timedelta, asked: timedelta | None, now: datetime, later: datetime
) -> None:
    of = Clock(since, since + long, since + changed, None if asked is None else since + asked)
    coming = next_reached(of, now)
    assert coming is None or coming > now
    if later > now and (coming is None or later < coming):
        assert reached(of, later) == reached(of, now)


@given(_SOON, _SOON, st.none() | _SOON, st.booleans())
def test_who_may_not_be_reminded_now_may_not_before_the_next_such_moment(
    now: datetime, later: datetime, told: datetime | None, serious: bool
) -> None:
    waiting = [Waiting(1, To.HANDLER, min(now, later), serious)]
    if now < later < next_allowed(now) and not due_now(waiting, told, now):
        assert not due_now(waiting, told, later)
