"""Nothing that Teams sends is met with silence: it ends in an answer, or in a log line that says why there is none.

The shapes are as Teams sends them, written by hand, with other ids and names.
"""

import gzip
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from storage.tables import Account
from tests.teams.client import Client, in_dialog, inputs, texts
from tests.teams.conftest import Running
from tests.teams.standin import Connector
from tests.world import World

CHANNEL = {"conversation": {"id": "19:kanal@thread.tacv2;messageid=1", "conversationType": "channel"}}
GROUP = {"conversation": {"id": "19:gruppe@thread.v2", "conversationType": "groupChat", "isGroup": True}}
BOT_MENTIONED = {"type": "mention", "mentioned": {"id": "28:bot", "name": "Sak"}}
HTML = {"contentType": "text/html", "content": "<div><div>alt Hei du</div></div>"}
IMAGE = {"contentType": "image/png", "contentUrl": "https://example.org/bilde"}
FILE = {
    "contentType": "application/vnd.microsoft.teams.file.download.info",
    "name": "fil.docx",
    "content": {"downloadUrl": "https://example.org/fil", "uniqueId": "1", "fileType": "docx"},
}
QUOTE = {"contentType": "messageReference", "content": '{"messagePreview":"Hei"}'}


def said(text: str | None, **more: Any) -> dict[str, Any]:
    return {"type": "message", "textFormat": "plain", "text": text, **more}


def invoke(name: str | None, value: object, **more: Any) -> dict[str, Any]:
    return {"type": "invoke", "name": name, "value": value, **more}


@dataclass
class Shape:
    """`form`: it opens the form with this in its line. `told`: the first words of what is sent to the person.
    `answered`: what the response says. `logged`: why there is no answer."""

    name: str
    activity: dict[str, Any] = field(default_factory=dict)
    form: str | None = None
    told: str = ""
    answered: str = ""
    logged: str = ""


def mention(text: str, entity: dict[str, Any], name: str = "Hei du") -> Shape:
    return Shape(f"mention {text} {entity.get('text')}", said(text, entities=[entity]), form=name)


NOT_FROM_HERE = "Dette kan jeg ikke gjøre herfra. Skriv hjelp til meg"

SHAPES = [
    Shape("a line", said("alt Hei du"), form="Hei du"),
    Shape("a line in HTML too", said("alt Hei du", textFormat="xhtml", attachments=[HTML]), form="Hei du"),
    Shape("an answer to another message", said("alt Hei du", attachments=[QUOTE, HTML]), form="Hei du"),
    Shape("said in a channel", said("<at>Sak</at> alt Hei du", entities=[BOT_MENTIONED], **CHANNEL), form="Hei du"),
    Shape("in a group", said("<at>Sak</at> alt Hei du", entities=[BOT_MENTIONED], **GROUP), form="Hei du"),
    Shape("a picture only", said(None, attachments=[IMAGE]), told="Hjelp"),
    Shape("a file only", said("", attachments=[FILE]), told="Hjelp"),
    Shape("nothing", said(""), told="Hjelp"),
    Shape("a mention only", said("<at>Sak</at>", entities=[{**BOT_MENTIONED, "text": "<at>Sak</at>"}]), told="Hjelp"),
    Shape("a mention only, in a channel", said("<at>Sak</at>\n", entities=[BOT_MENTIONED], **CHANNEL), told="Hjelp"),
    Shape("a word that is none", said("hva?"), told="Hjelp"),
    mention("<at>Sak</at> alt Hei du", {**BOT_MENTIONED, "text": "<at>Sak</at>"}),
    mention("<at>sak</at> alt Hei du", {**BOT_MENTIONED, "text": "<at>Sak</at>"}),
    mention('<at id="0">Sak</at>&nbsp;alt Hei du', {**BOT_MENTIONED, "text": "<at>Sak</at>"}),
    mention("<at>Sak</at> alt Hei du", BOT_MENTIONED),
    mention("<at>SAK</at> alt Hei du", {"type": "mention", "mentioned": {"id": "28:bot"}}),
    mention("<at>Saksbot</at> alt Hei du", {"type": "mention", "mentioned": {"id": "28:bot"}}),
    mention("@Sak alt Hei du", {"type": "mention", "mentioned": {"id": "28:bot"}, "text": None}),
    mention("Sak alt Hei du", {**BOT_MENTIONED, "text": 7}),
    Shape(
        "the bot and somebody else",
        said(
            "<at>sak</at> alt Hei <at>du</at>",
            entities=[BOT_MENTIONED, {"type": "mention", "mentioned": {"id": "29:du"}, "text": "<at>du</at>"}],
        ),
        form="Hei du",
    ),
    Shape("entities that are no objects", said("alt Hei du", entities=["mention", None, 7, []]), form="Hei du"),
    Shape("entities that are no list", said("alt Hei du", entities="mention"), form="Hei du"),
    Shape("an odd time", said("alt Hei du", localTimestamp="i går"), form="Hei du"),
    Shape("another odd time", said("alt Hei du", localTimestamp=7, timestamp="2026-13-45T99:00:00Z"), form="Hei du"),
    Shape("odd attachments", said("alt Hei du", attachments="bilde"), form="Hei du"),
    Shape("an attachment that is none", said("alt Hei du", attachments=[None, IMAGE]), form="Hei du"),
    Shape("odd everything", said("alt Hei du", attachments=[7], membersAdded=7, locale=7), form="Hei du"),
    Shape("installed", {"type": "installationUpdate", "action": "add"}, told="Hjelp"),
    Shape(
        "upgraded", {"type": "installationUpdate", "action": "add-upgrade"}, logged="they are not greeted again"
    ),
    Shape("in a channel", {"type": "installationUpdate", "action": "add", **CHANNEL}, logged="nobody to answer"),
    Shape("removed", {"type": "installationUpdate", "action": "remove"}, logged="the app was removed"),
    Shape("removed for an upgrade", {"type": "installationUpdate", "action": "remove-upgrade"}, logged="was removed"),
    Shape("another installation", {"type": "installationUpdate", "action": "new"}, logged="nothing to answer"),
    Shape("met", {"type": "conversationUpdate", "membersAdded": [{"id": "28:bot"}]}, logged="conversationUpdate"),
    Shape(
        "a channel renamed",
        {"type": "conversationUpdate", "channelData": {"eventType": "channelRenamed"}, **CHANNEL},
        logged="conversationUpdate",
    ),
    Shape(
        "a reaction",
        {"type": "messageReaction", "reactionsAdded": [{"type": "like"}], "replyToId": "1"},
        logged="messageReaction",
    ),
    Shape(
        "a message changed",
        {"type": "messageUpdate", "text": "alt", "channelData": {"eventType": "editMessage"}},
        logged="messageUpdate",
    ),
    Shape(
        "a message deleted",
        {"type": "messageDelete", "channelData": {"eventType": "softDeleteMessage"}},
        logged="messageDelete",
    ),
    Shape("typing", {"type": "typing"}, logged="typing"),
    Shape("an event", {"type": "event", "name": "application/vnd.microsoft.readReceipt"}, logged="event"),
    Shape("the end", {"type": "endOfConversation"}, logged="endOfConversation"),
    Shape("a new kind", {"type": "hemmelig"}, logged="another kind of activity"),
    *(
        Shape(f"invoke {name} {value}", invoke(name, value), answered=NOT_FROM_HERE)
        for name, value in (
            ("adaptiveCard/action", None),
            ("adaptiveCard/action", {"action": {"type": "Action.Execute", "verb": "other", "data": {}}}),
            ("adaptiveCard/action", {"action": {"type": "Action.Execute", "data": {"a": 1}}}),
            ("adaptiveCard/action", {"action": "form"}),
            ("task/fetch", {"data": {"type": "task/fetch"}, "context": {"theme": "default"}}),
            ("task/submit", {"data": {}}),
            ("signin/verifyState", {"state": "123456"}),
            ("signin/tokenExchange", {"id": "1", "token": "x"}),
            ("fileConsent/invoke", {"type": "fileUpload", "action": "accept", "context": {}, "uploadInfo": {}}),
            ("actionableMessage/executeAction", {}),
            ("message/submitAction", {"actionName": "feedback", "actionValue": {"reaction": "like"}}),
            (None, None),
        )
    ),
    *(
        Shape(f"dialog {name} {value}", invoke(name, value), answered="Dette kjenner jeg ikke igjen.")
        for name, value in (
            ("composeExtension/fetchTask", {}),
            ("composeExtension/fetchTask", {"commandId": "merk", "messagePayload": "Hei"}),
            ("composeExtension/fetchTask", None),
            ("composeExtension/submitAction", {"data": "form"}),
            ("composeExtension/submitAction", {"data": {"verb": "other"}}),
            ("composeExtension/submitAction", None),
        )
    ),
    *(
        Shape(f"a search {name} {value}", invoke(name, value), answered="Dette kjenner jeg ikke igjen.")
        for name, value in (
            ("composeExtension/query", {"commandId": "x", "parameters": []}),
            ("composeExtension/query", None),
            ("composeExtension/selectItem", {"share": "1"}),
            ("composeExtension/selectItem", []),
        )
    ),
    Shape(
        "a link that is not ours",
        invoke("composeExtension/queryLink", {"url": "https://example.org"}),
        logged="a link at our address opens nothing",
    ),
    Shape(
        "an action on a message that is no more",
        invoke("composeExtension/fetchTask", {"commandId": "fjernet", "messagePayload": {"body": {"content": "Hei"}}}),
        answered="Hjelp",
    ),
    Shape(
        "a button that is no more",
        invoke("adaptiveCard/action", {"action": {"verb": "press", "data": {"action": "fjernet", "arguments": {}}}}),
        answered="Svaret står nederst i samtalen din med meg.",
    ),
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
async def test_everything_ends_in_an_answer_or_a_line_in_the_log(
    client: Client, running: Running, connector: Connector, caplog: pytest.LogCaptureFixture, shape: Shape
) -> None:
    caplog.set_level("INFO")
    status, body = await client.post(client.activity(**shape.activity))
    await running.background.drain()
    assert status == 200
    sent = [call.card for call in connector.sent if "attachments" in call.body]
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    if shape.form is not None:
        assert inputs(sent[0])["line"]["value"] == shape.form
    if shape.told:
        assert texts(sent[0])[0] == shape.told
    if shape.answered:
        assert words_in(body).startswith(shape.answered)
        if shape.answered.startswith("Dette kan"):
            assert body["statusCode"] in (400, 501)
            assert body["type"] == "application/vnd.microsoft.error"
    if shape.logged:
        assert sent == []
        assert any(shape.logged in line for line in logged), logged
    assert shape.form is not None or shape.told or shape.answered or shape.logged
    assert not any("Hei du" in line or "hemmelig" in line for line in logged)


def words_in(body: Any) -> str:
    if "task" in body:
        return texts(in_dialog((200, body)))[0]
    if "composeExtension" in body:
        return str(body["composeExtension"].get("text"))
    value = body["value"]
    return str(value["message"] if isinstance(value, dict) else value)


async def test_an_upgrade_notes_where_somebody_is_reached_and_does_not_greet_them_again(
    client: Client, connector: Connector, small_world: World
) -> None:
    await client.post(client.activity(type="installationUpdate", action="add"))
    assert len(connector.sent) == 1
    client.conversation = "a:newer"
    await client.post(client.activity(type="installationUpdate", action="add-upgrade"))
    assert len(connector.sent) == 1
    async with small_world.database.transaction() as session:
        account = await session.scalar(select(Account).where(Account.surface == "teams"))
    assert account is not None
    assert account.reach["conversation_id"] == "a:newer"


async def test_a_stranger_s_upgrade_stores_nothing_and_says_so_in_the_log(
    client: Client, connector: Connector, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    client.tenant = "tenant-of-strangers"
    status, _body = await client.post(client.activity(type="installationUpdate", action="add-upgrade"))
    assert status == 200
    assert connector.sent == []
    assert "somebody who was heard of is not let in" in caplog.text


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
@pytest.mark.parametrize("body", [b"not gzip", b"", gzip.compress(b"{}", mtime=0)], ids=["none", "empty", "packed"])
async def test_a_packed_body_is_refused_and_is_no_fault(
    running: Running, http: aiohttp.ClientSession, encoding: str, body: bytes
) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    async with http.post(running.url, data=body, headers=headers) as response:
        assert 400 <= response.status < 500
