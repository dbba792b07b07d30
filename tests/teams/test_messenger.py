"""The way out: what each thing that can go wrong at the Bot Connector service means."""

import asyncio
import base64
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest

from bot.messenger import (
    Attached,
    MessageLost,
    Messenger,
    Misconfigured,
    Rejected,
    SendError,
    TryLater,
    Uncertain,
    Unreachable,
)
from bot.teams.apps import Apps
from bot.teams.connector import Connector as Calls
from bot.teams.messenger import TeamsMessenger
from handlers.messages.message import Message
from handlers.people.address import Address
from tests.clock import FixedClock
from tests.everything import MESSAGE
from tests.teams.client import parts, texts
from tests.teams.standin import Answer, Connector, Tokens

HELLO = Message(title="Hei")


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def calls(http: aiohttp.ClientSession, clock: FixedClock, tokens: Tokens) -> Calls:
    return Calls(http, clock, tokens, local=True)


@pytest.fixture
def messenger(calls: Calls) -> Messenger:
    return TeamsMessenger(Apps((), everybody=calls))


@pytest.fixture
def address(connector: Connector) -> Address:
    reach = {
        "service_url": connector.url,
        "conversation_id": "a:personal",
        "bot_id": "28:bot",
        "bot_name": "Sak",
        "user_id": "29:somebody",
        "aad_id": "aad",
        "tenant_id": "tenant",
        "channel_id": "msteams",
    }
    return Address("teams", "tenant", "aad", reach)


def but(address: Address, **reach: str) -> Address:
    """The address with another way to reach it."""
    return replace(address, reach={**address.reach, **reach})


REF = {"conversation_id": "a:personal", "activity_id": "activity-1"}


async def test_a_message_is_sent_and_updated_in_its_place(
    messenger: Messenger, address: Address, connector: Connector
) -> None:
    ref = await messenger.send(address, MESSAGE)
    assert ref == REF
    (sent,) = connector.sent
    assert sent.body["channelData"] == {"tenant": {"id": "tenant"}}
    assert sent.headers["Authorization"] == "Bearer token-0"
    assert sent.headers["Content-Type"] == "application/json; charset=utf-8"
    assert await messenger.update(address, ref, HELLO) == ref
    (updated,) = connector.updated
    assert updated.path.endswith("/v3/conversations/a%3Apersonal/activities/activity-1")
    assert updated.body["id"] == "activity-1"
    assert texts(updated.card) == ["Hei"]


async def test_an_update_goes_to_the_conversation_it_was_sent_in(
    messenger: Messenger, address: Address, connector: Connector
) -> None:
    await messenger.update(but(address, conversation_id="a:newer"), REF, HELLO)
    assert "/a%3Apersonal/" in connector.updated[0].path


async def test_what_another_app_wrote_that_is_there_no_more_is_lost(
    messenger: Messenger, address: Address, connector: Connector
) -> None:
    """An organisation that gets an app of its own: people have another conversation with it."""
    connector.next.extend([Answer(status=403)] * 2)
    with pytest.raises(MessageLost):
        await messenger.update(but(address, conversation_id="a:newer"), REF, HELLO)
    with pytest.raises(Unreachable):
        await messenger.update(address, REF, HELLO)


AT_TEN = "Tue, 01 Sep 2026 08:00:10 GMT"

SEND = [
    (Answer(429, headers={"Retry-After": "3"}), TryLater, 3.0),
    (Answer(429, headers={"Retry-After": "0.5"}), TryLater, 0.5),
    (Answer(429, headers={"Retry-After": AT_TEN}), TryLater, 10.0),
    (Answer(429, headers={"Retry-After": "soon"}), TryLater, None),
    (Answer(429, headers={"Retry-After": "-1"}), TryLater, 0.0),
    (Answer(429), TryLater, None),
    (Answer(412), TryLater, None),
    (Answer(502), TryLater, None),
    (Answer(504), TryLater, None),
    (Answer(408), Uncertain, None),
    (Answer(500), Uncertain, None),
    (Answer(503), Uncertain, None),
    (Answer(599), Uncertain, None),
    (Answer(hang_up=True), Uncertain, None),
    (Answer(403, "MessageWritesBlocked"), Unreachable, None),
    (Answer(403), Unreachable, None),
    (Answer(404, "ConversationNotFound"), Unreachable, None),
    (Answer(404), Unreachable, None),
    (Answer(401), Misconfigured, None),
    (Answer(400, "BadArgument"), Rejected, None),
    (Answer(413, "MessageSizeTooBig"), Rejected, None),
    (Answer(302, headers={"Location": "https://evil.example"}), SendError, None),
]


@pytest.mark.parametrize(("answer", "error", "seconds"), SEND)
async def test_what_went_wrong_with_a_send(
    messenger: Messenger,
    address: Address,
    connector: Connector,
    answer: Answer,
    error: type[SendError],
    seconds: float | None,
) -> None:
    # A refused token is tried twice.
    connector.next += [answer] * (1 + (answer.status == 401))
    with pytest.raises(SendError) as caught:
        await messenger.send(address, HELLO)
    assert type(caught.value) is error
    if isinstance(caught.value, TryLater):
        assert caught.value.seconds == seconds
    # The log may see this: nothing of the message, nobody's id, nothing the service said besides its code.
    assert not {"secret", "Hei", "personal", "29:"} & set(str(caught.value).replace(":", " ").split())
    assert "secret detail" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(429, headers={"Retry-After": "3"}), TryLater),
        (Answer(408), TryLater),
        (Answer(500), TryLater),
        (Answer(503), TryLater),
        (Answer(404, "ActivityNotFoundInConversation"), MessageLost),
        (Answer(404), MessageLost),
        (Answer(404, "ConversationNotFound"), Unreachable),
        (Answer(403), Unreachable),
        (Answer(401), Misconfigured),
    ],
)
async def test_what_went_wrong_with_an_update(
    messenger: Messenger, address: Address, connector: Connector, answer: Answer, error: type[SendError]
) -> None:
    connector.next += [answer] * (1 + (answer.status == 401))
    with pytest.raises(SendError) as caught:
        await messenger.update(address, REF, HELLO)
    assert type(caught.value) is error


async def test_an_update_that_was_cut_off_may_be_tried_again(
    messenger: Messenger, address: Address, connector: Connector
) -> None:
    # The client itself tries once more, since putting twice is as good as once.
    connector.next += [Answer(hang_up=True), Answer(hang_up=True)]
    with pytest.raises(TryLater):
        await messenger.update(address, REF, HELLO)


async def test_a_message_that_got_no_id_is_lost_for_updates(messenger: Messenger, address: Address) -> None:
    with pytest.raises(MessageLost):
        await messenger.update(address, {**REF, "activity_id": ""}, HELLO)


async def test_a_service_that_cannot_be_reached_is_tried_later(
    messenger: Messenger, address: Address, connector: Connector
) -> None:
    await connector.stop()
    with pytest.raises(TryLater):
        await messenger.send(address, HELLO)


async def test_a_refused_token_is_not_used_again(
    messenger: Messenger, address: Address, connector: Connector, tokens: Tokens
) -> None:
    connector.next.append(Answer(401))
    await messenger.send(address, HELLO)
    (sent,) = connector.sent
    assert sent.headers["Authorization"] == "Bearer token-1"
    connector.next += [Answer(401), Answer(401)]
    with pytest.raises(Misconfigured):
        await messenger.send(address, HELLO)
    await messenger.send(address, HELLO)
    assert connector.sent[-1].headers["Authorization"] == "Bearer token-3"
    assert len(connector.sent) == 2


async def test_a_new_token_after_a_refused_one_and_then_a_broken_connection_is_uncertain(
    messenger: Messenger, address: Address, connector: Connector, tokens: Tokens
) -> None:
    connector.next += [Answer(401), Answer(503)]
    with pytest.raises(Uncertain):
        await messenger.send(address, HELLO)


async def test_a_service_url_elsewhere_is_never_called(messenger: Messenger, address: Address) -> None:
    with pytest.raises(SendError, match="may not be called"):
        await messenger.send(but(address, service_url="https://evil.example/"), HELLO)


# --- pace --------------------------------------------------------------------------------------------------


async def test_one_conversation_hears_one_thing_at_a_time(
    messenger: Messenger, address: Address, connector: Connector
) -> None:
    await asyncio.gather(*(messenger.send(address, HELLO) for _i in range(10)))
    assert connector.most_at_once == 1
    assert len(connector.sent) == 10


async def test_different_conversations_do_not_wait_for_each_other(
    messenger: Messenger, address: Address, connector: Connector
) -> None:
    connector.gate = asyncio.Event()
    sending = [
        asyncio.create_task(messenger.send(but(address, conversation_id=name), HELLO)) for name in ("a", "b", "c")
    ]
    async with asyncio.timeout(5):
        while connector.at_once < 3:
            connector.reached.clear()
            await connector.reached.wait()
    connector.gate.set()
    await asyncio.gather(*sending)
    assert connector.most_at_once == 3


async def test_a_wait_for_one_s_turn_is_no_uncertain_send(calls: Calls, connector: Connector, address: Address) -> None:
    connector.gate = asyncio.Event()
    first = asyncio.create_task(calls.send(connector.url, "a", {}))
    await asyncio.wait_for(connector.reached.wait(), 5)
    with pytest.raises(TryLater):
        await calls.update(connector.url, "a", "activity-1", {}, seconds=0.05)
    connector.gate.set()
    await first
    assert connector.updated == []


# --- files and people --------------------------------------------------------------------------------------


def picture(size: int) -> Attached:
    return Attached("Kart.PNG", "image/png", b"x" * size, "Her er kartet", "Et kart over avdelingen", "reference")


async def test_a_small_picture_stands_on_a_card_with_its_words(
    messenger: Messenger, address: Address, connector: Connector
) -> None:
    assert await messenger.send_file(address, picture(1000)) == REF
    (drawn,) = [part for part in parts(connector.sent[0].card) if part["type"] == "Image"]
    assert drawn["url"] == "data:image/png;base64," + base64.b64encode(b"x" * 1000).decode()
    assert drawn["altText"] == "Et kart over avdelingen"


async def test_a_picture_stands_in_the_message(messenger: Messenger, address: Address, connector: Connector) -> None:
    assert await messenger.send_file(address, picture(100_000)) == REF
    (attachment,) = connector.sent[0].body["attachments"]
    assert attachment == {
        "contentType": "image/png",
        "contentUrl": "data:image/png;base64," + base64.b64encode(b"x" * 100_000).decode(),
        "name": "Kart.PNG",
    }
    assert connector.sent[0].body["text"] == "Her er kartet\n\nEt kart over avdelingen"
    assert connector.sent[0].body["textFormat"] == "plain"


@pytest.mark.parametrize(
    ("file", "refused"),
    [
        (Attached("innkalling.docx", "application/x", b"x" * 10, "Innkalling", reference="reference"), 0),
        (picture(1_000_001), 0),
        (picture(900_000), 1),
    ],
)
async def test_whoever_is_sent_another_file_is_asked_first(
    messenger: Messenger, address: Address, connector: Connector, file: Attached, refused: int
) -> None:
    connector.next.extend([Answer(413)] * refused)
    assert await messenger.send_file(address, file) == REF
    (attachment,) = connector.sent[-1].body["attachments"]
    assert attachment == {
        "contentType": "application/vnd.microsoft.teams.card.file.consent",
        "name": file.name,
        "content": {
            "description": file.title,
            "sizeInBytes": len(file.content),
            "acceptContext": {"file": "reference"},
            "declineContext": {"file": "reference"},
        },
    }


async def test_nobody_is_looked_up(messenger: Messenger) -> None:
    assert await messenger.find(["tenant"], "somebody@example.org", 1) is None


def test_the_date_in_the_test_is_ten_seconds_on(clock: FixedClock) -> None:
    assert format_datetime(clock.now() + timedelta(seconds=10), usegmt=True) == AT_TEN


# --- what botbuilder asks of an adapter --------------------------------------------------------------------


async def test_the_adapter_sends_updates_and_deletes_in_the_turn(calls: Calls, connector: Connector) -> None:
    from botbuilder.core import TurnContext
    from botbuilder.schema import Activity, ChannelAccount, ConversationAccount

    from bot.teams.turns import Turns

    async def nothing(_activity: object) -> Any:
        return None

    adapter = Turns(Apps((), everybody=calls), message=nothing, installed=nothing, invoke=nothing)
    incoming: Any = Activity(
        type="message",
        id="in",
        service_url=connector.url,
        conversation=ConversationAccount(id="a"),
        from_property=ChannelAccount(id="29:somebody"),
        recipient=ChannelAccount(id="28:bot"),
    )
    turn = TurnContext(adapter, incoming)
    sent = await turn.send_activity("Hei")
    assert sent.id == "activity-1"
    assert connector.sent[0].body["text"] == "Hei"
    await turn.update_activity(Activity(type="message", id="activity-1", text="Hallo"))
    assert connector.updated[0].body["text"] == "Hallo"
    await turn.delete_activity("activity-1")
    assert [call.path for call in connector.of("DELETE")] == ["/v3/conversations/a/activities/activity-1"]
