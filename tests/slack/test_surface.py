"""Signed requests through the real application, with the sample dialog, on both databases where it is about storing."""

import asyncio
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from sqlmodel import col

from bot.background import BackgroundTasks
from bot.slack.messenger import SlackMessenger
from bot.worker import Worker
from config.translations import catalogs
from handlers.writing.language import install
from storage.database import Database
from storage.tables import Account, Draft, DraftStatus, Person
from tests.clock import FixedClock
from tests.everything import MESSAGE
from tests.slack.conftest import Serve
from tests.slack.limits import shown_text
from tests.slack.standin import Answer, Client, Slack, button_in, no
from tests.world import World

FIRST = {"line": "En sak", "one": "a"}
DEAD = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
async def client(small_world: World, serve: Serve) -> Client:
    return await serve(small_world.database)


def update(answer: Any) -> str:
    """What a modal shows after it was submitted."""
    assert answer["response_action"] == "update", answer
    return shown_text(answer["view"])


async def count(world: World, table: Any, *where: Any) -> int:
    async with world.database.transaction() as session:
        return int(await session.scalar(select(func.count()).select_from(table).where(*where)) or 0)


# --- the whole way -----------------------------------------------------------------------------------------


async def test_the_dialog_from_command_to_receipt(
    world: World, serve: Serve, slack: Slack, background: BackgroundTasks
) -> None:
    client = await serve(world.database)
    assert await client.command("/alt En &amp; sak") == (200, "")
    await background.drain()
    assert slack.last("views.open")["trigger_id"] == "trigger-1"
    assert slack.view is not None
    line = next(block for block in slack.view["blocks"] if block.get("block_id") == "line")
    assert line["element"]["initial_value"] == "En & sak"
    assert "Litt til" in update((await client.submit({"one": "a"}))[1])
    assert "Se over" in update((await client.submit({"more": "mer"}))[1])
    assert "Takk" in update((await client.submit({}))[1])
    assert await count(world, Draft, Draft.status == DraftStatus.SUBMITTED) == 1
    assert await count(world, Person, Person.email == "member@example.org") == 1


async def test_the_same_request_three_times_has_one_effect(
    world: World, serve: Serve, slack: Slack, background: BackgroundTasks
) -> None:
    client = await serve(world.database)
    body = client.command_body("/alt En sak")
    answers = await asyncio.gather(*(client.form(body) for _number in range(3)))
    assert answers == [(200, "")] * 3
    await background.drain()
    assert len(slack.made("views.open")) == 1
    assert await count(world, Draft) == 1
    press = client.press_body((await shown_message(client, slack, background)), "Gjør det")
    before = len(slack.made("response_url"))
    assert [await client.form(press) for _number in range(3)] == [(200, "")] * 3
    await background.drain()
    assert len(slack.made("response_url")) == before + 1


async def test_the_same_event_in_other_bytes_has_one_effect(
    world: World, serve: Serve, slack: Slack, background: BackgroundTasks
) -> None:
    client = await serve(world.database)
    event = {"type": "message", "channel_type": "im", "channel": "D-1", "user": "U-member", "text": "vis"}
    for retry in range(3):
        assert await client.event(event, event_id="Ev-same", event_time=retry) == (200, "")
        await background.drain()
    assert len(slack.made("chat.postMessage")) == 1
    await client.event(event, event_id="Ev-other")
    await background.drain()
    assert len(slack.made("chat.postMessage")) == 2


async def test_a_submission_twice_gets_the_same_answer(
    world: World, serve: Serve, slack: Slack, background: BackgroundTasks
) -> None:
    client = await serve(world.database)
    await client.command("/alt")
    await background.drain()
    body = client.submission_body(FIRST)
    first, again = await asyncio.gather(client.form(body), client.form(body))
    assert first == again
    await client.submit(FIRST)
    await client.submit({"more": "mer"})
    body = client.submission_body({})
    answers = await asyncio.gather(*(client.form(body) for _number in range(3)))
    assert answers[0] == answers[1] == answers[2]
    assert "Takk" in update(answers[0][1])
    assert await count(world, Draft) == 1


async def shown_message(client: Client, slack: Slack, background: BackgroundTasks) -> Any:
    await client.command("/vis")
    await background.drain()
    return slack.last("response_url")["blocks"]


# --- errors in a form --------------------------------------------------------------------------------------


async def test_errors_come_under_their_fields(client: Client, slack: Slack, background: BackgroundTasks) -> None:
    await client.command("/alt")
    await background.drain()
    status, answer = await client.submit({"line": "x" * 251, "number": "tjue", "one": "a"})
    assert (status, answer["response_action"], set(answer["errors"])) == (200, "errors", {"line", "number"})
    _status, answer = await client.submit({"line": "ok", "number": "tjue", "one": "a"})
    assert answer["errors"] == {"number": "Skriv et helt tall, for eksempel 20."}


async def test_a_title_of_3001_characters_after_the_command(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    await client.command("/alt " + "x" * 3001)
    await background.drain()
    assert "x" * 3001 in shown_text(slack.view).replace("\n", "")
    _status, answer = await client.submit({"one": "a"})
    assert "3001 tegn" in answer["errors"]["line"]
    assert "Litt til" in update((await client.submit({"line": "kort", "one": "a"}))[1])


@pytest.mark.parametrize("title", ["<!channel> [x](http://evil)", "👩‍⚕️" * 60, "*a* _b_ `c`"])
async def test_a_title_is_shown_as_it_was_written(
    client: Client, slack: Slack, background: BackgroundTasks, title: str
) -> None:
    await client.command("/alt")
    await background.drain()
    await client.submit({"line": title, "one": "a"})
    assert title in update((await client.submit({"more": "mer"}))[1])
    assert title in update((await client.submit({}))[1])


async def test_a_form_that_is_gone_says_so_and_keeps_what_is_typed(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    await client.command("/alt")
    await background.drain()
    assert slack.view is not None
    slack.view["private_metadata"] = "alt.everything.none"
    _status, answer = await client.submit(FIRST)
    assert "ikke lenger åpent" in answer["errors"]["line"]
    slack.view["private_metadata"] = "tull"
    slack.view["blocks"] = [block for block in slack.view["blocks"] if block["type"] != "input"]
    assert "ikke lenger åpent" in update((await client.submit({}))[1])


async def test_a_form_in_other_hands_opens_nothing(client: Client, slack: Slack, background: BackgroundTasks) -> None:
    await client.command("/alt")
    await background.drain()
    client.user_id = "U-secretary"
    _status, answer = await client.submit(FIRST)
    assert "hører til en annen" in answer["errors"]["line"]


# --- buttons -----------------------------------------------------------------------------------------------


async def test_buttons_of_a_form(client: Client, slack: Slack, background: BackgroundTasks) -> None:
    await client.command("/alt")
    await background.drain()
    await client.submit(FIRST)
    assert await client.press_in_form("form:back", {"more": "halvt"}) == (200, "")
    await background.drain()
    call = slack.last("views.update")
    assert call["hash"].startswith("hash-")
    assert slack.view is not None
    assert slack.view["title"]["text"] == "Alt på én gang"
    await client.submit(FIRST)
    await client.submit({"more": "mer"})
    await client.press_in_form("form:cancel", {})
    await background.drain()
    assert "Ikke sendt inn" in shown_text(slack.view)
    assert "submit" not in slack.view


async def test_a_view_that_changed_meanwhile_is_updated_all_the_same(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    await client.command("/alt")
    await background.drain()
    await client.submit(FIRST)
    slack.will_answer("views.update", no("hash_conflict"))
    await client.press_in_form("form:back", {})
    await background.drain()
    first, second = slack.made("views.update")
    assert "hash" in first
    assert "hash" not in second


async def test_a_window_closed_before_the_answer_came(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    await client.command("/alt")
    await background.drain()
    await client.submit(FIRST)
    slack.will_answer("views.update", no("not_found"))
    await client.press_in_form("form:back", {})
    await background.drain()
    call = slack.last("chat.postMessage")
    assert call["channel"] == "U-member"
    assert button_in(call["blocks"], "Åpne skjemaet")["value"].startswith("prove.alt.everything.")


async def test_buttons_of_a_message(client: Client, slack: Slack, background: BackgroundTasks) -> None:
    blocks = await shown_message(client, slack, background)
    assert slack.last("response_url")["response_type"] == "ephemeral"
    await client.press(blocks, "Slett alt")
    await background.drain()
    answer = slack.last("response_url")
    assert answer["replace_original"] is True
    assert "Gjort 8" in shown_text(answer["blocks"])
    await client.press(blocks, "Spør om mer")
    await background.drain()
    assert slack.last("views.open")["view"]["title"]["text"] == "Spør om mer"


async def test_an_action_that_is_no_more_gets_the_help(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    actions = [{"type": "button", "action_id": "act:forsvunnet:0", "value": "{}"}]
    body = client.interaction_body("block_actions", actions=actions, response_url=slack.response_url)
    assert (await client.form(body))[0] == 200
    await background.drain()
    assert "Hjelp" in shown_text(slack.last("response_url")["blocks"])


async def test_buttons_in_a_modal_that_only_tells(client: Client, slack: Slack, background: BackgroundTasks) -> None:
    blocks = await shown_message(client, slack, background)
    slack.put({"type": "modal", "title": {"type": "plain_text", "text": "Vis"}, "blocks": blocks})
    assert slack.view is not None
    button = button_in(blocks, "Gjør det")
    actions = [{"action_id": button["action_id"], "value": button["value"]}]
    await client.form(client.interaction_body("block_actions", actions=actions, view=slack.view))
    await background.drain()
    assert "Gjort 7" in shown_text(slack.view)


# --- what is typed is kept ---------------------------------------------------------------------------------


async def test_a_closed_window_loses_nothing(client: Client, slack: Slack, background: BackgroundTasks) -> None:
    await client.command("/alt")
    await background.drain()
    for typed in ("E", "En", "En halv"):
        assert await client.type({"line": typed}) == (200, "")
    await background.drain()
    slack.view = None
    await client.command("/alt")
    await background.drain()
    assert "Fortsett der du slapp?" in shown_text(slack.view)
    assert "En halv" in shown_text(slack.view)
    await client.press_in_form("form:restart", {})
    await background.drain()
    await client.type({"line": "En h"})
    await client.close({"line": "En hel"})
    await background.drain()
    await client.command("/alt")
    await background.drain()
    assert "En hel" in shown_text(slack.view)


@pytest.mark.parametrize(("intent", "stands"), [("resume", "Gammel"), ("overwrite", "Ny"), ("restart", "Ny")])
async def test_a_new_text_beside_a_draft_is_asked_about_in_the_window_and_in_a_message(
    client: Client, slack: Slack, background: BackgroundTasks, intent: str, stands: str
) -> None:
    def line() -> str:
        assert slack.view is not None
        block = next(block for block in slack.view["blocks"] if block.get("block_id") == "line")
        return str(block["element"]["initial_value"])

    await client.command("/alt Gammel")
    await background.drain()
    if intent != "resume":
        slack.view = None
        await client.command("/alt Ny")
        await background.drain()
        assert "Gammel" in shown_text(slack.view)
        assert "Ny" in shown_text(slack.view)
        await client.press_in_form(f"form:{intent}", {})
        await background.drain()
        assert line() == stands
        await client.type({"line": "Gammel"})
        await background.drain()
    slack.view = None
    await client.write("alt Ny")
    await background.drain()
    posted = slack.last("chat.postMessage")["blocks"]
    (opener,) = [
        element
        for block in posted
        for element in block.get("elements", ())
        if element.get("action_id") == f"open:{intent}"
    ]
    await client.form(client.interaction_body("block_actions", actions=[opener]))
    await background.drain()
    assert line() == stands


async def test_fast_typing_is_saved_once_more_and_not_forty_times(
    client: Client, slack: Slack, background: BackgroundTasks, small_world: World
) -> None:
    await client.command("/alt")
    await background.drain()
    commits: list[object] = []
    event.listen(small_world.database.engine.sync_engine, "commit", commits.append)
    async with small_world.database.transaction() as session:
        # Holds the lock of SQLite, so that the first save waits while the others come.
        await session.scalar(text("SELECT 1"))
        for number in range(40):
            assert (await client.type({"line": "x" * number}))[0] == 200
    await background.drain()
    assert len(commits) == 3, "the one that held the lock, the first letter, and the last"
    async with small_world.database.transaction() as session:
        draft = await session.scalar(select(Draft))
    assert draft is not None
    assert draft.answers["line"] == "x" * 39


# --- when Slack or the database does not do its part -------------------------------------------------------


@pytest.mark.parametrize(
    "failure",
    [no("expired_trigger_id"), Answer(status=500), Answer(status=429), no("token_revoked"), Answer(reset=True)],
)
async def test_a_form_that_did_not_open_waits_behind_a_button(
    client: Client, slack: Slack, background: BackgroundTasks, failure: Answer
) -> None:
    slack.will_answer("views.open", failure)
    await client.command("/alt En sak")
    await background.drain()
    answer = slack.last("response_url")
    assert "er tatt vare på" in shown_text(answer["blocks"])
    assert "/alt En sak" in shown_text(answer["blocks"])
    await client.press(answer["blocks"], "Åpne skjemaet")
    await background.drain()
    assert slack.view is not None
    line = next(block for block in slack.view["blocks"] if block.get("block_id") == "line")
    assert line["element"]["initial_value"] == "En sak"


async def test_an_answer_that_does_not_arrive_becomes_a_direct_message(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    slack.will_answer("response_url", Answer(status=404))
    await client.command("/vis")
    await background.drain()
    assert slack.last("chat.postMessage")["channel"] == "U-member"


async def brought(world: World, slack: Slack, messenger: SlackMessenger, clock: FixedClock) -> Any:
    """The last message, after the worker has brought what is due ten minutes later."""
    clock.forward(timedelta(minutes=10))
    await Worker(world.database, {"slack": messenger}, clock).deliver_due()
    return slack.last("chat.postMessage")


@pytest.mark.parametrize("failure", [Answer(status=500), Answer(status=429), no("ratelimited"), Answer(reset=True)])
async def test_an_answer_that_does_not_come_through_is_brought_later(
    world: World,
    serve: Serve,
    slack: Slack,
    background: BackgroundTasks,
    messenger: SlackMessenger,
    clock: FixedClock,
    failure: Answer,
) -> None:
    client = await serve(world.database)
    slack.will_answer("response_url", Answer(status=500))
    slack.will_answer("chat.postMessage", failure)
    await client.command("/vis")
    await background.drain()
    call = await brought(world, slack, messenger, clock)
    assert call["channel"] == "U-member"
    assert MESSAGE.title in shown_text(call["blocks"])
    made = len(slack.made("chat.postMessage"))
    await brought(world, slack, messenger, clock)
    assert len(slack.made("chat.postMessage")) == made, "once"


async def test_a_form_that_does_not_come_through_waits_behind_a_button(
    client: Client,
    small_world: World,
    slack: Slack,
    background: BackgroundTasks,
    messenger: SlackMessenger,
    clock: FixedClock,
) -> None:
    slack.will_answer("chat.postMessage", Answer(status=500))
    await client.write("alt En sak")
    await background.drain()
    call = await brought(small_world, slack, messenger, clock)
    await client.press(call["blocks"], "Åpne skjemaet")
    await background.drain()
    line = next(block for block in slack.last("views.open")["view"]["blocks"] if block.get("block_id") == "line")
    assert line["element"]["initial_value"] == "En sak"


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long"])
async def test_an_answer_that_slack_does_not_take_is_told_with_a_reference(
    client: Client, slack: Slack, background: BackgroundTasks, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    slack.will_answer("response_url", Answer(code, status=400))
    # A message with a picture is sent once more without it.
    slack.will_answer("chat.postMessage", *[no(code)] * (1 + (code == "invalid_blocks")))
    if code == "invalid_blocks":
        slack.will_answer("response_url", Answer(code, status=400))
    await client.command("/vis")
    await background.drain()
    shown = shown_text(slack.last("response_url")["blocks"])
    assert "lot seg ikke vise i Slack" in shown
    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert line.rpartition(" ")[2] in shown


async def test_nobody_can_be_told_when_slack_and_the_database_are_gone_but_the_log(
    serve: Serve, slack: Slack, background: BackgroundTasks, caplog: pytest.LogCaptureFixture
) -> None:
    gone = Database(DEAD)
    client = await serve(gone)
    slack.will_answer("response_url", Answer(status=500))
    slack.will_answer("chat.postMessage", Answer(status=500))
    await client.command("/vis")
    await background.drain()
    assert "somebody got no answer" in caplog.text
    await gone.close()


async def test_no_database_when_a_form_is_handed_in(
    client: Client, serve: Serve, slack: Slack, background: BackgroundTasks
) -> None:
    await client.command("/alt")
    await background.drain()
    gone = Database(DEAD)
    other = await serve(gone)
    status, answer = await other.submit(FIRST)
    assert (status, answer["response_action"], list(answer["errors"])) == (200, "errors", ["line"])
    assert "Referanse" in answer["errors"]["line"]
    await client.submit(FIRST)
    await client.submit({"more": "mer"})
    shown = update((await other.submit({}))[1])
    assert "Referanse" in shown
    assert "Send inn" in shown
    assert "En sak" in shown
    await gone.close()
    assert "Takk" in update((await client.submit({}))[1])


async def test_no_database_for_a_command(serve: Serve, slack: Slack, background: BackgroundTasks) -> None:
    gone = Database(DEAD)
    client = await serve(gone)
    assert await client.command("/alt En sak") == (200, "")
    await background.drain()
    shown = shown_text(slack.last("response_url")["blocks"])
    assert "Vent litt og prøv igjen" in shown
    await gone.close()


async def test_no_database_for_a_button_in_a_form(
    client: Client, serve: Serve, slack: Slack, background: BackgroundTasks
) -> None:
    await client.command("/alt")
    await background.drain()
    await client.submit(FIRST)
    gone = Database(DEAD)
    other = await serve(gone)
    await other.press_in_form("form:back", {"more": "halvt"})
    await background.drain()
    shown = shown_text(slack.view)
    assert "Vent litt og prøv igjen" in shown
    assert "Noe mer" in shown
    await gone.close()


async def test_a_slow_database_is_answered_in_time_and_shown_afterwards(
    small_world: World, serve: Serve, slack: Slack, background: BackgroundTasks
) -> None:
    client = await serve(small_world.database, seconds=0.05)
    await client.command("/alt")
    await background.drain()
    async with small_world.database.transaction() as session:
        # Holds the lock of SQLite: the submission waits for it, and Slack does not.
        await session.scalar(text("SELECT 1"))
        _status, answer = await client.submit(FIRST)
    assert "lengre tid enn vanlig" in answer["errors"]["line"]
    await background.drain()
    assert "Litt til" in shown_text(slack.view)


async def test_too_much_to_do_is_said_and_what_was_typed_is_given_back(
    small_world: World, serve: Serve, slack: Slack
) -> None:
    full = BackgroundTasks(limit=0)
    client = await serve(small_world.database, tasks=full)
    status, answer = await client.command("/alt En <sak>")
    assert (status, answer["response_type"]) == (200, "ephemeral")
    assert "/alt En &lt;sak&gt;" in answer["text"]
    assert (await client.write("alt"))[0] == 503
    actions = [{"action_id": "act:gjor:0", "value": "{}"}]
    assert (await client.form(client.interaction_body("block_actions", actions=actions)))[0] == 503
    assert slack.calls == []


async def test_a_programming_error_gets_a_reference_that_the_log_has(
    client: Client, slack: Slack, background: BackgroundTasks, caplog: pytest.LogCaptureFixture
) -> None:
    actions = [{"action_id": "act:gjor:0", "value": "hemmelig"}]
    assert (await client.form(client.interaction_body("block_actions", actions=actions)))[0] == 500
    assert re.search(r"unexpected JSONDecodeError at \S+:\d+, reference [A-Z0-9]{6}", caplog.text)
    assert "hemmelig" not in caplog.text


# --- searching ---------------------------------------------------------------------------------------------


async def test_searching_among_many(client: Client, serve: Serve, slack: Slack, background: BackgroundTasks) -> None:
    await client.command("/alt")
    await background.drain()
    status, answer = await client.search("searched", "nummer 24")
    assert status == 200
    assert [option["value"] for option in answer["options"]][:3] == ["24", "124", "224"]
    assert len((await client.search("found", ""))[1]["options"]) == 100
    gone = Database(DEAD)
    other = await serve(gone)
    assert (await other.search("searched", "x"))[0] == 503
    await gone.close()


async def test_searching_in_a_form_that_is_gone_says_so_and_choosing_that_has_no_effect(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    await client.command("/alt")
    await background.drain()
    client.user_id = "U-secretary"
    status, answer = await client.search("searched", "x")
    (option,) = answer["options"]
    assert (status, option["value"]) == (200, "-")
    assert "hører til en annen" in option["text"]["text"]
    client.user_id = "U-member"
    _status, answer = await client.submit({**FIRST, "searched": option["value"]})
    assert list(answer["errors"]) == ["searched"]


async def test_a_search_that_takes_too_long(
    small_world: World, serve: Serve, slack: Slack, background: BackgroundTasks
) -> None:
    client = await serve(small_world.database, seconds=0.05)
    await client.command("/alt")
    await background.drain()
    async with small_world.database.transaction() as session:
        await session.scalar(text("SELECT 1"))
        assert (await client.search("searched", "x"))[0] == 503


# --- lines written to the bot ------------------------------------------------------------------------------


async def test_a_line_written_to_the_bot(client: Client, slack: Slack, background: BackgroundTasks) -> None:
    assert await client.write("alt En &lt;sak&gt; <https://example.org|example.org>") == (200, "")
    await background.drain()
    call = slack.last("chat.postMessage")
    assert call["channel"] == "U-member"
    await client.press(call["blocks"], "Åpne skjemaet")
    await background.drain()
    assert slack.view is not None
    line = next(block for block in slack.view["blocks"] if block.get("block_id") == "line")
    assert line["element"]["initial_value"] == "En <sak> example.org"


async def test_an_unfinished_draft_is_offered_in_a_line_too(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    await client.write("alt En sak")
    await background.drain()
    await client.write("alt En annen", ts="2")
    await background.drain()
    blocks = slack.last("chat.postMessage")["blocks"]
    await client.press(blocks, "Begynn på nytt med den")
    await background.drain()
    assert slack.view is not None
    line = next(block for block in slack.view["blocks"] if block.get("block_id") == "line")
    assert line["element"]["initial_value"] == "En annen"


async def test_a_mention_is_answered_to_that_person_only(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    event = {"type": "app_mention", "user": "U-member", "channel": "C-1", "text": "<@U-BOT> vis"}
    assert (await client.event(event))[0] == 200
    await background.drain()
    call = slack.last("chat.postEphemeral")
    assert (call["channel"], call["user"]) == ("C-1", "U-member")


@pytest.mark.parametrize(
    "more", [{"bot_id": "B1"}, {"subtype": "message_changed"}, {"channel_type": "channel"}, {"user": ""}]
)
async def test_what_no_person_wrote_to_the_bot_is_left_alone(
    client: Client, slack: Slack, background: BackgroundTasks, more: dict[str, str]
) -> None:
    assert await client.write("alt", **more) == (200, "")
    await background.drain()
    assert slack.calls == []


OWN = {"authorizations": [{"team_id": "T-1", "user_id": "U-BOT", "is_bot": True}]}


@pytest.mark.parametrize("told", [OWN, {}, {"authorizations": [{"user_id": "U-ADMIN", "is_bot": False}]}])
@pytest.mark.parametrize("kind", ["message", "app_mention"])
async def test_the_bots_own_message_is_nobodys_also_where_it_does_not_say_so(
    client: Client, slack: Slack, background: BackgroundTasks, kind: str, told: dict[str, Any]
) -> None:
    event = {"type": kind, "channel_type": "im", "channel": "D-1", "user": "U-BOT", "text": "<@U-BOT> alt"}
    for line in ("alt", "vis"):
        assert await client.event({**event, "text": line}, **told) == (200, "")
        await background.drain()
    # Who it is itself is asked where the event does not say it, and once.
    assert [call.method for call in slack.calls] == ([] if told is OWN else ["auth.test"])


async def test_people_are_answered_while_slack_does_not_say_who_the_bot_is(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    slack.will_answer("auth.test", no("internal_error"))
    await client.write("vis")
    await background.drain()
    assert len(slack.made("chat.postMessage")) == 1


async def test_where_the_thread_is_gone_the_answer_comes_outside_it(
    client: Client, slack: Slack, background: BackgroundTasks
) -> None:
    slack.will_answer("chat.postMessage", no("thread_not_found"))
    await client.write("vis", thread_ts="1.0", ts="2.0")
    await background.drain()
    first, second = slack.made("chat.postMessage")
    assert (first["channel"], first["thread_ts"]) == ("D-1", "1.0")
    assert (second["channel"], "thread_ts" in second) == ("U-member", False)


async def test_what_is_not_read_is_said_in_the_persons_language(
    client: Client, small_world: World, slack: Slack, background: BackgroundTasks
) -> None:
    install(catalogs())
    async with small_world.database.transaction() as session:
        person = await session.get_one(Person, small_world.people["member"])
        person.language, person.language_from = "en", "person"
    await client.write("vis", subtype="file_share", files=[{"id": "F1"}])
    await background.drain()
    install({})
    assert "I did not take the file" in shown_text(slack.last("chat.postMessage")["blocks"])


async def test_what_is_not_read_is_said_with_what_went_wrong_too(
    serve: Serve, slack: Slack, background: BackgroundTasks
) -> None:
    gone = Database(DEAD)
    client = await serve(gone)
    await client.write("vis", subtype="file_share", files=[{"id": "F1"}])
    await background.drain()
    shown = shown_text(slack.last("chat.postMessage")["blocks"])
    assert "prøv igjen" in shown
    assert "Filen tok jeg ikke imot" in shown
    await gone.close()


@pytest.mark.parametrize("line", ["/ålt", "/ALT", "/alt  "])
async def test_every_name_of_a_command_is_understood(
    client: Client, slack: Slack, background: BackgroundTasks, line: str
) -> None:
    await client.command(line)
    await background.drain()
    assert slack.made("views.open")


async def test_an_unknown_command_gets_the_help(client: Client, slack: Slack, background: BackgroundTasks) -> None:
    await client.command("/ukjent hva nå")
    await background.drain()
    assert "Du skrev «/ukjent hva nå»." in shown_text(slack.last("response_url")["blocks"])


# --- who it is ---------------------------------------------------------------------------------------------


async def test_somebody_new_is_met_once(
    client: Client, slack: Slack, background: BackgroundTasks, small_world: World
) -> None:
    client.user_id = "U-newcomer"
    await client.command("/vis")
    await background.drain()
    await client.command("/vis")
    await background.drain()
    assert len(slack.made("users.info")) == 1
    assert await count(small_world, Person, Person.name == "Eksempel U-newcomer") == 1
    async with small_world.database.transaction() as session:
        account = await session.scalar(select(Account).where(col(Account.user_id) == "U-newcomer"))
    assert account is not None
    assert account.reach == {"channel": "U-newcomer"}


@pytest.mark.parametrize(("locale", "spoken"), [("nn-NO", "nn"), ("en-US", "en"), ("nb-NO", "nb"), (None, "nb")])
async def test_somebody_new_is_spoken_to_in_the_language_of_their_slack(
    client: Client, slack: Slack, background: BackgroundTasks, small_world: World, locale: str | None, spoken: str
) -> None:
    """Slack tells it only when asked to (users.info, `include_locale`)."""
    slack.users["U-newcomer"] = {**slack.user("U-newcomer"), **({"locale": locale} if locale else {})}
    client.user_id = "U-newcomer"
    await client.command("/vis")
    await background.drain()
    assert slack.last("users.info")["include_locale"] == "true"
    assert await count(small_world, Person, Person.name == "Eksempel U-newcomer", Person.language == spoken) == 1


async def test_an_address_that_nobody_confirmed_makes_nobody_else(
    client: Client, slack: Slack, background: BackgroundTasks, small_world: World
) -> None:
    slack.users["U-member"] = {**slack.user("U-member"), "is_email_confirmed": False}
    before = await count(small_world, Person)
    await client.command("/vis")
    await background.drain()
    assert await count(small_world, Person) == before + 1


@pytest.mark.parametrize("who", [{"is_stranger": True}, {"team_id": "T-OTHER"}])
async def test_guests_from_elsewhere_are_refused(
    client: Client, slack: Slack, background: BackgroundTasks, small_world: World, who: dict[str, Any]
) -> None:
    slack.users["U-guest"] = {**slack.user("U-guest"), **who}
    client.user_id = "U-guest"
    await client.command("/vis")
    await background.drain()
    assert "fra et annet Slack-arbeidsområde" in shown_text(slack.last("response_url")["blocks"])
    assert await count(small_world, Account, Account.user_id == "U-guest") == 0


@pytest.mark.parametrize("answer", [None, no("user_not_visible")])
async def test_another_workspace_is_refused_politely(
    client: Client, slack: Slack, background: BackgroundTasks, answer: Answer | None
) -> None:
    client.team, client.user_id = "T-OTHER", "U-other"
    slack.users["U-other"] = {**slack.user("U-other"), "team_id": "T-OTHER"}
    if answer:
        slack.will_answer("users.info", answer)
    await client.command("/vis")
    await background.drain()
    assert "arbeidsområdet ditt er ikke blant dem" in shown_text(slack.last("response_url")["blocks"])


async def test_somebody_new_while_slack_is_down_is_asked_to_try_again(
    client: Client, slack: Slack, background: BackgroundTasks, small_world: World
) -> None:
    slack.will_answer("users.info", Answer(status=500))
    await client.command("/vis")
    await background.drain()
    assert "prøv igjen" in shown_text(slack.last("response_url")["blocks"])
    assert await count(small_world, Account, Account.surface == "slack") == 0


async def test_nothing_that_is_typed_is_logged(
    client: Client, slack: Slack, background: BackgroundTasks, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    slack.will_answer("views.open", no("expired_trigger_id"))
    await client.command("/alt hemmelig")
    await background.drain()
    await client.form(client.interaction_body("shortcut", callback_id="hemmelig"))
    logged = [record.getMessage() for record in caplog.records]
    assert "hemmelig" not in "\n".join(logged)
    assert json.dumps(slack.calls[-1].arguments).count("hemmelig")
