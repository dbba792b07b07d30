"""Every chore there is: a committee that nothing can be worked out for, and its meetings, hold back no other."""

import logging
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.chores import Doer
from handlers.capabilities import registry
from handlers.lookout import Looked, Lookout
from storage import looks
from storage.tables import Agenda, Attendance, ChoreLook, Committee, CommitteeChannel, Evaluation, Meeting, Reminder
from storage.watched import EVERYTHING
from tests.chores import done
from tests.clock import FixedClock
from tests.deviations.reports import put
from tests.world import World

POISONED, SOUND = "au", "fsu"


async def two_that_do_all_there_is(world: World, clock: FixedClock) -> None:
    """Each has a channel, a meeting that is over and is to be evaluated, and one that was convened."""
    now = clock.now()
    async with world.database.transaction() as session:
        for key in (POISONED, SOUND):
            committee = await session.get_one(Committee, world.committees[key])
            channel = {"surface": "slack", "workspace": "T0HOSPITAL", "channel": f"C0{key.upper()}"}
            committee.settings = {**committee.settings, "evaluation": {"ask": True}, "threads": channel}
            over, first = await session.scalars(
                select(Meeting)
                .where(col(Meeting.committee_id) == committee.id)
                .order_by(col(Meeting.starts_at))
                .limit(2)
            )
            over.starts_at, over.ends_at = now - timedelta(hours=3), now - timedelta(hours=1)
            session.add_all(
                Attendance(meeting_id=over.id, person_id=person, present=True)
                for person in list(world.people.values())[:6]
            )
            session.add(Agenda(meeting_id=first.id, convened={}, convened_at=now))
    await put(world, clock)


async def poison(world: World) -> None:
    """What stands about it is something that no version of the program would have written."""
    committee = world.committees[POISONED]
    async with world.database.transaction() as session:
        wrong = {"remind_meeting": "whenever"}
        await session.execute(update(Committee).where(col(Committee.id) == committee).values(settings=wrong))
        of_these = update(Meeting).where(col(Meeting.committee_id) == committee)
        await session.execute(of_these.values(zone="Nowhere/Nowhere"))


async def test_a_committee_that_nothing_can_be_worked_out_for_holds_back_no_other(
    world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    await two_that_do_all_there_is(world, clock)
    await poison(world)
    sound = world.committees[SOUND]
    doer = Doer(world.database, clock)
    with caplog.at_level(logging.ERROR, "bot.chores"):
        for _day in range(3):
            for chore in registry().chores:
                await doer.do(chore)
            clock.forward(timedelta(days=1))
    failed = {record.args[0] for record in caplog.records if isinstance(record.args, tuple)}
    # Each of these has found the trouble, and told of it.
    assert failed == {
        "meetings.reminders",
        "meetings.convocations",
        "meetings.threads",
        "meetings.evaluations.open",
    }
    async with world.database.reading() as session:
        assert await session.scalar(select(CommitteeChannel).where(col(CommitteeChannel.committee_id) == sound))
        evaluated = (await session.scalars(select(col(Evaluation.meeting_id)))).all()
        assert [(await session.get_one(Meeting, each)).committee_id for each in evaluated] == [sound]
        assert await session.scalar(select(Reminder).where(col(Reminder.committee_id) == sound).limit(1))
        everything = select(col(ChoreLook.chore)).where(col(ChoreLook.subject) == EVERYTHING)
        looked = set(await session.scalars(everything.where(col(ChoreLook.at) > clock.now() - timedelta(days=1))))
    lookouts = {each.name for each in registry().chores if isinstance(getattr(each.due, "__self__", None), Lookout)}
    assert looked == lookouts, "each has looked at everything, and will do so again"


async def test_where_looking_at_everything_fails_the_rest_is_looked_at(world: World, clock: FixedClock) -> None:
    seen: list[str] = []

    async def spread(session: AsyncSession, changed: object, now: datetime) -> None:
        raise ValueError

    async def look(session: AsyncSession, subjects: object, now: datetime) -> Looked:
        assert isinstance(subjects, list)
        seen.extend(subjects)
        return Looked(0, dict.fromkeys(subjects))

    lookout = Lookout("test.lookout", "thing", spread, look)
    async with world.database.transaction() as session:
        await looks.look_at(session, "test.lookout", dict.fromkeys("abcdefghij", clock.now()))
    await done(lookout.chore(at_once=4), world.database, clock)
    assert sorted(seen) == list("abcdefghij")
