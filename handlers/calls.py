"""How a call of the one door (`handlers.bot`) is run: as whom, in which transaction, and what becomes of an error.

Each call is one transaction. A known error becomes a message that says what to do; an unknown one becomes a short
reference, which the log has too. Neither the log nor the reference holds what the person wrote.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeVar, cast

from sqlalchemy.exc import IntegrityError

from handlers import admission, faults
from handlers.calendar.clock import Clock
from handlers.dialogs.foresight import Foreseeing
from handlers.errors import BotError, Repeated
from handlers.messages.files import with_links
from handlers.messages.message import Message
from handlers.messages.numbered import with_number
from handlers.people import recognising
from handlers.people.context import Context, Profile, Sender, Unvouched
from handlers.people.links import Links
from handlers.reminders import which_chat
from handlers.writing.language import DEFAULT, of_locale, speak
from handlers.writing.withheld import Withheld
from storage import accounts, home_tabs, joining, seen
from storage.database import Database, DatabaseUnavailable
from storage.direct import Overtaken

log = logging.getLogger(__name__)
T = TypeVar("T")
Use = Callable[[Context], Awaitable[T]]

_ASK_SECONDS = 1.5
"""For asking a platform about somebody known: they wait for their answer meanwhile."""


class Calls:
    """Runs calls. The arguments are those of `handlers.bot.Bot`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        links: Links,
        changed: Callable[[], None],
        channels: Sequence[str],
        uploads: Collection[str],
    ) -> None:
        self._database = database
        self._clock = clock
        self.links = links
        self._changed = changed
        self._channels = channels
        self._uploads = frozenset(uploads)
        self.withheld = Withheld()
        """What people have written that is not stored yet, since they have not answered for it."""

    async def run(
        self,
        sender: Sender,
        use: Use[T],
        request_key: str | None = None,
        *,
        reading: bool = False,
        foreseeing: Foreseeing | None = None,
        changing: bool = True,
    ) -> T:
        """Run `use` in a transaction as the sender; meet the sender first if they are new. `reading`: store nothing.
        `foreseeing`: what it will ask, to be asked by the way, where it is asked who they are. `changing`: what stands
        on their home may be another matter afterwards.

        A lost connection or a lock is tried once more. If the connection broke during the very commit, and the request
        then turns out to have had its effect, the person is asked to try again: what they were to be shown is lost.
        """
        retries = 1
        sure = False
        lost: DatabaseUnavailable | None = None
        while True:
            try:
                return await self._once(
                    sender, use, request_key, reading=reading, foreseeing=foreseeing, sure=sure, changing=changing
                )
            except Overtaken:
                # Somebody else was at the same thing. With locks nobody overtakes, so it comes to an end.
                sure = True
            except DatabaseUnavailable as error:
                if not retries:
                    raise faults.busy(error) from error
                retries -= 1
                lost = error
            except IntegrityError as error:
                # Two first calls of the same person at once: the second finds what the first stored.
                if retries:
                    retries -= 1
                    continue
                raise faults.unexpected(error) from error
            except Repeated:
                if lost is not None:
                    raise faults.busy(lost) from lost
                raise
            except BotError:
                raise
            except Exception as error:
                raise faults.unexpected(error) from error

    async def _once(
        self,
        sender: Sender,
        use: Use[T],
        request_key: str | None,
        *,
        reading: bool,
        foreseeing: Foreseeing | None,
        sure: bool,
        changing: bool,
    ) -> T:
        found_out = met = False
        while True:
            now = self._clock.now()
            besides = foreseeing.questions(now) if foreseeing is not None and not sure else ()
            account, found = await recognising.find(self._database, sender, now, besides)
            if account is None:
                await self._meet(sender)
                met = True
                continue
            if recognising.is_to_be_asked(account, sender, now) and await self._ask_again(sender, account.account_id):
                met = True
                continue
            known = recognising.let_in(account, sender, now)
            self.withheld.forget_old(now)
            # For the rest of the task: the surface draws the answer in the same language.
            speak(known.actor.language)
            foreseen = foreseeing.answered(found, now) if foreseeing is not None else ()
            withheld = self.withheld.of_call()
            # A transaction that asks nothing costs nothing: it begins with its first statement.
            async with self._database.transaction(sure=sure, foreseen=foreseen) as session:
                if account.unsure and not found_out and not await joining.is_still(session, known.actor.person_id):
                    # Since they were looked up: what they do now would be nobody's.
                    found_out = True
                    continue
                if request_key and not await seen.first_time(session, request_key, now):
                    raise Repeated
                context = Context(
                    session,
                    known.actor,
                    now,
                    sender.lasting,
                    sender.only,
                    self.links,
                    withheld,
                    channels=self._channels,
                    uploads=sender.surface in self._uploads,
                    spoken_in=sender.spoken_in,
                )
                if reading:
                    result = await use(context)
                    await session.rollback()
                    return self._to(sender, known.actor.person_id, result)
                await recognising.keep_fresh(session, known, sender, now)
                if (met or known.seen_again) and sender.surface in which_chat.CHATS:
                    await which_chat.ask(context)
                result = await use(context)
                if known.has_home and changing:
                    await home_tabs.touch(session, known.actor.person_id, now)
            withheld.keep()
            self._changed()
            return self._to(sender, known.actor.person_id, with_number(session, result))

    def _to(self, sender: Sender, person_id: int, result: T) -> T:
        """What is shown to this person now: links are made for them at this moment."""
        if isinstance(result, Message):
            return cast(T, with_links(result, self.links, person_id, pages=not sender.only))
        return result

    async def _meet(self, sender: Sender) -> None:
        # Asking the platform who this is takes a network call, so it happens outside any transaction.
        try:
            profile = await sender.profile()
        except BotError:
            async with self._database.transaction() as session:
                if not await admission.is_expected(session, sender):
                    raise
            profile = Profile(name="", unvouched=Unvouched.UNSEEN)
        # Whoever is not let in reads why in their own language.
        speak(of_locale(profile.locale) or DEFAULT)
        async with self._database.transaction() as session:
            await admission.admit(session, sender, profile, self._clock.now())

    async def _ask_again(self, sender: Sender, account_id: int) -> bool:
        """Ask the platform once more who somebody known is; whether it said. If it does not, they are who they were,
        and it is asked again later."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            if not await accounts.take_asking(session, account_id, now, now + admission.ASKED_MEANWHILE):
                return False
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                profile = await sender.profile()
        except (BotError, TimeoutError) as error:
            log.info("account %d: the platform does not say who it is now (%s)", account_id, type(error).__name__)
            return False
        async with self._database.transaction() as session:
            await admission.look_again(session, sender, profile, now)
        return True
