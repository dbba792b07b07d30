"""When a reminder is said, by what somebody wishes: cases that people meet, and any wishes at all held against a second
implementation that goes through the minutes one by one."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.calendar.zone import LOCAL_ZONE
from handlers.reminders.when import send_at
from handlers.reminders.wishes import WEEKDAYS, Wishes, read, refused


def at(text: str) -> datetime:
    """A local clock, as a moment: `2026-03-06 08:00`, a Friday."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE).astimezone(UTC)


NIGHT = Wishes(quiet_from=time(22), quiet_until=time(8))
NOON = Wishes(quiet_from=time(12), quiet_until=time(13))
WORKDAYS = Wishes(weekdays=(0, 1, 2, 3, 4))
GATHERED = Wishes(gather_at=time(8))
EASTER = Wishes(paused_from=date(2026, 3, 28), paused_until=date(2026, 4, 7))
LONG_AGO = "2026-01-01 00:00"


@pytest.mark.parametrize(
    ("wishes", "due", "expires", "now", "said"),
    [
        # Nothing chosen.
        (Wishes(), "2026-03-06 23:00", None, LONG_AGO, "2026-03-06 23:00"),
        (Wishes(), "2026-03-06 23:00", None, "2026-03-08 10:00", "2026-03-08 10:00"),
        # Quiet hours, over midnight and not; they end at the minute that is named.
        (NIGHT, "2026-03-06 21:59", None, LONG_AGO, "2026-03-06 21:59"),
        (NIGHT, "2026-03-06 22:00", None, LONG_AGO, "2026-03-07 08:00"),
        (NIGHT, "2026-03-07 03:00", None, LONG_AGO, "2026-03-07 08:00"),
        (NIGHT, "2026-03-07 08:00", None, LONG_AGO, "2026-03-07 08:00"),
        (NOON, "2026-03-07 12:30", None, LONG_AGO, "2026-03-07 13:00"),
        # The meeting begins before they end: said before they begin; too late for that too: at once.
        (NIGHT, "2026-03-07 06:00", "2026-03-07 08:00", LONG_AGO, "2026-03-06 21:59"),
        (NIGHT, "2026-03-07 06:00", "2026-03-07 08:00", "2026-03-06 22:30", "2026-03-07 06:00"),
        (NIGHT, "2026-03-06 23:00", "2026-03-07 07:00", "2026-03-06 21:59", "2026-03-06 21:59"),
        # Weekdays: Friday at the same clock for what is due on Sunday, and over by Monday.
        (WORKDAYS, "2026-03-07 09:00", None, LONG_AGO, "2026-03-09 08:00"),
        (WORKDAYS, "2026-03-09 06:00", None, LONG_AGO, "2026-03-09 08:00"),
        (WORKDAYS, "2026-03-10 06:00", None, LONG_AGO, "2026-03-10 06:00"),
        (WORKDAYS, "2026-03-09 06:00", "2026-03-09 08:00", LONG_AGO, "2026-03-06 06:00"),
        (WORKDAYS, "2026-03-08 09:00", "2026-03-09 00:00", LONG_AGO, "2026-03-06 09:00"),
        # A moment too late for that, it is still Friday.
        (WORKDAYS, "2026-03-08 09:00", "2026-03-09 00:00", "2026-03-06 09:03", "2026-03-06 09:03"),
        (WORKDAYS, "2026-03-08 09:00", "2026-03-09 00:00", "2026-03-07 10:00", "2026-03-08 09:00"),
        (NIGHT.model_copy(update={"weekdays": (0,), "quiet_from": time(6), "quiet_until": time(0)}),
         "2026-03-07 09:00", None, LONG_AGO, "2026-03-09 00:00"),
        # All of a day in one message.
        (GATHERED, "2026-03-06 07:00", None, LONG_AGO, "2026-03-06 08:00"),
        (GATHERED, "2026-03-06 08:01", None, LONG_AGO, "2026-03-07 08:00"),
        (GATHERED, "2026-03-06 11:00", "2026-03-06 13:00", LONG_AGO, "2026-03-06 08:00"),
        (GATHERED, "2026-03-06 07:00", "2026-03-06 07:30", LONG_AGO, "2026-03-05 08:00"),
        (GATHERED, "2026-03-06 11:00", "2026-03-06 13:00", "2026-03-06 09:00", "2026-03-06 11:00"),
        (GATHERED.model_copy(update={"quiet_from": time(7), "quiet_until": time(9)}),
         "2026-03-06 07:30", None, LONG_AGO, "2026-03-06 08:00"),
        # A pause: afterwards, before it where that is too late, and not at all once it has begun.
        (EASTER, "2026-03-30 09:00", None, LONG_AGO, "2026-04-07 08:00"),
        (EASTER, "2026-03-30 09:00", "2026-04-06 09:00", LONG_AGO, "2026-03-27 09:00"),
        (EASTER, "2026-03-30 09:00", "2026-04-06 09:00", "2026-03-29 09:00", "2026-04-07 08:00"),
        (EASTER.model_copy(update={"gather_at": time(8)}), "2026-03-30 09:00", None, LONG_AGO, "2026-04-07 08:00"),
        # The spring night has no 02:30, and the autumn night has it twice.
        (Wishes(gather_at=time(2, 30)), "2026-03-29 00:00", None, LONG_AGO, "2026-03-29 03:30"),
        (Wishes(gather_at=time(2, 30)), "2026-10-25 00:00", None, LONG_AGO, "2026-10-25 02:30"),
        (Wishes(quiet_from=time(22), quiet_until=time(2, 30)), "2026-10-24 23:00", None, LONG_AGO, "2026-10-25 02:30"),
        (NIGHT, "2026-03-28 23:00", None, LONG_AGO, "2026-03-29 08:00"),
        (NIGHT, "2026-10-24 23:00", None, LONG_AGO, "2026-10-25 08:00"),
        # What can not be wished for hinders nothing.
        (Wishes(weekdays=(), quiet_from=time(8), quiet_until=time(8)), "2026-03-06 23:00", None, LONG_AGO,
         "2026-03-06 23:00"),
    ],
)  # fmt: skip
def test_when_it_is_said(wishes: Wishes, due: str, expires: str | None, now: str, said: str) -> None:
    assert send_at(at(due), at(expires) if expires else None, wishes, at(now)) == at(said)


def test_a_clock_that_comes_twice_is_the_first() -> None:
    gathered = send_at(at("2026-10-25 00:00"), None, Wishes(gather_at=time(2, 30)), at(LONG_AGO))
    assert gathered == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    # Half past two the second time is past it.
    later = send_at(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), None, Wishes(gather_at=time(2, 30)), at(LONG_AGO))
    assert later == at("2026-10-26 02:30")


# --- any wishes at all -----------------------------------------------------------------------------------------

_SPRING, _AUTUMN = datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30, 59]))
_DAYS = st.dates(date(2026, 3, 24), date(2026, 4, 4))


@st.composite
def _wishes(draw: st.DrawFn) -> Wishes:
    quiet = draw(st.one_of(st.none(), st.tuples(_CLOCKS, _CLOCKS)))
    pause = draw(st.one_of(st.none(), st.tuples(_DAYS, st.integers(1, 6))))
    return Wishes(
        quiet_from=quiet[0] if quiet else None,
        quiet_until=quiet[1] if quiet else None,
        weekdays=tuple(draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True))),
        gather_at=draw(st.one_of(st.none(), _CLOCKS)),
        paused_from=pause[0] if pause else None,
        paused_until=pause[0] + timedelta(days=pause[1]) if pause else None,
    )


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LOCAL_ZONE).astimezone(UTC)


class _Naive:
    """Every minute of three weeks looked at by itself."""

    def __init__(self, wishes: Wishes, start: datetime) -> None:
        self.wishes = wishes
        self.days = [start.date() + timedelta(days=number) for number in range(-3, 40)]
        begins, ends = wishes.quiet_from, wishes.quiet_until
        self.quiet = []
        if begins is not None and ends is not None and begins != ends and wishes.gather_at is None:
            over = timedelta(days=1) if ends < begins else timedelta(0)
            self.quiet = [(_moment(day, begins), _moment(day + over, ends)) for day in self.days]
        gather = wishes.gather_at
        self.gathered = {_moment(day, gather) for day in self.days} if gather is not None else None

    def paused(self, moment: datetime) -> bool:
        begins, ends = self.wishes.paused_from, self.wishes.paused_until
        return begins is not None and ends is not None and begins <= moment.astimezone(LOCAL_ZONE).date() < ends

    def on_its_day(self, moment: datetime) -> bool:
        return not self.paused(moment) and moment.astimezone(LOCAL_ZONE).weekday() in self.wishes.weekdays

    def allowed(self, moment: datetime) -> bool:
        if not self.on_its_day(moment):
            return False
        if self.gathered is not None:
            return moment in self.gathered
        local = moment.astimezone(LOCAL_ZONE)
        day_before = _moment(local.date() - timedelta(days=1), time(12))
        if not self.quiet and local.time() < time(8) and not self.on_its_day(day_before):
            return False
        return not any(begins <= moment < ends for begins, ends in self.quiet)

    def first(self, moment: datetime) -> datetime:
        while not self.allowed(moment):
            moment += _MINUTE
        return moment

    def earlier(self, due: datetime) -> list[datetime]:
        if self.gathered is not None:
            return sorted(self.gathered)
        found = []
        for day in self.days:
            moment = _moment(day, due.astimezone(LOCAL_ZONE).time())
            around = [begins for begins, ends in self.quiet if begins <= moment < ends]
            found.append(max(around) - _MINUTE if around else moment)
        return sorted(found)

    def send_at(self, due: datetime, expires: datetime | None, now: datetime) -> datetime:
        from_when = max(due, now)
        first = self.first(from_when)
        if expires is None or first < expires:
            return first
        before = [moment for moment in self.earlier(due) if now <= moment < due and self.allowed(moment)]
        if before:
            return before[-1]
        soon = now
        while soon < due:
            if self.allowed(soon):
                return soon
            soon += _MINUTE
        return first if self.paused(from_when) else from_when


@settings(max_examples=120, deadline=None)
@given(
    wishes=_wishes(),
    start=st.sampled_from([_SPRING, _AUTUMN]),
    due=st.integers(0, 5 * 24 * 60),
    lasts=st.one_of(st.none(), st.integers(0, 3 * 24 * 60)),
    before=st.integers(-60, 3 * 24 * 60),
)
def test_as_a_second_implementation_says(
    wishes: Wishes, start: datetime, due: int, lasts: int | None, before: int
) -> None:
    due_at = start + timedelta(minutes=due)
    now = due_at - timedelta(minutes=before)
    expires_at = None if lasts is None else due_at + timedelta(minutes=lasts)
    assert send_at(due_at, expires_at, wishes, now) == _Naive(wishes, start).send_at(due_at, expires_at, now)


# --- what can be wished for ------------------------------------------------------------------------------------

_TODAY = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("wishes", "field", "says"),
    [
        (Wishes(quiet_from=time(8), quiet_until=time(8)), "quiet_until", "hele døgnet"),
        (Wishes(quiet_from=time(8)), "quiet_until", "både når"),
        (Wishes(quiet_until=time(8)), "quiet_from", "både når"),
        (Wishes(weekdays=()), "weekdays", "minst én dag"),
        (Wishes(paused_from=_TODAY, paused_until=_TODAY), "paused_until", "slutte etter"),
        (Wishes(paused_until=_TODAY + timedelta(days=3)), "paused_until", "slutte etter"),
        (Wishes(paused_from=date(2026, 3, 1), paused_until=_TODAY), "paused_until", "etter i dag"),
        (Wishes(paused_from=_TODAY, paused_until=date(2036, 3, 6)), "paused_until", "ett år"),
    ],
)
def test_what_leaves_no_moment_is_refused(wishes: Wishes, field: str, says: str) -> None:
    [(where, sentence)] = refused(wishes, _TODAY)
    assert where == field
    assert says in sentence


@pytest.mark.parametrize("wishes", [Wishes(), NIGHT, WORKDAYS, GATHERED, EASTER])
def test_what_can_be_wished_for_comes_back_as_it_was(wishes: Wishes) -> None:
    assert not refused(wishes, _TODAY)
    assert read(wishes.model_dump(mode="json")) == wishes


def test_what_cannot_be_read_is_as_if_nothing_were_chosen() -> None:
    assert read({"weekdays": [9]}) == Wishes()
    assert read(None) == Wishes()
