"""People who are mentioned are called by their names, whatever somebody writes in."""

from datetime import timedelta

import pytest

from bot.background import BackgroundTasks
from bot.slack.api import SlackApi
from bot.slack.names import NamesOfPeople
from bot.slack.workspaces import OneWorkspace
from storage.database import Database
from tests.clock import FixedClock
from tests.slack.conftest import Serve
from tests.slack.limits import shown_text
from tests.slack.standin import Answer, Client, Slack, no
from tests.world import HOSPITAL_TEAM, World

TEXT = "Opplæring ved <@U-clinician>, <@U-stranger> og <@U-unknown> :warning:"
READ = "Opplæring ved Eksempel Clinician, Eksempel Nabo og noen ⚠"

APP = (HOSPITAL_TEAM,)


@pytest.fixture
async def client(world: World, serve: Serve, slack: Slack, background: BackgroundTasks) -> Client:
    """The clinician has spoken to the bot, and is called otherwise at Slack."""
    client = await serve(world.database)
    client.user_id = "U-clinician"
    await client.command("/vis")
    await background.drain()
    client.user_id = "U-member"
    slack.users["U-stranger"] = {"id": "U-stranger", "is_stranger": True, "profile": {"real_name": "Eksempel Nabo"}}
    slack.unknown.add("U-unknown")
    return client


async def test_in_a_line_and_in_a_form(client: Client, slack: Slack, background: BackgroundTasks) -> None:
    await client.write(f"alt {TEXT}")
    await background.drain()
    await client.press(slack.last("chat.postMessage")["blocks"], "Åpne skjemaet")
    await background.drain()
    assert slack.view is not None
    line = next(block for block in slack.view["blocks"] if block.get("block_id") == "line")
    assert line["element"]["initial_value"] == READ

    await client.submit({"line": TEXT, "one": "a"})
    _status, answer = await client.submit({"more": f"Mer {TEXT}"})
    assert READ in shown_text(answer["view"])
    assert f"Mer {READ}" in shown_text(answer["view"])


async def test_in_what_is_kept_while_it_is_typed(client: Client, slack: Slack, background: BackgroundTasks) -> None:
    await client.command("/alt")
    await background.drain()
    asked = len(slack.made("users.info"))
    for typed in (TEXT, f"{TEXT} m", f"{TEXT} me"):
        await client.type({"line": typed})
        await background.drain()
    # Once for each of those who have not spoken, not at each letter; also where there is no such person.
    assert len(slack.made("users.info")) == asked + 2
    await client.command("/alt")
    await background.drain()
    assert f"{READ} me" in shown_text(slack.view)


async def test_a_button_in_a_form_keeps_them_too(client: Client, slack: Slack, background: BackgroundTasks) -> None:
    await client.command("/alt En sak")
    await background.drain()
    await client.submit({"one": "a"})
    await client.press_in_form("form:back", {"more": TEXT})
    await background.drain()
    _status, answer = await client.submit({"one": "a"})
    assert any(block.get("element", {}).get("initial_value") == READ for block in answer["view"]["blocks"])


@pytest.mark.parametrize("trouble", [Answer(hang=True), Answer(status=500), no("missing_scope")])
async def test_a_name_that_cannot_be_had_soon_keeps_nobody_waiting(
    sqlite: Database, api: SlackApi, slack: Slack, clock: FixedClock, trouble: Answer
) -> None:
    names = NamesOfPeople(OneWorkspace(api), sqlite, clock)
    slack.will_answer("users.info", trouble)
    assert await names.in_texts(["<@U-1> <@U-2>"], APP) in ({"U-1": "Eksempel U-1"}, {"U-2": "Eksempel U-2"})
    clock.forward(timedelta(minutes=11))
    assert await names.in_texts(["<@U-1> <@U-2>"], APP) == {"U-1": "Eksempel U-1", "U-2": "Eksempel U-2"}


async def test_without_a_database_slack_is_asked(api: SlackApi, clock: FixedClock) -> None:
    gone = Database("postgresql://nobody@127.0.0.1:1/none")
    assert await NamesOfPeople(OneWorkspace(api), gone, clock).in_texts(["<@U-1>"], APP) == {"U-1": "Eksempel U-1"}
    await gone.close()


async def test_a_text_that_mentions_nobody_costs_nothing(api: SlackApi, slack: Slack, clock: FixedClock) -> None:
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none")
    assert await NamesOfPeople(OneWorkspace(api), nowhere, clock).in_texts(["En sak <b> :warning:", ""], APP) == {}
    assert slack.calls == []
    await nowhere.close()
