"""Reminders over the nights on which clocks change, at the edge of quiet hours, and when what they are about goes: with
ticks as a worker makes them."""

from datetime import datetime, time, timedelta

import pytest

from handlers.meetings.reminders import REMIND
from handlers.reminders.laying import relay_person
from handlers.reminders.wishes import Wishes
from storage.tables import Committee
from tests.chores import done
from tests.clock import FixedClock
from tests.reminders.engine import DAY, Engine
from tests.world import World

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def engine(small_world: World, clock: FixedClock) -> Engine:
    return Engine(small_world, clock)


@pytest.mark.parametrize(
    ("evening", "said"),
    [
        # 02.30 comes twice; the first of them.
        ("2026-10-24T20:00+02:00", "2026-10-25T02:30+02:00"),
        # 02.30 does not come; an hour later by the clock.
        ("2027-03-27T20:00+01:00", "2027-03-28T03:30+02:00"),
    ],
)
async def test_gathered_at_a_clock_that_a_night_has_twice_or_not_at_all(
    engine: Engine, evening: str, said: str
) -> None:
    engine.clock.go_to(datetime.fromisoformat(evening))
    await engine.wish("member", Wishes(gather_at=time(2, 30)))
    # The last one comes due an hour after that moment: it is for the next night.
    begin = engine.clock.now()
    due = [HOUR, 2 * HOUR, datetime.fromisoformat(said) + HOUR - begin]
    await engine.lay(*(engine.wanted(f"{number}", after, subject=f"lek:{number}") for number, after in enumerate(due)))
    arrived: dict[str, datetime] = {}
    while engine.clock.now() < begin + 2 * DAY:
        engine.clock.forward(10 * MINUTE)
        if await engine.tick():
            for name, row in (await engine.rows()).items():
                if row.status == "handed":
                    arrived.setdefault(name, engine.clock.now())
        # A clock that is put back by an hour says nothing twice.
        if engine.clock.now() == datetime.fromisoformat(said) + 20 * MINUTE:
            engine.clock.go_to(engine.clock.now() - HOUR)
            assert await engine.tick() == 0
            engine.clock.forward(HOUR)
    first, last = datetime.fromisoformat(said), datetime.fromisoformat(said) + DAY
    assert arrived["0"] == arrived["1"] == first
    local = arrived["2"].astimezone(last.tzinfo)
    assert (local.day, arrived["2"] - first) in ((26, DAY + HOUR), (29, DAY - HOUR))
    assert len(await engine.inbox("member")) == 2


async def test_quiet_from_the_minute_at_which_it_is_due(engine: Engine) -> None:
    """It is due at 22.00, when the quiet begins: what can wait does, and what cannot comes a minute before."""
    engine.clock.go_to(datetime.fromisoformat("2026-09-02T12:00+02:00"))
    await engine.wish("member", Wishes(quiet_from=time(22), quiet_until=time(7)))
    at_ten = datetime.fromisoformat("2026-09-02T22:00+02:00") - engine.clock.now()
    await engine.lay(
        engine.wanted("waits", at_ten),
        engine.wanted("cannot", at_ten, subject="lek:2", ends=at_ten + 2 * HOUR),
        engine.wanted("just before", at_ten - 1 * MINUTE, subject="lek:3"),
    )
    arrived: dict[str, str] = {}
    while "waits" not in arrived:
        engine.clock.forward(MINUTE)
        if await engine.tick():
            for name, row in (await engine.rows()).items():
                if row.settled_at is not None:
                    arrived[name] = f"{row.settled_at:%d %H:%M}"
    # UTC: two hours less.
    assert arrived == {"cannot": "02 19:59", "just before": "02 19:59", "waits": "03 05:00"}


async def test_wishes_that_change_between_laying_and_handing_over(engine: Engine) -> None:
    await engine.lay(*(engine.wanted(f"{number}", HOUR, subject=f"lek:{number}") for number in range(3)))
    now = engine.clock.now()
    for wishes in (Wishes(gather_at=time(8)), Wishes(quiet_from=time(8), quiet_until=time(20)), Wishes()):
        async with engine.world.database.transaction() as session:
            await relay_person(session, engine.world.people["member"], wishes, now)
        await engine.wish("member", wishes)
    engine.clock.forward(HOUR)
    # They want none of the kind by now.
    await engine.wish("member", Wishes(off=("lek.a",)))
    assert await engine.tick() == 0
    assert set((await engine.became()).values()) == {"skipped unwanted"}


async def test_of_what_was_put_off_and_what_is_due_besides_the_later_is_said(engine: Engine) -> None:
    """«I morgen» comes to the moment of the next reminder about the same: one message, and nothing twice."""
    first = engine.wanted("7d")
    await engine.lay(first, engine.wanted("1d", DAY))
    await engine.tick()
    snoozed = first._replace(occurrence="7d~1", due_at=engine.clock.now() + DAY - HOUR)
    await engine.lay(first, engine.wanted("1d", DAY), snoozed)
    # Nobody runs until both are due.
    engine.clock.forward(DAY)
    assert await engine.tick() == 1
    assert await engine.became() == {"7d": "handed", "1d": "handed", "7d~1": "skipped newer"}
    assert len(await engine.inbox("member")) == 2


async def test_a_committee_that_is_removed_and_comes_back(world: World, clock: FixedClock) -> None:
    engine = Engine(world, clock)
    await done(REMIND, world.database, clock)
    before = await engine.became()
    assert set(before.values()) == {"pending"}
    for removed_at, became in ((clock.now(), "withdrawn changed"), (None, "pending")):
        async with world.database.transaction() as session:
            committee = await session.get_one(Committee, world.committees["fsu"])
            committee.removed_at = removed_at
            ids = committee.id
        await done(REMIND, world.database, clock)
        rows = await engine.rows()
        assert {f"{row.status} {row.reason}".strip() for row in rows.values() if row.committee_id == ids} == {became}
    assert await engine.became() == before
