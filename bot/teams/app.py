"""Teams: activities in, replies out. Everything that is decided is decided by `handlers.bot.Bot`.

Forms are cards in the chat. `Action.Execute` sends what is filled in, and the response replaces the card in place.
What is done with somebody's message walks in a dialog of its own (`dialogs`). Nothing is answered where others read it.
"""

import asyncio
import importlib
import logging
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from bot.background import BackgroundTasks
from bot.messenger import Ref, SendError, TryLater
from bot.teams import dialogs
from bot.teams.activity import fingerprint, is_personal, reach, words
from bot.teams.answers import Pressed, Searched, Submitted, read
from bot.teams.callers import METADATA_URL, CallerCheck
from bot.teams.cards import kept_card
from bot.teams.connector import Connector
from bot.teams.door import Door, response
from bot.teams.messenger import TeamsMessenger, ref_to
from bot.teams.replies import Drawn, done_before, draw, hand_in, too_slow
from bot.teams.senders import Place, Senders, how_to_meet
from bot.teams.tokens import MsalTokens, NoTokens, Tokens
from handlers.bot import Bot
from handlers.clock import Clock
from handlers.context import Sender
from handlers.dialog import Form, Reply
from handlers.errors import BotError, Busy, Repeated, Unexpected
from handlers.language import _
from handlers.message import Message

if TYPE_CHECKING:
    from botbuilder.schema import Activity

    from bot.teams.turns import Answer, Turns

log = logging.getLogger(__name__)

TURN_SECONDS = 14.0
"""Teams gives up a turn after 15 s, and sends it again."""
ANSWER_SECONDS = 8.0
"""For the bot's part of a turn; the rest is for sending."""
_KEEP_SECONDS = 2.0
_PRIVATE_SECONDS = 2.0
_ATTEMPTS_LATER = 3
_LONGEST_WAIT = 30.0

Sleep = Callable[[float], Awaitable[None]]


class Sent(Enum):
    """What became of a reply."""

    NOW = "now"
    LATER = "later"
    """It is tried again, here or by the worker."""
    NO = "no"


class TeamsSurface:
    """Everything from and to Teams.

    Args:
        local: no credentials either way, and only clients on this machine.
        metadata_url, tokens, sleep, answer_seconds, dialog_seconds, turn_seconds: other identity services and another
            patience, for tests.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        app_id: str | None,
        app_password: str | None,
        tenant_id: str | None,
        local: bool,
        http: aiohttp.ClientSession,
        background: BackgroundTasks,
        clock: Clock,
        metadata_url: str = METADATA_URL,
        tokens: Tokens | None = None,
        sleep: Sleep = asyncio.sleep,
        answer_seconds: float = ANSWER_SECONDS,
        dialog_seconds: float = dialogs.DIALOG_SECONDS,
        turn_seconds: float = TURN_SECONDS,
    ) -> None:
        callers: CallerCheck | None = None
        if local:
            tokens = NoTokens()
        else:
            if not (app_id and app_password and tenant_id):
                raise ValueError("Teams needs TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID, or TEAMS_LOCAL=1.")
            callers = CallerCheck(http, clock, app_id, metadata_url=metadata_url)
            tokens = tokens or MsalTokens(app_id, app_password, tenant_id, clock)
        self._bot = bot
        self._background = background
        self._sleep = sleep
        self._answer_seconds = answer_seconds
        self._connector = Connector(http, clock, tokens, local=local)
        self._senders = Senders(self._connector)
        self._dialogs = dialogs.Dialogs(bot, self._senders, dialog_seconds)
        self._door = Door(self._connector, callers)
        self._turn_seconds = turn_seconds
        self._turns: Turns | None = None
        self.messenger = TeamsMessenger(self._connector)

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/api/messages", self._messages)]

    async def _messages(self, request: web.Request) -> web.Response:
        content = await self._door.activity(request)
        turns = self._turns or await self._first_turns()
        try:
            activity = turns.read(content)
        except ValueError:
            raise web.HTTPBadRequest(text="not an activity") from None
        try:
            async with asyncio.timeout(self._turn_seconds):
                status, body = await turns.run(activity)
        except TimeoutError:
            log.error("a turn of type %s did not end in time", activity.type)
            raise web.HTTPServiceUnavailable from None
        return response(status, body)

    async def _first_turns(self) -> "Turns":
        """botbuilder takes most of a second and 30 MB to import: not at every start, and not on the event loop."""
        module = await asyncio.to_thread(importlib.import_module, "bot.teams.turns")
        self._turns = module.Turns(
            self._connector, message=self._message, installed=self._installed, invoke=self._invoke
        )
        return self._turns

    # --- messages ------------------------------------------------------------------------------------------

    async def _message(self, activity: "Activity") -> None:
        """A line to the bot. Outside the personal conversation it is answered there, after this turn."""
        if is_personal(activity):
            await self._command(activity, reach(activity, activity.conversation.id))
        elif not self._background.spawn(self._command_in_private(activity)):
            await self._line(activity, _too_busy())

    async def _installed(self, activity: "Activity") -> None:
        """Somebody installed the bot for themselves: they are greeted, and can be reached from now on."""
        if is_personal(activity):
            place = reach(activity, activity.conversation.id)
            sender = self._senders.of(activity, place)
            await self._show(sender, place, await self._bot.greet(sender))

    async def _command(self, activity: "Activity", place: Place) -> Sent | None:
        """None: it had been done already."""
        sender = self._senders.of(activity, place)
        reply: Reply
        try:
            async with asyncio.timeout(self._answer_seconds):
                reply = await self._bot.command(sender, words(activity), request_key=fingerprint(activity))
        except Repeated:
            return None
        except TimeoutError:
            log.error("a command took too long")
            reply = Message(title=too_slow())
        return await self._show(sender, place, reply)

    async def _command_in_private(self, activity: "Activity") -> None:
        """What is said in a channel or a group is answered where nobody else reads it. What the others get to read
        says nothing of it."""
        place = await self._senders.private(activity)
        sent = await self._command(activity, place) if place is not None else Sent.NO
        match sent:
            case Sent.NOW | Sent.LATER:
                await self._line(activity, _("Jeg svarer deg i en privat samtale."))
            case Sent.NO:
                await self._line(activity, how_to_meet())
            case None:
                pass

    async def _line(self, activity: "Activity", sentence: str) -> None:
        """A sentence of ours, where the person wrote."""
        body = {"type": "message", "text": sentence, "textFormat": "plain", "replyToId": activity.id}
        try:
            await self._connector.send(activity.service_url, activity.conversation.id, body)
        except SendError as error:
            log.warning("a line in a channel was not sent: %s", error)

    # --- cards ---------------------------------------------------------------------------------------------

    async def _invoke(self, activity: "Activity") -> "Answer":
        """A card's button, or an action in a message's menu. Teams resends these too: each gets an answer, and `Bot`
        sees to the one effect."""
        match activity.name:
            case "adaptiveCard/action":
                pressed = read(activity.value)
                return (200, await self._pressed(activity, pressed)) if pressed else (400, None)
            case dialogs.OPEN:
                return await self._dialogs.open(activity)
            case dialogs.GO_ON:
                return await self._dialogs.go_on(activity)
            case _other:
                return 501, None

    async def _pressed(self, activity: "Activity", pressed: Submitted | Searched | Pressed) -> dict[str, Any]:
        """A card that somebody has passed on is answered as everything else that is done among others: in private."""
        among_others = not is_personal(activity)
        place = await self._senders.private(activity, _PRIVATE_SECONDS)
        if place is None:
            return _not_done(how_to_meet(), pressed, again=False)
        sender = self._senders.of(activity, place)
        match pressed:
            case Submitted() | Searched():
                return await self._submit(activity, sender, pressed, among_others=among_others)
            case Pressed():
                return await self._press(activity, sender, pressed, among_others=among_others)

    async def _submit(
        self, activity: "Activity", sender: Sender, given: Submitted | Searched, *, among_others: bool
    ) -> dict[str, Any]:
        """Whatever comes of a form takes its place. After a search that is the same form, with what was found."""
        try:
            async with asyncio.timeout(self._answer_seconds):
                reply, found = await hand_in(self._bot, sender, given)
        except BotError as error:
            return _not_done(str(error), given, again=isinstance(error, Busy | Unexpected))
        except TimeoutError:
            log.error("a form took too long")
            return _not_done(too_slow(), given, again=True)
        if reply is None:
            return _sentence(done_before())
        if among_others:
            return await self._below(sender, reply)
        return await self._replace(activity, sender, draw(reply, found))

    async def _press(
        self, activity: "Activity", sender: Sender, pressed: Pressed, *, among_others: bool
    ) -> dict[str, Any]:
        reply: Reply
        try:
            async with asyncio.timeout(self._answer_seconds):
                reply = await self._bot.press(
                    sender, pressed.action, pressed.arguments, request_key=fingerprint(activity)
                )
        except Repeated:
            return _sentence(done_before())
        except TimeoutError:
            log.error("a button took too long")
            return _sentence(too_slow())
        if reply is None:
            return _sentence(_("Greit."))
        if isinstance(reply, Message) and reply.replace and not among_others:
            return await self._replace(activity, sender, draw(reply))
        return await self._below(sender, reply)

    async def _below(self, sender: Sender, reply: Form | Message) -> dict[str, Any]:
        """The message with the button stays; the answer is the newest in the person's own conversation."""
        match await self._show(sender, dict(sender.reach or {}), reply):
            case Sent.NOW:
                return _sentence(_("Svaret står nederst i samtalen din med meg."))
            case Sent.LATER:
                return _sentence(_("Svaret kommer om litt, i samtalen din med meg."))
            case Sent.NO:
                return _sentence(_("Jeg får ikke vist deg svaret. Finn meg under Apper i Teams, og skriv til meg der."))

    async def _replace(self, activity: "Activity", sender: Sender, drawn: Drawn) -> dict[str, Any]:
        """Put a card in the place of the one whose button was pressed.

        The response alone reaches just this client, and not for good: the old card comes back on another device, or
        when somebody reacts to it (Teams: «User Specific Views»; microsoft/botbuilder-js#4635). So the message is
        updated too, and first: a later update could take away what the person had begun to type.
        """
        if sender.reach is not None and activity.reply_to_id:
            ref = ref_to(activity.conversation.id, activity.reply_to_id)
            try:
                await self.messenger.put(sender.reach, ref, drawn.card, drawn.title, seconds=_KEEP_SECONDS)
            except SendError as error:
                # It is shown here and now. A delivery that is not reported as shown is sent by the worker.
                log.warning("a card was replaced, but not for good: %s", error)
            else:
                await self._shown(sender, drawn.delivery_key, ref)
        return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": drawn.card}

    # --- showing -------------------------------------------------------------------------------------------

    async def _show(self, sender: Sender, place: Place, reply: Reply) -> Sent:
        """Send a reply."""
        if reply is None:
            return Sent.NOW
        drawn = draw(reply)
        try:
            ref = await self.messenger.post(place, drawn.card, drawn.title)
        except TryLater as error:
            if drawn.delivery_key is None:
                self._background.spawn(self._post_later(place, drawn, error))
            return Sent.LATER
        except SendError as error:
            log.warning("a reply was not sent: %s", error)
            return Sent.LATER if drawn.delivery_key else Sent.NO
        await self._shown(sender, drawn.delivery_key, ref)
        return Sent.NOW

    async def _post_later(self, place: Place, drawn: Drawn, error: TryLater) -> None:
        for attempt in range(_ATTEMPTS_LATER):
            await self._sleep(min(error.seconds or 2.0**attempt, _LONGEST_WAIT))
            try:
                await self.messenger.post(place, drawn.card, drawn.title)
            except TryLater as again:
                error = again
            except SendError as final:
                log.warning("a reply was not sent: %s", final)
                return
            else:
                return
        log.warning("a reply was not sent: %s", error)

    async def _shown(self, sender: Sender, delivery_key: str | None, ref: Ref) -> None:
        """Report it after the turn, so that the person does not wait for it."""
        if delivery_key and not self._background.spawn(self._bot.shown(sender, delivery_key, ref)):
            await self._bot.shown(sender, delivery_key, ref)


def _not_done(sentence: str, given: Submitted | Searched | Pressed, *, again: bool) -> dict[str, Any]:
    """Only in this client, and not for good: the form is still the message."""
    submitted = given.submitted if isinstance(given, Searched) else given
    card = kept_card(sentence, submitted, again=again) if isinstance(submitted, Submitted) else None
    if card is None:
        return _sentence(sentence)
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": card}


def _sentence(value: str) -> dict[str, Any]:
    """A line that the client shows below the card, which stays."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": value}


def _too_busy() -> str:
    return _("Det er mye å gjøre akkurat nå. Vent litt, og prøv igjen.")
