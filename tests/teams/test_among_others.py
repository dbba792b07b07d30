"""Teams where several read: what is said to the bot, and what is not; a welcome once; a card with each reader's own."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.teams.cards import message_card
from bot.teams.manifest import manifest
from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.capability import Capability, SharedCard
from handlers.messages.message import Message
from storage.tables import Account, ChatChannel, Person, SeenRequest
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.everything import registry as sample
from tests.surface import FakeSurface
from tests.teams.client import BOT, Client, buttons, inputs, texts
from tests.teams.conftest import Running, Start
from tests.teams.schema import assert_valid
from tests.teams.standin import Answer, Connector
from tests.world import World

CHANNEL = "19:kanal@thread.tacv2"
BEGUN = ["Meld sak", "Meld avvik"]
CARD = "application/vnd.microsoft.card.adaptive"


@pytest.fixture
def bot(small_world: World, clock: FixedClock) -> Bot:
    return Bot(small_world.database, registry(), clock)


@pytest.fixture(params=["channel", "groupChat"])
def among_others(request: pytest.FixtureRequest, client: Client) -> Client:
    client.kind, client.conversation = request.param, CHANNEL
    return client


async def installs(client: Client, action: str = "add") -> None:
    assert (await client.post(client.activity(type="installationUpdate", action=action)))[0] == 200


async def count(world: World, *tables: type[Any]) -> list[int]:
    async with world.database.reading() as session:
        return [await session.scalar(select(func.count()).select_from(each)) or 0 for each in tables]


# --- with and without mention ------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["hjelp", "sak Noe mellom oss", "/ukjent noe", "<at>Kari</at> sak Noe", ""])
async def test_what_is_not_said_to_the_bot_is_neither_answered_nor_kept(
    among_others: Client, running: Running, connector: Connector, small_world: World, said: str
) -> None:
    """Where an organisation lets the app read all that is said."""
    other = {"id": "29:kari", "name": "Kari"}
    mention = [{"type": "mention", "mentioned": other, "text": "<at>Kari</at>"}] if "<at>" in said else []
    before = await count(small_world, Account, SeenRequest)
    assert await among_others.say(said, entities=mention) == 200
    await running.background.drain()
    assert connector.calls == []
    assert await count(small_world, Account, SeenRequest) == before


@pytest.mark.parametrize(
    "entities",
    [
        [{"type": "mention", "mentioned": BOT, "text": "<at>Sak</at>"}],
        [{"type": "mention", "mentioned": BOT}],
        # An odd shape: what is written tells.
        ["mention"],
    ],
)
async def test_a_mention_is_said_to_the_bot(
    among_others: Client, running: Running, connector: Connector, entities: list[Any]
) -> None:
    assert await among_others.say("<at>Sak</at>&nbsp;mote", entities=entities) == 200
    await running.background.drain()
    assert "Kommende møter" in " ".join(texts(connector.sent[0].card))


async def test_a_command_with_its_slash_is_said_to_the_bot(
    among_others: Client, running: Running, connector: Connector
) -> None:
    assert await among_others.say("/møte", entities=[]) == 200
    await running.background.drain()
    private, line = connector.sent
    assert "Kommende møter" in " ".join(texts(private.card))
    assert line.body["text"] == "Jeg svarer deg i en privat samtale."


# --- a welcome, once ---------------------------------------------------------------------------------------


async def test_a_person_is_welcomed_once_with_what_most_people_come_for(
    client: Client, running: Running, connector: Connector
) -> None:
    await installs(client)
    (welcome,) = connector.sent
    assert "Velkommen! Hva vil du gjøre?" in texts(welcome.card)
    assert [each["title"] for each in buttons(welcome.card)] == BEGUN
    # Told twice, upgraded, taken away and put back.
    for action in ("add", "add-upgrade", "remove", "add"):
        await installs(client, action)
    assert len(connector.sent) == 1
    for number, (label, field) in enumerate([("Meld sak", "title"), ("Meld avvik", "units")], 2):
        await client.press(welcome.card, label)
        assert len(connector.sent) == number
        assert field in inputs(connector.sent[-1].card) or texts(connector.sent[-1].card)


async def test_a_team_and_a_group_are_welcomed_once(
    among_others: Client, running: Running, connector: Connector, small_world: World
) -> None:
    before = await count(small_world, Account, Person)
    for action in ("add", "add", "add-upgrade", "remove", "add"):
        await installs(among_others, action)
        await running.background.drain()
    (welcome,) = connector.sent
    assert welcome.path == "/v3/conversations/19%3Akanal%40thread.tacv2/activities"
    assert [each["title"] for each in buttons(welcome.card)] == BEGUN
    # Nobody is asked about, or met: whoever added it may have done so for others.
    assert await count(small_world, Account, Person) == before
    among_others.conversation = "19:another@thread.tacv2"
    await installs(among_others)
    await running.background.drain()
    assert len(connector.sent) == 2


async def test_a_team_of_strangers_is_not_spoken_to_and_nothing_of_it_is_kept(
    client: Client, running: Running, connector: Connector, small_world: World
) -> None:
    client.kind, client.conversation = "channel", CHANNEL
    known, kept = client.tenant, []
    for client.tenant in ("tenant-of-strangers", known):
        told = client.activity(type="installationUpdate", action="add")
        told["channelData"] = {**told.get("channelData", {}), "team": {"id": CHANNEL, "name": "Et team"}}
        assert (await client.post(told))[0] == 200
        await running.background.drain()
        kept.append((len(connector.calls), *await count(small_world, ChatChannel)))
    assert kept == [(0, 0), (1, 1)]


async def test_a_welcome_that_comes_too_early_is_sent_a_little_later(
    among_others: Client, running: Running, connector: Connector
) -> None:
    connector.busy = "/v3/conversations/19%3Akanal%40thread.tacv2/activities"
    await installs(among_others)
    await running.background.drain()
    assert len(connector.sent) == 1
    among_others.conversation = "19:blocked@thread.tacv2"
    connector.next.append(Answer(status=403))
    await installs(among_others)
    await running.background.drain()
    assert len(connector.sent) == 1


async def test_a_button_in_a_channel_opens_its_form_in_private(
    among_others: Client, running: Running, connector: Connector
) -> None:
    await installs(among_others)
    await running.background.drain()
    (welcome,) = connector.sent
    body = await among_others.press(welcome.card, "Meld sak", "activity-1")
    await running.background.drain()
    assert body["value"] == "Svaret står nederst i samtalen din med meg."
    form = connector.sent[-1]
    assert form.path == "/v3/conversations/private-29%3Acolleague/activities"
    assert "title" in inputs(form.card)


# --- a card that several read ------------------------------------------------------------------------------


async def look(client: Client, card: Mapping[str, Any]) -> Any:
    """What the client asks for when somebody looks at the card."""
    action = card["refresh"]["action"]
    assert "userIds" not in card["refresh"], "all of at most 60 are asked for"
    status, body = await client.post(client.invoke(action, "activity-1"))
    assert status == 200
    return body


async def test_each_reader_sees_what_is_theirs_and_nobody_else_does(
    among_others: Client,
    running: Running,
    connector: Connector,
    small_world: World,
    clock: FixedClock,
    http: aiohttp.ClientSession,
) -> None:
    await propose(FakeSurface(small_world, clock, registry()))
    deputy = Client(http, running.url, connector, "deputy", "a:deputy")
    await deputy.say("mote")
    deputy.kind, deputy.conversation = among_others.kind, CHANNEL
    await installs(among_others)
    await running.background.drain()
    common = connector.sent[-1].card
    sent = len(connector.calls)

    own = (await look(deputy, common))["value"]
    assert "1 sak venter på sekretariatet" in texts(own)
    assert "Bare du ser det som venter på deg." in " ".join(texts(own))
    # Somebody for whom nothing waits, who has not spoken to the bot, or is nobody here, sees what all see.
    people = await count(small_world, Account, Person)
    for stranger in (among_others, Client(http, running.url, connector, "stranger", CHANNEL, among_others.kind)):
        assert (await look(stranger, common))["value"] == common
    among_others.tenant = "tenant-of-strangers"
    assert (await look(among_others, common))["value"] == common
    assert await count(small_world, Account, Person) == people
    assert len(connector.calls) == sent, "nobody is asked, and nothing is shown to the others"


async def test_what_somebody_does_is_shown_to_all_who_read_the_card(
    among_others: Client, running: Running, connector: Connector
) -> None:
    await installs(among_others)
    await running.background.drain()
    common = connector.sent[-1].card
    await among_others.press(common, "Meld sak", "activity-1")
    await running.background.drain()
    (updated,) = connector.updated
    assert updated.path == "/v3/conversations/19%3Akanal%40thread.tacv2/activities/activity-1"
    assert updated.card == common


@pytest.mark.parametrize("data", [{"card": "gone"}, {"card": 7}, {"card": "velkommen", "arguments": "x"}, {}])
async def test_a_card_that_is_gone_or_none_of_ours_is_said_to_be(among_others: Client, data: dict[str, Any]) -> None:
    action = {"type": "Action.Execute", "verb": "refresh", "data": data}
    status, body = await among_others.post(among_others.invoke(action, "activity-1"))
    assert (status, body["type"]) == (200, "application/vnd.microsoft.error")


async def test_a_card_whose_own_view_fails_is_as_all_see_it(
    start: Start, small_world: World, clock: FixedClock, http: aiohttp.ClientSession, connector: Connector
) -> None:
    async def common(*_given: Any) -> Message:
        return Message(title="Felles")

    async def own(*_given: Any) -> Message:
        raise RuntimeError("broken")

    broken = sample(Capability(name="felles", shared_cards=(SharedCard("felles", common, own),)))
    running = await start(Bot(small_world.database, broken, clock))
    client = Client(http, running.url, connector)
    await client.say("vis")
    client.kind, client.conversation = "channel", CHANNEL
    action = {"type": "Action.Execute", "verb": "refresh", "data": {"card": "felles"}}
    _status, body = await client.post(client.invoke(action, "activity-1"))
    assert texts(body["value"]) == ["Felles"]


def test_the_card_that_several_read_is_as_its_schema_says() -> None:
    welcome = registry().welcome
    assert welcome is not None
    assert_valid(message_card(welcome.to_several()))


def test_the_manifest_asks_for_no_reading_of_what_others_say() -> None:
    drawn = manifest(registry(), None, "https://bot.example.org")
    assert "authorization" not in drawn
    assert "ChannelMessage" not in str(drawn)
