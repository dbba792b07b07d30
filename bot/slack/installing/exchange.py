"""Slack's token for a code or for a refresh token (oauth.v2.access), and giving one back."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.messenger import Misconfigured, SendError, TryLater, Uncertain
from bot.slack.api import SlackApi
from bot.slack.tokens import FixedToken, Tokens
from handlers.calendar.clock import Clock

log = logging.getLogger(__name__)

# Slack: oauth.v2.access, «Errors».
_NOT_TAKEN = {"invalid_refresh_token", "invalid_grant"}
_LATER = {"ratelimited", "rate_limited"}
_SECONDS = 8.0
"""For so long Slack is waited for; twice that is less than a lease (see `bot.slack.installing.rotating`)."""
_AT_ONCE = 4
"""So many tokens are renewed at the same time: after a long night all are due, and others want their turn too."""
_PERHAPS_DONE = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}


class NoLongerGood(Misconfigured):
    """Slack does not take the refresh token."""


@dataclass(frozen=True)
class Fresh:
    """A new token. `refresh`: by which the next is had; `seconds`: how long it lives. Neither where tokens live for
    good."""

    token: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: int | None


class _Client(AsyncWebClient):
    """Slack's own, with what the app says of itself in the form: aiohttp is giving up the way that it uses."""

    async def oauth_v2_access(
        self,
        *,
        client_id: str,
        client_secret: str,
        code: str | None = None,
        redirect_uri: str | None = None,
        grant_type: str | None = None,
        refresh_token: str | None = None,
        **more: Any,
    ) -> AsyncSlackResponse:
        given = {
            "client_id": client_id,
            "client_secret": client_secret,
            "code": code,
            "redirect_uri": redirect_uri,
            "grant_type": grant_type,
            "refresh_token": refresh_token,
        }
        return await self.api_call("oauth.v2.access", data={name: said for name, said in given.items() if said})


class Exchange:
    """Speaks to Slack as the app itself.

    Args:
        url: where the API is, e.g. `https://slack.com/api/`.
    """

    def __init__(
        self, http: aiohttp.ClientSession, *, url: str, client_id: str, client_secret: str, clock: Clock
    ) -> None:
        self._http = http
        self._url = url
        self._clock = clock
        self.few = asyncio.Semaphore(_AT_ONCE)
        self.client_id = client_id
        self.client_secret = client_secret
        # At a failure its log would quote what Slack sent. Nothing is repeated: a code is good for once.
        quiet = logging.getLogger("bot.slack.installing.quiet")
        quiet.setLevel(logging.CRITICAL)
        self.client = _Client(
            base_url=url if url.endswith("/") else url + "/",
            session=http,
            retry_handlers=[],
            logger=quiet,
        )

    async def refreshed(self, refresh: str) -> Fresh:
        """The next token (Slack: «Using token rotation»).

        Raises:
            NoLongerGood: Slack does not take it.
            TryLater: nothing happened.
            Uncertain: it may have been taken.
        """
        try:
            async with asyncio.timeout(_SECONDS):
                told = await self.client.oauth_v2_access(
                    client_id=self.client_id,
                    client_secret=self.client_secret,
                    grant_type="refresh_token",
                    refresh_token=refresh,
                )
        except SlackApiError as error:
            raise _refusal(code_of(error)) from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise TryLater(f"oauth.v2.access: no connection ({type(error).__name__})") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Uncertain(f"oauth.v2.access: {type(error).__name__}") from None
        seconds = told.get("expires_in")
        return Fresh(
            str(told.get("access_token") or ""),
            str(told.get("refresh_token") or ""),
            int(seconds) if seconds is not None else None,
        )

    async def known(self) -> str:
        """Slack's word for a code that is none: `invalid_code` where it knows the app and its secret; empty where it
        did not answer."""
        try:
            await self.client.oauth_v2_access(client_id=self.client_id, client_secret=self.client_secret, code="none")
        except SlackApiError as error:
            return code_of(error)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return ""
        return ""

    async def give_back(self, token: str) -> None:
        """Take the app out of the workspace that this token is for; where that is not let, end the token.

        A Grid's own administrator takes out what is installed for all of it (Slack: auth.revoke, «Usage info»). What
        does not succeed stands in the log: the token is thrown away in any case.
        """
        api = self.api(FixedToken(token))
        itself = {"client_id": self.client_id, "client_secret": self.client_secret}
        for method, arguments in (("apps.uninstall", itself), ("auth.revoke", {})):
            try:
                await api.ask(method, arguments)
            except SendError as error:
                log.warning("a token is not given back: %s", error)
            else:
                return

    def api(self, tokens: Tokens) -> SlackApi:
        return SlackApi(self._http, url=self._url, tokens=tokens, clock=self._clock)


def code_of(error: SlackApiError) -> str:
    """Slack's word for what is wrong, if it said one; its other words could hold a token."""
    try:
        return str(error.response["error"] or "")
    except (KeyError, TypeError, ValueError):
        return ""


def _refusal(code: str) -> SendError:
    reason = f"oauth.v2.access: {code or 'no answer of Slack'}"
    if code in _NOT_TAKEN:
        return NoLongerGood(reason)
    if code in _LATER:
        return TryLater(reason)
    return Uncertain(reason) if not code or code in _PERHAPS_DONE else Misconfigured(reason)
