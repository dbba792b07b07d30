"""Every recorded shape through the real application: the answer that the person gets, or the line in the log that says
why there is none."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from bot.background import BackgroundTasks
from handlers.capabilities import registry
from storage.tables import Draft
from tests.slack.conftest import Serve
from tests.slack.limits import shown_text
from tests.slack.shapes import RESPONSE_URL, SHAPES, Shape
from tests.slack.standin import Client, Slack
from tests.world import World

HELP = "Dette kan jeg hjelpe deg med"
MEETINGS = "Kommende møter"
CASE = "Hva gjelder saken?"
FILE = "Filen tok jeg ikke imot"
GONE = "Skjemaet er ikke lenger åpent"
REPORT = "Epikrisen kom ikke fram"
THREAD = "1788240000.000100"


@dataclass(frozen=True)
class Shown:
    """What the person sees: `texts` in the call of `method`, which has these `arguments`. `kept`: what stands in the
    form that is begun by it, perhaps on a later screen."""

    method: str
    texts: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    kept: str = ""


@dataclass(frozen=True)
class Answered:
    """What stands in the response itself."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Logged:
    """No answer, and why."""

    reason: str
    level: int = logging.INFO


@dataclass(frozen=True)
class Nothing:
    """No person is there: 200 is all that Slack wants."""


def direct(*texts: str, kept: str = "", **arguments: Any) -> Shown:
    return Shown("chat.postMessage", texts, {"channel": "U-member", "thread_ts": None, **arguments}, kept)


def in_channel(*texts: str, **arguments: Any) -> Shown:
    where = {"channel": "C-avdeling", "user": "U-member", "thread_ts": None}
    return Shown("chat.postEphemeral", texts, {**where, **arguments})


def only_to_them(*texts: str, **arguments: Any) -> Shown:
    return Shown("response_url", texts, {"response_type": "ephemeral", "thread_ts": None, **arguments})


def form(*texts: str, kept: str = "") -> Shown:
    return Shown("views.open", texts, kept=kept)


EXPECTED: Mapping[str, Shown | Answered | Logged | Nothing] = {
    "a line": direct(CASE, "Trykk på knappen", kept="Felles opplæring"),
    "a line with a file": direct(CASE, FILE, kept="Felles opplæring"),
    "a file alone": direct("Filene tok jeg ikke imot", HELP),
    "a voice clip": direct(FILE, HELP),
    "a line with /me": direct(MEETINGS),
    "a line in a thread": direct(MEETINGS, channel="D-member", thread_ts=THREAD),
    "a line in a thread, shown outside it too": direct(MEETINGS, channel="D-member", thread_ts=THREAD),
    "the first line of a thread": direct(MEETINGS),
    "a line without a kind of channel": direct(MEETINGS),
    "a line in the messages tab": direct(MEETINGS),
    "nothing but blanks": direct(HELP),
    "a message passed on to the bot": direct("Meldinger som deles med meg, leser jeg ikke", HELP),
    "a line with people and signs": direct(CASE, kept="Opplæring ⚠ ved Eksempel U-clinician for en gruppe & noen"),
    "a line that was changed": Logged("nobody wrote it: message_changed"),
    "a line that was deleted": Logged("nobody wrote it: message_deleted"),
    "what the bot said": Logged("a program wrote it"),
    "what an old kind of program said": Logged("a program wrote it"),
    "somebody came into the channel": Logged("nobody wrote it: channel_join"),
    "a message in a channel": Logged("it was written to others"),
    "a message in a group": Logged("it was written to others"),
    "a kind of message that is new": Logged("nobody wrote it: huddle_thread"),
    "a mention": in_channel(MEETINGS),
    "a bare mention": in_channel(HELP),
    "a mention with a file": in_channel(MEETINGS, FILE),
    "a mention in a thread": in_channel(MEETINGS, thread_ts="1788240000.000200"),
    "a form asked for in a thread": in_channel(CASE, "Åpne skjemaet", thread_ts="1788240000.000200"),
    "a mention after the words": in_channel(MEETINGS),
    "a mention by a program": Logged("a program wrote it"),
    "the home tab was opened": Shown("views.publish", ("Velkommen",), {"user_id": "U-member"}),
    "a link was shared": Logged("a link at our address opens nothing"),
    "a step of a workflow": Logged("nothing is done about an event: function_executed"),
    "the app was taken away": Logged("cannot write on Slack any more: app_uninstalled", logging.ERROR),
    "the tokens were taken away": Logged("cannot write on Slack any more: tokens_revoked", logging.ERROR),
    "too many events": Logged("app_rate_limited", logging.ERROR),
    "the address is checked": Answered(("prøve",)),
    "a kind of request that is new": Logged("nothing is done about a request: something_new"),
    "the certificate is looked at": Nothing(),
    "the certificate is looked at, unsigned": Nothing(),
    "a slash command": only_to_them(MEETINGS),
    "a slash command with people and signs": form("Opplæring ⚠ ved Eksempel U-clinician & @vaktlaget"),
    "a shortcut on a message": form(kept=REPORT),
    "a shortcut on a message with a file": form("Bilder og filer i meldingen blir ikke med", kept=REPORT),
    "a shortcut on a message that is passed on": form(kept=REPORT),
    "a shortcut on a message of sections": form(kept=REPORT),
    "a shortcut on a message of rich text": form(kept=REPORT),
    "a shortcut on attachments": form(kept=REPORT),
    "a shortcut on a picture": form("Meldingen hadde ingen tekst"),
    "a shortcut that is no more": only_to_them(HELP),
    "a shortcut on a message in a thread": only_to_them(HELP, thread_ts=THREAD),
    "a shortcut from anywhere": form("Hva gjelder saken?"),
    "a shortcut from anywhere on a Grid": form("Hva gjelder det?"),
    "a shortcut without a message": direct(HELP, channel="U-clinician"),
    "a button that is no more": only_to_them(HELP),
    "a button of another program": only_to_them(HELP),
    "a list in a message": only_to_them(HELP),
    "a button in a thread": only_to_them(HELP, thread_ts=THREAD),
    "a button of an old kind": only_to_them(HELP),
    "a form that is gone": Answered((GONE,)),
    "a form of another program": Answered((GONE,)),
    "a form of another program was closed": Logged("nothing is done about a request: view_closed"),
    "a button of a form that is gone": Shown("views.update", (GONE,)),
    "a search in a form that is gone": Answered((GONE, "Skriv kommandoen på nytt")),
    "a search in a message": Answered((GONE,)),
    "a dialog of an old kind searches": Logged("stays empty: dialog_suggestion"),
    "a dialog of an old kind is handed in": Answered((GONE,)),
    "a dialog of an old kind is closed": Logged("nothing is done about a request: dialog_cancellation"),
    "a step of a workflow is set up": direct(HELP, channel="U-clinician"),
}


async def send(client: Client, slack: Slack, shape: Shape) -> tuple[int, Any]:
    text = json.dumps(shape.body, ensure_ascii=False).replace(RESPONSE_URL, slack.response_url)
    signature = "" if shape.signed else "none"
    match shape.kind:
        case "json":
            return await client.post(text.encode(), "application/json", signature=signature)
        case "form":
            body = urlencode(json.loads(text)).encode()
        case "payload":
            body = urlencode({"payload": text}).encode()
    return await client.post(body, "application/x-www-form-urlencoded", signature=signature)


@pytest.mark.parametrize("name", SHAPES)
async def test_nothing_that_comes_in_is_met_with_silence(
    small_world: World,
    serve: Serve,
    slack: Slack,
    background: BackgroundTasks,
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    caplog.set_level(logging.INFO, logger="bot.slack")
    client = await serve(small_world.database, registry=registry)
    slack.unknown.add("U-unknown")
    status, answer = await send(client, slack, SHAPES[name])
    await background.drain()
    assert status == 200
    said = [(record.levelno, record.getMessage()) for record in caplog.records]
    # A shape without a line in EXPECTED is a shape that nobody has thought about.
    match EXPECTED[name]:
        case Shown() as shown:
            call = slack.last(shown.method)
            for text in shown.texts:
                assert text in everything_in(call)
            assert {argument: call.get(argument) for argument in shown.arguments} == dict(shown.arguments)
            assert len([each for each in slack.calls if each.method != "users.info"]) == 1, "answered once"
            assert shown.kept in await drafts(small_world)
        case Answered(texts):
            assert all(text in json.dumps(answer, ensure_ascii=False) for text in texts)
        case Logged(reason, level):
            assert [(line_level, reason in line) for line_level, line in said] == [(level, True)]
            assert slack.calls == []
        case Nothing():
            assert (answer, slack.calls) == ("", [])


async def drafts(world: World) -> str:
    """Everything that was filled in in forms that are open."""
    async with world.database.transaction() as session:
        found = await session.scalars(select(Draft.answers))  # type: ignore[call-overload]
        return "\n".join(str(value) for answers in found for value in answers.values())


def everything_in(call: Mapping[str, Any]) -> str:
    """All that a person sees of it, and what fields begin with."""
    inputs = [block["element"] for block in call.get("view", {}).get("blocks", ()) if block["type"] == "input"]
    return "\n".join([shown_text(call), *(str(element.get("initial_value", "")) for element in inputs)])


def test_every_shape_is_expected_to_end_in_something() -> None:
    assert EXPECTED.keys() == SHAPES.keys()
