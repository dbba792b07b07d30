"""Standing items carry numbers where the committee says so: issued once, of the series of its cases."""

from handlers.capabilities import registry
from handlers.meetings.agenda import lines, numbering
from storage import agenda
from tests.clock import FixedClock
from tests.meetings.steps import accepted, read, with_standing
from tests.surface import FakeSurface, message
from tests.world import World


async def issued(world: World) -> list[tuple[str, str]]:
    async with world.database.transaction() as session:
        await agenda.locked(session, world.meetings["fsu-1"])
        found = await agenda.meeting(session, world.meetings["fsu-1"])
        assert found is not None
        shown = await numbering.issue(session, await lines.read(session, *found))
        return [(line.number, line.title) for line in shown.lines]


async def test_numbered_standing_items_go_on_from_the_cases(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    await with_standing(
        world, {"title": "Godkjenning av innkalling", "numbered": True}, "Referater", {"title": "Eventuelt"}
    )
    await accepted(surface, "Første sak")
    expected = [
        ("2/2026", "Godkjenning av innkalling"),
        ("", "Referater"),
        ("1/2026 (O/D)", "Første sak"),
        ("", "Eventuelt"),
    ]
    assert await issued(world) == expected
    assert await issued(world) == expected, "a number is issued once"
    await accepted(surface, "Andre sak")
    assert ("3/2026 (O/D)", "Andre sak") in await issued(world)


async def test_where_nothing_is_numbered_nothing_is_laid_down(world: World, clock: FixedClock) -> None:
    FakeSurface(world, clock, registry())
    await with_standing(world, "Eventuelt")
    assert await issued(world) == [("", "Eventuelt")]
    assert [line.slot for line in (await read(world)).lines] == [None]


async def test_they_are_issued_when_the_convocation_is_sent(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    await with_standing(world, {"title": "Godkjenning av innkalling", "numbered": True})
    await accepted(surface, "Første sak")
    page = message(await surface.say("secretary", "saksliste fsu"))
    look = message(await surface.press("secretary", page, "Send innkalling"))
    assert "2/2026" not in str((await read(world)).lines)
    await surface.press("secretary", look, "Send likevel")
    told = next(item for item in await surface.inbox("member") if item.title.startswith("Innkalling"))
    assert told.sections[0].text.splitlines()[0] == "2/2026  Godkjenning av innkalling"
