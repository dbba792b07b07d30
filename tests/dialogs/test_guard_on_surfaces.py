"""The identity guard as people meet it: signed requests from Slack, activities from Teams, a window of the local page.

A number is neither stored, nor logged, nor sent back, whatever is done with it.
"""

import logging
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from handlers import capabilities
from handlers.writing.identity import REMOVED
from tests import everything
from tests.clock import FixedClock
from tests.deviations.steps import report
from tests.deviations.tools import Tools, everything_sent_to, tools
from tests.identity_numbers import KINDS
from tests.people.links.conftest import serve as serve_links
from tests.people.links.visitor import Visitor, pressing
from tests.slack.standin import no
from tests.stored import everything_in
from tests.surface import FakeSurface
from tests.web.conftest import Site, Window, answered, serve
from tests.world import World

NUMBER = KINDS["fødselsnummer"](random.Random(21))
TEXT = f"Pasienten {NUMBER} fikk feil dose"
CLEAR = f"Pasienten {REMOVED} fikk feil dose"
TOLD = "Jeg tok bort et tall som kan være et fødselsnummer"


@pytest.fixture
async def both(small_world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Tools]:
    """Slack and Teams. What is stored, logged and sent back is searched at the end of each test."""
    caplog.set_level(logging.DEBUG)
    async with tools(small_world, clock) as running:
        yield running
    assert NUMBER not in await everything_in(small_world.database)
    assert NUMBER not in caplog.text
    assert NUMBER not in everything_sent_to(running.slack)
    assert NUMBER not in everything_sent_to(running.teams)


# --- Slack -------------------------------------------------------------------------------------------------


def field(view: dict[str, Any], name: str) -> dict[str, Any]:
    return next(block["element"] for block in view["blocks"] if block.get("block_id") == name)


async def test_in_a_modal_of_slack(both: Tools) -> None:
    clinician = both.on_slack("clinician")
    await clinician.writes("avvik")
    await clinician.fills(unit=str(both.world.units["homecare"]), categories=["medication"])
    before = field(both.slack.view or {}, "description")
    status, answer = await clinician.client.submit({"description": TEXT, "immediate_measures": "Ringte legevakten"})
    assert (status, answer["response_action"]) == (200, "update")
    # Under the same id Slack would go on showing what was typed.
    after = field(answer["view"], "description")
    assert after["initial_value"] == CLEAR
    assert after["action_id"] != before["action_id"]
    assert field(answer["view"], "immediate_measures")["initial_value"] == "Ringte legevakten"
    assert TOLD in clinician.form()
    # What is shown now is what is sent.
    await clinician.fills()
    assert "Steg 3 av 4" in clinician.form()


async def test_what_is_typed_in_a_modal(both: Tools) -> None:
    clinician = both.on_slack("clinician")
    await clinician.writes("avvik")
    await clinician.fills(unit=str(both.world.units["homecare"]), categories=["medication"])
    for end in range(len("Pasienten "), len(TEXT)):
        assert (await clinician.client.type({"description": TEXT[:end]}))[0] == 200
        await both.settled()
    assert NUMBER[:9] not in await everything_in(both.world.database)


async def test_in_a_slash_command_and_a_line(both: Tools) -> None:
    clinician = both.on_slack("clinician")
    await clinician.writes(f"avvik {TEXT}")
    assert TOLD in clinician.form()
    both.slack.will_answer("views.open", no("expired_trigger_id"))
    await clinician.writes(f"avvik {TEXT}")
    assert CLEAR in everything_sent_to(both.slack), "what was typed is shown, to be typed again"
    mention = {"type": "app_mention", "channel": "C-1", "user": "U-clinician", "text": f"<@U-BOT> {TEXT}"}
    assert (await clinician.client.event(mention))[0] == 200
    await both.settled()


async def test_in_a_message_in_slack_that_is_reported(both: Tools) -> None:
    clinician = both.on_slack("clinician")
    assert (await clinician.client.shortcut("avvik", TEXT))[0] == 200
    await both.settled()
    assert TOLD in clinician.form()
    await clinician.fills(unit=str(both.world.units["homecare"]), categories=["medication"])
    assert CLEAR in clinician.form()


async def test_a_box_that_is_about_something_else_is_not_ticked(both: Tools) -> None:
    """Slack keeps what somebody has ticked as long as the box has the same ids."""
    clinician = both.on_slack("clinician")
    await clinician.writes("avvik")
    await clinician.fills(unit=str(both.world.units["homecare"]), categories=["medication"])
    await clinician.fills(description=DOUBTFUL)
    before = field(both.slack.view or {}, "no_patient")
    await clinician.fills(description="Ring vakta på 22 33 44 66", no_patient="true")
    after = field(both.slack.view or {}, "no_patient")
    assert after["action_id"] != before["action_id"]
    assert "initial_options" not in after
    await clinician.fills(no_patient="true")
    assert "Steg 3 av 4" in clinician.form()


async def test_in_a_search_on_slack(both: Tools) -> None:
    clinician = both.on_slack("clinician")
    await clinician.writes("avvik")
    _status, answer = await clinician.client.search("unit", TEXT)
    assert NUMBER not in str(answer)


# --- Teams -------------------------------------------------------------------------------------------------


async def test_in_a_card_of_teams(both: Tools) -> None:
    nurse = both.on_teams("nurse")
    await nurse.writes("avvik")
    await nurse.fills(unit=str(both.world.units["ortho"]), categories=["medication"])
    await nurse.fills(description=TEXT, immediate_measures="Ringte legevakten")
    assert TOLD in nurse.form()
    assert CLEAR in nurse.form()
    assert "Ringte legevakten" in nurse.form()
    await nurse.fills()
    assert "Steg 3 av 4" in nurse.form()


async def test_in_a_line_on_teams(both: Tools) -> None:
    nurse = both.on_teams("nurse")
    await nurse.writes(f"avvik {TEXT}")
    assert TOLD in nurse.form()
    await nurse.writes(TEXT)


@pytest.mark.parametrize("between", ["&nbsp;", "&#160;", "&#8211;", "&#x2013;", "&amp;", " </at>"])
async def test_what_teams_makes_of_what_stands_between(both: Tools, between: str) -> None:
    nurse = both.on_teams("nurse")
    await nurse.writes(f"avvik Pasienten {NUMBER[:6]}{between}{NUMBER[6:]} fikk feil dose")
    assert TOLD in nurse.form()
    assert NUMBER[6:] not in await everything_in(both.world.database)


@pytest.mark.parametrize("html", ["<div>{}&nbsp;{}</div>", "<p>{}</p><p>{}</p>", "<ol><li>{}</li><li>{}</li></ol>"])
async def test_in_a_message_in_teams_that_is_reported(both: Tools, html: str) -> None:
    nurse = both.on_teams("nurse")
    card = await nurse.client.open_dialog("avvik", html.format(NUMBER[:6], NUMBER[6:]))
    assert TOLD in str(card)
    assert NUMBER[6:] not in await everything_in(both.world.database)


@pytest.mark.parametrize("part", ["timestamp", "localTimestamp", "expiration", "id", "locale", "name", "value", "text"])
async def test_in_an_activity_that_is_none(both: Tools, part: str, caplog: pytest.LogCaptureFixture) -> None:
    """What is wrong with it is not told by quoting it."""
    client = both.on_teams("nurse").client
    for activity in ({part: NUMBER}, {part: [NUMBER]}, {"type": "invoke", "name": "adaptiveCard/action", part: NUMBER}):
        await client.post(client.activity(**activity))
    await client.post({"type": NUMBER})
    await both.settled()


async def test_in_a_card_that_comes_to_nothing(both: Tools) -> None:
    """What was typed is shown again, and carried by the button that sends it once more."""
    nurse = both.on_teams("nurse")
    await nurse.writes("avvik")
    await nurse.fills(unit=str(both.world.units["ortho"]), categories=["medication"])
    both.clock.forward(timedelta(days=30))
    card = nurse.cards()[nurse.open]
    answer = await nurse.client.press(card, "Neste", nurse.open, description=TEXT)
    assert NUMBER not in str(answer)
    assert CLEAR in str(answer)


# --- doubts ------------------------------------------------------------------------------------------------

DOUBTFUL = "Ring vakta på 22 33 44 55"
ASKED = "Er dette en pasientopplysning? «22 33 44 55» ser ut som et telefonnummer."


async def test_a_doubt_takes_a_tick_on_slack(both: Tools) -> None:
    clinician = both.on_slack("clinician")
    await clinician.writes("avvik")
    await clinician.fills(unit=str(both.world.units["homecare"]), categories=["medication"])
    await clinician.fills(description=DOUBTFUL)
    assert ASKED in clinician.form()
    assert "Steg 2 av 4" in clinician.form()
    await clinician.fills(no_patient="true")
    assert "Steg 3 av 4" in clinician.form()


async def test_a_doubt_takes_a_tick_on_teams(both: Tools) -> None:
    nurse = both.on_teams("nurse")
    await nurse.writes("avvik")
    await nurse.fills(unit=str(both.world.units["ortho"]), categories=["medication"])
    await nurse.fills(description=DOUBTFUL)
    assert ASKED in nurse.form()
    assert DOUBTFUL in nurse.form(), "what was typed stands there still"
    await nurse.fills(no_patient="true")
    assert "Steg 3 av 4" in nurse.form()


# --- the local page ----------------------------------------------------------------------------------------


@pytest.fixture
async def site(world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Site]:
    caplog.set_level(logging.DEBUG)
    async with serve(world.database, world, clock, registry=capabilities.registry()) as running:
        yield running
    assert NUMBER not in await everything_in(world.database)
    assert NUMBER not in caplog.text


async def test_on_the_local_page(site: Site) -> None:
    window = site.window("nurse")
    line = await window.say(f"/avvik {TEXT}")
    assert TOLD in line.words
    page = await window.page()
    assert CLEAR in page.words, "what the person wrote stands in the conversation, without the number"
    answers = {"unit": str(site.world.units["ortho"]), "categories": ["medication"]}
    happened = answered(await window.send_form(line, **answers))
    for intent in ("save", "next"):
        answer = await window.send_form(happened, intent, description=TEXT)
        assert NUMBER not in str(answer)
    assert NUMBER not in (await window.page()).words
    assert TOLD in answered(answer).words


async def test_a_form_on_the_local_page_that_is_gone(site: Site, clock: FixedClock) -> None:
    window: Window = site.window("nurse")
    form = await window.say("/avvik")
    clock.forward(timedelta(days=30))
    await window.send_form(form, description=TEXT)
    assert NUMBER not in (await window.page()).words


async def test_a_doubt_takes_a_tick_on_the_local_page(site: Site) -> None:
    window = site.window("nurse")
    answers = {"unit": str(site.world.units["ortho"]), "categories": ["medication"]}
    happened = answered(await window.send_form(await window.say("/avvik"), **answers))
    asked = answered(await window.send_form(happened, description=DOUBTFUL))
    assert ASKED in asked.words
    assert "Steg 3 av 4" in answered(await window.send_form(asked, no_patient="true")).words


async def test_in_what_an_option_is_called(small_world: World, clock: FixedClock) -> None:
    """A page tells what the options that were searched for are called; it may tell anything."""
    async with serve(small_world.database, small_world, clock, registry=everything.registry()) as site:
        window = site.window("nurse")
        sent = (await window.say("/alt")).one("form").sends()
        called = [("value.searched", "117"), ("label.searched", f"Avdeling {NUMBER}")]
        await window.post("submit", [*sent, *called, ("intent", "save")])
        assert f"Avdeling {REMOVED}" in (await window.page()).words
    assert NUMBER not in await everything_in(small_world.database)


async def test_in_all_that_is_posted(site: Site) -> None:
    window = site.window("nurse")
    form = await window.say("/avvik")
    sent = dict(form.one("form").sends())
    for values in (
        {**sent, "token": NUMBER, "intent": "next"},
        {**sent, "intent": NUMBER},
        {**sent, f"value.{NUMBER}": NUMBER, "many": NUMBER, "intent": "save"},
        {**sent, "entry": NUMBER, "value.direction": NUMBER, "intent": "save"},
    ):
        answer = await window.post("submit", values.items())
        assert NUMBER not in str(answer)
    for arguments in ('{"category": "medication", "ticket": "%s", "direction": "%s"}', '["%s", "%s"]', "%s %s"):
        values = {"entry": sent["entry"], "action": "avvik.tell", "arguments": arguments % (NUMBER, NUMBER)}
        assert NUMBER not in str(await window.post("press", values.items()))
    for name in ("token", "field", "query"):
        await window.post("search", {"token": sent["token"], "field": "unit", "query": "", name: NUMBER}.items())


# --- the page that a signed link opens ---------------------------------------------------------------------


async def test_on_a_linked_page(small_world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serve_links(small_world, clock, capabilities.registry()) as served:
        surface = FakeSurface(small_world, clock, capabilities.registry())
        deviation = str(await report(surface))
        address = served.links.page(small_world.people["nurse"], "avvik.vis", {"deviation": deviation})
        page = Visitor(served.http, str(address))
        await page.open()
        forged = pressing("avvik.ta", deviation=deviation, step=NUMBER, also=NUMBER)
        assert NUMBER not in (await page.post([*forged, ("once", f"{NUMBER}-{NUMBER}")])).words
        await page.open()
        shown = await page.press("Send videre")
        sent = shown.one("form").sends()
        for posted in (
            [*sent, ("query.unit", f"Avdeling {NUMBER}"), ("search", "unit")],
            [*sent, ("value.note", TEXT), (f"value.{NUMBER}", TEXT), (f"query.{NUMBER}", NUMBER)],
            [*sent, ("value.note", TEXT), ("intent", NUMBER)],
            [("form", f"avvik.videre.forward.{NUMBER}"), ("value.note", TEXT)],
            [("button", NUMBER), ("value.note", TEXT)],
        ):
            assert NUMBER not in (await page.post(posted)).words
        async with served.http.get(f"{served.links.base}side/{NUMBER}") as response:
            assert NUMBER not in await response.text()
    assert NUMBER not in await everything_in(small_world.database)
    assert NUMBER not in caplog.text
