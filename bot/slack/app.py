"""Slack's requests, all at `POST /slack/events`.

Slack wants an answer within three seconds, and shows a form only within three seconds of what the person did. So
what may take time (the database, calls to Slack) happens after the answer, in bounded background tasks; only a
submitted form and a search are answered with their result, since Slack shows it from the answer itself.

Bolt finds the listener. It gets requests that are verified and parsed already, and waits for the whole listener:
its own way of waiting costs 10 ms each time (platforms.md, «The ack poll»).
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

import aiohttp
from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.background import BackgroundTasks
from bot.bodies import body_of
from bot.slack.api import SlackApi
from bot.slack.autosave import Autosave, Typed
from bot.slack.blocks import OPEN, PRESS, pressed
from bot.slack.elements import escape, unescape, without_mentions, written
from bot.slack.messenger import SlackMessenger
from bot.slack.requests import (
    BODY_LIMIT,
    Malformed,
    NotFromSlack,
    Payload,
    Recent,
    Signature,
    parse,
    request_key,
)
from bot.slack.screen import Place, Screen
from bot.slack.senders import Senders
from bot.slack.views import (
    CALLBACK,
    FORM_BUTTON,
    errors_in_place,
    final_view,
    first_input,
    form_view,
    options,
    read_answers,
    view_with_error,
)
from handlers.bot import Bot
from handlers.clock import Clock
from handlers.dialog import Form, Intent, Reply
from handlers.errors import BotError, Repeated, Unexpected, new_reference
from handlers.identity import without_numbers
from handlers.language import _
from handlers.message import Message

log = logging.getLogger(__name__)
T = TypeVar("T")

ANSWER_SECONDS = 2.5
"""Slack gives up after 3 s; the rest is for the way."""

_ANYTHING = re.compile(r".*", re.DOTALL)


class SlackSurface:
    """Everything from Slack, and the way back to it.

    Args:
        token: the bot's token (`xoxb-…`).
        api_url: where Slack's API is, so that a stand-in can take its place.
        background: runs what comes after the answer; when it is full, the person is asked to try again.
        answer_seconds: how long a submitted form may take before it is answered without its result.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        token: str,
        signing_secret: str,
        api_url: str,
        http: aiohttp.ClientSession,
        background: BackgroundTasks,
        clock: Clock,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._bot = bot
        self._answer_seconds = answer_seconds
        self._clock = clock
        self._background = background
        self._api = SlackApi(http, url=api_url, token=token, clock=clock)
        self.messenger = SlackMessenger(self._api)
        self._senders = Senders(self._api)
        self._screen = Screen(self._api, self.messenger)
        self._autosave = Autosave(bot, background)
        self._signature = Signature(signing_secret)
        self._recent = Recent()
        self._bolt = self._routed(AsyncWebClient(base_url=api_url, session=http, retry_handlers=[]), signing_secret)

    def routes(self) -> list[web.RouteDef]:
        """What to add to the web application."""
        return [web.post("/slack/events", self._receive)]

    async def _receive(self, request: web.Request) -> web.Response:
        body = await body_of(request, BODY_LIMIT)
        try:
            self._signature.check(request.headers, body, self._clock.now())
            payload = parse(request.content_type, body)
        except NotFromSlack as error:
            log.warning("a request that Slack did not sign: %s", error)
            return web.Response(status=401)
        except Malformed as error:
            log.warning("a signed request that cannot be read: %s", error)
            return web.Response(status=400)
        # A parsed body is what Bolt calls socket mode. No headers: some of them would skip the listener.
        bolt_request = AsyncBoltRequest(body=payload, mode="socket_mode", context={"request_key": request_key(body)})
        response = await self._bolt.async_dispatch(bolt_request)
        json = response.body.startswith("{")
        return web.Response(
            status=response.status, text=response.body, content_type="application/json" if json else "text/plain"
        )

    def _routed(self, client: AsyncWebClient, signing_secret: str) -> AsyncApp:
        quiet = logging.getLogger("bot.slack.bolt")
        # On DEBUG, Bolt logs what people write.
        quiet.setLevel(logging.WARNING)
        app = AsyncApp(
            name="bot.slack",
            logger=quiet,
            client=client,
            signing_secret=signing_secret,
            authorize=_authorize,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            ignoring_self_assistant_message_events_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.error(_on_bolt_error)
        # In this order: Bolt asks each in turn, and the first two are what people wait for.
        app.command(_ANYTHING)(self._on_command)
        app.view(CALLBACK)(self._on_submission)
        app.action(re.compile(re.escape(PRESS)))(self._on_message_button)
        app.action(re.compile(re.escape(OPEN)))(self._on_open_button)
        app.action(re.compile(re.escape(FORM_BUTTON)))(self._on_form_button)
        app.action(_ANYTHING)(self._on_typing)
        app.view_closed(CALLBACK)(self._on_closed)
        app.message_shortcut(_ANYTHING)(self._on_shortcut)
        app.options(_ANYTHING)(self._on_search)
        app.event("message")(self._on_line)
        app.event("app_mention")(self._on_line)
        app.event(_ANYTHING)(_nothing_to_do)
        return app

    # --- answered at once, done afterwards -----------------------------------------------------------------

    async def _on_command(self, body: Payload, context: dict[str, Any]) -> BoltResponse:
        # It may be shown to the person again, who is then told by the bot what was taken out.
        line = without_numbers(f"{body['command']} {unescape(body.get('text', ''))}".strip())
        place = Place(
            body["user_id"],
            trigger_id=body.get("trigger_id", ""),
            response_url=body.get("response_url", ""),
            typed=line,
        )
        sender = self._senders.of(body)
        if not self._recent.first_time(context["request_key"]):
            return _OK()
        if self._afterwards(place, lambda: self._bot.command(sender, line)):
            return _OK()
        answer = _("Det er mye å gjøre akkurat nå. Prøv igjen om litt. Du skrev: {line}").format(line=line)
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": escape(answer)})

    async def _on_shortcut(self, body: Payload, context: dict[str, Any]) -> BoltResponse:
        """Something chosen in the menu of a message, which may be anybody's."""
        text = without_mentions(str(body["message"].get("text") or ""))
        sender, name = self._senders.of(body), body["callback_id"]
        if not self._recent.first_time(context["request_key"]):
            return _OK()
        return self._ack(_place(body), lambda: self._bot.shortcut(sender, name, text))

    async def _on_line(self, body: Payload, context: dict[str, Any]) -> BoltResponse:
        """A line written to the bot, alone with it or mentioning it."""
        event = body["event"]
        in_channel = event["type"] == "app_mention"
        line = written(str(event.get("text") or "")).strip()
        is_persons = event.get("user") and not event.get("bot_id") and not event.get("subtype")
        if not (is_persons and line and (in_channel or event.get("channel_type") == "im")):
            return _OK()
        place = Place(event["user"], channel=event.get("channel", "") if in_channel else "")
        sender, key = self._senders.of(body), context["request_key"]
        return self._ack(place, lambda: self._bot.command(sender, line, request_key=key))

    async def _on_message_button(self, body: Payload, context: dict[str, Any]) -> BoltResponse:
        chosen = body["actions"][0]
        action, arguments = pressed(chosen["action_id"], chosen.get("value") or "{}")
        sender, key = self._senders.of(body), context["request_key"]
        return self._ack(_place(body), lambda: self._bot.press(sender, action, arguments, request_key=key))

    async def _on_open_button(self, body: Payload) -> BoltResponse:
        chosen = body["actions"][0]
        intent: Intent = "restart" if chosen["action_id"] == f"{OPEN}restart" else "resume"
        sender = self._senders.of(body)
        return self._ack(_place(body), lambda: self._bot.submit(sender, chosen.get("value", ""), {}, intent))

    async def _on_form_button(self, body: Payload) -> BoltResponse:
        view, sender = body["view"], self._senders.of(body)
        intent: Intent = body["actions"][0]["action_id"].removeprefix(FORM_BUTTON)
        raw = read_answers(view)

        async def hand_in() -> Reply:
            await self._autosave.settle(view.get("id", ""))
            return await self._bot.submit(sender, view.get("private_metadata", ""), raw, intent)

        return self._ack(_place(body), hand_in)

    async def _on_typing(self, body: Payload) -> BoltResponse:
        self._save(body)
        return _OK()

    async def _on_closed(self, body: Payload) -> BoltResponse:
        self._save(body)
        return _OK()

    def _save(self, body: Payload) -> None:
        view = body.get("view") or {}
        raw = read_answers(view)
        if raw and view.get("callback_id") == CALLBACK:
            typed = Typed(self._senders.of(body), view.get("private_metadata", ""), raw)
            self._autosave.save(view.get("id", ""), typed)

    # --- answered with the result --------------------------------------------------------------------------

    async def _on_submission(self, body: Payload) -> BoltResponse:
        view, sender = body["view"], self._senders.of(body)
        raw = read_answers(view)

        async def hand_in() -> Reply:
            await self._autosave.settle(view.get("id", ""))
            return await self._bot.submit(sender, view.get("private_metadata", ""), raw)

        task = await self._started(hand_in())
        if not task.done():
            # It goes on, and what comes of it is shown when it comes. Handing in twice has the effect of once.
            if not self._afterwards(_place(body), partial(_result, task)):
                task.cancel()
            return _error_in(view, _("Dette tar lengre tid enn vanlig. Vent litt, og trykk en gang til."))
        try:
            return _answer(view, task.result())
        except BotError as error:
            return _error_in(view, str(error))
        except Exception as error:
            return _error_in(view, str(_unexpected(error)))

    async def _on_search(self, body: Payload) -> BoltResponse:
        view, sender = body["view"], self._senders.of(body)
        search = self._bot.search(
            sender, view.get("private_metadata", ""), body.get("block_id", ""), body.get("value") or ""
        )
        task = await self._started(search)
        if not task.done():
            self._background.spawn(_let_go(task))
            return BoltResponse(status=503, body="")
        try:
            return BoltResponse(status=200, body={"options": options(task.result())})
        except BotError as error:
            # «No options» would not be true; Slack shows that the list did not load.
            log.warning("a search failed: %s", type(error).__name__)
            return BoltResponse(status=503, body="")

    async def _started(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """`work`, done or not in time. Not cancelled when late: a transaction in the middle is best ended."""
        task = asyncio.create_task(work)
        await asyncio.wait({task}, timeout=self._answer_seconds)
        return task

    # --- afterwards ----------------------------------------------------------------------------------------

    def _ack(self, place: Place, work: Callable[[], Awaitable[Reply]]) -> BoltResponse:
        """200, or 503 when there is too much to do: Slack then shows a warning, or sends an event again."""
        return _OK() if self._afterwards(place, work) else BoltResponse(status=503, body="")

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
            await self._screen.show_error(place, str(_unexpected(error)))


async def _authorize() -> AuthorizeResult:
    """Bolt would ask Slack who it is for each request; no listener uses its client."""
    return AuthorizeResult(enterprise_id=None, team_id=None)


async def _nothing_to_do() -> BoltResponse:
    return _OK()


async def _on_bolt_error(error: Exception) -> BoltResponse:
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=404, body="")
    _unexpected(error)
    return BoltResponse(status=500, body="")


def _OK() -> BoltResponse:  # noqa: N802 - reads as the answer it is
    # A new one each time: whoever sends it may change it.
    return BoltResponse(status=200, body="")


def _place(body: Payload) -> Place:
    return Place(
        body["user"]["id"],
        trigger_id=body.get("trigger_id", ""),
        response_url=body.get("response_url", ""),
        view=body.get("view"),
    )


def _answer(view: Payload, reply: Reply) -> BoltResponse:
    match reply:
        case None:
            return BoltResponse(status=200, body={"response_action": "clear"})
        case Form():
            errors = errors_in_place(reply, view)
            if errors is not None:
                return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
            return BoltResponse(status=200, body={"response_action": "update", "view": form_view(reply)})
        case Message():
            title = (view.get("title") or {}).get("text") or reply.title
            return BoltResponse(status=200, body={"response_action": "update", "view": final_view(reply, title)})


def _error_in(view: Payload, error: str) -> BoltResponse:
    """The error in the form that is open, with all that is typed in it."""
    field = first_input(view)
    if field is not None:
        return BoltResponse(status=200, body={"response_action": "errors", "errors": {field: error}})
    return BoltResponse(status=200, body={"response_action": "update", "view": view_with_error(view, error)})


async def _result(task: asyncio.Task[T]) -> T:
    return await task


async def _let_go(task: asyncio.Task[Any]) -> None:
    await asyncio.wait({task})
    if not task.cancelled() and task.exception() is not None:
        log.info("a late search failed: %s", type(task.exception()).__name__)


def _unexpected(error: Exception) -> Unexpected:
    """An error with a reference that the log has too; the text of `error` could quote what somebody wrote."""
    found = Unexpected(new_reference())
    log.error("unexpected %s, reference %s", type(error).__name__, found.reference)
    return found
