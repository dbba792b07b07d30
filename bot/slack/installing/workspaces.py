"""Every workspace that the app is installed in (see `bot.slack.workspaces`), as the database has it."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from bot.background import BackgroundTasks
from bot.messenger import AppGone, Misconfigured, SendError, TryLater
from bot.slack.api import SlackApi, SlackSaidNo
from bot.slack.installing.exchange import Exchange
from bot.slack.installing.rotating import Pause, RotatingTokens
from bot.slack.installing.seals import Seals
from bot.slack.workspaces import OneWorkspace
from handlers import slack_access
from handlers.calendar.clock import Clock
from storage import slack_installations
from storage.database import Database, DatabaseUnavailable
from storage.slack_installations import Installed

log = logging.getLogger(__name__)

_FRESH = timedelta(seconds=10)
"""How old what was read may be: so long it takes until another process's installation is noticed. One that is asked for
and not known is looked for at once."""
_MISSED = timedelta(seconds=1)
"""The least time between two looks for what is not there."""


@dataclass(frozen=True)
class _Place:
    """One installation, in this process."""

    tokens: RotatingTokens
    api: SlackApi

    @property
    def ids(self) -> frozenset[str]:
        row = self.tokens.row
        return frozenset(filter(None, (row.external_id, row.grid)))


@dataclass(frozen=True)
class _Known:
    """What was read, and when."""

    at: datetime
    places: Mapping[str, Sequence[_Place]]
    """By the id of a workspace, and of the Grid around it."""
    owners: Mapping[str, int]
    """Workspace or Grid → the organisation that owns it."""
    families: Mapping[int, Sequence[str]]
    """Organisation → those that it owns and the app is installed in."""
    gone: Mapping[str, str]
    """Where it is no more → why."""
    alone: frozenset[str]
    """Those of them that are in no Grid: nobody there is known in another workspace."""

    def place(self, ids: Sequence[str]) -> _Place | None:
        """The installation by which somebody of the first of these is spoken to that has one: its own, else another
        one of the same organisation (on an Enterprise Grid people are the same in each)."""
        for id in ids:
            others = () if id in self.alone else self.families.get(self.owners.get(id, 0), ())
            for each in (id, *others):
                if found := self.places.get(each):
                    return found[0]
        return None


class InstalledWorkspaces:
    """Implements `bot.slack.workspaces.Workspaces` over the installations that are stored.

    Args:
        fixed: the workspace of SLACK_BOT_TOKEN, one more beside them.
        changed: called when messages were written.
        background, pause, patience: see `RotatingTokens`.
    """

    def __init__(
        self,
        database: Database,
        exchange: Exchange,
        seals: Seals,
        clock: Clock,
        *,
        fixed: OneWorkspace | None = None,
        changed: Callable[[], None] = lambda: None,
        background: BackgroundTasks | None = None,
        pause: Pause = asyncio.sleep,
        patience: float = 3.0,
    ) -> None:
        self._database = database
        self._exchange = exchange
        self._seals = seals
        self._clock = clock
        self._fixed = fixed
        self._changed = changed
        self.background = background or BackgroundTasks()
        self._pause = pause
        self._patience = patience
        self._holder = uuid4().hex
        self._places: dict[int, _Place] = {}
        self._known: _Known | None = None
        self._reading = asyncio.Lock()

    async def api(self, ids: Iterable[str]) -> SlackApi:
        asked = tuple(ids)
        if place := await self._place(asked):
            return place.api
        if self._fixed is not None and await self._is_fixed(asked):
            return await self._fixed.api(asked)
        raise self._nowhere(asked)

    async def among(self, ids: Iterable[str]) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        asked = tuple(ids)
        known = await self._look()
        seen: set[int] = set()
        for each in asked:
            for place in known.places.get(each, ())[:1]:
                if place.tokens.row.id not in seen:
                    seen.add(place.tokens.row.id)
                    found[each] = place.ids
        elsewhere = [id for id in asked if id not in known.places]
        if self._fixed is not None and elsewhere:
            try:
                found |= await self._fixed.among(elsewhere)
            except Misconfigured as error:
                # A token that was left in the settings keeps nobody from being found where the app is installed.
                if not found:
                    raise
                log.warning("SLACK_BOT_TOKEN is not taken: %s", error)
        return found

    async def own_id(self, ids: Iterable[str]) -> str:
        asked = tuple(ids)
        if place := await self._place(asked):
            return place.tokens.row.bot_user_id
        if self._fixed is not None and await self._is_fixed(asked):
            return await self._fixed.own_id(asked)
        raise self._nowhere(asked)

    async def ended(self, ids: Iterable[str], why: str) -> None:
        """Slack is asked whether it takes anything there: events come late, and in any order, and the app may be
        installed anew by now. Then it is noted and told of (see `_gone`)."""
        asked = tuple(ids)
        known = await self._look(anew=True)
        for id in asked[:1]:
            for place in known.places.get(id, ()):
                if place.tokens.row.external_id != id:
                    continue
                try:
                    await place.api.ask("auth.test", {}, seconds=4.5)
                except Misconfigured as error:
                    log.info("Slack says of %s: %s", id, error)
                    await self._gone(place.tokens.row, why)
                except SlackSaidNo as error:
                    log.info("Slack says of %s: %s", id, error)
                    if error.code == "account_inactive":
                        await self._gone(place.tokens.row, why)
                else:
                    log.info("Slack takes what the bot sends to %s all the same", id)
                return
        if self._fixed is not None:
            await self._fixed.ended(asked, why)

    async def is_fixed(self, ids: Iterable[str]) -> bool:
        """Whether SLACK_BOT_TOKEN is for one of these; where that cannot be said now, it may be."""
        try:
            return self._fixed is not None and bool(await self._fixed.among(ids))
        except SendError:
            return True

    def forget(self) -> None:
        """What was read is read anew: something was installed."""
        self._known = None

    # --- what is known -------------------------------------------------------------------------------------

    async def _place(self, asked: Sequence[str]) -> _Place | None:
        known = await self._look()
        found = known.place(asked)
        if found is None and self._clock.now() - known.at >= _MISSED:
            # It may be installed since.
            found = (await self._look(anew=True)).place(asked)
        return found

    async def _is_fixed(self, asked: Sequence[str]) -> bool:
        known = await self._look()
        assert self._fixed is not None  # noqa: S101 - asked only where it is there
        if not known.places and not known.gone:
            # It is the only one there ever was.
            return True
        relatives = {
            id for each in asked if (owner := known.owners.get(each)) for id, other in known.owners.items()
            if other == owner
        }  # fmt: skip
        return bool(await self._fixed.among((*asked, *relatives)))

    def _nowhere(self, asked: Sequence[str]) -> AppGone:
        gone = self._known.gone if self._known is not None else {}
        whys = [f"{id} ({gone[id]})" if id in gone else id for id in asked]
        return AppGone(f"the app is not installed in {', '.join(whys) or 'any workspace'}")

    async def _look(self, *, anew: bool = False) -> _Known:
        """What is stored, as it was a few seconds ago at most. Raises `TryLater` where it cannot be read at all."""
        known = self._known
        if known is not None and not anew and self._clock.now() - known.at < _FRESH:
            return known
        if known is not None and not anew and self._reading.locked():
            return known
        async with self._reading:
            if self._known is not None and self._known is not known:
                # Somebody else has just read it.
                return self._known
            try:
                self._known = await self._read()
            except DatabaseUnavailable as error:
                if known is None:
                    raise TryLater(f"where the app is installed cannot be read: {error}") from None
                log.warning("where the app is installed is taken as it was: %s", error)
                return known
        return self._known

    async def _read(self) -> _Known:
        now = self._clock.now()
        async with self._database.reading() as session:
            rows = await slack_installations.everywhere(session)
            owners = await slack_installations.owners(session)
        places: dict[str, list[_Place]] = {}
        families: dict[int, list[str]] = {}
        for row in rows:
            place = self._placed(row)
            if row.gone_at is not None:
                continue
            # A Grid's own installation goes before one of a workspace in it.
            places.setdefault(row.external_id, []).insert(0, place)
            if row.grid and row.grid != row.external_id:
                places.setdefault(row.grid, []).append(place)
            for id in filter(None, (row.external_id, row.grid)):
                if (owner := owners.get(id)) is not None and row.external_id not in families.get(owner, ()):
                    families.setdefault(owner, []).append(row.external_id)
        gone = {row.external_id: row.gone_why for row in rows if row.gone_at is not None}
        alone = frozenset(row.external_id for row in rows if row.gone_at is not None and not row.grid)
        return _Known(now, places, owners, families, gone, alone)

    def _placed(self, row: Installed) -> _Place:
        place = self._places.get(row.id)
        if place is None:
            tokens = RotatingTokens(
                row,
                database=self._database,
                seals=self._seals,
                exchange=self._exchange,
                clock=self._clock,
                holder=self._holder,
                gone=self._gone,
                stuck=self._stuck,
                background=self.background,
                pause=self._pause,
                patience=self._patience,
            )
            place = self._places[row.id] = _Place(tokens, self._exchange.api(tokens))
        place.tokens.told(row)
        return place

    async def _gone(self, row: Installed, why: str) -> None:
        """Note that Slack takes nothing from the bot there, and tell whoever can do something about it, once."""
        now = self._clock.now()
        try:
            async with self._database.transaction() as session:
                is_news = await slack_installations.mark_gone(session, row, now, why)
                if is_news:
                    owner = await slack_installations.owner_of(session, [row.external_id, row.grid]) or row.name
                    await slack_access.tell_gone(session, f"slack-gone:{row.id}:{row.version}", row.name, owner, now)
        except DatabaseUnavailable as error:
            log.warning("that the bot is gone from %s is not noted: %s", row.external_id, error)
            return
        self.forget()
        if is_news:
            log.error(
                "the bot can write nothing in the Slack workspace %s any more (%s). Install the app there again "
                "(/slack/install), if that was not the intention",
                row.external_id,
                why,
            )
            self._changed()

    async def _stuck(self, row: Installed) -> None:
        """Slack does not renew the token there, which is good until it ends: tell whoever can have the app installed
        anew before that, once."""
        assert row.expires_at is not None  # noqa: S101 - only such a one is renewed
        try:
            async with self._database.transaction() as session:
                owner = await slack_installations.owner_of(session, [row.external_id, row.grid]) or row.name
                key = f"slack-stuck:{row.id}:{row.version}"
                told = await slack_access.tell_stuck(session, key, row.name, owner, row.expires_at, self._clock.now())
        except DatabaseUnavailable as error:
            log.warning("that the token of %s is not renewed is not told of: %s", row.external_id, error)
            return
        log.error(
            "Slack does not renew the token of the workspace %s, which ends at %s. Install the app there again "
            "(/slack/install) before that; nothing is lost",
            row.external_id,
            row.expires_at.isoformat(timespec="minutes"),
        )
        if told:
            self._changed()
