"""A meeting that moves, or is cancelled."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from handlers.capabilities import registry
from handlers.meetings.changes import cancelled, moved, reinstated
from handlers.meetings.life import By, MeetingTimes
from handlers.writing.typed import with_slash
from storage.tables import AgendaSlot, Delivery, DeliveryStatus, Meeting
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.meetings.steps import accepted, read
from tests.surface import FakeSurface, facts
from tests.world import World

PLANNED = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)


async def test_everybody_hears_of_a_moved_meeting_once(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    for _again in range(2):
        await _move(world, clock, days=7)
    (told,) = await surface.inbox("member")
    assert told.title == "Møtet i Faglig samarbeidsutvalg (FSU) er flyttet"
    assert facts(told) == {
        "Før": "mandag 21. september 2026 kl. 10.00–13.00, Eksempelsalen",
        "Nå": "mandag 28. september 2026 kl. 10.00–13.00, Eksempelsalen",
        "Frist for å melde saker": "mandag 14. september 2026 kl. 10.00",
    }
    assert len(await surface.inbox("observer")) == 1
    assert await surface.inbox("clinician") == []


async def test_a_new_place_is_said_as_such(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    async with world.database.transaction() as session:
        meeting = await session.get_one(Meeting, world.meetings["fsu-1"])
        before = MeetingTimes(meeting.starts_at, meeting.ends_at, meeting.place)
        meeting.place = "Lillesalen"
        await moved(session, meeting, before, clock.now())
    (told,) = await surface.inbox("member")
    assert told.title == "Møtet i Faglig samarbeidsutvalg (FSU) har fått nytt sted"


async def test_everybody_hears_of_a_cancelled_meeting(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    async with world.database.transaction() as session:
        meeting = await session.get_one(Meeting, world.meetings["fsu-1"])
        meeting.cancelled_at = clock.now()
        await cancelled(session, meeting, clock.now())
    (told,) = await surface.inbox("colleague")
    assert told.title == "Møtet i Faglig samarbeidsutvalg (FSU) er avlyst"
    assert told.text == "Det skulle vært mandag 21. september 2026 kl. 10.00–13.00.", "it has no cases to move"


async def test_everybody_hears_that_it_is_held_after_all(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    async with world.database.transaction() as session:
        await reinstated(session, await session.get_one(Meeting, world.meetings["fsu-1"]), clock.now())
    (told,) = await surface.inbox("colleague")
    assert told.title == "Møtet i Faglig samarbeidsutvalg (FSU) holdes likevel"
    assert facts(told)["Møte"] == "mandag 21. september 2026 kl. 10.00–13.00, Eksempelsalen"


async def test_a_meeting_that_moves_to_and_fro_is_told_of_each_time(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    for days in (7, 0, 7):
        await _change(surface, "move", days)
        await surface.arrive()
    assert len(await surface.inbox("member")) == 3


async def _change(surface: FakeSurface, what: str, days: int = 0, place: str = "Eksempelsalen") -> None:
    """FSU's next meeting is moved to so many days after it was planned, cancelled, or held after all."""
    clock = surface.clock
    clock.forward(timedelta(minutes=5))
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        before = MeetingTimes.of(meeting)
        match what:
            case "cancel":
                meeting.cancelled_at = clock.now()
                await cancelled(session, meeting, clock.now(), By(reason="For få kan"))
            case "hold":
                meeting.cancelled_at = None
                await reinstated(session, meeting, clock.now())
            case _move:
                meeting.starts_at = PLANNED + timedelta(days=days)
                meeting.ends_at = meeting.starts_at + timedelta(hours=3)
                meeting.place = place
                await moved(session, meeting, before, clock.now())


MOVED, CANCELLED = "er flyttet", "er avlyst"


@pytest.mark.parametrize(
    ("changes", "heard"),
    [
        # Twice before anybody got it: once, from where it was to where it is.
        ([("move", 7), ("move", 14)], [(MOVED, "21. september", "5. oktober")]),
        ([("move", 7), ("move", 0)], []),
        ([("cancel",), ("hold",)], []),
        ([("move", 7), ("cancel",)], [(CANCELLED, "21. september", "For få kan")]),
        # What was said of it before it was cancelled is not forgotten where it is held after all.
        ([("move", 7), ("cancel",), ("hold",)], [(MOVED, "21. september", "28. september")]),
        ([("move", 7), ("cancel",), ("hold",), ("move", 0)], []),
        # What has been heard is corrected.
        ([("move", 7), ("sent",), ("move", 0)], [(MOVED, "21. sep", "28. sep"), (MOVED, "28. sep", "21. sep")]),
        (
            [("move", 7), ("sent",), ("move", 14), ("move", 21)],
            [(MOVED, "21. sep", "28. sep"), (MOVED, "28. sep", "12. okt")],
        ),
        ([("move", 7), ("sent",), ("move", 14), ("move", 7)], [(MOVED, "21. sep", "28. sep")]),
        ([("cancel",), ("sent",), ("hold",)], [(CANCELLED, "21. sep", ""), ("holdes likevel", "21. sep", "")]),
        ([("cancel",), ("sent",), ("hold",), ("cancel",)], [(CANCELLED, "21. sep", "")]),
    ],
)
async def test_each_hears_once_of_what_they_do_not_know(
    world: World, clock: FixedClock, changes: list[tuple[Any, ...]], heard: list[tuple[str, ...]]
) -> None:
    surface = FakeSurface(world, clock, registry())
    for what, *more in changes:
        if what == "sent":
            await surface.arrive()
        else:
            await _change(surface, what, *more)
    found = await surface.inbox("member")
    for told, (title, *said) in zip(found, heard, strict=True):
        assert title in told.title
        text = told.text + str(told.facts)
        places = [text.index(each) for each in said if each]
        assert places == sorted(places), text
    # The calendars' number goes up with each of them, told or not.
    async with world.database.transaction() as session:
        meeting = await session.get_one(Meeting, world.meetings["fsu-1"])
        assert meeting.sequence == len([what for what, *_more in changes if what != "sent"])


async def test_one_hears_what_another_has_heard_already(world: World, clock: FixedClock) -> None:
    """One cannot be reached while the meeting moves twice: it is said to each from what they know."""
    surface = FakeSurface(world, clock, registry())
    await _change(surface, "move", 7)
    async with world.database.transaction() as session:
        waits = update(Delivery).where(col(Delivery.person_id) == world.people["colleague"])
        await session.execute(waits.values(status=DeliveryStatus.WAITING))
    await surface.arrive()
    await _change(surface, "move", 14)
    async with world.database.transaction() as session:
        assert await session.scalar(select(col(Delivery.status)).where(col(Delivery.status) == "waiting")) is None
    first, second = await surface.inbox("member")
    (only,) = await surface.inbox("colleague")
    assert facts(first)["Før"] == facts(only)["Før"]
    assert facts(second)["Før"] == facts(first)["Nå"]
    assert facts(second)["Nå"] == facts(only)["Nå"]


async def test_a_waiting_reminder_follows_to_a_new_place(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    await surface.worker.do_chores()
    async with world.database.transaction() as session:
        meeting = await session.get_one(Meeting, world.meetings["fsu-1"])
        before = MeetingTimes(meeting.starts_at, meeting.ends_at, meeting.place)
        meeting.place = "Lillesalen"
        await moved(session, meeting, before, clock.now())
    await surface.worker.do_chores()
    told = await surface.inbox("member")
    assert [item.title.split(":")[0] for item in told] == [
        "Møtet i Faglig samarbeidsutvalg (FSU) har fått nytt sted",
        "Frist for å melde saker til Faglig samarbeidsutvalg (FSU)",
    ]
    assert facts(told[1])["Sted"] == "Lillesalen"


async def test_reminders_follow_a_moved_meeting(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    # The deadline is in 6 days: the reminder a week before is due, but has not been sent when the meeting moves.
    await surface.worker.do_chores()
    await _move(world, clock, days=7)
    titles = [item.title for item in await surface.inbox("member")]
    assert titles == ["Møtet i Faglig samarbeidsutvalg (FSU) er flyttet"]
    clock.forward(timedelta(days=6, hours=1))
    await surface.worker.do_chores()
    assert "mandag 14. september" in (await surface.inbox("member"))[-1].title


async def test_only_those_who_may_read_the_agenda_are_asked_to(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    await propose(surface, presenters=[str(world.people[name]) for name in ("clinician", "colleague")])
    (notice,) = await surface.inbox("secretary")
    await surface.press("secretary", notice, "Sett på sakslisten")
    clock.forward(timedelta(days=19))
    await surface.worker.do_chores()
    question = "Du har ikke svart ennå. Kommer du?"
    for who, asked in (("clinician", question), ("colleague", f"{question} Skriv /sak liste for å se sakslisten.")):
        reminder = next(item for item in await surface.inbox(who) if item.title.startswith("Påminnelse"))
        assert with_slash(reminder.text) == asked
        assert reminder.sections[0].title == "Du legger fram"


async def test_what_stands_at_a_fixed_time_goes_along(world: World, clock: FixedClock) -> None:
    """The lunch at 12 is at 12 on the new day too; whoever reads the agenda sees no meeting that is weeks too long."""
    surface = FakeSurface(world, clock, registry())
    await accepted(surface, "Felles opplæring")
    shown = await read(world, lay=True)
    (slot,) = (line.slot for line in shown.lines if line.slot is not None)
    async with world.database.transaction() as session:
        stored = await session.get_one(AgendaSlot, slot.id)
        stored.minutes, stored.starts_at = 30, shown.meeting.starts_at + timedelta(hours=1)
    async with world.database.transaction() as session:
        meeting = await session.get_one(Meeting, world.meetings["fsu-1"])
        before = MeetingTimes(meeting.starts_at, meeting.ends_at, meeting.place)
        meeting.starts_at, meeting.ends_at = (at + timedelta(days=7, hours=1) for at in before[:2])
        await moved(session, meeting, before, clock.now())
    after = await read(world)
    assert [line.starts_at for line in after.lines] == [after.meeting.starts_at + timedelta(hours=1)]
    assert after.over < 0


async def _move(world: World, clock: FixedClock, days: int) -> None:
    async with world.database.transaction() as session:
        meeting = await session.get_one(Meeting, world.meetings["fsu-1"])
        start = clock.now() + timedelta(days=20)
        before = MeetingTimes(start, start + timedelta(hours=3), meeting.place)
        meeting.starts_at = start + timedelta(days=days)
        meeting.ends_at = meeting.starts_at + timedelta(hours=3)
        meeting.deadline_at = meeting.starts_at - timedelta(days=14)
        await moved(session, meeting, before, clock.now())
