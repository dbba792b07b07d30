"""What stands on somebody's home, in which order, and how much of it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.slack.blocks import message_blocks
from handlers.capabilities import registry
from handlers.capability import Capability, Owed, Waiting
from handlers.deviations.actions import Do as Deviations
from handlers.home.composing import SHOWN, Home
from handlers.messages.message import Button, Message, Section
from handlers.people.context import CLOCK, Context
from storage.tables import Committee
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.deviations import walk
from tests.slack.limits import broken_by_message
from tests.surface import FakeSurface, form, labels, message
from tests.world import World

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
QUEUE = Button(label="Vis", action=Deviations.QUEUE)


def always(*found: Any) -> Callable[[Context], Awaitable[Sequence[Any]]]:
    async def says(_context: Context) -> Sequence[Any]:
        return found

    return says


async def drawn(*capabilities: Capability, greeted: bool = False) -> Message:
    # Nothing of it is asked of the database.
    context = Context(None, CLOCK, NOW)  # type: ignore[arg-type]
    return await Home(capabilities).drawn(context, greeted=greeted)


def titles(shown: Message) -> list[str]:
    return [section.title for section in shown.sections]


async def test_deadlines_come_first_then_queues_then_what_is_theirs() -> None:
    late, soon = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    shown = await drawn(
        Capability(
            name="a",
            owes=always(Owed("uten frist", ()), Owed("snart", (), soon), Owed("1 i kø", (QUEUE,))),
            queues=always(Waiting("1 i kø", QUEUE)),
            begins=always(Button(label="Begynn", action=Deviations.REPORT)),
            theirs=always(Section(title="Ditt")),
        ),
        Capability(name="b", owes=always(Owed("gått ut", (), late))),
    )
    assert titles(shown) == ["", "Dette skal du gjøre", "gått ut", "snart", "uten frist", "1 i kø", "Ditt"]
    assert (shown.title, labels(shown)[0], shown.text) == ("Dette venter på deg", "Begynn", "")
    assert shown.sections[1].text == "1 frist er gått ut."


async def test_of_much_the_most_urgent_is_shown_and_a_way_to_all() -> None:
    owed = [Owed("Langt " * 200 + f"{n:03}", (QUEUE,) * 3, NOW + timedelta(days=n)) for n in range(100)]
    shown = await drawn(Capability(name="a", owes=always(*owed)))
    assert [title[-3:] for title in titles(shown)[1:-1]] == [f"{n:03}" for n in range(SHOWN)]
    assert labels(shown)[-1] == "Vis alle 100"
    assert broken_by_message(message_blocks(shown), "-") == []


async def test_where_nothing_waits_that_is_said_and_somebody_new_is_welcomed() -> None:
    assert (await drawn()).title == "Ingenting venter på deg nå"
    assert (await drawn(greeted=True)).text.startswith("Velkommen")


@pytest.fixture
def surface(small_world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(small_world, clock, registry())


async def test_everybody_has_their_own_and_it_is_done_from_there(surface: FakeSurface) -> None:
    await propose(surface)
    await walk.report(surface)

    async def home(who: str, line: str = "hjem") -> Message:
        return message(await surface.say(who, line))

    secretary, member, nurse, clinician = [await home(who) for who in ("secretary", "member", "nurse", "clinician")]
    assert "1 sak venter på sekretariatet" in titles(secretary)
    assert "Sakene dine" not in titles(secretary)
    assert "Sakene dine" in titles(member)
    assert "Venter på sekretariatet" in str(member.sections)
    assert [title for title in titles(nurse) if "AVV-2026-0001" in title]
    assert "1 avvik venter på svar" in titles(nurse)
    assert "Avvikene du har meldt" in titles(clinician)
    # Whoever is in no committee that takes cases from everybody begins no case. Here the forum does.
    for who, shown in (("secretary", secretary), ("member", member), ("nurse", nurse), ("clinician", clinician)):
        assert labels(shown)[:2] == ["Meld sak", "Meld avvik"]
        assert form(await surface.press(who, shown, "Meld sak")).token.startswith("sak.meld")
        assert form(await surface.press(who, shown, "Meld avvik")).token.startswith("avvik.meld")
    meeting = next(label for label in labels(member) if label.startswith("Faglig samarbeidsutvalg"))
    assert "Faglig samarbeidsutvalg" in message(await surface.press("member", member, meeting)).title
    # In other words, and in Nynorsk.
    assert titles(await home("nurse", "hjemmesiden min")) == titles(nurse)
    assert titles(await home("nurse", "heim")) == titles(nurse)


async def test_it_costs_the_same_however_much_waits(surface: FakeSurface) -> None:
    statements: list[str] = []
    engine = surface.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, statement, *_rest: statements.append(statement))

    async def cost(who: str) -> int:
        await surface.say(who, "hjem")
        statements.clear()
        await surface.say(who, "hjem")
        return len(statements)

    await propose(surface)
    await walk.report(surface)
    before = [await cost(who) for who in ("secretary", "nurse")]
    for _more in range(9):
        await propose(surface)
        await walk.report(surface)
    assert [await cost(who) for who in ("secretary", "nurse")] == before

    async def drawn_for(who: str) -> int:
        statements.clear()
        await surface.bot.home(surface.world.sender(who))
        return len(statements)

    # On PostgreSQL: who they are, of what there is anything, and all the rest; then what a handler's posts lead to.
    # Where nothing is waited for, each question is asked by itself.
    ways = [await drawn_for(who) for who in ("secretary", "nurse")]
    assert ways == ([14, 8] if surface.world.database.is_sqlite else [3, 5])


async def test_the_button_to_a_meeting_has_its_day_however_long_the_committee_is_called(
    small_world: World, clock: FixedClock
) -> None:
    async with small_world.database.transaction() as session:
        committee = await session.get_one(Committee, small_world.committees["fsu"])
        committee.name = "Samarbeidsforum for rus, psykisk helse og barn og unge"
    shown = message(await FakeSurface(small_world, clock, registry()).say("observer", "hjem"))
    (button, _next, _all) = shown.sections[-1].buttons
    assert button.label == "Samarbeidsforum for rus, psy… 21. sep. 2026"
