"""The Slack workspaces that the app is installed in, and the way to each."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, Self

import aiohttp

from bot.slack.api import SlackApi
from bot.slack.tokens import FixedToken
from handlers.calendar.clock import Clock

log = logging.getLogger(__name__)


class Workspaces(Protocol):
    """Where the app is installed. A workspace goes by its own id (`T…`) and by that of the Enterprise Grid around it
    (`E…`)."""

    async def api(self, ids: Iterable[str]) -> SlackApi:
        """The way to the first of these that the app is installed in.

        Raises:
            Misconfigured: it is installed in none of them.
            SendError: it cannot be said now.
        """

    async def among(self, ids: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Those of these that it is installed in, in their order, each workspace once; with each its own id and that of
        the Grid around it. Raises `SendError`."""

    async def own_id(self, ids: Iterable[str]) -> str:
        """The user that the bot itself is, in the first of these that it is installed in. Raises as `api` does."""

    async def ended(self, ids: Iterable[str], why: str) -> None:
        """Slack says that the app was taken out of the first of these. Raises `SendError`."""


class OneWorkspace:
    """The one that the token in the settings is for: whatever comes, comes from there."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._told: Mapping[str, Any] | None = None
        self._asking: asyncio.Task[Mapping[str, Any]] | None = None

    @classmethod
    def by_token(cls, http: aiohttp.ClientSession, *, url: str, token: str, clock: Clock) -> Self:
        """`url`: where the API is. `token`: the bot's (`xoxb-…`)."""
        return cls(SlackApi(http, url=url, tokens=FixedToken(token), clock=clock))

    async def api(self, ids: Iterable[str]) -> SlackApi:
        return self._api

    async def among(self, ids: Iterable[str]) -> Mapping[str, frozenset[str]]:
        told = await self._itself()
        own = frozenset(str(told[name]) for name in ("team_id", "enterprise_id") if told.get(name))
        here = next((each for each in ids if each in own), None)
        return {} if here is None else {here: own}

    async def own_id(self, ids: Iterable[str]) -> str:
        return str((await self._itself()).get("user_id") or "")

    async def ended(self, ids: Iterable[str], why: str) -> None:
        log.error("the bot cannot write on Slack any more: %s", why)

    async def _itself(self) -> Mapping[str, Any]:
        """What Slack says of the token (auth.test). It is asked once: whoever wants to know meanwhile waits for the
        same answer, since at a start many people are looked up at once."""
        if self._told is None:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask())
            await asyncio.wait({self._asking})
            self._told = self._asking.result()
        return self._told

    async def _ask(self) -> Mapping[str, Any]:
        return await self._api.ask("auth.test", {}, seconds=4.5)
