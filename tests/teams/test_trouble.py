"""Replies that do not come through: none is lost, and what is said meanwhile is true. Each kind of trouble in each
place where somebody gets an answer."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.worker import Worker
from handlers.bot import Bot
from handlers.capability import Command
from handlers.dialogs.dialog import Reply
from handlers.dialogs.held import Do
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.registry import Registry
from storage.tables import Delivery
from tests.clock import FixedClock
from tests.everything import capability, registry
from tests.teams.client import Client, buttons, inputs, texts
from tests.teams.conftest import Running, Start
from tests.teams.standin import Answer, Connector
from tests.world import World

PRIVATE = "/v3/conversations/private-29%3Acolleague/activities"
CHANNEL = "19:kanal@thread.tacv2;messageid=1"

BUSY = [Answer(429, headers={"Retry-After": "7"}), Answer(412), Answer(502), Answer(504)]
PERHAPS = [Answer(500), Answer(503), Answer(408), Answer(hang_up=True)]
REFUSED = [Answer(401)]
CLOSED = [Answer(403, "MessageWritesBlocked"), Answer(404, "ConversationNotFound")]
NEVER = [Answer(413, "MessageSizeTooBig"), Answer(400, "BadArgument")]
PASSING = [*BUSY, *PERHAPS, *REFUSED]


def named(answer: Answer) -> str:
    return "hang up" if answer.hang_up else str(answer.status)


def all_of(answers: list[Answer]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("answer", answers, ids=named)


class Decisions:
    """An action that decides something, and how often it did."""

    def __init__(self) -> None:
        self.made = 0

    def registry(self) -> Registry:
        commands = [Command("beslutt", "Beslutt", self.decide)]
        return registry(capability(commands=commands, actions={"beslutt": self.decide}))

    async def decide(self, _context: Context, _given: object) -> Reply:
        self.made += 1
        return Message(title="Saken er satt på sakslisten")


@pytest.fixture
def decisions() -> Decisions:
    return Decisions()


@pytest.fixture
def bot(small_world: World, clock: FixedClock, decisions: Decisions) -> Bot:
    return Bot(small_world.database, decisions.registry(), clock)


@pytest.fixture
async def known(client: Client, running: Running, connector: Connector) -> Client:
    """Somebody who has written before; what was sent to them then is forgotten."""
    await client.say("hjelp")
    await running.background.drain()
    connector.calls.clear()
    return client


@pytest.fixture
def worker(small_world: World, running: Running, clock: FixedClock) -> Worker:
    return Worker(small_world.database, {"teams": running.surface.messenger}, clock)


async def held(world: World) -> list[Delivery]:
    async with world.database.transaction() as session:
        return list((await session.scalars(select(Delivery).order_by(col(Delivery.id)))).all())


def fail(connector: Connector, answer: Answer) -> None:
    """The next send fails so. A token is refused twice, since it is tried with a new one."""
    connector.next += [answer] * (1 + (answer.status == 401))


def pressed(client: Client, action: str, **arguments: str) -> dict[str, Any]:
    data = {"action": action, "arguments": arguments}
    return client.invoke({"type": "Action.Execute", "verb": "press", "data": data}, "activity-9")


# --- a message to the bot alone ----------------------------------------------------------------------------


@all_of(PASSING)
async def test_a_reply_that_did_not_come_through_is_brought_by_the_worker(
    known: Client, running: Running, connector: Connector, small_world: World, clock: FixedClock, worker: Worker,
    answer: Answer,
) -> None:  # fmt: skip
    fail(connector, answer)
    assert await known.say("vis") == 200
    await running.background.drain()
    assert connector.sent == []
    (row,) = await held(small_world)
    assert (row.status, row.uncertain) == ("pending", int(answer in PERHAPS))
    wait = row.due_at - clock.now()
    if answer in PERHAPS:
        assert wait == timedelta(minutes=5), "it may have arrived: not in a hurry"
    elif answer.headers:
        assert wait == timedelta(seconds=7)
    else:
        assert wait <= timedelta(seconds=5)
    clock.forward(wait - timedelta(seconds=1))
    assert await worker.deliver_due() == 0
    clock.forward(timedelta(seconds=1))
    assert await worker.deliver_due() == 1
    (sent,) = connector.sent
    assert "Første linje\nAndre linje _med_ tegn" in texts(sent.card)
    assert sent.path == "/v3/conversations/a%3Apersonal/activities"
    assert [each.status for each in await held(small_world)] == ["sent"]


async def test_once_more_with_a_new_token_and_nobody_notices(
    known: Client, running: Running, connector: Connector, small_world: World
) -> None:
    connector.next.append(Answer(401))
    await known.say("vis")
    assert len(connector.sent) == 1
    assert await held(small_world) == []


@all_of(PASSING)
async def test_a_form_that_did_not_come_through_is_opened_from_a_message(
    known: Client, running: Running, connector: Connector, clock: FixedClock, worker: Worker, answer: Answer
) -> None:
    fail(connector, answer)
    await known.say("alt Felles opplæring")
    await running.background.drain()
    clock.forward(timedelta(minutes=5))
    await worker.deliver_due()
    (sent,) = connector.sent
    assert texts(sent.card)[0] == "Alt på én gang"
    assert "kom ikke fram med en gang" in texts(sent.card)[1]
    await known.press(sent.card, "Åpne skjemaet", reply_to="activity-1")
    assert inputs(connector.sent[-1].card)["line"]["value"] == "Felles opplæring"


async def test_the_question_whether_to_go_on_is_asked_later_too(
    known: Client, running: Running, connector: Connector, clock: FixedClock, worker: Worker
) -> None:
    await known.say("alt Det første")
    await known.press(connector.sent[0].card, "Neste", line="Det første", one="")
    connector.next.append(Answer(503))
    await known.say("alt Noe annet")
    await running.background.drain()
    clock.forward(timedelta(minutes=5))
    await worker.deliver_due()
    card = connector.sent[-1].card
    labels = ["Fortsett med utkastet", "Bruk den nye teksten", "Begynn på nytt med den"]
    assert [button["title"] for button in buttons(card)] == labels
    await known.press(card, "Begynn på nytt med den", reply_to="activity-1")
    assert inputs(connector.sent[-1].card)["line"]["value"] == "Noe annet"


async def test_a_form_that_was_held_is_opened_by_its_person_only(
    known: Client, connector: Connector, http: aiohttp.ClientSession
) -> None:
    await known.say("alt Hemmelig")
    token = buttons(connector.sent[0].card)[0]["data"]["token"]
    other = Client(http, known.url, connector, name="deputy", conversation="a:other")
    for given in ({"token": token}, {"token": "tull"}, {}):
        _status, body = await other.post(pressed(other, Do.OPEN, **given))
        assert body["statusCode"] == 200
        assert "Hemmelig" not in str(connector.sent[-1].card)
    assert "hører til en annen" in texts(connector.sent[-3].card)[0]
    assert "ikke lenger åpent" in texts(connector.sent[-1].card)[0]


@all_of([*PASSING, *CLOSED])
async def test_the_same_message_sent_again_is_held_once(
    known: Client, running: Running, connector: Connector, small_world: World, answer: Answer
) -> None:
    activity = known.activity(text="vis")
    fail(connector, answer)
    await known.post(activity)
    fail(connector, answer)
    await known.post({**activity, "id": "another"})
    await running.background.drain()
    assert len(await held(small_world)) == 1


@all_of(CLOSED)
async def test_whoever_has_closed_the_door_gets_the_reply_when_they_write_again(
    known: Client, running: Running, connector: Connector, small_world: World, clock: FixedClock, worker: Worker,
    answer: Answer,
) -> None:  # fmt: skip
    fail(connector, answer)
    await known.say("vis")
    await running.background.drain()
    (row,) = await held(small_world)
    assert row.status == "waiting"
    await known.say("hjelp")
    await worker.deliver_due()
    assert len(connector.sent) == 2


@all_of(NEVER)
async def test_what_teams_never_takes_is_told_with_a_reference_that_the_log_has(
    known: Client, connector: Connector, small_world: World, caplog: pytest.LogCaptureFixture, answer: Answer
) -> None:
    fail(connector, answer)
    await known.say("vis")
    (line,) = connector.sent
    assert line.body["text"].startswith("Svaret lot seg ikke vise i Teams.")
    (error,) = [record for record in caplog.records if record.levelname == "ERROR"]
    reference = error.getMessage().split()[-1]
    assert f"referansen {reference} til" in line.body["text"]
    assert await held(small_world) == [], "trying it 60 times makes it no better"


async def test_a_stranger_is_told_a_little_later(
    client: Client, running: Running, connector: Connector, small_world: World
) -> None:
    """Nothing can be written down for somebody that nobody knows."""
    client.tenant = "tenant-of-strangers"
    # Who it is, is asked first, and once more when it is to be written down.
    connector.next += [Answer(200), Answer(429, headers={"Retry-After": "0.5"}), Answer(200), Answer(502)]
    assert await client.say("vis") == 200
    await running.background.drain()
    assert running.slept == [0.5, 2.0]
    assert "arbeidsområdet ditt er ikke blant dem" in texts(connector.sent[-1].card)[0]
    late = Answer(429, headers={"Retry-After": "3600"})
    connector.next += [Answer(200), late, Answer(200), *[late] * 9]
    await client.say("vis")
    await running.background.drain()
    assert running.slept[2:] == [30.0] * 3, "and not for ever"


@all_of([*PASSING, *CLOSED])
async def test_a_greeting_that_did_not_come_through_is_kept(
    client: Client, running: Running, connector: Connector, small_world: World, answer: Answer
) -> None:
    connector.next.append(Answer(200))
    fail(connector, answer)
    status, _body = await client.post(client.activity(type="installationUpdate", action="add"))
    assert status == 200
    await running.background.drain()
    (row,) = await held(small_world)
    assert row.message["title"] == "Hjelp"


# --- a line in a channel -----------------------------------------------------------------------------------


@pytest.fixture(params=["channel", "groupChat"])
def among_others(request: pytest.FixtureRequest, known: Client) -> Client:
    known.kind, known.conversation = request.param, CHANNEL
    return known


def lines(connector: Connector) -> list[str]:
    """What the others read."""
    return [call.body["text"] for call in connector.sent if not call.path.startswith("/v3/conversations/private-")]


@all_of(PASSING)
async def test_a_channel_is_told_that_the_answer_takes_a_while(
    among_others: Client, running: Running, connector: Connector, decisions: Decisions, clock: FixedClock,
    worker: Worker, answer: Answer,
) -> None:  # fmt: skip
    connector.next.append(Answer(200))
    fail(connector, answer)
    await among_others.say("beslutt")
    await running.background.drain()
    assert lines(connector) == ["Jeg svarer deg i en privat samtale. Det kan ta litt tid akkurat nå."]
    clock.forward(timedelta(minutes=5))
    await worker.deliver_due()
    assert connector.sent[-1].path == PRIVATE
    assert texts(connector.sent[-1].card) == ["Saken er satt på sakslisten"]
    assert decisions.made == 1


@all_of(PASSING)
async def test_a_private_conversation_that_is_late_is_waited_for(
    among_others: Client, running: Running, connector: Connector, decisions: Decisions, answer: Answer
) -> None:
    fail(connector, answer)
    await among_others.say("beslutt")
    await running.background.drain()
    said = lines(connector)
    if answer.status == 401:
        assert said == ["Teams svarer meg ikke akkurat nå, så jeg har ikke gjort noe med dette. Prøv igjen om litt."]
        assert decisions.made == 0
    else:
        assert said == ["Jeg svarer deg i en privat samtale."]
        assert decisions.made == 1


@all_of([*BUSY, *PERHAPS])
async def test_a_private_conversation_that_does_not_come_is_said_to_be_late_and_nothing_is_done(
    among_others: Client, running: Running, connector: Connector, decisions: Decisions, answer: Answer
) -> None:
    connector.next += [answer] * 4
    await among_others.say("beslutt")
    await running.background.drain()
    (said,) = lines(connector)
    assert said == "Teams svarer meg ikke akkurat nå, så jeg har ikke gjort noe med dette. Prøv igjen om litt."
    assert decisions.made == 0


@all_of(CLOSED)
async def test_somebody_without_the_app_is_told_how_to_meet(
    among_others: Client, running: Running, connector: Connector, decisions: Decisions, answer: Answer
) -> None:
    connector.next.append(answer)
    await among_others.say("beslutt")
    await running.background.drain()
    (said,) = lines(connector)
    assert "Finn meg under Apper i Teams, og skriv det samme til meg der." in said
    assert decisions.made == 0


@all_of(CLOSED)
async def test_an_answer_that_may_not_be_sent_waits_and_the_channel_says_what_to_do(
    among_others: Client, running: Running, connector: Connector, decisions: Decisions, small_world: World,
    answer: Answer,
) -> None:  # fmt: skip
    connector.next += [Answer(200), answer]
    await among_others.say("beslutt")
    await running.background.drain()
    (said,) = lines(connector)
    assert said.startswith("Jeg har et svar til deg, men Teams lar meg ikke skrive til deg alene.")
    assert "sakslisten" not in said
    assert decisions.made == 1
    assert [row.status for row in await held(small_world)] == ["waiting"]


async def test_a_line_that_the_channel_does_not_take_at_once_is_said_a_little_later(
    among_others: Client, running: Running, connector: Connector
) -> None:
    connector.busy = "/v3/conversations/19%3Akanal%40thread.tacv2%3Bmessageid%3D1/activities"
    await among_others.say("vis")
    await running.background.drain()
    assert lines(connector) == ["Jeg svarer deg i en privat samtale."]


# --- a card's button ---------------------------------------------------------------------------------------


LATE = "Saken er satt på sakslisten. Svaret kommer om litt, i samtalen din med meg."
HELD = "Saken er satt på sakslisten. Svaret kommer så snart jeg får sende det, i samtalen din med meg."


@all_of(PASSING)
async def test_a_decision_is_told_though_the_answer_is_late(
    known: Client, running: Running, connector: Connector, clock: FixedClock, worker: Worker, answer: Answer
) -> None:
    fail(connector, answer)
    _status, body = await known.post(pressed(known, "beslutt"))
    assert body["value"] == (HELD if answer.status == 401 else LATE)
    clock.forward(timedelta(minutes=5))
    await worker.deliver_due()
    assert texts(connector.sent[-1].card) == ["Saken er satt på sakslisten"]


@all_of(PASSING)
async def test_a_decision_on_a_card_among_others_is_told_though_the_answer_is_late(
    among_others: Client, connector: Connector, answer: Answer
) -> None:
    connector.next.append(Answer(200))
    fail(connector, answer)
    _status, body = await among_others.post(pressed(among_others, "beslutt"))
    assert body["value"] == (HELD if answer.status == 401 else LATE)


@all_of([*BUSY, *PERHAPS, Answer(401)])
async def test_a_press_that_could_not_be_answered_anywhere_did_nothing_and_says_so(
    among_others: Client, connector: Connector, decisions: Decisions, answer: Answer
) -> None:
    connector.next += [answer, answer]
    _status, body = await among_others.post(pressed(among_others, "beslutt"))
    assert body["value"] == "Teams svarer meg ikke akkurat nå, så jeg har ikke gjort noe med dette. Prøv igjen om litt."
    assert decisions.made == 0
    connector.next.clear()
    _status, body = await among_others.post(pressed(among_others, "beslutt"))
    assert body["value"] == "Svaret står nederst i samtalen din med meg."
    assert decisions.made == 1


@all_of(CLOSED)
async def test_a_closed_door_is_told_as_it_is_in_that_very_chat(
    known: Client, connector: Connector, answer: Answer
) -> None:
    connector.next.append(answer)
    _status, body = await known.post(pressed(known, "beslutt"))
    assert body["value"] == (
        "Saken er satt på sakslisten. Teams lar meg ikke skrive til deg her nå. Svaret kommer når du har skrevet noe "
        "til meg."
    )
    assert "Apper" not in body["value"]


@all_of(CLOSED)
async def test_a_closed_door_is_told_as_it_is_among_others(
    among_others: Client, connector: Connector, answer: Answer
) -> None:
    connector.next += [Answer(200), answer]
    _status, body = await among_others.post(pressed(among_others, "beslutt"))
    assert body["value"] == (
        "Saken er satt på sakslisten. Teams lar meg ikke skrive til deg alene. Finn meg under Apper i Teams, og skriv "
        "noe til meg der, så kommer svaret."
    )


@all_of(NEVER)
async def test_a_decision_is_told_though_its_answer_is_nothing_that_teams_takes(
    known: Client, connector: Connector, caplog: pytest.LogCaptureFixture, answer: Answer
) -> None:
    connector.next.append(answer)
    _status, body = await known.post(pressed(known, "beslutt"))
    (error,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert body["value"].startswith("Saken er satt på sakslisten. Svaret lot seg ikke vise i Teams.")
    assert error.getMessage().split()[-1] in body["value"]


@all_of([*PASSING, *CLOSED, *NEVER])
async def test_a_card_that_is_replaced_is_shown_by_the_response_whatever_becomes_of_the_message(
    known: Client, connector: Connector, small_world: World, answer: Answer
) -> None:
    fail(connector, answer)
    _status, body = await known.post(pressed(known, "gjor", id="1"))
    assert texts(body["value"]) == ["Gjort 1"]
    assert await held(small_world) == []


@all_of([*PASSING, *CLOSED, *NEVER])
async def test_a_form_goes_on_whatever_becomes_of_the_message(
    known: Client, connector: Connector, answer: Answer
) -> None:
    await known.say("alt Hei")
    fail(connector, answer)
    body = await known.press(connector.sent[0].card, "Neste", line="Hei", one="a")
    assert "Litt til" in texts(body["value"])


@all_of(PASSING)
async def test_a_form_that_was_passed_on_goes_on_when_teams_lets_it(
    known: Client, connector: Connector, clock: FixedClock, worker: Worker, answer: Answer
) -> None:
    await known.say("alt Hei")
    card = connector.sent[0].card
    known.kind, known.conversation = "groupChat", CHANNEL
    connector.next.append(Answer(200))
    fail(connector, answer)
    body = await known.press(card, "Neste", line="Hemmelig", one="a")
    when = "så snart jeg får sende det" if answer.status == 401 else "om litt"
    assert body["value"] == f"Skjemaet kommer {when}, i samtalen din med meg."
    clock.forward(timedelta(minutes=5))
    await worker.deliver_due()
    later = connector.sent[-1].card
    await known.press(later, "Åpne skjemaet", reply_to="activity-1")
    assert "Litt til" in texts(connector.sent[-1].card)


# --- a dialog from a message's menu ------------------------------------------------------------------------


@all_of([*PASSING, *CLOSED, *NEVER])
async def test_a_dialog_opens_whatever_becomes_of_the_private_conversation(
    among_others: Client, connector: Connector, answer: Answer
) -> None:
    fail(connector, answer)
    card = await among_others.open_dialog("merk", "<p>Hei</p>")
    assert inputs(card)["lines"]["value"] == "Hei"


# --- nothing but trouble -----------------------------------------------------------------------------------


async def test_a_reply_is_kept_though_there_is_much_to_do(
    start: Start, bot: Bot, http: aiohttp.ClientSession, connector: Connector, small_world: World
) -> None:
    running = await start(bot, limit=0)
    client = Client(http, running.url, connector)
    await client.say("hjelp")
    connector.next.append(Answer(503))
    await client.say("vis")
    assert len(await held(small_world)) == 1
