"""Minutes that go round: commented on from Slack (signed requests) and Teams (its route), approved by a signed link."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from handlers.capabilities import registry
from handlers.meetings.minutes.round_actions import Do
from storage.tables import MinutesStatus
from tests.clock import FixedClock
from tests.deviations.tools import OnSlack, Tools, tools
from tests.meetings.minutes.round import steps
from tests.people.links.conftest import serve
from tests.people.links.visitor import Visitor, pressing
from tests.slack.limits import shown_text
from tests.surface import FakeSurface
from tests.world import World

BETTER = "Saken tas til etterretning."


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    """FSU's first meeting is over, and its minutes are written."""
    await steps.held(FakeSurface(small_world, clock, registry()))
    async with tools(small_world, clock) as running:
        yield running


async def press(person: OnSlack, label: str) -> None:
    """A button of the answer that only this person sees."""
    blocks = person.tools.slack.last("response_url")["blocks"]
    assert (await person.client.press(blocks, label))[0] == 200
    await person.tools.settled()


def answered(person: OnSlack) -> str:
    return shown_text(person.tools.slack.last("response_url")["blocks"])


async def test_sent_from_slack_commented_on_from_teams_and_taken_in(both: Tools) -> None:
    world = both.world
    slack, teams = both.on_slack("secretary"), both.on_teams("colleague")
    await slack.writes("referat FSU")
    await press(slack, "Videre med referatet")
    await press(slack, "Send til kommentar")
    assert "er ikke sendt ut ennå" in answered(slack)
    await press(slack, "Send likevel")
    assert "er sendt til kommentar" in answered(slack)
    assert await steps.status(world) == MinutesStatus.COMMENTS

    await teams.writes("hei")
    assert "er til kommentar" in teams.answer(), "what waited for them came as they wrote"
    await teams.presses("Les referatet")
    assert steps.DISCUSSION in teams.answer()
    await teams.presses("Kommenter saken")
    assert "Frist: tirsdag 29. september 2026" in teams.form()
    await teams.fills(item=str(await steps.slot_of(world)), text="Vi sa etterretning.", propose="true")
    assert f"Saken: 1/2026 (O/D) {steps.TITLE}" in teams.form()
    await teams.fills(part="1", instead=BETTER)
    assert "Kommentaren er sendt til referenten" in teams.answer()

    await slack.writes("referat FSU")
    await press(slack, "Videre med referatet")
    await press(slack, "1 ubesvart kommentar")
    assert "[-orientering-]{+etterretning+}" in answered(slack)
    await press(slack, "Ta inn")
    assert "Vi sa etterretning." in slack.form()
    await slack.fills(answer="Takk.")
    assert "Kommentaren er tatt inn." in slack.form()
    await teams.writes("referat FSU")
    assert BETTER in teams.answer()


async def test_no_remarks_and_approval_on_slack(both: Tools, clock: FixedClock) -> None:
    world, slack = both.world, both.on_slack("member")
    surface = FakeSurface(world, clock, registry())
    await steps.rules(world, approval="round")
    await steps.do(surface, "secretary", Do.SEND)
    await slack.writes("referat FSU")
    await press(slack, "Ingen merknader")
    assert "Du har svart at du ikke har merknader" in answered(slack)
    await steps.clock_says(surface, days=8)
    await steps.do(surface, "secretary", Do.PUBLISH)
    await slack.writes("referat FSU")
    await press(slack, "Underkjenn")
    assert "Referatet fra Faglig samarbeidsutvalg (FSU) 21. sep. 2026" in slack.form()
    await slack.writes("referat FSU")
    await press(slack, "Godkjenn")
    assert "Du har godkjent referatet fra" in answered(slack)
    await press(slack, "Les referatet")
    assert "Publisert, med forbehold om godkjenning" in answered(slack)


async def test_by_a_signed_link_and_about_no_other_meeting(small_world: World, clock: FixedClock) -> None:
    surface = FakeSurface(small_world, clock, registry())
    await steps.published(surface, approval="round")
    meeting = str(small_world.meetings["fsu-1"])
    async with serve(small_world, clock, registry()) as served:
        address = served.links.page(small_world.people["member"], str(Do.SHOW), {"meeting": meeting})
        assert address is not None
        desk = Visitor(served.http, address)
        page = await desk.open()
        assert steps.DISCUSSION in page.words
        page = await desk.press("Godkjenn")
        assert "Du har godkjent referatet fra" in page.words
        page = await desk.post(pressing(str(Do.SHOW), meeting=str(small_world.meetings["fsu-2"])))
        assert "Denne siden gjelder én sak." in page.words


async def test_commented_by_a_signed_link(small_world: World, clock: FixedClock) -> None:
    surface = FakeSurface(small_world, clock, registry())
    await steps.sent(surface)
    meeting = str(small_world.meetings["fsu-1"])
    async with serve(small_world, clock, registry()) as served:
        address = served.links.page(small_world.people["member"], str(Do.SHOW), {"meeting": meeting})
        assert address is not None
        desk = Visitor(served.http, address)
        await desk.open()
        await desk.press("Kommenter saken")
        page = await desk.press("Send", text="Skrevet på siden.")
        assert "Kommentaren er sendt til referenten" in page.words
    (given,) = await steps.comments(small_world)
    assert given.text == "Skrevet på siden."
    surface.clock.forward(timedelta(days=8))
    assert "Fristen for kommentarer gikk ut" in str(await steps.do(surface, "member", Do.COMMENT))
