"""The form of an evaluation, walked (see `tests.catalogue.walk`)."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlmodel import col

from handlers.meetings.evaluation.actions import Do
from handlers.meetings.evaluation.clock import FOLLOW, OPEN
from storage.tables import Attendance, Committee, Meeting
from tests.chores import done
from tests.surface import form

if TYPE_CHECKING:
    from tests.catalogue.walk import Walk

_THERE = ("member", "colleague", "observer")


async def walk(walk: "Walk") -> None:
    """A meeting that was held just now is evaluated: asked about, answered, reminded of, and summed up."""
    surface, world = walk.surface, walk.world
    now = surface.clock.now()
    async with world.database.transaction() as session:
        committee = await session.get_one(Committee, world.committees["au"])
        own = [{"text": walk.words.title[:140], "scale": True}, walk.words.text[:140]]
        committee.settings = {**committee.settings, "evaluation": {"ask": True, "questions": own}}
        meeting = await session.get_one(Meeting, world.meetings["au-2"])
        meeting.starts_at, meeting.ends_at = now - timedelta(hours=3), now - timedelta(hours=1)
        await session.execute(delete(Attendance).where(col(Attendance.meeting_id) == meeting.id))
        session.add_all(
            Attendance(meeting_id=meeting.id, person_id=world.people[each], present=True) for each in _THERE
        )
    await done(OPEN, world.database, surface.clock)
    await walk._inbox("member")
    about = {"meeting": str(world.meetings["au-2"])}
    for who in _THERE:
        if who == "observer":
            surface.clock.forward(timedelta(days=6))
            await done(FOLLOW, world.database, surface.clock)
            await walk._inbox("observer")
        opened = form(walk._see("the form", await surface.bot.press(world.sender(who), Do.ANSWER, about)))
        await walk._submit(who, opened, number0="3", words1=walk.words.text[:900])
    await walk._inbox("secretary")
    reply = await surface.bot.press(world.sender("secretary"), Do.SHARE, about)
    walk._see("it is taken along", reply)
