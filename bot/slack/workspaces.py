"""The Slack workspaces that the app is installed in, and the way to each."""

from collections.abc import Iterable
from typing import Protocol, Self

import aiohttp

from bot.slack.api import SlackApi
from bot.slack.tokens import FixedToken
from handlers.calendar.clock import Clock


class Workspaces(Protocol):
    """Where the app is installed. A workspace goes by its own id (`T…`) and by that of the Enterprise Grid around it
    (`E…`)."""

    async def api(self, ids: Iterable[str]) -> SlackApi:
        """The way to the first of these that the app is installed in.

        Raises:
            Misconfigured: it is installed in none of them.
            SendError: it cannot be said now.
        """

    async def ids(self) -> frozenset[str]:
        """The ids of all that it is installed in, with those of the Grids around them. Raises `SendError`."""


class OneWorkspace:
    """The one that the token in the settings is for: whatever comes, comes from there."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._ids: frozenset[str] | None = None

    @classmethod
    def by_token(cls, http: aiohttp.ClientSession, *, url: str, token: str, clock: Clock) -> Self:
        """`url`: where the API is. `token`: the bot's (`xoxb-…`)."""
        return cls(SlackApi(http, url=url, tokens=FixedToken(token), clock=clock))

    async def api(self, ids: Iterable[str]) -> SlackApi:
        return self._api

    async def ids(self) -> frozenset[str]:
        if self._ids is None:
            told = await self._api.ask("auth.test", {}, seconds=4.5)
            self._ids = frozenset(str(told[name]) for name in ("team_id", "enterprise_id") if told.get(name))
        return self._ids
