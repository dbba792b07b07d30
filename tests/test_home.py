"""What waits for somebody, from every capability, and whether its buttons lead there."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from handlers.capabilities import registry
from storage.tables import Organisation
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.deviations import steps, walk
from tests.surface import FakeSurface, form, message
from tests.world import World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    """On both databases."""
    return FakeSurface(world, clock, registry())


async def waits_for(surface: FakeSurface, who: str) -> list[str]:
    """What waits for `who`; each button shows something."""
    async with surface.world.database.transaction() as session:
        found = await surface.bot.registry.home(await steps.context_of(surface, session, who))
    for waiting in found:
        shown = await surface.bot.press(surface.world.sender(who), waiting.button.action, waiting.button.arguments)
        assert "knappen virker ikke" not in message(shown).title.casefold()
        assert message(shown).sections or message(shown).facts
    return [waiting.text for waiting in found]


async def test_nothing_waits_for_somebody_new(surface: FakeSurface) -> None:
    for who in ("member", "secretary", "clinician", "nurse", "manager"):
        assert await waits_for(surface, who) == []


async def test_a_case_waits_for_its_secretariat_and_then_for_whoever_is_asked(surface: FakeSurface) -> None:
    await propose(surface)
    assert await waits_for(surface, "secretary") == ["1 sak venter på sekretariatet"]
    assert await waits_for(surface, "deputy") == ["1 sak venter på sekretariatet"]
    assert await waits_for(surface, "member") == []
    notice = (await surface.inbox("secretary"))[-1]
    await surface.submit("secretary", form(await surface.press("secretary", notice, "Be om mer")), {"question": "Mer?"})
    surface.clock.forward(timedelta(minutes=2))
    assert await waits_for(surface, "member") == ["1 sak venter på svar fra deg"]
    assert await waits_for(surface, "colleague") == []


async def test_a_deviation_waits_for_its_unit_and_then_for_whoever_is_asked(surface: FakeSurface) -> None:
    await walk.report(surface)
    assert await waits_for(surface, "nurse") == ["1 avvik venter på svar"]
    assert await waits_for(surface, "clinician") == []
    shown = await steps.notice(surface, "nurse")
    await steps.fill_in(surface, "nurse", shown, "Be om opplysninger", question="Når?")
    assert await waits_for(surface, "clinician") == ["1 avvik du har meldt, venter på svar fra deg"]
    assert await waits_for(surface, "surgeon") == []


async def test_a_report_that_a_leader_is_to_complete_waits_for_them_alone(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        await session.execute(update(Organisation).values(leaders_complete=True))
    await walk.report(surface, "carer", "ortho", workplace=str(surface.world.units["homecare"]))
    (waiting,) = await waits_for(surface, "manager")
    assert waiting.startswith("AVV-2026-0001")
    assert waiting.endswith("venter på at du ser over og sender")
    for who in ("carer", "surgeon", "nurse", "chief"):
        assert await waits_for(surface, who) == []
