"""The beginning of a thread on Teams: whoever comes to the meeting sees their answer and how to join, and nobody else
does."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import update
from sqlmodel import col

from bot.slack.blocks import message_blocks
from bot.teams.cards import message_card
from handlers.messages.message import Message, Shared
from storage.tables import Meeting
from tests.clock import FixedClock
from tests.deviations.tools import Tools, tools
from tests.meetings.threads.scene import Scene
from tests.teams.client import Client, buttons, texts
from tests.teams.schema import assert_valid
from tests.world import World

URL = "https://meet.example.org/fsu"
CHANNEL = "19:kanal@thread.tacv2"


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    async with small_world.database.transaction() as session:
        mine = col(Meeting.id) == small_world.meetings["fsu-1"]
        await session.execute(update(Meeting).where(mine).values(join_url=URL))
    async with tools(small_world, clock) as running:
        yield running


@pytest.fixture
async def beginning(both: Tools) -> Message:
    """Of the thread of the meeting, as it was posted."""
    scene = Scene(both.world, both.clock)
    shown = await scene.speak_in("secretary", "mote kanal FSU")
    await scene.surface.press("secretary", shown, "Bruk #fsu-moter")
    await scene.go_on(timedelta(days=6, minutes=1))
    return scene.thread()[0]


async def look(http: aiohttp.ClientSession, client: Client, card: dict[str, Any]) -> dict[str, Any]:
    client.kind, client.conversation = "channel", CHANNEL
    _status, body = await client.post(client.invoke(card["refresh"]["action"], "activity-1"))
    value: dict[str, Any] = body["value"]
    return value


async def test_whoever_comes_sees_their_answer_and_how_to_join(both: Tools, beginning: Message) -> None:
    card = message_card(beginning)
    assert "https://meet" not in str(card), "anybody may read the thread"
    colleague, outsider = both.on_teams("colleague"), both.on_teams("carer")
    for each in (colleague, outsider):
        await each.writes("mote")
    own = await look(both.http, colleague.client, card)
    assert "Ikke svart" in " ".join(texts(own))
    assert {"Kommer", "Forfall", "Stedfortreder"} <= {each["title"] for each in buttons(own)}
    assert URL in str(own)
    assert_valid(own)
    assert await look(both.http, outsider.client, card) == card
    # The answer is read the next time; of the others nobody sees it.
    await colleague.client.press(own, "Kommer", "activity-1")
    await both.settled()
    again = await look(both.http, colleague.client, card)
    assert "Svaret ditt: Kommer" in "".join(texts(again))
    assert await look(both.http, outsider.client, card) == card


def test_on_slack_it_is_as_all_read_it() -> None:
    message = Message(title="Møtet", text="Felles")
    shared = message.model_copy(update={"shared": Shared(name="motetrad.mote", arguments={"meeting": "1"})})
    assert message_blocks(shared) == message_blocks(message)
