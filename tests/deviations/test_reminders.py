"""Reminders of deviations that arrive: at the right person, grouped, once a day, and cheaply."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, update
from sqlmodel import col

from bot.messenger import TryLater, Uncertain
from bot.worker import Worker
from handlers.calendar.zone import LOCAL_ZONE
from handlers.capabilities import registry
from handlers.deviations import notice
from handlers.deviations.handling.reminders import REMIND
from handlers.messages.message import Message
from handlers.reminders.wishes import Wishes
from handlers.writing.typed import with_slash
from storage import deadlines, deliveries, deviations, reminders
from storage.deliveries import Wish
from storage.tables import Account, Deviation, DeviationStatus, Meeting, Person, Setting, StaffRole, UnitStaff
from tests.chores import done
from tests.clock import FixedClock
from tests.deviations import steps
from tests.deviations.reports import SECRET, put
from tests.surface import FakeMessenger, FakeSurface, labels, message
from tests.world import NOTICE, World

DAYS = timedelta(days=1)


def at(text: str) -> datetime:
    """A moment given in local time."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE).astimezone(UTC)


# Sent on Tuesday 1 September at 10.00: half time is Saturday the 12th, the deadline Tuesday the 22nd at 16.00.
HALF_TIME, DAY_BEFORE, OVERDUE = at("2026-09-14 08:00"), at("2026-09-21 08:00"), at("2026-09-23 08:00")


@pytest.fixture
async def surface(world: World, clock: FixedClock) -> FakeSurface:
    async with world.database.transaction() as session:
        # Meetings have reminders of their own, which are not what this is about.
        await session.execute(delete(Meeting))
    return FakeSurface(world, clock, registry())


async def change(surface: FakeSurface, deviation_id: int, **values: Any) -> None:
    async with surface.world.database.transaction() as session:
        await session.execute(update(Deviation).where(col(Deviation.id) == deviation_id).values(**values))


async def ask(surface: FakeSurface, deviation_id: int) -> None:
    async with surface.world.database.transaction() as session:
        await deviations.HISTORY.add(
            session, deviation_id, "questioned", None, surface.clock.now(), note="Hva mangler?"
        )
    await change(surface, deviation_id, status=DeviationStatus.ASKED, changed_at=surface.clock.now())


async def reminded(surface: FakeSurface, moment: datetime) -> dict[str, Message]:
    """Who has got what by tick and delivery at `moment`; what came before is not counted."""
    before = {who: len(await surface.inbox(who)) for who in surface.world.people}
    surface.clock.go_to(moment)
    await surface.worker.do_chores()
    inboxes = {who: (await surface.inbox(who))[before[who] :] for who in surface.world.people}
    assert all(len(messages) <= 1 for messages in inboxes.values())
    return {who: messages[0] for who, messages in inboxes.items() if messages}


# --- to whom -----------------------------------------------------------------------------------------------


async def test_the_handler_at_half_time_and_the_day_before_then_the_leader_each_week(surface: FakeSurface) -> None:
    await put(surface.world, surface.clock, handler="nurse")
    assert await reminded(surface, at("2026-09-11 15:00")) == {}
    half = await reminded(surface, HALF_TIME)
    assert set(half) == {"nurse"}
    assert await reminded(surface, at("2026-09-15 08:00")) == {}
    assert set(await reminded(surface, DAY_BEFORE)) == {"nurse"}
    assert await reminded(surface, at("2026-09-22 15:59")) == {}
    overdue = await reminded(surface, OVERDUE)
    assert set(overdue) == {"manager"}
    for day in (24, 25, 28, 29):
        assert await reminded(surface, at(f"2026-09-{day} 09:00")) == {}
    assert set(await reminded(surface, at("2026-09-30 09:00"))) == {"manager"}


async def test_a_line_says_what_it_is_how_old_and_by_when_and_nothing_of_what_was_written(
    surface: FakeSurface,
) -> None:
    deviation_id = await put(surface.world, surface.clock, handler="nurse")
    (told,) = (await reminded(surface, HALF_TIME)).values()
    assert told.title == "1 avvik venter på deg"
    (line,) = told.sections
    assert line.title == "AVV-2026-0001: Legemidler, fra Eksempel sykehus"
    assert line.text == "Frist: 22. sep. 2026, om 8 dager. Alder: 13 dager. Eksempel Nurse har tatt saken."
    show, later = line.buttons
    assert (show.label, show.action, show.arguments["deviation"]) == ("Vis", "avvik.vis", str(deviation_id))
    assert later.label == "Minn meg senere"
    assert SECRET not in told.model_dump_json()
    (late,) = (await reminded(surface, OVERDUE)).values()
    assert late.sections[0].text == (
        "Frist: 22. sep. 2026, 1 dag over fristen. Alder: 22 dager. Eksempel Nurse har tatt saken."
    )


async def test_nobody_has_taken_it_so_every_handler_of_the_unit_hears(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        extra = UnitStaff(
            unit_id=surface.world.units["homecare"], person_id=surface.world.people["carer"], role=StaffRole.HANDLER
        )
        session.add(extra)
    await put(surface.world, surface.clock)
    assert set(await reminded(surface, HALF_TIME)) == {"nurse", "carer"}


async def test_without_a_handler_the_deputies_hear_and_without_a_leader_the_handlers(surface: FakeSurface) -> None:
    await put(surface.world, surface.clock, reporter="carer", unit="ortho")
    await put(surface.world, surface.clock, reporter="carer", unit="medical")
    async with surface.world.database.transaction() as session:
        await session.execute(delete(UnitStaff).where(col(UnitStaff.person_id) == surface.world.people["surgeon"]))
    assert set(await reminded(surface, HALF_TIME)) == {"registrar", "internist"}
    assert set(await reminded(surface, OVERDUE)) == {"chief", "internist"}


async def test_a_unit_with_nobody_in_it_is_its_organisations_leaders_to_look_after(surface: FakeSurface) -> None:
    await put(surface.world, surface.clock, reporter="carer", unit="medical")
    async with surface.world.database.transaction() as session:
        await session.execute(delete(UnitStaff).where(col(UnitStaff.person_id) == surface.world.people["internist"]))
    assert set(await reminded(surface, HALF_TIME)) == {"chief"}
    assert set(await reminded(surface, OVERDUE)) == {"chief"}


async def test_a_handler_who_has_left_is_not_waited_for(surface: FakeSurface) -> None:
    await put(surface.world, surface.clock, reporter="carer", unit="ortho", handler="registrar")
    async with surface.world.database.transaction() as session:
        await session.execute(
            update(UnitStaff)
            .where(col(UnitStaff.person_id) == surface.world.people["registrar"])
            .values(valid_to=at("2026-09-10 12:00").date())
        )
    assert set(await reminded(surface, HALF_TIME)) == {"surgeon"}


async def test_a_removed_person_hears_nothing(surface: FakeSurface) -> None:
    await put(surface.world, surface.clock, handler="nurse")
    async with surface.world.database.transaction() as session:
        (await session.get_one(Person, surface.world.people["nurse"])).removed_at = surface.clock.now()
    assert set(await reminded(surface, HALF_TIME)) == {"manager"}


async def test_a_report_handed_over_takes_its_reminders_along(surface: FakeSurface) -> None:
    moved = await put(surface.world, surface.clock, reporter="carer", unit="ortho", handler="surgeon")
    values = {"unit_id": surface.world.units["medical"], "handler_id": None, "status": DeviationStatus.SENT}
    # Handed over on Sunday, after half time: whoever got it just heard of it.
    await change(surface, moved, changed_at=at("2026-09-13 12:00"), **values)
    assert await reminded(surface, HALF_TIME) == {}
    assert set(await reminded(surface, DAY_BEFORE)) == {"internist"}


async def test_what_is_answered_before_the_reminder_has_arrived_is_not_in_it(surface: FakeSurface) -> None:
    answered = await put(
        surface.world, surface.clock, unit="nursinghome", handler="nurse", due_at=at("2026-09-24 16:00")
    )
    await put(surface.world, surface.clock, handler="nurse", due_at=at("2026-09-24 16:00"))
    surface.clock.go_to(at("2026-09-23 09:00"))
    await surface.worker.do_chores()
    # The chat is down for an hour, and meanwhile the nurse answers one of the two on the page.
    surface.messenger.trouble.append(TryLater("down", 3600))
    await surface.arrive()
    shown = await steps.opened(surface, "nurse", answered)
    await steps.fill_in(surface, "nurse", shown, "Svar og avslutt", finding="Feil kø.", measure="Ny rutine.")
    told = (await reminded(surface, at("2026-09-23 10:01")))["nurse"]
    assert told.title == "1 avvik venter på deg"
    assert told.sections[0].title.startswith("AVV-2026-0002")


async def test_a_reminder_that_may_have_arrived_is_not_said_anew(surface: FakeSurface) -> None:
    reported = await put(surface.world, surface.clock, handler="nurse")
    surface.clock.go_to(HALF_TIME)
    await surface.worker.do_chores()
    surface.messenger.trouble.append(Uncertain("no answer"))
    await surface.arrive()
    await steps.fill_in(
        surface, "nurse", await steps.opened(surface, "nurse", reported), "Be om opplysninger", question="Når?"
    )
    async with surface.world.database.transaction() as session:
        told = await deadlines.last_reminded(session, [surface.world.people["nurse"]], ["avvik.frist"])
    assert told == {surface.world.people["nurse"]: HALF_TIME}


@pytest.mark.parametrize("status", [DeviationStatus.ANSWERED, DeviationStatus.REJECTED, DeviationStatus.WITHDRAWN])
async def test_what_is_closed_is_nobodys_to_be_reminded_of(surface: FakeSurface, status: DeviationStatus) -> None:
    closed = await put(surface.world, surface.clock, handler="nurse")
    await change(surface, closed, status=status)
    for moment in (HALF_TIME, DAY_BEFORE, OVERDUE):
        assert await reminded(surface, moment) == {}


async def test_what_has_waited_for_the_reporters_leader_for_two_working_days_is_sent(surface: FakeSurface) -> None:
    """And the clock for its answer starts then."""
    waiting = await put(surface.world, surface.clock, status=DeviationStatus.AT_LEADER, sent_at=None, due_at=None)
    surface.clock.go_to(at("2026-09-03 09:59"))
    assert await surface.worker.do_chores() == 0
    surface.clock.go_to(at("2026-09-03 10:00"))
    assert await surface.worker.do_chores() == 1
    assert [item.title for item in await surface.inbox("nurse")] == ["AVV-2026-0001: Legemidler, fra Eksempel sykehus"]
    async with surface.world.database.transaction() as session:
        report = await session.get_one(Deviation, waiting)
    assert (report.status, report.sent_at, report.due_at) == ("sent", surface.clock.now(), at("2026-09-24 16:00"))


async def test_a_report_asked_about_again_has_half_time_and_deadline_anew(surface: FakeSurface) -> None:
    again = await put(surface.world, surface.clock, handler="nurse")
    asked_again = at("2026-10-05 10:00")
    await change(surface, again, asked_again_at=asked_again, changed_at=asked_again, due_at=at("2026-10-15 16:00"))
    assert await reminded(surface, at("2026-10-09 15:00")) == {}
    assert set(await reminded(surface, at("2026-10-12 08:00"))) == {"nurse"}
    assert set(await reminded(surface, at("2026-10-14 08:00"))) == {"nurse"}


# --- a question to the reporter ----------------------------------------------------------------------------


async def test_a_reporter_who_was_asked_is_reminded_once_after_three_working_days(surface: FakeSurface) -> None:
    asked = await put(surface.world, surface.clock, handler="nurse")
    surface.clock.go_to(at("2026-09-10 10:00"))
    await ask(surface, asked)
    assert await reminded(surface, HALF_TIME) == {}
    told = (await reminded(surface, at("2026-09-15 10:00")))["clinician"]
    assert told.sections[0].title == "AVV-2026-0001: avviket du meldte"
    assert told.sections[0].text == "Hjemmetjenesten, Eksempel kommune har spurt deg om noe, og venter på svar."
    assert labels(told) == ["Svar", "Vis", "Minn meg senere"]
    assert await reminded(surface, DAY_BEFORE) == {}
    late = await reminded(surface, OVERDUE)
    assert set(late) == {"manager"}
    assert late["manager"].sections[0].text.endswith("Venter på svar fra melderen.")


async def test_when_the_reporter_has_left_the_handler_is_reminded_as_ever(surface: FakeSurface) -> None:
    asked = await put(surface.world, surface.clock, handler="nurse")
    await ask(surface, asked)
    async with surface.world.database.transaction() as session:
        (await session.get_one(Person, surface.world.people["clinician"])).removed_at = surface.clock.now()
    assert set(await reminded(surface, HALF_TIME)) == {"nurse"}


# --- grouped, once a day -----------------------------------------------------------------------------------


async def test_three_reports_are_one_message_the_serious_first_then_by_deadline(surface: FakeSurface) -> None:
    for hours, consequence in enumerate(("none", "minor", "major")):
        surface.clock.go_to(at(f"2026-09-01 1{hours}:00"))
        due_at = at("2026-09-22 16:00")
        await put(surface.world, surface.clock, handler="nurse", consequence=consequence, due_at=due_at)
    surface.clock.go_to(at("2026-09-08 10:00"))
    await put(surface.world, surface.clock, handler="nurse")
    told = await reminded(surface, at("2026-09-21 08:00"))
    assert set(told) == {"nurse"}
    assert told["nurse"].title == "4 avvik venter på deg"
    assert [section.title.split(":")[0] for section in told["nurse"].sections] == [
        "Alvorlig, AVV-2026-0003",
        "AVV-2026-0001",
        "AVV-2026-0002",
        "AVV-2026-0004",
    ]


async def test_handler_here_leader_there_and_reporter_elsewhere_is_one_message_too(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        extra = UnitStaff(
            unit_id=surface.world.units["nursinghome"], person_id=surface.world.people["nurse"], role=StaffRole.LEADER
        )
        session.add(extra)
    await put(surface.world, surface.clock, unit="nursinghome", due_at=at("2026-09-08 16:00"))
    await put(surface.world, surface.clock, handler="nurse", due_at=at("2026-09-10 16:00"))
    own = await put(surface.world, surface.clock, reporter="nurse", unit="ortho", due_at=at("2026-11-30 16:00"))
    surface.clock.go_to(at("2026-09-04 08:00"))
    await ask(surface, own)
    told = await reminded(surface, at("2026-09-09 08:00"))
    assert [section.title.split(",")[0] for section in told["nurse"].sections] == [
        "AVV-2026-0001: Legemidler",
        "AVV-2026-0002: Legemidler",
        "AVV-2026-0003: avviket du meldte",
    ]


async def test_a_long_list_shows_the_most_urgent_and_says_where_the_rest_is(surface: FakeSurface) -> None:
    for number in range(11):
        await put(surface.world, surface.clock, handler="nurse", near_miss=False, prevention="x" * number)
        surface.clock.forward(timedelta(minutes=1))
    told = (await reminded(surface, DAY_BEFORE))["nurse"]
    assert told.title == "11 avvik venter på deg"
    assert len(told.sections) == 8
    assert with_slash(told.small) == "Det er 3 til. Skriv /avvik kø for å se alle."


async def test_however_often_it_ticks_and_however_many_workers_there_are_it_comes_once(surface: FakeSurface) -> None:
    await put(surface.world, surface.clock, handler="nurse")
    surface.clock.go_to(HALF_TIME)
    others = [
        Worker(surface.world.database, {"local": FakeMessenger()}, surface.clock, registry().chores)
        for _worker in range(3)
    ]
    written = await asyncio.gather(*(worker.do_chores() for worker in (surface.worker, *others)))
    assert sum(written) == 1
    for _tick in range(3):
        surface.clock.forward(timedelta(seconds=20))
        assert await surface.worker.do_chores() == 0
    assert len(await surface.inbox("nurse")) == 1


async def test_a_serious_one_comes_on_saturday_night_and_an_ordinary_one_on_monday(surface: FakeSurface) -> None:
    await put(surface.world, surface.clock, handler="nurse")
    # With the same deadline, and with its statutory notice considered: what is left is that it is serious.
    given = {"due_at": at("2026-09-22 16:00"), "notice_considered_at": surface.clock.now()}
    values = {"handler": "surgeon", "consequence": "death", **given}
    await put(surface.world, surface.clock, reporter="carer", unit="ortho", **values)
    assert set(await reminded(surface, at("2026-09-12 01:00"))) == {"surgeon"}
    assert await reminded(surface, at("2026-09-14 07:59")) == {}
    assert set(await reminded(surface, HALF_TIME)) == {"nurse"}
    assert set(await reminded(surface, at("2026-09-22 16:00"))) == {"chief"}


async def test_after_a_standstill_of_weeks_there_is_one_message(surface: FakeSurface) -> None:
    await put(surface.world, surface.clock, handler="nurse")
    assert set(await reminded(surface, at("2026-11-11 10:00"))) == {"manager"}
    assert await reminded(surface, at("2026-11-12 10:00")) == {}


async def test_whoever_could_not_be_reached_gets_no_heap_afterwards(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        extra = UnitStaff(
            unit_id=surface.world.units["homecare"], person_id=surface.world.people["mailbox"], role=StaffRole.LEADER
        )
        session.add(extra)
    await put(surface.world, surface.clock, handler="nurse")
    for week in range(5):
        await reminded(surface, OVERDUE + week * 7 * DAYS)
    person_id = surface.world.people["mailbox"]
    reach = {"user": str(person_id)}
    async with surface.world.database.transaction() as session:
        session.add(
            Account(
                person_id=person_id,
                surface="local",
                workspace="local",
                user_id=str(person_id),
                reach=reach,
                seen_at=surface.clock.now(),
            )
        )
        await deliveries.retry_waiting(session, surface.clock.now())
    assert len(await surface.inbox("mailbox")) == 1, "only today's"


async def test_each_reads_it_in_their_language(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        (await session.get_one(Person, surface.world.people["nurse"])).language = "en"
    await put(surface.world, surface.clock, handler="nurse")
    (told,) = (await reminded(surface, HALF_TIME)).values()
    assert "22 Sep 2026" in told.sections[0].text


# --- as they wish ------------------------------------------------------------------------------------------


async def wish(surface: FakeSurface, who: str, **chosen: Any) -> None:
    async with surface.world.database.transaction() as session:
        wishes = Wishes(**chosen).model_dump(mode="json")
        await reminders.wish(session, surface.world.people[who], wishes, surface.clock.now())


async def test_they_come_when_somebody_wishes_and_cannot_be_turned_off(surface: FakeSurface) -> None:
    await put(surface.world, surface.clock, handler="nurse")
    await wish(surface, "nurse", gather_at=time(14), off=("avvik.frist", "avvik.varsel"))
    await wish(surface, "manager", weekdays=(3,), off=("avvik.frist",))
    assert await reminded(surface, HALF_TIME) == {}
    assert await reminded(surface, at("2026-09-14 13:59")) == {}
    assert set(await reminded(surface, at("2026-09-14 14:00"))) == {"nurse"}
    # The deadline passes on a Tuesday; on Wednesdays the manager wants none.
    assert set(await reminded(surface, at("2026-09-21 14:00"))) == {"nurse"}
    assert await reminded(surface, OVERDUE) == {}
    assert set(await reminded(surface, at("2026-09-24 08:00"))) == {"manager"}


async def test_what_is_answered_while_it_waits_for_its_hour_is_not_said(surface: FakeSurface) -> None:
    answered = await put(surface.world, surface.clock, handler="nurse")
    await put(surface.world, surface.clock, handler="nurse", unit="nursinghome")
    await wish(surface, "nurse", gather_at=time(14))
    assert await reminded(surface, HALF_TIME) == {}
    await change(surface, answered, status=DeviationStatus.ANSWERED)
    told = (await reminded(surface, at("2026-09-14 14:00")))["nurse"]
    assert [section.title.split(":")[0] for section in told.sections] == ["AVV-2026-0002"]


async def test_one_that_is_put_off_comes_again_if_it_still_waits(surface: FakeSurface) -> None:
    units = ("homecare", "nursinghome")
    reports = [await put(surface.world, surface.clock, handler="nurse", unit=unit) for unit in units]
    told = (await reminded(surface, HALF_TIME))["nurse"]
    for section in told.sections:
        later = section.buttons[-1]
        choices = message(await surface.bot.press(surface.world.sender("nurse"), later.action, later.arguments))
        await surface.press("nurse", choices, "Minn meg i morgen")
    await change(surface, reports[0], status=DeviationStatus.ANSWERED)
    told = (await reminded(surface, at("2026-09-15 08:00")))["nurse"]
    assert [section.title.split(":")[0] for section in told.sections] == ["AVV-2026-0002"]


async def test_it_is_one_message_with_what_else_is_due(surface: FakeSurface) -> None:
    """And a statutory notice is a part of it. Of an e-mail, no more than the reference stands there."""
    await put(surface.world, surface.clock, unit="homecare", due_at=at("2026-09-01 16:00"))
    await serious(surface)
    told = (await reminded(surface, at("2026-09-02 08:00")))["manager"]
    assert told.title == "2 påminnelser til deg"
    assert [section.title.split(":")[0] for section in told.sections] == ["Alvorlig, AVV-2026-0002", "AVV-2026-0001"]
    assert not told.mailable
    assert SECRET not in told.model_dump_json()


async def test_what_was_said_before_reminders_were_rows_is_not_said_again(surface: FakeSurface) -> None:
    """As when the version is another one since, and the table is empty."""
    await put(surface.world, surface.clock, handler="nurse")
    await put(surface.world, surface.clock, handler="nurse", unit="nursinghome", due_at=at("2026-09-16 16:00"))
    nurse = surface.world.people["nurse"]
    surface.clock.go_to(HALF_TIME)
    async with surface.world.database.transaction() as session:
        said = Wish(
            f"deviations-due:{nurse}:2026-09-14", f"deviations-due:{nurse}", nurse, {"title": "2 avvik"}, HALF_TIME
        )
        await deliveries.wish(session, [said])
    await surface.inbox("nurse")
    assert await reminded(surface, at("2026-09-14 08:01")) == {}
    assert await reminded(surface, at("2026-09-14 15:00")) == {}
    told = (await reminded(surface, at("2026-09-15 08:00")))["nurse"]
    assert [section.title.split(":")[0] for section in told.sections] == ["AVV-2026-0002"]


# --- what it costs -----------------------------------------------------------------------------------------


async def _statements(surface: FakeSurface) -> int:
    database, asked = surface.world.database, list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    await done(REMIND, database, surface.clock)
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)
    return len(asked)


async def test_a_tick_costs_the_same_few_statements_for_three_reports_and_three_hundred(surface: FakeSurface) -> None:
    await _statements(surface)
    assert await _statements(surface) == 1, "everything has been looked at once, and nothing has changed"
    costs = []
    for many, moment in ((3, HALF_TIME), (300, HALF_TIME + 30 * DAYS)):
        for number in range(many):
            surface.clock.forward(timedelta(seconds=1))
            await put(surface.world, surface.clock, unit=("homecare", "nursinghome")[number % 2])
        surface.clock.go_to(moment)
        costs.append(await _statements(surface))
        # Nobody is told twice, so the next tick neither reads a report nor writes anything: it only asks.
        costs.append(await _statements(surface))
        # Else the next ones would take the place of these, which is another thing to do.
        async with surface.world.database.transaction() as session:
            await session.execute(update(Deviation).values(status=DeviationStatus.ANSWERED))
        await _statements(surface)
    assert costs[1::2] == [1, 1]
    assert costs[0] == costs[2] <= 30, costs


# --- the statutory notice ----------------------------------------------------------------------------------


async def told_of_notice(surface: FakeSurface, moment: datetime) -> dict[str, str]:
    """Who is reminded of a statutory notice at `moment`, and what stands there."""
    found = [
        (who, section.text)
        for who, told in (await reminded(surface, moment)).items()
        for section in told.sections
        if "ovpålagt" in section.text
    ]
    return dict(found)


async def serious(surface: FakeSurface, **given: Any) -> int:
    """Reported by the carer, where the manager leads, on Tuesday 1 September at 10.00: known then, due the next day."""
    homecare = surface.world.units["homecare"]
    values = {"consequence": "major", "workplace_id": homecare, **given}
    return await put(surface.world, surface.clock, reporter="carer", unit="ortho", **values)


async def test_the_leader_is_reminded_of_the_notice_each_day_while_the_clock_runs_and_once_after(
    surface: FakeSurface,
) -> None:
    await serious(surface)
    assert await told_of_notice(surface, at("2026-09-01 23:00")) == {}
    assert await told_of_notice(surface, at("2026-09-02 07:59")) == {}
    assert await told_of_notice(surface, at("2026-09-02 08:00")) == {
        "manager": "Lovpålagt varsel: ikke krysset av for, frist 2. sep. 2026, i dag."
    }
    assert await told_of_notice(surface, at("2026-09-02 15:00")) == {}
    assert await told_of_notice(surface, at("2026-09-03 08:00")) == {
        "manager": "Lovpålagt varsel: ikke krysset av for, fristen gikk ut 2. sep. 2026."
    }
    for day in ("04", "05", "08", "30"):
        assert await told_of_notice(surface, at(f"2026-09-{day} 09:00")) == {}


async def test_on_a_sunday_too_and_the_leader_settles_it_from_there(surface: FakeSurface) -> None:
    surface.clock.go_to(at("2026-09-05 20:00"))
    added = await serious(surface)
    told = (await reminded(surface, at("2026-09-06 08:00")))["manager"]
    (line,) = told.sections
    assert labels(told) == ["Lovpålagt varsel er vurdert", "Lovpålagt varsel er sendt", "Vis", "Minn meg senere"]
    assert [link.url for link in line.links] == ["https://melde.no"]
    await surface.press("manager", told, "Lovpålagt varsel er sendt")
    assert (await steps.stored(surface, added)).deviation.notice_sent_at == surface.clock.now()
    assert await told_of_notice(surface, at("2026-09-07 08:00")) == {}


async def test_what_one_leader_settles_is_settled_for_the_others_where_they_were_reminded(surface: FakeSurface) -> None:
    await serious(surface)
    async with surface.world.database.transaction() as session:
        homecare, chief = surface.world.units["homecare"], surface.world.people["nurse"]
        session.add(UnitStaff(unit_id=homecare, person_id=chief, role=StaffRole.LEADER))
    told = await reminded(surface, at("2026-09-02 08:00"))
    assert "Lovpålagt varsel er vurdert" in labels(told["nurse"])
    await surface.press("manager", told["manager"], "Lovpålagt varsel er vurdert")
    newest = (await surface.inbox("nurse"))[-1]
    assert labels(newest) == ["Lovpålagt varsel er sendt", "Vis"]
    assert "Eksempel Manager" in newest.text
    await surface.press("nurse", newest, "Lovpålagt varsel er sendt")
    (seen,) = [each for each in await surface.inbox("manager") if "Vis" in labels(each)][-1:]
    assert "Lovpålagt varsel er sendt" not in labels(seen)


@pytest.mark.parametrize(
    "given",
    [
        {"notice_considered_at": at("2026-09-01 11:00")},
        {"notice_sent_at": at("2026-09-01 11:00")},
        {"status": DeviationStatus.WITHDRAWN},
        {"consequence": "moderate"},
    ],
)
async def test_what_stopped_the_clock_stops_the_reminders(surface: FakeSurface, given: dict[str, Any]) -> None:
    await serious(surface, **given)
    assert await told_of_notice(surface, at("2026-09-02 08:00")) == {}


async def test_an_answered_report_still_has_its_notice_to_be_considered(surface: FakeSurface) -> None:
    await serious(surface, status=DeviationStatus.ANSWERED)
    assert set(await told_of_notice(surface, at("2026-09-02 08:00"))) == {"manager"}


async def test_whose_leader_is_not_known_or_is_the_reporter(surface: FakeSurface) -> None:
    await serious(surface, workplace_id=None)
    assert set(await told_of_notice(surface, at("2026-09-02 08:00"))) == {"carer"}


async def test_of_a_reporter_who_has_left_the_leaders_of_the_organisation_hear(surface: FakeSurface) -> None:
    await serious(surface, workplace_id=None)
    await steps.leaves(surface, "carer")
    assert set(await told_of_notice(surface, at("2026-09-02 08:00"))) == {"manager"}


async def test_without_a_rule_no_clock_runs(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        await session.execute(delete(Setting).where(col(Setting.name) == "notices"))
    await serious(surface)
    assert await told_of_notice(surface, at("2026-09-02 08:00")) == {}


async def test_working_days_of_another_rule(surface: FakeSurface) -> None:
    rule = NOTICE.model_copy(update={"days": None, "working_days": 5, "word": "melding", "at_once": False})
    async with surface.world.database.transaction() as session:
        await session.merge(Setting(name="notices", value=notice.stored([rule])))
    surface.clock.go_to(at("2026-09-03 10:00"))
    await serious(surface)
    # Thursday; the fifth working day is the next Thursday. Over the weekend too: it is serious.
    for day in ("04", "05", "06", "07", "08", "09", "10"):
        (line,) = (await told_of_notice(surface, at(f"2026-09-{day} 08:00"))).values()
        assert line.startswith("Lovpålagt melding: ikke krysset av for, frist 10. sep. 2026")
    (line,) = (await told_of_notice(surface, at("2026-09-11 08:00"))).values()
    assert "fristen gikk ut 10. sep. 2026" in line
    assert await told_of_notice(surface, at("2026-09-12 08:00")) == {}
