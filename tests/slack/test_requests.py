"""Which requests are let in: signed by Slack, recent, and readable."""

import json
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.slack.requests import BODY_LIMIT, Malformed, parse, request_key, speaker
from storage.database import Database
from tests.slack.conftest import Serve
from tests.slack.standin import Client, Slack

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


SOMEBODY = {"user": {"id": "U1"}, "team": {"id": "T1"}}
UNREADABLE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"1",
    b'"x"',
    b"{}",
    b"\xff\xfe",
    b"[" * 100_000,
    b"payload=",
    b"payload={",
    b"payload=[]",
    b"payload=null",
    b"payload={}",
    b"payload=%7B%22type%22%3A%22block_actions%22%7D",
    *(
        urlencode({"payload": json.dumps({**SOMEBODY, "type": "message_action", **wrong})}).encode()
        for wrong in ({}, {"callback_id": "merk"}, {"callback_id": "merk", "message": "Hei"}, {"message": {}})
    ),
    b"command=/alt",
    b'{"type": "event_callback"}',
    b'{"type": "event_callback", "event": []}',
    b'{"type": 7}',
    b"&".join(b"a=1" for _number in range(101)),
]
CHALLENGE = json.dumps({"type": "url_verification", "challenge": "prøve", "token": "x"}).encode()


@pytest.fixture
async def client(serve: Serve) -> AsyncIterator[Client]:
    """Nothing here gets as far as the database."""
    nowhere = Database("sqlite://")
    yield await serve(nowhere)
    await nowhere.close()


@pytest.mark.parametrize("age", [301, -301, 86_400])
async def test_an_old_signature_is_refused(client: Client, slack: Slack, age: float) -> None:
    assert (await client.post(client.command_body("/alt"), FORM, age=age))[0] == 401
    assert slack.calls == []


@pytest.mark.parametrize("age", [299, -299])
async def test_a_recent_one_is_not(client: Client, age: float) -> None:
    assert (await client.post(CHALLENGE, JSON, age=age))[0] == 200


@pytest.mark.parametrize("timestamp", ["abc", "1e9", "-1", "١٢٣", "9" * 400, "1.5"])
async def test_a_time_that_is_none_is_refused(client: Client, timestamp: str) -> None:
    raw = timestamp if timestamp.isascii() else timestamp.encode().decode("latin-1")
    assert (await client.post(b"{", JSON, timestamp=raw))[0] == 401


@pytest.mark.parametrize("signature", ["v0=" + "0" * 64, "v0=", "æøå", "x" * 1000])
async def test_another_signature_is_refused_before_anything_is_read(client: Client, signature: str) -> None:
    for body in (b"{", client.command_body("/alt")):
        assert (await client.post(body, JSON, signature=signature))[0] == 401


async def test_no_signature_at_all_is_refused(client: Client, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{client.url}/slack/events", data=b"{}") as response:
        assert response.status == 401


@pytest.mark.parametrize("content_type", [JSON, FORM, "text/plain", "multipart/form-data"])
async def test_what_cannot_be_read_is_a_400(client: Client, content_type: str) -> None:
    assert {body: (await client.post(body, content_type))[0] for body in UNREADABLE} == dict.fromkeys(UNREADABLE, 400)


async def test_too_large_a_request_is_refused(client: Client) -> None:
    body = b"x" * (BODY_LIMIT + 1)
    assert (await client.post(body, FORM))[0] == 413
    assert (await client.post(body, FORM, chunked=True))[0] == 413


async def test_slack_may_check_the_address(client: Client) -> None:
    assert await client.post(CHALLENGE, JSON) == (200, {"challenge": "prøve"})
    assert (await client.form(b"ssl_check=1&token=x"))[0] == 200


async def test_slack_looks_at_the_certificate_without_signing_it(
    client: Client, http: aiohttp.ClientSession, slack: Slack
) -> None:
    address, fields = f"{client.url}/slack/events", {"ssl_check": "1", "token": "x"}
    async with http.post(address, data=fields) as posted, http.get(address, params=fields) as got:
        assert (posted.status, await posted.text()) == (got.status, await got.text()) == (200, "")
    assert slack.calls == []


@pytest.mark.parametrize(
    "body",
    [
        b"ssl_check=0&token=x",
        b"ssl_check=1&token=" + b"x" * 1000,
        b"command=/alt&text=ssl_check=1",
        b'{"ssl_check": 1}',
    ],
)
async def test_nothing_else_is_let_in_without_a_signature(
    client: Client, http: aiohttp.ClientSession, body: bytes
) -> None:
    async with http.post(f"{client.url}/slack/events", data=body, headers={"Content-Type": FORM}) as response:
        assert response.status == 401
    async with http.get(f"{client.url}/slack/events", params={"command": "/alt"}) as response:
        assert response.status == 405


def test_an_event_is_the_same_whatever_its_bytes_and_other_requests_by_theirs() -> None:
    event = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "message"}}
    assert request_key(event, b"1") == request_key({**event, "event_time": 7}, b"2")
    assert request_key({**event, "event_id": "Ev2"}, b"1") != request_key(event, b"1")
    for without in ({**event, "event_id": ""}, {**event, "event_id": 7}, {"command": "/alt", "event_id": "Ev1"}):
        assert request_key(without, b"1") != request_key(without, b"2")


def test_the_person_is_the_one_who_did_it_in_their_own_workspace() -> None:
    payload = {
        "type": "view_submission",
        "team": {"id": "T-APP"},
        "user": {"id": "U1", "team_id": "T-OTHER"},
        "view": {},
    }
    parsed = parse(FORM, urlencode({"payload": json.dumps(payload)}).encode())
    assert speaker(parsed) == (("T-OTHER", "T-APP"), "U1")
    event = {"type": "message", "user": "U2", "user_team": "T-OTHER", "team": "T-APP"}
    parsed = parse(JSON, json.dumps({"type": "event_callback", "team_id": "T-APP", "event": event}).encode())
    assert speaker(parsed) == (("T-OTHER", "T-APP"), "U2")


@pytest.mark.parametrize("user", [None, {}, {"id": 7}, {"id": "U1"}, {"id": "U1", "team_id": 7}])
def test_a_request_from_nobody_is_malformed(user: object) -> None:
    body = urlencode({"payload": json.dumps({"type": "view_closed", "user": user, "view": {}})}).encode()
    with pytest.raises(Malformed):
        parse(FORM, body)
