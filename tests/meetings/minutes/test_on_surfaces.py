"""Minutes on Slack (signed requests), on Teams (its route), and on the page of a meeting that a signed link opens."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from handlers.capabilities import registry
from handlers.meetings.actions import Do
from tests.clock import FixedClock
from tests.deviations.tools import OnSlack, OnTeams, Tools, tools
from tests.meetings.minutes.steps import in_meeting
from tests.people.links.conftest import serve
from tests.people.links.visitor import Visitor, pressing
from tests.slack.limits import shown_text
from tests.world import World

TITLE = "Felles opplæring"


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    """FSU's first meeting is being held, with one case."""
    await in_meeting(small_world, clock, TITLE, standing=False)
    async with tools(small_world, clock) as running:
        yield running


async def press(person: OnSlack, label: str) -> None:
    """A button of the answer that only this person sees."""
    blocks: list[dict[str, Any]] = person.tools.slack.last("response_url")["blocks"]
    assert (await person.client.press(blocks, label))[0] == 200
    await person.tools.settled()


def begun(person: OnSlack) -> dict[str, str]:
    """What stands in the fields of the modal on the screen."""
    view = person.tools.slack.view
    assert view is not None
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    return {block["block_id"]: block["element"].get("initial_value", "") for block in inputs}


async def test_two_referents_on_two_surfaces_write_the_same_case(both: Tools) -> None:
    slack, teams = both.on_slack("secretary"), both.on_teams("deputy")
    await slack.writes("referat FSU")
    await press(slack, "Begynn på referatet")
    await press(slack, "Skriv")
    assert f"Saken: 1/2026 (O/D) {TITLE}" in slack.form()
    await teams.writes("referat FSU")
    await teams.presses("Skriv")
    await teams.fills(discussion="Deres innspill.", conclusions="Saken utsettes.")
    assert "Deres innspill." in teams.answer()

    before = slack.tools.slack.view
    await slack.fills(discussion="Mine innspill.")
    merged = "Mine innspill.\n\n[Eksempel Deputy skrev samtidig:]\nDeres innspill."
    assert begun(slack)["discussion"] == merged
    # What only the other wrote came along by itself.
    assert begun(slack)["conclusions"] == "Saken utsettes."
    # Slack goes on showing what was typed, unless the field is another one.
    assert before is not None
    assert slack.tools.slack.view is not None
    ids = [
        {block["block_id"]: block["element"]["action_id"] for block in view["blocks"] if block["type"] == "input"}
        for view in (before, slack.tools.slack.view)
    ]
    assert all(ids[0][name] != ids[1][name] for name in ("discussion", "conclusions", "how"))
    await slack.fills(discussion="Mine innspill.\nDeres innspill.", conclusions="Saken utsettes.")
    shown = shown_text(slack.tools.slack.view["blocks"])
    assert "Mine innspill." in shown
    assert "skrev samtidig" not in shown
    assert "Saken utsettes." in shown


async def test_what_is_typed_in_an_open_modal_is_there_after_it_was_closed(both: Tools) -> None:
    slack = both.on_slack("secretary")
    await slack.writes("referat FSU")
    await press(slack, "Begynn på referatet")
    await press(slack, "Skriv")
    assert (await slack.client.type({"discussion": "Halvveis i et innsp"}))[0] == 200
    await slack.tools.settled()
    await slack.writes("referat FSU")
    await press(slack, "Skriv")
    assert begun(slack)["discussion"] == "Halvveis i et innsp"


async def test_on_teams_from_the_command_to_the_next_case(both: Tools) -> None:
    teams: OnTeams = both.on_teams("deputy")
    await teams.writes("protokoll FSU")
    await teams.presses("Begynn på referatet")
    await teams.presses("Skriv")
    assert f"Saken: 1/2026 (O/D) {TITLE}" in teams.form()
    await teams.fills(discussion="Godt drøftet.", ready="information", how="agreed")
    assert "Saken tas til orientering." in teams.answer()
    await teams.presses("Legg til oppfølging")
    await teams.fills(text="Lage et utkast", words="Sekretariatet", due="før sommeren")
    assert "«før sommeren»: siste arbeidsdag før er onsdag 30. juni 2027." in teams.form()
    await teams.fills()
    assert "Lage et utkast (Sekretariatet, før sommeren: 30. juni 2027)" in teams.answer()
    await teams.presses("Hele referatet")
    assert "1 av 1 sak er skrevet" in teams.answer()


async def test_on_slack_the_day_that_words_come_to_is_confirmed(both: Tools) -> None:
    slack = both.on_slack("secretary")
    await slack.writes("referat FSU")
    await press(slack, "Begynn på referatet")
    await press(slack, "Se mer")
    await press(slack, "Legg til oppfølging")
    await slack.fills(text="Lage et utkast", words="Sekretariatet", due="medio februar")
    assert "«medio februar»: mandag 15. februar 2027." in slack.form()
    await slack.fills()
    view = slack.tools.slack.view
    assert view is not None
    assert "Lage et utkast (Sekretariatet, medio februar: 15. februar 2027)" in shown_text(view["blocks"])


async def test_on_the_page_of_the_meeting_and_of_no_other(small_world: World, clock: FixedClock) -> None:
    await in_meeting(small_world, clock, TITLE, standing=False)
    meeting = str(small_world.meetings["fsu-1"])
    async with serve(small_world, clock, registry()) as served:
        secretary = small_world.people["secretary"]
        address = served.links.page(secretary, str(Do.PAGE), {"meeting": meeting})
        assert address is not None
        desk = Visitor(served.http, address)
        await desk.open()
        await desk.press("Skriv referat")
        await desk.press("Begynn på referatet")
        page = await desk.press("Skriv")
        assert f"Saken: 1/2026 (O/D) {TITLE}" in page.words
        # What the script of the page posts while somebody types: nothing is handed in, and it is there again.
        typed = [pair for pair in desk.page.one("form").sends() if pair[0] not in ("intent", "value.discussion")]
        typed += [("intent", "save"), ("value.discussion", "Halvveis i et innsp")]
        async with served.http.post(desk.address, data=aiohttp.FormData(typed), headers=desk.headers) as saved:
            assert saved.status == 204
        await desk.open()
        await desk.press("Åpne referatet")
        page = await desk.press("Skriv")
        assert "Halvveis i et innsp" in str(page.one("textarea", name="value.discussion").text)
        page = await desk.press("Lagre", discussion="Skrevet på siden.", conclusions="Saken godkjennes.")
        assert "Skrevet på siden." in page.words
        assert "Saken godkjennes." in page.words
        page = await desk.press("Legg til oppfølging")
        page = await desk.press("Lagre", text="Lage et utkast", due="snarest")
        assert "«snarest» sier ikke hvilken dag." in page.words
        page = await desk.press("Lagre", day="2026-10-05")
        assert "Lage et utkast (ingen ansvarlig, snarest: 5. oktober 2026)" in page.words
        other = str(small_world.meetings["fsu-2"])
        page = await desk.post(pressing("referat.vis", meeting=other))
        assert "Denne siden gjelder én sak." in page.words
