"""The bot's own token: fetched once, kept for its time, fetched anew when it was refused."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import requests

from bot.messenger import Misconfigured, TryLater
from bot.teams.tokens import MsalTokens, NoTokens
from tests.clock import FixedClock

HOST = "https://login.microsoftonline.com/"


@dataclass
class Response:
    """As MSAL reads one."""

    status_code: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise requests.HTTPError(self.status_code)


@dataclass
class Entra:
    """The identity service, as MSAL calls it: a client with `get` and `post`."""

    error: str = ""
    status: int = 200
    away: bool = False
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def get(self, url: str, **_more: object) -> Response:
        if self.away:
            raise requests.ConnectionError
        tenant = url.removeprefix(HOST).split("/")[0]
        if tenant == "nowhere":
            return Response(400, json.dumps({"error": "invalid_tenant"}))
        endpoints = {
            "authorization_endpoint": f"{HOST}{tenant}/oauth2/v2.0/authorize",
            "token_endpoint": f"{HOST}{tenant}/oauth2/v2.0/token",
            "issuer": f"{HOST}{tenant}/v2.0",
        }
        return Response(200, json.dumps(endpoints))

    def post(self, url: str, data: dict[str, str] | None = None, **_more: object) -> Response:
        if self.away:
            raise requests.ConnectionError
        self.asked.append((url, dict(data or {})))
        if self.status >= 400:
            return Response(self.status, json.dumps({"error": self.error, "error_description": "about app-id"}))
        token = {"token_type": "Bearer", "expires_in": 3600, "access_token": f"token-{len(self.asked)}"}
        return Response(200, json.dumps(token))

    def close(self) -> None:
        return None


@pytest.fixture
def entra() -> Entra:
    return Entra()


def tokens(entra: Entra, clock: FixedClock, tenant: str = "tenant") -> MsalTokens:
    return MsalTokens("app-id", "password", tenant, clock, http_client=entra)


async def test_a_token_is_fetched_once_however_many_want_it(entra: Entra, clock: FixedClock) -> None:
    source = tokens(entra, clock)
    assert await asyncio.gather(*(source.get() for _i in range(8))) == ["token-1"] * 8
    ((url, data),) = entra.asked
    assert url == f"{HOST}tenant/oauth2/v2.0/token"
    assert data["grant_type"] == "client_credentials"
    assert data["scope"] == "https://api.botframework.com/.default"


async def test_a_token_is_replaced_before_it_runs_out(entra: Entra, clock: FixedClock) -> None:
    source = tokens(entra, clock)
    assert await source.get() == "token-1"
    clock.forward(timedelta(minutes=54))
    assert await source.get() == "token-1"
    clock.forward(timedelta(minutes=2))
    source.forget()
    assert await source.get() == "token-2"


async def test_a_refused_token_is_not_given_again(entra: Entra, clock: FixedClock) -> None:
    source = tokens(entra, clock)
    assert await source.get() == "token-1"
    source.forget()
    assert await source.get() == "token-2"


async def test_wrong_credentials_are_a_matter_for_whoever_runs_the_bot(entra: Entra, clock: FixedClock) -> None:
    entra.status, entra.error = 401, "invalid_client"
    with pytest.raises(Misconfigured, match="invalid_client") as caught:
        await tokens(entra, clock).get()
    assert "app-id" not in str(caught.value)


async def test_a_tenant_that_does_not_exist_is_named_as_the_setting(entra: Entra, clock: FixedClock) -> None:
    with pytest.raises(Misconfigured, match="TEAMS_TENANT_ID"):
        await tokens(entra, clock, "nowhere").get()


async def test_an_identity_service_that_is_away_is_tried_later(entra: Entra, clock: FixedClock) -> None:
    source = tokens(entra, clock)
    entra.away = True
    with pytest.raises(TryLater):
        await source.get()
    entra.away = False
    entra.status, entra.error = 503, ""
    with pytest.raises(TryLater):
        await source.get()
    entra.status = 200
    # MSAL itself does not ask again within a minute.
    source.forget()
    assert await source.get() is not None


async def test_a_local_client_asks_for_none() -> None:
    source = NoTokens()
    source.forget()
    assert await source.get() is None
