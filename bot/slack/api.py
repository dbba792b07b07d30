"""Calls to Slack, one at a time and never repeated here, with every outcome as one of `bot.messenger`'s errors.

Slack's own client is not used: a retry or a time-out in it cannot be told from a call that arrived, and a message
would be posted twice (platforms.md, «Slack: what Bolt leaves to the app»).
"""

import asyncio
import io
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import aiohttp

from bot.messenger import AppGone, Misconfigured, Rejected, SendError, TryLater, Uncertain, Unreachable
from bot.retry_after import seconds_to_wait
from bot.slack.as_sent import AsSent
from bot.slack.elements import without_pictures
from bot.slack.tokens import Tokens
from handlers.calendar.clock import Clock

log = logging.getLogger(__name__)
T = TypeVar("T")

CALL_SECONDS = 8.0
CONNECT_SECONDS = 3.0

Body = bytes | io.BytesIO | dict[str, str]
"""JSON, a file, or a form."""

_JSON_HEADERS = {"Content-Type": "application/json; charset=utf-8"}

# Error codes: Slack Web API reference, «Errors» of chat.postMessage, chat.update, conversations.open, views.open.
_NOT_THERE = {
    "not_in_channel", "channel_not_found", "user_not_found", "user_disabled", "user_not_visible", "users_not_found",
    "is_archived", "cannot_dm_bot",
}  # fmt: skip
_NOT_ALLOWED = {
    "token_expired", "invalid_auth", "not_authed", "missing_scope", "no_permission",
    "not_allowed_token_type", "org_login_required", "ekm_access_denied", "enterprise_is_restricted",
    "team_access_not_granted", "messages_tab_disabled",
}  # fmt: skip
_TOKEN_IS_OVER = {"token_expired", "token_revoked", "invalid_auth"}
"""What Slack says of a token that another may have taken the place of (Slack: «Token rotation»)."""
_TAKEN_OUT = "token_revoked"
"""What it says where the app was taken out of the workspace, once no other token has taken this one's place."""
_CLOSED = "account_inactive"
"""What Slack says of a closed account: of whoever is written to, and of the bot itself where the app was taken out of
the workspace (Slack: «auth.test», «Errors»)."""
_WHO_AM_I, _WHO_AM_I_SECONDS = "auth.test", 2.0
_BAD_BLOCKS = "invalid_blocks"
_NEVER = {
    # What we send.
    _BAD_BLOCKS, "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text", "markdown_text_conflict",
    "invalid_attachments", "too_many_attachments", "attachment_payload_limit_exceeded", "metadata_too_large",
    "metadata_must_be_sent_from_app", "invalid_metadata_format", "invalid_metadata_schema", "invalid_arguments",
    "invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data", "invalid_post_type",
    "missing_post_type", "missing_argument", "invalid_json", "json_not_object", "unknown_method", "method_deprecated",
    "deprecated_endpoint", "file_upload_size_restricted", "files_too_large",
    # Whom we send it to.
    "user_is_restricted", "restricted_action", "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked", "slack_connect_file_upload_sharing_blocked",
    "slack_connect_file_link_sharing_blocked", "slack_connect_canvas_sharing_blocked",
}  # fmt: skip
_NEVER_STATUSES = {400, 413, 414, 415, 422}
_PERHAPS_DONE = {"internal_error", "fatal_error", "service_unavailable"}
_LATER = {"ratelimited", "rate_limited", "request_timeout", "team_added_to_org", "accesslimited"}


class SlackSaidNo(SendError):
    """Slack understood the call and refused it, for a reason (`code`) that only the caller can judge."""

    def __init__(self, method: str, code: str) -> None:
        self.code = code
        super().__init__(f"{method}: {code}")


class SlackRejected(SlackSaidNo, Rejected):
    """Slack will refuse it however often it is asked."""


class SlackApi:
    """The Web API, as the bot.

    Args:
        http: shared by all who call (a connection is kept open between calls).
        url: where the API is, e.g. `https://slack.com/api/`.
        tokens: of the workspace that it speaks to.
    """

    def __init__(self, http: aiohttp.ClientSession, *, url: str, tokens: Tokens, clock: Clock) -> None:
        self._http = http
        self._url = url if url.endswith("/") else url + "/"
        self._tokens = tokens
        self._clock = clock
        self._scopes: frozenset[str] | None = None

    @property
    def scopes(self) -> frozenset[str] | None:
        """What the token may do, as Slack said with its last answer (`X-OAuth-Scopes`); None: it has not said."""
        return self._scopes

    def lacks(self, scope: str) -> bool:
        """Whether Slack said, with its last answer, that the token does not have this scope (`X-OAuth-Scopes`)."""
        return self._scopes is not None and scope not in self._scopes

    async def call(
        self, method: str, arguments: Mapping[str, Any], *, repeatable: bool = False, seconds: float = CALL_SECONDS
    ) -> dict[str, Any]:
        """Call a method that takes JSON, and return its answer.

        `repeatable`: doing it twice has the effect of once, so that an uncertain outcome is `TryLater`.

        Raises:
            SendError: one of its kinds; `SlackSaidNo` where the error code means none of the others.
        """
        body = as_sent(arguments)
        return await self._post(method, body, _JSON_HEADERS, repeatable=repeatable, seconds=seconds)

    async def ask(self, method: str, arguments: Mapping[str, str], *, seconds: float = CALL_SECONDS) -> dict[str, Any]:
        """Call a method that changes nothing and takes no JSON (`users.info`). Raises as `call` does."""
        return await self._post(method, dict(arguments), {}, repeatable=True, seconds=seconds)

    async def show(
        self,
        method: str,
        arguments: Mapping[str, Any],
        *,
        repeatable: bool = False,
        seconds: float = CALL_SECONDS,
        pictures_lost: Callable[[], None] = lambda: None,
    ) -> dict[str, Any]:
        """`call`, for a method that shows `blocks`. `seconds` is for the whole of it. `pictures_lost` is called
        where it was shown so, since Slack could not fetch them."""
        until = asyncio.get_running_loop().time() + seconds

        async def call(arguments: Mapping[str, Any]) -> dict[str, Any]:
            left = max(1.0, until - asyncio.get_running_loop().time())
            return await self.call(method, arguments, repeatable=repeatable, seconds=left)

        return await _with_pictures_or_without(arguments, call, pictures_lost)

    async def respond(
        self, response_url: str, body: Mapping[str, Any], pictures_lost: Callable[[], None] = lambda: None
    ) -> None:
        """Answer at the address that came with a request: 5 times within 30 minutes. `pictures_lost` as for `show`.
        Raises as `call` does."""

        async def call(body: Mapping[str, Any]) -> None:
            status, retry_after, answer = await self._send(
                "response_url", response_url, as_sent(body), _JSON_HEADERS, repeatable=False
            )
            # Which status comes with it is not documented.
            if _BAD_BLOCKS.encode() in answer:
                raise SlackRejected("response_url", _BAD_BLOCKS)
            if status != 200:
                raise self._failed("response_url", status, retry_after, repeatable=False)

        await _with_pictures_or_without(body, call, pictures_lost)

    async def upload(self, url: str, content: bytes) -> None:
        """Send a file's content to the address that `files.getUploadURLExternal` gave. Raises as `call` does."""
        status, retry_after, _answer = await self._send("upload", url, io.BytesIO(content), {}, repeatable=True)
        if status != 200:
            raise self._failed("upload", status, retry_after, repeatable=True)

    async def _post(
        self,
        method: str,
        body: Body,
        headers: Mapping[str, str],
        *,
        repeatable: bool,
        seconds: float,
    ) -> dict[str, Any]:
        token = await self._tokens.get()
        answer, retry_after = await self._told(method, body, headers, token, repeatable=repeatable, seconds=seconds)
        error = str(answer.get("error"))
        is_over = await self._is_over(method, error, token)
        if is_over and await self._tokens.refused(token, error):
            token = await self._tokens.get()
            answer, retry_after = await self._told(method, body, headers, token, repeatable=repeatable, seconds=seconds)
            error = str(answer.get("error"))
            is_over = await self._is_over(method, error, token)
        if answer["ok"] is True:
            return answer
        if is_over and error == _CLOSED:
            raise AppGone(f"{method}: the bot's account is closed")
        raise _refusal(method, error, retry_after, repeatable=repeatable)

    async def _is_over(self, method: str, error: str, token: str) -> bool:
        """Whether Slack says that the token is good no more. Of a closed account, which may be the bot's own or a
        person's, it is asked which. Raises `SendError`."""
        if error != _CLOSED or method == _WHO_AM_I:
            return error in _TOKEN_IS_OVER
        told, _wait = await self._told(_WHO_AM_I, {}, {}, token, repeatable=True, seconds=_WHO_AM_I_SECONDS)
        return str(told.get("error")) in {*_TOKEN_IS_OVER, _CLOSED}

    async def _told(
        self, method: str, body: Body, headers: Mapping[str, str], token: str, *, repeatable: bool, seconds: float
    ) -> tuple[dict[str, Any], float | None]:
        """(answer, seconds of Retry-After)."""
        status, retry_after, text = await self._send(
            method,
            self._url + method,
            body,
            {"Authorization": f"Bearer {token}", **headers},
            repeatable=repeatable,
            seconds=seconds,
        )
        if status != 200:
            raise self._failed(method, status, retry_after, repeatable=repeatable)
        try:
            answer = dict(json.loads(text))
            answer["ok"]
        except (ValueError, KeyError, TypeError):
            raise _perhaps_done(f"{method}: an answer that is no JSON of Slack's", repeatable=repeatable) from None
        return answer, retry_after

    async def _send(
        self,
        method: str,
        url: str,
        body: Body,
        headers: Mapping[str, str],
        *,
        repeatable: bool,
        seconds: float = CALL_SECONDS,
    ) -> tuple[int, float | None, bytes]:
        """(status, seconds of Retry-After, body of the answer)."""
        try:
            async with self._http.post(
                url, data=body, headers=headers, timeout=_timeout(seconds), allow_redirects=False
            ) as response:
                text = await response.read()
                if (scopes := response.headers.get("X-OAuth-Scopes")) is not None:
                    self._scopes = frozenset(scope.strip() for scope in scopes.split(","))
                return response.status, seconds_to_wait(response.headers.get("Retry-After"), self._clock.now()), text
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise TryLater(f"{method}: no connection ({type(error).__name__})") from None
        except aiohttp.InvalidURL:
            raise SlackSaidNo(method, "invalid_url") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _perhaps_done(f"{method}: {type(error).__name__}", repeatable=repeatable) from None

    def _failed(self, method: str, status: int, retry_after: float | None, *, repeatable: bool) -> SendError:
        if status == 429:
            return TryLater(f"{method}: 429", retry_after)
        if status >= 500 or status == 408:
            return _perhaps_done(f"{method}: {status}", repeatable=repeatable, seconds=retry_after)
        return (SlackRejected if status in _NEVER_STATUSES else SlackSaidNo)(method, f"status {status}")


@lru_cache(maxsize=16)
def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS)


def as_sent(arguments: Mapping[str, Any]) -> bytes:
    """The arguments of a call, as JSON."""
    parts = (
        f"{json.dumps(name)}: {value if isinstance(value, AsSent) else AsSent.of(value)}"
        for name, value in arguments.items()
    )
    return f"{{{', '.join(parts)}}}".encode()


async def _with_pictures_or_without(
    arguments: Mapping[str, Any], call: Callable[[Mapping[str, Any]], Awaitable[T]], lost: Callable[[], None]
) -> T:
    """Slack refuses a whole message for one picture that it cannot fetch (slackapi/python-slack-sdk#1782): then the
    message is shown without, and tells in words what the picture would have shown."""
    try:
        return await call(arguments)
    except SlackSaidNo as no:
        blocks = arguments.get("blocks", ())
        if no.code != _BAD_BLOCKS or all(block["type"] != "image" for block in blocks):
            raise
        log.warning("a message is shown without its picture: %s", no)
        answer = await call({**arguments, "blocks": without_pictures(blocks)})
        lost()
        return answer


def _perhaps_done(reason: str, *, repeatable: bool, seconds: float | None = None) -> SendError:
    return TryLater(reason, seconds) if repeatable else Uncertain(reason, seconds)


def _refusal(method: str, code: str, retry_after: float | None, *, repeatable: bool) -> SendError:
    reason = f"{method}: {code}"
    if code in _NOT_THERE:
        return Unreachable(reason)
    if code == _TAKEN_OUT:
        return AppGone(reason)
    if code in _NOT_ALLOWED:
        return Misconfigured(reason)
    if code in _LATER:
        return TryLater(reason, retry_after)
    if code in _PERHAPS_DONE:
        return _perhaps_done(reason, repeatable=repeatable, seconds=retry_after)
    return (SlackRejected if code in _NEVER else SlackSaidNo)(method, code)
