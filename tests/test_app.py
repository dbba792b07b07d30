"""The program put together: which surfaces are on, and where they listen."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import Parts, assemble, serving, surfaces
from bot.secret_key import kept_beside
from config.settings import KEY_LENGTH, Settings
from handlers.messages.deliveries import as_json
from handlers.messages.message import Message, Page
from storage import deliveries
from storage.deliveries import Wish
from storage.tables import Organisation, Person
from tests.mail.standin import running
from tests.slack.sockets import APP_TOKEN, Sockets

KEY = SecretStr("a key for the tests, and long enough")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@asynccontextmanager
async def program(
    url: str, *, key: SecretStr | None = None, **values: Any
) -> AsyncIterator[tuple[str, aiohttp.ClientSession, Settings, Parts]]:
    settings = Settings(_env_file=None, database_url=url, port=free_port(), **values)
    settings.secret_key = key or settings.secret_key
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


async def test_slack_lets_itself_be_installed_in_several_workspaces(url: str) -> None:
    async with program(
        url,
        slack_client_id="1.1",
        slack_client_secret="example",
        slack_signing_secret="example",
        secret_keys="example-that-is-long-enough-for-a-key",
        public_url="https://bot.example.org",
        key=KEY,
        secret_key=KEY,
    ) as (address, client, _settings, _parts):
        assert await status(client, "GET", f"{address}slack/install") == 200
        assert await status(client, "GET", f"{address}slack/oauth_redirect") == 400
        assert await status(client, "GET", f"{address}side/static/chat.css") == 200
        assert await status(client, "POST", f"{address}slack/events") in (400, 401)
    async with program(url, slack_bot_token="xoxb-example", slack_signing_secret="example") as (
        address,
        client,
        *_rest,
    ):
        assert await status(client, "GET", f"{address}slack/install") == 404


async def test_whoever_serves_opens_a_socket_to_slack_and_whoever_only_sends_does_not(url: str) -> None:
    sockets = Sockets()
    await sockets.start()
    slack: Any = {"slack_bot_token": "xoxb-example", "slack_app_token": APP_TOKEN, "slack_api_url": sockets.api_url}
    async with assemble(Settings(_env_file=None, database_url=url, **slack)) as parts:
        assert parts.worker is not None
    assert sockets.asked == 0
    async with program(url, **slack) as (address, client, _settings, _parts):
        await sockets.are_open(1)
        # Without a signing secret nothing can be known to be Slack's over HTTP.
        assert await status(client, "POST", f"{address}slack/events") == 404
    await sockets.are_open(0)
    async with program(url, slack_signing_secret="example", **slack) as (address, client, _settings, _parts):
        await sockets.are_open(1)
        assert await status(client, "POST", f"{address}slack/events") in (400, 401)
    await sockets.stop()


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


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_links_lead_to_the_local_page_when_trying_out(url: str, elsewhere: bool) -> None:
    values: dict[str, Any] = {"local_chat_port": free_port(), "host": "0.0.0.0"} if elsewhere else {}
    async with program(url, local_chat=True, key=KEY, **values) as (address, client, _settings, parts):
        assert parts.bot.links.base == address
        # What carries a proxy's headers is not the local page's to answer, but a link is a link.
        async with client.get(f"{address}fil/x", headers={"Via": "x"}) as response:
            assert response.status == 403
            assert "Åpne den rett fra meldingen" in await response.text()


async def test_links_lead_to_the_public_address_where_there_is_one(url: str) -> None:
    public = {"public_url": "https://bot.example.org", "secret_key": KEY}
    async with program(url, local_chat=True, **public) as (address, client, _settings, parts):
        assert parts.bot.links.base == "https://bot.example.org/"
        assert await status(client, "GET", f"{address}fil/x") == 403


@pytest.mark.parametrize(("local_chat", "key"), [(False, None), (True, None), (False, KEY)])
async def test_without_an_address_or_a_key_there_are_no_links(
    url: str, local_chat: bool, key: SecretStr | None
) -> None:
    settings = Settings(_env_file=None, database_url=url, local_chat=local_chat)
    settings.secret_key = key
    async with assemble(settings) as parts:
        assert parts.bot.links.base == ""
        assert parts.linked == []


async def test_nobody_on_slack_is_given_an_address_of_this_machine(url: str) -> None:
    slack = {"slack_bot_token": "xoxb-example", "slack_signing_secret": "example"}
    settings = Settings(_env_file=None, database_url=url, local_chat=True, **slack)
    settings.secret_key = KEY
    async with assemble(settings) as parts:
        assert parts.bot.links.base == ""


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    database = tmp_path / "data" / "bot.sqlite"
    key = kept_beside(database)
    assert len(key) >= KEY_LENGTH
    assert kept_beside(database) == key
    (kept,) = database.parent.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


async def test_a_worker_of_its_own_reaches_everybody_a_surface_reaches(url: str) -> None:
    settings = Settings(_env_file=None, database_url=url, local_chat=True)
    async with assemble(settings) as parts:
        assert parts.worker is not None
    async with assemble(settings, with_worker=False) as parts:
        assert parts.worker is None


MAIL: dict[str, Any] = {"smtp_host": "127.0.0.1", "mail_from": "Helsefellesskap <bot@example.org>"}
PUBLIC: dict[str, Any] = {"public_url": "https://bot.example.org", "secret_key": KEY}


async def test_e_mail_switches_itself_on(url: str) -> None:
    login: dict[str, Any] = {"smtp_user": "bot", "smtp_password": SecretStr("hemmelig"), "smtp_starttls": False}
    async with running(logins={"bot": "hemmelig"}) as post_office:
        values = {**MAIL, **PUBLIC, **login, "smtp_port": post_office.port}
        settings = Settings(_env_file=None, database_url=url, **values)
        assert surfaces(settings)["e-post"]
        async with assemble(settings) as parts:
            await wish_to_somebody(parts)
            assert parts.worker is not None
            parts.worker.wake()
            async with asyncio.timeout(10):
                await post_office.came.wait()
    (received,) = post_office.received
    assert (received.readers, received.login) == (("post@example.org",), ("bot", "hemmelig"))
    assert received.links[0].startswith("https://bot.example.org/side/")


async def wish_to_somebody(parts: Parts) -> None:
    """A message with a page, to somebody who is on no chat."""
    async with parts.bot.database.transaction() as session:
        session.add(Organisation(id=1, key="hospital", name="Eksempel sykehus"))
        session.add(Person(id=7, organisation_id=1, name="Eksempel Postkasse", email="post@example.org"))
        await session.flush()
        page = Page(reference="AVV-2026-0007", action="avvik.vis", arguments={"deviation": "7"})
        message = as_json(Message(title="Hemmelig", page=page))
        await deliveries.wish(session, [Wish("k", "s", 7, message, datetime.now(UTC))])


async def test_nobody_is_looked_for_on_the_local_page_beside_slack_or_teams_or_e_mail(url: str) -> None:
    async with assemble(Settings(_env_file=None, database_url=url, local_chat=True)) as parts:
        assert parts.local is not None
        assert await parts.local.messenger.find([], None, 1) is not None
    elsewhere: tuple[dict[str, Any], ...] = ({"teams_local": True}, {**MAIL, **PUBLIC})
    for values in elsewhere:
        async with assemble(Settings(_env_file=None, database_url=url, local_chat=True, **values)) as parts:
            assert parts.local is not None
            assert await parts.local.messenger.find([], None, 1) is None


async def test_a_mailbox_is_looked_into_and_let_go(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """This machine's own certificate is believed by nobody else, so it comes no further; and it ends at once."""
    looked = asyncio.Event()

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            looked.set()

    handler = Heard()
    logging.getLogger("bot.mail.inbox").addHandler(handler)
    try:
        async with running() as standin:
            values = {
                "public_url": "https://bot.example.org",
                "smtp_host": "127.0.0.1",
                "mail_from": "bot@example.org",
                "imap_host": "127.0.0.1",
                "imap_port": standin.port,
                "imap_user": "bot@example.org",
                "imap_password": SecretStr("example"),
                "secret_key": KEY,
            }
            async with asyncio.timeout(20), program(url, **values):
                await looked.wait()
    finally:
        logging.getLogger("bot.mail.inbox").removeHandler(handler)
    assert "the mailbox cannot be looked into: connecting: SSLError" in caplog.text
