"""A stand-in for Slack: a real HTTP server that takes the bot's calls, and a client that sends signed requests.

It refuses what Slack is known to refuse (see `limits`), keeps what is on people's screens, and answers as it is told.
It has one workspace, which `Slack` itself is, and as many more as a test adds: each with tokens of its own, its own
people, conversations and screen. A token that it does not know, or no more, is refused as Slack refuses it.
"""

import asyncio
import base64
import hashlib
import hmac
import io
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.clock import FixedClock
from tests.slack.limits import broken_by_home, broken_by_message, broken_by_metadata, broken_by_view
from tests.world import HOSPITAL_TEAM, email_of

Json = dict[str, Any]
SECRET = "secret-of-the-tests"
TOKEN = "xoxb-token-of-the-tests"
CLIENT_ID = "1.1"
CLIENT_SECRET = "client-secret-of-the-tests"
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


@dataclass
class Channel:
    """A conversation as Slack tells of it (conversations.info, conversations.members); `at_once`: members on a page."""

    members: list[str]
    info: Json = field(default_factory=lambda: {"is_channel": True, "is_private": True})
    at_once: int = 100

    def page(self, arguments: Json) -> Json:
        start = int(arguments.get("cursor") or 0)
        end = start + min(self.at_once, int(arguments["limit"]))
        cursor = str(end) if end < len(self.members) else ""
        return {"ok": True, "members": self.members[start:end], "response_metadata": {"next_cursor": cursor}}


class Workspace:
    """One workspace: what is on people's screens there, and what the bot did in it. `view` is the modal on the screen,
    as Slack would send it back.

    Args:
        id: `T…`, or `E…` for an app that is installed for a whole Enterprise Grid.
        members: the ids of those who are there; `None`: whoever is asked for.
        enterprise: the Grid that it is a part of.
        bot: the bot's own user there.
    """

    def __init__(
        self, id: str, *, members: frozenset[str] | None = None, enterprise: str = "", bot: str = "U-BOT"
    ) -> None:
        self.id = id
        self.members = members
        self.enterprise = enterprise
        self.bot = bot
        self.calls: list[Call] = []
        self.refused: list[str] = []
        self.view: Json | None = None
        self.homes: dict[str, Json] = {}
        """User → the home that they see, as Slack would send it back."""
        self.conversations: dict[str, list[Json]] = defaultdict(list)
        """Conversation → what the bot has posted there, oldest first."""
        self.users: dict[str, Json] = {}
        self.unknown: set[str] = set()
        self.channels: dict[str, Channel] = {}
        """Conversations that the bot is told of."""
        self.cards: dict[str, Json] = {}
        """Link → the card that stands in its place, in whichever message."""
        self.uploads: str = ""
        self.response_url: str = ""
        self._told: dict[str, deque[Answer]] = defaultdict(deque)

    def will_answer(self, method: str, *answers: Answer) -> None:
        """Answer the next calls of this method so."""
        self._told[method].extend(answers)

    def made(self, method: str) -> list[Json]:
        """The arguments of each call of this method."""
        return [call.arguments for call in self.calls if call.method == method]

    def last(self, method: str) -> Json:
        return self.made(method)[-1]

    def told(self, method: str) -> Answer | None:
        return self._told[method].popleft() if self._told[method] else None

    def does(self, method: str, arguments: Json) -> Json:
        match method:
            case "views.open" | "views.update":
                return self._shows(arguments)
            case "views.publish":
                return self._publishes(arguments)
            case "chat.postMessage" | "chat.update" | "chat.postEphemeral":
                return self._posts(method, arguments)
            case "conversations.history" | "conversations.replies":
                return self._history(arguments)
            case "conversations.info" | "conversations.members" if arguments["channel"] not in self.channels:
                return {"ok": False, "error": "channel_not_found"}
            case "conversations.info":
                return {"ok": True, "channel": {"id": arguments["channel"], **self.channels[arguments["channel"]].info}}
            case "conversations.members":
                return self.channels[arguments["channel"]].page(arguments)
            case "chat.unfurl":
                return self._unfurls(arguments["unfurls"])
            case "users.info":
                return self._found(arguments["user"], "user_not_found")
            case "users.lookupByEmail":
                name = arguments["email"].partition("@")[0]
                return self._found(f"U-{name}", "users_not_found")
            case "chat.getPermalink":
                at = f"{arguments['channel']}/p{arguments['message_ts'].replace('.', '')}"
                return {"ok": True, "channel": arguments["channel"], "permalink": f"https://x.slack.com/archives/{at}"}
            case "auth.test":
                grid = {"enterprise_id": self.enterprise} if self.enterprise else {}
                return {"ok": True, "team_id": self.id, "user_id": self.bot, **grid}
            case "conversations.open":
                if not self.has(arguments["users"]):
                    return {"ok": False, "error": "user_not_found"}
                return {"ok": True, "channel": {"id": arguments["users"].replace("U-", "D-")}}
            case "files.getUploadURLExternal":
                return {"ok": True, "upload_url": self.uploads, "file_id": "F-1"}
            case "files.completeUploadExternal":
                return {"ok": True, "files": arguments["files"]}
            case other:
                return {"ok": False, "error": f"unknown_method {other}"}

    def has(self, user_id: str) -> bool:
        """Whether it has somebody of this id; of what is no person's id nothing is known."""
        somebody = user_id.startswith(("U-", "D-"))
        return self.members is None or not somebody or f"U-{user_id[2:]}" in self.members

    def _found(self, user_id: str, error: str) -> Json:
        if user_id in self.unknown or not self.has(user_id):
            return {"ok": False, "error": error}
        return {"ok": True, "user": self.user(user_id)}

    def user(self, user_id: str) -> Json:
        return self.users.get(user_id) or {
            "id": user_id,
            "team_id": self.id,
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

    def _publishes(self, arguments: Json) -> Json:
        """Slack: «views.publish». Who is not there has no home."""
        broken = broken_by_home(arguments["view"])
        self.refused += broken
        if broken or not self.has(arguments["user_id"]):
            return {"ok": False, "error": "invalid_arguments"}
        number = len(self.calls)
        home = {**arguments["view"], "id": f"VH-{arguments['user_id']}", "hash": f"hash-{number}"}
        self.homes[arguments["user_id"]] = {**home, "app_installed_team_id": self.id}
        return {"ok": True, "view": self.homes[arguments["user_id"]]}

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
        if not self.has(channel):
            return {"ok": False, "error": "channel_not_found"}
        ts = str(arguments.get("ts", ts_of(len(self.calls))))
        there = next((each for each in self.conversations[channel] if each["ts"] == arguments.get("ts")), None)
        if method == "chat.update" and there is not None:
            there |= {name: arguments[name] for name in ("text", "blocks")}
        if method == "chat.postMessage":
            kept = ("text", "blocks", "metadata", "thread_ts")
            self.conversations[channel].append({"ts": ts, **{k: arguments[k] for k in kept if k in arguments}})
        return {"ok": True, "channel": channel, "ts": ts}

    def _unfurls(self, unfurls: Json) -> Json:
        broken = [each for card in unfurls.values() for each in broken_by_message(card["blocks"], "card")]
        self.refused += broken
        if broken:
            return {"ok": False, "error": "invalid_blocks"}
        self.cards |= unfurls
        return {"ok": True}

    def _history(self, arguments: Json) -> Json:
        """Newest first; metadata only where it is asked for, and a person's id is no conversation's (Slack:
        conversations.history, «Arguments» and «Errors»). What stands in a thread is only told with it
        (conversations.replies, `ts`)."""
        channel = arguments["channel"]
        if not channel.startswith(("C", "D", "G")):
            return {"ok": False, "error": "channel_not_found"}
        thread = arguments.get("ts")
        found = [
            each if arguments.get("include_all_metadata") == "true" else {**each, "metadata": {}}
            for each in reversed(self.conversations[channel])
            if (thread in (each["ts"], each.get("thread_ts")) if thread else "thread_ts" not in each)
            and float(each["ts"]) > float(arguments.get("oldest", 0))
        ]
        limit = int(arguments.get("limit", 100))
        return {"ok": True, "messages": found[:limit], "has_more": len(found) > limit}


class Slack(Workspace):
    """The stand-in's server; also the workspace of the hospital, for tests that need no other."""

    def __init__(self) -> None:
        super().__init__(HOSPITAL_TEAM)
        self.refused_tokens: list[tuple[str, str]] = []
        """(method, error) of each call that was refused for its token."""
        self.approves: Workspace | None = self
        """Where whoever comes from the install page has the app installed; `None`: they press «Cancel»."""
        self.lives: int | None = None
        """How many seconds new tokens live; `None`: for good, as where rotation of tokens is not turned on."""
        self.active = 2
        """How many tokens of a workspace that live for a while are good at once: a new one ends the oldest."""
        self.forgives = False
        """Whether a refresh token is taken once more, as Slack has been seen to do within a moment."""
        self.meanwhile: Callable[[], object] = lambda: None
        """What happens elsewhere while Slack is asked for a token."""
        self.installs = 0
        self._tokens: dict[str, tuple[Workspace, str]] = {TOKEN: (self, "")}
        """Token → whose it is, and what Slack says of it; nothing where it is good."""
        self._refresh_tokens: dict[str, str] = {}
        """Refresh token → the token that it was given with."""
        self._codes: dict[str, Workspace] = {}
        self._ends: dict[tuple[str, str], int] = {}
        self._closing = asyncio.Event()
        application = web.Application()
        application.router.add_post("/api/oauth.v2.access", self._access)
        application.router.add_get("/oauth/v2/authorize", self._authorize)
        application.router.add_post("/api/{method}", self._api)
        application.router.add_post("/response/{workspace}", self._response_url)
        application.router.add_post("/upload/{workspace}", self._upload)
        self._server = TestServer(application)
        self.workspaces: dict[str, Workspace] = {}

    async def start(self) -> None:
        await self._server.start_server()
        self._reached(self)

    async def stop(self) -> None:
        self._closing.set()
        await self._server.close()

    @property
    def api_url(self) -> str:
        return str(self._server.make_url("/api/"))

    # --- several workspaces ---------------------------------------------------------------------------------

    def workspace(
        self,
        id: str,
        *,
        members: frozenset[str] | None = None,
        enterprise: str = "",
        token: str = "",
    ) -> Workspace:
        """One more workspace; with a token, the app is installed in it already."""
        added = Workspace(id, members=members, enterprise=enterprise, bot=f"U-BOT-{id}")
        self._reached(added)
        if token:
            self._tokens[token] = (added, "")
        return added

    def _reached(self, workspace: Workspace) -> None:
        self.workspaces[workspace.id] = workspace
        workspace.response_url = str(self._server.make_url(f"/response/{workspace.id}"))
        workspace.uploads = str(self._server.make_url(f"/upload/{workspace.id}"))

    def refuse(self, token: str, error: str) -> None:
        """From now on Slack says this of the token: `token_expired`, `token_revoked`, `account_inactive`."""
        workspace, _said = self._tokens[token]
        self._tokens[token] = (workspace, error)

    def uninstall(self, workspace: Workspace, error: str = "token_revoked") -> None:
        """As when somebody there removes the app: none of its tokens is good any more."""
        for token in self.tokens_of(workspace):
            self.refuse(token, error)

    def uninstall_after(self, workspace: Workspace, method: str, calls: int) -> None:
        """As when somebody removes the app in the middle: after so many more calls of this method."""
        self._ends[workspace.id, method] = calls

    def tokens_of(self, workspace: Workspace) -> list[str]:
        """The tokens that are good there, oldest first."""
        return [token for token, (whose, error) in self._tokens.items() if whose is workspace and not error]

    def code(self, workspace: Workspace) -> str:
        """What Slack sends a browser back with, once somebody has let the app into this workspace. Good for once."""
        code = f"code-{len(self._codes) + 1}"
        self._codes[code] = workspace
        return code

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        """Whoever is asked lets the app in, or presses «Cancel»."""
        assert request.query["client_id"] == CLIENT_ID
        back = {"state": request.query["state"]}
        if self.approves is None:
            back["error"] = "access_denied"
        else:
            back["code"] = self.code(self.approves)
        raise web.HTTPFound(f"{request.query['redirect_uri']}?{urlencode(back)}")

    async def _access(self, request: web.Request) -> web.StreamResponse:
        """Slack: oauth.v2.access. The app says who it is in the form, or in the header."""
        arguments: Json = {name: str(value) for name, value in (await request.post()).items()}
        header = request.headers.get("Authorization", "")
        if header.startswith("Basic "):
            names = ("client_id", "client_secret")
            given = base64.b64decode(header.removeprefix("Basic ")).decode().split(":", 1)
            arguments |= dict(zip(names, given, strict=True))
        self.calls.append(Call("oauth.v2.access", arguments))
        self.meanwhile()
        return await self._told_or(request, self, "oauth.v2.access", lambda: self._granted(arguments))

    def _granted(self, arguments: Json) -> Json:
        if arguments.get("client_id") != CLIENT_ID:
            return {"ok": False, "error": "invalid_client_id"}
        if arguments.get("client_secret") != CLIENT_SECRET:
            return {"ok": False, "error": "bad_client_secret"}
        if arguments.get("grant_type") == "refresh_token":
            refresh = arguments["refresh_token"]
            old = self._refresh_tokens.get(refresh)
            if not self.forgives:
                self._refresh_tokens.pop(refresh, None)
            if old is None or self._tokens[old][1] not in ("", "token_expired"):
                return {"ok": False, "error": "invalid_refresh_token"}
            workspace, _said = self._tokens[old]
            told = self.grant(workspace)
            for oldest in self.tokens_of(workspace)[: -self.active]:
                self.refuse(oldest, "token_expired")
            return told
        if arguments.get("code") not in self._codes:
            return {"ok": False, "error": "invalid_code"}
        return self.grant(self._codes.pop(arguments["code"]))

    def grant(self, workspace: Workspace, installer: str = "U-coordinator") -> Json:
        """A new token for this workspace, as oauth.v2.access tells of it."""
        self.installs += 1
        token = f"xoxb-{workspace.id}-{self.installs}"
        self._tokens[token] = (workspace, "")
        whole_grid = workspace.id.startswith("E")
        grid = workspace.id if whole_grid else workspace.enterprise
        told: Json = {
            "ok": True,
            "access_token": token,
            "token_type": "bot",
            "scope": "chat:write,commands",
            "bot_user_id": workspace.bot,
            "app_id": "A-1",
            "team": None if whole_grid else {"id": workspace.id, "name": f"Eksempel {workspace.id}"},
            "enterprise": {"id": grid, "name": f"Eksempel {grid}"} if grid else None,
            "is_enterprise_install": whole_grid,
            "authed_user": {"id": installer},
        }
        if self.lives is not None:
            refresh = f"xoxe-1-{workspace.id}-{self.installs}"
            self._refresh_tokens[refresh] = token
            told |= {"expires_in": self.lives, "refresh_token": refresh}
        return told

    # --- what comes in --------------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        is_json = request.content_type == "application/json"
        arguments: Json = (
            await request.json() if is_json else dict(parse_qsl(await request.text(), keep_blank_values=True))
        )
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        workspace, error = self._tokens.get(token, (self, "invalid_auth"))
        if error:
            self.refused_tokens.append((method, error))
            return web.json_response({"ok": False, "error": error})
        workspace.calls.append(Call(method, arguments))
        self._count_down(workspace, method)
        return await self._told_or(request, workspace, method, lambda: self._does(workspace, token, method, arguments))

    def _count_down(self, workspace: Workspace, method: str) -> None:
        left = self._ends.get((workspace.id, method), 0)
        if left == 1:
            self.uninstall(workspace)
        self._ends[workspace.id, method] = left - 1

    def _does(self, workspace: Workspace, token: str, method: str, arguments: Json) -> Json:
        match method:
            case "auth.revoke":
                self.refuse(token, "token_revoked")
                return {"ok": True, "revoked": True}
            case "apps.uninstall":
                if (arguments.get("client_id"), arguments.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
                    return {"ok": False, "error": "bad_client_secret"}
                self.uninstall(workspace)
                return {"ok": True}
            case _other:
                return workspace.does(method, arguments)

    async def _response_url(self, request: web.Request) -> web.StreamResponse:
        workspace = self.workspaces[request.match_info["workspace"]]
        arguments = await request.json()
        workspace.calls.append(Call("response_url", arguments))
        self.refused += broken_by_message(arguments["blocks"], arguments["text"])
        return await self._told_or(request, workspace, "response_url", dict)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        workspace = self.workspaces[request.match_info["workspace"]]
        workspace.calls.append(Call("upload", {"content": await request.read()}))
        return await self._told_or(request, workspace, "upload", dict)

    async def _told_or(self, request: web.Request, workspace: Workspace, method: str, usual: Any) -> web.StreamResponse:
        told = workspace.told(method)
        if told is None:
            return web.json_response(usual())
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


class Client:
    """Sends what Slack would send when somebody does something; signed as Slack signs it."""

    def __init__(self, url: str, http: aiohttp.ClientSession, slack: Workspace, clock: FixedClock) -> None:
        self.url = url
        self._http = http
        self.workspace = slack
        self._clock = clock
        self.user_id = "U-member"
        self.team = slack.id
        self.enterprise = ""
        """The Enterprise Grid that both the person's workspace and the app's (`slack`) are a part of."""
        self._triggers = 0
        self._events = 0

    def within(self, workspace: Workspace, user_id: str) -> "Client":
        """The same bot, spoken to in another workspace by this person."""
        there = Client(self.url, self._http, workspace, self._clock)
        there.user_id = user_id
        return there

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
            "team_id": self.workspace.id if self.enterprise else self.team,
            **({"enterprise_id": self.enterprise} if self.enterprise else {}),
            "user_id": self.user_id,
            "channel_id": "C-1",
            "trigger_id": f"trigger-{self._triggers}",
            "response_url": self.workspace.response_url,
        }
        return urlencode(fields).encode()

    async def command(self, line: str) -> tuple[int, Any]:
        return await self.form(self.command_body(line))

    def interaction_body(self, kind: str, **more: Any) -> bytes:
        self._triggers += 1
        payload = {
            "type": kind,
            "team": {"id": self.workspace.id, **({"enterprise_id": self.enterprise} if self.enterprise else {})},
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
            self.workspace.refused += broken_by_view(answer["view"])
            self.workspace.put(answer["view"])
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
        response_url = self.workspace.response_url
        return self.interaction_body("block_actions", actions=actions, message={"ts": "1.0"}, response_url=response_url)

    async def press(self, blocks: list[Json], label: str) -> tuple[int, Any]:
        return await self.form(self.press_body(blocks, label))

    def shortcut_body(self, name: str, text: str | None, **message: Any) -> bytes:
        """Choose «name» in the menu of somebody else's message, in a channel that the bot is not in."""
        whole = {"type": "message", "user": "U-another", "ts": "1.0", "text": text, **message}
        return self.interaction_body(
            "message_action",
            callback_id=name,
            response_url=self.workspace.response_url,
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
        payload = {
            "type": "event_callback",
            "team_id": self.team,
            "event_id": f"Ev-{self.workspace.id}-{self._events}",
            "event": event,
        }
        return await self.post(json.dumps({**payload, **more}).encode(), "application/json")

    async def open_home(self) -> tuple[int, Any]:
        """Click on the app: its first tab opens. Slack shows what stands there, and says so."""
        home = self.workspace.homes.get(self.user_id)
        event = {"type": "app_home_opened", "tab": "home", "user": self.user_id, "channel": "D-1"}
        return await self.event({**event, **({"view": home} if home else {})})

    async def press_on_home(self, label: str) -> tuple[int, Any]:
        """Press a button there: no message and no `response_url` comes with that (Slack: «block_actions payload»)."""
        home = self.workspace.homes[self.user_id]
        button = button_in(home["blocks"], label)
        actions = [{"type": "button", "action_id": button["action_id"], "value": button["value"]}]
        container = {"type": "view", "view_id": home["id"]}
        return await self.form(self.interaction_body("block_actions", actions=actions, container=container, view=home))

    async def write(self, text: str, /, **more: Any) -> tuple[int, Any]:
        """Write a line to the bot, alone with it."""
        event = {"type": "message", "channel_type": "im", "channel": "D-1", "user": self.user_id}
        return await self.event({**event, "text": text, **more})

    def _view(self) -> Json:
        assert self.workspace.view is not None, "no modal is open"
        return self.workspace.view


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
