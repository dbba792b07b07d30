"""The program put together: which surfaces are on, and where they listen."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import Parts, assemble, serving
from config.settings import Settings
from tests.conftest import create_tables


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def url(tmp_path: Path) -> str:
    found = f"sqlite:///{tmp_path}/app.sqlite"
    await create_tables(found)
    return found


@asynccontextmanager
async def program(url: str, **values: Any) -> AsyncIterator[tuple[str, aiohttp.ClientSession, Settings, Parts]]:
    settings = Settings(_env_file=None, database_url=url, port=free_port(), **values)
    async with (
        assemble(settings) as parts,
        serving(settings, parts) as address,
        aiohttp.ClientSession() as client,
    ):
        yield address, client, settings, parts


async def status(client: aiohttp.ClientSession, method: str, address: str) -> int:
    async with client.request(method, address, allow_redirects=False) as response:
        return response.status


async def test_surfaces_are_off_without_their_settings(url: str) -> None:
    async with program(url) as (address, client, _settings, _parts):
        assert await status(client, "GET", f"{address}helse") == 200
        assert await status(client, "POST", f"{address}slack/events") == 404
        assert await status(client, "POST", f"{address}api/messages") == 404
        assert await status(client, "GET", f"{address}lokal") == 404


async def test_slack_and_teams_switch_themselves_on(url: str) -> None:
    async with program(url, slack_bot_token="xoxb-example", slack_signing_secret="example", teams_local=True) as (
        address,
        client,
        _settings,
        _parts,
    ):
        assert await status(client, "POST", f"{address}slack/events") in (400, 401)
        assert await status(client, "POST", f"{address}api/messages") in (400, 415)


async def test_the_local_page_shares_the_port_when_trying_out(url: str) -> None:
    async with program(url, local_chat=True) as (address, client, _settings, _parts):
        assert await status(client, "GET", address) == 302
        assert await status(client, "GET", f"{address}lokal") == 200


async def test_the_local_page_has_a_port_of_its_own_in_production(url: str) -> None:
    own = free_port()
    async with program(url, local_chat=True, local_chat_port=own, host="0.0.0.0") as (
        address,
        client,
        settings,
        _parts,
    ):
        assert address == f"http://127.0.0.1:{own}/"
        assert await status(client, "GET", f"{address}lokal") == 200
        assert await status(client, "GET", f"http://127.0.0.1:{settings.port}/lokal") == 404


async def test_a_worker_of_its_own_reaches_everybody_a_surface_reaches(url: str) -> None:
    settings = Settings(_env_file=None, database_url=url, local_chat=True)
    async with assemble(settings) as parts:
        assert parts.worker is not None
    async with assemble(settings, with_worker=False) as parts:
        assert parts.worker is None


async def test_nobody_is_looked_for_on_the_local_page_beside_slack_or_teams(url: str) -> None:
    async with assemble(Settings(_env_file=None, database_url=url, local_chat=True)) as parts:
        assert parts.local is not None
        assert await parts.local.messenger.find([], None, 1) is not None
    async with assemble(Settings(_env_file=None, database_url=url, local_chat=True, teams_local=True)) as parts:
        assert parts.local is not None
        assert await parts.local.messenger.find([], None, 1) is None
