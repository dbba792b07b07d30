"""Two organisations on Teams, each with an app of its own and its own part of the Bot Connector service, which takes
the token of that app and no other."""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.teams.apps import Apps
from tests.clock import FixedClock
from tests.teams.client import Client
from tests.teams.standin import APP_ID, Connector, Identity, NamedTokens
from tests.world import MUNICIPALITY_TENANT

HOSPITAL_TENANT = "tenant-hospital"
HOSPITAL_APP = "99999999-2222-3333-4444-555555555555"


@dataclass
class Tenant:
    """One organisation's."""

    id: str
    app_id: str
    connector: Connector

    @property
    def token(self) -> str:
        return f"token-of-{self.app_id}"


@dataclass
class Tenants:
    """`http` believes the certificate of both parts of the service."""

    http: aiohttp.ClientSession
    clock: FixedClock
    identity: Identity
    all: Sequence[Tenant]

    @property
    def apps(self) -> Apps:
        registered = [(tenant.app_id, tenant.id, NamedTokens(tenant.token)) for tenant in self.all]
        return Apps.of(self.http, self.clock, registered)

    def client(self, url: str, name: str, tenant: Tenant) -> "SignedClient":
        return SignedClient(
            self.http,
            url,
            tenant.connector,
            name,
            f"a:{name}",
            tenant=tenant.id,
            bot={"id": f"28:{tenant.app_id}", "name": "Sak"},
            identity=self.identity,
            clock=self.clock,
        )


@dataclass
class SignedClient(Client):
    """Somebody at a real client: every activity comes with a token that the service signed for the app."""

    identity: Identity = field(default_factory=Identity)
    clock: FixedClock = field(default_factory=FixedClock)

    async def post(self, activity: Any) -> tuple[int, Any]:
        app_id = self.bot["id"].removeprefix("28:")
        token = self.identity.token("first", self.connector.url, self.clock.now().timestamp(), aud=app_id)
        self.headers = {"Authorization": f"Bearer {token}"}
        return await super().post(activity)


@asynccontextmanager
async def two_tenants(
    clock: FixedClock, keys: Sequence[rsa.RSAPrivateKey], certificate: Path
) -> AsyncIterator[Tenants]:
    """The hospital's and the municipality's."""
    async with AsyncExitStack() as stack:
        identity = Identity()
        identity.keys["first"] = keys[0]
        await identity.start()
        stack.push_async_callback(identity.stop)
        every = []
        for tenant_id, app_id in ((HOSPITAL_TENANT, HOSPITAL_APP), (MUNICIPALITY_TENANT, APP_ID)):
            serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            serving.load_cert_chain(certificate)
            tenant = Tenant(tenant_id, app_id, Connector(serving))
            tenant.connector.takes = f"Bearer {tenant.token}"
            await tenant.connector.start()
            stack.push_async_callback(tenant.connector.stop)
            every.append(tenant)
        trusting = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=str(certificate)))
        http = aiohttp.ClientSession(connector=trusting, cookie_jar=aiohttp.DummyCookieJar())
        yield Tenants(await stack.enter_async_context(http), clock, identity, every)
        assert [tenant.connector.turned_away for tenant in every] == [0, 0]
