"""Agendas on Slack (signed requests) and on Teams (its route); 60 cases of long titles within what both take."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.slack.blocks import fallback, message_blocks
from bot.teams.cards import message_card
from bot.teams.elements import fits
from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.people.links import Links
from tests.clock import FixedClock
from tests.deviations.tools import OnSlack, Tools, tools
from tests.meetings.agenda.test_work import STANDING, on_agenda, work
from tests.meetings.steps import read, titles, with_standing
from tests.people.links.conftest import KEY
from tests.slack.limits import broken_by_message, shown_text
from tests.surface import FakeSurface, labels, message
from tests.teams.client import texts
from tests.world import World

LONGEST = "👩‍⚕️ <!channel> [x](http://evil) *fet* & " + "æøå " * 50
TITLE = LONGEST[:244].strip()


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    await with_standing(small_world, *STANDING)
    await on_agenda(small_world, 3, minutes=30)
    links = Links("https://bot.example.org/", KEY, clock)
    async with tools(small_world, clock, Bot(small_world.database, registry(), clock, links=links)) as running:
        yield running


async def press(person: OnSlack, label: str) -> dict[str, Any]:
    """Press it in the answer that only this person sees; what that is answered with."""
    blocks: list[dict[str, Any]] = person.tools.slack.last("response_url")["blocks"]
    assert (await person.client.press(blocks, label))[0] == 200
    await person.tools.settled()
    answer: dict[str, Any] = person.tools.slack.last("response_url")
    return answer


async def test_on_slack(both: Tools, small_world: World) -> None:
    slack = both.on_slack("secretary")
    await slack.writes("saksliste FSU")
    assert "1/2026  Sak 1 · 30 min" in slack.answer()
    await press(slack, "Arbeid med sakslisten")
    # The page that it can be dragged on is a link.
    assert "https://bot.example.org/side/" in json.dumps(both.slack.last("response_url")["blocks"])
    moved = await press(slack, "Til topps")
    assert moved["replace_original"]
    assert "Flyttet til plass 1: 2/2026  Sak 2" in slack.answer()
    assert titles(await read(small_world))[0] == "Sak 2"
    await press(slack, "Ny pause")
    await slack.fills(title="Kaffe", minutes="et kvarter")
    assert "Lagt til: Kaffe" in slack.form()
    assert "Kaffe" in titles(await read(small_world))


async def test_on_teams(both: Tools, small_world: World) -> None:
    teams = both.on_teams("deputy")
    await teams.writes("saksliste FSU")
    await teams.presses("Arbeid med sakslisten")
    await teams.presses("Til topps")
    assert "Flyttet til plass 1: 2/2026" in teams.answer()
    await teams.presses("Begynn å arbeide med sakslisten")
    await teams.presses("Ny linje")
    await teams.fills(title="Omvisning", minutes="20")
    assert "Lagt til: Omvisning" in teams.answer()
    await teams.presses("Ferdig")
    assert "Sakslisten er ferdig." in teams.answer()
    assert "Omvisning" in titles(await read(small_world))
    member = both.on_slack("member")
    assert any("er klar" in shown for shown in member.messages())


async def test_a_colleague_on_the_other_surface_was_first(both: Tools, small_world: World) -> None:
    slack, teams = both.on_slack("secretary"), both.on_teams("deputy")
    await slack.writes("saksliste FSU")
    await press(slack, "Arbeid med sakslisten")
    await teams.writes("saksliste FSU")
    await teams.presses("Arbeid med sakslisten")
    await teams.presses("Til topps")
    await press(slack, "Ned")
    assert "Eksempel Deputy flyttet «Sak 2»" in slack.answer()
    assert titles(await read(small_world)) == ["Sak 2", STANDING[0], "Sak 1", "Sak 3", STANDING[1]]


async def test_60_cases_are_drawn_whole_on_both(small_world: World, clock: FixedClock) -> None:
    """Within 50 blocks and 3,000 characters a text on Slack, within 25 KB on Teams, with nothing left out."""
    await on_agenda(small_world, 60, minutes=10, title=TITLE)
    surface = FakeSurface(small_world, clock, registry())
    seen: list[int] = []
    for who, label in (("secretary", "Neste"), ("member", "Neste del av sakslisten")):
        shown = await work(surface) if who == "secretary" else message(await surface.say("member", "saksliste"))
        numbers = numbers_drawn(shown)
        while label in labels(shown):
            shown = message(await surface.press(who, shown, label))
            numbers += numbers_drawn(shown)
        assert numbers == list(range(1, 61)), who
        seen += numbers
    assert len(seen) == 120


def numbers_drawn(shown: Message) -> list[int]:
    """The cases whose number and whole title stand in what is drawn on both."""
    blocks = message_blocks(shown)
    assert broken_by_message(blocks, fallback(shown)) == []
    card = message_card(shown)
    assert fits(card)
    on_slack, on_teams = shown_text(blocks), "\n".join(texts(json.loads(json.dumps(card))))
    found = []
    for number in range(1, 61):
        line = f"{number}/2026  {TITLE} {number} · 10 min"
        if line not in on_slack:
            continue
        assert f"æøå {number} · 10 min" in on_teams, number
        found.append(number)
    return found
