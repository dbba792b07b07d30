"""The one door: every surface calls these methods, and nothing else, to have something done.

Each call is one transaction (see `handlers.calls`). Identity numbers are taken out before anything else is done with a
text (see `handlers.writing.identity`).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from handlers import faults
from handlers.calendar.clock import Clock
from handlers.calls import Calls, Use
from handlers.capability import File, Handed
from handlers.dialogs import conversation, guard, held
from handlers.dialogs.dialog import Form, Intent, Option, Raw, Reply
from handlers.dialogs.token import Token
from handlers.errors import BadInput, BotError, Busy, Gone, about_another_case
from handlers.messages import new_link, uploads
from handlers.messages.arguments import carries
from handlers.messages.message import Message
from handlers.messages.offers import Offers
from handlers.messages.outcomes import Fate, Trouble
from handlers.messages.settled import Settled
from handlers.messages.shared import Shared, note
from handlers.people import recognising
from handlers.people.audience import Readers, audience_of
from handlers.people.context import Context, Sender, SpokenIn
from handlers.people.links import NO_LINKS, Links
from handlers.people.shared_link import shared_link
from handlers.people.ticket import Purpose, Ticket
from handlers.registry import Registry
from handlers.reminders.gathering import GATHERED
from handlers.reminders.in_place import in_place
from handlers.writing.identity import Cleared, take_out, without_possible_numbers
from handlers.writing.language import DEFAULT, _, speaking
from handlers.writing.text import clean
from storage import accounts, deliveries, home_tabs, joining, threads, welcomed
from storage.database import Database, DatabaseUnavailable
from storage.home_tabs import Claimed
from storage.threads import Where

log = logging.getLogger(__name__)
_GREETING_GOES_FIRST = timedelta(seconds=5)
"""So long a surface has to show somebody's greeting before what waited for them is sent."""
_CHANNELS_KNOWN = 200
"""So many channels are known to be kept already."""


class Bot:
    """What surfaces talk to.

    Args:
        links: makes and reads signed links; without it there are none.
        changed: called after each commit, so that a worker in the same process looks for due deliveries at once.
        channels: the surfaces that are on, by which people are reached.
        uploads: the surfaces on which files are put into the conversation, since there is no address to link to.
    """

    def __init__(
        self,
        database: Database,
        registry: Registry,
        clock: Clock,
        *,
        links: Links = NO_LINKS,
        changed: Callable[[], None] = lambda: None,
        channels: Sequence[str] = (),
        uploads: Collection[str] = (),
    ) -> None:
        self.database = database
        self.registry = registry
        self.clock = clock
        self._calls = Calls(database, clock, links, changed, channels, uploads)
        self._heard_in: deque[SpokenIn] = deque(maxlen=_CHANNELS_KNOWN)

    @property
    def links(self) -> Links:
        """How files and pages are linked to."""
        return self._calls.links

    async def command(self, sender: Sender, line: str, *, request_key: str | None = None) -> Reply:
        """A line typed to the bot: a command, with or without a slash, or what somebody writes who knows none.

        `request_key` identifies the platform's request.

        Raises:
            Repeated: this request has had its effect.
        """
        cleared = take_out(clean(line), possible=True)

        async def use(context: Context) -> Reply:
            return await self.registry.answer(replace(context, line=cleared), cleared.text)

        return _told(cleared, await self._answer(sender, use, request_key))

    async def shortcut(self, sender: Sender, name: str, text: str, link: str = "") -> Reply:
        """Something is to be done with a message that stands in a chat, or without any (see `Shortcut`). `text`: what
        it says. `link`: its address, as the platform gives it."""

        cleared = take_out(clean(text), possible=True)

        async def use(context: Context) -> Reply:
            found = self.registry.shortcuts.get(name)
            if found is None:
                return await self.registry.commands["hjelp"].run(context, "")
            return await found.run(replace(context, line=cleared, link=link), cleared.text)

        return _told(cleared, await self._answer(sender, use, None))

    async def press(
        self, sender: Sender, action: str, arguments: Mapping[str, str], *, request_key: str | None = None
    ) -> Reply:
        """A button on a message was pressed.

        Raises:
            Repeated: this request has had its effect.
        """

        async def use(context: Context) -> Reply:
            self._is_within(sender, action, arguments)
            found = self.registry.action(action)
            if found is None:
                return await self.registry.commands["hjelp"].run(context, "")
            reply = await found.run(context, arguments)
            if GATHERED in arguments and isinstance(reply, Message) and reply.replace:
                return await in_place(context, reply, arguments[GATHERED])
            return reply

        return await self._answer(sender, use, request_key)

    def _is_within(self, sender: Sender, action: str, arguments: Mapping[str, str]) -> None:
        """Raises `NotAllowed`: it is about something else than what the conversation is confined to."""
        if not carries(arguments, sender.only) or not self.registry.may_be_done_from(sender.only, action):
            raise about_another_case()

    async def hand_in(self, sender: Sender, action: str, arguments: Mapping[str, str], file: Handed) -> Reply:
        """A file was handed in (see `handlers.capability.Intake`). Handing in the same twice has the effect of once."""
        found = self.registry.intakes.get(action)

        async def allow(context: Context) -> None:
            self._is_within(sender, action, arguments)
            if found is None:
                raise Gone(_("Det som tok imot filen, finnes ikke lenger."))
            await found.allow(context, arguments)

        try:
            await self._calls.run(sender, allow)
            assert found is not None  # noqa: S101 - else it was not allowed
            if len(file.content) > found.limit:
                raise BotError(
                    _("Filen er for stor. Den kan være på høyst {limit} MB.").format(limit=found.limit // 1_000_000)
                )
            try:
                looked = await asyncio.to_thread(found.look, arguments, file)
            except BotError:
                raise
            except Exception as error:
                # What it says of itself may quote the file.
                raise faults.unexpected(error) from None
        except BotError as error:
            return Message(title=str(error))
        return await self._answer(sender, lambda context: found.take(context, arguments, looked), None)

    async def submit(self, sender: Sender, token: str, raw: Raw, intent: Intent = "next") -> Reply:
        """A form was submitted, or one of its buttons pressed. Doing it twice has the effect of once.

        Raises:
            BotError: no form or message can be shown in the place of this form; the surface shows the sentence
                and leaves the form, with what is typed in it, as it is.
        """

        async def use(context: Context) -> Reply:
            reply = await conversation.submit(context, self.registry.forms, Token.parse(token), raw, intent)
            return await _with_files(context, reply, token)

        try:
            return await self._calls.run(
                sender,
                use,
                foreseeing=conversation.foreseen(self.registry.forms, token),
                changing=intent != "save",
            )
        except Busy:
            raise
        except Settled as error:
            return await self._close(sender, token, raw, error)
        except BotError as error:
            wrong = error if isinstance(error, BadInput) else BadInput(whole=str(error))

        async def again(context: Context) -> Reply:
            return await conversation.redraw(context, self.registry.forms, Token.parse(token), raw, wrong)

        try:
            return await self._calls.run(sender, again)
        except Settled as error:
            return await self._close(sender, token, raw, error)

    async def _close(self, sender: Sender, token: str, raw: Raw, error: Settled) -> Reply:
        """The form was about something that is settled: it closes itself, and says so."""

        async def use(context: Context) -> Reply:
            return await conversation.close(context, self.registry.forms, Token.parse(token), raw, error)

        return await self._calls.run(sender, use)

    async def search(self, sender: Sender, token: str, field: str, query: str) -> Sequence[Option]:
        """Options for a field with more than 100 of them.

        Raises:
            BotError: see `submit`.
        """

        async def use(context: Context) -> Sequence[Option]:
            sought = without_possible_numbers(query)
            return await conversation.search(context, self.registry.forms, Token.parse(token), field, sought)

        return await self._calls.run(sender, use, changing=False)

    async def shown(self, sender: Sender, delivery_key: str, ref: Mapping[str, Any]) -> None:
        """The surface put the message with this `delivery_key` where `ref` says (see `Message`).

        If this fails, the worker sends the message once more: rather twice than never.
        """

        async def use(context: Context) -> None:
            await deliveries.note_shown(context.session, delivery_key, context.actor.account_id, dict(ref), context.now)

        try:
            await self._calls.run(sender, use)
        except BotError:
            log.warning("could not note that %s was shown; it will be sent again", delivery_key)

    async def promise_file(
        self, sender: Sender, key: str, document: str, arguments: Mapping[str, str], until: datetime
    ) -> None:
        """The surface is about to bring this file, until then; `shown` says under the same key that it has. If it dies
        meanwhile, the worker goes on (see `handlers.messages.uploads.promise`)."""

        async def use(context: Context) -> None:
            await uploads.promise(context, key, document, arguments, until)

        try:
            await self._calls.run(sender, use)
        except BotError as problem:
            log.warning("a file that is on its way is not written down: %s", type(problem).__name__)

    async def bring_pictures(self, sender: Sender, key: str, message: Message) -> None:
        """The surface showed this message without its pictures, which the platform could not fetch: they come after it.
        `key`: the same for the same message."""

        async def use(context: Context) -> None:
            await uploads.bring_pictures(context, message, key)

        try:
            await self._calls.run(sender, use)
        except BotError as problem:
            log.warning("the pictures of an answer are not brought: %s", type(problem).__name__)

    async def hold(
        self,
        sender: Sender,
        key: str,
        reply: Form | Message,
        trouble: Trouble,
        error: str,
        seconds: float | None = None,
    ) -> Fate | None:
        """The surface could not show this reply: the worker is to bring it (see `handlers.dialogs.held`).

        `GIVE_UP` is never the answer. None: it cannot be held, since nobody knows who it is for, or the database is
        gone.
        """

        async def use(context: Context) -> Fate:
            return await held.hold(context, key, reply, trouble, error, seconds)

        try:
            return await self._calls.run(sender, use)
        except BotError as problem:
            log.warning("a reply that was not shown could not be held either: %s", type(problem).__name__)
            return None

    async def reachable(self, sender: Sender) -> bool:
        """Whether it is known where messages reach the sender, on the surface they are speaking from."""
        try:
            known = await recognising.recognise(self.database, sender, self.clock.now())
        except (BotError, DatabaseUnavailable):
            return False
        return known is not None and bool(known.reach)

    async def look(self, ticket: Ticket) -> Message:
        """What the action of a page link shows. Nothing changes by it: mail scanners open links too.

        Raises:
            BotError: the person may not see it (any more), or it is gone.
        """

        async def use(context: Context) -> Message:
            found = self.registry.actions.get(ticket.name)
            shown = await found.run(context, ticket.arguments) if found else None
            if not isinstance(shown, Message):
                raise Gone(_("Det lenken åpnet, finnes ikke lenger."))
            return shown

        return await self._calls.run(recognising.by_link(ticket), use, reading=True)

    async def renew(self, ticket: Ticket) -> None:
        """Send a new link to whoever the too old link `ticket` was made for.

        Raises:
            BotError: they are not in the partnership any more.
        """

        async def use(context: Context) -> None:
            await new_link.send(context, ticket)

        await self._calls.run(recognising.by_link(ticket), use)

    async def document(self, token: str) -> File:
        """The file that a signed link opens, as the person it was made for may see it now. Nothing changes by it.

        Raises:
            BadLink, LinkExpired: the link opens nothing.
            BotError: the person may not see it (any more), or it is gone.
        """
        return await self.file_for(self.links.read(Purpose.FILE, token))

    async def file_for(self, ticket: Ticket) -> File:
        """The file that a ticket names, as `document`."""
        return await self.file(recognising.by_link(ticket), ticket.name, ticket.arguments)

    async def file(self, sender: Sender, name: str, arguments: Mapping[str, str]) -> File:
        """The document called `name`, as the sender may see it now. Nothing changes by it. Raises `BotError`."""

        async def use(context: Context) -> File:
            found = self.registry.documents.get(name)
            if found is None:
                raise Gone(_("Det lenken åpnet, finnes ikke lenger."))
            return await found.run(context, arguments)

        return await self._calls.run(sender, use, reading=True)

    async def card(self, sender: Sender, there: Readers, arguments: Mapping[str, str]) -> Message | None:
        """What these arguments are about (of an offer, or of a link), as a card for everybody who reads there.

        None: there is nothing that each of them may see.

        Raises:
            BotError: whoever asks is not let in, or it cannot be said now.
        """

        async def use(context: Context) -> Message | None:
            return await self._card(context, there, arguments)

        return await self._calls.run(sender, use, reading=True)

    async def offers(
        self, sender: Sender, there: Readers, finder: str, text: str, offset: int, limit: int
    ) -> Offers | None:
        """What somebody finds to put before those who read there. None: nothing is called so. Raises as `card`."""
        found = self.registry.finders.get(finder)

        async def use(context: Context) -> Offers | None:
            if found is None:
                return None
            sought = without_possible_numbers(text)
            return await found.find(context, await audience_of(context, there), sought, offset, limit)

        return await self._calls.run(sender, use, reading=True)

    def is_ours(self, url: str) -> bool:
        """Whether an address is one of ours that opens something, or did."""
        return shared_link(self.links, url) is not None

    async def about_link(self, sender: Sender, there: Readers, url: str) -> Shared | None:
        """An address was put before those who read there, by the sender. Nothing that it opens for whoever it was made
        for goes along. None: it is none of ours. Raises as `card`."""
        link = shared_link(self.links, url)
        if link is None:
            return None

        async def use(context: Context) -> Shared:
            if link.ticket is None:
                return Shared(None, note(link, own=True, card=False))
            shown = await self._card(context, there, link.ticket.arguments)
            whose = await joining.now_called(context.session, link.ticket.person_id)
            return Shared(shown, note(link, own=whose == context.actor.person_id, card=shown is not None))

        return await self._calls.run(sender, use, reading=True)

    async def _card(self, context: Context, there: Readers, arguments: Mapping[str, str]) -> Message | None:
        if self.registry.sharing is None:
            return None
        return await self.registry.sharing.card(context, await audience_of(context, there), arguments)

    async def meet(self, sender: Sender) -> None:
        """Somebody is heard of who waits for no answer: who they are and where they are reached is stored."""

        async def use(_context: Context) -> None:
            return None

        try:
            await self._calls.run(sender, use)
        except BotError as error:
            log.info("somebody who was heard of is not let in: %s", type(error).__name__)

    async def heard_in(self, spoken_in: SpokenIn) -> None:
        """Something came from a channel: how to write there is kept, where that is news."""
        if spoken_in in self._heard_in:
            return
        at = Where(spoken_in.surface, spoken_in.workspace, spoken_in.channel)
        try:
            async with self.database.transaction() as session:
                if await accounts.place(session, at.surface, [at.workspace]) is None:
                    # Nobody's in the partnership: no committee has a channel there, and nothing of it is kept.
                    return
                await threads.heard_in(session, at, spoken_in.name, spoken_in.reach, self.clock.now())
        except DatabaseUnavailable as error:
            log.warning("how to write in a channel is not kept, the database is unavailable: %s", error)
        else:
            self._heard_in.append(spoken_in)

    async def open_home(self, sender: Sender, holder: str, until: datetime) -> tuple[Claimed, Message] | None:
        """Somebody opened their home where the platform keeps it in front of them: what stands there now, which
        `holder` is to show until then. None: another is showing it (see `storage.home_tabs.opened`).

        Raises:
            BotError: they are not let in.
        """

        async def use(context: Context) -> tuple[Claimed, Message] | None:
            claimed = await home_tabs.opened(context.session, context.actor.account_id, holder, context.now, until)
            if claimed is None:
                return None
            return claimed, await self.registry.drawn_home(context, greeted=claimed.greeted)

        return await self._calls.run(sender, use, changing=False)

    async def home(self, sender: Sender, *, greeted: bool = False) -> Message:
        """What stands on somebody's home now. Nothing changes by it. `greeted`: with a word of welcome.

        Raises:
            BotError: they are not let in (any more).
        """

        async def use(context: Context) -> Message:
            return await self.registry.drawn_home(context, greeted=greeted)

        return await self._calls.run(sender, use, reading=True)

    async def greet(self, sender: Sender, conversation: str = "") -> Reply:
        """Somebody met the bot (installed it, opened it): who they are is stored, and they are welcomed. What has
        waited for them comes after that. `conversation`: where they are welcomed once and never again; None is then the
        answer."""

        async def use(context: Context) -> Reply:
            if conversation and not await welcomed.first_time(
                context.session, sender.surface, sender.workspace, conversation, context.now
            ):
                return None
            await deliveries.let_wait(
                context.session, context.actor.person_id, context.now, context.now + _GREETING_GOES_FIRST
            )
            if self.registry.welcome is not None:
                return self.registry.welcome.to_one()
            return await self.registry.commands["hjelp"].run(context, "")

        return await self._answer(sender, use, None)

    async def arrive(self, surface: str, workspace: str, conversation: str) -> Message | None:
        """The bot was added to a channel or a group: what is said to all there, once. None: that was said before, there
        is nothing to say, or nobody in the partnership owns the workspace.

        Raises:
            DatabaseUnavailable: nothing is said.
        """
        if self.registry.welcome is None:
            return None
        async with self.database.transaction() as session:
            if await accounts.place(session, surface, [workspace]) is None:
                log.info("added to a conversation in a workspace that is nobody's in the partnership: nothing is said")
                return None
            if not await welcomed.first_time(session, surface, workspace, conversation, self.clock.now()):
                return None
        with speaking(DEFAULT):
            return self.registry.welcome.to_several()

    async def shared(self, sender: Sender | None, name: str, arguments: Mapping[str, str]) -> Message | None:
        """A card that several read (`handlers.capability.SharedCard`), for the sender alone; for all, if there is none,
        or nothing of it is theirs. None: it is gone.

        Nobody is met by looking at a card: whoever has not spoken to the bot sees what all see.

        Raises:
            BotError: it cannot be said now.
        """
        found = self.registry.shared_cards.get(name)
        if found is None:
            return None
        try:
            known = await recognising.recognise(self.database, sender, self.clock.now()) if sender is not None else None
        except BotError:
            known = None
        except DatabaseUnavailable as error:
            raise faults.busy(error) from error
        if sender is not None and known is not None:
            try:
                own = await self._calls.run(sender, lambda context: found.own(context, arguments), reading=True)
            except Busy:
                raise
            except BotError:
                own = None
            if own is not None:
                return own
        try:
            async with self.database.reading() as session:
                with speaking(DEFAULT):
                    return await found.common(session, arguments, self.clock.now())
        except DatabaseUnavailable as error:
            raise faults.busy(error) from error

    async def _answer(self, sender: Sender, use: Use[Reply], request_key: str | None) -> Reply:
        async def use_and_bring(context: Context) -> Reply:
            return await _with_files(context, await use(context), request_key)

        try:
            return await self._calls.run(sender, use_and_bring, request_key)
        except Settled as error:
            return Message(title=str(error), buttons=(error.show,) if error.show else ())
        except BotError as error:
            return Message(title=str(error))


async def _with_files(context: Context, reply: Reply, key: str | None) -> Reply:
    """The reply, whose files come by themselves where they cannot be linked to. `key`: the same for the same reply;
    None: there is only this one."""
    if not context.uploads or not isinstance(reply, Message):
        return reply
    return await uploads.put(context, reply, key or uuid4().hex)


def _told(cleared: Cleared, reply: Reply) -> Reply:
    """The reply, which says if something was taken out of what led to it. A form says it where the text stands."""
    if not cleared.taken or not isinstance(reply, Message):
        return reply
    return reply.model_copy(update={"small": "\n".join(filter(None, (reply.small, guard.removed_from_line())))})
