"""What people are called who are mentioned in a text."""

import asyncio
import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.messenger import SendError
from bot.slack.messenger import SURFACE
from bot.slack.said import Names, mentioned, typed_in_form
from bot.slack.workspaces import Workspaces
from handlers.calendar.clock import Clock
from handlers.dialogs.dialog import Raw
from handlers.writing.text import clean
from storage import accounts
from storage.database import Database, DatabaseUnavailable

log = logging.getLogger(__name__)

_ASKING_SECONDS = 1.0
"""A form must be open three seconds after the press, and a name is not worth missing that."""
_ASKED_AT_ONCE = 10
_KEPT_FOR = timedelta(minutes=10)
_KEPT = 1000

App = tuple[str, ...]
"""The ids of a workspace that the app is installed in (see `bot.slack.requests.installation`)."""


class NamesOfPeople:
    """Looks up names: of those who have spoken to the bot in the database, of others at Slack.

    What Slack said, also that it did not say, is remembered for a while: a text is read at each letter that is typed.
    """

    def __init__(self, workspaces: Workspaces, database: Database, clock: Clock) -> None:
        self._workspaces = workspaces
        self._database = database
        self._clock = clock
        self._told: dict[tuple[App, str], tuple[str, datetime]] = {}

    async def in_texts(self, texts: Iterable[str], app: App) -> Names:
        """The names of those who are mentioned, by Slack's id; without those whose name cannot be had soon.
        `app`: the ids of the workspace that the text comes from."""
        wanted = list(dict.fromkeys(user_id for text in texts for user_id in mentioned(text)))[:_ASKED_AT_ONCE]
        if not wanted:
            return {}
        names = await self._stored(wanted)
        unknown = [user_id for user_id in wanted if user_id not in names]
        told = await asyncio.gather(*(self._asked(app, user_id) for user_id in unknown))
        return {**names, **{user_id: name for user_id, name in zip(unknown, told, strict=True) if name}}

    async def in_form(self, raw: Raw, app: App) -> Raw:
        """What was filled in, as it stands on the screen: with names and characters for Slack's codes of them."""
        names = await self.in_texts((value for value in raw.values() if isinstance(value, str)), app)
        return {name: typed_in_form(value, names) if isinstance(value, str) else value for name, value in raw.items()}

    async def _stored(self, user_ids: Collection[str]) -> dict[str, str]:
        try:
            async with self._database.reading() as session:
                return await accounts.names_of_accounts(session, SURFACE, user_ids)
        except DatabaseUnavailable as error:
            log.warning("names are not looked up, the database is unavailable: %s", error)
            return {}

    async def _asked(self, app: App, user_id: str) -> str:
        now = self._clock.now()
        name, until = self._told.pop((app, user_id), ("", now))
        if until <= now:
            try:
                api = await self._workspaces.api(app)
                answer = await api.ask("users.info", {"user": user_id}, seconds=_ASKING_SECONDS)
                name = _name(answer.get("user") or {})
            except SendError as error:
                log.info("somebody's name could not be had: %s", error)
            until = now + _KEPT_FOR
        self._told[app, user_id] = (name, until)
        if len(self._told) > _KEPT:
            del self._told[next(iter(self._told))]
        return name


def _name(user: dict[str, Any]) -> str:
    profile = user.get("profile") or {}
    return clean(str(profile.get("real_name") or user.get("real_name") or user.get("name") or ""))
