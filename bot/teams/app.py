"""Teams: activities in, replies out. Everything that is decided is decided by `handlers.bot.Bot`.

Forms are cards in the chat. `Action.Execute` sends what is filled in, and the response replaces the card in place.
"""

import asyncio
import importlib
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from bot.background import BackgroundTasks
from bot.messenger import Ref, SendError, TryLater
from bot.teams.activity import fingerprint, is_personal, profile, reach, tenant, user_id, words
from bot.teams.answers import Pressed, Searched, Submitted, read
from bot.teams.callers import METADATA_URL, CallerCheck
from bot.teams.cards import form_card, kept_card, message_card
from bot.teams.connector import Connector
from bot.teams.door import Door, response
from bot.teams.elements import Card
from bot.teams.fields import Found
from bot.teams.messenger import TeamsMessenger, ref_to
from bot.teams.tokens import MsalTokens, NoTokens, Tokens
from handlers.bot import Bot
from handlers.clock import Clock
from handlers.context import Profile, Sender
from handlers.dialog import Form, Reply
from handlers.errors import BotError, Busy, Repeated, Unexpected
from handlers.language import _
from handlers.message import Message

if TYPE_CHECKING:
    from botbuilder.schema import Activity

    from bot.teams.turns import Answer, Turns

log = logging.getLogger(__name__)

SURFACE = "teams"
TURN_SECONDS = 14.0
"""Teams gives up a turn after 15 s, and sends it again."""
ANSWER_SECONDS = 8.0
"""For the bot's part of a turn; the rest is for sending."""
_KEEP_SECONDS = 2.0
_ATTEMPTS_LATER = 3
_LONGEST_WAIT = 30.0

Sleep = Callable[[float], Awaitable[None]]


class TeamsSurface:
    """Everything from and to Teams.

    Args:
        local: no credentials either way, and only clients on this machine.
        metadata_url, tokens, sleep, answer_seconds, turn_seconds: other identity services and another patience, for
            tests.
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
            sender = self._sender(activity, place)
            await self._show(sender, place, await self._bot.greet(sender))

    async def _command(self, activity: "Activity", place: dict[str, str]) -> bool:
        """False: it had been done already."""
        sender = self._sender(activity, place)
        reply: Reply
        try:
            async with asyncio.timeout(self._answer_seconds):
                reply = await self._bot.command(sender, words(activity), request_key=fingerprint(activity))
        except Repeated:
            return False
        except TimeoutError:
            log.error("a command took too long")
            reply = Message(title=_too_slow())
        await self._show(sender, place, reply)
        return True

    async def _command_in_private(self, activity: "Activity") -> None:
        """What is said in a channel or a group is answered where nobody else reads it."""
        try:
            conversation_id = await self._connector.open_private(
                activity.service_url,
                bot_id=activity.recipient.id,
                user_id=activity.from_property.id,
                tenant_id=tenant(activity),
            )
        except SendError as error:
            log.warning("no private conversation: %s", error)
            await self._line(
                activity,
                _(
                    "Jeg får ikke startet en privat samtale med deg her. "
                    "Finn meg under Apper i Teams, og skriv til meg der."
                ),
            )
            return
        if await self._command(activity, reach(activity, conversation_id)):
            await self._line(activity, _("Jeg svarer deg i en privat samtale."))

    async def _line(self, activity: "Activity", sentence: str) -> None:
        """A sentence of ours, where the person wrote."""
        body = {"type": "message", "text": sentence, "textFormat": "plain", "replyToId": activity.id}
        try:
            await self._connector.send(activity.service_url, activity.conversation.id, body)
        except SendError as error:
            log.warning("a line in a channel was not sent: %s", error)

    # --- cards ---------------------------------------------------------------------------------------------

    async def _invoke(self, activity: "Activity") -> "Answer":
        """A card's button. Teams resends these too: each gets an answer, and `Bot` sees to the one effect."""
        if activity.name != "adaptiveCard/action":
            return 501, None
        pressed = read(activity.value)
        if pressed is None:
            return 400, None
        sender = self._sender(activity, reach(activity, activity.conversation.id) if is_personal(activity) else None)
        match pressed:
            case Submitted():
                return 200, await self._submit(activity, sender, pressed)
            case Searched():
                return 200, await self._submit(activity, sender, pressed.submitted, pressed)
            case Pressed():
                return 200, await self._press(activity, sender, pressed)

    async def _submit(
        self, activity: "Activity", sender: Sender, submitted: Submitted, searched: Searched | None = None
    ) -> dict[str, Any]:
        """Whatever comes of a form takes its place. After a search that is the same form, with what was found."""
        found: dict[str, Found] = {}
        try:
            async with asyncio.timeout(self._answer_seconds):
                reply = await self._bot.submit(sender, submitted.token, submitted.raw, submitted.intent)
                if searched is not None:
                    options = await self._bot.search(sender, submitted.token, searched.field, searched.query)
                    found = {searched.field: Found(searched.query, options)}
        except BotError as error:
            return _not_done(str(error), submitted, again=isinstance(error, Busy | Unexpected))
        except TimeoutError:
            log.error("a form took too long")
            return _not_done(_too_slow(), submitted, again=True)
        match reply:
            case Form():
                return await self._replace(activity, sender, form_card(reply, found), reply.title)
            case Message():
                return await self._replace(activity, sender, message_card(reply), reply.title, reply.delivery_key)
            case None:
                return _sentence(_("Dette er gjort fra før."))

    async def _press(self, activity: "Activity", sender: Sender, pressed: Pressed) -> dict[str, Any]:
        reply: Reply
        try:
            async with asyncio.timeout(self._answer_seconds):
                reply = await self._bot.press(
                    sender, pressed.action, pressed.arguments, request_key=fingerprint(activity)
                )
        except Repeated:
            return _sentence(_("Dette er gjort fra før."))
        except TimeoutError:
            log.error("a button took too long")
            return _sentence(_too_slow())
        if reply is None:
            return _sentence(_("Greit."))
        if isinstance(reply, Message) and reply.replace:
            return await self._replace(activity, sender, message_card(reply), reply.title, reply.delivery_key)
        # The message with the button stays.
        place = dict(sender.reach or {})
        if not place:
            return _sentence(_("Finn meg under Apper i Teams, og gjør dette der."))
        sent = await self._show(sender, place, reply)
        return _sentence(_("Svaret står nederst i samtalen.") if sent else _("Svaret kommer om litt."))

    async def _replace(
        self, activity: "Activity", sender: Sender, card: Card, title: str, delivery_key: str | None = None
    ) -> dict[str, Any]:
        """Put `card` in the place of the one whose button was pressed.

        The response alone reaches just this client, and not for good: the old card comes back on another device, or
        when somebody reacts to it (Teams: «User Specific Views»; microsoft/botbuilder-js#4635). So the message is
        updated too, and first: a later update could take away what the person had begun to type.
        """
        if sender.reach is not None and activity.reply_to_id:
            ref = ref_to(activity.conversation.id, activity.reply_to_id)
            try:
                await self.messenger.put(sender.reach, ref, card, title, seconds=_KEEP_SECONDS)
            except SendError as error:
                # It is shown here and now. A delivery that is not reported as shown is sent by the worker.
                log.warning("a card was replaced, but not for good: %s", error)
            else:
                await self._shown(sender, delivery_key, ref)
        return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": card}

    # --- showing -------------------------------------------------------------------------------------------

    async def _show(self, sender: Sender, place: dict[str, str], reply: Reply) -> bool:
        """Send a reply. False: it could not be sent now; it is tried again, unless the worker does that."""
        match reply:
            case Form():
                card, delivery_key = form_card(reply), None
            case Message():
                card, delivery_key = message_card(reply), reply.delivery_key
            case None:
                return True
        try:
            ref = await self.messenger.post(place, card, reply.title)
        except TryLater as error:
            if delivery_key is None:
                self._background.spawn(self._post_later(place, card, reply.title, error))
            return False
        except SendError as error:
            log.warning("a reply was not sent: %s", error)
            return False
        await self._shown(sender, delivery_key, ref)
        return True

    async def _post_later(self, place: dict[str, str], card: Card, title: str, error: TryLater) -> None:
        for attempt in range(_ATTEMPTS_LATER):
            await self._sleep(min(error.seconds or 2.0**attempt, _LONGEST_WAIT))
            try:
                await self.messenger.post(place, card, title)
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

    def _sender(self, activity: "Activity", place: dict[str, str] | None) -> Sender:
        conversation_id = place["conversation_id"] if place else activity.conversation.id

        async def ask() -> Profile:
            try:
                member = await self._connector.member(activity.service_url, conversation_id, activity.from_property.id)
            except SendError as error:
                log.warning("could not look up who is speaking: %s", error)
                raise BotError(_("Jeg får ikke slått opp hvem du er i Teams. Prøv igjen om litt.")) from None
            return profile(member)

        return Sender(SURFACE, tenant(activity), user_id(activity), ask, reach=place)


def _not_done(sentence: str, submitted: Submitted, *, again: bool) -> dict[str, Any]:
    """Only in this client, and not for good: the form is still the message."""
    card = kept_card(sentence, submitted, again=again)
    if card is None:
        return _sentence(sentence)
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": card}


def _sentence(value: str) -> dict[str, Any]:
    """A line that the client shows below the card, which stays."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": value}


def _too_slow() -> str:
    return _("Det tar lengre tid enn det skal. Vent litt, og prøv igjen.")


def _too_busy() -> str:
    return _("Det er mye å gjøre akkurat nå. Vent litt, og prøv igjen.")
