"""Answering and marking from Slack, by signed requests, and from Teams, through the real surfaces."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from handlers.capabilities import registry
from handlers.meetings.actions import Do as Meetings
from handlers.meetings.attendance.actions import Do
from handlers.people.roles import Role
from storage.tables import Answer
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.deviations.tools import OnSlack, OnTeams, Tools, tools
from tests.meetings.attendance.steps import at_roll, begin, seat
from tests.meetings.steps import accepted
from tests.people.links.conftest import serve
from tests.people.links.visitor import Visitor, pressing
from tests.surface import FakeSurface
from tests.world import World


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    """A meeting with a case, and a member on each platform who is reminded of it."""
    surface = FakeSurface(small_world, clock, registry())
    await accepted(surface, "Felles rutine")
    async with tools(small_world, clock) as running:
        for somebody in (running.on_slack("member"), running.on_teams("colleague")):
            await somebody.writes("mote")
        clock.forward(timedelta(days=19))
        await surface.worker.do_chores()
        await running.settled()
        yield running


@pytest.fixture(params=["slack", "teams"])
def somebody(both: Tools, request: pytest.FixtureRequest) -> tuple[OnSlack | OnTeams, str]:
    return (
        (both.on_slack("member"), "member") if request.param == "slack" else (both.on_teams("colleague"), "colleague")
    )


def _reminder(somebody: OnSlack | OnTeams) -> str:
    return next(each for each in reversed(somebody.messages()) if "Påminnelse: møte i" in each)


async def test_the_reminder_shows_the_answer_where_it_stands(
    somebody: tuple[OnSlack | OnTeams, str], both: Tools
) -> None:
    person, name = somebody
    assert "Du har ikke svart ennå." in _reminder(person)
    await person.presses("Kommer")
    assert "Svaret ditt" in _reminder(person)
    assert (await at_roll(both.world, name)).answer is Answer.COMING
    await person.presses("Forfall")
    assert "Faglig samarbeidsutvalg (FSU), møtet 21. sep. 2026" in person.form()
    await person.fills(reason="Er på kurs")
    assert (await at_roll(both.world, name)).note == "Er på kurs"
    assert "Forfall" in _reminder(person)
    assert "Er på kurs" not in _reminder(person)


async def test_a_substitute_is_written_by_name(somebody: tuple[OnSlack | OnTeams, str], both: Tools) -> None:
    person, name = somebody
    await person.presses("Stedfortreder")
    await person.fills(other="Eksempel Utenfra")
    assert (await at_roll(both.world, name)).substitute == "Eksempel Utenfra"
    assert "Stedfortreder: Eksempel Utenfra" in _reminder(person)


async def test_the_meeting_is_marked_on_slack(both: Tools, clock: FixedClock) -> None:
    await both.on_slack("member").presses("Kommer")
    await begin(FakeSurface(both.world, clock, registry()))
    secretary = both.on_slack("secretary")
    await _pressed(secretary, "/saksliste FSU", "Før oppmøte", "Alle som sa ja, kom")
    assert both.slack.last("response_url")["replace_original"]
    assert "1 er ført som til stede" in secretary.answer()
    assert (await at_roll(both.world, "member")).present is True
    await _pressed(secretary, None, "Inhabil i en sak")
    people = [f"p{both.world.people['member']}"]
    slot = next(block for block in _blocks(both) if block.get("block_id") == "item")["element"]["options"][0]["value"]
    await secretary.fills(item=slot, who=people, other="Eksempel Utenfra")
    assert "Inhabil i sak 1/2026 (O/D): Eksempel Member" in secretary.form()


async def test_the_meeting_is_marked_on_teams(both: Tools, clock: FixedClock) -> None:
    await both.on_teams("colleague").presses("Kommer")
    await begin(FakeSurface(both.world, clock, registry()))
    deputy = both.on_teams("deputy")
    await deputy.writes("saksliste FSU")
    await deputy.presses("Før oppmøte")
    await deputy.presses("Alle som sa ja, kom")
    assert deputy.has_button("Angre")
    assert (await at_roll(both.world, "colleague")).present is True
    await deputy.presses("Angre")
    assert (await at_roll(both.world, "colleague")).present is None


async def test_a_guest_answers_on_a_page_of_their_own_and_sees_no_more(small_world: World, clock: FixedClock) -> None:
    surface = FakeSurface(small_world, clock, registry())
    await propose(surface, presenters=[str(small_world.people["mailbox"])])
    await surface.press("secretary", (await surface.inbox("secretary"))[0], "Sett på sakslisten")
    arguments = {"meeting": str(small_world.meetings["fsu-1"])}
    async with serve(small_world, clock, registry()) as served:
        address = served.links.page(small_world.people["mailbox"], str(Do.OWN), arguments)
        assert address is not None
        desk = Visitor(served.http, address)
        page = await desk.open()
        assert "Felles opplæring i utskrivning" in page.words
        page = await desk.press("Kommer")
        assert "Du kommer til sak 1/2026 (O/D)" in page.words
        page = await desk.post(pressing(str(Meetings.PAGE), **arguments))
        assert "er for medlemmene" in page.words
    assert (await at_roll(small_world, "mailbox")).answer is Answer.COMING


async def test_a_member_outside_chat_answers_on_the_page_of_the_meeting(small_world: World, clock: FixedClock) -> None:
    await seat(small_world, "mailbox", Role.MEMBER)
    arguments = {"meeting": str(small_world.meetings["fsu-1"])}
    async with serve(small_world, clock, registry()) as served:
        address = served.links.page(small_world.people["mailbox"], str(Meetings.PAGE), arguments)
        assert address is not None
        desk = Visitor(served.http, address)
        await desk.open()
        page = await desk.press("Stedfortreder")
        page = await desk.press("Lagre", other="Eksempel Utenfra")
        assert "Stedfortreder: Eksempel Utenfra" in page.words
    assert (await at_roll(small_world, "mailbox")).substitute == "Eksempel Utenfra"


def _blocks(both: Tools) -> list[dict[str, Any]]:
    assert both.slack.view is not None
    blocks: list[dict[str, Any]] = both.slack.view["blocks"]
    return blocks


async def _pressed(somebody: OnSlack, line: str | None, *labels: str) -> None:
    """Write the command, if there is one, and press these buttons, each on what the one before was answered with."""
    if line is not None:
        await somebody.client.command(line)
        await somebody.tools.settled()
    for label in labels:
        await somebody.client.press(somebody.tools.slack.last("response_url")["blocks"], label)
        await somebody.tools.settled()
