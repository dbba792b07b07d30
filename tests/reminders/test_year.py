"""A whole year of reminders, with both nights when the clock is changed, a restart in each week, clocks that jump, and
a day on which nobody ran: each arrives once, when it should, and what made no sense any more is recorded so.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.chores import Doer
from bot.messenger import Ref
from bot.worker import Worker
from handlers.capabilities import registry
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.message import Message
from handlers.people.address import Address
from handlers.reminders.when import send_at
from handlers.reminders.wishes import DEFAULT, Wishes
from storage.tables import Committee, Meeting, Reminder, ReminderWishes
from tests.clock import FixedClock
from tests.surface import FakeMessenger
from tests.world import World

OSLO = ZoneInfo("Europe/Oslo")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGIN, END = datetime(2026, 1, 1, 6, tzinfo=UTC), datetime(2027, 1, 1, 6, tzinfo=UTC)
SETTINGS = {"remind_deadline": ["7d 09:00", "1d 09:00"], "remind_meeting": ["7d 09:00", "1d 02:30", "2h"]}
OUTAGE = (datetime(2026, 5, 12, 18, tzinfo=OSLO), datetime(2026, 5, 13, 18, tzinfo=OSLO))
FSU = [
    "2026-01-29 13:00",
    # The day after the spring night, and the autumn night: what is said at 02.30 is skipped there, and comes twice.
    "2026-03-30 10:00",
    # Its reminder of a week before, and that of the next one's deadline, are due in the outage.
    "2026-05-20 13:00",
    "2026-05-28 13:00",
    "2026-10-26 10:00",
    "2026-12-17 13:00",
]
AU = [
    # Held while nobody ran.
    "2026-05-13 10:00",
    "2026-09-15 14:00",
]
PROPOSES = {"fsu": ["member", "colleague", "secretary", "deputy"], "au": ["colleague", "secretary"]}
COMES = {"fsu": [*PROPOSES["fsu"], "observer"], "au": PROPOSES["au"]}
WISHES = {
    "colleague": Wishes(gather_at=time(8)),
    "secretary": Wishes(quiet_from=time(20), quiet_until=time(10)),
    "deputy": Wishes(weekdays=(0, 1, 2, 3, 4)),
}


class Expected(NamedTuple):
    """A reminder that is to arrive at `at`, or as soon as somebody runs."""

    kind: str
    occurrence: str
    who: str
    at: datetime
    ends: datetime


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(BEGIN)


def _moment(day: date, clock: str) -> datetime:
    """The first minute of the day at which the clocks show it; an hour later, if they never do."""
    start = datetime(day.year, day.month, day.day, tzinfo=OSLO).astimezone(UTC)
    minutes = [start + timedelta(minutes=number) for number in range(26 * 60)]
    shown = [each for each in minutes if f"{each.astimezone(OSLO):%Y-%m-%d %H:%M}" == f"{day} {clock}"]
    hour, minute = clock.split(":")
    return shown[0] if shown else _moment(day, f"{int(hour) + 1:02}:{minute}")


def _expected(committee: str, meeting_id: int, starts: datetime, deadline: datetime) -> Iterator[Expected]:
    for kind, anchor, offsets, concerned in (
        ("mote.frist", deadline, SETTINGS["remind_deadline"], PROPOSES[committee]),
        ("mote.mote", starts, SETTINGS["remind_meeting"], COMES[committee]),
    ):
        for offset in offsets:
            days, _space, at = offset.partition("d ")
            due = anchor - 2 * HOUR if offset == "2h" else _moment(anchor.astimezone(OSLO).date() - int(days) * DAY, at)
            if anchor <= BEGIN:
                continue
            for who in concerned:
                wishes = WISHES.get(who, DEFAULT)
                occurrence = f"{meeting_id}:{anchor.astimezone(UTC).isoformat()}:{offset}"
                yield Expected(kind, occurrence, who, send_at(due, anchor, wishes, BEGIN), anchor)


class Noting(FakeMessenger):
    """Notes which delivery was sent to whom, and when."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__()
        self.clock = clock
        self.noted: list[tuple[str, str, datetime]] = []

    async def send(self, address: Address, message: Message) -> Ref:
        self.noted.append((str(address.reach["user"]), str(message.delivery_key), self.clock.now()))
        return await super().send(address, message)


async def _plan(world: World) -> list[Expected]:
    expected: list[Expected] = []
    async with world.database.transaction() as session:
        await session.execute(update(Meeting).values(cancelled_at=BEGIN))
        settings = CommitteeSettings.model_validate({**SETTINGS, "remind_terms": []}).model_dump(mode="json")
        await session.execute(update(Committee).values(settings=settings))
        for committee, plan in (("fsu", FSU), ("au", AU)):
            for text in plan:
                starts = datetime.fromisoformat(text).replace(tzinfo=OSLO)
                deadline = _moment(starts.date() - 14 * DAY, "12:00")
                row = Meeting(
                    committee_id=world.committees[committee],
                    key=text,
                    starts_at=starts,
                    ends_at=starts + 2 * HOUR,
                    deadline_at=deadline,
                    zone="Europe/Oslo",
                )
                session.add(row)
                await session.flush()
                expected += _expected(committee, row.id, starts, deadline)
        for who, wishes in WISHES.items():
            stored = wishes.model_dump(mode="json")
            session.add(ReminderWishes(person_id=world.people[who], wishes=stored, changed_at=BEGIN))
    return expected


async def test_a_year(small_world: World, clock: FixedClock) -> None:
    world = small_world
    expected = await _plan(world)
    chores = [each for each in registry().chores if each.name in ("meetings.reminders", "reminders.send")]
    messenger = Noting(clock)

    async def tick(doer: Doer, worker: Worker) -> None:
        for chore in chores:
            await doer.do(chore)
        while await worker.deliver_due():
            pass

    def started() -> tuple[Doer, Worker]:
        return Doer(world.database, clock), Worker(world.database, {"local": messenger}, clock)

    weeks = {BEGIN + DAY * 7 * number for number in range(53)}
    # When anything is to be said, just before that, and each week besides.
    moments = {each.at + timedelta(seconds=19) for each in expected}
    moments |= {each.at - HOUR / 60 for each in expected if each.who == "member"}
    running = started()
    for number, moment in enumerate(sorted(moments | weeks | {OUTAGE[1].astimezone(UTC)})):
        if OUTAGE[0] <= moment < OUTAGE[1] or not BEGIN <= moment < END:
            continue
        if moment in weeks:
            running = started()
        clock.go_to(moment)
        await tick(*running)
        if number % 20 == 0:
            # Clocks that jump.
            for jumped in (moment - DAY, moment):
                clock.go_to(jumped)
                await tick(*running)
    async with world.database.reading() as session:
        rows = {(row.kind, row.occurrence, row.person_id): row for row in await session.scalars(select(Reminder))}
    # Each is one row, and there is no other.
    keyed = {(each.kind, each.occurrence, world.people[each.who]): each for each in expected}
    assert rows.keys() == keyed.keys()
    sent = {key: at for _person, key, at in messenger.noted}
    assert max(Counter(key for _person, key, _at in messenger.noted).values()) == 1
    over, late, became = set(), set(), Counter[str]()
    for key, each in keyed.items():
        row = rows[key]
        became[f"{row.status} {row.reason}".strip()] += 1
        if row.status != "handed":
            assert (row.status, row.reason) in (("skipped", "over"), ("skipped", "newer"))
            over |= {each.at} if row.reason == "over" else set()
            continue
        assert row.delivery_key is not None
        arrived = sent[row.delivery_key]
        assert each.at <= arrived < each.ends
        if arrived - each.at > HOUR / 60:
            late.add((each.who, row.delivery_key))
            assert OUTAGE[0] <= each.at < OUTAGE[1] <= arrived
    # What came due while nobody ran came afterwards, in one message for each person; the meeting that was held
    # meanwhile was nothing to be reminded of any more.
    assert over
    assert all(OUTAGE[0] <= at < OUTAGE[1] for at in over)
    gathering = {"colleague"}  # theirs comes on the next morning in any case
    assert Counter(who for who, _key in late) == Counter(dict.fromkeys(set(COMES["fsu"]) - gathering, 1))
    assert became["handed"] > 100
    # Nothing else was sent.
    assert {row.delivery_key for row in rows.values() if row.delivery_key} == set(sent)
