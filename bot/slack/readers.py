"""Who reads a conversation on Slack (conversations.info, conversations.members, users.info)."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.messenger import SendError
from bot.slack.api import SlackApi
from bot.slack.messenger import SURFACE
from bot.slack.users import homes, is_from_elsewhere, is_guest, is_person
from bot.slack.workspaces import Workspaces
from handlers.calendar.clock import Clock
from handlers.people.audience import Reader, Readers

log = logging.getLogger(__name__)

MOST = 60
"""Of more people than these, nobody is asked about: such a channel is as good as public."""
_AT_ONCE = 6
_SECONDS = 4.0
_HOLDS = timedelta(hours=1)
"""What Slack said of a user: a colleague may become a guest."""
_REMEMBERED = 5000


class Audiences:
    """Asks Slack who reads a conversation. What it does not say is taken for nobody known: only what is public is shown
    there."""

    def __init__(self, workspaces: Workspaces, clock: Clock) -> None:
        self._workspaces = workspaces
        self._clock = clock
        self._said: dict[tuple[str, str], tuple[datetime, Reader | None]] = {}

    async def of(self, app: tuple[str, ...], channel: str) -> Readers:
        """`app`: the ids of the workspace whose app tells of the conversation."""
        nobody = Readers(SURFACE, app, None)
        try:
            api = await self._workspaces.api(app)
            about = (await api.ask("conversations.info", {"channel": channel}, seconds=_SECONDS)).get("channel") or {}
            if about.get("is_ext_shared") or about.get("is_pending_ext_shared"):
                return Readers(SURFACE, app, None, shared=True)
            ids = await self._members(api, channel)
            if ids is None:
                return nobody
            people = await self._people(api, app, ids)
        except SendError as error:
            # Most often since the bot is in no conversation that is closed to it.
            log.info("it is not known who reads a conversation: %s", error)
            return nobody
        # Whoever is in another workspace of the Grid may come in too (Slack: «Conversation object», `is_org_shared`).
        beyond = frozenset(each for each in app if each.startswith("E")) if about.get("is_org_shared") else frozenset()
        return Readers(SURFACE, app, people, open=_is_open(about), entered_from=beyond)

    async def _members(self, api: SlackApi, channel: str) -> Collection[str] | None:
        """None: more than is looked at."""
        arguments = {"channel": channel, "limit": str(MOST + 1)}
        found: list[str] = []
        while True:
            answer = await api.ask("conversations.members", arguments, seconds=_SECONDS)
            found += [each for each in answer.get("members") or () if isinstance(each, str)]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if len(found) > MOST:
                return None
            if not cursor:
                return found
            arguments = {**arguments, "cursor": str(cursor)}

    async def _people(self, api: SlackApi, app: tuple[str, ...], ids: Collection[str]) -> Collection[Reader]:
        turns = asyncio.Semaphore(_AT_ONCE)

        async def ask(user_id: str) -> Reader | None:
            async with turns:
                return await self._person(api, app, user_id)

        return [reader for reader in await asyncio.gather(*map(ask, ids)) if reader is not None]

    async def _person(self, api: SlackApi, app: tuple[str, ...], user_id: str) -> Reader | None:
        """None: a program, or a closed account."""
        key, now = (app[0] if app else "", user_id), self._clock.now()
        said = self._said.get(key)
        if said is not None and said[0] > now:
            return said[1]
        user = (await api.ask("users.info", {"user": user_id}, seconds=_SECONDS)).get("user") or {}
        reader = _reader(user_id, user, app) if is_person(user) else None
        self._said[key] = now + _HOLDS, reader
        if len(self._said) > _REMEMBERED:
            del self._said[next(iter(self._said))]
        return reader


def _reader(user_id: str, user: Mapping[str, Any], app: Collection[str]) -> Reader:
    return Reader(user_id, outsider=is_guest(user) or is_from_elsewhere(user, app), homes=homes(user))


def _is_open(about: Mapping[str, Any]) -> bool:
    """Whether anybody of the workspace may come in: anything that is not said to be closed to others."""
    return not (about.get("is_private") or about.get("is_im") or about.get("is_mpim"))
