"""Calls to the Bot Connector service, one at a time per conversation, with every outcome as one of `bot.messenger`'s.

botbuilder's own client is not used: see `docs/decisions` and platforms.md, «Teams: what botbuilder gets wrong».
"""

import asyncio
import io
import json
import weakref
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.messenger import MessageLost, Misconfigured, Rejected, SendError, TryLater, Uncertain, Unreachable
from bot.retry_after import seconds_to_wait
from bot.teams.tokens import Tokens
from config.settings import is_loopback
from handlers.calendar.clock import Clock
from handlers.writing.typed import without_slash

CALL_SECONDS = 5.0
"""For one call, with the wait for earlier ones to the same conversation: a turn has 15 s in all."""

Activity = dict[str, Any]
"""An activity as JSON (Bot Framework: «Activity object»)."""


class Connector:
    """The Bot Connector REST API, as the bot.

    Args:
        local: only service URLs on this machine are called, over http too; else only https.
    """

    def __init__(self, http: aiohttp.ClientSession, clock: Clock, tokens: Tokens, *, local: bool = False) -> None:
        self._http = http
        self._clock = clock
        self._tokens = tokens
        self._local = local
        # Teams takes 7 messages a second in a conversation: never two at once keeps the pace of an ordinary network.
        self._turns: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def send(
        self, service_url: str, conversation_id: str, activity: Activity, *, seconds: float = CALL_SECONDS
    ) -> str:
        """Send to a conversation; the id of what was sent. Raises `SendError`."""
        path = f"/v3/conversations/{_part(conversation_id)}/activities"
        answer = await self._call("POST", service_url, path, activity, conversation_id, seconds=seconds)
        return str(answer.get("id") or "")

    async def update(
        self,
        service_url: str,
        conversation_id: str,
        activity_id: str,
        activity: Activity,
        *,
        seconds: float = CALL_SECONDS,
    ) -> None:
        """Put `activity` in the place of one sent before. Raises `SendError`; `MessageLost` when it is not there."""
        path = f"/v3/conversations/{_part(conversation_id)}/activities/{_part(activity_id)}"
        whole = {**activity, "id": activity_id}
        await self._call(
            "PUT", service_url, path, whole, conversation_id, repeatable=True, seconds=seconds, missing=MessageLost
        )

    async def delete(self, service_url: str, conversation_id: str, activity_id: str) -> None:
        """Take away what was sent before. Raises `SendError`; `MessageLost` when it is not there."""
        path = f"/v3/conversations/{_part(conversation_id)}/activities/{_part(activity_id)}"
        await self._call("DELETE", service_url, path, None, conversation_id, repeatable=True, missing=MessageLost)

    async def member(self, service_url: str, conversation_id: str, user_id: str) -> Mapping[str, Any]:
        """Somebody in a conversation (Teams: «Get Teams-specific context», single member). Raises `SendError`."""
        path = f"/v3/conversations/{_part(conversation_id)}/members/{_part(user_id)}"
        return await self._call("GET", service_url, path, None, f"members of {conversation_id}", repeatable=True)

    async def roster(
        self, service_url: str, conversation_id: str, most: int, *, seconds: float = CALL_SECONDS
    ) -> list[dict[str, Any]] | None:
        """Everybody in a conversation (Bot Connector: «Get Conversation Paged Members»). None: they are more than
        `most`, or Teams does not say. Raises `SendError`."""
        path = f"/v3/conversations/{_part(conversation_id)}/pagedmembers?pageSize={most}"
        turn = f"members of {conversation_id}"
        answer = await self._call("GET", service_url, path, None, turn, repeatable=True, seconds=seconds)
        members = answer.get("members")
        if not isinstance(members, list) or not members or answer.get("continuationToken"):
            return None
        return [each for each in members if isinstance(each, dict)]

    async def open_private(
        self, service_url: str, *, bot_id: str, user_id: str, tenant_id: str, seconds: float = CALL_SECONDS
    ) -> str:
        """The id of the conversation between the bot and one person, which is made if need be. Raises `SendError`."""
        body = {
            "bot": {"id": bot_id},
            "members": [{"id": user_id}],
            "channelData": {"tenant": {"id": tenant_id}},
            "tenantId": tenant_id,
            "isGroup": False,
        }
        # The same one is answered every time.
        answer = await self._call(
            "POST", service_url, "/v3/conversations", body, user_id, repeatable=True, seconds=seconds
        )
        if not answer.get("id"):
            raise SendError("POST /v3/conversations: no id in the answer")
        return str(answer["id"])

    async def open_thread(self, service_url: str, channel_id: str, body: Activity) -> tuple[str, str]:
        """Begin a thread in a channel with its first message (`activity` in `body`); the id of its conversation, and of
        the message. Raises `SendError`."""
        answer = await self._call("POST", service_url, "/v3/conversations", body, channel_id)
        activity_id = str(answer.get("activityId") or "")
        conversation = str(answer.get("id") or f"{channel_id};messageid={activity_id}")
        return conversation, activity_id or conversation.partition(";messageid=")[2]

    def may_call(self, service_url: str) -> bool:
        """Whether an answer may be sent there."""
        try:
            address = URL(service_url)
        except ValueError:
            return False
        host = address.host or ""
        if address.user is not None or address.query_string or address.fragment:
            return False
        if self._local:
            return address.scheme in ("http", "https") and is_loopback(host)
        return address.scheme == "https" and bool(host)

    # --- one call ------------------------------------------------------------------------------------------

    async def _call(
        self,
        method: str,
        service_url: str,
        path: str,
        body: Activity | None,
        turn: str,
        *,
        repeatable: bool = False,
        seconds: float = CALL_SECONDS,
        missing: type[SendError] = Unreachable,
    ) -> dict[str, Any]:
        """`repeatable`: doing it twice has the effect of once, so that an uncertain outcome is `TryLater`.
        `missing`: what it means that something is not found, when it is not the conversation.

        A refused token is certain to have had no effect (platforms.md): the call is made once more with a new one."""
        what = f"{method} {_kind(path)}"
        if not self.may_call(service_url):
            raise SendError(f"{what}: a service URL that may not be called")
        # An id may hold anything: it stays as it was quoted here.
        url = URL(service_url.rstrip("/") + path, encoded=True)
        written = False
        try:
            async with asyncio.timeout(seconds), self._turns.setdefault(turn, asyncio.Lock()):
                token = await self._tokens.get()
                written = True
                got = await self._request(method, url, body, token)
                if got.status == 401:
                    self._tokens.forget()
                    written = False
                    token = await self._tokens.get()
                    written = True
                    got = await self._request(method, url, body, token)
                if got.status < 300:
                    return _object(got.content)
                raise self._refusal(what, got, repeatable=repeatable, missing=missing)
        except aiohttp.ClientConnectorError as error:
            raise TryLater(f"{what}: no connection ({type(error).__name__})") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = f"{what}: {type(error).__name__}"
            raise TryLater(reason) if repeatable or not written else Uncertain(reason) from None

    async def _request(self, method: str, url: URL, body: Activity | None, token: str | None) -> "_Got":
        async with self._http.request(
            method,
            url,
            # A picture can make it large, and bytes would be sent in one go.
            data=None if body is None else io.BytesIO(as_sent(body)),
            headers=_headers(token),
            # A redirect could carry the token to somebody else.
            allow_redirects=False,
        ) as response:
            return _Got(response.status, response.headers.get("Retry-After"), await response.read())

    def _refusal(self, what: str, got: "_Got", *, repeatable: bool, missing: type[SendError]) -> SendError:
        """What a status means (Teams: «Optimize your bot with rate limiting», and platforms.md)."""
        error = _object(got.content).get("error")
        code = str(error.get("code", "")) if isinstance(error, dict) else ""
        reason = f"{what}: {got.status} {code}".rstrip()
        match got.status:
            case 429:
                return TryLater(reason, seconds_to_wait(got.retry_after, self._clock.now()))
            case 412 | 502 | 504:
                return TryLater(reason)
            case status if status >= 500 or status == 408:
                return TryLater(reason) if repeatable else Uncertain(reason)
            case 401:
                self._tokens.forget()
                return Misconfigured(reason)
            case 403:
                return Unreachable(reason)
            case 404:
                return Unreachable(reason) if code == "ConversationNotFound" else missing(reason)
            case 400 | 413 | 414 | 415 | 422:
                # A card that Teams cannot read or finds too large, or an address that is none.
                return Rejected(reason)
            case _other:
                return SendError(reason)


class _Got(NamedTuple):
    """An answer of the service."""

    status: int
    retry_after: str | None
    content: bytes


def _headers(token: str | None) -> dict[str, str]:
    headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return headers


def as_sent(body: Any) -> bytes:
    """JSON as it goes to Teams, where commands in sentences are ordinary words."""
    return without_slash(json.dumps(body, ensure_ascii=False)).encode()


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _part(value: str) -> str:
    return quote(value, safe="")


def _kind(path: str) -> str:
    """A path without the ids in it, for the log."""
    parts = path.split("/")
    return "/".join(part if number in (1, 2, 4) else "…" for number, part in enumerate(parts) if part)
