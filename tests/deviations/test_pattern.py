"""Patterns: found once, offered to the secretariat, and made into a case through the door of `/sak`."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.slack.blocks import message_blocks
from bot.teams.cards import message_card
from handlers.capabilities import registry
from handlers.deviations.actions import Do
from handlers.deviations.learning import pattern
from handlers.messages.message import Message
from handlers.writing.typed import with_slash
from storage import deviation_patterns
from storage.tables import AgendaItem, Setting, UnitStaff
from tests.chores import done
from tests.clock import FixedClock
from tests.deviations.seed import Places, oslo, report, store
from tests.slack.limits import broken_by_message
from tests.surface import FakeSurface, facts, form, labels, message, values
from tests.world import World

NOW = oslo(2026, 11, 24)


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    clock.go_to(NOW)
    return FakeSurface(world, clock, registry())


async def put(surface: FakeSurface, count: int = 5, *, days_ago: float = 10, **given: Any) -> None:
    given = {"categories": ("medication",), "service": "home_care", **given}
    at = surface.clock.now() - timedelta(days=days_ago)
    async with surface.world.database.transaction() as session:
        places = await Places.of(session)
        await store(session, [report(places, at, **given) for _each in range(count)])


async def decide(surface: FakeSurface, **settings: Any) -> None:
    async with surface.world.database.transaction() as session:
        session.add(Setting(name="deviations", value=settings))


async def tick(surface: FakeSurface) -> int:
    return await done(pattern.OFFER, surface.world.database, surface.clock)


async def offers(surface: FakeSurface, who: str = "secretary") -> list[Message]:
    return [item for item in await surface.inbox(who) if "Lag sak av dette" in labels(item)]


async def test_five_of_a_kind_are_offered_to_the_whole_secretariat_and_to_nobody_else(surface: FakeSurface) -> None:
    await put(surface, 4)
    assert await tick(surface) == 0
    await put(surface, 1)
    assert await tick(surface) == 2
    for who in ("secretary", "deputy"):
        (found,) = await offers(surface, who)
        assert found.title == (
            "Mønster i avvikene: Legemidler, fra kommune til sykehus (Hjemmebasert pleie og omsorgstjeneste)"
        )
        assert facts(found)["Antall avvik"] == "5"
    for who in ("member", "surgeon", "clinician", "observer"):
        assert not await offers(surface, who)


async def test_the_worker_offers_it(surface: FakeSurface) -> None:
    await put(surface)
    await surface.worker.do_chores()
    assert len(await offers(surface)) == 1


async def test_it_is_offered_once_and_again_only_after_as_many_more(surface: FakeSurface) -> None:
    await put(surface)
    await tick(surface)
    for _day in range(3):
        surface.clock.forward(timedelta(days=1))
        await put(surface, 1, days_ago=0)
        surface.clock.forward(timedelta(minutes=1))
        assert await tick(surface) == 0
    await put(surface, 2, days_ago=0)
    surface.clock.forward(timedelta(minutes=1))
    assert await tick(surface) == 2
    assert len(await offers(surface)) == 2
    assert facts((await offers(surface))[-1])["Antall avvik"] == "10"


async def test_two_workers_at_once_offer_it_once(surface: FakeSurface) -> None:
    await put(surface)
    done = await asyncio.gather(*(tick(surface) for _worker in range(4)))
    assert sorted(done) == [0, 0, 0, 2]


async def test_whoever_is_first_is_the_only_one(surface: FakeSurface) -> None:
    await put(surface)
    since = NOW - timedelta(days=90)
    async with surface.world.database.transaction() as session:
        (found,) = await deviation_patterns.to_offer(session, size=5, since=since)
        assert await deviation_patterns.note_offered(session, found, NOW)
        assert not await deviation_patterns.note_offered(session, found, NOW + timedelta(seconds=1))
    again = found._replace(offered_at=NOW)
    async with surface.world.database.transaction() as session:
        assert await deviation_patterns.note_offered(session, again, NOW + timedelta(days=1))
        assert not await deviation_patterns.note_offered(session, again, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    "other",
    [
        {"service": "gp"},
        {"categories": ("logistics",)},
        {"direction": "to_municipality"},
        {"days_ago": 91},
        {"status": "withdrawn"},
        {"status": "at_leader", "sent_at": None},
        {"status": "rejected", "reject_reason": "duplicate"},
    ],
)
async def test_what_is_of_another_kind_or_too_old_does_not_count(surface: FakeSurface, other: dict[str, Any]) -> None:
    await put(surface, 4)
    await put(surface, 3, **other)
    assert await tick(surface) == 0


async def test_one_report_of_several_categories_counts_in_each(surface: FakeSurface) -> None:
    await put(surface, 3, categories=("medication", "communication"))
    await put(surface, 2)
    await put(surface, 2, categories=("communication",))
    await tick(surface)
    (found,) = await offers(surface)
    assert [section.title.split(",")[0] for section in found.sections] == ["Kommunikasjon/dokumentasjon", "Legemidler"]


async def test_patterns_that_are_found_together_come_in_one_message(surface: FakeSurface) -> None:
    """Each with its own button; more than a message holds come in as few as they fit in."""
    await put(surface)
    await put(surface, service="institution")
    assert await tick(surface) == 2, "one for each of the secretaries"
    (found,) = await offers(surface)
    assert found.title == "2 nye mønstre i avvikene"
    assert labels(found).count("Lag sak av dette") == 2
    assert labels(found).count("Se tallene") == 1
    assert [facts(section)["Antall avvik"] for section in found.sections] == ["5", "5"]
    second = found.sections[1].buttons[0]
    await surface.bot.press(surface.world.sender("deputy"), second.action, second.arguments)
    (found,) = await offers(surface)
    assert ["Påbegynt" in facts(section) for section in found.sections] == [False, True]
    shown = form(await surface.bot.press(surface.world.sender("secretary"), second.action, second.arguments))
    assert found.sections[1].title in values(shown)["title"]


async def test_more_patterns_than_a_message_holds(surface: FakeSurface) -> None:
    services = ("home_care", "institution", "emergency_clinic", "gp", "coordinating", "acute_beds", "mental_health")
    for service in services:
        await put(surface, service=service)
    assert await tick(surface) == 4
    shown = await offers(surface)
    assert [len(item.sections) for item in shown] == [5, 2]
    for item in shown:
        assert broken_by_message(message_blocks(item), item.title) == []
        assert len(json.dumps(message_card(item), default=str).encode()) < 25 * 1024
    assert await tick(surface) == 0


async def test_how_many_in_how_many_days_is_the_partnerships_own_choice(surface: FakeSurface) -> None:
    await decide(surface, pattern_size=2, pattern_days=5)
    await put(surface, 2, days_ago=6)
    assert await tick(surface) == 0
    await put(surface, 2, days_ago=4)
    assert await tick(surface) == 2


async def test_its_numbers_are_masked_for_the_secretariat(surface: FakeSurface) -> None:
    await put(surface, 7)
    await put(surface, 1, days_ago=80, consequence="death", seconds_to_answer=86400)
    await tick(surface)
    (found,) = await offers(surface)
    told = facts(found)
    assert told["Antall avvik"] == "8"
    assert told["Per måned"] == "aug 2026: 0, sep 2026: under 3, okt 2026: under 3, nov 2026: 7" or (
        told["Per måned"] == "aug 2026: under 3, sep 2026: under 3, okt 2026: 0, nov 2026: 7"
    )
    assert "Død: under 3" in told["Faktisk konsekvens"]
    assert told["Besvart"] == "under 3 av 8 (under 38 %)"


async def test_a_pattern_of_two_is_itself_under_three(surface: FakeSurface) -> None:
    await decide(surface, pattern_size=2)
    await put(surface, 2)
    await tick(surface)
    assert facts((await offers(surface))[0])["Antall avvik"] == "under 3"


async def test_another_committee_may_be_the_one_that_learns(surface: FakeSurface) -> None:
    await decide(surface, committee="forum")
    await put(surface)
    await tick(surface)
    assert await offers(surface, "deputy")
    assert not await offers(surface, "secretary")


async def test_where_nobody_is_there_to_hear_of_it_it_waits(surface: FakeSurface) -> None:
    await put(surface)
    async with surface.world.database.transaction() as session:
        kept = (await session.execute(text("SELECT * FROM membership WHERE role = 'sekretariat'"))).mappings().all()
        await session.execute(text("DELETE FROM membership WHERE role = 'sekretariat'"))
    assert await tick(surface) == 0
    async with surface.world.database.transaction() as session:
        for row in kept:
            await session.execute(
                text(
                    "INSERT INTO membership (committee_id, person_id, role) VALUES (:committee_id, :person_id, :role)"
                ),
                {name: row[name] for name in ("committee_id", "person_id", "role")},
            )
    assert await tick(surface) == 2


async def test_without_any_such_committee_nothing_is_offered(surface: FakeSurface) -> None:
    await decide(surface, committee="finnes ikke")
    await put(surface)
    assert await tick(surface) == 0


async def test_a_case_is_made_of_it_through_the_same_door(surface: FakeSurface) -> None:
    await put(surface, 6)
    await tick(surface)
    (found,) = await offers(surface)
    what = form(await surface.press("secretary", found, "Lag sak av dette"))
    # Whoever it was offered to besides reads that somebody has begun; whoever has is told nothing of themselves.
    (others,) = await offers(surface, "deputy")
    assert facts(others)["Påbegynt"] == "Eksempel Secretary har begynt på en sak om dette"
    (own,) = await offers(surface)
    assert "Påbegynt" not in facts(own)
    filled = values(what)
    assert filled["committee"] == str(surface.world.committees["fsu"])
    assert filled["title"].startswith("Mønster i avvikene: Legemidler")
    assert "– Antall avvik: 6" in filled["purpose"]
    assert filled["types"] == ["D", "B"]
    how = form(await surface.submit("secretary", what))
    assert "finner årsaken sammen" in values(how)["conclusion"]
    receipt = message(await surface.submit("secretary", form(await surface.submit("secretary", how))))
    assert "Mønster i avvikene" in receipt.title + receipt.text + str(receipt.facts)
    async with surface.world.database.transaction() as session:
        item = (await session.execute(text("SELECT committee_id, proposer_id FROM agenda_item"))).one()
    assert tuple(item) == (surface.world.committees["fsu"], surface.world.people["secretary"])
    assert AgendaItem.__tablename__ == "agenda_item"


async def test_the_numbers_of_the_case_are_those_of_when_it_is_made(surface: FakeSurface) -> None:
    await put(surface)
    await tick(surface)
    (found,) = await offers(surface)
    await put(surface, 4, days_ago=1)
    what = form(await surface.press("secretary", found, "Lag sak av dette"))
    assert "– Antall avvik: 9" in values(what)["purpose"]


@pytest.mark.parametrize("who", ["member", "clinician", "surgeon", "chief", "observer"])
async def test_only_the_secretariat_makes_it_a_case(surface: FakeSurface, who: str) -> None:
    await put(surface)
    arguments = {"direction": "to_hospital", "service": "home_care", "category": "medication"}
    shown = message(await surface.bot.press(surface.world.sender(who), Do.MAKE_CASE, arguments))
    assert "Bare sekretariatet" in shown.title


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"direction": "sideways", "service": "home_care", "category": "medication"},
        {"direction": "to_hospital", "service": "x", "category": "medication"},
        {"direction": "to_hospital", "service": "home_care", "category": "' OR 1=1 --"},
        {"direction": "to_hospital", "service": "gp", "category": "medication"},
    ],
)
async def test_a_button_of_no_pattern_says_what_to_do(surface: FakeSurface, arguments: dict[str, str]) -> None:
    await put(surface)
    shown = message(await surface.bot.press(surface.world.sender("secretary"), Do.MAKE_CASE, arguments))
    assert "finnes ikke lenger. Skriv /avvik tall" in with_slash(shown.title)


async def test_a_secretary_who_handles_reports_still_gets_masked_numbers(surface: FakeSurface) -> None:
    await decide(surface, pattern_size=2)
    async with surface.world.database.transaction() as session:
        session.add(
            UnitStaff(unit_id=surface.world.units["ortho"], person_id=surface.world.people["secretary"], role="handler")
        )
    await put(surface, 2)
    await tick(surface)
    assert facts((await offers(surface))[0])["Antall avvik"] == "under 3"
