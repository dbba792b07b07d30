"""Reminders of follow-ups, as people get them and as they wish."""

from datetime import date, datetime, time
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from handlers.calendar.zone import LOCAL_ZONE
from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.reminders.wishes import Wishes
from storage import deliveries, reminders
from storage.deliveries import Wish
from storage.tables import Meeting, Membership, Reminder
from tests.clock import FixedClock
from tests.decisions.steps import decide
from tests.surface import FakeSurface, message
from tests.world import World


@pytest.fixture
def surface(small_world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(small_world, clock, registry())


@pytest.fixture
def on_both(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


async def _made(surface: FakeSurface, *due: date, owner: str = "surgeon") -> None:
    """Something to do with each of these dates, decided on 1 September; they have been told of it."""
    for number, day in enumerate(due, 1):
        who = surface.world.people[owner]
        await decide(
            surface, f"Sak {number}", "Vedtas.", number=number, to_do=f"Nummer {number}", owner_id=who, due_on=day
        )
    async with surface.world.database.transaction() as session:
        # Meetings and committees remind of things of their own.
        await session.execute(delete(Membership).where(col(Membership.person_id) == surface.world.people[owner]))
    await surface.worker.do_chores()
    await surface.inbox(owner)


async def _told(surface: FakeSurface, moment: str, owner: str = "surgeon") -> list[Message]:
    """What stands in their reminders at a moment."""
    surface.clock.go_to(_at(moment))
    await surface.worker.do_chores()
    return [each for each in await surface.inbox(owner) if "venter på deg" in each.title or "ble minnet" in each.title]


def _named(told: Message) -> list[str]:
    return [section.title for section in told.sections]


async def _rows(surface: FakeSurface) -> list[Reminder]:
    async with surface.world.database.reading() as session:
        found = await session.scalars(
            select(Reminder).where(col(Reminder.kind) == "oppfolging.frist").order_by(col(Reminder.due_at))
        )
        return list(found)


async def test_they_are_laid_ahead_and_foreseen(on_both: FakeSurface) -> None:
    await _made(on_both, date(2026, 9, 10))
    assert [(row.due_at, row.status) for row in await _rows(on_both)] == [
        (_at(f"2026-09-{day} 09:00"), "pending") for day in ("03", "10", "11", "18")
    ]
    shown = message(await on_both.say("surgeon", "paminnelser"))
    assert [section.text for section in shown.sections] == [
        "09.00  Frist snart: Nummer 1",
        "09.00  Frist i dag: Nummer 1",
        "09.00  Forfalt: Nummer 1",
    ]


async def test_they_come_when_somebody_wishes(surface: FakeSurface) -> None:
    wishes = Wishes(
        weekdays=(0, 1, 2, 3, 4), gather_at=time(14), paused_from=date(2026, 9, 14), paused_until=date(2026, 9, 22)
    )
    async with surface.world.database.transaction() as session:
        person = surface.world.people["surgeon"]
        await reminders.wish(session, person, wishes.model_dump(mode="json"), surface.clock.now())
    # The 6th and the 13th are Sundays.
    await _made(surface, date(2026, 9, 13))
    await _told(surface, "2026-09-02 00:10")
    for before, moment, says in (
        ("2026-09-07 13:59", "2026-09-07 14:00", "Frist snart: Nummer 1"),
        ("2026-09-11 13:59", "2026-09-11 14:00", "Frist snart: Nummer 1"),
        ("2026-09-21 23:00", "2026-09-22 14:00", "Forfalt: Nummer 1"),
    ):
        count = len(await _told(surface, before))
        told = await _told(surface, moment)
        assert (len(told), _named(told[-1])) == (count + 1, [says])


async def test_after_two_weeks_in_which_nobody_ran_there_is_one_message(on_both: FakeSurface) -> None:
    await _made(on_both, date(2026, 9, 8), date(2026, 9, 10), date(2026, 9, 20))
    assert await _told(on_both, "2026-09-01 12:00") == []
    (told,) = await _told(on_both, "2026-09-15 11:00")
    assert _named(told) == ["Forfalt: Nummer 1", "Forfalt: Nummer 2", "Frist snart: Nummer 3"]
    assert len(await _told(on_both, "2026-09-15 12:00")) == 1


async def test_what_was_said_before_reminders_were_rows_is_not_said_again(on_both: FakeSurface) -> None:
    """As on the day of the upgrade, when the table is empty."""
    on_both.clock.go_to(_at("2026-09-03 09:30"))
    person, now = on_both.world.people["surgeon"], on_both.clock.now()
    async with on_both.world.database.transaction() as session:
        await deliveries.wish(
            session, [Wish(f"todo:{person}:2026-09-03", f"todo:{person}", person, {"title": "1 oppfølging"}, now)]
        )
    # Overdue since yesterday and since a week, and due on the 9th.
    await _made(on_both, date(2026, 9, 2), date(2026, 8, 26), date(2026, 9, 9))
    assert await _told(on_both, "2026-09-03 10:00") == []
    assert await _told(on_both, "2026-09-08 10:00") == []
    assert [_named(told) for told in await _told(on_both, "2026-09-09 09:00")] == [["Frist i dag: Nummer 3"]]
    assert _named((await _told(on_both, "2026-09-10 09:00"))[-1]) == [
        "Forfalt: Nummer 2",
        "Forfalt: Nummer 1",
        "Forfalt: Nummer 3",
    ]


async def test_without_such_a_message_what_is_due_today_is_said(surface: FakeSurface) -> None:
    surface.clock.go_to(_at("2026-09-03 09:30"))
    await _made(surface, date(2026, 9, 2), date(2026, 9, 1))
    assert [_named(told) for told in await _told(surface, "2026-09-03 10:00")] == [["Forfalt: Nummer 1"]]


async def test_what_comes_to_somebody_after_todays_message_waits_until_tomorrow(surface: FakeSurface) -> None:
    await _made(surface, date(2026, 9, 2))
    assert len(await _told(surface, "2026-09-03 09:00")) == 1
    who = surface.world.people["surgeon"]
    await decide(surface, "En til", "Vedtas.", number=7, to_do="Nummer 7", owner_id=who, due_on=date(2026, 9, 2))
    assert len(await _told(surface, "2026-09-03 15:00")) == 1
    assert [_named(told) for told in await _told(surface, "2026-09-04 09:00")][1:] == [["Forfalt: Nummer 7"]]


async def test_of_a_long_list_a_page_is_shown_and_it_follows_what_is_done(on_both: FakeSurface) -> None:
    await _made(on_both, *[date(2026, 9, 10)] * 10)
    (told,) = await _told(on_both, "2026-09-03 09:00")
    assert told.title == "10 oppfølginger venter på deg"
    assert _named(told) == [f"Frist snart: Nummer {number}" for number in range(1, 9)]
    assert told.small.startswith("Det er 2 til. Skriv ")
    assert len({row.delivery_key for row in await _rows(on_both) if row.status == "handed"}) == 1
    for section in told.sections[:3]:
        done = section.buttons[0]
        await on_both.bot.press(on_both.world.sender("surgeon"), done.action, done.arguments)
    (told,) = await _told(on_both, "2026-09-03 09:01")
    assert (told.title, told.small) == ("7 oppfølginger venter på deg", "")
    assert _named(told) == [f"Frist snart: Nummer {number}" for number in range(4, 11)]
    for section in told.sections:
        done = section.buttons[0]
        await on_both.bot.press(on_both.world.sender("surgeon"), done.action, done.arguments)
    (told,) = await _told(on_both, "2026-09-03 09:02")
    assert (told.title, told.sections) == ("Det du ble minnet om i dag, er gjort eller endret", ())
    assert {row.reason for row in await _rows(on_both) if row.status == "withdrawn"} == {"changed"}
    assert len(await _told(on_both, "2026-09-30 09:00")) == 1


async def test_in_a_message_with_others_too(surface: FakeSurface) -> None:
    """The secretary is reminded of other things besides."""
    due = date(2026, 9, 14)
    who: dict[str, Any] = {"owner_id": surface.world.people["secretary"], "due_on": due}
    await decide(surface, "Sak", "Vedtas.", to_do="Skrive et brev", **who)
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-2"])
        meeting.starts_at, meeting.ends_at = _at("2026-09-10 09:00"), _at("2026-09-10 12:00")
        meeting.deadline_at = _at("2026-09-07 15:00")
    await _told(surface, "2026-09-01 12:00")
    surface.clock.go_to(_at("2026-09-07 09:05"))
    await surface.worker.do_chores()
    (told,) = [each for each in await surface.inbox("secretary") if "påminnelser til deg" in each.title]
    (own,) = [section for section in told.sections if "Skrive et brev" in section.title]
    assert len(told.sections) > 1
    await surface.bot.press(surface.world.sender("secretary"), own.buttons[0].action, own.buttons[0].arguments)
    await surface.worker.do_chores()
    left = [
        each
        for each in await surface.inbox("secretary")
        if each.title.endswith(("påminnelse til deg", "påminnelser til deg"))
    ]
    assert [section.title for section in left[0].sections] == [
        section.title for section in told.sections if section is not own
    ]
