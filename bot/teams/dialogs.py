"""Actions in the menu of a message, and where one writes a new one: a dialog (Teams: «task module»), card after card.

It works for somebody who has no conversation with the bot yet, and nobody else sees it. Each card is the answer to the
one before (Teams: «Respond to the dialog submit action», «Respond with another dialog»); what is to last comes in the
person's own conversation.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bot.messenger import SendError
from bot.teams.activity import fingerprint
from bot.teams.answers import Pressed, Submitted, read_in_dialog
from bot.teams.card import Card, for_dialog
from bot.teams.chosen import chosen
from bot.teams.replies import done_before, draw, too_slow
from bot.teams.senders import Senders
from handlers import faults
from handlers.bot import Bot
from handlers.dialogs.dialog import Form, Reply
from handlers.dialogs.remarks import with_remark
from handlers.errors import BotError, Repeated
from handlers.limits import TEAMS
from handlers.messages.message import Message
from handlers.people.address import Address
from handlers.people.context import Sender
from handlers.writing.language import _
from handlers.writing.text import shorten

if TYPE_CHECKING:
    from botbuilder.schema import Activity

    from bot.teams.turns import Answer

log = logging.getLogger(__name__)

OPEN = "composeExtension/fetchTask"
GO_ON = "composeExtension/submitAction"
DIALOG_SECONDS = 3.0
"""For the bot's part. Teams waits for 5 s, asks twice more, and says that the app cannot be reached."""
_PRIVATE_SECONDS = 1.0


class Dialogs:
    """Answers the two invokes of a dialog."""

    def __init__(self, bot: Bot, senders: Senders, seconds: float) -> None:
        self._bot = bot
        self._senders = senders
        self._seconds = seconds

    async def open(self, activity: "Activity") -> "Answer":
        """Somebody chose an action in the menu of a message, which may be anybody's, or where one writes a new one."""
        found = chosen(activity)
        if found is None:
            return _told(_not_understood())
        place: Address | None = None
        try:
            # So that what is to last reaches them. The dialog itself needs no conversation.
            place = await self._senders.private(activity, _PRIVATE_SECONDS, among_others=True)
        except SendError as error:
            log.warning("no private conversation: %s", error)
        sender = self._senders.of(activity, place, lasting=False)

        async def run() -> Reply:
            shortcut = self._bot.registry.shortcuts.get(found.name)
            links = shortcut is not None and shortcut.links
            reply = await self._bot.shortcut(sender, found.name, found.text, found.link if links else "")
            return with_remark(reply, found.without(links=links)) if isinstance(reply, Form) else reply

        return await self._answer(sender, run)

    async def go_on(self, activity: "Activity") -> "Answer":
        """A button in the dialog. Teams asks again when an answer is late: `Bot` sees to the one effect."""
        pressed = read_in_dialog(activity.value)
        if pressed is None:
            return _told(_not_understood())
        sender = self._senders.of(activity, None, lasting=False)
        match pressed:
            case Submitted():
                return await self._submit(sender, pressed)
            case Pressed():
                key = fingerprint(activity)
                return await self._answer(
                    sender, lambda: self._bot.press(sender, pressed.action, pressed.arguments, request_key=key)
                )

    async def _submit(self, sender: Sender, given: Submitted) -> "Answer":
        try:
            async with asyncio.timeout(self._seconds):
                reply = await self._bot.submit(sender, given.token, given.raw, given.intent)
        except BotError as error:
            return _not_done(str(error), given, again=error.again)
        except TimeoutError:
            log.error("a form in a dialog took too long")
            return _not_done(too_slow(), given, again=True)
        return await self._shown(sender, reply) if reply is not None else _told(done_before())

    async def _answer(self, sender: Sender, work: Callable[[], Awaitable[Reply]]) -> "Answer":
        try:
            async with asyncio.timeout(self._seconds):
                reply = await work()
        except Repeated:
            return _told(done_before())
        except TimeoutError:
            log.error("a dialog took too long")
            return _told(too_slow())
        return await self._shown(sender, reply) if reply is not None else _told(_("Greit."))

    async def _shown(self, sender: Sender, reply: Form | Message) -> "Answer":
        if isinstance(reply, Message) and reply.delivery_key is not None:
            reply = _also_elsewhere(reply, reachable=await self._bot.reachable(sender))
        return _drawn(reply)


def _also_elsewhere(reply: Message, *, reachable: bool) -> Message:
    """A message that also comes to stay, and has its buttons there: a dialog is soon closed."""
    if reachable:
        reply = reply.without_buttons()
        elsewhere = _("Dette kommer også i samtalen din med meg, så du finner det igjen.")
    else:
        elsewhere = _("Vil du finne dette igjen? Finn meg under Apper i Teams, og skriv til meg der, så kommer det.")
    return reply.model_copy(update={"small": "\n".join(filter(None, (reply.small, elsewhere)))})


def _drawn(reply: Form | Message) -> "Answer":
    try:
        drawn = draw(reply)
    except ValueError as error:
        drawn = draw(Message(title=str(faults.not_shown("Teams", type(error).__name__))))
    return _card(drawn.card, drawn.title)


def _not_done(sentence: str, submitted: Submitted, *, again: bool) -> "Answer":
    from bot.teams.cards import kept_card  # noqa: PLC0415 - see bot.teams.card

    card = kept_card(sentence, submitted, again=again)
    return _card(card, sentence) if card else _told(sentence)


def _not_understood() -> str:
    log.info("an invoke of a dialog is not understood, and is answered so")
    return _("Dette kjenner jeg ikke igjen. Lukk vinduet, og prøv på nytt fra menyen.")


def _told(sentence: str) -> "Answer":
    return _drawn(Message(title=sentence))


def _card(card: Card, title: str) -> "Answer":
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "content": for_dialog(card)}
    value: dict[str, Any] = {
        "title": shorten(title, TEAMS.form_title),
        "width": "medium",
        "height": "large",
        "card": content,
    }
    return 200, {"task": {"type": "continue", "value": value}}
