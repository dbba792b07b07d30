"""What is done with each kind of request from Slack.

Slack wants an answer within three seconds, and shows a form only within three seconds of what the person did. So
what may take time (the database, calls to Slack) happens after the answer, in bounded background tasks; only a
submitted form and a search are answered with their result, since Slack shows it from the answer itself.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.background import BackgroundTasks
from bot.messenger import SendError
from bot.recent import Recent
from bot.slack.autosave import Autosave, Typed
from bot.slack.blocks import OPEN, pressed
from bot.slack.chosen import Chosen
from bot.slack.elements import escape
from bot.slack.home import Homes, is_home
from bot.slack.lines import mentions_bot, thread_of, what_is_left_out, why_unanswered, word
from bot.slack.messenger import SlackMessenger
from bot.slack.names import NamesOfPeople
from bot.slack.readers import Audiences
from bot.slack.requests import Payload, installation, own_id, taken_out_of, tells_only_of_people
from bot.slack.responses import answer_to, error_in, instead_of_options, not_now, ok
from bot.slack.said import typed_after_command, written
from bot.slack.screen import Place, Screen
from bot.slack.senders import Senders
from bot.slack.unfurling import Unfurling, why_left
from bot.slack.views import CALLBACK, FORM_BUTTON, options, read_answers
from bot.slack.workspaces import Workspaces
from handlers import faults
from handlers.bot import Bot
from handlers.calendar.clock import Clock
from handlers.dialogs.dialog import Form, Intent, Reply
from handlers.dialogs.token import form_gone
from handlers.errors import BotError, Busy, Repeated, Unexpected
from handlers.people.context import Sender
from handlers.writing.identity import without_possible_numbers
from handlers.writing.language import _

log = logging.getLogger(__name__)
T = TypeVar("T")

ANSWER_SECONDS = 2.5
"""Slack gives up after 3 s; the rest is for the way."""

_NOBODY_WAITS = ("view_closed", "dialog_cancellation")
"""Interactions in which nothing was asked for."""
_THE_END = ("app_uninstalled", "tokens_revoked")
"""Events after which Slack takes nothing from the bot."""


class Listeners:
    """One method for each kind of request; each is given the request, and `context` where the key of it counts.

    Args:
        background: runs what comes after the answer; when it is full, the person is asked to try again.
        answer_seconds: how long a submitted form may take before it is answered without its result.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        workspaces: Workspaces,
        messenger: SlackMessenger,
        homes: Homes,
        background: BackgroundTasks,
        clock: Clock,
        answer_seconds: float,
    ) -> None:
        self._bot = bot
        self._answer_seconds = answer_seconds
        self._background = background
        self._workspaces = workspaces
        self._homes = homes
        self._senders = Senders(workspaces)
        self._screen = Screen(workspaces, messenger, bot)
        self._unfurling = Unfurling(bot, workspaces, self._senders, self._screen, Audiences(workspaces, clock))
        self._names = NamesOfPeople(workspaces, bot.database, clock)
        self._autosave = Autosave(bot, background, self._names.in_form)
        self._recent = Recent()

    # --- answered at once, done afterwards -----------------------------------------------------------------

    async def on_command(self, body: Payload, context: dict[str, Any]) -> BoltResponse:
        text = str(body.get("text") or "")
        # It may be shown to the person again, who is then told by the bot what was taken out.
        line = without_possible_numbers(f"{body['command']} {typed_after_command(text, {})}".strip())
        sender = self._senders.of(body)
        place = Place(
            sender,
            installation(body),
            trigger_id=body.get("trigger_id", ""),
            response_url=body.get("response_url", ""),
            thread=thread_of(body),
            typed=line,
            key=context["request_key"],
        )
        if not self._recent.first_time(context["request_key"]):
            return ok()

        async def run() -> Reply:
            names = await self._names.in_texts([text], place.app)
            return await self._bot.command(sender, f"{body['command']} {typed_after_command(text, names)}".strip())

        if self._afterwards(place, run):
            if not self._bot.database.is_sqlite:
                # The database has its first question before the answer is written, and works meanwhile.
                await asyncio.sleep(0)
            return ok()
        answer = _("Det er mye å gjøre akkurat nå. Prøv igjen om litt. Du skrev: {line}").format(line=line)
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": escape(answer)})

    async def on_shortcut(self, body: Payload, context: dict[str, Any]) -> BoltResponse:
        """Something chosen in the menu of a message, which may be anybody's, or where there is none."""
        sender, chosen = self._senders.of(body), Chosen.of(body)
        place = replace(_place(body, sender, context["request_key"]), remark=chosen.remark)
        if not self._recent.first_time(context["request_key"]):
            return ok()

        async def run() -> Reply:
            shortcut = self._bot.registry.shortcuts.get(chosen.name)
            if shortcut is not None and shortcut.links:
                await chosen.find_link(self._workspaces, place.app)
            reply = await self._bot.shortcut(sender, chosen.name, chosen.text, chosen.link)
            if not isinstance(reply, Form):
                chosen.no_link = ""
            return reply

        return self._ack(place, run)

    async def on_line(self, body: Payload, context: dict[str, Any]) -> BoltResponse:
        """A line written to the bot, alone with it or mentioning it."""
        event = body["event"]
        silence = why_unanswered(event, own_id(body))
        if silence:
            log.info("a message gets no answer, since %s", silence)
            return ok()
        channel = str(event.get("channel") or "")
        in_channel = mentions_bot(event)
        sender, key = self._senders.of(body), context["request_key"]
        place = Place(
            sender,
            installation(body),
            channel=channel if in_channel else "",
            direct="" if in_channel else channel,
            thread=thread_of(event),
            remark=partial(what_is_left_out, event),
            key=key,
        )
        text = str(event.get("text") or "")

        async def run() -> Reply:
            own = own_id(body) or await self._own_id(place.app)
            if silence := why_unanswered(event, own):
                log.info("a message gets no answer, since %s", silence)
                return None
            line = written(text, await self._names.in_texts([text], place.app), own)
            return await self._bot.command(sender, line.strip(), request_key=key)

        return self._ack(place, run)

    async def _own_id(self, app: tuple[str, ...]) -> str:
        """The bot's own user, where an event does not say it; nothing where Slack does not say it either."""
        try:
            return await self._workspaces.own_id(app)
        except SendError as error:
            log.warning("Slack does not say who the bot is: %s", error)
            return ""

    async def on_home_opened(self, body: Payload) -> BoltResponse:
        """Somebody opened the app. Its other tab is their conversation with the bot."""
        event = body["event"]
        if event.get("tab") != "home" or not event.get("user"):
            return await self.on_other_event(body)
        view = event.get("view")
        opened = self._homes.opened(
            self._senders.of(body), installation(body), view if isinstance(view, dict) else None
        )
        return ok() if self._background.spawn(opened) else not_now()

    async def on_link(self, body: Payload, context: dict[str, Any]) -> BoltResponse:
        """Somebody put a link of ours where others read it."""
        why = why_left(body)
        if why:
            log.info("a link gets no card, since %s", why)
            return ok()
        key = context["request_key"]

        async def show() -> None:
            # Twice is as once, but for what they are told.
            if self._recent.first_time(key):
                await self._unfurling.show(body, key)

        return ok() if self._background.spawn(show()) else not_now()

    async def on_message_button(self, body: Payload, context: dict[str, Any]) -> BoltResponse:
        chosen = body["actions"][0]
        action, arguments = pressed(chosen["action_id"], chosen.get("value") or "{}")
        sender, key = self._senders.of(body), context["request_key"]
        place = _place(body, sender, key)
        return self._ack(place, lambda: self._bot.press(sender, action, arguments, request_key=key))

    async def on_open_button(self, body: Payload, context: dict[str, Any]) -> BoltResponse:
        chosen = body["actions"][0]
        named = chosen["action_id"].removeprefix(OPEN)
        intent: Intent = named if named in ("overwrite", "restart", "cancel") else "resume"
        sender = self._senders.of(body)
        place = _place(body, sender, context["request_key"])
        return self._ack(place, lambda: self._bot.submit(sender, chosen.get("value", ""), {}, intent))

    async def on_form_button(self, body: Payload, context: dict[str, Any]) -> BoltResponse:
        view, sender = body["view"], self._senders.of(body)
        intent: Intent = body["actions"][0]["action_id"].removeprefix(FORM_BUTTON)
        raw = read_answers(view)

        async def hand_in() -> Reply:
            await self._autosave.settle(view.get("id", ""))
            answers = await self._names.in_form(raw, installation(body))
            return await self._bot.submit(sender, view.get("private_metadata", ""), answers, intent)

        return self._ack(_place(body, sender, context["request_key"]), hand_in)

    async def on_typing(self, body: Payload, context: dict[str, Any]) -> BoltResponse:
        """A field of a form, or a button that is no more."""
        if body["actions"][0].get("type") == "button" or (body.get("view") or {}).get("callback_id") != CALLBACK:
            return self._on_what_is_no_more(body, context["request_key"])
        self._save(body)
        return ok()

    async def on_closed(self, body: Payload) -> BoltResponse:
        self._save(body)
        return ok()

    def _save(self, body: Payload) -> None:
        view = body.get("view") or {}
        raw = read_answers(view)
        if raw and view.get("callback_id") == CALLBACK:
            typed = Typed(self._senders.of(body), view.get("private_metadata", ""), raw, installation(body))
            self._autosave.save(view.get("id", ""), typed)

    async def on_other_event(self, body: Payload) -> BoltResponse:
        kind = word(body["event"]["type"])
        if kind in _THE_END and not tells_only_of_people(body):
            if not self._background.spawn(self._ended(taken_out_of(body), kind)):
                # Slack sends it again.
                return not_now()
        else:
            log.info("nothing is done about an event: %s", kind)
        return ok()

    async def _ended(self, app: tuple[str, ...], kind: str) -> None:
        try:
            await self._workspaces.ended(app, kind)
        except SendError as error:
            log.warning("whether the bot was taken out of a workspace is not known: %s", error)

    # --- answered with the result --------------------------------------------------------------------------

    async def on_submission(self, body: Payload, context: dict[str, Any]) -> BoltResponse:
        view, sender = body["view"], self._senders.of(body)
        raw = read_answers(view)

        async def hand_in() -> Reply:
            await self._autosave.settle(view.get("id", ""))
            answers = await self._names.in_form(raw, installation(body)) if raw else raw
            return await self._bot.submit(sender, view.get("private_metadata", ""), answers)

        task = await self._started(hand_in())
        if not task.done():
            # It goes on, and what comes of it is shown when it comes. Handing in twice has the effect of once.
            if not self._afterwards(_place(body, sender, context["request_key"]), partial(_result, task)):
                task.cancel()
            return error_in(view, _("Dette tar lengre tid enn vanlig. Vent litt, og trykk en gang til."))
        try:
            return answer_to(view, task.result())
        except BotError as error:
            return error_in(view, str(error))
        except Exception as error:
            return error_in(view, str(faults.unexpected(error)))

    async def on_search(self, body: Payload) -> BoltResponse:
        view, sender = body.get("view") or {}, self._senders.of(body)
        search = self._bot.search(
            sender, view.get("private_metadata", ""), body.get("block_id", ""), body.get("value") or ""
        )
        task = await self._started(search)
        if not task.done():
            self._background.spawn(_let_go(task))
            return not_now()
        try:
            return BoltResponse(status=200, body={"options": options(task.result())})
        except (Busy, Unexpected) as error:
            # «No options» would not be true; Slack shows that the list did not load.
            log.warning("a search failed: %s, reference %s", type(error).__name__, error.reference)
            return not_now()
        except BotError as error:
            log.info("a search found no form: %s", type(error).__name__)
            return BoltResponse(status=200, body={"options": [instead_of_options(str(error))]})

    async def _started(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """`work`, done or not in time. Not cancelled when late: a transaction in the middle is best ended."""
        task = asyncio.create_task(work)
        await asyncio.wait({task}, timeout=self._answer_seconds)
        return task

    # --- what nothing else listens to ----------------------------------------------------------------------

    async def on_bolt_error(self, error: Exception) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            return self._on_other_request(error.body, error.request.context["request_key"])
        faults.unexpected(error)
        return BoltResponse(status=500, body="")

    def _on_other_request(self, body: Payload, request_key: str) -> BoltResponse:
        kind = word(body.get("type"))
        if kind == "app_rate_limited":
            # Slack: «app_rate_limited event». What people write meanwhile is never told.
            log.error("Slack leaves out some of what is written to the bot, since it is too much: %s", kind)
            return ok()
        if kind == "dialog_suggestion":
            log.info("a list of a form of another kind stays empty: %s", kind)
            return BoltResponse(status=200, body={"options": []})
        if kind == "dialog_submission" and isinstance(body.get("submission"), dict) and body["submission"]:
            # The window stays open, with what is typed in it.
            errors = [{"name": next(iter(body["submission"])), "error": str(form_gone())}]
            return BoltResponse(status=200, body={"errors": errors})
        if kind in _NOBODY_WAITS or "user" not in body:
            log.info("nothing is done about a request: %s", kind)
            return ok()
        log.info("something that is no more was chosen: %s", kind)
        return self._on_what_is_no_more(body, request_key)

    def _on_what_is_no_more(self, body: Payload, request_key: str) -> BoltResponse:
        """Whoever presses it gets the help; a form that is open stays as it is."""
        sender = self._senders.of(body)
        place = replace(_place(body, sender, request_key), view=None)
        return self._ack(place, lambda: self._bot.press(sender, "", {}, request_key=request_key))

    # --- afterwards ----------------------------------------------------------------------------------------

    def _ack(self, place: Place, work: Callable[[], Awaitable[Reply]]) -> BoltResponse:
        """200, or 503 when there is too much to do: Slack then shows a warning, or sends an event again."""
        if self._afterwards(place, work):
            return ok()
        log.warning("too much to do: somebody is asked by Slack to try again")
        return not_now()

    def _afterwards(self, place: Place, work: Callable[[], Awaitable[Reply]]) -> bool:
        return self._background.spawn(self._show_result(place, work))

    async def _show_result(self, place: Place, work: Callable[[], Awaitable[Reply]]) -> None:
        try:
            await self._screen.show(place, await work())
        except Repeated:
            log.info("the same request again")
        except BotError as error:
            await self._screen.show_error(place, str(error))
        except Exception as error:
            await self._screen.show_error(place, str(faults.unexpected(error)))


def _place(body: Payload, sender: Sender, key: str) -> Place:
    view = body.get("view")
    on_home = is_home(view)
    places = [found for name in ("message", "container") if isinstance(found := body.get(name), dict)]
    return Place(
        sender,
        installation(body),
        trigger_id=body.get("trigger_id", ""),
        response_url=body.get("response_url", ""),
        thread=next(filter(None, map(thread_of, places)), ""),
        view=None if on_home else view,
        key=key,
        home=on_home,
        # A card in the place of a link (Slack: «Unfurling links in messages», interactive unfurls).
        for_others="app_unfurl" in body or _stands_in_channel(body),
    )


def _stands_in_channel(body: Payload) -> bool:
    """Whether what was pressed stands in a channel, for all who read that: what one of them gets does not take its
    place (Slack: «Handling user interaction», `replace_original`)."""
    container = body.get("container")
    if not isinstance(container, dict) or container.get("is_ephemeral"):
        return False
    channel = container.get("channel_id")
    return isinstance(channel, str) and channel.startswith(("C", "G"))


async def _result(task: asyncio.Task[T]) -> T:
    return await task


async def _let_go(task: asyncio.Task[Any]) -> None:
    await asyncio.wait({task})
    if not task.cancelled() and task.exception() is not None:
        log.info("a late search failed: %s", type(task.exception()).__name__)
