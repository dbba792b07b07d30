"""A stand-in for Slack: a real HTTP server that takes the bot's calls, and a client that sends signed requests.

It refuses what Slack is known to refuse (see `limits`), keeps what is on people's screens, and answers as it is told.
"""

import asyncio
import hashlib
import hmac
import io
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.clock import FixedClock
from tests.slack.limits import broken_by_message, broken_by_metadata, broken_by_view
from tests.world import HOSPITAL_TEAM, email_of

Json = dict[str, Any]
SECRET = "secret-of-the-tests"
TOKEN = "xoxb-token-of-the-tests"
_FIRST_TS = FixedClock().now().timestamp()
"""The first message is posted when the tests' clock begins; Slack's ids of messages are moments."""


def ts_of(number: int) -> str:
    """The id of a message that the bot's call of this number, from 1, posted."""
    return f"{_FIRST_TS + number:.6f}"


@dataclass
class Answer:
    """How to answer one call. `reset`: take the request and break the connection. `hang`: never answer. `done`: do
    what was asked all the same, as when only the answer is lost."""

    body: Json | str = field(default_factory=lambda: {"ok": True})
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    reset: bool = False
    hang: bool = False
    done: bool = False


def no(code: str) -> Answer:
    """Slack's way of refusing."""
    return Answer({"ok": False, "error": code})


@dataclass(frozen=True)
class Call:
    """What the bot asked Slack to do."""

    method: str
    arguments: Json


class Slack:
    """The stand-in's server. `view` is the modal on the screen, as Slack would send it back."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.refused: list[str] = []
        self.view: Json | None = None
        self.conversations: dict[str, list[Json]] = defaultdict(list)
        """Conversation → what the bot has posted there, oldest first."""
        self.users: dict[str, Json] = {}
        self.unknown: set[str] = set()
        self._told: dict[str, deque[Answer]] = defaultdict(deque)
        self._closing = asyncio.Event()
        application = web.Application()
        application.router.add_post("/api/{method}", self._api)
        application.router.add_post("/response/{number}", self._response_url)
        application.router.add_post("/upload", self._upload)
        self._server = TestServer(application)

    async def start(self) -> None:
        await self._server.start_server()

    async def stop(self) -> None:
        self._closing.set()
        await self._server.close()

    @property
    def api_url(self) -> str:
        return str(self._server.make_url("/api/"))

    @property
    def response_url(self) -> str:
        return str(self._server.make_url("/response/1"))

    def will_answer(self, method: str, *answers: Answer) -> None:
        """Answer the next calls of this method so."""
        self._told[method].extend(answers)

    def made(self, method: str) -> list[Json]:
        """The arguments of each call of this method."""
        return [call.arguments for call in self.calls if call.method == method]

    def last(self, method: str) -> Json:
        return self.made(method)[-1]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        is_json = request.content_type == "application/json"
        arguments: Json = await request.json() if is_json else dict(await request.post())
        self.calls.append(Call(method, arguments))
        return await self._told_or(request, method, lambda: self._does(method, arguments))

    async def _response_url(self, request: web.Request) -> web.StreamResponse:
        arguments = await request.json()
        self.calls.append(Call("response_url", arguments))
        self.refused += broken_by_message(arguments["blocks"], arguments["text"])
        return await self._told_or(request, "response_url", dict)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(Call("upload", {"content": await request.read()}))
        return await self._told_or(request, "upload", dict)

    async def _told_or(self, request: web.Request, method: str, usual: Any) -> web.StreamResponse:
        if not self._told[method]:
            return web.json_response(usual())
        told = self._told[method].popleft()
        if told.done:
            usual()
        if told.hang:
            await self._closing.wait()
        if told.reset or told.hang:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        text = told.body if isinstance(told.body, str) else json.dumps(told.body)
        kind = "text/html" if isinstance(told.body, str) else "application/json"
        return web.Response(status=told.status, text=text, content_type=kind, headers=told.headers)

    def _does(self, method: str, arguments: Json) -> Json:
        match method:
            case "views.open" | "views.update":
                return self._shows(arguments)
            case "chat.postMessage" | "chat.update" | "chat.postEphemeral":
                return self._posts(method, arguments)
            case "conversations.history":
                return self._history(arguments)
            case "users.info" if arguments["user"] in self.unknown:
                return {"ok": False, "error": "user_not_found"}
            case "users.info":
                return {"ok": True, "user": self.user(arguments["user"])}
            case "users.lookupByEmail":
                name = arguments["email"].partition("@")[0]
                return {"ok": True, "user": self.user(f"U-{name}")}
            case "auth.test":
                return {"ok": True, "team_id": HOSPITAL_TEAM, "user_id": "U-BOT"}
            case "conversations.open":
                return {"ok": True, "channel": {"id": arguments["users"].replace("U-", "D-")}}
            case "files.getUploadURLExternal":
                return {"ok": True, "upload_url": str(self._server.make_url("/upload")), "file_id": "F-1"}
            case "files.completeUploadExternal":
                return {"ok": True, "files": arguments["files"]}
            case other:
                return {"ok": False, "error": f"unknown_method {other}"}

    def user(self, user_id: str) -> Json:
        return self.users.get(user_id) or {
            "id": user_id,
            "team_id": HOSPITAL_TEAM,
            "name": user_id.lower(),
            "is_bot": False,
            "is_email_confirmed": True,
            "profile": {"real_name": f"Eksempel {user_id}", "email": email_of(user_id.removeprefix("U-"))},
        }

    def _shows(self, arguments: Json) -> Json:
        view = arguments["view"]
        broken = broken_by_view(view)
        self.refused += broken
        if broken:
            return {"ok": False, "error": "invalid_arguments"}
        self.put(view)
        return {"ok": True, "view": self.view}

    def put(self, view: Json) -> None:
        """Show this modal, with an id of its own and nothing typed in it yet."""
        number = len(self.calls)
        self.view = {**view, "id": (self.view or {}).get("id", f"V-{number}"), "hash": f"hash-{number}"}

    def _posts(self, method: str, arguments: Json) -> Json:
        broken = [*broken_by_message(arguments["blocks"], arguments["text"]), *broken_by_metadata(arguments)]
        self.refused += broken
        if broken:
            return {"ok": False, "error": "invalid_blocks"}
        channel = str(arguments["channel"]).replace("U-", "D-")
        ts = str(arguments.get("ts", ts_of(len(self.calls))))
        if method == "chat.postMessage":
            kept = ("text", "blocks", "metadata")
            self.conversations[channel].append({"ts": ts, **{k: arguments[k] for k in kept if k in arguments}})
        return {"ok": True, "channel": channel, "ts": ts}

    def _history(self, arguments: Json) -> Json:
        """Newest first; metadata only where it is asked for, and a person's id is no conversation's (Slack:
        conversations.history, «Arguments» and «Errors»)."""
        channel = arguments["channel"]
        if not channel.startswith(("C", "D", "G")):
            return {"ok": False, "error": "channel_not_found"}
        found = [
            each if arguments.get("include_all_metadata") == "true" else {**each, "metadata": {}}
            for each in reversed(self.conversations[channel])
            if float(each["ts"]) > float(arguments.get("oldest", 0))
        ]
        limit = int(arguments.get("limit", 100))
        return {"ok": True, "messages": found[:limit], "has_more": len(found) > limit}


class Client:
    """Sends what Slack would send when somebody does something; signed as Slack signs it."""

    def __init__(self, url: str, http: aiohttp.ClientSession, slack: Slack, clock: FixedClock) -> None:
        self.url = url
        self._http = http
        self._slack = slack
        self._clock = clock
        self.user_id = "U-member"
        self.team = HOSPITAL_TEAM
        self.enterprise = ""
        """The Enterprise Grid that both the person's workspace and the app's (`HOSPITAL_TEAM`) are a part of."""
        self._triggers = 0
        self._events = 0

    async def post(
        self,
        body: bytes,
        content_type: str,
        *,
        age: float = 0,
        timestamp: str = "",
        signature: str = "",
        chunked: bool = False,
    ) -> tuple[int, Any]:
        """(status, answer). `age`: seconds since it was signed. `chunked`: without telling its length beforehand."""
        timestamp = timestamp or str(int(self._clock.now().timestamp() - age))
        digest = hmac.new(SECRET.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature or f"v0={digest}",
        }
        data = in_pieces(body) if chunked else io.BytesIO(body)
        async with self._http.post(f"{self.url}/slack/events", data=data, headers=headers) as response:
            text = await response.text()
            return response.status, json.loads(text) if text.startswith("{") else text

    async def form(self, body: bytes) -> tuple[int, Any]:
        return await self.post(body, "application/x-www-form-urlencoded")

    def command_body(self, line: str) -> bytes:
        self._triggers += 1
        word, _space, text = line.partition(" ")
        fields = {
            "command": word,
            "text": text,
            # Where it was written: on Enterprise Grid that need not be where the person is at home.
            "team_id": HOSPITAL_TEAM if self.enterprise else self.team,
            **({"enterprise_id": self.enterprise} if self.enterprise else {}),
            "user_id": self.user_id,
            "channel_id": "C-1",
            "trigger_id": f"trigger-{self._triggers}",
            "response_url": self._slack.response_url,
        }
        return urlencode(fields).encode()

    async def command(self, line: str) -> tuple[int, Any]:
        return await self.form(self.command_body(line))

    def interaction_body(self, kind: str, **more: Any) -> bytes:
        self._triggers += 1
        payload = {
            "type": kind,
            "team": {"id": HOSPITAL_TEAM, **({"enterprise_id": self.enterprise} if self.enterprise else {})},
            **({"enterprise": {"id": self.enterprise}} if self.enterprise else {}),
            "user": {"id": self.user_id, "team_id": self.team},
            "trigger_id": f"trigger-{self._triggers}",
            **more,
        }
        return urlencode({"payload": json.dumps(payload)}).encode()

    async def submit(self, values: Json) -> tuple[int, Any]:
        """Press the submit button of the modal on the screen, and show what comes of it."""
        status, answer = await self.form(self.submission_body(values))
        if isinstance(answer, dict) and answer.get("response_action") == "update":
            self._slack.refused += broken_by_view(answer["view"])
            self._slack.put(answer["view"])
        return status, answer

    def submission_body(self, values: Json) -> bytes:
        return self.interaction_body("view_submission", view=with_state(self._view(), values))

    async def press_in_form(self, action_id: str, values: Json) -> tuple[int, Any]:
        """Press a button in the modal on the screen."""
        actions = [{"type": "button", "action_id": action_id}]
        view = with_state(self._view(), values)
        return await self.form(self.interaction_body("block_actions", view=view, actions=actions))

    async def type(self, values: Json) -> tuple[int, Any]:
        """Type in the modal on the screen."""
        actions = [{"type": "plain_text_input", "action_id": "text", "block_id": next(iter(values))}]
        view = with_state(self._view(), values)
        return await self.form(self.interaction_body("block_actions", view=view, actions=actions))

    async def close(self, values: Json) -> tuple[int, Any]:
        view = with_state(self._view(), values)
        return await self.form(self.interaction_body("view_closed", view=view, is_cleared=False))

    async def search(self, field_name: str, query: str) -> tuple[int, Any]:
        body = self.interaction_body(
            "block_suggestion", view=self._view(), action_id="search", block_id=field_name, value=query
        )
        return await self.form(body)

    def press_body(self, blocks: list[Json], label: str) -> bytes:
        """Press the button with this label, in a message."""
        button = button_in(blocks, label)
        actions = [{"type": "button", "action_id": button["action_id"], "value": button["value"]}]
        response_url = self._slack.response_url
        return self.interaction_body("block_actions", actions=actions, message={"ts": "1.0"}, response_url=response_url)

    async def press(self, blocks: list[Json], label: str) -> tuple[int, Any]:
        return await self.form(self.press_body(blocks, label))

    def shortcut_body(self, name: str, text: str | None, **message: Any) -> bytes:
        """Choose «name» in the menu of somebody else's message, in a channel that the bot is not in."""
        whole = {"type": "message", "user": "U-another", "ts": "1.0", "text": text, **message}
        return self.interaction_body(
            "message_action",
            callback_id=name,
            response_url=self._slack.response_url,
            message={key: value for key, value in whole.items() if value is not None},
            channel={"id": "C-2", "name": "avdelingen"},
        )

    async def shortcut(self, name: str, text: str | None, **message: Any) -> tuple[int, Any]:
        return await self.form(self.shortcut_body(name, text, **message))

    async def begin(self, name: str) -> tuple[int, Any]:
        """Choose «name» beside the field for a new message: where that was is not told, nor is there an answer URL."""
        return await self.form(self.interaction_body("shortcut", callback_id=name, action_ts="1.0"))

    async def event(self, event: Json, **more: Any) -> tuple[int, Any]:
        self._events += 1
        payload = {"type": "event_callback", "team_id": self.team, "event_id": f"Ev{self._events}", "event": event}
        return await self.post(json.dumps({**payload, **more}).encode(), "application/json")

    async def write(self, text: str, /, **more: Any) -> tuple[int, Any]:
        """Write a line to the bot, alone with it."""
        event = {"type": "message", "channel_type": "im", "channel": "D-1", "user": self.user_id}
        return await self.event({**event, "text": text, **more})

    def _view(self) -> Json:
        assert self._slack.view is not None, "no modal is open"
        return self._slack.view


async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


def button_in(blocks: list[Json], label: str) -> Json:
    """The button with this label."""
    buttons = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    return next(button for button in buttons if button["text"]["text"] == label)


def with_state(view: Json, values: Json) -> Json:
    """The modal with these values filled in by field name, and what it began with in the other fields."""
    state: dict[str, Json] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            name, element = block["block_id"], block["element"]
            state[name] = {
                element["action_id"]: filled(element, values[name]) if name in values else untouched(element)
            }
    return {**view, "state": {"values": state}}


def filled(element: Json, value: Any) -> Json:
    """The state of an element that somebody filled in with a raw value."""
    kind = element["type"]
    options = [{"text": {"type": "plain_text", "text": "?"}, "value": item} for item in value or ()]
    match kind:
        case "plain_text_input":
            return {"type": kind, "value": value}
        case "static_select" | "external_select":
            return {"type": kind, "selected_option": {"value": value} if value else None}
        case "checkboxes" if element["action_id"].startswith("yes"):
            return {"type": kind, "selected_options": element["options"] if value == "true" else []}
        case "multi_static_select" | "multi_external_select" | "checkboxes":
            return {"type": kind, "selected_options": options}
        case "datepicker":
            return {"type": kind, "selected_date": value}
        case "timepicker":
            return {"type": kind, "selected_time": value}
        case other:
            raise ValueError(other)


def untouched(element: Json) -> Json:
    """The state of an element that nobody touched."""
    kind = element["type"]
    match kind:
        case "plain_text_input":
            return {"type": kind, "value": element.get("initial_value")}
        case "static_select" | "external_select":
            return {"type": kind, "selected_option": element.get("initial_option")}
        case "multi_static_select" | "multi_external_select" | "checkboxes":
            return {"type": kind, "selected_options": element.get("initial_options", [])}
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date")}
        case "timepicker":
            return {"type": kind, "selected_time": element.get("initial_time")}
        case other:
            raise ValueError(other)
