"""Something chosen in the menu of a message: signed requests through the real application."""

from typing import Any

import pytest
from sqlalchemy import func, select

from bot.background import BackgroundTasks
from storage.tables import Draft
from tests.slack.conftest import Serve
from tests.slack.limits import shown_text
from tests.slack.standin import Answer, Client, Slack, no
from tests.world import World

SAID = "Hei <@U-another|Eksempel Kollega>, epikrisen mangler &amp; ingen svarer"
READ = "Hei, epikrisen mangler & ingen svarer"


@pytest.fixture
async def client(small_world: World, serve: Serve) -> Client:
    return await serve(small_world.database)


def value(slack: Slack, name: str) -> Any:
    assert slack.view is not None
    return next(
        block["element"].get("initial_value") for block in slack.view["blocks"] if block.get("block_id") == name
    )


async def test_the_form_opens_with_what_the_message_says(
    world: World, serve: Serve, slack: Slack, background: BackgroundTasks
) -> None:
    client = await serve(world.database)
    assert await client.shortcut("merk", SAID) == (200, "")
    await background.drain()
    assert slack.last("views.open")["trigger_id"] == "trigger-1"
    assert value(slack, "lines") == READ
    assert "Kollega" not in str(slack.calls)
    assert "U-another" not in str(slack.calls)
    _status, answer = await client.submit({"line": "En sak", "one": "a"})
    assert "Litt til" in shown_text(answer["view"])


async def test_only_the_message_itself_comes_along(client: Client, slack: Slack, background: BackgroundTasks) -> None:
    attachments = [{"fallback": "videresendt", "text": "videresendt", "author_name": "Eksempel Kollega"}]
    await client.shortcut("merk", "Se her", attachments=attachments, files=[{"name": "bilde.png"}])
    await background.drain()
    assert value(slack, "lines") == "Se her"
    assert "videresendt" not in str(slack.calls)


@pytest.mark.parametrize("text", [None, "", "<@U1>"])
async def test_a_message_without_words_opens_an_empty_form(
    client: Client, slack: Slack, background: BackgroundTasks, text: str | None
) -> None:
    await client.shortcut("merk", text)
    await background.drain()
    assert value(slack, "lines") is None


@pytest.mark.parametrize("subtype", ["tombstone", "message_deleted"])
async def test_of_a_message_that_was_deleted_nothing_comes_along(
    client: Client, slack: Slack, background: BackgroundTasks, subtype: str
) -> None:
    await client.shortcut("merk", "This message was deleted.", subtype=subtype, hidden=True)
    await background.drain()
    assert value(slack, "lines") is None


async def test_a_long_message_is_kept_whole(client: Client, slack: Slack, background: BackgroundTasks) -> None:
    await client.shortcut("merk", "x" * 5000)
    await background.drain()
    assert shown_text(slack.view).replace("\n", "").count("x" * 5000) == 1
    _status, answer = await client.submit({"line": "En sak", "one": "a"})
    assert "5000 tegn" in answer["errors"]["lines"]


async def test_what_is_no_form_is_shown_to_that_person_only(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    await client.shortcut("les", SAID)
    await background.drain()
    answer = slack.last("response_url")
    assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", False)
    assert READ in shown_text(answer["blocks"])
    assert slack.made("chat.postMessage") == []


async def test_a_shortcut_that_is_no_more_gets_the_help(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    await client.shortcut("forsvunnet", SAID)
    await background.drain()
    assert "Hjelp" in shown_text(slack.last("response_url")["blocks"])
    assert "epikrisen" not in shown_text(slack.last("response_url")["blocks"])


async def test_the_same_request_three_times_has_one_effect(
    client: Client, slack: Slack, background: BackgroundTasks, small_world: World
) -> None:
    body = client.shortcut_body("merk", SAID)
    assert [await client.form(body) for _number in range(3)] == [(200, "")] * 3
    await background.drain()
    assert len(slack.made("views.open")) == 1
    async with small_world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Draft)) == 1


async def test_one_without_a_message_opens_the_empty_form(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    assert await client.begin("nytt") == (200, "")
    await background.drain()
    assert slack.last("views.open")["trigger_id"] == "trigger-1"
    assert value(slack, "lines") is None
    assert slack.made("chat.postMessage") == []


@pytest.mark.parametrize("failure", [no("expired_trigger_id"), Answer(status=500)])
async def test_a_form_that_did_not_open_waits_behind_a_button_that_only_they_see(
    client: Client, slack: Slack, background: BackgroundTasks, failure: Answer
) -> None:
    slack.will_answer("views.open", failure)
    await client.shortcut("merk", SAID)
    await background.drain()
    answer = slack.last("response_url")
    assert answer["response_type"] == "ephemeral"
    assert "epikrisen" not in shown_text(answer["blocks"])
    await client.press(answer["blocks"], "Åpne skjemaet")
    await background.drain()
    assert value(slack, "lines") == READ


async def test_too_much_to_do_is_a_warning_in_slack(small_world: World, serve: Serve, slack: Slack) -> None:
    client = await serve(small_world.database, tasks=BackgroundTasks(limit=0))
    assert (await client.shortcut("merk", SAID))[0] == 503
    assert slack.calls == []


async def test_nothing_of_the_message_is_logged(
    client: Client, slack: Slack, background: BackgroundTasks, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    slack.will_answer("views.open", no("expired_trigger_id"))
    await client.shortcut("merk", "hemmelig")
    await client.shortcut("forsvunnet", "hemmelig")
    await background.drain()
    logged = [record.getMessage() for record in caplog.records]
    assert "hemmelig" not in "\n".join(logged)
