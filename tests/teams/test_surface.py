"""Activities through the real route: what people say and press, and what comes of it."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import delete, func, select
from sqlmodel import col

from bot.worker import Worker
from handlers.bot import Bot
from handlers.capability import Command
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.registry import Registry
from handlers.writing.identity import REMOVED
from storage import deliveries
from storage.database import Database
from storage.deliveries import Wish
from storage.tables import Account, Delivery, Draft, Person
from tests.clock import FixedClock
from tests.everything import capability, registry
from tests.identity_numbers import KINDS
from tests.teams.client import Client, buttons, inputs, texts
from tests.teams.conftest import Running, Start
from tests.teams.standin import Answer, Connector
from tests.world import PEOPLE, World

CARD = "application/vnd.microsoft.card.adaptive"
SENTENCE = "application/vnd.microsoft.activity.message"
KEY = "sak:1"


class Extra:
    """Actions and commands besides the sample's, and what they have been through."""

    def __init__(self) -> None:
        self.answered = 0
        self.wait_for: asyncio.Event | None = None

    def registry(self) -> Registry:
        more = capability(
            commands=[Command("vent", "Vent", self.slow), Command("kvittering", "Kvittering", self.receipt)],
            actions={
                "svar": self.answer,
                "ingenting": self.nothing,
                "vent": self.slow,
                "kvittering": self.receipt,
            },
        )
        return registry(more)

    async def answer(self, _context: Context, arguments: Mapping[str, str]) -> Reply:
        self.answered += 1
        return Message(title=f"Svar {arguments.get('id', '')}")

    async def nothing(self, _context: Context, _arguments: Mapping[str, str]) -> Reply:
        return None

    async def slow(self, _context: Context, _arguments: object) -> Reply:
        assert self.wait_for is not None
        await self.wait_for.wait()
        return None

    async def receipt(self, context: Context, given: object) -> Reply:
        message = Message(title="Kvittering", delivery_key=KEY, replace=isinstance(given, dict))
        held_until = context.now + timedelta(minutes=1)
        content = message.model_dump(mode="json")
        wish = Wish(KEY, "item:1", context.actor.person_id, content, context.now, held_until=held_until)
        await deliveries.wish(context.session, [wish])
        return message


@pytest.fixture
def extra() -> Extra:
    return Extra()


@pytest.fixture
def bot(small_world: World, clock: FixedClock, extra: Extra) -> Bot:
    return Bot(small_world.database, extra.registry(), clock)


async def delivery(database: Database) -> Delivery | None:
    async with database.transaction() as session:
        found: Delivery | None = await session.scalar(select(Delivery).where(Delivery.key == KEY))
        return found


async def drafts(database: Database) -> int:
    async with database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(Draft)) or 0


def pressed(client: Client, action: str, **arguments: str) -> dict[str, object]:
    """The invoke of a message's button."""
    data = {"action": action, "arguments": arguments}
    return client.invoke({"type": "Action.Execute", "verb": "press", "data": data}, "activity-9")


# --- what is said ------------------------------------------------------------------------------------------


async def test_a_command_gets_a_form_in_the_chat(client: Client, connector: Connector) -> None:
    assert await client.say("alt Hei du") == 200
    (sent,) = connector.sent
    assert sent.path == "/v3/conversations/a%3Apersonal/activities"
    assert inputs(sent.card)["line"]["value"] == "Hei du"
    assert sent.body["summary"] == "Alt på én gang"
    assert sent.body["recipient"] == {"id": "29:colleague", "aadObjectId": "aad-colleague"}
    assert sent.body["conversation"] == {"id": "a:personal", "tenantId": "tenant-municipality"}
    assert "Authorization" not in sent.headers


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("alt Hei du", []),
        ("/alt Hei du", []),
        ("  ÅLT\u00a0Hei du ", []),
        ("<at>Sak</at> alt Hei du", [{"type": "mention", "text": "<at>Sak</at>", "mentioned": {"id": "28:bot"}}]),
        ("<at>Sak</at>&nbsp;/alt Hei du", [{"type": "mention", "text": "<at>Sak</at>", "mentioned": {"id": "28:bot"}}]),
        ("alt Hei&nbsp;du", []),
        (
            "alt Hei <at>du</at>",
            [{"type": "clientInfo"}, {"type": "mention", "text": "<at>du</at>", "mentioned": {"id": "29:du"}}],
        ),
    ],
)
async def test_a_command_is_understood_however_it_is_written(
    client: Client, connector: Connector, text: str, entities: list[dict[str, object]]
) -> None:
    assert await client.say(text, entities=entities) == 200
    assert inputs(connector.sent[0].card)["line"]["value"] == "Hei du"


async def test_what_teams_escapes_is_read_as_it_was_written(client: Client, connector: Connector) -> None:
    await client.say("alt Kost &amp; losji &lt;b&gt; &copy; &notat")
    assert inputs(connector.sent[0].card)["line"]["value"] == "Kost & losji <b> &copy; &notat"


@pytest.mark.parametrize("text", ["", "hva?", None])
async def test_whatever_else_is_said_gets_help(client: Client, connector: Connector, text: str | None) -> None:
    status, _body = await client.post(client.activity(text=text))
    assert status == 200
    assert texts(connector.sent[0].card)[0] == "Hjelp"


IMAGE = {"contentType": "image/png", "contentUrl": "https://example.org/bilde"}
DOCUMENT = {"contentType": "application/vnd.microsoft.teams.file.download.info", "name": "fil.docx", "content": {}}
HTML = {"contentType": "text/html", "content": "<p>vis</p>"}


@pytest.mark.parametrize(
    ("text", "attachments", "remark"),
    [
        ("vis", [HTML, IMAGE], "Filen tok jeg ikke imot"),
        ("alt Hei", [DOCUMENT, IMAGE], "Filene tok jeg ikke imot"),
        ("", [IMAGE], "Filen tok jeg ikke imot"),
        ("vis", [HTML, {"contentType": "messageReference"}, {}], ""),
    ],
)
async def test_the_words_are_taken_and_it_is_said_that_files_are_not(
    client: Client, connector: Connector, text: str, attachments: list[object], remark: str
) -> None:
    assert await client.say(text, attachments=attachments) == 200
    (sent,) = connector.sent
    assert ("tok jeg ikke imot" in str(sent.card)) == bool(remark)
    assert remark in str(sent.card)


async def test_who_speaks_is_known_by_the_address_that_the_tenant_vouches_for(
    client: Client, connector: Connector, small_world: World
) -> None:
    await client.say("hjelp")
    await client.say("hjelp")
    assert len(connector.of("GET")) == 1
    async with small_world.database.transaction() as session:
        account = await session.scalar(select(Account).where(Account.surface == "teams"))
    assert account is not None
    assert account.person_id == small_world.people["colleague"]
    assert (account.workspace, account.user_id) == ("tenant-municipality", "aad-colleague")
    assert account.reach == {
        "service_url": connector.url,
        "conversation_id": "a:personal",
        "bot_id": "28:bot",
        "bot_name": "Sak",
        "user_id": "29:colleague",
        "aad_id": "aad-colleague",
        "tenant_id": "tenant-municipality",
        "channel_id": "msteams",
    }


async def test_a_service_that_moved_is_learnt_for_those_who_have_not_written_since(
    world: World, clock: FixedClock, start: Start, http: aiohttp.ClientSession, connector: Connector
) -> None:
    running = await start(Bot(world.database, registry(), clock))
    await Client(http, running.url, connector, name="deputy", conversation="a:deputy").say("hjelp")
    clock.forward(timedelta(hours=2))
    await Client(http, running.url, connector, name="nurse", conversation="a:nurse").say("hjelp")
    client = Client(http, running.url, connector)
    await client.say("hjelp")
    moved = connector.url + "elsewhere/"
    await client.say("hjelp", serviceUrl=moved)
    async with world.database.transaction() as session:
        accounts = (await session.scalars(select(Account).where(Account.surface == "teams"))).all()
        person = {account.user_id: account.person_id for account in accounts}["aad-deputy"]
        content = Message(title="Til deg").model_dump(mode="json")
        await deliveries.wish(session, [Wish("k", "s", person, content, clock.now())])
    urls = {account.user_id: account.reach["service_url"] for account in accounts}
    assert urls == {"aad-deputy": moved, "aad-nurse": connector.url, "aad-colleague": moved}
    await Worker(world.database, {"teams": running.surface.messenger}, clock).deliver_due()
    assert connector.calls[-1].path == "/elsewhere/v3/conversations/a%3Adeputy/activities"


async def test_the_address_is_fresh_after_each_activity(
    client: Client, connector: Connector, small_world: World
) -> None:
    await client.say("hjelp")
    moved = connector.url + "elsewhere/"
    await client.say("hjelp", serviceUrl=moved)
    async with small_world.database.transaction() as session:
        account = await session.scalar(select(Account).where(Account.surface == "teams"))
    assert account is not None
    assert account.reach["service_url"] == moved


@pytest.mark.parametrize("tenant", ["tenant-of-strangers", None])
async def test_an_unknown_tenant_is_refused_politely(
    client: Client, connector: Connector, small_world: World, tenant: str | None
) -> None:
    client.tenant = tenant
    assert await client.say("alt") == 200
    (said,) = texts(connector.sent[0].card)
    assert "Jeg er bare for virksomhetene i dette helsefellesskapet" in said
    async with small_world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Account).where(Account.surface == "teams")) == 0


async def test_nobody_is_taken_for_somebody_while_teams_does_not_say_who_it_is(
    client: Client, connector: Connector, small_world: World
) -> None:
    connector.next.append(Answer(status=503))
    assert await client.say("alt") == 200
    (answer,) = texts(connector.sent[0].card)
    assert "Jeg får ikke slått opp hvem du er i Teams akkurat nå" in answer
    assert "prøv igjen" in answer
    async with small_world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Person)) == len(PEOPLE)


async def test_a_message_that_teams_sends_again_has_one_effect(
    client: Client, connector: Connector, small_world: World
) -> None:
    activity = client.activity(text="alt Hei")
    assert (await client.post(activity))[0] == 200
    assert (await client.post(activity))[0] == 200
    assert (await client.post({**activity, "id": "another-id"}))[0] == 200
    assert len(connector.sent) == 1
    assert await drafts(small_world.database) == 1


async def test_the_same_words_said_again_are_a_new_message(client: Client, connector: Connector) -> None:
    await client.say("vis")
    await client.say("vis")
    assert len(connector.sent) == 2


async def test_two_messages_without_a_time_are_told_apart_by_their_ids(client: Client, connector: Connector) -> None:
    for identity in ("a", "b", "b"):
        await client.say("vis", timestamp=None, localTimestamp=None, id=identity)
    assert len(connector.sent) == 2


@pytest.mark.parametrize(
    "kind", ["messageReaction", "conversationUpdate", "typing", "event", "endOfConversation", "new"]
)
async def test_what_is_nothing_to_answer_is_taken_quietly(client: Client, connector: Connector, kind: str) -> None:
    status, _body = await client.post(
        client.activity(type=kind, membersAdded=[{"id": "28:bot"}], reactionsAdded=[{"type": "like"}])
    )
    assert status == 200
    assert connector.calls == []


@pytest.mark.parametrize("who", [{"id": "28:bot", "name": "Sak"}, {"id": "28:another"}, {"id": "x", "role": "bot"}])
@pytest.mark.parametrize("kind", ["personal", "channel"])
async def test_what_the_bot_or_another_program_wrote_is_answered_nowhere(
    client: Client, connector: Connector, who: dict[str, str], kind: str
) -> None:
    place = {"id": "a:conversation", "conversationType": kind, "tenantId": "tenant"}
    assert await client.say("alt Hei du", **{"from": who, "conversation": place}) == 200
    assert connector.calls == []


async def test_whoever_installs_the_bot_is_greeted_and_can_be_reached(
    client: Client, connector: Connector, small_world: World
) -> None:
    await client.post(client.activity(type="installationUpdate", action="add"))
    assert texts(connector.sent[0].card) == ["Hjelp"]
    async with small_world.database.transaction() as session:
        account = await session.scalar(select(Account).where(Account.surface == "teams"))
    assert account is not None
    assert account.reach["conversation_id"] == "a:personal"
    await client.post(client.activity(type="installationUpdate", action="remove"))
    await client.post(client.activity(type="installationUpdate", action="add-upgrade"))
    client.kind = "channel"
    await client.post(client.activity(type="installationUpdate", action="add"))
    assert len(connector.sent) == 1


async def test_what_waited_comes_after_the_greeting(
    client: Client, connector: Connector, small_world: World, clock: FixedClock, running: Running
) -> None:
    """Somebody who could not be reached until they installed the app."""
    person_id = small_world.people[client.name]
    async with small_world.database.transaction() as session:
        await session.execute(delete(Account).where(col(Account.person_id) == person_id))
        content = Message(title="Har ventet").model_dump(mode="json")
        await deliveries.wish(session, [Wish("waited", "item:1", person_id, content, clock.now())])
    connector.members.clear()
    worker = Worker(small_world.database, {"teams": running.surface.messenger}, clock)
    await worker.deliver_due()
    assert connector.sent == []
    client.__post_init__()
    await client.post(client.activity(type="installationUpdate", action="add"))
    # The worker is quick, and the greeting slow: still nothing comes before it.
    await worker.deliver_due()
    assert [texts(sent.card) for sent in connector.sent] == [["Hjelp"]]
    clock.forward(timedelta(seconds=6))
    await worker.deliver_due()
    assert [texts(sent.card) for sent in connector.sent] == [["Hjelp"], ["Har ventet"]]


CLIENT_INFO = {"type": "clientInfo", "locale": "en-GB", "country": "NO", "platform": "Web"}


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        ({"locale": "nn-NO"}, "nn"),
        ({"locale": "nb-NO", "entities": [CLIENT_INFO]}, "nb"),
        ({"entities": [CLIENT_INFO]}, "en"),
        ({"entities": [{**CLIENT_INFO, "locale": 7}]}, "nb"),
        ({}, "nb"),
    ],
)
@pytest.mark.parametrize("kind", ["message", "installationUpdate"])
async def test_somebody_new_is_spoken_to_in_the_language_of_their_teams(
    client: Client, small_world: World, said: dict[str, object], spoken: str, kind: str
) -> None:
    more = {"text": "vis"} if kind == "message" else {"action": "add"}
    await client.post(client.activity(type=kind, **more, **said))
    async with small_world.database.transaction() as session:
        found = await session.scalar(select(Person.language).where(Person.id == small_world.people[client.name]))
    assert found == spoken


# --- forms -------------------------------------------------------------------------------------------------


async def test_a_form_is_walked_in_place_to_its_end(client: Client, connector: Connector) -> None:
    await client.say("alt Hei du")
    body = await client.press(connector.sent[0].card, "Neste", line="Hei du", one="a", some="a,c", agreed="true")
    assert body["type"] == CARD
    assert "Litt til" in texts(body["value"])
    body = await client.press(body["value"], "Se over", more="mer")
    assert "Hei du" in texts(body["value"])
    body = await client.press(body["value"], "Send inn")
    assert texts(body["value"]) == ["Takk", "Hei du"]
    assert len(connector.sent) == 1
    # The response is this client's only: the message itself follows, before it.
    assert [update.path for update in connector.updated] == ["/v3/conversations/a%3Apersonal/activities/activity-1"] * 3
    assert texts(connector.updated[-1].card) == ["Takk", "Hei du"]


async def test_errors_draw_the_form_again_with_what_was_typed(client: Client, connector: Connector) -> None:
    await client.say("alt")
    long = "x" * 3_001
    body = await client.press(connector.sent[0].card, "Neste", line=long, number="tjue", one="a", some="a,c")
    card = body["value"]
    assert inputs(card)["line"]["value"] == long
    assert inputs(card)["number"]["value"] == "tjue"
    assert inputs(card)["some"]["value"] == "a,c"
    assert any("3001 tegn" in said for said in texts(card))


async def test_a_field_that_is_emptied_is_empty(client: Client, connector: Connector) -> None:
    await client.say("alt Hei")
    body = await client.press(connector.sent[0].card, "Neste", lines="noe", some="a")
    assert inputs(body["value"])["lines"]["value"] == "noe"
    body = await client.press(body["value"], "Neste")
    assert "value" not in inputs(body["value"])["lines"]
    assert "value" not in inputs(body["value"])["some"]


async def test_going_back_keeps_what_was_typed(client: Client, connector: Connector) -> None:
    await client.say("alt Hei")
    body = await client.press(connector.sent[0].card, "Neste", line="Hei", one="a")
    back = await client.press(body["value"], "Tilbake", more="halvferdig")
    assert inputs(back["value"])["line"]["value"] == "Hei"
    again = await client.press(back["value"], "Neste", line="Hei", one="a")
    assert inputs(again["value"])["more"]["value"] == "halvferdig"


async def test_a_submission_that_is_sent_again_shows_the_same(client: Client, connector: Connector) -> None:
    await client.say("alt Hei")
    body = await client.press(connector.sent[0].card, "Neste", line="Hei", one="a")
    body = await client.press(body["value"], "Se over", more="mer")
    last = body["value"]
    assert await client.press(last, "Send inn") == await client.press(last, "Send inn")


async def test_a_search_draws_the_form_again_with_what_was_found(client: Client, connector: Connector) -> None:
    await client.say("alt")
    data = {"line": "Hei", "found.query": "nummer 17", "found": "3"}
    search = [each for each in buttons(connector.sent[0].card) if each["data"].get("field") == "found"]
    status, body = await client.post(client.invoke({**search[0], "data": {**search[0]["data"], **data}}, "activity-1"))
    assert status == 200
    card = body["value"]
    assert inputs(card)["line"]["value"] == "Hei"
    assert inputs(card)["found.query"]["value"] == "nummer 17"
    values = [each["value"] for each in inputs(card)["found"]["choices"]]
    assert values == ["3", "17", "117", *(str(number) for number in range(170, 180)), "217"]
    assert inputs(card)["found"]["value"] == "3"
    body = await client.press(card, "Neste", line="Hei", one="a", found="3,171")
    assert "Litt til" in texts(body["value"])


async def test_a_name_that_was_typed_and_not_chosen_is_searched_for(client: Client, connector: Connector) -> None:
    await client.say("alt")
    card = connector.sent[0].card
    typed = {"line": "Hei", "one": "a", "found.query": "nummer 17"}
    card = (await client.press(card, "Neste", **typed))["value"]
    assert "⚠ «nummer 17» passer på flere. Velg blant treffene, eller tøm søkefeltet." in texts(card)
    assert "13 treff." in texts(card)
    assert inputs(card)["found.query"]["value"] == "nummer 17"
    assert "171" in [each["value"] for each in inputs(card)["found"]["choices"]]
    card = (await client.press(card, "Neste", **{**typed, "found.query": "Kari"}))["value"]
    assert "⚠ Ingen treff på «Kari». Prøv et annet ord, eller tøm søkefeltet." in texts(card)
    assert inputs(card)["found.query"]["value"] == "Kari"
    card = (await client.press(card, "Neste", **{**typed, "found.query": "nummer 117"}))["value"]
    assert "Litt til" in texts(card)
    card = (await client.press(card, "Tilbake"))["value"]
    assert inputs(card)["found"]["value"] == "117"


async def test_a_search_in_a_second_field_keeps_what_the_first_one_showed(client: Client, connector: Connector) -> None:
    await client.say("alt")
    card = connector.sent[0].card
    filled = {"searched.query": "nummer 17", "found.query": ""}
    for field in ("searched", "found"):
        filled[f"{field}.query"] = "nummer 17"
        search = next(each for each in buttons(card) if each["data"].get("field") == field)
        data = {**search["data"], **{name: value for name, value in filled.items() if value}}
        _status, body = await client.post(client.invoke({**search, "data": data}, "activity-1"))
        card = body["value"]
        filled["searched"] = "171"
    assert inputs(card)["searched"]["value"] == "171"
    for field in ("searched", "found"):
        assert "175" in [each["value"] for each in inputs(card)[field]["choices"]]
        assert inputs(card)[f"{field}.query"]["value"] == "nummer 17"


async def test_an_identity_number_that_was_searched_for_is_not_in_the_card(
    client: Client, connector: Connector
) -> None:
    number = KINDS["fødselsnummer"](random.Random(22))
    await client.say("alt")
    search = next(each for each in buttons(connector.sent[0].card) if each["data"].get("field") == "found")
    data = {**search["data"], "found.query": f"nummer {number}"}
    _status, body = await client.post(client.invoke({**search, "data": data}, "activity-1"))
    assert inputs(body["value"])["found.query"]["value"] == f"nummer {REMOVED}"
    assert number not in str([call.body for call in connector.calls])


async def test_a_form_in_other_hands_opens_nothing(
    client: Client, connector: Connector, http: aiohttp.ClientSession
) -> None:
    await client.say("alt Hemmelig")
    card = connector.sent[0].card
    other = Client(http, client.url, connector, name="deputy", conversation="a:other")
    body = await other.press(card, "Neste", line="Mitt")
    assert texts(body["value"])[0].startswith("⚠ Dette skjemaet hører til en annen.")
    assert "Mitt" in texts(body["value"])
    assert buttons(body["value"]) == []
    # The form stays where it was, in both conversations.
    assert connector.updated == []


async def test_a_form_that_is_gone_says_so_and_shows_what_was_typed(
    client: Client, connector: Connector, clock: FixedClock
) -> None:
    await client.say("alt Hei")
    clock.forward(timedelta(days=15))
    body = await client.press(connector.sent[0].card, "Neste", line="Hei du")
    assert texts(body["value"]) == [
        "⚠ Skjemaet er ikke lenger åpent. Skriv kommandoen på nytt, så får du et nytt.",
        "Dette hadde du skrevet:",
        "Hei du",
    ]


@pytest.fixture
async def hasty(small_world: World, clock: FixedClock) -> AsyncIterator[tuple[Bot, str]]:
    """A bot that does not wait for a locked database, and the file to lock."""
    database = Database(str(small_world.database.url), patience=0.01)
    yield Bot(database, registry(), clock), str(small_world.database.url.database)
    await database.close()


async def test_a_locked_database_loses_nothing(
    start: Start, hasty: tuple[Bot, str], http: aiohttp.ClientSession, connector: Connector
) -> None:
    bot, file = hasty
    running = await start(bot)
    client = Client(http, running.url, connector)
    await client.say("alt Hei")
    lock = sqlite3.connect(file)
    lock.execute("BEGIN EXCLUSIVE")
    body = await client.press(connector.sent[0].card, "Neste", line="Viktig", one="a", some="a,b")
    assert texts(body["value"])[0].startswith("⚠ Jeg får ikke lagret akkurat nå.")
    assert "Viktig" in texts(body["value"])
    status, pressed_meanwhile = await client.post(pressed(client, "gjor", id="1"))
    assert status == 200
    assert pressed_meanwhile["type"] == SENTENCE
    lock.rollback()
    lock.close()
    body = await client.press(body["value"], "Prøv igjen")
    assert "Litt til" in texts(body["value"])
    body = await client.press(body["value"], "Se over", more="mer")
    assert "Viktig" in texts(body["value"])


# --- buttons -----------------------------------------------------------------------------------------------


async def test_a_button_replaces_its_message(client: Client, connector: Connector) -> None:
    status, body = await client.post(pressed(client, "gjor", id="7"))
    assert status == 200
    assert (body["type"], texts(body["value"])) == (CARD, ["Gjort 7"])
    assert connector.sent == []
    (update,) = connector.updated
    assert update.path.endswith("/activities/activity-9")
    assert update.body["summary"] == "Gjort 7"


async def test_a_form_from_a_button_is_a_message_of_its_own(client: Client, connector: Connector) -> None:
    _status, body = await client.post(pressed(client, "skjema", id="7"))
    assert (body["type"], body["value"]) == (SENTENCE, "Svaret står nederst i samtalen din med meg.")
    assert "Spør om mer" in texts(connector.sent[0].card)
    assert connector.updated == []
    body = await client.press(connector.sent[0].card, "Send", question="Hvorfor?")
    assert texts(body["value"]) == ["Spurt", "Hvorfor?"]


async def test_an_answer_to_a_button_stands_below(client: Client, connector: Connector) -> None:
    _status, body = await client.post(pressed(client, "svar", id="1"))
    assert body["value"] == "Svaret står nederst i samtalen din med meg."
    assert texts(connector.sent[0].card) == ["Svar 1"]


async def test_a_button_with_nothing_to_say_is_acknowledged(client: Client, connector: Connector) -> None:
    await client.say("hjelp")
    _status, body = await client.post(pressed(client, "ingenting"))
    assert body == {"statusCode": 200, "type": SENTENCE, "value": "Greit."}


async def test_a_press_that_is_sent_again_has_one_effect_and_an_answer(
    client: Client, connector: Connector, extra: Extra
) -> None:
    activity = pressed(client, "svar", id="1")
    await client.post(activity)
    status, body = await client.post({**activity, "id": "another"})
    assert status == 200
    assert body == {"statusCode": 200, "type": SENTENCE, "value": "Dette er gjort fra før."}
    assert extra.answered == 1
    assert len(connector.sent) == 1


async def test_a_button_of_before_gets_help(client: Client, connector: Connector) -> None:
    await client.post(pressed(client, "fjernet"))
    assert texts(connector.sent[0].card)[0] == "Hjelp"


# --- deliveries --------------------------------------------------------------------------------------------


async def test_a_receipt_that_was_shown_is_known_where_it_stands(
    client: Client, running: Running, small_world: World
) -> None:
    await client.say("kvittering")
    await running.background.drain()
    found = await delivery(small_world.database)
    assert found is not None
    assert found.status == "sent"
    assert found.ref == {"conversation_id": "a:personal", "activity_id": "activity-1"}


async def test_a_receipt_in_place_is_where_the_button_was(client: Client, running: Running, small_world: World) -> None:
    await client.post(pressed(client, "kvittering", id="1"))
    await running.background.drain()
    found = await delivery(small_world.database)
    assert found is not None
    assert found.ref == {"conversation_id": "a:personal", "activity_id": "activity-9"}


async def test_a_receipt_is_reported_even_when_there_is_much_to_do(
    start: Start, bot: Bot, http: aiohttp.ClientSession, connector: Connector, small_world: World
) -> None:
    running = await start(bot, limit=0)
    await Client(http, running.url, connector).say("kvittering")
    found = await delivery(small_world.database)
    assert found is not None
    assert found.status == "sent"


@pytest.mark.parametrize("answer", [Answer(status=429, headers={"Retry-After": "1"}), Answer(status=500)])
async def test_a_receipt_that_was_not_shown_is_left_to_the_worker(
    client: Client, running: Running, connector: Connector, small_world: World, clock: FixedClock, answer: Answer
) -> None:
    await client.say("hjelp")
    connector.next.append(answer)
    await client.say("kvittering")
    await running.background.drain()
    found = await delivery(small_world.database)
    assert found is not None
    assert (found.status, found.ref) == ("pending", None)
    assert len(connector.sent) == 1
    assert running.slept == []
    # One that may have come is not in a hurry.
    assert found.uncertain == int(answer.status == 500)
    wait = timedelta(minutes=5) if answer.status == 500 else timedelta(seconds=1)
    assert found.due_at == clock.now() + wait


async def test_a_receipt_that_does_not_stay_in_place_is_left_to_the_worker(
    client: Client, running: Running, connector: Connector, small_world: World
) -> None:
    await client.say("hjelp")
    connector.next.append(Answer(status=502))
    _status, body = await client.post(pressed(client, "kvittering", id="1"))
    assert texts(body["value"]) == ["Kvittering"]
    await running.background.drain()
    found = await delivery(small_world.database)
    assert found is not None
    assert found.ref is None


# --- trouble at the other end ------------------------------------------------------------------------------


async def test_an_answer_that_takes_too_long_is_a_friendly_one(
    start: Start, bot: Bot, extra: Extra, http: aiohttp.ClientSession, connector: Connector
) -> None:
    extra.wait_for = asyncio.Event()
    running = await start(bot, answer_seconds=0.5)
    client = Client(http, running.url, connector)
    assert await client.say("vent") == 200
    assert texts(connector.sent[0].card) == ["Det tar lengre tid enn det skal. Vent litt, og prøv igjen."]
    _status, body = await client.post(pressed(client, "vent"))
    assert body["value"] == "Det tar lengre tid enn det skal. Vent litt, og prøv igjen."
