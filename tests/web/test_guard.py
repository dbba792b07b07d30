"""Whom the local page answers."""

from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.web.guard import HEADERS
from tests.web.conftest import Site


async def status(site: Site, method: str, path: str, headers: dict[str, str]) -> int:
    async with site.http.request(method, site.base + path, headers=headers, allow_redirects=False) as response:
        for name, value in HEADERS.items():
            assert response.headers[name] == value
        return response.status


def port(site: Site) -> str:
    return site.base.rpartition(":")[2]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"])
async def test_names_of_this_machine_are_answered(small_site: Site, host: str) -> None:
    assert await status(small_site, "GET", "/lokal", {"Host": f"{host}:{port(small_site)}"}) == 200
    assert await status(small_site, "GET", "/lokal", {"Host": host}) == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.2",
        "[::2]",
        "[::1",
        "",
        "[]",
        "localhost@x",
    ],
)
@pytest.mark.parametrize("path", ["/", "/lokal", "/lokal/1", "/lokal/1/events", "/lokal/static/chat.js"])
async def test_another_name_is_refused(small_site: Site, host: str, path: str) -> None:
    """A page on the internet can point its own name at this machine (DNS rebinding)."""
    assert await status(small_site, "GET", path, {"Host": host}) == 403


@pytest.mark.parametrize(
    "header",
    ["Forwarded", "Via", "X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host", "X-Real-IP", "CF-Connecting-IP"],
)
async def test_what_came_through_a_tunnel_or_a_proxy_is_refused(small_site: Site, header: str) -> None:
    assert await status(small_site, "GET", "/lokal", {header: "x"}) == 403


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "same", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "same"}, 400),
        ({"Sec-Fetch-Site": "same-origin"}, 400),
        ({"Origin": "same", "Sec-Fetch-Site": "same-origin"}, 400),
    ],
)
@pytest.mark.parametrize("what", ["command", "press", "submit", "search"])
async def test_only_the_page_itself_may_post(
    small_site: Site, what: str, headers: dict[str, str], expected: int
) -> None:
    """400: let in, and found to be empty."""
    sent = {name: small_site.base if value == "same" else value for name, value in headers.items()}
    path = f"/lokal/{small_site.world.people['member']}/{what}"
    assert await status(small_site, "POST", path, sent) == expected


async def test_a_socket_that_is_not_on_loopback_is_refused(small_site: Site, tmp_path: Path) -> None:
    """Here a Unix socket, which another process, perhaps a proxy, would connect to: it has no address at all."""
    runner = web.AppRunner(small_site.chat.application())
    await runner.setup()
    try:
        path = str(tmp_path / "page.socket")
        await web.UnixSite(runner, path).start()
        async with (
            aiohttp.ClientSession(connector=aiohttp.UnixConnector(path)) as http,
            http.get("http://localhost/lokal") as response,
        ):
            assert response.status == 403
            assert "samme maskin" in await response.text()
    finally:
        await runner.cleanup()
