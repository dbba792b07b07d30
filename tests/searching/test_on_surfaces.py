"""Searching on Slack (signed requests) and on Teams (its route): what is typed, and what is pressed afterwards."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from handlers.searching.index import KEEP
from tests.chores import done
from tests.clock import FixedClock
from tests.deviations.tools import OnSlack, Tools, tools
from tests.searching.archive import Old, meeting_of
from tests.searching.papers import filed
from tests.slack.limits import shown_text
from tests.world import World


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    """Old papers are read in and indexed, more of them about emergencies than stand on a page."""
    await filed(small_world)
    cases = [Old(f"Beredskap *{number}* <!channel>", f"{number}/25", number) for number in range(1, 11)]
    await meeting_of(small_world, "fsu", date(2025, 5, 2), *cases)
    await done(KEEP, small_world.database, clock)
    async with tools(small_world, clock) as running:
        yield running


def blocks(person: OnSlack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.tools.slack.last("response_url")["blocks"]
    return found


def texts(value: Any) -> list[dict[str, Any]]:
    """Every text object in blocks."""
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    if not isinstance(value, dict):
        return []
    return ([value] if "text" in value and isinstance(value["text"], str) else []) + texts(list(value.values()))


async def press(person: OnSlack, label: str) -> None:
    assert (await person.client.press(blocks(person), label))[0] == 200
    await person.tools.settled()


async def test_on_slack_from_the_words_to_the_case_and_what_it_refers_to(both: Tools) -> None:
    slack = both.on_slack("member")
    await slack.writes("sok epikriser")
    shown = shown_text(blocks(slack))
    assert "38/24 Pasientsikkerhet i overganger" in shown
    assert "‹Epikrisen› skal følge pasienten" in shown
    await press(slack, "Vis saken")
    assert "Utvalget ber om en plan for opplæring av sykepleiere." in shown_text(blocks(slack))
    await press(slack, "2022.18 Legemiddelhåndtering ved utskrivning")
    assert "Det lages en felles rutine" in shown_text(blocks(slack))


async def test_on_slack_a_page_at_a_time(both: Tools) -> None:
    slack = both.on_slack("member")
    await slack.writes("søk beredskap")
    shown = shown_text(blocks(slack))
    assert "10/25 Beredskap" in shown
    kinds = {text["type"] for text in texts(blocks(slack)) if "<!channel>" in text["text"]}
    assert kinds, "it is shown as it was written"
    assert "mrkdwn" not in kinds, "and calls nobody"
    await press(slack, "Neste")
    assert both.slack.last("response_url")["replace_original"]
    assert "Nummer 9 til 10." in shown_text(blocks(slack))


async def test_on_slack_whoever_may_not_read_it_finds_nothing(both: Tools) -> None:
    slack = both.on_slack("surgeon")
    await slack.writes("sok epikriser")
    assert "Ingen treff på «epikriser»" in shown_text(blocks(slack))
    await slack.writes("sok 38/24")
    assert "38/24 Pasientsikkerhet" not in shown_text(blocks(slack))


async def test_on_teams_from_the_words_to_the_case(both: Tools) -> None:
    teams = both.on_teams("colleague")
    await teams.writes("sok sjukehus")
    assert "1/23 Heimetenesta og sjukehuset" in teams.answer()
    await teams.writes("søk epikriser")
    assert "‹Epikrisen› skal følge pasienten" in teams.answer()
    await teams.presses("Vis saken")
    assert "Utvalget ber om en plan for opplæring av sykepleiere." in teams.answer()


async def test_on_teams_a_page_at_a_time_and_a_reference(both: Tools) -> None:
    teams = both.on_teams("colleague")
    await teams.writes("sok beredskap")
    await teams.presses("Neste")
    assert "Nummer 9 til 10." in teams.answer()
    await teams.writes("sak 40/24")
    assert "40/24 Malen for samarbeidsavtaler" in teams.answer()
