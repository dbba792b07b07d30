"""An action in a message's menu: the dialog it opens, from the message to the receipt."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from handlers.bot import Bot
from handlers.capability import Shortcut
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Button, Message
from handlers.people.context import Context
from handlers.registry import Registry
from storage import deliveries
from storage.database import Database
from storage.deliveries import Wish
from storage.tables import Account, Delivery, Draft
from tests.clock import FixedClock
from tests.everything import capability, registry
from tests.teams.client import Client, in_dialog, inputs, parts, texts
from tests.teams.conftest import Running, Start
from tests.teams.schema import assert_valid
from tests.teams.standin import Answer, Connector
from tests.world import World

SAID = '<p>Hei <at id="0">Eksempel Kollega</at>, epikrisen mangler &amp; ingen svarer</p>'
READ = "Hei, epikrisen mangler & ingen svarer"


class Extra:
    """Shortcuts besides the sample's, and what they have been through."""

    def __init__(self) -> None:
        self.pressed = 0
        self.wait_for: asyncio.Event | None = None

    def registry(self) -> Registry:
        more = [
            Shortcut(name, name.title(), name.title(), run)
            for name, run in (("vent", self.slow), ("kvittering", self.receipt), ("ingenting", self.nothing))
        ]
        return registry(capability(actions={"tell": self.count}, shortcuts=more))

    async def count(self, _context: Context, _arguments: Mapping[str, str]) -> Reply:
        self.pressed += 1
        return Message(title=f"Trykket {self.pressed}")

    async def slow(self, _context: Context, _text: str) -> Reply:
        assert self.wait_for is not None
        await self.wait_for.wait()
        return None

    async def nothing(self, _context: Context, _text: str) -> Reply:
        return None

    async def receipt(self, context: Context, text: str) -> Reply:
        """As a dialog's end: it also comes to stay."""
        button = Button(label="Tell", action="tell")
        message = Message(title="Kvittering", text=text, small="Liten skrift", buttons=(button,), delivery_key="k:1")
        assert context.lasting is False
        content = message.model_dump(mode="json")
        await deliveries.wish(context.session, [Wish("k:1", "item:1", context.actor.person_id, content, context.now)])
        return message


@pytest.fixture
def extra() -> Extra:
    return Extra()


@pytest.fixture
def bot(small_world: World, clock: FixedClock, extra: Extra) -> Bot:
    return Bot(small_world.database, extra.registry(), clock)


@pytest.fixture(params=["personal", "channel", "groupChat"])
def somebody(request: pytest.FixtureRequest, client: Client) -> Client:
    """Somebody of the municipality, wherever the message stands."""
    if request.param != "personal":
        client.kind, client.conversation = request.param, "19:kanal@thread.tacv2;messageid=1"
    return client


async def walked(client: Client, card: dict[str, Any]) -> dict[str, Any]:
    card = await client.submit(card, "Neste", line="Min sak", lines=inputs(card)["lines"]["value"], one="a", some="a,c")
    assert "Litt til" in texts(card)
    card = await client.submit(card, "Se over", more="mer")
    assert "Min sak" in texts(card)
    return await client.submit(card, "Send inn")


# --- the whole way -----------------------------------------------------------------------------------------


async def test_the_dialog_is_walked_from_the_message_to_the_receipt(
    somebody: Client, connector: Connector, small_world: World
) -> None:
    card = await somebody.open_dialog("merk", SAID)
    assert_valid(card)
    assert inputs(card)["lines"]["value"] == READ
    assert "Kollega" not in json.dumps(card, ensure_ascii=False)
    assert texts(await walked(somebody, card)) == ["Takk", "Min sak"]
    assert connector.sent == connector.updated == [], "nothing where others read it, nor below"
    async with small_world.database.transaction() as session:
        draft = await session.scalar(select(Draft))
    assert draft is not None
    # What was sent is where it was sent to, and nowhere else.
    assert (draft.status, draft.answers) == ("submitted", {})


@pytest.mark.parametrize("where", ["compose", "commandBox"])
async def test_one_without_a_message_opens_the_empty_dialog(somebody: Client, connector: Connector, where: str) -> None:
    card = await somebody.begin("nytt", where)
    assert_valid(card)
    assert inputs(card)["lines"].get("value") is None
    walk = await somebody.submit(card, "Neste", line="Min sak", one="a", some="a,c")
    assert "Litt til" in texts(walk)
    assert connector.sent == connector.updated == []


async def test_what_names_no_action_is_not_understood(client: Client) -> None:
    value = {"commandContext": "compose", "requestId": "r1"}
    answer = await client.post(client.activity(type="invoke", name="composeExtension/fetchTask", value=value))
    assert texts(in_dialog(answer)) == ["Dette kjenner jeg ikke igjen. Lukk vinduet, og prøv på nytt fra menyen."]


async def test_whoever_uses_it_can_be_reached_from_then_on(
    somebody: Client, connector: Connector, small_world: World
) -> None:
    await somebody.open_dialog("merk", SAID)
    async with small_world.database.transaction() as session:
        account = await session.scalar(select(Account).where(Account.surface == "teams"))
    assert account is not None
    assert account.person_id == small_world.people["colleague"]
    # A conversation that looks personal may be one of two people: it is not taken for the person's own with the bot.
    assert account.reach["conversation_id"] == "private-29:colleague"


async def test_going_on_does_not_forget_where_they_are_reached(client: Client, small_world: World) -> None:
    await client.say("hjelp")
    client.kind, client.conversation = "groupChat", "19:gruppe@thread.v2"
    await walked(client, await client.open_dialog("merk", SAID))
    async with small_world.database.transaction() as session:
        account = await session.scalar(select(Account).where(Account.surface == "teams"))
    assert account is not None
    assert account.reach["conversation_id"] == "private-29:colleague"


async def test_errors_and_going_back_keep_what_was_typed(somebody: Client) -> None:
    card = await somebody.open_dialog("merk", SAID)
    card = await somebody.submit(card, "Neste", line="x" * 300, lines=READ, one="a")
    assert any("300 tegn" in said for said in texts(card))
    assert inputs(card)["lines"]["value"] == READ
    card = await somebody.submit(card, "Neste", line="Kort", lines=READ, one="a")
    card = await somebody.submit(card, "Tilbake", more="halvt")
    assert inputs(card)["line"]["value"] == "Kort"


async def test_searching_in_a_dialog(client: Client) -> None:
    card = await client.open_dialog("merk", SAID)
    (field,) = [part["data"]["field"] for part in parts(card) if part.get("title") == "Søk"][-1:]
    activity = client.submitted(card, "Søk", line="Hei")
    activity["value"]["data"].update({"field": field, f"{field}.query": "nummer 17"})
    card = in_dialog(await client.post(activity))
    assert "17" in [choice["value"] for choice in inputs(card)[field]["choices"]]
    assert inputs(card)["line"]["value"] == "Hei"


async def test_a_closed_dialog_is_offered_again_in_the_chat(client: Client, connector: Connector) -> None:
    card = await client.open_dialog("merk", SAID)
    await client.submit(card, "Neste", line="Halvferdig", lines=READ, one="a")
    await client.say("alt")
    assert "Fortsett der du slapp?" in texts(connector.sent[0].card)
    assert "Halvferdig" in texts(connector.sent[0].card)
    card = await client.open_dialog("merk", "<p>En annen</p>")
    assert "Fortsett der du slapp?" in texts(card)
    card = await client.submit(card, "Begynn på nytt med den")
    assert inputs(card)["lines"]["value"] == "En annen"


async def test_in_a_dialog_the_person_says_which_text_it_is_to_be(client: Client, connector: Connector) -> None:
    card = await client.open_dialog("merk", SAID)
    await client.submit(card, "Neste", line="Halvferdig", lines=READ, one="a")
    card = await client.open_dialog("merk", "<p>En annen</p>")
    shown = " ".join(texts(card))
    assert "Halvferdig" in shown
    assert "En annen" in shown
    card = await client.submit(card, "Bruk den nye teksten")
    await client.say("alt")
    assert "Halvferdig" in texts(connector.sent[-1].card)
    assert "En annen" in texts(connector.sent[-1].card)
    assert READ not in texts(connector.sent[-1].card)


# --- what the message says ---------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [None, "", "<p></p>", '<at id="0">Eksempel Kollega</at>'])
async def test_a_message_without_words_opens_an_empty_form(client: Client, content: str | None) -> None:
    assert "value" not in inputs(await client.open_dialog("merk", content))["lines"]


async def test_of_a_message_that_was_deleted_nothing_comes_along(client: Client) -> None:
    """A client may show it for a moment longer."""
    for gone in ({"deletedDateTime": "2026-09-01T08:00:00Z"}, {"deleted": True}):
        assert "value" not in inputs(await client.open_dialog("merk", SAID, **gone))["lines"]


async def test_a_long_message_is_kept_whole(client: Client, small_world: World) -> None:
    card = await client.open_dialog("merk", f"<p>{'x' * 5000}</p>")
    assert inputs(card)["lines"]["value"] == "x" * 5000
    card = await client.submit(card, "Neste", line="Hei", lines="x" * 5000, one="a")
    assert any("5000 tegn" in said for said in texts(card))


async def test_a_message_of_twenty_thousand_characters_is_set_aside_and_kept(client: Client) -> None:
    card = await client.open_dialog("merk", f"<p>{'æ' * 20_000}</p>")
    assert "value" not in inputs(card)["lines"]
    assert any("er tatt vare på" in said for said in texts(card))
    card = await client.submit(card, "Neste", line="Hei", one="a")
    assert any("20000 tegn" in said for said in texts(card))


# --- messages in a dialog ----------------------------------------------------------------------------------


async def test_what_is_no_form_is_shown_in_the_dialog(somebody: Client, connector: Connector) -> None:
    card = await somebody.open_dialog("les", SAID)
    assert texts(card) == ["Meldingen", READ]
    assert connector.sent == []


async def test_a_receipt_says_that_it_also_comes_to_stay(
    somebody: Client, running: Running, small_world: World
) -> None:
    card = await somebody.open_dialog("kvittering", SAID)
    assert texts(card) == [
        "Kvittering",
        READ,
        "Liten skrift\nDette kommer også i samtalen din med meg, så du finner det igjen.",
    ]
    assert [part for part in parts(card) if part["type"] == "Action.Submit"] == []
    await running.background.drain()
    async with small_world.database.transaction() as session:
        (found,) = (await session.scalars(select(Delivery))).all()
    assert (found.status, found.ref) == ("pending", None), "the worker sends it to where they are reached"


async def test_a_button_on_a_message_in_a_dialog_leads_on_in_it(client: Client, extra: Extra) -> None:
    data = {"verb": "press", "action": "tell", "arguments": {}}
    card = {"type": "AdaptiveCard", "body": [{"type": "Action.Submit", "title": "Tell", "data": data}]}
    activity = client.submitted(card, "Tell")
    assert texts(in_dialog(await client.post(activity))) == ["Trykket 1"]
    assert texts(in_dialog(await client.post({**activity, "id": "another"}))) == ["Dette er gjort fra før."]
    assert extra.pressed == 1


async def test_a_shortcut_with_nothing_to_say_is_acknowledged(client: Client) -> None:
    assert texts(await client.open_dialog("ingenting", SAID)) == ["Greit."]


async def test_a_shortcut_that_is_no_more_gets_the_help(client: Client) -> None:
    assert texts(await client.open_dialog("fjernet", SAID)) == ["Hjelp"]


# --- trouble -----------------------------------------------------------------------------------------------


async def test_a_submission_that_is_sent_again_shows_the_same(client: Client, small_world: World) -> None:
    card = await client.open_dialog("merk", SAID)
    card = await client.submit(card, "Neste", line="Hei", one="a")
    card = await client.submit(card, "Se over", more="mer")
    last = client.submitted(card, "Send inn")
    assert await client.post(last) == await client.post({**last, "id": "another"})
    async with small_world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Draft)) == 1


async def test_somebody_new_without_a_private_conversation_is_told_what_to_do(
    client: Client, connector: Connector
) -> None:
    client.kind, client.conversation = "groupChat", "19:gruppe@thread.v2"
    connector.next += [Answer(status=403), Answer(status=403)]
    card = await client.open_dialog("merk", SAID)
    assert texts(card) == ["Jeg kjenner deg ikke ennå. Finn meg under Apper i Teams, og skriv til meg der først."]


async def test_somebody_known_needs_no_private_conversation(client: Client, connector: Connector) -> None:
    await client.say("hjelp")
    client.kind, client.conversation = "groupChat", "19:gruppe@thread.v2"
    connector.next.append(Answer(status=403))
    assert inputs(await client.open_dialog("merk", SAID))["lines"]["value"] == READ


async def test_somebody_new_in_a_conversation_where_the_bot_is(client: Client, connector: Connector) -> None:
    client.kind, client.conversation = "groupChat", "19:gruppe@thread.v2"
    connector.next.append(Answer(status=403))
    assert inputs(await client.open_dialog("merk", SAID))["lines"]["value"] == READ


async def test_an_unknown_tenant_is_refused_politely(client: Client) -> None:
    client.tenant = "tenant-of-strangers"
    (said,) = texts(await client.open_dialog("merk", SAID))
    assert "Jeg er bare for virksomhetene i dette helsefellesskapet" in said


async def test_a_form_in_other_hands_opens_nothing(
    client: Client, connector: Connector, http: aiohttp.ClientSession
) -> None:
    card = await client.open_dialog("merk", "<p>Hemmelig</p>")
    other = Client(http, client.url, connector, name="deputy", conversation="a:other")
    shown = texts(await other.submit(card, "Neste", line="Mitt"))
    assert shown[0].startswith("⚠ Dette skjemaet hører til en annen.")
    assert "Mitt" in shown
    assert "Hemmelig" not in " ".join(shown)


async def test_a_form_that_is_gone_says_so_and_shows_what_was_typed(client: Client, clock: FixedClock) -> None:
    card = await client.open_dialog("merk", SAID)
    clock.forward(timedelta(days=15))
    shown = texts(await client.submit(card, "Neste", line="Hei du"))
    assert "ikke lenger åpent" in shown[0]
    assert "Hei du" in shown


async def test_a_dialog_that_takes_too_long_is_answered_before_teams_gives_up(
    start: Start, bot: Bot, extra: Extra, http: aiohttp.ClientSession, connector: Connector
) -> None:
    extra.wait_for = asyncio.Event()
    running = await start(bot, dialog_seconds=0.2)
    client = Client(http, running.url, connector)
    shown = texts(await client.open_dialog("vent", SAID))
    assert shown == ["Det tar lengre tid enn det skal. Vent litt, og prøv igjen."]


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
    client = Client(http, (await start(bot)).url, connector)
    card = await client.open_dialog("merk", SAID)
    lock = sqlite3.connect(file)
    lock.execute("BEGIN EXCLUSIVE")
    card = await client.submit(card, "Neste", line="Viktig", lines=READ, one="a")
    assert texts(card)[0].startswith("⚠ Jeg får ikke lagret akkurat nå.")
    assert "Viktig" in texts(card)
    lock.rollback()
    lock.close()
    assert "Litt til" in texts(await client.submit(card, "Prøv igjen"))


async def test_nothing_of_the_message_is_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    card = await client.open_dialog("merk", "<p>hemmelig</p>")
    await client.submit(card, "Neste", line="hemmelig", one="a")
    logged = [record.getMessage() for record in caplog.records]
    assert "hemmelig" not in "\n".join(logged)
