"""What chores look at follows what has changed: a look at everything finds nothing that was missed."""

import random
from datetime import timedelta

from sqlalchemy import select, text
from sqlmodel import col

from handlers.capabilities import registry
from handlers.deviations.handling.reminders import REMIND as REMIND_OF_DEVIATIONS
from handlers.deviations.learning.pattern import OFFER
from handlers.meetings.reminders import REMIND as REMIND_OF_MEETINGS
from storage import looks
from storage.tables import Reminder
from tests.cases.steps import propose
from tests.chores import done
from tests.clock import FixedClock
from tests.deviations.reports import put
from tests.surface import FakeSurface
from tests.world import World

CHORES = (REMIND_OF_MEETINGS, REMIND_OF_DEVIATIONS, OFFER)
OFTEN = [
    "UPDATE deviation SET status = 'taken', changed_at = :now, handler_id = {person} WHERE id = {report}",
    "UPDATE deviation SET status = 'sent', handler_id = NULL WHERE id = {report}",
    "UPDATE deviation SET unit_id = {unit}, organisation_id = (SELECT organisation_id FROM unit WHERE id = {unit}) "
    "WHERE id = {report}",
    "UPDATE deviation SET due_at = :later WHERE id = {report}",
    "UPDATE deviation SET asked_again_at = :now WHERE id = {report}",
    "UPDATE deviation SET consequence = 'death' WHERE id = {report}",
    "UPDATE deviation SET notice_considered_at = :now WHERE id = {report}",
    "UPDATE deviation SET notice_considered_at = NULL WHERE id = {report}",
    "UPDATE deviation SET workplace_id = {unit} WHERE id = {report}",
    "UPDATE deviation SET status = 'withdrawn' WHERE id = {report}",
    "UPDATE deviation SET status = 'rejected', reject_reason = 'duplicate' WHERE id = {report}",
    "UPDATE deviation SET status = 'rejected', reject_reason = 'other' WHERE id = {report}",
    "UPDATE deviation SET service = 'legevakt' WHERE id = {report}",
    "UPDATE person SET removed_at = :now WHERE id = {person}",
    "UPDATE person SET removed_at = NULL WHERE id = {person}",
    "UPDATE person SET removed_at = NULL",
    "UPDATE membership SET valid_to = :today WHERE person_id = {person}",
    "UPDATE membership SET valid_from = :soon, valid_to = NULL WHERE person_id = {person}",
    "UPDATE membership SET valid_from = NULL, valid_to = NULL",
    "UPDATE membership SET role = 'member' WHERE person_id = {person}",
    "UPDATE unit_staff SET valid_to = :today WHERE person_id = {person}",
    "UPDATE unit_staff SET valid_from = :soon, valid_to = NULL WHERE person_id = {person}",
    "UPDATE unit_staff SET valid_from = NULL, valid_to = NULL",
    "UPDATE unit_staff SET person_id = {person} WHERE id = (SELECT min(id) FROM unit_staff WHERE unit_id = {unit} "
    "AND role = 'leader') AND NOT EXISTS (SELECT 1 FROM unit_staff WHERE person_id = {person} AND unit_id = {unit})",
    "UPDATE meeting SET starts_at = :later, ends_at = :after WHERE id = {meeting}",
    "UPDATE meeting SET deadline_at = :later WHERE id = {meeting}",
    "UPDATE meeting SET cancelled_at = :now WHERE id = {meeting}",
    "UPDATE meeting SET cancelled_at = NULL WHERE id = {meeting}",
    "UPDATE committee SET removed_at = :now WHERE id = {committee}",
    "UPDATE committee SET removed_at = NULL",
    'UPDATE committee SET settings = \'{{"remind_deadline": ["9d"], "remind_meeting": ["3h"]}}\' '
    "WHERE id = {committee}",
    "UPDATE agenda_item SET status = 'accepted', meeting_id = {meeting}",
    "UPDATE agenda_item SET presenter_ids = '[{person}]'",
    "UPDATE agenda_item SET status = 'proposed'",
    "INSERT INTO attendance (meeting_id, person_id, name, organisation, capacity, guest_in, note, substitute_name, "
    "revision) VALUES ({meeting}, {person}, '', '', 'gjest', '[]', '', '', 0) ON CONFLICT DO NOTHING",
    "UPDATE attendance SET answer = 'absent' WHERE meeting_id = {meeting}",
    "UPDATE setting SET value = '{{\"pattern_size\": 2}}' WHERE name = 'deviations'",
    "DELETE FROM setting WHERE name = 'deviations'",
    "INSERT INTO setting (name, value) VALUES ('deviations', '{{\"pattern_size\": 3}}') ON CONFLICT DO NOTHING",
]


async def test_nothing_is_missed_that_a_look_at_everything_would_find(world: World, clock: FixedClock) -> None:
    # With these, it is noticed if any one of the chores is told of nothing.
    chance = random.Random(2)
    surface = FakeSurface(world, clock, registry())
    await propose(surface)
    missed = []
    written = 0
    reports = [await put(world, clock, draft_id=level, consequence=level) for level in ("none", "death")]
    for step in range(85):
        clock.forward(timedelta(minutes=chance.choice([1, 25, 200, 500, 1440])))
        now = clock.now()
        change = chance.choice([*OFTEN, "", "", "", "report", "report"])
        if change == "report":
            who = chance.choice(["clinician", "nurse", "member"])
            level = chance.choice(["none", "death"])
            reports.append(await put(world, clock, reporter=who, draft_id=f"{step}", consequence=level))
        elif change:
            filled = change.format(
                person=chance.choice(list(world.people.values())),
                unit=chance.choice(list(world.units.values())),
                report=chance.choice(reports),
                meeting=chance.choice(list(world.meetings.values())),
                committee=chance.choice(list(world.committees.values())),
            )
            later = now + timedelta(days=chance.choice([1, 5, 20]))
            moments = {"now": now, "later": later, "after": later + timedelta(hours=2)}
            days = {"today": now.date(), "soon": now.date() + timedelta(days=chance.choice([1, 3]))}
            sqlite = world.database.is_sqlite
            values = {
                name: (value.strftime("%Y-%m-%d %H:%M:%S.%f") if name in moments else str(value)) if sqlite else value
                for name, value in {**moments, **days}.items()
                if f":{name}" in filled
            }
            async with world.database.transaction() as session:
                await session.execute(text(filled), values)
        for chore in CHORES * 2:
            written += await done(chore, world.database, clock)
        async with world.database.transaction() as session:
            await session.execute(text("DELETE FROM chore_look WHERE subject = ''"))
        missed += [
            (step, change, chore.name, number)
            for chore in CHORES
            if (number := await done(chore, world.database, clock))
        ]
    assert written
    assert missed == []


async def test_at_midnight_only_what_a_date_can_change_is_looked_at(world: World, clock: FixedClock) -> None:
    database = world.database
    assert await done(REMIND_OF_MEETINGS, database, clock)
    clock.forward(timedelta(days=1))
    async with database.reading() as session:
        (due,) = await REMIND_OF_MEETINGS.due(session, clock.now())
    async with database.transaction() as session:
        await REMIND_OF_MEETINGS.do(session, [due], clock.now())
        looked_at = (await looks.found(session, REMIND_OF_MEETINGS.name, clock.now())).due
    assert sorted(looked_at) == sorted(f"c{committee}" for committee in world.committees.values())
    for day in range(1, 6):
        await done(REMIND_OF_MEETINGS, database, clock)
        async with database.reading() as session:
            assert await REMIND_OF_MEETINGS.due(session, clock.now()) == []
            clock.forward(timedelta(days=1))
            assert [item.id for item in await REMIND_OF_MEETINGS.due(session, clock.now())] == ["midnight"], day
    # And everything once a week, should anything have been missed.
    await done(REMIND_OF_MEETINGS, database, clock)
    async with database.reading() as session:
        assert "" in [item.id for item in await REMIND_OF_MEETINGS.due(session, clock.now() + timedelta(days=1))]


async def test_somebody_who_leaves_has_only_their_own_meetings_looked_at(world: World, clock: FixedClock) -> None:
    database, chief = world.database, world.people["chief"]
    surface = FakeSurface(world, clock, registry())
    await propose(surface, presenters=[str(chief)])
    (notice,) = await surface.inbox("secretary")
    await surface.press("secretary", notice, "Sett på sakslisten")
    await done(REMIND_OF_MEETINGS, database, clock)
    async with database.transaction() as session:
        await session.execute(
            text(f"UPDATE person SET removed_at = created_at FROM delivery WHERE person.id = {chief}")
        )
        changed = await REMIND_OF_MEETINGS.due(session, clock.now())
        assert [item.id for item in changed] == [f"p{chief}"]
        await REMIND_OF_MEETINGS.do(session, changed, clock.now())
        looked_at = (await looks.found(session, REMIND_OF_MEETINGS.name, clock.now())).due
    # Who has no role anywhere is at the meeting with their case.
    assert looked_at == [str(world.meetings["fsu-1"])]
    await done(REMIND_OF_MEETINGS, database, clock)
    async with database.reading() as session:
        pending = await session.scalars(select(col(Reminder.status)).where(col(Reminder.person_id) == chief).distinct())
        assert set(pending) == {"withdrawn"}
