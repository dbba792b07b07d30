"""Several Teams apps side by side: each activity and each address belongs to one, and no token of another will do."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.messenger import Misconfigured, Unreachable
from bot.teams.apps import Apps
from bot.teams.credentials import Secret
from bot.teams.messenger import TeamsMessenger
from bot.teams.registrations import apps_of
from bot.teams.tokens import MsalTokens
from config.settings import Settings
from config.teams_apps import ANY_TENANT, TeamsApp
from handlers.bot import Bot
from handlers.messages.message import Message
from handlers.people.address import Address
from tests.clock import FixedClock
from tests.teams.client import Client
from tests.teams.conftest import Running, Start
from tests.teams.entra import Entra
from tests.teams.standin import APP_ID, Connector, Identity, NamedTokens
from tests.world import MUNICIPALITY_TENANT

HOSPITAL_TENANT = "tenant-hospital"
OTHER_ID = "99999999-2222-3333-4444-555555555555"
SERVICE = "https://smba.example/emea/"


def two(http: aiohttp.ClientSession, clock: FixedClock) -> Apps:
    """The municipality's and the hospital's."""
    return Apps.of(
        http,
        clock,
        [
            (APP_ID, MUNICIPALITY_TENANT, NamedTokens("of-the-municipality")),
            (OTHER_ID.upper(), HOSPITAL_TENANT.upper(), NamedTokens("of-the-hospital")),
        ],
    )


@dataclass
class Called:
    """Somebody in a tenant, whose client sends what needs no answer."""

    client: Client
    identity: Identity
    clock: FixedClock

    async def status(self, *, audience: str, recipient: str, tenant: str | None, **more: Any) -> int:
        token = self.identity.token("first", SERVICE, self.clock.now().timestamp(), aud=audience)
        self.client.headers = {"Authorization": f"Bearer {token}"}
        self.client.bot, self.client.tenant = {"id": recipient, "name": "Sak"}, tenant
        status, _body = await self.client.post(self.client.activity(type="typing", serviceUrl=SERVICE, **more))
        return status


@pytest.fixture
async def both(start: Start, bot: Bot, identity: Identity, http: aiohttp.ClientSession, clock: FixedClock) -> Running:
    return await start(bot, identity=identity, apps=two(http, clock))


@pytest.fixture
def called(
    both: Running, http: aiohttp.ClientSession, connector: Connector, identity: Identity, clock: FixedClock
) -> Called:
    return Called(Client(http, both.url, connector), identity, clock)


async def test_each_app_is_spoken_to_in_its_own_tenant(called: Called) -> None:
    for app_id, tenant in ((APP_ID, MUNICIPALITY_TENANT), (OTHER_ID, HOSPITAL_TENANT)):
        assert await called.status(audience=app_id, recipient=f"28:{app_id}", tenant=tenant) == 200
    # An id is the same in capitals.
    upper = f"28:{APP_ID.upper()}"
    assert await called.status(audience=APP_ID, recipient=upper, tenant=MUNICIPALITY_TENANT.upper()) == 200


@pytest.mark.parametrize(
    ("audience", "recipient", "tenant", "refused"),
    [
        # The right signature and one of our apps, but spoken to is the other.
        (APP_ID, f"28:{OTHER_ID}", HOSPITAL_TENANT, 403),
        (OTHER_ID, f"28:{APP_ID}", MUNICIPALITY_TENANT, 403),
        (APP_ID, "28:somebody-else", MUNICIPALITY_TENANT, 403),
        (APP_ID, APP_ID, MUNICIPALITY_TENANT, 403),
        # An app that is none of ours.
        ("33333333-2222-3333-4444-555555555555", f"28:{APP_ID}", MUNICIPALITY_TENANT, 401),
        # The app of one organisation in the tenant of the other, and in a stranger's.
        (APP_ID, f"28:{APP_ID}", HOSPITAL_TENANT, 403),
        (APP_ID, f"28:{APP_ID}", "00000000-aaaa-bbbb-cccc-000000000000", 403),
    ],
)
async def test_an_activity_for_another_app_or_from_another_tenant_is_refused(
    called: Called, audience: str, recipient: str, tenant: str, refused: int
) -> None:
    assert await called.status(audience=audience, recipient=recipient, tenant=tenant) == refused


async def test_a_token_for_several_apps_is_none(called: Called) -> None:
    token = called.identity.token("first", SERVICE, called.clock.now().timestamp(), aud=[APP_ID, OTHER_ID])
    called.client.headers = {"Authorization": f"Bearer {token}"}
    status, _body = await called.client.post(called.client.activity(type="typing", serviceUrl=SERVICE))
    assert status == 401


@pytest.mark.parametrize(
    ("channel", "conversation", "expected"),
    [
        (None, HOSPITAL_TENANT, 403),
        (None, MUNICIPALITY_TENANT, 200),
        # The channel's counts, as for who somebody is.
        (HOSPITAL_TENANT, MUNICIPALITY_TENANT, 403),
        (MUNICIPALITY_TENANT, HOSPITAL_TENANT, 200),
    ],
)
async def test_the_tenant_that_counts_is_the_one_that_a_speaker_is_known_by(
    called: Called, channel: str | None, conversation: str, expected: int
) -> None:
    place = {"id": "a:1", "conversationType": "personal", "tenantId": conversation}
    status = await called.status(audience=APP_ID, recipient=f"28:{APP_ID}", tenant=channel, conversation=place)
    assert status == expected


def test_an_app_registered_for_several_tenants_serves_them_all(http: aiohttp.ClientSession, clock: FixedClock) -> None:
    app = Apps.of(http, clock, [(APP_ID, ANY_TENANT, NamedTokens("old"))]).named(APP_ID)
    assert app is not None
    assert app.serves(HOSPITAL_TENANT)
    assert app.serves(MUNICIPALITY_TENANT)


# --- the way out -------------------------------------------------------------------------------------------


@pytest.fixture
async def encrypted(certificate: Path) -> AsyncIterator[tuple[Connector, aiohttp.ClientSession]]:
    """A Connector service with a certificate, and a client that believes it: without it no token is sent."""
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate)
    connector = Connector(serving)
    await connector.start()
    trusting = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=str(certificate)))
    async with aiohttp.ClientSession(connector=trusting) as http:
        yield connector, http
    await connector.stop()


def address(connector: Connector, app_id: str, tenant: str) -> Address:
    reach = {
        "service_url": connector.url,
        "conversation_id": f"a:{tenant}",
        "bot_id": f"28:{app_id}",
        "bot_name": "Sak",
        "user_id": "29:somebody",
        "aad_id": "aad",
        "tenant_id": tenant,
        "channel_id": "msteams",
    }
    return Address("teams", tenant, "aad", reach)


async def test_every_address_is_reached_with_its_own_app_s_token(
    encrypted: tuple[Connector, aiohttp.ClientSession], clock: FixedClock
) -> None:
    connector, http = encrypted
    messenger = TeamsMessenger(two(http, clock))
    for app_id, tenant in ((APP_ID, MUNICIPALITY_TENANT), (OTHER_ID, HOSPITAL_TENANT)):
        ref = await messenger.send(address(connector, app_id, tenant), Message(title="Hei"))
        await messenger.update(address(connector, app_id, tenant), ref, Message(title="Hei igjen"))
    carried = [(call.body["from"]["id"], call.headers["Authorization"]) for call in connector.calls]
    assert carried == [
        *[(f"28:{APP_ID}", "Bearer of-the-municipality")] * 2,
        *[(f"28:{OTHER_ID}", "Bearer of-the-hospital")] * 2,
    ]


async def test_an_app_without_a_token_stops_no_other(
    encrypted: tuple[Connector, aiohttp.ClientSession], clock: FixedClock
) -> None:
    connector, http = encrypted
    refused = MsalTokens(
        OTHER_ID, Secret("expired"), HOSPITAL_TENANT, clock, http_client=Entra(status=401, error="invalid_client")
    )
    registered = [(APP_ID, MUNICIPALITY_TENANT, NamedTokens("good")), (OTHER_ID, HOSPITAL_TENANT, refused)]
    messenger = TeamsMessenger(Apps.of(http, clock, registered))
    with pytest.raises(Misconfigured, match=HOSPITAL_TENANT):
        await messenger.send(address(connector, OTHER_ID, HOSPITAL_TENANT), Message(title="Hei"))
    await messenger.send(address(connector, APP_ID, MUNICIPALITY_TENANT), Message(title="Hei"))
    assert [call.headers["Authorization"] for call in connector.calls] == ["Bearer good"]


async def test_the_settings_become_apps_each_with_its_own_tokens(
    http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    secret = SecretStr("example-secret")
    more = TeamsApp(app_id=OTHER_ID.upper(), tenant_id=HOSPITAL_TENANT, secret=secret)
    settings = Settings(
        _env_file=None,
        teams_app_id=APP_ID,
        teams_app_password=secret,
        teams_tenant_id="aaaaaaaa-2222-3333-4444-555555555555",
        teams_apps=(more,),
    )
    apps = apps_of(settings, http, clock)
    assert apps.ids == {APP_ID, OTHER_ID}
    assert not apps.is_local
    assert apps.connector(f"28:{APP_ID}") is not apps.connector(f"28:{OTHER_ID}")
    assert apps_of(Settings(_env_file=None, teams_local=True), http, clock).is_local


async def test_an_app_that_is_gone_from_the_settings_reaches_nobody(
    connector: Connector, http: aiohttp.ClientSession, clock: FixedClock
) -> None:
    messenger = TeamsMessenger(two(http, clock))
    gone = address(connector, "33333333-2222-3333-4444-555555555555", MUNICIPALITY_TENANT)
    with pytest.raises(Unreachable):
        await messenger.send(gone, Message(title="Hei"))
    with pytest.raises(Unreachable):
        await messenger.update(gone, {**gone.reach, "activity_id": "1"}, Message(title="Hei"))
    assert connector.calls == []
