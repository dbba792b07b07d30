"""The secretariat sends a convocation on Teams, however many cases there are."""

import json

import aiohttp
import pytest

from bot.teams.cards import message_card
from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.messages.message import Message
from tests.clock import FixedClock
from tests.meetings.convocation import steps
from tests.teams.client import Client, texts
from tests.teams.conftest import Start
from tests.teams.standin import Connector
from tests.world import World

_MOST = 28 * 1024
"""Bytes that a message may have on Teams."""


@pytest.fixture
async def secretary(
    small_world: World, clock: FixedClock, start: Start, http: aiohttp.ClientSession, connector: Connector
) -> Client:
    running = await start(Bot(small_world.database, registry(), clock))
    return Client(http, running.url, connector, name="deputy")


async def test_it_is_sent_from_the_meetings_page(
    secretary: Client, connector: Connector, small_world: World, clock: FixedClock
) -> None:
    for number in range(1, 61):
        await steps.put(small_world, f"Sak {number} " + "med en lang tittel " * 12, number)
    await secretary.say("saksliste FSU 21.9.")
    body = await secretary.press(connector.sent[-1].card, "Send innkalling")
    cards = [connector.sent[-1].card, *(update.card for update in connector.updated), body.get("value")]
    asked = next(card for card in cards if card and "Innkallingen er klar til å sendes" in texts(card))
    body = await secretary.press(asked, "Send innkallingen")
    cards = [connector.sent[-1].card, *(update.card for update in connector.updated), body.get("value")]
    assert any(card and "Innkallingen er sendt" in texts(card) for card in cards)
    surface = steps.surface_with_links(small_world, clock)
    shown = await steps.convocation(surface, "colleague")
    assert shown is not None
    card = message_card(Message.model_validate(shown.model_dump()))
    assert len(json.dumps(card).encode()) <= _MOST
