"""The Teams apps that this bot is, and the way to Teams as each of them.

Microsoft makes no new registrations that serve several tenants (Azure Bot Service: «Register a bot with Azure»,
«Multi-tenant bot creation deprecated»). So each organisation has one of its own, with an id, keys and a tenant, and the
bot is all of them at once. Whose an activity is, is said by the token that came with it; whose an address is, by the
app that the person was met as.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import aiohttp

from bot.messenger import Unreachable
from bot.teams.connector import Connector
from bot.teams.tokens import NoTokens, Tokens
from config.teams_apps import ANY_TENANT
from handlers.calendar.clock import Clock

if TYPE_CHECKING:
    from botbuilder.schema import Activity


@dataclass(frozen=True)
class App:
    """One registration. `tenant`: the id of the one it is for, or `ANY_TENANT`."""

    app_id: str
    tenant: str
    connector: Connector

    @property
    def bot_id(self) -> str:
        """How Teams names the app in a conversation (Bot Framework: «ID fields in the Bot Framework»)."""
        return f"28:{self.app_id}"

    def serves(self, tenant: str) -> bool:
        return self.tenant in (tenant.lower(), ANY_TENANT)


class Apps:
    """All of them, by their ids, whose letters may be of either case."""

    def __init__(self, apps: Iterable[App], *, everybody: Connector | None = None) -> None:
        """`everybody`: the way to Teams where no app is told from another (see `local`)."""
        self._apps = {app.app_id: app for app in apps}
        self._by_bot_id = {app.bot_id: app for app in self._apps.values()}
        self._everybody = everybody

    @classmethod
    def of(cls, http: aiohttp.ClientSession, clock: Clock, registered: Iterable[tuple[str, str, Tokens]]) -> Self:
        """`registered`: the id, the tenant and the access tokens of each."""
        return cls(
            App(app_id.lower(), tenant.lower(), Connector(http, clock, tokens)) for app_id, tenant, tokens in registered
        )

    @classmethod
    def local(cls, http: aiohttp.ClientSession, clock: Clock) -> Self:
        """For a client on this machine, which has no registration and asks for no credentials."""
        return cls((), everybody=Connector(http, clock, NoTokens(), local=True))

    @property
    def is_local(self) -> bool:
        return self._everybody is not None

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self._apps)

    def named(self, app_id: str) -> App | None:
        return self._apps.get(app_id.lower())

    def connector(self, bot_id: str) -> Connector:
        """The way to Teams as the app that a conversation knows by this id (`28:…`).

        Raises:
            Unreachable: it is none of ours, or not any more. Another one cannot write in its conversations: the person
                is met anew when they write to that one.
        """
        if self._everybody is not None:
            return self._everybody
        app = self._by_bot_id.get(bot_id.lower())
        if app is None:
            raise Unreachable("an address in a conversation with a Teams app that is not in the settings")
        return app.connector

    def asked(self, activity: "Activity") -> Connector:
        """The same for the app that an activity is for. Raises as `connector` does, though the door lets none in that
        is for another."""
        return self.connector(str(activity.recipient.id))

    def may_call(self, service_url: str) -> bool:
        """Whether an answer may be sent there: the same for every app."""
        ways = [self._everybody] if self._everybody is not None else [app.connector for app in self._apps.values()]
        return any(way.may_call(service_url) for way in ways)
