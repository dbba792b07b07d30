"""Whatever somebody asks for in a channel or a group, the others there read nothing of it."""

from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.worker import Worker
from handlers.bot import Bot
from handlers.capability import Command
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.registry import Registry
from storage.tables import Account, Draft
from tests.clock import FixedClock
from tests.everything import capability, registry
from tests.teams.client import Client, inputs, texts
from tests.teams.conftest import Running, Start
from tests.teams.standin import Answer, Call, Connector
from tests.world import World

CHANNEL = "19:kanal@thread.tacv2;messageid=1"
NEUTRAL = {
    "Jeg svarer deg i en privat samtale.",
    "Jeg får ikke startet en privat samtale med deg herfra. Finn meg under Apper i Teams, og skriv det samme til meg "
    "der.",
    "Jeg svarer deg i en privat samtale. Det kan ta litt tid akkurat nå.",
    "Jeg har et svar til deg, men Teams lar meg ikke skrive til deg alene. Finn meg under Apper i Teams, og skriv noe "
    "til meg der, så kommer det.",
    "Det er mye å gjøre akkurat nå. Vent litt, og prøv igjen.",
}
CARD = "application/vnd.microsoft.card.adaptive"
SENTENCE = "application/vnd.microsoft.activity.message"
BELOW = "Svaret står nederst i samtalen din med meg."


def registry_with_more() -> Registry:
    async def answer(_context: Context, given: object) -> Reply:
        return Message(title="Hemmelig svar", text=str(given))

    async def nothing(_context: Context, _given: object) -> Reply:
        return None

    commands = [Command("ingenting", "Ingenting", nothing)]
    return registry(capability(commands=commands, actions={"svar": answer, "ingenting": nothing}))


@pytest.fixture
def bot(small_world: World, clock: FixedClock) -> Bot:
    return Bot(small_world.database, registry_with_more(), clock)


@pytest.fixture(params=["channel", "groupChat"])
def among_others(request: pytest.FixtureRequest, client: Client) -> Client:
    """Somebody of the municipality, in a channel or a group where the bot is."""
    client.kind, client.conversation = request.param, CHANNEL
    return client


def read_by_others(connector: Connector) -> list[Call]:
    """All that was sent or changed outside the private conversation."""
    written = [*connector.of("POST", "/activities"), *connector.updated]
    return [call for call in written if not call.path.startswith("/v3/conversations/private-")]


def pressed(client: Client, action: str, **arguments: str) -> dict[str, object]:
    """The invoke of a message's button, on a card that somebody passed on."""
    data = {"action": action, "arguments": arguments}
    return client.invoke({"type": "Action.Execute", "verb": "press", "data": data}, "activity-9")


# --- what is said ------------------------------------------------------------------------------------------


async def test_a_form_opens_in_the_private_conversation(
    among_others: Client, connector: Connector, small_world: World
) -> None:
    assert await among_others.say("alt Hei") == 200
    private, line = await connector.wait_for_sent(2)
    assert private.path == "/v3/conversations/private-29%3Acolleague/activities"
    assert inputs(private.card)["line"]["value"] == "Hei"
    assert line.path == "/v3/conversations/19%3Akanal%40thread.tacv2%3Bmessageid%3D1/activities"
    assert line.body["text"] == "Jeg svarer deg i en privat samtale."
    (opened,) = connector.of("POST", "/v3/conversations")
    assert opened.body["members"] == [{"id": "29:colleague"}]
    assert opened.body["tenantId"] == "tenant-municipality"
    async with small_world.database.transaction() as session:
        account = await session.scalar(select(Account).where(Account.surface == "teams"))
    assert account is not None
    assert account.reach["conversation_id"] == "private-29:colleague"


@pytest.mark.parametrize("text", ["alt En hemmelig sak", "vis", "ukjent hemmelig ord", "ingenting"])
async def test_what_the_others_read_says_nothing_of_it(
    among_others: Client, running: Running, connector: Connector, text: str
) -> None:
    await among_others.say(text)
    await running.background.drain()
    lines = read_by_others(connector)
    assert {line.body["text"] for line in lines} <= NEUTRAL
    assert all("attachments" not in line.body for line in lines)


async def test_a_group_is_told_when_there_is_no_private_conversation(
    among_others: Client, running: Running, connector: Connector, small_world: World
) -> None:
    connector.next.append(Answer(status=403, code="ForbiddenOperationException"))
    await among_others.say("alt En hemmelig sak")
    await running.background.drain()
    (line,) = connector.sent
    assert line.body["text"] in NEUTRAL
    assert "skriv det samme til meg der" in line.body["text"]
    async with small_world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Draft)) == 0


async def test_a_private_conversation_that_takes_no_answer_is_told_of_and_loses_nothing(
    among_others: Client, running: Running, connector: Connector, small_world: World
) -> None:
    await among_others.say("hjelp")
    await running.background.drain()
    connector.refuses = "/v3/conversations/private-29%3Acolleague/activities"
    await among_others.say("alt En hemmelig sak")
    await running.background.drain()
    assert "skriv noe til meg der, så kommer det" in connector.sent[-1].body["text"]
    assert {line.body["text"] for line in read_by_others(connector)} <= NEUTRAL
    async with small_world.database.transaction() as session:
        draft = await session.scalar(select(Draft))
    assert draft is not None
    assert draft.answers["line"] == "En hemmelig sak"


async def test_an_answer_that_comes_later_comes_in_private_too(
    among_others: Client, running: Running, connector: Connector, small_world: World, clock: FixedClock
) -> None:
    await among_others.say("hjelp")
    await running.background.drain()
    connector.busy = "/v3/conversations/private-29%3Acolleague/activities"
    await among_others.say("vis")
    await connector.wait_for_sent(3)
    await running.background.drain()
    clock.forward(timedelta(seconds=5))
    await Worker(small_world.database, {"teams": running.surface.messenger}, clock).deliver_due()
    sent = connector.sent
    assert [call.path for call in sent].count("/v3/conversations/private-29%3Acolleague/activities") == 2
    assert [line.body["text"] for line in read_by_others(connector)] == [
        "Jeg svarer deg i en privat samtale.",
        "Jeg svarer deg i en privat samtale. Det kan ta litt tid akkurat nå.",
    ]


async def test_a_message_in_a_channel_that_is_sent_again_is_answered_once(
    among_others: Client, running: Running, connector: Connector
) -> None:
    activity = among_others.activity(text="/vis")
    await among_others.post(activity)
    await connector.wait_for_sent(2)
    await among_others.post({**activity, "id": "another"})
    await running.background.drain()
    assert len(connector.sent) == 2


async def test_too_much_to_do_is_said(
    start: Start, bot: Bot, http: aiohttp.ClientSession, connector: Connector
) -> None:
    running = await start(bot, limit=0)
    client = Client(http, running.url, connector, kind="channel")
    assert await client.say("vis") == 200
    (line,) = connector.sent
    assert line.body["text"] in NEUTRAL


# --- cards that somebody passed on -------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["svar", "gjor", "skjema", "fjernet"])
async def test_what_a_button_leads_to_comes_in_private(
    among_others: Client, running: Running, connector: Connector, action: str
) -> None:
    status, body = await among_others.post(pressed(among_others, action, id="1"))
    await running.background.drain()
    assert status == 200
    assert body == {"statusCode": 200, "type": SENTENCE, "value": BELOW}
    assert read_by_others(connector) == []
    assert connector.sent[-1].path == "/v3/conversations/private-29%3Acolleague/activities"


async def test_a_button_with_nothing_to_say_is_acknowledged(among_others: Client, connector: Connector) -> None:
    _status, body = await among_others.post(pressed(among_others, "ingenting"))
    assert body["value"] == "Greit."
    assert connector.sent == []


async def test_a_form_that_was_passed_on_goes_on_in_private(
    client: Client, connector: Connector, running: Running
) -> None:
    await client.say("alt Hei")
    card = connector.sent[0].card
    client.kind, client.conversation = "groupChat", CHANNEL
    body = await client.press(card, "Neste", line="Hemmelig", one="a")
    assert (body["type"], body["value"]) == (SENTENCE, BELOW)
    assert "Litt til" in texts(connector.sent[-1].card)
    assert connector.sent[-1].path == "/v3/conversations/private-29%3Acolleague/activities"
    assert connector.updated == []


async def test_nothing_is_done_where_it_cannot_be_answered(among_others: Client, connector: Connector) -> None:
    connector.next.append(Answer(status=403, code="ForbiddenOperationException"))
    _status, body = await among_others.post(pressed(among_others, "svar", id="1"))
    assert body["type"] == SENTENCE
    assert "skriv det samme til meg der" in body["value"]
    assert connector.sent == []


async def test_what_was_typed_is_shown_to_whoever_typed_it(
    client: Client, connector: Connector, small_world: World
) -> None:
    await client.say("alt Hei")
    card = connector.sent[0].card
    client.kind, client.conversation = "groupChat", CHANNEL
    connector.next.append(Answer(status=403, code="ForbiddenOperationException"))
    body = await client.press(card, "Neste", line="Hemmelig", one="a")
    assert body["type"] == CARD
    assert "skriv det samme til meg der" in texts(body["value"])[0]
    assert "Hemmelig" in texts(body["value"])
    assert read_by_others(connector) == [connector.sent[0]], "the form, where the person is alone with the bot"


async def test_an_answer_that_does_not_come_through_is_told(among_others: Client, connector: Connector) -> None:
    await among_others.post(pressed(among_others, "ingenting"))
    connector.refuses = "/v3/conversations/private-29%3Acolleague/activities"
    _status, body = await among_others.post(pressed(among_others, "svar", id="1"))
    assert body["value"].startswith("Hemmelig svar. Teams lar meg ikke skrive til deg alene. Finn meg under Apper")
    assert read_by_others(connector) == []
