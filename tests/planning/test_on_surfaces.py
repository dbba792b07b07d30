"""A year's plan, and who was reminded of a meeting, from Slack by signed requests and from Teams."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from handlers.capabilities import registry
from tests.clock import FixedClock
from tests.deviations.tools import OnSlack, OnTeams, Tools, tools
from tests.planning.steps import PLAN, planned
from tests.surface import FakeSurface
from tests.world import World


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    async with tools(small_world, clock) as running:
        yield running


@pytest.fixture(params=["slack", "teams"])
def somebody(both: Tools, request: pytest.FixtureRequest) -> OnSlack | OnTeams:
    """Each is one of FSU's secretaries."""
    return both.on_slack("secretary") if request.param == "slack" else both.on_teams("deputy")


async def test_a_plan_is_written_in_looked_over_and_stored(somebody: OnSlack | OnTeams, both: Tools) -> None:
    member = both.on_slack("member")
    await member.writes("hjelp")
    await somebody.writes("mote plan 2027")
    await somebody.goes_on("Skriv inn en plan")
    await somebody.fills(text=PLAN.splitlines()[0])
    assert "Nytt: torsdag 28. januar 2027 kl. 12.30–15.30" in somebody.form()
    assert await planned(both.world) == []
    await somebody.writes("mote plan 2027")
    # It waits there, also for another day.
    await somebody.goes_on("Se over")
    await somebody.goes_on("Lagre planen")
    assert any("Lagret: 4 nye møter." in shown for shown in (*somebody.messages(), somebody.answer()))
    assert [each.starts_at.date() for each in await planned(both.world)] == [
        date(2027, 1, 28), date(2027, 4, 29), date(2027, 9, 2), date(2027, 11, 4),
    ]  # fmt: skip
    assert any("Møteplanen for 2027" in shown for shown in member.messages())


async def test_who_was_reminded_is_seen_where_one_writes(somebody: OnSlack | OnTeams, both: Tools) -> None:
    for each in (both.on_slack("member"), somebody):
        await each.writes("hjelp")
    await FakeSurface(both.world, both.clock, registry()).worker.do_chores()
    await both.settled()
    await somebody.writes("saksliste FSU")
    assert "Påminnelser" in somebody.answer()
    await somebody.goes_on("Hvem er påminnet")
    listed = somebody.answer()
    assert "Påminnelser: Faglig samarbeidsutvalg (FSU), møtet 21. sep. 2026" in listed
    assert "Eksempel Member · Frist for å melde saker · sendt 1. sep. 2026 kl. 10.00, Slack" in listed
    await somebody.goes_on("Til møtet")
    assert "Påminnelser" in somebody.answer()
    # A member sees the meeting, and not who was reminded of it.
    member = both.on_slack("member")
    await member.writes("saksliste FSU")
    assert "Faglig samarbeidsutvalg (FSU)" in member.answer()
    assert "Hvem er påminnet" not in member.answer()
