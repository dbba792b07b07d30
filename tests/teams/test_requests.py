"""Who may call the route, and what becomes of requests that are not proper ones."""

import asyncio
import base64
import json
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.teams.door import BODY_LIMIT
from handlers.bot import Bot
from tests.clock import FixedClock
from tests.teams.client import REGISTERED, Client
from tests.teams.conftest import Running, Start
from tests.teams.standin import Answer, Connector, Identity, Tokens

SERVICE = "https://smba.example/emea/"


@pytest.fixture
async def guarded(start: Start, bot: Bot, identity: Identity) -> Running:
    """As in production: tokens are checked."""
    return await start(bot, identity=identity, tokens=Tokens())


@pytest.fixture
def caller(guarded: Running, http: aiohttp.ClientSession, connector: Connector) -> Client:
    """Nothing is sent back to it: what it sends is of a kind that is not answered."""
    return Client(http, guarded.url, connector, bot=REGISTERED)


def quiet(caller: Client, **more: Any) -> dict[str, Any]:
    return caller.activity(**{"type": "typing", "serviceUrl": SERVICE, **more})


async def status_of(caller: Client, authorization: str | None, **more: Any) -> int:
    caller.headers = {"Authorization": authorization} if authorization is not None else {}
    status, _body = await caller.post(quiet(caller, **more))
    return status


def signed(
    identity: Identity, clock: FixedClock, key: str = "first", service: str | None = SERVICE, **claims: Any
) -> str:
    return "Bearer " + identity.token(key, service or "", clock.now().timestamp(), **claims)  # fmt: skip


# --- tokens ------------------------------------------------------------------------------------------------


async def test_a_signed_request_is_let_in(caller: Client, identity: Identity, clock: FixedClock) -> None:
    assert await status_of(caller, signed(identity, clock)) == 200
    assert await status_of(caller, signed(identity, clock, service=SERVICE.rstrip("/").upper())) == 200
    assert identity.asked == 1


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic YTpi", "Bearer " + "x" * 4000, "\u00e6"],
)
async def test_a_missing_or_garbled_token_is_refused(caller: Client, authorization: str | None) -> None:
    assert await status_of(caller, authorization) == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-app"},
        {"aud": None},
        {"iss": "https://sts.windows.net/somebody/"},
        {"iss": None},
        {"exp": None},
        {"exp": "soon"},
        {"serviceurl": None},
        {"serviceurl": 7},
        {"nbf": "now"},
    ],
)
async def test_a_token_that_says_something_else_is_refused(
    caller: Client, identity: Identity, clock: FixedClock, claims: dict[str, Any]
) -> None:
    assert await status_of(caller, signed(identity, clock, **claims)) == 401


async def test_a_token_has_its_time(caller: Client, identity: Identity, clock: FixedClock) -> None:
    token = signed(identity, clock)
    clock.forward(timedelta(minutes=64))
    assert await status_of(caller, token) == 200
    clock.forward(timedelta(minutes=2))
    assert await status_of(caller, token) == 401
    early = signed(identity, clock, nbf=int(clock.now().timestamp()) + 301)
    assert await status_of(caller, early) == 401
    assert await status_of(caller, signed(identity, clock, nbf=int(clock.now().timestamp()) + 200)) == 200


async def test_only_the_service_s_own_way_of_signing_counts(
    caller: Client, identity: Identity, clock: FixedClock
) -> None:
    claims = jwt.decode(signed(identity, clock).removeprefix("Bearer "), options={"verify_signature": False})
    shared = jwt.encode(claims, "k" * 32, algorithm="HS256", headers={"kid": "first"})
    assert await status_of(caller, f"Bearer {shared}") == 401
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "first"}).encode()).rstrip(b"=").decode()
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    assert await status_of(caller, f"Bearer {header}.{body}.") == 401


async def test_another_key_with_a_known_name_is_refused(
    caller: Client, identity: Identity, clock: FixedClock, keys: list[rsa.RSAPrivateKey]
) -> None:
    assert await status_of(caller, signed(identity, clock)) == 200
    identity.keys["first"] = keys[1]
    assert await status_of(caller, signed(identity, clock)) == 401


async def test_a_key_without_a_name_is_refused(
    caller: Client, identity: Identity, clock: FixedClock, keys: list[rsa.RSAPrivateKey]
) -> None:
    claims = jwt.decode(signed(identity, clock).removeprefix("Bearer "), options={"verify_signature": False})
    assert await status_of(caller, "Bearer " + jwt.encode(claims, keys[0], algorithm="RS256")) == 401


async def test_a_rotated_key_is_found_and_unknown_ones_are_not_looked_for_too_often(
    caller: Client, identity: Identity, clock: FixedClock, keys: list[rsa.RSAPrivateKey]
) -> None:
    assert await status_of(caller, signed(identity, clock)) == 200
    identity.keys["second"] = keys[1]
    token = signed(identity, clock, key="second")
    assert await status_of(caller, token) == 401
    assert identity.asked == 1
    clock.forward(timedelta(seconds=61))
    assert await status_of(caller, token) == 200
    assert identity.asked == 2
    identity.keys["third"] = keys[1]
    unknown = signed(identity, clock, key="third")
    del identity.keys["third"]
    for _i in range(3):
        assert await status_of(caller, unknown) == 401
    assert identity.asked == 2


async def test_keys_that_were_fetched_go_on_working_when_the_identity_service_is_away(
    caller: Client, identity: Identity, clock: FixedClock
) -> None:
    assert await status_of(caller, signed(identity, clock)) == 200
    identity.down = True
    clock.forward(timedelta(hours=25))
    assert await status_of(caller, signed(identity, clock)) == 200
    assert identity.asked == 2


async def test_nobody_is_let_in_while_nobody_can_be_checked(
    caller: Client, identity: Identity, clock: FixedClock
) -> None:
    identity.down = True
    assert await status_of(caller, signed(identity, clock)) == 503
    identity.down = False
    clock.forward(timedelta(seconds=61))
    assert await status_of(caller, signed(identity, clock)) == 200


async def test_many_first_requests_fetch_the_keys_once(caller: Client, identity: Identity, clock: FixedClock) -> None:
    caller.headers = {"Authorization": signed(identity, clock)}
    answers = await asyncio.gather(*(caller.post(quiet(caller)) for _i in range(8)))
    assert [status for status, _body in answers] == [200] * 8
    assert identity.asked == 1


async def test_a_token_is_good_for_its_own_service_url_and_channel_only(
    caller: Client, identity: Identity, clock: FixedClock, connector: Connector
) -> None:
    token = signed(identity, clock)
    assert await status_of(caller, token, serviceUrl="https://evil.example/") == 403
    assert await status_of(caller, token, channelId="webchat") == 403
    assert await status_of(caller, token, channelId=None) == 403
    http_token = signed(identity, clock, service=connector.url)
    assert await status_of(caller, http_token, serviceUrl=connector.url) == 403
    assert connector.calls == []


async def test_a_key_that_does_not_say_its_channels_speaks_for_all(
    caller: Client, identity: Identity, clock: FixedClock
) -> None:
    identity.endorsements = []
    assert await status_of(caller, signed(identity, clock), channelId="webchat") == 200


# --- bodies ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b"", b"7", b'"x"', b"\xff\xfe\x00", b"[" * 100_000, b"{}",
        b'{"type": "message", "from": "me"}', b'{"type": "message", "timestamp": "yesterday"}',
    ],
)  # fmt: skip
async def test_a_body_that_is_no_activity_is_refused(
    running: Running, http: aiohttp.ClientSession, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}
    async with http.post(running.url, data=body, headers=headers) as response:
        assert response.status == 400


async def test_a_stranger_learns_nothing_of_what_a_body_should_be(
    guarded: Running, http: aiohttp.ClientSession
) -> None:
    async with http.post(guarded.url, data=b"{", headers={"Content-Type": "application/json"}) as response:
        assert response.status == 401


@pytest.mark.parametrize(
    "missing",
    [
        {"serviceUrl": None},
        {"serviceUrl": ""},
        {"from": None},
        {"from": {}},
        {"conversation": None},
        {"conversation": {"conversationType": "personal"}},
        {"recipient": None},
        {"type": None},
    ],
)
async def test_an_activity_that_cannot_be_answered_is_refused(
    client: Client, connector: Connector, missing: dict[str, Any]
) -> None:
    status, _body = await client.post({**client.activity(text="alt"), **missing})
    assert status == 400
    assert connector.calls == []


@pytest.mark.parametrize(
    "service_url",
    ["https://smba.example/", "http://evil.example/", "http://localhost@evil.example/", "ftp://127.0.0.1/", "http://[::1"],
)  # fmt: skip
async def test_a_local_client_is_on_this_machine(client: Client, service_url: str) -> None:
    assert await client.say("alt", serviceUrl=service_url) == 403


async def test_a_page_that_leads_its_own_name_here_is_not_a_local_client(client: Client, connector: Connector) -> None:
    client.headers = {"Host": "evil.example"}
    assert await client.say("alt") == 403
    assert connector.calls == []


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
async def test_only_json_is_taken(running: Running, http: aiohttp.ClientSession, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    async with http.post(running.url, data=b"{}", headers=headers, skip_auto_headers=["Content-Type"]) as response:
        assert response.status == 415


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_only_post_is_taken(running: Running, http: aiohttp.ClientSession, method: str) -> None:
    async with http.request(method, running.url, json={}) as response:
        assert response.status == 405


async def test_a_body_has_its_limit(running: Running, http: aiohttp.ClientSession) -> None:
    async with http.post(running.url, json={"text": "x" * BODY_LIMIT}) as response:
        assert response.status == 413


# --- in production -----------------------------------------------------------------------------------------


async def test_an_answer_carries_the_bot_s_token_to_the_service_that_was_vouched_for(
    start: Start, bot: Bot, identity: Identity, clock: FixedClock, certificate: Path
) -> None:
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate)
    connector = Connector(serving)
    await connector.start()
    trusting = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=str(certificate)))
    tokens = Tokens()
    async with aiohttp.ClientSession(connector=trusting) as http:
        running = await start(bot, identity=identity, tokens=tokens, http=http)
        client = Client(http, running.url, connector, bot=REGISTERED)
        client.headers = {"Authorization": signed(identity, clock, service=connector.url)}
        assert await client.say("alt Hei") == 200
        assert {call.headers["Authorization"] for call in connector.calls} == {"Bearer token-0"}
        assert len(connector.sent) == 1
        # A token that is refused is fetched anew the next time.
        connector.next.append(Answer(status=401))
        await client.say("vis")
        await client.say("vis")
        assert connector.sent[-1].headers["Authorization"] == "Bearer token-1"
        # Nobody is led anywhere with the token.
        connector.next.append(Answer(status=307, headers={"Location": "https://evil.example/"}))
        assert await client.say("vis") == 200
    await connector.stop()


async def test_a_service_url_without_encryption_is_never_called(
    caller: Client, identity: Identity, clock: FixedClock, connector: Connector
) -> None:
    caller.headers = {"Authorization": signed(identity, clock, service=connector.url)}
    assert (await caller.post(caller.activity(text="hjelp")))[0] == 403
    assert connector.calls == []


async def test_a_turn_ends(start: Start, bot: Bot, http: aiohttp.ClientSession, connector: Connector) -> None:
    running = await start(bot, turn_seconds=0.3)
    client = Client(http, running.url, connector)
    connector.gate = asyncio.Event()
    assert await client.say("hjelp") == 503
    connector.gate.set()


async def test_an_unexpected_failure_at_the_connector_is_none_of_the_caller_s(
    client: Client, connector: Connector
) -> None:
    connector.next += [Answer(status=418), Answer(status=418)]
    assert await client.say("hjelp") == 200
