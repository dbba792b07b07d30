"""What comes in through the door: packed, malformed, half, or too many at once. The whole program on a real port."""

import asyncio
import contextlib
import gzip
import hashlib
import hmac
import io
import logging
import time
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.app import Parts, assemble, serving
from bot.limits import LIMITS, Limits
from bot.listening import Ports, answering, application, bound
from bot.tally import Tally
from config.settings import Settings
from storage.database import Database
from tests.conftest import create_tables
from tests.test_app import KEY
from tests.world import build

SECRET = "a secret of the tests"
PATIENT = "Kari-Nordkvinne-01019012345"
"""What must not be in the log, whatever it came in."""


class Door:
    """The program, and sockets to it."""

    def __init__(self, address: str, http: aiohttp.ClientSession, parts: Parts) -> None:
        self.address = address
        self.http = http
        self.parts = parts
        self.port = int(address.rstrip("/").rpartition(":")[2])
        self.writers: list[asyncio.StreamWriter] = []

    async def status(self, method: str, path: str, **more: Any) -> int:
        async with self.http.request(method, self.address + path, allow_redirects=False, **more) as response:
            await response.read()
            return response.status

    async def socket(self, sends: bytes) -> asyncio.StreamReader:
        """A connection that has sent this, and stays open on this side."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writers.append(writer)
        writer.write(sends)
        await writer.drain()
        return reader

    async def close(self) -> None:
        for writer in self.writers:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def everything_from(reader: asyncio.StreamReader) -> bytes:
    """All that is sent until the other side closes."""
    async with asyncio.timeout(10):
        with contextlib.suppress(ConnectionResetError):
            return await reader.read()
    return b""


@contextlib.asynccontextmanager
async def program(url: str, limits: Limits | None = None) -> AsyncIterator[Door]:
    """With every surface on."""
    values: dict[str, Any] = {
        "slack_bot_token": "xoxb-example",
        "slack_signing_secret": SECRET,
        "teams_local": True,
        "local_chat": True,
        "public_url": "http://127.0.0.1/",
    }
    settings = Settings(_env_file=None, database_url=url, port=0, secret_key=KEY, **values)
    with bound(settings) as had:
        settings.port = had.public[0].getsockname()[1]
        async with assemble(settings, with_worker=False) as parts:
            if limits is not None:
                parts.public[LIMITS] = limits
            async with serving(settings, parts, had) as address, aiohttp.ClientSession() as http:
                door = Door(address, http, parts)
                try:
                    yield door
                finally:
                    await door.close()


@pytest.fixture
async def url(tmp_path: Path) -> str:
    found = f"sqlite:///{tmp_path}/door.sqlite"
    await create_tables(found)
    database = Database(found)
    await build(database, datetime.now(UTC))
    await database.close()
    return found


# --- packed bodies -----------------------------------------------------------------------------------------


def slack_headers(body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:%b:%b" % (stamp.encode(), body), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }


def paths(door: Door) -> dict[str, tuple[str, dict[str, str]]]:
    """Every place that takes a body, and the headers that it wants."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    links = door.parts.bot.links
    page = str(links.page(1, "avvik.vis", {"deviation": "1"})).removeprefix(links.base)
    return {
        "slack": ("slack/events", slack_headers(b"{}")),
        "teams": ("api/messages", {"Content-Type": "application/json"}),
        "page": (page, form),
        "local": ("lokal/1/command", {**form, "Origin": door.address.rstrip("/")}),
    }


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "gzip, gzip": gzip.compress,
    "br": bytes,
    "ZSTD": bytes,
}


@pytest.mark.parametrize("coding", PACKINGS)
async def test_a_packed_body_is_refused_unread(url: str, coding: str) -> None:
    body = PACKINGS[coding](b'{"type": "message"}' * 5)
    async with program(url) as door:
        for path, headers in paths(door).values():
            packed = {**headers, "Content-Encoding": coding}
            async with door.http.post(door.address + path, data=body, headers=packed) as response:
                assert response.status == 415, path
                assert response.headers["Accept-Encoding"] == "identity"


async def test_what_says_that_it_is_packed_and_is_not(url: str) -> None:
    async with program(url) as door:
        for path, headers in paths(door).values():
            assert await door.status("POST", path, data=b"{}", headers={**headers, "Content-Encoding": "gzip"}) == 415
        # And whoever says that it is not packed is right.
        path, headers = paths(door)["slack"]
        plain = {**headers, "Content-Encoding": "identity"}
        assert await door.status("POST", path, data=b"{}", headers=plain) == 400


async def test_nothing_is_unpacked_on_the_way_in() -> None:
    async def length(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    made = application(Limits())
    made.add_routes([web.post("/", length)])
    packed = gzip.compress(b"0" * 500_000)
    with bound(Settings(_env_file=None, port=0)) as had:
        async with answering(made, had.public), aiohttp.ClientSession() as http:
            headers = {"Content-Encoding": "gzip"}
            async with http.post(address_of(had), data=packed, headers=headers) as response:
                assert int(await response.text()) == len(packed)


@pytest.mark.parametrize("where", ["slack", "teams", "page", "local"])
async def test_a_body_that_is_too_long_is_refused_whether_it_says_so_or_not(url: str, where: str) -> None:
    async def in_pieces() -> AsyncIterator[bytes]:
        for _number in range(20):
            yield b"x" * 100_000

    async with program(url) as door:
        path, headers = paths(door)[where]
        assert await door.status("POST", path, data=io.BytesIO(b"x" * 2_000_000), headers=headers) == 413
        assert await door.status("POST", path, data=in_pieces(), headers=headers) == 413


# --- malformed requests ------------------------------------------------------------------------------------

MALFORMED = [
    b"GET /%s HTTP/9.9\r\n\r\n" % PATIENT.encode(),
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03%s\r\n\r\n" % PATIENT.encode(),
    b"GET / HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n" % PATIENT.encode(),
    b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: %s\r\n\r\n" % (PATIENT.encode() * 400),
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: %s\r\n\r\n" % PATIENT.encode(),
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n" % PATIENT.encode(),
]


async def test_malformed_requests_are_counted_and_not_repeated(url: str, caplog: pytest.LogCaptureFixture) -> None:
    rounds = 5
    with caplog.at_level(logging.INFO):
        async with program(url) as door:
            for _round in range(rounds):
                for each in MALFORMED:
                    answer = await everything_from(await door.socket(each))
                    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400")), (each, answer)
            assert await door.status("GET", "helse") == 200
    told = [record for record in caplog.records if "malformed" in record.getMessage()]
    # The first at once, the others together when the minute is over, or the program.
    assert len(told) == 2
    assert {record.levelno for record in told} == {logging.INFO}
    assert sum(int(record.getMessage().split()[0]) for record in told) == rounds * len(MALFORMED)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info]
    assert PATIENT not in caplog.text


async def test_requests_that_nobody_vouches_for_are_a_line_a_minute(url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with program(url) as door:
        for number in range(30):
            body = f'{{"type": "{PATIENT}-{number}"}}'.encode()
            unsigned = {**slack_headers(body), "X-Slack-Signature": "v0=" + "0" * 64}
            assert await door.status("POST", "slack/events", data=body, headers=unsigned) == 401
    told = [record.getMessage() for record in caplog.records if "did not sign" in record.getMessage()]
    assert told == ["1 requests that Slack did not sign: another signature 1"]
    assert PATIENT not in caplog.text


async def test_a_tally_tells_the_first_at_once_and_the_others_when_its_time_is_over() -> None:
    told: list[tuple[int, str]] = []
    both = asyncio.Event()

    def say(count: int, kinds: str) -> None:
        told.append((count, kinds))
        if len(told) == 2:
            both.set()

    tally = Tally(say, seconds=0.05)
    for kind in ("a", "a", "b", "a"):
        tally.note(kind)
    assert told == [(1, "a 1")]
    async with asyncio.timeout(10):
        await both.wait()
    assert told[1] == (3, "a 2, b 1")
    tally.note("c")
    tally.close()
    assert told[2:] == [(1, "c 1")]


async def test_what_nobody_foresaw_gives_a_reference_and_not_its_text(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_request: web.Request) -> web.Response:
        raise RuntimeError(PATIENT)

    made = application(Limits())
    made.add_routes([web.get("/", broken)])
    with bound(Settings(_env_file=None, port=0)) as had:
        async with (
            answering(made, had.public),
            aiohttp.ClientSession() as http,
            http.get(address_of(had)) as response,
        ):
            assert response.status == 500
            said = await response.text()
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage().rsplit(" ", 1)[1] in said
    assert PATIENT not in caplog.text + said


# --- half requests, and too many ---------------------------------------------------------------------------

HALF_HEADERS = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Hal"
HALF_BODY = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"


@pytest.mark.parametrize("sends", [HALF_HEADERS, b"P", HALF_BODY, b""])
async def test_half_a_request_is_not_waited_for_for_ever(url: str, sends: bytes) -> None:
    async with program(url, Limits(headers=0.1, body=0.1, idle=0.2)) as door:
        answer = await everything_from(await door.socket(sends))
        assert answer.startswith(b"HTTP/1.1 408" if sends == HALF_BODY else b"")
        assert await door.status("GET", "helse") == 200


async def test_a_second_request_that_is_half_is_not_waited_for_either(url: str) -> None:
    whole = b"GET /helse HTTP/1.1\r\nHost: x\r\n\r\n"
    async with program(url, Limits(headers=0.1, idle=60.0)) as door:
        reader = await door.socket(whole)
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(len(b'{"status": "ok"}'))
        (writer,) = door.writers
        writer.write(HALF_HEADERS)
        assert await everything_from(reader) == b""


async def test_a_page_that_listens_is_left_alone(url: str) -> None:
    """A stream of events lasts longer than any request may be half."""
    async with program(url, Limits(headers=0.05, body=0.05, idle=0.05)) as door:
        async with door.http.get(f"{door.address}lokal/1/events") as response:
            # One when it begins, one each two seconds.
            for _number in range(2):
                await response.content.readuntil(b":\n\n")
        # It is the page that ends it.
        assert await door.status("GET", "helse") == 200


async def test_so_many_connections_from_one_address_and_no_more(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Those that hold one without asking for anything make room for those that ask."""
    async with program(url, Limits(per_address=10, headers=60.0)) as door:
        readers = [await door.socket(HALF_HEADERS) for _number in range(30)]
        assert await door.status("GET", "helse") == 200
        ended = await asyncio.gather(*map(everything_from, readers[:20]))
        assert len(ended) == 20
    assert "connections were closed: too many from one address" in caplog.text


async def test_so_many_connections_together_and_no_more(url: str) -> None:
    async with program(url, Limits(per_address=0, together=10, headers=60.0)) as door:
        readers = [await door.socket(HALF_HEADERS) for _number in range(30)]
        assert await door.status("GET", "helse") == 200
        assert len(await asyncio.gather(*map(everything_from, readers[:20]))) == 20


async def test_where_all_are_being_answered_the_next_is_asked_to_come_back() -> None:
    here, free = asyncio.Semaphore(0), asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        here.release()
        await free.wait()
        return web.Response(text="done")

    made = application(Limits(per_address=2))
    made.add_routes([web.get("/", slow)])
    with bound(Settings(_env_file=None, port=0)) as had:
        async with answering(made, had.public), aiohttp.ClientSession() as http:
            address = address_of(had)
            busy = [asyncio.create_task(text_at(http, address)) for _number in range(2)]
            for _each in busy:
                await here.acquire()
            async with http.get(address) as refused:
                assert refused.status == 503
                assert "Retry-After" in refused.headers
            free.set()
            assert await asyncio.gather(*busy) == ["done", "done"]
            assert await text_at(http, address) == "done"


def address_of(had: Ports) -> str:
    host, port = had.public[0].getsockname()
    return f"http://{host}:{port}/"


async def text_at(http: aiohttp.ClientSession, address: str) -> str:
    async with http.get(address) as response:
        return await response.text()
