"""What several were reminded to do is done by one of them, on Slack, and the other reads that on Teams; and back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.capabilities import registry
from handlers.meetings.settings import CommitteeSettings
from storage.tables import Committee
from tests.clock import FixedClock
from tests.deviations.tools import OnSlack, OnTeams, Tools, tools
from tests.meetings.steps import accepted
from tests.surface import FakeSurface
from tests.world import World


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    async with tools(small_world, clock) as running:
        yield running


async def remind(both: Tools, at: datetime, refuses: str = "", **settings: Any) -> tuple[OnSlack, OnTeams]:
    """FSU's two secretaries, on Slack and on Teams, are reminded of this alone."""
    quiet: dict[str, Any] = {"remind_deadline": [], "remind_meeting": [], "remind_terms": []}
    async with both.world.database.transaction() as session:
        committee = await session.get_one(Committee, both.world.committees["fsu"])
        committee.settings = CommitteeSettings.model_validate({**quiet, **settings}).model_dump(mode="json")
    secretary, deputy = both.on_slack("secretary"), both.on_teams("deputy")
    for each in (secretary, deputy):
        await each.writes("mote")
    both.teams.refuses = refuses
    both.clock.go_to(at)
    surface = FakeSurface(both.world, both.clock, registry())
    await surface.worker.do_chores()
    await both.settled()
    return secretary, deputy


async def test_a_yearly_duty(both: Tools) -> None:
    duty = {"name": "Årsrapport", "by": "15.10.", "remind": ["14d 09:00"]}
    secretary, deputy = await remind(both, datetime(2026, 10, 2, 8, tzinfo=UTC), yearly=[duty])
    assert secretary.has_button("Gjort")
    assert deputy.has_button("Gjort")
    await secretary.presses("Gjort")
    assert "Årsrapport 2026 er gjort" in deputy.messages()[-1]
    assert not deputy.has_button("Gjort")
    # It was not, after all.
    await deputy.presses("Angre")
    assert deputy.has_button("Gjort")
    assert secretary.has_button("Gjort")


async def test_a_convocation(both: Tools) -> None:
    await accepted(FakeSurface(both.world, both.clock, registry()), "Felles opplæring")
    secretary, deputy = await remind(
        both, datetime(2026, 9, 10, 8, tzinfo=UTC), convocation="7d", remind_convocation=["4d"]
    )
    assert deputy.has_button("Kontroller og send")
    await secretary.presses("Kontroller og send")
    assert deputy.has_button("Kontroller og send"), "nothing is sent yet"
    await secretary.goes_on("Send likevel" if "Se over" in secretary.answer() else "Send innkallingen")
    assert not deputy.has_button("Kontroller og send")
    assert any("Innkallingen til møtet i Faglig samarbeidsutvalg (FSU) er sendt" in each for each in deputy.messages())


async def test_nobody_is_reminded_of_what_another_did_before_it_reached_them(both: Tools) -> None:
    """The deputy's Teams was away meanwhile."""
    duty = {"name": "Årsrapport", "by": "15.10.", "remind": ["14d 09:00"]}
    away = "/v3/conversations/a%3Adeputy/activities"
    secretary, deputy = await remind(both, datetime(2026, 10, 2, 8, tzinfo=UTC), away, yearly=[duty])
    await secretary.presses("Gjort")
    both.teams.refuses = ""
    both.clock.forward(timedelta(hours=2))
    await deputy.writes("mote")
    assert not any("skal være klar" in each for each in deputy.messages())
