"""A committee's channel on Teams: chosen in it, and a thread there, through the real surface."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.delivering.channels import NotMet, why
from bot.messenger import MessageLost, Unreachable
from bot.teams.channels import TeamsChannels
from bot.worker import Worker
from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.messages.unposted import Why
from storage import threads
from storage.tables import Meeting
from storage.threads import Where
from tests.clock import FixedClock
from tests.meetings.convocation.steps import change, put
from tests.teams.client import Client, texts
from tests.teams.conftest import Start
from tests.teams.standin import Answer, Connector
from tests.world import MUNICIPALITY_TENANT, World

CHANNEL = "19:fsu@thread.tacv2"
HERE = Where("teams", MUNICIPALITY_TENANT, CHANNEL)
IN_CHANNEL = {
    "tenant": {"id": MUNICIPALITY_TENANT},
    "team": {"id": "19:team@thread.tacv2", "name": "Eksempelteamet"},
    "channel": {"id": CHANNEL, "name": "FSU"},
}
HELLO = Message(title="Hei")


def quoted(conversation: str) -> str:
    return conversation.replace(":", "%3A").replace("@", "%40").replace(";", "%3B").replace("=", "%3D")


async def test_a_thread_on_teams_from_the_choice_to_a_change(
    small_world: World, start: Start, http: aiohttp.ClientSession, connector: Connector, clock: FixedClock
) -> None:
    known = registry()
    running = await start(Bot(small_world.database, known, clock))
    client = Client(http, running.url, connector, name="deputy", conversation=f"{CHANNEL};messageid=1", kind="channel")
    await client.say("mote kanal FSU", channelData=IN_CHANNEL)
    await running.background.drain()
    card = next(call.card for call in reversed(connector.sent) if call.body.get("attachments"))
    assert "Ingen kanal er valgt." in texts(card)
    # It is chosen where nobody else reads.
    client.conversation, client.kind = "private-29:deputy", "personal"
    assert "Bruk Eksempelteamet › FSU" in str(card)
    await client.press(card, "Bruk kanalen")

    await put(small_world, "Felles opplæring")
    worker = Worker(
        small_world.database,
        {"teams": running.surface.messenger},
        clock,
        known.chores,
        channels={"teams": running.surface.channels},
        unposted=known.unposted,
    )
    clock.forward(timedelta(days=7))
    await worker.do_chores()
    assert await worker.post_due() == 1
    begun = connector.calls[-1]
    assert begun.path == "/v3/conversations"
    assert begun.body["channelData"]["channel"] == {"id": CHANNEL}
    root = begun.body["activity"]["attachments"][0]["content"]
    assert "Faglig samarbeidsutvalg (FSU): møtet 21. sep. 2026" in texts(root)

    await change(small_world, Meeting, small_world.meetings["fsu-1"], place="Et annet sted")
    await worker.do_chores()
    clock.forward(timedelta(seconds=1))
    assert await worker.post_due() == 1
    changed, reply = connector.calls[-2:]
    # After the private conversation, the second one that was made.
    thread = f"{CHANNEL};messageid=root-{len([each for each in connector.calls if each.path == '/v3/conversations'])}"
    assert changed.method == "PUT"
    assert changed.path.startswith(f"/v3/conversations/{quoted(thread)}/activities/root-")
    assert reply.path == f"/v3/conversations/{quoted(thread)}/activities"
    assert "Møtet i Faglig samarbeidsutvalg (FSU) har fått nytt sted" in texts(reply.card)
    assert {"Vis møtet"} <= {each["title"] for each in _actions(root)}


def _actions(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [action for part in card["body"] for action in part.get("actions", [])]


async def test_how_a_channel_is_reached_that_nobody_has_spoken_in(
    small_world: World, start: Start, http: aiohttp.ClientSession, connector: Connector, clock: FixedClock
) -> None:
    running = await start(Bot(small_world.database, registry(), clock))
    async with small_world.database.transaction() as session:
        assert await threads.reach(session, HERE) is None
    with pytest.raises(NotMet) as raised:
        await running.surface.channels.post(HERE, None, None, HELLO)
    assert why(raised.value) == Why.NOT_MET
    # Somebody writes to the bot in private: from then on it is known where their tenant is.
    client = Client(http, running.url, connector)
    await client.say("hjelp")
    async with small_world.database.transaction() as session:
        reach = await threads.reach(session, HERE)
    ref = await running.surface.channels.post(HERE, reach, None, HELLO)
    assert ref["conversation_id"].startswith(f"{CHANNEL};messageid=")
    # Added to the team, its channel is known by itself, and kept once.
    client.conversation, client.kind = CHANNEL, "channel"
    added = client.activity(type="installationUpdate", action="add-upgrade", channelData=IN_CHANNEL)
    await client.post(added)
    await client.post(added)
    async with small_world.database.transaction() as session:
        assert await threads.name_of(session, HERE) == "Eksempelteamet › FSU"


async def test_what_teams_says_of_a_thread_that_is_gone(
    start: Start, small_world: World, connector: Connector, clock: FixedClock
) -> None:
    running = await start(Bot(small_world.database, registry(), clock))
    channels: TeamsChannels = running.surface.channels
    reach = {
        "service_url": connector.url,
        "bot_id": "28:bot",
        "bot_name": "Sak",
        "tenant_id": MUNICIPALITY_TENANT,
        "channel_id": "msteams",
    }
    ref = {"conversation_id": f"{CHANNEL};messageid=1", "activity_id": "1"}
    connector.next.append(Answer(404))
    with pytest.raises(MessageLost):
        await channels.change(HERE, reach, ref, HELLO)
    connector.next.append(Answer(404, "ConversationNotFound"))
    with pytest.raises(MessageLost):
        await channels.post(HERE, reach, ref, HELLO)
    connector.next.append(Answer(403, "BotNotInConversationRoster"))
    with pytest.raises(Unreachable):
        await channels.post(HERE, reach, ref, HELLO)
    with pytest.raises(MessageLost):
        await channels.change(HERE, reach, {**ref, "activity_id": ""}, HELLO)
    assert await channels.posted(HERE, reach, ref, ["key"], clock.now()) == {}
