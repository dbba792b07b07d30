"""Reminders that arrive: to the right people, once, also when several workers tick."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.worker import Worker
from handlers.capabilities import registry
from storage.database import Database
from storage.tables import Committee, Meeting
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.surface import FakeMessenger, FakeSurface, facts, form, values
from tests.world import World, build


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def test_members_are_reminded_of_the_deadline_once(surface: FakeSurface) -> None:
    for _tick in range(3):
        await surface.worker.do_chores()
    (told,) = await surface.inbox("member")
    assert told.title == (
        "Frist for å melde saker til Faglig samarbeidsutvalg (FSU): mandag 7. september 2026 kl. 10.00"
    )
    assert facts(told)["Sted"] == "Eksempelsalen"
    # What it reminds of is done where it stands: the form has the committee.
    assert values(form(await surface.press("member", told, "Meld sak")))["committee"] == str(
        surface.world.committees["fsu"]
    )
    # An observer does not propose cases; nobody outside hears anything.
    assert await surface.inbox("observer") == []
    assert await surface.inbox("clinician") == []


async def test_the_next_reminder_comes_at_its_time(surface: FakeSurface) -> None:
    await surface.worker.do_chores()
    assert len(await surface.inbox("member")) == 1
    surface.clock.forward(timedelta(days=5))
    await surface.worker.do_chores()
    assert len(await surface.inbox("member")) == 2


async def test_presenters_are_reminded_of_the_meeting_with_their_case(surface: FakeSurface) -> None:
    await propose(surface, presenters=[str(surface.world.people["clinician"])])
    (notice,) = await surface.inbox("secretary")
    await surface.press("secretary", notice, "Sett på sakslisten")
    surface.clock.forward(timedelta(days=19))
    await surface.worker.do_chores()
    told = (await surface.inbox("clinician"))[-1]
    assert told.title == "Påminnelse: møte i Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
    assert told.sections[0].text == "1/2026 (O/D) Felles opplæring i utskrivning"
    assert (await surface.inbox("observer"))[-1].sections == ()


async def test_what_came_due_while_nobody_ran_comes_at_the_start_and_not_too_late(surface: FakeSurface) -> None:
    await surface.worker.do_chores()
    # Written, but not sent before the deadline had passed: no longer worth saying.
    surface.clock.forward(timedelta(days=6, hours=1))
    assert await surface.inbox("member") == []


async def test_a_person_reads_reminders_in_their_language(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        from storage.tables import Person

        (await session.get_one(Person, surface.world.people["member"])).language = "en"
    await surface.worker.do_chores()
    (told,) = await surface.inbox("member")
    assert "Monday 7 September 2026" in told.title


async def test_a_reminder_in_the_autumn_night_comes_once(surface: FakeSurface) -> None:
    """A reminder at 02.30 on the night when 02.30 comes twice."""
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        meeting.starts_at = datetime.fromisoformat("2026-10-26T10:00+01:00")
        meeting.ends_at = meeting.starts_at + timedelta(hours=1)
        committee = await session.get_one(Committee, surface.world.committees["fsu"])
        committee.settings = {**committee.settings, "remind_meeting": ["1d 02:30"], "remind_deadline": []}
    surface.clock.go_to(datetime.fromisoformat("2026-10-25T02:00+02:00"))
    for _minute in range(150):
        surface.clock.forward(timedelta(minutes=1))
        await surface.worker.do_chores()
    assert len([item for item in await surface.inbox("member") if item.title.startswith("Påminnelse")]) == 1


async def test_three_workers_send_each_reminder_once(postgresql: Database) -> None:
    clock = FixedClock()
    world = await build(postgresql, clock.now())
    messenger = FakeMessenger()
    databases = [Database(postgresql.url.render_as_string(hide_password=False), pool_size=2) for _worker in range(3)]
    workers = [Worker(database, {"local": messenger}, clock, registry().chores) for database in databases]
    await asyncio.gather(*(worker.do_chores() for worker in workers))
    await asyncio.gather(*(worker.deliver_due() for worker in workers))
    for database in databases:
        await database.close()
    # FSU's deadline to two members and two secretaries, and nothing of AU's (its deadline has passed).
    assert messenger.sends == 4
    assert len(messenger.seen[str(world.people["member"])]) == 1


async def test_a_later_tick_writes_nothing_anew(surface: FakeSurface) -> None:
    await surface.worker.do_chores()
    written: list[str] = []

    @event.listens_for(surface.world.database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if statement.startswith("INSERT"):
            written.append(statement)

    await surface.worker.do_chores()
    assert written == []
