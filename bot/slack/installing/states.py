"""The state that goes to Slack and back with whoever installs the app (OAuth 2.0, RFC 6749, 10.12).

It is encrypted and says until when it holds, so that looking at the install page stores nothing; one that has come back
is noted, so that it comes back once. Bolt sees to it that it comes back to the browser that it was made for.
"""

import logging
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from slack_sdk.oauth import OAuthStateUtils
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.slack.installing.seals import LostKey, Seals
from handlers.calendar.clock import Clock
from storage import slack_installations
from storage.database import Database

log = logging.getLogger(__name__)

HOLDS = timedelta(minutes=10)
COOKIE = "__Host-slack-install"
"""A browser takes a cookie of such a name only from the site itself, over https (RFC 6265bis, 4.1.3.2)."""


class States(AsyncOAuthStateStore):
    """Makes states, and takes each of them back once."""

    def __init__(self, database: Database, seals: Seals, clock: Clock) -> None:
        self._database = database
        self._seals = seals
        self._clock = clock

    @property
    def logger(self) -> logging.Logger:
        return log

    async def async_issue(self, *_args: object, **_kwargs: object) -> str:
        until = self._clock.now() + HOLDS
        return self._seals.seal({"once": secrets.token_urlsafe(12), "until": until.isoformat()})

    async def async_consume(self, state: str) -> bool:
        """Whether it was made here, not long ago, and comes back for the first time. Raises `DatabaseUnavailable`."""
        now = self._clock.now()
        try:
            until = datetime.fromisoformat(self._seals.open(state)["until"])
        except (LostKey, KeyError, TypeError, ValueError):
            return False
        if until <= now:
            return False
        async with self._database.transaction() as session:
            return await slack_installations.use_state(session, sha256(state.encode()).hexdigest(), until, now)


class StateCookie(OAuthStateUtils):
    """The cookie that binds a state to a browser; it comes back from Slack's page, and with nothing that other sites
    post."""

    def __init__(self) -> None:
        super().__init__(cookie_name=COOKIE, expiration_seconds=int(HOLDS.total_seconds()))

    def build_set_cookie_for_new_state(self, state: str) -> str:
        return f"{super().build_set_cookie_for_new_state(state)}; SameSite=Lax"
