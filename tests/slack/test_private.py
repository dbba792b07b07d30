"""Whatever somebody asks for in a channel, nobody else there sees the answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.background import BackgroundTasks
from storage.database import Database
from tests.everything import MESSAGE
from tests.slack.conftest import Serve
from tests.slack.limits import shown_text
from tests.slack.standin import Answer, Client, Slack, no
from tests.world import World

DEAD = "postgresql://nobody@127.0.0.1:1/none"
MENTION = {"type": "app_mention", "user": "U-member", "channel": "C-1", "channel_type": "channel"}


def seen_by_others(slack: Slack) -> list[str]:
    """Calls that show something to anybody but the person who asked."""

    def alone(method: str, arguments: dict[str, Any]) -> bool:
        match method:
            case "views.open" | "views.update" | "users.info" | "auth.test":
                return True
            case "response_url":
                return bool(arguments["response_type"] == "ephemeral")
            case "chat.postEphemeral":
                return bool(arguments["user"] == "U-member")
            case "chat.postMessage":
                return bool(arguments["channel"] == "U-member")
            case _other:
                return False

    return [call.method for call in slack.calls if not alone(call.method, call.arguments)]


async def command(client: Client, line: str) -> None:
    await client.command(f"/{line}")


async def mention(client: Client, line: str) -> None:
    await client.event({**MENTION, "text": f"<@U-BOT> {line}"})


async def mention_in_a_group(client: Client, line: str) -> None:
    await client.event({**MENTION, "channel": "G-1", "channel_type": "mpim", "text": f"<@U-BOT> {line}"})


async def shortcut(client: Client, line: str) -> None:
    await client.shortcut({"alt": "merk", "vis": "les"}.get(line.split(maxsplit=1)[0], "ukjent"), line)


Way = Callable[[Client, str], Awaitable[None]]
WAYS = (command, mention, mention_in_a_group, shortcut)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("line", ["alt En hemmelig sak", "vis", "ukjent ord"])
async def test_forms_and_messages(
    small_world: World, serve: Serve, slack: Slack, background: BackgroundTasks, way: Way, line: str
) -> None:
    client = await serve(small_world.database)
    await way(client, line)
    await background.drain()
    assert len(slack.calls) >= 2, "somebody new is looked up, and answered"
    assert seen_by_others(slack) == []


@pytest.mark.parametrize("way", WAYS)
async def test_a_draft_that_is_offered_again(
    small_world: World, serve: Serve, slack: Slack, background: BackgroundTasks, way: Way
) -> None:
    client = await serve(small_world.database)
    for line in ("alt En hemmelig sak", "alt En til"):
        await way(client, line)
        await background.drain()
    assert seen_by_others(slack) == []


@pytest.mark.parametrize("way", WAYS)
async def test_what_went_wrong(serve: Serve, slack: Slack, background: BackgroundTasks, way: Way) -> None:
    gone = Database(DEAD)
    client = await serve(gone)
    await way(client, "alt En hemmelig sak")
    await background.drain()
    assert seen_by_others(slack) == []
    await gone.close()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("line", ["alt En hemmelig sak", "vis"])
async def test_when_slack_lets_us_answer_nowhere_but_in_a_direct_message(
    small_world: World, serve: Serve, slack: Slack, background: BackgroundTasks, way: Way, line: str
) -> None:
    client = await serve(small_world.database)
    slack.will_answer("views.open", no("expired_trigger_id"))
    slack.will_answer("response_url", Answer(status=404))
    slack.will_answer("chat.postEphemeral", no("user_not_in_channel"))
    await way(client, line)
    await background.drain()
    assert slack.last("chat.postMessage")["channel"] == "U-member"
    assert seen_by_others(slack) == []


async def test_too_much_to_do(small_world: World, serve: Serve, slack: Slack) -> None:
    client = await serve(small_world.database, tasks=BackgroundTasks(limit=0))
    _status, answer = await client.command("/alt En hemmelig sak")
    assert answer["response_type"] == "ephemeral"
    assert slack.calls == []


@pytest.mark.parametrize("label", ["Gjør det", "Slett alt", "Spør om mer", "Vis"])
async def test_buttons_on_what_was_answered(
    small_world: World, serve: Serve, slack: Slack, background: BackgroundTasks, label: str
) -> None:
    client = await serve(small_world.database)
    await client.command("/vis")
    await background.drain()
    await client.press(slack.last("response_url")["blocks"], label)
    await background.drain()
    assert seen_by_others(slack) == []


async def test_an_answer_is_private_also_where_the_bot_was_mentioned(
    small_world: World, serve: Serve, slack: Slack, background: BackgroundTasks
) -> None:
    client = await serve(small_world.database)
    await mention(client, "vis")
    await background.drain()
    call = slack.last("chat.postEphemeral")
    assert (call["channel"], call["user"]) == ("C-1", "U-member")
    assert MESSAGE.title in shown_text(call["blocks"])
