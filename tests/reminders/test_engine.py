"""Reminders that are laid ahead, gathered and handed over: each once, and what makes no sense is recorded."""

import asyncio
import json
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.slack.blocks import message_blocks
from bot.teams.cards import message_card
from handlers import admission
from handlers.calendar.zone import local_day
from handlers.capabilities import registry
from handlers.chore import Item
from handlers.reminders import laying
from handlers.reminders.handing import NAME
from handlers.reminders.kind import Reason
from handlers.reminders.laying import lay
from handlers.reminders.wishes import Wishes
from storage import reminders
from storage.database import Database, DatabaseUnavailable
from storage.tables import Account, Delivery, DeliveryStatus, Person, Reminder, ReminderStatus
from tests.clock import FixedClock
from tests.reminders.engine import DAY, Engine
from tests.surface import FakeSurface, labels, message
from tests.world import World, build

HOUR = timedelta(hours=1)


@pytest.fixture
def engine(small_world: World, clock: FixedClock) -> Engine:
    return Engine(small_world, clock)


@pytest.fixture
def on_both(world: World, clock: FixedClock) -> Engine:
    """On each kind of database, where it may make a difference."""
    return Engine(world, clock)


# --- laid ----------------------------------------------------------------------------------------------------


async def test_laying_adds_moves_withdraws_and_revives(on_both: Engine) -> None:
    one, two = on_both.wanted("one", HOUR), on_both.wanted("two", 2 * HOUR)
    assert await on_both.lay(one, two) == (2, 0)
    assert await on_both.lay(one, two) == (0, 0)
    assert await on_both.lay(one._replace(due_at=one.due_at + HOUR)) == (1, 1)
    assert await on_both.became() == {"one": "pending", "two": "withdrawn changed"}
    assert (await on_both.rows())["one"].send_at == one.due_at + HOUR
    assert await on_both.lay(one, two) == (2, 0)
    on_both.clock.forward(3 * HOUR)
    await on_both.tick()
    # Handed over or skipped, it stays so.
    assert await on_both.lay(one, two) == (0, 0)
    assert await on_both.became() == {"one": "skipped newer", "two": "handed"}
    assert [told.title for told in await on_both.inbox("member")] == ["Husk two"]


async def test_what_was_laid_too_late_comes_at_once_and_only_the_last_of_it(engine: Engine) -> None:
    await engine.lay(engine.wanted("first", -3 * DAY), engine.wanted("last", -DAY), engine.wanted("later", DAY))
    assert await engine.became() == {"first": "skipped newer", "last": "pending", "later": "pending"}
    await engine.tick()
    # Another one that would have come before the last is no news.
    again = [engine.wanted("first", -3 * DAY), engine.wanted("last", -DAY), engine.wanted("between", -2 * DAY)]
    await engine.lay(*again, engine.wanted("later", DAY))
    await engine.tick()
    assert [told.title for told in await engine.inbox("member")] == ["Husk last"]
    assert (await engine.became())["between"] == "skipped newer"


async def test_400_people_cost_what_one_does(on_both: Engine) -> None:
    async with on_both.world.database.transaction() as session:
        member = await session.get_one(Person, on_both.world.people["member"])
        session.add_all(
            Person(organisation_id=member.organisation_id, name=f"Eksempel {number}") for number in range(400)
        )
    async with on_both.world.database.reading() as session:
        people = list(await session.scalars(select(col(Person.id)).where(col(Person.name).regexp_match("[0-9]$"))))
    assert len(people) == 400

    async def laid(count: int, shift: timedelta) -> int:
        wanted = [
            on_both.wanted(f"{count} {days}", DAY * days + shift, subject=f"lek:{count}")._replace(person_id=person)
            for person in people[:count]
            for days in (1, 2, 3)
        ]
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
            statements.append(statement)

        sync = on_both.world.database.engine.sync_engine
        event.listen(sync, "before_cursor_execute", note)
        await on_both.lay(*wanted, subjects=[f"lek:{count}"])
        event.remove(sync, "before_cursor_execute", note)
        return len(statements)

    assert await laid(1, HOUR) == await laid(400, HOUR)
    # The same where all of it moves, and where all of it is withdrawn.
    assert await laid(1, 2 * HOUR) == await laid(400, 2 * HOUR)
    assert (await on_both.lay(subjects=["lek:400"])).withdrawn == 1200


# --- said ----------------------------------------------------------------------------------------------------


async def test_what_is_due_at_once_is_one_message(on_both: Engine) -> None:
    await on_both.lay(
        on_both.wanted("a", HOUR, subject="lek:1"),
        on_both.wanted("b", HOUR, subject="lek:2", kind="lek.b"),
        on_both.wanted("alone", HOUR, who="colleague", subject="lek:3"),
        on_both.wanted("tomorrow", DAY, subject="lek:4"),
    )
    assert await on_both.tick() == 0
    on_both.clock.forward(HOUR)
    assert await on_both.tick() == 2
    (told,) = await on_both.inbox("member")
    assert told.title == "2 påminnelser til deg"
    assert [section.title for section in told.sections] == ["Husk a", "Husk b"]
    assert [section.text for section in told.sections] == ["Lite", "Lite"]
    (told,) = await on_both.inbox("colleague")
    assert (told.title, told.sections) == ("Husk alone", ())
    assert await on_both.tick() == 0
    rows = await on_both.rows()
    assert rows["a"].delivery_key == rows["b"].delivery_key != rows["alone"].delivery_key
    async with on_both.world.database.reading() as session:
        subjects = set(await session.scalars(select(col(Delivery.subject))))
    # Said alone, it is found under its subject.
    assert subjects == {f"reminders:{rows['a'].id}", "lek:3:reminder"}


async def test_several_of_one_kind_are_called_so(engine: Engine) -> None:
    await engine.lay(*(engine.wanted(name, subject=f"lek:{name}") for name in "abc"))
    await engine.tick()
    (told,) = await engine.inbox("member")
    assert told.title == "3 A-er"


async def test_as_many_as_platforms_show_in_one_message_and_the_rest_in_further_ones(engine: Engine) -> None:
    await engine.lay(*(engine.wanted(f"nummer {number} " + "æ" * 150, subject=f"lek:{number}") for number in range(60)))
    await engine.tick()
    told = await engine.inbox("member")
    assert 1 < len(told) < 15
    assert sum(len(each.sections) for each in told) == 60
    for each in told:
        # Nothing is left out on either.
        assert len(message_blocks(each)) <= 50
        card = json.dumps(message_card(each), ensure_ascii=False)
        assert len(card.encode()) < 25_000
        assert all(section.title.split(" æ")[0] in card for section in each.sections)


async def test_of_several_about_the_same_the_latest_is_said(engine: Engine) -> None:
    await engine.lay(engine.wanted("week", HOUR), engine.wanted("day", 2 * HOUR), engine.wanted("b", kind="lek.b"))
    engine.clock.forward(DAY)
    await engine.tick()
    assert await engine.became() == {"week": "skipped newer", "day": "handed", "b": "handed"}


@pytest.mark.parametrize(
    ("reason", "became"),
    [
        (Reason.DONE, "skipped done"),
        (Reason.CHANGED, "withdrawn changed"),
        (Reason.NOT_THEIRS, "withdrawn not_theirs"),
    ],
)
async def test_what_its_kind_says_is_not_to_be_said(engine: Engine, reason: Reason, became: str) -> None:
    engine.reasons["one"] = reason
    await engine.lay(engine.wanted("one"))
    assert await engine.tick() == 0
    assert await engine.became() == {"one": became}
    assert await engine.inbox("member") == []


async def test_what_is_over_is_recorded_so(engine: Engine) -> None:
    await engine.lay(engine.wanted("one", HOUR, ends=2 * HOUR), engine.wanted("two", HOUR, ends=None, kind="lek.b"))
    engine.clock.forward(DAY)
    await engine.lay(engine.wanted("two", HOUR - DAY, ends=None, kind="lek.b"))
    await engine.tick()
    assert await engine.became() == {"one": "skipped over", "two": "handed"}


async def test_what_somebody_does_not_want(engine: Engine) -> None:
    await engine.wish("member", Wishes(off=("lek.a", "lek.b")))
    await engine.lay(engine.wanted("one"), engine.wanted("theirs by a rule", kind="lek.b"))
    await engine.tick()
    assert await engine.became() == {"one": "skipped unwanted", "theirs by a rule": "handed"}


async def test_somebody_who_has_left_hears_nothing(engine: Engine) -> None:
    await engine.lay(engine.wanted("one"))
    async with engine.world.database.transaction() as session:
        (await session.get_one(Person, engine.world.people["member"])).removed_at = engine.clock.now()
    await engine.tick()
    assert await engine.became() == {"one": "withdrawn not_theirs"}


async def test_a_kind_that_cannot_be_drawn_holds_back_no_other(
    on_both: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    on_both.broken.add("lek.b")
    await on_both.lay(
        *(
            on_both.wanted(f"{kind} {who}", who=who, kind=kind)
            for who in ("member", "colleague")
            for kind in ("lek.a", "lek.b")
        )
    )
    await on_both.tick()
    assert [told.title for told in await on_both.inbox("member")] == ["Husk lek.a member"]
    assert [told.title for told in await on_both.inbox("colleague")] == ["Husk lek.a colleague"]
    assert "Noe som noen har skrevet" not in caplog.text
    assert "reminders of the kind lek.b cannot be drawn" in caplog.text
    on_both.broken.clear()
    on_both.clock.forward(HOUR)
    await on_both.tick()
    assert (await on_both.became())["lek.b member"] == "handed"


async def test_what_a_newer_build_has_laid_is_left_to_it(engine: Engine) -> None:
    async with engine.world.database.transaction() as session:
        wanted = engine.wanted("one")._replace(kind="lek.ny")
        await laying.lay(session, ["lek:1"], ["lek.ny"], [wanted], engine.clock.now())
    assert await engine.tick() == 0
    assert await engine.became() == {"one": "pending"}


# --- who cannot be reached -----------------------------------------------------------------------------------


async def _unreachable(engine: Engine) -> Account:
    """The member has no account any more."""
    async with engine.world.database.transaction() as session:
        (account,) = await session.scalars(
            select(Account).where(col(Account.person_id) == engine.world.people["member"])
        )
        await session.delete(account)
    return account


async def test_who_cannot_be_reached_for_long_gets_one_message(on_both: Engine) -> None:
    account = await _unreachable(on_both)
    await on_both.lay(
        *(
            on_both.wanted(str(day), DAY * day, subject=f"lek:{day}", ends=DAY * day + (HOUR if day == 3 else 30 * DAY))
            for day in range(10)
        )
    )
    for _day in range(10):
        await on_both.tick()
        on_both.clock.forward(DAY)
    async with on_both.world.database.reading() as session:
        assert len(list(await session.scalars(select(Delivery)))) == 1
    async with on_both.world.database.transaction() as session:
        session.add(Account(**account.model_dump(exclude={"id"})))
        await session.execute(update(Delivery).values(status=DeliveryStatus.PENDING))
    await on_both.arrive()
    (told,) = await on_both.inbox("member")
    assert [section.title for section in told.sections] == [f"Husk {day}" for day in range(10) if day != 3]
    assert (await on_both.became())["3"] == "skipped over"
    # What has arrived is said only once.
    await on_both.lay(on_both.wanted("new", subject="lek:new"))
    await on_both.tick()
    assert [each.title for each in await on_both.inbox("member")][1:] == ["Husk new"]


async def test_a_part_that_is_over_goes_before_anybody_reads_it(engine: Engine) -> None:
    await _unreachable(engine)
    await engine.lay(engine.wanted("short", ends=HOUR), engine.wanted("long", subject="lek:2"))
    await engine.tick()
    engine.clock.forward(2 * HOUR)
    assert await engine.tick() == 1
    assert await engine.became() == {"short": "skipped over", "long": "handed"}
    async with engine.world.database.reading() as session:
        (waiting,) = await session.scalars(select(Delivery))
    assert (waiting.message["title"], waiting.subject) == ("Husk long", "lek:2:reminder")
    assert await engine.tick() == 0


async def test_what_changed_before_it_was_sent_is_taken_out_of_the_message(on_both: Engine) -> None:
    await on_both.lay(on_both.wanted("moved"), on_both.wanted("stays", subject="lek:2"))
    assert await on_both.tick(arriving=False) == 1
    assert await on_both.lay(subjects=["lek:1"]) == (0, 1)
    await on_both.tick()
    assert [told.title for told in await on_both.inbox("member")] == ["Husk stays"]
    assert await on_both.became() == {"moved": "withdrawn changed", "stays": "handed"}


async def test_what_has_arrived_is_left_alone(engine: Engine) -> None:
    await engine.lay(engine.wanted("moved"), engine.wanted("stays", subject="lek:2"))
    await engine.tick()
    assert await engine.lay(subjects=["lek:1"]) == (0, 0)
    assert await engine.tick() == 0
    assert await engine.became() == {"moved": "handed", "stays": "handed"}


async def test_a_send_of_which_nobody_knows_is_not_said_anew(engine: Engine) -> None:
    await engine.lay(engine.wanted("one"))
    await engine.tick(arriving=False)
    async with engine.world.database.transaction() as session:
        await session.execute(update(Delivery).values(may_have_arrived=True))
    await engine.lay(engine.wanted("one"), engine.wanted("two", subject="lek:2"))
    await engine.tick()
    assert [told.title for told in await engine.inbox("member")] == ["Husk one", "Husk two"]


async def test_whoever_was_told_that_it_did_not_arrive_hears_that_it_did(engine: Engine) -> None:
    await engine.lay(engine.wanted("one", subject="lek:1"))
    await engine.tick(arriving=False)
    async with engine.world.database.transaction() as session:
        await session.execute(update(Delivery).values(status=DeliveryStatus.WAITING, reference="ABC"))
    await engine.lay(engine.wanted("two", subject="lek:2"), subjects=[])
    await engine.tick(arriving=False)
    async with engine.world.database.reading() as session:
        (one,) = await session.scalars(select(Delivery))
    assert (one.reference, one.subject, len(one.message["sections"])) == ("ABC", "lek:1:reminder", 2)


# --- as they wish --------------------------------------------------------------------------------------------


async def test_after_an_outage_nobody_is_woken(engine: Engine) -> None:
    """It was to be said in the afternoon; the worker comes back in the night."""
    await engine.wish("member", Wishes(quiet_from=time(22), quiet_until=time(7)))
    await engine.lay(engine.wanted("one", HOUR))
    engine.clock.go_to(datetime.fromisoformat("2026-09-02T03:00+02:00"))
    assert await engine.tick() == 0
    assert (await engine.rows())["one"].send_at == datetime.fromisoformat("2026-09-02T07:00+02:00")
    engine.clock.go_to(datetime.fromisoformat("2026-09-02T07:00:10+02:00"))
    assert await engine.tick() == 1


async def test_gathered_at_a_time_of_day(engine: Engine) -> None:
    await engine.wish("member", Wishes(gather_at=time(8), quiet_from=time(6), quiet_until=time(9)))
    await engine.lay(*(engine.wanted(str(hours), HOUR * hours, subject=f"lek:{hours}") for hours in (1, 2, 3, 23)))
    engine.clock.forward(5 * HOUR)
    assert await engine.tick() == 0
    engine.clock.go_to(datetime.fromisoformat("2026-09-02T08:00:19+02:00"))
    assert await engine.tick() == 1
    (told,) = await engine.inbox("member")
    assert [section.title for section in told.sections] == ["Husk 1", "Husk 2", "Husk 3"]
    # That of 09.00 is for the next morning; nobody ran then, and it is not waited for another day.
    engine.clock.go_to(datetime.fromisoformat("2026-09-03T10:00+02:00"))
    assert await engine.tick() == 1


async def test_other_wishes_move_what_is_pending(on_both: Engine) -> None:
    await on_both.lay(on_both.wanted("one", HOUR), on_both.wanted("others", HOUR, who="colleague", subject="lek:2"))
    wishes = Wishes(gather_at=time(8))
    async with on_both.world.database.transaction() as session:
        person = on_both.world.people["member"]
        assert await laying.relay_person(session, person, wishes, on_both.clock.now()) == 1
        assert await laying.relay_person(session, person, wishes, on_both.clock.now()) == 0
        assert await laying.relay_person(session, person, Wishes(), on_both.clock.now()) == 1
    rows = await on_both.rows()
    assert rows["one"].send_at == rows["one"].due_at == rows["others"].send_at


async def test_what_was_put_off_goes_with_what_it_was_put_off_from(engine: Engine) -> None:
    wanted = engine.wanted("one")
    await engine.lay(wanted)
    await engine.tick()
    snoozed = wanted._replace(occurrence=f"one{reminders.SNOOZED}1", due_at=engine.clock.now() + DAY)
    async with engine.world.database.transaction() as session:
        await laying.lay(session, ["lek:1"], ["lek.a"], [wanted, snoozed], engine.clock.now())
    assert await engine.lay(wanted) == (0, 0)
    assert (await engine.became())["one~1"] == "pending"
    assert await engine.lay() == (0, 1)
    assert (await engine.became())["one~1"] == "withdrawn changed"
    # A meeting that was moved by mistake, and is moved back: whoever put it off still hears of it.
    assert await engine.lay(wanted) == (1, 0)
    assert await engine.lay(wanted) == (0, 0)
    engine.clock.forward(DAY)
    assert await engine.tick() == 1
    assert await engine.became() == {"one": "handed", "one~1": "handed"}


async def test_what_was_put_off_to_another_moment_stays_away(engine: Engine) -> None:
    wanted = engine.wanted("one")
    await engine.lay(wanted, wanted._replace(occurrence="one~1", due_at=engine.clock.now() + DAY))
    async with engine.world.database.transaction() as session:
        first = (await engine.rows())["one~1"]
        await reminders.withdraw(session, [first.id], Reason.NEWER, engine.clock.now())
    await engine.lay()
    await engine.lay(wanted)
    assert (await engine.became())["one~1"] == "withdrawn newer"


# --- several workers at the same time ------------------------------------------------------------------------


async def test_what_is_handed_over_while_it_is_withdrawn_is_taken_back(postgresql: Database, clock: FixedClock) -> None:
    """Another worker has it in hand when the meeting moves; nobody has got it yet."""
    engine = Engine(await build(postgresql, clock.now()), clock)
    await engine.lay(engine.wanted("one"), engine.wanted("two", subject="lek:2"))
    other = Database(postgresql.url.render_as_string(hide_password=False))
    handing = next(chore for chore in engine.bot.registry.chores if chore.name == NAME)
    async with other.transaction() as session:
        await handing.do(session, await handing.due(session, clock.now()), clock.now())
        moved = asyncio.create_task(engine.lay(subjects=("lek:1",)))
        await _waits_for_a_lock(postgresql)
    assert await moved == (0, 1)
    await other.close()
    assert await engine.became() == {"one": "withdrawn changed", "two": "pending"}
    await engine.tick()
    (told,) = await engine.inbox("member")
    assert told.title == "Husk two"


class _Killed(Exception):
    """A worker that is no more."""


async def _waits_for_a_lock(database: Database) -> None:
    """Until another one waits for what this transaction has in hand."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while True:
        async with database.reading() as session:
            if await session.scalar(waiting):
                return


async def test_many_workers_and_one_persons_reminders(postgresql: Database, clock: FixedClock) -> None:
    """Their leases have run out, or their clocks differ: all of them hand over at once, and lay anew meanwhile."""
    engine = Engine(await build(postgresql, clock.now()), clock)
    names = [f"{number}" for number in range(30)]
    wanted = [engine.wanted(name, subject=f"lek:{name}") for name in names]
    await engine.lay(*wanted)
    handing = next(chore for chore in engine.bot.registry.chores if chore.name == NAME)
    url = postgresql.url.render_as_string(hide_password=False)
    databases = [Database(url) for _worker in range(6)]
    person = engine.world.people["member"]

    async def work(number: int) -> None:
        for _time in range(4):
            async with databases[number].transaction() as session:
                if number == 5:
                    await laying.relay_person(session, person, Wishes(), clock.now())
                elif number == 4:
                    await lay(session, [each.subject for each in wanted], ["lek.a"], wanted, clock.now())
                else:
                    await handing.do(session, [Item("person", person)], clock.now())

    async def killed() -> None:
        """Just before it is stored."""
        async with postgresql.transaction() as session:
            await handing.do(session, [Item("person", person)], clock.now())
            raise _Killed

    outcomes = await asyncio.gather(killed(), *map(work, range(6)), return_exceptions=True)
    # Of two that wait for each other the database throws one out, which is done again.
    assert {type(each) for each in outcomes} <= {type(None), _Killed, DatabaseUnavailable}
    assert any(isinstance(each, _Killed) for each in outcomes)
    for database in databases:
        await database.close()
    while await engine.tick():
        pass
    await engine.arrive()
    said = [section.title for told in await engine.inbox("member") for section in told.sections or (told,)]
    assert sorted(said) == sorted(f"Husk {name}" for name in names)
    assert set((await engine.became()).values()) == {"handed"}


# --- acted on in place ---------------------------------------------------------------------------------------


async def test_one_part_of_a_message_is_acted_on_in_its_place(engine: Engine) -> None:
    await engine.lay(*(engine.wanted(name, subject=f"lek:{name}") for name in "abc"))
    await engine.tick()
    (told,) = await engine.inbox("member")
    second = told.sections[1].buttons[0]
    shown = message(await engine.bot.press(engine.world.sender("member"), second.action, second.arguments))
    assert shown.replace
    assert [section.title for section in shown.sections] == ["Husk a", "Svart på b", "Husk c"]
    (now,) = await engine.inbox("member")
    assert [section.title for section in now.sections] == ["Husk a", "Svart på b", "Husk c"]
    later = "Minn meg senere"
    assert labels(now) == ["Svar", "Se", later, "Angre", "Svar", "Se", later]
    # What stands below stays below, and pressed once more it is where it was.
    undo = now.sections[1].buttons[0]
    assert message(await engine.bot.press(engine.world.sender("member"), undo.action, undo.arguments)).sections == ()
    again = message(await engine.bot.press(engine.world.sender("member"), second.action, second.arguments))
    assert [section.title for section in again.sections] == ["Husk a", "Svart på b", "Husk c"]


async def test_somebody_elses_reminder_is_not_acted_on_in_place(engine: Engine) -> None:
    await engine.lay(*(engine.wanted(name, subject=f"lek:{name}") for name in "ab"))
    await engine.tick()
    (told,) = await engine.inbox("member")
    press = told.sections[1].buttons[0]
    for who, arguments in (
        ("colleague", press.arguments),
        ("member", {**press.arguments, "gathered": "999"}),
        ("member", {**press.arguments, "gathered": "x"}),
    ):
        shown = message(await engine.bot.press(engine.world.sender(who), press.action, arguments))
        assert (shown.title, shown.sections, shown.replace) == ("Svart på b", (), False)
    assert await engine.inbox("member") == [told]


# --- looked up -----------------------------------------------------------------------------------------------


async def _pending_by_kind(session: AsyncSession) -> dict[str, int]:
    of_kind = select(col(Reminder.kind), func.count()).group_by(col(Reminder.kind))
    rows = await session.execute(of_kind.where(col(Reminder.status) == ReminderStatus.PENDING))
    return {row[0]: row[1] for row in rows}


async def test_what_is_looked_up(on_both: Engine) -> None:
    now = on_both.clock.now()
    async with on_both.world.database.transaction() as session:
        meeting = on_both.world.meetings["fsu-1"]
        wanted = [
            on_both.wanted("said")._replace(meeting_id=meeting),
            on_both.wanted("coming", DAY)._replace(meeting_id=meeting),
            on_both.wanted("late", 20 * DAY, kind="lek.b"),
        ]
        await laying.lay(session, ["lek:1"], ["lek.a", "lek.b"], wanted, now)
        assert await _pending_by_kind(session) == {"lek.a": 2, "lek.b": 1}
    await on_both.tick()
    async with on_both.world.database.reading() as session:
        person = on_both.world.people["member"]
        coming = await reminders.of_person(session, person, now, now + 14 * DAY, ["pending"])
        assert [known.reminder.occurrence for known in coming] == ["coming"]
        said = (await reminders.of_person(session, person, now, now + DAY))[0]
        assert (said.name, said.delivered, said.sent_at) == ("Eksempel Member", "sent", now)
        assert await _pending_by_kind(session) == {"lek.a": 1, "lek.b": 1}


async def test_what_was_settled_long_ago_is_forgotten(on_both: Engine) -> None:
    await on_both.lay(on_both.wanted("old", ends=DAY), on_both.wanted("for long", subject="lek:2", ends=DAY * 900))
    await on_both.tick()
    async with on_both.world.database.transaction() as session:
        await reminders.forget_before(session, on_both.clock.now() + 400 * DAY)
    assert await on_both.became() == {"for long": "handed"}


async def test_what_did_not_arrive_of_no_meeting_is_told_to_whoever_would_hear_of_each_part(
    small_world: World, clock: FixedClock
) -> None:
    world = small_world
    surface = FakeSurface(world, clock, registry())
    about = registry().subjects["reminders"]
    await surface.worker.do_chores()
    async with world.database.reading() as session:
        then = clock.now() + HOUR
        (row,) = await reminders.of_person(session, world.people["member"], clock.now(), then, ["handed"])
        # Of what is about a meeting another one tells (`handlers.oversight`).
        assert await about(session, row.reminder.id, world.people["member"], clock.now()) is None
    async with world.database.transaction() as session:
        await session.execute(update(Reminder).values(meeting_id=None, committee_id=None))
    async with world.database.reading() as session:
        found = await about(session, row.reminder.id, world.people["member"], clock.now())
        assert found is not None
        assert {person for person, _language in found.readers} == {world.people["secretary"], world.people["deputy"]}
        assert found.title().startswith("møtet i Faglig samarbeidsutvalg (FSU)")
        assert await about(session, 999, world.people["member"], clock.now()) is None


# --- whoever they turn out to be -------------------------------------------------------------------------------


async def test_whoever_turns_out_to_be_another_is_reminded_once_and_as_the_other_wishes(on_both: Engine) -> None:
    """Of what one of them has been reminded the other is not; a pause of the other's holds."""
    both = ("clinician", "colleague")
    await on_both.lay(*(on_both.wanted("one", HOUR, who=who) for who in both))
    on_both.clock.forward(2 * HOUR)
    async with on_both.world.database.transaction() as session:
        await session.execute(
            update(Reminder)
            .where(col(Reminder.person_id) == on_both.world.people["clinician"])
            .values(status=ReminderStatus.HANDED, delivery_key="reminders:1:said")
        )
    today = local_day(on_both.clock.now())
    await on_both.wish("colleague", Wishes(gather_at=time(8), paused_from=today, paused_until=today + 3 * DAY))
    await on_both.lay(on_both.wanted("two", HOUR, who="clinician", subject="lek:2"), subjects=["lek:2"])
    async with on_both.world.database.transaction() as session:
        people = [await session.get_one(Person, on_both.world.people[who]) for who in both]
        await admission.join(session, *people, on_both.clock.now())
    on_both.clock.forward(DAY)
    await on_both.tick()
    told = [each.title for who in both for each in await on_both.inbox(who)]
    assert [title for title in told if title.startswith("Husk")] == []
    on_both.clock.forward(3 * DAY)
    await on_both.tick()
    told = [each.title for who in both for each in await on_both.inbox(who)]
    assert [title for title in told if title.startswith("Husk")] == ["Husk two"]
    assert await on_both.became() == {"one": "handed", "two": "handed"}
