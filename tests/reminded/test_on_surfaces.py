"""`/frister`, `/paminnelser` and a reminder that is put off, from Slack by signed requests and from Teams."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time

import pytest

from handlers.capabilities import registry
from handlers.reminders.laying import wishes_of
from handlers.reminders.wishes import Wishes
from tests.clock import FixedClock
from tests.deviations.tools import OnSlack, OnTeams, Tools, tools
from tests.surface import FakeSurface
from tests.world import World


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    """A member on each platform who is reminded of the deadline on Monday 7 September."""
    surface = FakeSurface(small_world, clock, registry())
    async with tools(small_world, clock) as running:
        for somebody in (running.on_slack("member"), running.on_teams("colleague")):
            await somebody.writes("mote")
        await surface.worker.do_chores()
        clock.go_to(datetime(2026, 9, 6, 7, 0, tzinfo=UTC))
        await surface.worker.do_chores()
        await running.settled()
        yield running


@pytest.fixture(params=["slack", "teams"])
def somebody(both: Tools, request: pytest.FixtureRequest) -> tuple[OnSlack | OnTeams, str]:
    return (
        (both.on_slack("member"), "member") if request.param == "slack" else (both.on_teams("colleague"), "colleague")
    )


async def chosen(both: Tools, who: str) -> Wishes:
    async with both.world.database.transaction() as session:
        person_id = both.world.people[who]
        return (await wishes_of(session, [person_id]))[person_id]


async def test_a_reminder_is_put_off(somebody: tuple[OnSlack | OnTeams, str], both: Tools) -> None:
    person, _who = somebody
    assert any("Frist for å melde saker til Faglig samarbeidsutvalg" in each for each in person.messages())
    await person.presses("Minn meg i morgen")
    assert "Jeg minner deg mandag 7. september 2026 kl. 08.00" in person.answer()


async def test_settings_are_chosen(somebody: tuple[OnSlack | OnTeams, str], both: Tools) -> None:
    person, who = somebody
    await person.writes("paminnelser")
    assert "Påminnelsene dine" in person.answer()
    await person.goes_on("Endre")
    await person.fills(quiet_from="22:00", quiet_until="08:00", weekdays=["0", "1"])
    wished = await chosen(both, who)
    assert (wished.quiet_from, wished.quiet_until, wished.weekdays) == (time(22), time(8), (0, 1))


async def test_what_is_owed_is_done_where_it_stands(somebody: tuple[OnSlack | OnTeams, str], both: Tools) -> None:
    person, _who = somebody
    await person.writes("frister")
    assert "Meld saker til møtet i Faglig samarbeidsutvalg (FSU)" in person.answer()
    await person.goes_on("Meld sak")
    assert "Hva gjelder saken?" in person.form()
