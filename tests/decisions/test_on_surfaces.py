"""What is to be done, carried on Slack (signed requests), on Teams (its route), and on the page that a signed link to
the follow-up opens, for whoever is on neither."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from handlers.capabilities import registry
from handlers.decisions.following.clock import FOLLOW
from handlers.meetings.follow_up_actions import Do
from storage.tables import FollowUpStatus
from tests.chores import done
from tests.clock import FixedClock
from tests.decisions import cast
from tests.decisions.steps import decide
from tests.deviations.tools import Tools, tools
from tests.people.links.conftest import serve
from tests.people.links.visitor import Visitor, pressing
from tests.surface import FakeSurface
from tests.world import World

TO_DO = "Lage en felles plan for opplæringen."


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    """FSU has decided something, which the surgeon is to do. Nobody has been told of it yet."""
    due = clock.now().date() + timedelta(days=30)
    await decide(
        FakeSurface(small_world, clock, registry()),
        "Felles opplæring",
        "Planen vedtas.",
        to_do=TO_DO,
        owner_id=small_world.people["surgeon"],
        due_on=due,
    )
    async with tools(small_world, clock) as running:
        yield running


async def status(world: World) -> str:
    return (await cast.task(world, 1)).row.status


async def test_received_on_slack_handed_on_and_done_on_teams(both: Tools) -> None:
    world = both.world
    slack, teams = both.on_slack("surgeon"), both.on_teams("nurse")
    await slack.writes("hjelp")
    await done(FOLLOW, world.database, both.clock)
    await slack.writes("vedtak mine")
    assert TO_DO in slack.answer()
    assert any("Oppfølging til deg" in each and TO_DO in each for each in slack.messages())
    await slack.presses("Mottatt")
    assert await status(world) == FollowUpStatus.RECEIVED
    assert not slack.has_button("Mottatt")
    await slack.presses("Trenger mer tid")
    assert TO_DO in slack.form()
    later = str(both.clock.now().date() + timedelta(days=60))
    await slack.fills(until=later, why="Vi venter på kommunen.")
    assert str((await cast.task(world, 1)).due) == later

    await teams.writes("hjelp")
    await slack.presses("Flere valg")
    assert "Eksempel Surgeon trenger mer tid" in slack.answer()
    await slack.goes_on("Gi videre")
    await slack.fills(person=str(world.people["nurse"]), note="Du kjenner dette best.")
    assert any("Ikke lenger hos deg" in each for each in slack.messages())
    assert any("Oppfølging til deg" in each for each in teams.messages())
    await teams.presses("Tar ansvar")
    await teams.presses("Gjort")
    assert await status(world) == FollowUpStatus.DONE
    assert any("Gjort: " in each for each in teams.messages())


async def test_the_register_on_teams(both: Tools) -> None:
    teams = both.on_teams("colleague")
    await teams.writes("vedtak")
    assert "Planen vedtas." in teams.answer()
    await teams.goes_on("Vis vedtaket")
    assert "Eksempel Surgeon" in teams.answer()
    await teams.goes_on("Hele saken")
    assert teams.has_button("Følg saken")


async def test_by_a_signed_link_and_about_no_other_follow_up(small_world: World, clock: FixedClock) -> None:
    surface = FakeSurface(small_world, clock, registry())
    surgeon = small_world.people["surgeon"]
    due = clock.now().date() + timedelta(days=30)
    made = await decide(surface, "En sak", "Vedtas.", to_do=TO_DO, owner_id=surgeon, due_on=due)
    other = await decide(surface, "En annen", "Vedtas.", number=2, to_do="Noe annet.", owner_id=surgeon, due_on=due)
    async with serve(small_world, clock, registry()) as served:
        address = served.links.page(surgeon, str(Do.SHOW), {"follow": str(made.follow)})
        assert address is not None
        desk = Visitor(served.http, address)
        page = await desk.open()
        assert TO_DO in page.words
        page = await desk.press("Tar ansvar")
        assert "Det er notert at du tar ansvar." in page.words
        page = await desk.press("Meld status")
        page = await desk.press("Lagre", text="Halvparten er gjort.")
        assert "Det står i registeret." in page.words
        page = await desk.post(pressing(str(Do.DONE), follow=str(other.follow)))
        assert "Denne siden gjelder én sak." in page.words
    assert (await cast.task(small_world, made.follow)).row.status == FollowUpStatus.TAKEN
    assert (await cast.task(small_world, other.follow)).row.status == FollowUpStatus.OPEN
