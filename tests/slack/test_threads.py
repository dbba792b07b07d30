"""A committee's channel on Slack: chosen there, and a thread in it, through the real application."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.background import BackgroundTasks
from bot.delivering.channels import ChannelArchived, ChannelRestricted, NotInChannel, why
from bot.messenger import MessageLost, Misconfigured, SendError, TryLater, Unreachable
from bot.slack.channels import SlackChannels
from bot.slack.messenger import SlackMessenger
from bot.slack.workspaces import OneWorkspace
from bot.worker import Worker
from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.messages.unposted import Why
from storage.tables import Committee, Meeting
from storage.threads import Where
from tests.clock import FixedClock
from tests.meetings.convocation.steps import change, put
from tests.slack.conftest import Serve
from tests.slack.limits import shown_text
from tests.slack.standin import TOKEN, Answer, Client, Slack, no
from tests.world import HOSPITAL_TEAM, World

CHANNEL = "C0FSU"
HERE = Where("slack", HOSPITAL_TEAM, CHANNEL)
ROOT = "Faglig samarbeidsutvalg (FSU): møtet 21. sep. 2026"
HELLO = Message(title="Hei")


@pytest.fixture
def channels(http: aiohttp.ClientSession, slack: Slack, clock: FixedClock) -> SlackChannels:
    workspaces = OneWorkspace.by_token(http, url=slack.api_url, token=TOKEN, clock=clock)
    return SlackChannels(workspaces, SlackMessenger(workspaces))


def in_channel(body: bytes) -> bytes:
    return body.replace(b"channel_id=C-1", f"channel_id={CHANNEL}&channel_name=fsu-moter".encode())


async def last(slack: Slack, background: BackgroundTasks) -> list[dict[str, Any]]:
    await background.drain()
    blocks: list[dict[str, Any]] = slack.last("response_url")["blocks"]
    return blocks


async def test_a_thread_on_slack_from_the_choice_to_a_change(
    small_world: World,
    serve: Serve,
    slack: Slack,
    background: BackgroundTasks,
    clock: FixedClock,
    channels: SlackChannels,
) -> None:
    client: Client = await serve(small_world.database, registry=registry)
    client.user_id = "U-secretary"
    await client.form(in_channel(client.command_body("/mote kanal FSU")))
    await client.press(await last(slack, background), "Bruk #fsu-moter")
    assert "Hvert møte får en tråd." in shown_text(await last(slack, background))
    # Where nobody else reads, there is no channel to choose.
    await client.form(client.command_body("/mote kanal FSU").replace(b"channel_id=C-1", b"channel_id=D-1"))
    assert "Bruk" not in str([each for each in await last(slack, background) if each["type"] == "actions"])

    await put(small_world, "Felles opplæring")
    known = registry()
    worker = Worker(
        small_world.database,
        {"slack": SlackMessenger(channels._workspaces)},
        clock,
        known.chores,
        channels={"slack": channels},
        unposted=known.unposted,
    )
    async with small_world.database.transaction() as session:
        fsu = await session.get_one(Committee, small_world.committees["fsu"])
        fsu.settings = {**fsu.settings, "threads": {"opens": "30d"}}
    await worker.do_chores()
    slack.will_answer("chat.postMessage", Answer(reset=True, done=True))
    assert await worker.post_due() == 1
    clock.forward(timedelta(minutes=6))
    assert await worker.post_due() == 1
    (root,) = slack.conversations[CHANNEL]
    assert ROOT in shown_text(root["blocks"])
    assert slack.made("conversations.history")[-1]["channel"] == CHANNEL

    await change(small_world, Meeting, small_world.meetings["fsu-1"], place="Et annet sted")
    await worker.do_chores()
    clock.forward(timedelta(seconds=1))
    await worker.post_due()
    root, reply = slack.conversations[CHANNEL]
    assert reply["thread_ts"] == root["ts"]
    assert "har fått nytt sted" in shown_text(reply["blocks"])
    assert "Et annet sted" in shown_text(root["blocks"])
    assert "thread:" not in str(slack.conversations[CHANNEL])

    # What one of them presses is answered to them alone, in the thread, and the message stays.
    client.user_id = "U-member"
    container = {"type": "message", "message_ts": root["ts"], "channel_id": CHANNEL, "is_ephemeral": False}
    button = next(each for each in root["blocks"] if each["type"] == "actions")["elements"][0]
    actions = [{"type": "button", "action_id": button["action_id"], "value": button["value"]}]
    await client.form(
        client.interaction_body(
            "block_actions",
            actions=actions,
            container=container,
            message={"ts": root["ts"]},
            response_url=slack.response_url,
        )
    )
    await background.drain()
    answer = slack.last("response_url")
    assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", False)


REFUSED: list[tuple[str, type[SendError], Why | None]] = [
    ("not_in_channel", NotInChannel, Why.NOT_IN),
    ("channel_not_found", NotInChannel, Why.NOT_IN),
    ("is_archived", ChannelArchived, Why.ARCHIVED),
    ("restricted_action", ChannelRestricted, Why.RESTRICTED),
    ("restricted_action_thread_only_channel", ChannelRestricted, Why.RESTRICTED),
    ("missing_scope", Misconfigured, Why.NOT_SET_UP),
    ("token_revoked", Misconfigured, Why.NOT_SET_UP),
    ("thread_not_found", MessageLost, None),
    ("ratelimited", TryLater, None),
    ("something_new", SendError, None),
]


async def test_what_slack_says_of_a_channel(slack: Slack, channels: SlackChannels) -> None:
    for code, error, reason in REFUSED:
        slack.will_answer("chat.postMessage", no(code))
        with pytest.raises(error) as raised:
            await channels.post(HERE, None, {"channel": CHANNEL, "ts": "1.0"}, HELLO)
        assert why(raised.value) == reason, code


async def test_what_stands_there_is_looked_up_unless_the_app_may_not_look(
    slack: Slack, channels: SlackChannels, clock: FixedClock
) -> None:
    root = await channels.post(HERE, None, None, HELLO.model_copy(update={"delivery_key": "root"}))
    reply = await channels.post(HERE, None, root, HELLO.model_copy(update={"delivery_key": "reply"}))
    both, since = ["root", "reply"], clock.now()
    assert await channels.posted(HERE, None, None, both, since) == {"root": root}
    assert await channels.posted(HERE, None, root, both, since) == {"root": root, "reply": reply}
    slack.will_answer("chat.update", no("message_not_found"), no("is_archived"))
    ref = {"channel": CHANNEL, "ts": "1.0"}
    with pytest.raises(MessageLost):
        await channels.change(HERE, None, ref, HELLO)
    with pytest.raises(ChannelArchived):
        await channels.change(HERE, None, ref, HELLO)
    for code in ("missing_scope", "thread_not_found", "not_in_channel"):
        slack.will_answer("conversations.replies", no(code))
        assert await channels.posted(HERE, None, ref, ["key"], clock.now()) == {}
    slack.will_answer("conversations.history", Answer(status=429))
    with pytest.raises(TryLater):
        await channels.posted(HERE, None, None, ["key"], clock.now())
    assert why(Unreachable("removed")) == Why.GONE
