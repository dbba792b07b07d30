"""Where somebody is reached: where they want to be; else on the chat that they used last, where they are looked up and
found, or by e-mail."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from datetime import UTC, datetime

from bot.messenger import MAIL, Absent, AppGone, Messenger, Misconfigured, SendError, TryLater, Uncertain, Unreachable
from handlers import admission
from handlers.calendar.clock import Clock
from storage import look_ups
from storage.claims import Claimed
from storage.database import Database
from storage.look_ups import Remembered
from storage.recipients import Recipient
from storage.tables import Account

_ATTEMPTS_BEFORE_MAIL = 8
"""So often a chat that is in trouble is asked whether somebody is there: for about ten minutes (see
`handlers.messages.outcomes`)."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Reaching:
    """Finds the accounts that a message may go to. `messengers`: see `bot.delivering.deliverer.Deliverer`."""

    def __init__(self, database: Database, messengers: Mapping[str, Messenger], clock: Clock) -> None:
        self._database = database
        self._messengers = messengers
        self._chats = {surface: messenger for surface, messenger in messengers.items() if surface != MAIL}
        self._clock = clock

    async def places(self, item: Claimed, recipient: Recipient) -> AsyncGenerator[Account, None]:
        """Where the message may be brought, in the order in which that is tried (docs/decisions/056).

        Where it was brought before, or may have been, comes first. Then come the surfaces that the person wants first;
        then the chats that are on, the one used last first; then those where they are looked up and found.

        E-mail comes last, unless the person wants it sooner, whatever was mailed before: so they are looked up on the
        chats each time. While a chat does not say whether they are there, nothing is mailed. What is for a calendar
        goes by e-mail, wherever else they are, and to no other place.

        Raises:
            SendError: when all others were tried: it could not be looked up on a chat.
        """
        if item.message.get("invitation"):
            mailbox = await self._look_up(MAIL, recipient) if MAIL in self._messengers else None
            if mailbox is not None:
                yield mailbox
            return
        usable = [account for account in recipient.accounts if account.surface in self._chats]
        before = next((account for account in usable if account.id == item.account_id), None)
        if before is None and item.may_have_arrived and item.account_id is not None:
            before = await self._mailed_to(item, recipient)
        if before is not None:
            yield before
        wanted = [surface for surface in recipient.channels if surface in self._messengers]
        spoken_on = list(dict.fromkeys(account.surface for account in usable))
        trouble: SendError | None = None
        for surface in dict.fromkeys((*wanted, *spoken_on, *self._chats)):
            theirs = [account for account in usable if account.surface == surface]
            try:
                found = None if theirs else await self._look_up(surface, recipient)
            except Unreachable:
                continue
            except SendError as error:
                trouble = error if surface != MAIL or trouble is None else trouble
                continue
            for account in (*theirs, *filter(None, [found])):
                if before is None or account.id != before.id:
                    yield account
        passes = isinstance(trouble, TryLater | Uncertain) and item.attempts < _ATTEMPTS_BEFORE_MAIL
        if MAIL in self._messengers and MAIL not in wanted and not passes:
            with suppress(Unreachable):
                found = await self._look_up(MAIL, recipient)
                if found is not None:
                    yield found
        if trouble is not None:
            raise trouble

    async def _mailed_to(self, item: Claimed, recipient: Recipient) -> Account | None:
        """The person's mailbox, if that is where the message may have arrived."""
        if MAIL not in self._messengers:
            return None
        with suppress(Unreachable):
            found = await self._look_up(MAIL, recipient)
            if found is not None and found.id == item.account_id:
                return found
        return None

    async def _look_up(self, surface: str, recipient: Recipient) -> Account | None:
        """The person's account on a surface, stored if they are found there. Raises `SendError`.

        Whether somebody is there is asked over the network. An answer that does not find them is remembered, for every
        worker and over a restart, and until it is time to ask again it is the answer (`storage.look_ups`).
        """
        before = recipient.look_ups.get(surface)
        if before is not None and before.ask_at > self._clock.now():
            raise _again(before)
        try:
            found = await self._messengers[surface].find(
                list(recipient.workspaces.get(surface, ())),
                recipient.email,
                recipient.person_id,
                recipient.ids.get(surface),
            )
            if found is not None and found.outsider and found.address.workspace not in recipient.welcome_at:
                raise Absent("an outsider, where outsiders are not let in")
        except SendError as error:
            if surface != MAIL:
                await self._remember(surface, recipient, error)
            raise
        if found is None:
            return None
        async with self._database.transaction() as session:
            await look_ups.forget(session, recipient.person_id, surface)
            return await admission.found(
                session,
                recipient.person_id,
                found.address,
                workspaces=recipient.workspaces.get(surface, ()),
                outsider=found.outsider,
                seen_at=_NEVER,
                now=self._clock.now(),
            )

    async def _remember(self, surface: str, recipient: Recipient, error: SendError) -> None:
        outcome = _OUTCOMES.get(type(error), look_ups.LATER)
        found = look_ups.next_time(recipient.look_ups.get(surface), outcome, self._clock.now(), error.seconds)
        recipient.look_ups[surface] = found
        async with self._database.transaction() as session:
            await look_ups.remember(session, surface, recipient.person_id, found)


_OUTCOMES: Mapping[type[SendError], str] = {
    Absent: look_ups.ABSENT,
    Unreachable: look_ups.ABSENT,
    Misconfigured: look_ups.MISCONFIGURED,
    AppGone: look_ups.MISCONFIGURED,
}


def _again(before: Remembered) -> SendError:
    """What came of a look-up that is not repeated yet."""
    reason = f"asked not long ago ({before.times} times in a row)"
    match before.outcome:
        case look_ups.ABSENT:
            return Absent(reason)
        case look_ups.MISCONFIGURED:
            return Misconfigured(reason)
        case _later:
            return TryLater(reason)
