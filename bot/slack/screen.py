"""Puts a reply in front of the person, after the request that caused it was answered."""

import dataclasses
import logging
from collections.abc import Callable, Mapping
from typing import Any

from bot.messenger import PICTURES_LOST, Ref, Rejected, SendError, trouble_of
from bot.slack.api import SlackSaidNo
from bot.slack.as_sent import AsSent
from bot.slack.blocks import doorway, fallback, message_blocks
from bot.slack.elements import Block
from bot.slack.messenger import SlackMessenger, note_in, reach_of
from bot.slack.views import final_view, form_as_sent, form_view, view_with_error
from bot.slack.workspaces import Workspaces
from handlers import faults
from handlers.bot import Bot
from handlers.dialogs.dialog import Form, Reply
from handlers.dialogs.remarks import joined, with_remark
from handlers.messages.message import Message
from handlers.people.context import Sender
from handlers.writing.language import _

log = logging.getLogger(__name__)

# Slack's data centre is a few hops away, and a trigger lives for three seconds (platforms.md).
_OPEN_SECONDS = 4.0


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a request leaves room for an answer.

    `view` is the modal that the person has open; `channel` one in which only they see the answer; `direct` their
    conversation with the bot, where they wrote in it. `thread` (`thread_ts`): the answer goes into the thread it was
    asked in. `typed`: the command they wrote. `remark`: what is said with the answer, in the language then spoken.
    `sender` and `key` (of the request): whom it is for, also where it does not come through and is kept. `app`: the ids
    of the workspace whose app was spoken to (see `bot.slack.requests.installation`). `home`: they pressed something on
    their home, where nothing can be said: a window opens. `for_others`: what was pressed stands before others too, so
    that nothing takes its place.
    """

    sender: Sender
    app: tuple[str, ...]
    trigger_id: str = ""
    response_url: str = ""
    channel: str = ""
    direct: str = ""
    thread: str = ""
    view: Mapping[str, Any] | None = None
    typed: str = ""
    remark: Callable[[], str] = lambda: ""
    key: str = ""
    home: bool = False
    for_others: bool = False


class Screen:
    """Opens and updates modals, and answers in the conversation where that is not possible. What does not come through
    at all becomes a delivery, and the worker brings it."""

    def __init__(self, workspaces: Workspaces, messenger: SlackMessenger, bot: Bot) -> None:
        self._workspaces = workspaces
        self._messenger = messenger
        self._bot = bot

    async def show(self, place: Place, reply: Reply) -> None:
        """Show the reply; if Slack does not let us where it belongs, then in the next best place."""
        if reply is None:
            return
        reply = with_remark(reply, place.remark())
        if isinstance(reply, Form):
            trouble = await self._show_form(place, reply)
        else:
            trouble = await self._show_message(place, reply)
        if trouble is not None:
            await self._keep(place, reply, trouble)

    async def show_error(self, place: Place, error: str) -> None:
        """Tell what went wrong; a modal keeps what is typed in it."""
        if place.view is not None and await self._update(place, view_with_error(place.view, error)):
            return
        said = _("Du skrev: {line}").format(line=place.typed) if place.typed else ""
        message = Message(title=error, text=joined(place.remark(), said))
        if place.home and await self._open(place, final_view(message, message.title)):
            return
        trouble = await self._say(place, message_blocks(message), fallback(message))
        if trouble is not None:
            log.error("somebody got no answer: %s", trouble)

    async def _keep(self, place: Place, reply: Form | Message, trouble: SendError) -> None:
        """What is refused is told with a reference; the rest is kept for the worker."""
        if isinstance(trouble, Rejected):
            sentence = Message(title=str(faults.not_shown("Slack", trouble)))
            again = await self._say(place, message_blocks(sentence), fallback(sentence))
            if again is not None:
                log.error("nor could that be told: %s", again)
            return
        if isinstance(reply, Message) and reply.delivery_key is not None:
            # The worker brings it anyhow.
            return
        reason, key = f"{type(trouble).__name__}: {trouble}", f"reply:{place.key}"
        fate = await self._bot.hold(place.sender, key, reply, trouble_of(trouble), reason, trouble.seconds)
        if fate is None:
            log.error("somebody got no answer: %s", trouble)
        else:
            log.warning("an answer was not sent, and is kept for the worker: %s", trouble)

    async def _show_form(self, place: Place, form: Form) -> SendError | None:
        if place.view is not None:
            if await self._update(place, form_view(form)):
                return None
            lead = _("Skjemaet lot seg ikke vise. Det du har skrevet, er tatt vare på.")
        elif place.trigger_id:
            if await self._open(place, form_as_sent(form)):
                return None
            lead = _("Skjemaet lot seg ikke åpne. Det du skrev, er tatt vare på: trykk på knappen for å prøve igjen.")
            if place.typed:
                lead += " " + _("Du kan også skrive {line} på nytt.").format(line=place.typed)
        else:
            lead = _("Trykk på knappen for å fylle ut.")
        return await self._say(place, *doorway(form, lead))

    async def _show_message(self, place: Place, message: Message) -> SendError | None:
        if place.view is not None:
            title = (place.view.get("title") or {}).get("text") or message.title
            shown = await self._update(place, final_view(message, title))
            if shown or message.delivery_key is not None:
                return None
        if place.home and await self._open(place, final_view(message, message.title)):
            return None
        lost: Ref = {}
        replace = message.replace and not place.for_others
        trouble = await self._say(place, message_blocks(message), fallback(message), lost, replace=replace)
        if trouble is None and PICTURES_LOST in lost:
            await self._bot.bring_pictures(place.sender, place.key, message)
        return trouble

    async def _open(self, place: Place, view: Block | AsSent) -> bool:
        try:
            api = await self._workspaces.api(place.app)
            await api.call("views.open", {"trigger_id": place.trigger_id, "view": view}, seconds=_OPEN_SECONDS)
        except SendError as error:
            log.warning("a window did not open: %s", error)
            return False
        return True

    async def _update(self, place: Place, drawn: Block) -> bool:
        """Put `drawn` in the place of the modal that is open, unless it was closed."""
        view = place.view or {}
        arguments = {"view_id": view.get("id"), "view": drawn}
        try:
            api = await self._workspaces.api(place.app)
            try:
                await api.call("views.update", {**arguments, "hash": view.get("hash")}, repeatable=True)
            except SlackSaidNo as no:
                if no.code != "hash_conflict":
                    raise
                # Something else changed it meanwhile; this is the answer to what the person did last.
                await api.call("views.update", arguments, repeatable=True)
        except SendError as error:
            log.warning("a modal was not updated: %s", error)
            return False
        return True

    async def _say(
        self, place: Place, blocks: list[Block], text: str, lost: Ref | None = None, *, replace: bool = False
    ) -> SendError | None:
        """Answer where the person is: at the request's own address, in the channel, or as a direct message; in the
        thread that they wrote in, if Slack lets us. What came of it, if it did not come through. `lost`: where it is
        noted that it is shown without its pictures (`PICTURES_LOST`)."""
        lost = {} if lost is None else lost
        content = {"text": text, "blocks": blocks}
        thread = {"thread_ts": place.thread} if place.thread else {}
        if place.response_url:
            # What stands in the place of another message stands in its thread.
            where = {"response_type": "ephemeral", "replace_original": replace, **({} if replace else thread)}
            try:
                api = await self._workspaces.api(place.app)
                await api.respond(place.response_url, {**where, **content}, note_in(lost))
                return None
            except SendError as error:
                log.warning("no answer at the response_url: %s", error)
        if place.channel:
            try:
                where = {"channel": place.channel, "user": place.sender.user_id, **thread}
                api = await self._workspaces.api(place.app)
                await api.show("chat.postEphemeral", {**where, **content}, pictures_lost=note_in(lost))
                return None
            except SendError as error:
                log.warning("no answer in the channel: %s", error)
        if place.direct and place.thread:
            there = dataclasses.replace(place.sender.address, reach=reach_of(place.direct))
            try:
                lost.update(await self._messenger.post(there, blocks, text, thread=place.thread))
                return None
            except SendError as error:
                log.warning("no answer in the thread: %s", error)
        try:
            lost.update(await self._messenger.post(place.sender.address, blocks, text))
        except SendError as error:
            return error
        return None
