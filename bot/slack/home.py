"""Somebody's home on Slack (App Home): shown when they open it, and brought up to date when something changes.

What stands there is `handlers.home`'s; who has one, and when it is due, `storage.home_tabs`'. What changes a home is
noted in the transaction of the change, so whichever process sees that it is due finds all of it: at most once a minute,
and the last change always. Several processes take turns by a lease, so no older view overtakes a newer one, and
`views.publish` is called without the `hash` by which Slack would refuse one of two (Slack: «views.publish»).
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from bot.messenger import Absent, Misconfigured, Rejected, SendError, Unreachable
from bot.slack.api import SlackSaidNo
from bot.slack.blocks import message_blocks
from bot.slack.elements import Block
from bot.slack.messenger import SURFACE
from bot.slack.workspaces import Workspaces
from handlers import faults
from handlers.bot import Bot
from handlers.calendar.clock import Clock
from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.errors import BotError, Refused
from handlers.limits import SLACK
from handlers.messages.message import Message
from handlers.people.context import Profile, Sender
from storage import home_tabs
from storage.database import DatabaseUnavailable
from storage.home_tabs import Claimed

log = logging.getLogger(__name__)

CALLBACK = "home"
"""The callback id of a home."""
APART = timedelta(minutes=1)
"""Between two changes of a home, at least."""
_LEASE = timedelta(seconds=30)
"""Longer than drawing and showing one takes."""
_AT_ONCE = 20
"""So many are taken on together; Slack takes a hundred and more a minute (Slack: «views.publish», Tier 4)."""
_MORNING = timedelta(hours=5)
"""A day's homes are drawn in the hours before anybody is at work, one after the other."""


def home_view(message: Message) -> Block:
    """The message as a home. `private_metadata` says what it is, by which an opened one shows what stands there."""
    blocks = message_blocks(message, blocks=SLACK.form_blocks, text=SLACK.home_text)
    return {"type": "home", "callback_id": CALLBACK, "private_metadata": _mark(blocks), "blocks": blocks}


def _mark(blocks: list[Block]) -> str:
    return hashlib.sha256(json.dumps(blocks, sort_keys=True).encode()).hexdigest()[:32]


def is_home(view: Mapping[str, Any] | None) -> bool:
    """Whether something was pressed on a home, and not in a window."""
    return view is not None and view.get("type") == "home"


class Homes:
    """Shows homes. `start`: those that are due are looked for, until `stop`."""

    def __init__(self, bot: Bot, workspaces: Workspaces, clock: Clock, *, every: float = 2.0) -> None:
        self._bot = bot
        self._workspaces = workspaces
        self._clock = clock
        self._every = every
        self._wanted = asyncio.Event()
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None

    # --- somebody opens it ---------------------------------------------------------------------------------

    async def opened(self, sender: Sender, app: tuple[str, ...], view: Mapping[str, Any] | None) -> None:
        """Somebody opened theirs, and sees `view` there (None: nothing yet). Who is not let in reads why.

        `app`: the ids of the workspace whose app was spoken to.
        """
        standing = str((view or {}).get("private_metadata", ""))
        now = self._clock.now()
        try:
            found = await self._bot.open_home(sender, uuid4().hex, now + _LEASE)
        except BotError as error:
            # Whatever stood there before is gone with this.
            await self._publish(sender.user_id, app, home_view(Message(title=str(error))), standing)
            return
        if found is not None:
            claimed, message = found
            await self._bring(claimed._replace(shown=standing, user_id=sender.user_id), app, home_view(message))

    async def _publish(self, user_id: str, app: tuple[str, ...], view: Block, standing: str) -> None:
        if view["private_metadata"] == standing:
            return
        try:
            await self._show(user_id, app, view)
        except SendError as error:
            log.warning("a home does not say why it is empty: %s", error)

    async def _show(self, user_id: str, app: tuple[str, ...], view: Block) -> None:
        api = await self._workspaces.api(app)
        await api.call("views.publish", {"user_id": user_id, "view": view}, repeatable=True)

    # --- something changed ---------------------------------------------------------------------------------

    def start(self) -> None:
        self._loop = asyncio.create_task(self._look(), name="homes")

    async def stop(self) -> None:
        self._stopping = True
        self.wake()
        if self._loop is not None:
            await self._loop

    def wake(self) -> None:
        """Look for homes that are due now: something was just committed."""
        self._wanted.set()

    async def _look(self) -> None:
        while not self._stopping:
            self._wanted.clear()
            begun = 0
            try:
                begun = await self.publish_due()
            except DatabaseUnavailable as error:
                log.warning("homes wait, the database is unavailable: %s", error)
            except Exception as error:
                # The next ones are looked for all the same.
                faults.untold(log, error, "homes failed and go on")
            if not begun and not self._stopping:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wanted.wait(), self._every)

    async def publish_due(self) -> int:
        """Bring the homes up to date that are due; how many.

        Raises:
            DatabaseUnavailable: they wait.
        """
        now, database = self._clock.now(), self._bot.database
        async with database.reading() as session:
            if not await home_tabs.are_due(session, now):
                return 0
        async with database.transaction(sure=True) as session:
            claimed = await home_tabs.claim(session, uuid4().hex, now, now + _LEASE, _AT_ONCE)
        # Each in a task of its own: it speaks its reader's language.
        await asyncio.gather(*(asyncio.create_task(self._bring_one(each)) for each in claimed))
        return len(claimed)

    async def _bring_one(self, claimed: Claimed) -> None:
        app = (claimed.workspace,)
        try:
            try:
                message = await self._bot.home(_owner(claimed), greeted=claimed.greeted)
            except BotError as error:
                message = Message(title=str(error))
            await self._bring(claimed, app, home_view(message))
        except DatabaseUnavailable as error:
            # It comes free with its lease.
            log.warning("a home waits, the database is unavailable: %s", error)
        except Exception as error:
            # It comes free with its lease too, and holds back no other.
            faults.untold(log, error, "the home of account %d failed", claimed.account_id)

    async def _bring(self, claimed: Claimed, app: tuple[str, ...], view: Block) -> None:
        """Show it, unless it stands there, and write down what came of that."""
        mark = view["private_metadata"]
        is_new = mark != claimed.shown
        try:
            if is_new:
                await self._show(claimed.user_id, app, view)
        except SendError as error:
            await self._not_shown(claimed, error)
            return
        now = self._clock.now()
        async with self._bot.database.transaction() as session:
            await home_tabs.note(
                session,
                claimed,
                shown=mark,
                is_new=is_new,
                not_before=now + APART,
                next_at=_next_morning(now, claimed.account_id),
            )

    async def _not_shown(self, claimed: Claimed, error: SendError) -> None:
        log.log(
            logging.ERROR if _is_for_the_operator(error) else logging.WARNING,
            "the home of account %d is not shown: %s%s",
            claimed.account_id,
            error,
            "; turn on the Home tab of the Slack app, or make the app anew from the manifest" if _is_off(error) else "",
        )
        now = self._clock.now()
        async with self._bot.database.transaction() as session:
            if isinstance(error, Unreachable | Absent):
                # They are not there any more. Should they come back, they open it.
                await home_tabs.forget(session, claimed)
                return
            until = now + max(APART, timedelta(seconds=error.seconds or 0))
            if _is_for_the_operator(error):
                # Once it is mended, whoever opens theirs sees it at once.
                until = _next_morning(now, claimed.account_id)
            await home_tabs.put_off(session, claimed, until)


def _is_off(error: SendError) -> bool:
    return isinstance(error, SlackSaidNo) and error.code == "not_enabled"


def _is_for_the_operator(error: SendError) -> bool:
    return _is_off(error) or isinstance(error, Misconfigured | Rejected)


def _owner(claimed: Claimed) -> Sender:
    """Whose home it is. They have not said anything, so Slack is not asked who they are."""

    async def profile() -> Profile:
        raise Refused("nobody spoke")

    return Sender(SURFACE, claimed.workspace, claimed.user_id, profile, lasting=False, speaks=False)


def _next_morning(now: datetime, account_id: int) -> datetime:
    """When the day after begins for this home: not for all at the same moment."""
    midnight = datetime.combine(local_day(now) + timedelta(days=1), time(), LOCAL_ZONE)
    return midnight.astimezone(now.tzinfo) + timedelta(minutes=1) + account_id * 7919 % 300 * (_MORNING / 300)
