"""The tokens of one installation: kept in memory, and changed for new ones in time (Slack: «Using token rotation»).

A refresh token is good for once. So of all processes one changes it, whoever has the lease of the row; no transaction
is open meanwhile. The others see that the row has another version, and read the new token from it. It is done beside
what is sent: whoever has a token that is good goes on with it.

A process that dies between Slack's answer and the commit takes the new refresh token with it. Whoever finds the lease
tries the old one again at once, since Slack has been seen to take one twice within a moment, though it promises only
once. Where it does not, the installation is stuck: the token is good for the other half of its life, and whoever can
have the app installed anew hears of it now, not when it ends.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.background import BackgroundTasks
from bot.messenger import Misconfigured, SendError, TryLater, Uncertain
from bot.slack.installing.exchange import Exchange, Fresh, NoLongerGood
from bot.slack.installing.seals import LostKey, Seals
from handlers.calendar.clock import Clock
from storage import slack_installations
from storage.database import Database, DatabaseUnavailable
from storage.slack_installations import Installed

log = logging.getLogger(__name__)

EARLY = timedelta(hours=6)
"""So long before a token ends it is changed. It lives for twelve hours, and two are good at once, no more (Slack:
«Using token rotation»): earlier, a third would end the first, which somebody may be using."""
LEASE = timedelta(seconds=20)
"""Longer than it takes: whoever is killed in the middle keeps the others for so long from trying."""
_ONCE_MORE = 1.0
"""After so many seconds Slack is asked once more, where it may have given a token that did not arrive."""
_SURE = timedelta(minutes=10)
"""For so long a token that Slack does not renew is only noted: another process may have the new one, and no
database."""
_AGAIN = timedelta(minutes=1)
"""When what failed is tried again, while the old token is good."""
_STORED_AGAIN = 5.0
"""After so many seconds what Slack gave and the database did not take is stored again."""
_TAKEN_OUT = ("token_revoked", "account_inactive")
"""What Slack says where somebody took the app out."""
_LOOKS, _PAUSE = 12, 0.25
"""How often one looks whether another has changed it, and how many seconds apart: a form must open in three."""

Pause = Callable[[float], Awaitable[None]]
Gone = Callable[[Installed, str], Awaitable[None]]
"""Told of an installation whose tokens Slack takes no more, and Slack's word for why."""
Stuck = Callable[[Installed], Awaitable[None]]
"""Told of one whose token is good, and is not renewed. It is told as often as that is tried."""


class RotatingTokens:
    """The tokens of one installation, in this process.

    Args:
        holder: what this process is called in a lease.
        background: where tokens are renewed, beside what is sent.
        pause: how to wait for another process, and for the database.
        patience: for so many seconds whoever has no token that is good waits for another.
    """

    def __init__(
        self,
        row: Installed,
        *,
        database: Database,
        seals: Seals,
        exchange: Exchange,
        clock: Clock,
        holder: str,
        gone: Gone,
        stuck: Stuck,
        background: BackgroundTasks,
        pause: Pause = asyncio.sleep,
        patience: float = 3.0,
    ) -> None:
        self._database = database
        self._seals = seals
        self._exchange = exchange
        self._clock = clock
        self._holder = holder
        self._gone = gone
        self._stuck = stuck
        self._background = background
        self._pause = pause
        self._patience = patience
        self._renewing: asyncio.Event | None = None
        """Set when the renewal that is under way has ended."""
        self._why_not: SendError | None = None
        """Why the last one came to nothing."""
        self._lock = asyncio.Lock()
        self._row = row
        self._token = ""
        self._refresh = ""
        self._not_before: datetime | None = None
        self._unsaved: tuple[Installed, Fresh] | None = None
        """What Slack gave, and could not be stored: the only one that is good."""
        self.readable = True
        """Whether there is a key for what is stored."""
        self._take(row)

    @property
    def row(self) -> Installed:
        """The installation, as it was read last."""
        return self._row

    def told(self, row: Installed) -> None:
        """The row was read. Only where it is a newer version is anything decrypted."""
        if row.version > self._row.version:
            self._take(row)
        elif row.version == self._row.version:
            self._row = row

    def _take(self, row: Installed) -> None:
        self._row = row
        try:
            record = self._seals.open(row.sealed)
        except LostKey:
            self.readable = False
            # A token from before may be good for a while: another process has the new key already.
            log.error(
                "the Slack workspace %s: its tokens are encrypted with a key that is not in SECRET_KEYS. Put the key "
                "back, or install the app there again (/slack/install)",
                row.external_id,
            )
            return
        self.readable = True
        self._unsaved = None
        self._token, self._refresh = str(record["token"]), str(record.get("refresh", ""))

    async def get(self) -> str:
        """See `bot.slack.tokens.Tokens`."""
        if not self._token:
            raise Misconfigured(f"the Slack workspace {self._row.external_id}: the key of its tokens is lost")
        if self._is_due():
            renewed = self._begun()
            if self._has_ended():
                await self._wait(renewed)
        return self._token

    def _begun(self) -> asyncio.Event:
        """The renewal that is under way; it is begun, if there is none."""
        if self._renewing is None or self._renewing.is_set():
            self._renewing, self._why_not = asyncio.Event(), None
            if not self._background.spawn(self._renewed(self._renewing)):
                self._why_not = TryLater("too much is under way to renew a token")
                self._renewing.set()
        return self._renewing

    async def _renewed(self, done: asyncio.Event) -> None:
        try:
            async with self._lock:
                if self._is_due():
                    await self._in_time()
        except SendError as error:
            self._why_not = error
        finally:
            done.set()
        while self._unsaved is not None:
            await self._pause(_STORED_AGAIN)
            await self._store_again()

    async def _store_again(self) -> None:
        async with self._lock:
            if self._unsaved is None:
                return
            try:
                await self._store(*self._unsaved)
            except (SendError, DatabaseUnavailable) as error:
                log.warning("the token of %s is not stored yet: %s", self._row.external_id, error)

    async def _wait(self, renewed: asyncio.Event) -> None:
        """Until there is a token that is good. Only what is sent to this workspace waits, and not for long: it is sent
        a little later instead.

        Raises:
            SendError: there is none.
        """
        try:
            async with asyncio.timeout(self._patience):
                await renewed.wait()
        except TimeoutError:
            raise TryLater(f"the token of {self._row.external_id} is being renewed") from None
        if self._why_not is not None:
            raise self._why_not

    async def refused(self, token: str, error: str) -> bool:
        """See `bot.slack.tokens.Tokens`."""
        async with self._lock:
            if token != self._token:
                return True
            try:
                if await self._reread() or self._row.gone_at is not None or not self.readable:
                    return token != self._token
                if self._refresh:
                    await self._changed()
                    return token != self._token
            except NoLongerGood as why:
                await self._gone(self._row, error)
                log.warning("the Slack workspace %s: %s", self._row.external_id, why)
                return False
            except SendError as why:
                log.warning("the Slack workspace %s, whose token is refused: %s", self._row.external_id, why)
                return False
            except DatabaseUnavailable as why:
                log.warning("whether a refused token has another in its place is not known: %s", why)
                return False
            if error in _TAKEN_OUT:
                await self._gone(self._row, error)
            return False

    def _is_due(self) -> bool:
        ends, now = self._row.expires_at, self._clock.now()
        waits = self._not_before is not None and now < self._not_before
        is_stored = self._unsaved is None
        return self.readable and is_stored and ends is not None and now >= ends - EARLY and not (waits and now < ends)

    def _has_ended(self) -> bool:
        return self._row.expires_at is not None and self._clock.now() >= self._row.expires_at

    async def _in_time(self) -> None:
        """Change the token before it ends. While it is good, what goes wrong keeps nobody from using it."""
        try:
            await self._changed()
        except (SendError, DatabaseUnavailable) as error:
            log.warning("the token of the Slack workspace %s is not renewed: %s", self._row.external_id, error)
            if self._unsaved is not None:
                # It is there, and used, and stored when it can be.
                return
            self._not_before = self._clock.now() + _AGAIN
            if not self._has_ended():
                if isinstance(error, NoLongerGood):
                    await self._note_stuck()
                return
            if isinstance(error, NoLongerGood):
                await self._gone(self._row, "token_expired")
            if isinstance(error, SendError):
                raise
            raise TryLater(f"the database is unavailable: {error}") from None

    async def _note_stuck(self) -> None:
        """Slack gives no new token for this one, which is good: note it, and when it is sure, have it told of."""
        now = self._clock.now()
        try:
            async with self._database.transaction() as session:
                await slack_installations.note_stuck(session, self._row, now)
            await self._reread()
        except (SendError, DatabaseUnavailable) as error:
            log.warning("that the token of %s is not renewed is not noted: %s", self._row.external_id, error)
            return
        self._not_before = now + _SURE
        if self._row.stuck_at is not None and now >= self._row.stuck_at + _SURE:
            await self._stuck(self._row)

    async def _changed(self) -> None:
        """A new token, had by this process or another. Raises `SendError` and `DatabaseUnavailable`."""
        if self._unsaved is not None:
            await self._store(*self._unsaved)
            return
        # What is changed is what is known now: meanwhile others may read the row, and find it changed already.
        row, refresh = self._row, self._refresh
        for look in range(_LOOKS):
            if look:
                await self._pause(_PAUSE)
                await self._reread()
            if self._row.gone_at is not None:
                raise Misconfigured(f"not in {self._row.external_id} any more: {self._row.gone_why}")
            if self._row.version != row.version:
                return
            async with self._exchange.few:
                now = self._clock.now()
                async with self._database.transaction() as session:
                    is_ours = await slack_installations.take(session, row, self._holder, now, now + LEASE)
                if is_ours:
                    await self._renew(row, refresh)
                    return
        raise TryLater(f"another process renews the token of {row.external_id}")

    async def _renew(self, row: Installed, refresh: str) -> None:
        """Slack is asked, and what it gives is stored. The lease is ours."""
        try:
            try:
                fresh = await self._exchange.refreshed(refresh)
            except Uncertain as error:
                log.warning("the token of %s may have been renewed, and is asked for again: %s", row.external_id, error)
                await self._pause(_ONCE_MORE)
                fresh = await self._exchange.refreshed(refresh)
        except SendError:
            async with self._database.transaction() as session:
                await slack_installations.let_go(session, row, self._holder)
            raise
        await self._store(row, fresh)

    async def _store(self, row: Installed, fresh: Fresh) -> None:
        if self._row.version != row.version:
            # Installed anew in the middle: what is stored now is newer.
            self._unsaved = None
            return
        now = self._clock.now()
        expires_at = now + timedelta(seconds=fresh.seconds) if fresh.seconds is not None else None
        sealed = self._seals.seal(sealed_record(fresh))
        # Used from now on, also where it cannot be stored.
        self._token, self._refresh, self._unsaved = fresh.token, fresh.refresh, (row, fresh)
        async with self._database.transaction() as session:
            stored = await slack_installations.refreshed(session, row, sealed, expires_at)
        self._unsaved, self._not_before = None, None
        if stored is None:
            await self._reread()
        elif stored.version > self._row.version:
            self._row = stored

    async def _reread(self) -> bool:
        """Look at the row; whether it is another version than the one that was known."""
        known = self._row.version
        async with self._database.reading() as session:
            row = await slack_installations.one(session, self._row.id)
        if row is None:
            raise Misconfigured(f"not installed in {self._row.external_id} any more")
        self.told(row)
        return row.version != known


def sealed_record(fresh: Fresh) -> dict[str, str]:
    """What is encrypted of a token."""
    return {"token": fresh.token, "refresh": fresh.refresh}
