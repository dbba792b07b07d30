"""An agenda as it is read: what was laid down, and what came since."""

from datetime import timedelta

from handlers.capabilities import registry
from tests.clock import FixedClock
from tests.meetings.steps import accepted, read, titles, with_standing
from tests.surface import FakeSurface, labels, message
from tests.world import World

STANDING = ["Godkjenning av innkalling", {"title": "Eventuelt", "numbered": False}]


async def test_nobody_has_to_lay_an_agenda_down(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    await with_standing(world, *STANDING)
    assert titles(await read(world)) == ["Godkjenning av innkalling", "Eventuelt"]
    await accepted(surface, "Første sak")
    shown = await read(world)
    assert titles(shown) == ["Godkjenning av innkalling", "Første sak", "Eventuelt"]
    assert [line.slot for line in shown.lines] == [None, None, None]
    assert [line.number for line in shown.lines] == ["", "1/2026 (O/D)", ""]


async def test_what_comes_after_it_was_laid_down_stands_after_the_other_cases(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    await with_standing(world, *STANDING)
    assert titles(await read(world, lay=True)) == ["Godkjenning av innkalling", "Eventuelt"]
    await accepted(surface, "Første sak")
    assert titles(await read(world, lay=True)) == ["Godkjenning av innkalling", "Første sak", "Eventuelt"]
    await accepted(surface, "Andre sak")
    laid = await read(world, lay=True)
    assert titles(laid) == ["Godkjenning av innkalling", "Første sak", "Andre sak", "Eventuelt"]
    assert [line.slot.position for line in laid.lines if line.slot] == [0, 1, 2, 3]
    again = await read(world, lay=True)
    assert [line.slot.id for line in again.lines if line.slot] == [line.slot.id for line in laid.lines if line.slot]


async def test_when_each_begins(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    await accepted(surface, "Første sak")
    await accepted(surface, "Andre sak")
    await accepted(surface, "Tredje sak")
    laid = await read(world, lay=True)
    starts = laid.meeting.starts_at
    async with world.database.transaction() as session:
        for (minutes, at), line in zip(((40, None), (None, None), (200, timedelta(hours=1))), laid.lines, strict=True):
            assert line.slot is not None
            slot = await session.merge(line.slot)
            slot.minutes, slot.starts_at = minutes, starts + at if at else None
    shown = await read(world)
    begins = [at - starts if at else None for _line, at in shown.times()]
    assert begins == [timedelta(), timedelta(minutes=40), timedelta(hours=1)]
    # What is fixed begins an hour after the meeting, so it ends eighty minutes late.
    assert (shown.minutes, shown.over) == (240, 80)


async def test_a_case_that_left_is_left_out_and_its_place_stays_empty(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    await accepted(surface, "Første sak")
    laid = await read(world, lay=True)
    assert len(laid.lines) == 1
    async with world.database.transaction() as session:
        case = laid.lines[0].case
        assert case is not None
        item = await session.merge(case.item)
        item.meeting_id = world.meetings["fsu-2"]
    assert (await read(world)).lines == []


async def test_the_page_of_a_meeting(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    await with_standing(world, *STANDING)
    await accepted(surface, "Første sak")
    shown = message(await surface.say("member", "saksliste"))
    assert shown.title == "Faglig samarbeidsutvalg (FSU), møtet 21. sep. 2026"
    assert shown.sections[0].text == "Godkjenning av innkalling\n1/2026 (O/D)  Første sak\nEventuelt"
    assert message(await surface.say("member", "saksliste FSU 21.9.")).title == shown.title
    assert message(await surface.say("member", "saksliste fsu 21. september 2026")).title == shown.title


async def test_a_meeting_that_is_not_found_is_asked_about(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    asked = message(await surface.say("member", "saksliste FSU 1.1."))
    assert asked.title == "Hvilket møte i Faglig samarbeidsutvalg (FSU)?"
    shown = message(await surface.press("member", asked, labels(asked)[0]))
    assert shown.title == "Faglig samarbeidsutvalg (FSU), møtet 21. sep. 2026"
    assert message(await surface.say("member", "saksliste fsu forrige")).text == "Ingen møter er holdt ennå."
    assert message(await surface.say("clinician", "saksliste")).title == "Du er ikke med i noe utvalg"
    assert "for medlemmene" in message(await surface.say("clinician", "saksliste FSU")).title
