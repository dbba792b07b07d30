"""Teams: activities in, replies out. Everything that is decided is decided by `handlers.bot.Bot`.

Forms are cards in the chat. `Action.Execute` sends what is filled in, and the response replaces the card in place.
What is done with somebody's message walks in a dialog of its own (`dialogs`). Nothing is answered where others read it.
"""

import asyncio
import importlib
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from bot.background import BackgroundTasks
from bot.drawing import Drawing
from bot.messenger import SendError, TryLater, Unreachable
from bot.recent import Recent
from bot.teams import consents, dialogs, sharing
from bot.teams.activity import (
    SURFACE,
    address,
    files_in,
    fingerprint,
    is_of_a_program,
    is_personal,
    is_said_to_us,
    spoken_in,
    tenant,
    user_id,
    words,
)
from bot.teams.answers import Pressed, Refreshed, Submitted, read
from bot.teams.apps import Apps
from bot.teams.callers import METADATA_URL, CallerCheck
from bot.teams.card import Card
from bot.teams.channels import TeamsChannels
from bot.teams.door import Door, response
from bot.teams.messenger import TeamsMessenger, in_conversation, ref_to
from bot.teams.outcome import Outcome, nothing_done, to_the_others, to_whoever_pressed
from bot.teams.replies import done_before, draw, too_slow
from bot.teams.senders import Senders, how_to_meet
from bot.teams.showing import Showing, Sleep, wait
from handlers.bot import Bot
from handlers.calendar.clock import Clock
from handlers.dialogs.dialog import Form, Reply
from handlers.dialogs.remarks import files_not_taken, with_remark
from handlers.errors import BotError, Repeated
from handlers.messages.message import Message
from handlers.people.address import Address
from handlers.people.context import Sender
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage.database import DatabaseUnavailable

if TYPE_CHECKING:
    from botbuilder.schema import Activity

    from bot.teams.turns import Answer, Turns

log = logging.getLogger(__name__)

TURN_SECONDS = 14.0
"""Teams gives up a turn after 15 s, and sends it again."""
ANSWER_SECONDS = 8.0
"""For the bot's part of a turn; the rest is for sending."""
_PRIVATE_SECONDS = 2.0
_ATTEMPTS_IN_PRIVATE = 3
_ATTEMPTS_AMONG_OTHERS = 3


class TeamsSurface:
    """Everything from and to Teams.

    Args:
        apps: those that the bot is; local ones take anybody on this machine, and nobody else.
        drawing: makes the files that people want in their OneDrive.
        metadata_url, sleep, answer_seconds, dialog_seconds, turn_seconds: another identity service and another
            patience, for tests.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        apps: Apps,
        http: aiohttp.ClientSession,
        background: BackgroundTasks,
        clock: Clock,
        drawing: Drawing | None = None,
        metadata_url: str = METADATA_URL,
        sleep: Sleep = asyncio.sleep,
        answer_seconds: float = ANSWER_SECONDS,
        dialog_seconds: float = dialogs.DIALOG_SECONDS,
        turn_seconds: float = TURN_SECONDS,
    ) -> None:
        callers = None if apps.is_local else CallerCheck(http, clock, apps.ids, metadata_url=metadata_url)
        self._bot = bot
        self._background = background
        self._sleep = sleep
        self._answer_seconds = answer_seconds
        self._apps = apps
        self._senders = Senders(apps)
        self._dialogs = dialogs.Dialogs(bot, self._senders, dialog_seconds)
        self._sharing = sharing.Sharing(bot, apps, self._senders, dialog_seconds)
        self._door = Door(apps, callers)
        self._turn_seconds = turn_seconds
        self._told = Recent()
        self._turns: Turns | None = None
        self.messenger = TeamsMessenger(apps)
        self.channels = TeamsChannels(apps)
        self._showing = Showing(bot, self.messenger, background, sleep)
        drawing = drawing or Drawing()
        self._consents = consents.Consents(bot, apps, self.messenger, self._senders, drawing, background, http)

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
        self._turns = module.Turns(self._apps, message=self._message, installed=self._installed, invoke=self._invoke)
        return self._turns

    # --- messages ------------------------------------------------------------------------------------------

    async def _message(self, activity: "Activity") -> None:
        """A line to the bot. Outside the personal conversation it is answered there, after this turn."""
        if is_of_a_program(activity):
            log.info("a message gets no answer, since a program wrote it")
            return
        await self._heard_in(activity)
        if is_personal(activity):
            await self._command(activity, address(activity, activity.conversation.id))
        elif not self._is_for_us(activity):
            log.info("said among others, and not to the bot: it is neither answered nor kept")
        elif not self._background.spawn(self._command_in_private(activity)):
            await self._line(activity, _too_busy(), attempts=1)

    def _is_for_us(self, activity: "Activity") -> bool:
        """Whether a line that others read is for the bot: it is mentioned, or the line begins with the slash and the
        name of a command."""
        if is_said_to_us(activity):
            return True
        word = next(iter(words(activity).split()), "")
        return word.startswith("/") and self._bot.registry.command(word) is not None

    async def _installed(self, activity: "Activity") -> None:
        """Somebody installed the bot for themselves: they are welcomed once, and can be reached from now on. Whoever
        only got a newer version is not. A channel or a group is welcomed once, and nobody in it is asked about."""
        await self._heard_in(activity)
        if not is_personal(activity):
            if activity.action == "add":
                await self._welcome_all(activity)
            else:
                log.info("a newer version of the app where others are too: nobody to answer")
            return
        place = address(activity, activity.conversation.id)
        sender = self._senders.of(activity, place)
        if activity.action != "add":
            log.info("a newer version of the app: where the person is reached is noted, and they are not greeted again")
            await self._bot.meet(sender)
            return
        reply = await self._bot.greet(sender, activity.conversation.id)
        if reply is not None:
            await self._showing.show(sender, place, reply, fingerprint(activity))

    async def _heard_in(self, activity: "Activity") -> None:
        """How to write in a channel of a team is known from whatever comes from there."""
        place = spoken_in(activity)
        if place is not None:
            await self._bot.heard_in(place)

    async def _welcome_all(self, activity: "Activity") -> None:
        try:
            message = await self._bot.arrive(SURFACE, tenant(activity), activity.conversation.id)
        except DatabaseUnavailable as error:
            log.warning("a channel or a group is not welcomed, the database is unavailable: %s", error)
            return
        if message is None:
            log.info("added where others are too, not for the first time or with nothing to say: nobody to answer")
        elif not self._background.spawn(self._post(activity, message)):
            await self._post(activity, message)

    async def _post(self, activity: "Activity", message: Message) -> None:
        """A card where others read it. `message` is for all of them alike."""
        drawn = draw(message)
        content = in_conversation(drawn.card, drawn.title)
        for attempt in range(_ATTEMPTS_AMONG_OTHERS):
            try:
                await self._apps.asked(activity).send(activity.service_url, activity.conversation.id, content)
            except TryLater as error:
                log.warning("a welcome was not sent: %s", error)
                await self._sleep(wait(error, attempt))
            except SendError as error:
                log.warning("a welcome was not sent: %s", error)
                return
            else:
                return

    async def _command(self, activity: "Activity", place: Address) -> Outcome | None:
        """None: it had been done already, or there is nothing to say."""
        sender = self._senders.of(activity, place)
        key = fingerprint(activity)
        reply: Reply
        try:
            async with asyncio.timeout(self._answer_seconds):
                reply = await self._bot.command(sender, words(activity), request_key=key)
        except Repeated:
            log.info("the same message again: it is answered")
            return None
        except TimeoutError:
            log.error("a command took too long")
            reply = Message(title=too_slow())
        if reply is None:
            log.info("a command had nothing to say")
            return None
        reply = with_remark(reply, files_not_taken(files_in(activity)))
        return await self._showing.show(sender, place, reply, key)

    async def _command_in_private(self, activity: "Activity") -> None:
        """What is said in a channel or a group is answered where nobody else reads it. What the others get to read
        says nothing of it."""
        try:
            place = await self._private_at_last(activity)
        except Unreachable as error:
            log.warning("no private conversation: %s", error)
            await self._line(activity, how_to_meet())
            return
        except SendError as error:
            log.warning("no private conversation now: %s", error)
            await self._line(activity, nothing_done())
            return
        outcome = await self._command(activity, place)
        if outcome is not None:
            await self._line(activity, to_the_others(outcome))

    async def _private_at_last(self, activity: "Activity") -> Address:
        """The private conversation, asked for until Teams has had time to answer. Raises as `Senders.private` does."""
        for attempt in range(_ATTEMPTS_IN_PRIVATE):
            try:
                return await self._senders.private(activity)
            except TryLater as error:
                await self._sleep(wait(error, attempt))
        return await self._senders.private(activity)

    async def _line(self, activity: "Activity", sentence: str, *, attempts: int = 2) -> None:
        """A sentence of ours, where the person wrote."""
        body = {"type": "message", "text": sentence, "textFormat": "plain", "replyToId": activity.id}
        for attempt in range(attempts):
            try:
                await self._apps.asked(activity).send(activity.service_url, activity.conversation.id, body)
            except TryLater as error:
                log.warning("a line in a channel was not sent: %s", error)
                if attempt + 1 < attempts:
                    await self._sleep(wait(error, attempt))
            except SendError as error:
                log.warning("a line in a channel was not sent: %s", error)
                return
            else:
                return

    # --- cards ---------------------------------------------------------------------------------------------

    async def _invoke(self, activity: "Activity") -> "Answer":
        """A card's button, or an action in a message's menu. Teams resends these too: each gets an answer, and `Bot`
        sees to the one effect."""
        match activity.name:
            case "adaptiveCard/action":
                pressed = read(activity.value)
                if isinstance(pressed, Refreshed):
                    return 200, await self._looked_at(activity, pressed)
                return 200, await self._pressed(activity, pressed) if pressed else _not_understood(400, "BadRequest")
            case dialogs.OPEN:
                return await self._dialogs.open(activity)
            case dialogs.GO_ON:
                return await self._dialogs.go_on(activity)
            case consents.CONSENT:
                return await self._consents.answered(activity) or (200, _not_understood(400, "BadRequest"))
            case sharing.QUERY:
                return await self._sharing.query(activity)
            case sharing.SELECT:
                return await self._sharing.select(activity)
            case sharing.LINK:
                return await self._linked(activity)
            case _other:
                # Sign-in: nothing in the manifest leads to them.
                return 200, _not_understood(501, "NotImplemented")

    async def _linked(self, activity: "Activity") -> "Answer":
        """A link of ours is put into a message: whoever does so is told what it is, before others read it."""
        answer, note = await self._sharing.link(activity)
        if note is not None and not self._background.spawn(self._tell(activity, note)):
            log.warning("too much to do: nobody is told of a link that is for one person")
        return answer

    async def _tell(self, activity: "Activity", note: Message) -> None:
        """In private. A client may ask about the same link at each key."""
        if not self._told.first_time(f"{user_id(activity)} {activity.value}"):
            return
        try:
            place = await self._senders.private(activity, among_others=True)
        except SendError as error:
            log.warning("no private conversation to tell of a link in: %s", error)
            return
        await self._showing.show(self._senders.of(activity, place), place, note, fingerprint(activity))

    async def _looked_at(self, activity: "Activity", looked_at: Refreshed) -> dict[str, Any]:
        """A card that several read, for whoever looks at it: no private conversation is made for that."""
        sender = self._senders.of(activity, None, lasting=False)
        try:
            async with asyncio.timeout(self._answer_seconds):
                message = await self._bot.shared(sender, looked_at.card, looked_at.arguments)
        except (BotError, TimeoutError) as error:
            log.warning("a card was not drawn anew for whoever looks at it: %s", type(error).__name__)
            return _not_understood(500, "InternalError")
        if message is None:
            return _not_understood(404, "NotFound")
        return _card(draw(message).card)

    async def _pressed(self, activity: "Activity", pressed: Submitted | Pressed) -> dict[str, Any]:
        """A card that somebody has passed on is answered as everything else that is done among others: in private."""
        among_others = not is_personal(activity)
        try:
            place = await self._senders.private(activity, _PRIVATE_SECONDS)
        except Unreachable as error:
            log.warning("no private conversation: %s", error)
            return _not_done(how_to_meet(), pressed, again=False)
        except SendError as error:
            log.warning("no private conversation now: %s", error)
            return _not_done(nothing_done(), pressed, again=True)
        sender = self._senders.of(activity, place)
        match pressed:
            case Submitted():
                return await self._submit(activity, sender, pressed, among_others=among_others)
            case Pressed():
                return await self._press(activity, sender, pressed, among_others=among_others)

    async def _submit(
        self, activity: "Activity", sender: Sender, given: Submitted, *, among_others: bool
    ) -> dict[str, Any]:
        """Whatever comes of a form takes its place. After a search that is the same form, with what was found."""
        try:
            async with asyncio.timeout(self._answer_seconds):
                reply = await self._bot.submit(sender, given.token, given.raw, given.intent)
        except BotError as error:
            return _not_done(str(error), given, again=error.again)
        except TimeoutError:
            log.error("a form took too long")
            return _not_done(too_slow(), given, again=True)
        if reply is None:
            return _sentence(done_before())
        if among_others:
            return await self._below(activity, sender, reply)
        return await self._replace(activity, sender, reply)

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
        if pressed.shared is not None and among_others:
            self._background.spawn(self._show_all_anew(activity, pressed.shared))
        if isinstance(reply, Message) and reply.replace and not among_others:
            return await self._replace(activity, sender, reply)
        return await self._below(activity, sender, reply)

    async def _show_all_anew(self, activity: "Activity", shared: Refreshed) -> None:
        """The card whose button somebody pressed says to all who read it how things stand now; each client then asks
        for what is its reader's own (Teams: «Up to date cards»)."""
        if not activity.reply_to_id:
            return
        try:
            message = await self._bot.shared(None, shared.card, shared.arguments)
            if message is None:
                return
            drawn = draw(message)
            await self._apps.asked(activity).update(
                activity.service_url,
                activity.conversation.id,
                activity.reply_to_id,
                in_conversation(drawn.card, drawn.title),
            )
        except (BotError, SendError) as error:
            log.warning("a card that several read is not shown anew: %s", type(error).__name__)

    async def _below(self, activity: "Activity", sender: Sender, reply: Form | Message) -> dict[str, Any]:
        """The message with the button stays; the answer is the newest in the person's own conversation."""
        outcome = await self._showing.show(sender, sender.address, reply, fingerprint(activity))
        return _sentence(to_whoever_pressed(outcome, reply, personal=is_personal(activity)))

    async def _replace(
        self,
        activity: "Activity",
        sender: Sender,
        reply: Form | Message,
    ) -> dict[str, Any]:
        try:
            drawn = draw(reply)
        except ValueError:
            return await self._below(activity, sender, reply)
        ref = ref_to(activity.conversation.id, activity.reply_to_id) if activity.reply_to_id else None
        card = await self._showing.replace(sender, ref, drawn)
        return _card(card)


def _card(card: Card) -> dict[str, Any]:
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": card}


def _not_done(sentence: str, given: Submitted | Pressed, *, again: bool) -> dict[str, Any]:
    """Only in this client, and not for good: the form is still the message."""
    from bot.teams.cards import kept_card  # noqa: PLC0415 - see bot.teams.card

    card = kept_card(sentence, given, again=again) if isinstance(given, Submitted) else None
    if card is None:
        return _sentence(sentence)
    return _card(card)


def _not_understood(status: int, code: str) -> dict[str, Any]:
    """An invoke that is none of ours, or of an older version (Teams: «Universal Actions», error responses)."""
    log.info("an invoke that is not understood is answered so: %s", code)
    sentence = _("Dette kan jeg ikke gjøre herfra. Skriv {command} til meg, så ser du hva jeg kan hjelpe med.")
    error = {"code": code, "message": sentence.format(command=typed("hjelp"))}
    return {"statusCode": status, "type": "application/vnd.microsoft.error", "value": error}


def _sentence(value: str) -> dict[str, Any]:
    """A line that the client shows below the card, which stays."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": value}


def _too_busy() -> str:
    return _("Det er mye å gjøre akkurat nå. Vent litt, og prøv igjen.")
