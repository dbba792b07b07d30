"""What may be an identity number, as people meet it in Slack, in Teams and on the local page: asked about, put back."""

import random
from collections.abc import AsyncIterator

import pytest

from handlers import capabilities
from handlers.writing.identity import REMOVED
from tests.clock import FixedClock
from tests.deviations.tools import Tools, everything_sent_to, tools
from tests.dialogs.test_guard_on_surfaces import field
from tests.identity_numbers import KINDS
from tests.slack.standin import Client
from tests.stored import everything_in
from tests.web.conftest import Site, answered, serve
from tests.world import World

NUMBER = KINDS["fødselsnummer"](random.Random(41))
SPREAD = f"{NUMBER[:2]}.{NUMBER[2:4]}.{NUMBER[4:6]}-{NUMBER[6:]}"
ASKED = "Er dette et fødselsnummer?"
PUT_BACK = "Det var ikke et fødselsnummer"


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    async with tools(small_world, clock) as running:
        yield running


async def test_asked_about_on_slack(both: Tools) -> None:
    clinician = both.on_slack("clinician")
    await clinician.writes("avvik")
    await clinician.fills(unit=str(both.world.units["homecare"]), categories=["medication"])
    await clinician.fills(description=f"Gjaldt {SPREAD} i går")
    assert ASKED in clinician.form()
    assert f"Gjaldt {SPREAD} i går" in clinician.form(), "what was typed stands there still"
    assert SPREAD not in await everything_in(both.world.database)
    await clinician.fills(no_patient="true")
    assert "Steg 3 av 4" in clinician.form()


async def test_what_is_typed_on_slack_is_not_stored_meanwhile(both: Tools) -> None:
    clinician = both.on_slack("clinician")
    await clinician.writes("avvik")
    await clinician.fills(unit=str(both.world.units["homecare"]), categories=["medication"])
    text = f"Gjaldt {SPREAD} i går"
    for end in range(len("Gjaldt "), len(text) + 1):
        assert (await clinician.client.type({"description": text[:end]}))[0] == 200
        await both.settled()
    found = await everything_in(both.world.database)
    assert SPREAD not in found
    assert SPREAD[:-1] not in found, "ten digits are as good as all eleven"


@pytest.mark.parametrize("between", ["", " "])
async def test_put_back_on_slack(both: Tools, between: str) -> None:
    clinician = both.on_slack("clinician")
    await clinician.writes("avvik")
    await clinician.fills(unit=str(both.world.units["homecare"]), categories=["medication"])
    typed = f"Ordre {NUMBER[:6]}{between}{NUMBER[6:]} kom ikke"
    await clinician.fills(description=typed)
    assert PUT_BACK in clinician.form()
    before = field(both.slack.view or {}, "description")
    assert before["initial_value"] == f"Ordre {REMOVED} kom ikke"
    assert NUMBER not in everything_sent_to(both.slack)
    values = {"description": before["initial_value"], "immediate_measures": "Ringte"}
    assert await press_in_form(clinician.client, "form:putback", values) == 200
    await both.settled()
    # Under the same id Slack would go on showing what stood there.
    after = field(both.slack.view or {}, "description")
    assert after["initial_value"] == typed
    assert after["action_id"] != before["action_id"]
    assert field(both.slack.view or {}, "immediate_measures")["initial_value"] == "Ringte"
    assert PUT_BACK not in clinician.form()
    await clinician.fills()
    assert "Steg 3 av 4" in clinician.form()


async def press_in_form(client: Client, action: str, values: dict[str, str]) -> int:
    return (await client.press_in_form(action, values))[0]


async def test_asked_about_on_teams(both: Tools) -> None:
    nurse = both.on_teams("nurse")
    await nurse.writes(f"avvik Gjaldt {SPREAD} i går")
    await nurse.fills(unit=str(both.world.units["ortho"]), categories=["medication"])
    await nurse.fills()
    assert ASKED in nurse.form()
    assert f"Gjaldt {SPREAD} i går" in nurse.form()
    assert SPREAD not in await everything_in(both.world.database)
    await nurse.fills(no_patient="true")
    assert "Steg 3 av 4" in nurse.form()


async def test_put_back_on_teams(both: Tools) -> None:
    nurse = both.on_teams("nurse")
    await nurse.writes("avvik")
    await nurse.fills(unit=str(both.world.units["ortho"]), categories=["medication"])
    await nurse.fills(description=f"Ordre {NUMBER} kom ikke")
    assert f"Ordre {REMOVED} kom ikke" in nurse.form()
    assert NUMBER not in await everything_in(both.world.database)
    card = nurse.cards()[nurse.open]
    await nurse._press(nurse.open, card, PUT_BACK, {"description": f"Ordre {REMOVED} kom ikke"})
    assert f"Ordre {NUMBER} kom ikke" in nurse.form()
    assert PUT_BACK not in nurse.form()
    await nurse.fills()
    assert "Steg 3 av 4" in nurse.form()


@pytest.fixture
async def site(world: World, clock: FixedClock) -> AsyncIterator[Site]:
    async with serve(world.database, world, clock, registry=capabilities.registry()) as running:
        yield running


async def test_asked_about_on_the_local_page_which_keeps_what_it_shows(site: Site) -> None:
    window = site.window("nurse")
    answers = {"unit": str(site.world.units["ortho"]), "categories": ["medication"]}
    happened = answered(await window.send_form(await window.say("/avvik"), **answers))
    asked = answered(await window.send_form(happened, description=f"Gjaldt {SPREAD} i går"))
    assert ASKED in asked.words
    assert f"Gjaldt {SPREAD} i går" in asked.words
    # Another window, or the same one loaded again, shows the same: it is in memory.
    assert f"Gjaldt {SPREAD} i går" in (await window.page()).words
    async with window.listening(0) as stream:
        html = ""
        while SPREAD not in html:
            html = str((await stream.next())["html"])
    assert SPREAD not in await everything_in(site.world.database)
    assert "Steg 3 av 4" in answered(await window.send_form(asked, no_patient="true")).words


async def test_after_a_restart_the_local_page_shows_what_is_stored(world: World, clock: FixedClock) -> None:
    async with serve(world.database, world, clock, registry=capabilities.registry()) as site:
        window = site.window("nurse")
        answers = {"unit": str(site.world.units["ortho"]), "categories": ["medication"]}
        happened = answered(await window.send_form(await window.say("/avvik"), **answers))
        await window.send_form(happened, "save", description=f"Gjaldt {SPREAD} i går")
        assert f"Gjaldt {SPREAD} i går" in (await window.page()).words
    async with serve(world.database, world, clock, registry=capabilities.registry()) as site:
        words = (await site.window("nurse").page()).words
        assert f"Gjaldt {REMOVED} i går" in words
        assert SPREAD not in words


async def test_put_back_on_the_local_page(site: Site) -> None:
    window = site.window("nurse")
    line = await window.say(f"/avvik Ordre {NUMBER} kom ikke")
    answers = {"unit": str(site.world.units["ortho"]), "categories": ["medication"]}
    happened = answered(await window.send_form(line, **answers))
    assert f"Ordre {REMOVED} kom ikke" in happened.words
    assert NUMBER not in await everything_in(site.world.database)
    back = answered(await window.send_form(happened, "putback"))
    assert f"Ordre {NUMBER} kom ikke" in back.words
    # Answered for, it is stored, and shown after a restart too.
    assert "Steg 3 av 4" in answered(await window.send_form(back)).words
