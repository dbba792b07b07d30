"""Slack's requests, all at `POST /slack/events`, or on a socket (`bot.slack.socket_mode`): how they come in, and how
what sees to each is found (`bot.slack.listeners`).

Bolt finds the listener. It gets requests that are verified and parsed already, and waits for the whole listener: its
own way of waiting costs 10 ms each time (platforms.md, «The ack poll»). A command and a submitted form, which people
wait for, are known at a look, and found without it.
"""

import logging
import re
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.payload_utils import is_slash_command, is_view_submission
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.background import BackgroundTasks
from bot.bodies import body_of
from bot.slack.blocks import OPEN, PRESS
from bot.slack.listeners import ANSWER_SECONDS, Listeners
from bot.slack.requests import BODY_LIMIT, Malformed, NotFromSlack, Payload, Signature, is_ssl_check, parse, request_key
from bot.slack.sending import Sending
from bot.slack.socket_mode import Answer
from bot.slack.views import CALLBACK, FORM_BUTTON
from bot.slack.workspaces import Workspaces
from bot.tally import Tally
from handlers.bot import Bot
from handlers.calendar.clock import Clock
from handlers.writing.typed import in_json, with_slash

log = logging.getLogger(__name__)

_ANYTHING = re.compile(r".*", re.DOTALL)


class SlackSurface:
    """Everything from Slack, and the way back to it.

    Args:
        workspaces: those that the app is installed in.
        signing_secret: by which what comes over HTTP is known to be Slack's; None: nothing is taken over HTTP.
        api_url: where Slack's API is, so that a stand-in can take its place.
        background: runs what comes after the answer; when it is full, the person is asked to try again.
        sending: the way out, where somebody else has it too.
        answer_seconds: how long a submitted form may take before it is answered without its result.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        workspaces: Workspaces,
        signing_secret: str | None,
        api_url: str,
        http: aiohttp.ClientSession,
        background: BackgroundTasks,
        clock: Clock,
        sending: Sending | None = None,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._clock = clock
        sending = sending or Sending(bot, workspaces, clock)
        self.messenger, self.channels, self.homes = sending.messenger, sending.channels, sending.homes
        self._listeners = Listeners(
            bot,
            workspaces=workspaces,
            messenger=self.messenger,
            homes=self.homes,
            background=background,
            clock=clock,
            answer_seconds=answer_seconds,
        )
        self._signature = Signature(signing_secret) if signing_secret else None
        self._unsigned = Tally(lambda count, why: log.warning("%d requests that Slack did not sign: %s", count, why))
        self._bolt = self._routed(AsyncWebClient(base_url=api_url, session=http, retry_handlers=[]))

    def routes(self) -> list[web.RouteDef]:
        """What to add to the web application: nothing where all comes on a socket."""
        if self._signature is None:
            return []
        return [web.post("/slack/events", self._receive), web.get("/slack/events", _look)]

    async def _receive(self, request: web.Request) -> web.Response:
        assert self._signature is not None  # noqa: S101 - else there is no such route
        body = await body_of(request, BODY_LIMIT)
        if is_ssl_check(request.content_type, body):
            return web.Response()
        try:
            self._signature.check(request.headers, body, self._clock.now())
            payload = parse(request.content_type, body)
        except NotFromSlack as error:
            self._unsigned.note(str(error))
            return web.Response(status=401)
        except Malformed as error:
            log.warning("a signed request that cannot be read: %s", error)
            return web.Response(status=400)
        answer = await self.answer(payload, request_key(payload, body))
        kind = "application/json" if answer.text.startswith("{") else "text/plain"
        return web.Response(status=answer.status, text=answer.text, content_type=kind)

    async def answer(self, payload: Payload, key: str) -> Answer:
        """Have a request done that is Slack's and parsed, and what to answer it with. `key`: see `request_key`."""
        response = await self._answered(payload, {"request_key": key})
        is_json = response.body.startswith("{")
        return Answer(response.status, in_json(response.body, with_slash) if is_json else response.body)

    async def _answered(self, payload: Payload, context: dict[str, Any]) -> BoltResponse:
        try:
            # What people wait for is found first, by what Bolt goes by: it would go through all that it knows.
            if is_slash_command(payload):
                return await self._listeners.on_command(payload, context)
            if is_view_submission(payload):
                return await self._listeners.on_submission(payload, context)
        except Exception as error:
            return await self._listeners.on_bolt_error(error)
        # A parsed body is what Bolt calls socket mode. No headers: some of them would skip the listener.
        request = AsyncBoltRequest(body=payload, mode="socket_mode", context=context)
        return await self._bolt.async_dispatch(request)

    def _routed(self, client: AsyncWebClient) -> AsyncApp:
        quiet = logging.getLogger("bot.slack.bolt")
        # On DEBUG, Bolt logs what people write.
        quiet.setLevel(logging.WARNING)
        app = AsyncApp(
            # Bolt sets the level of the logger that is called so: not ours.
            name="bot.slack.bolt",
            logger=quiet,
            client=client,
            # What is signed is checked before Bolt sees it; it only wants to have something.
            signing_secret="-",  # noqa: S106 - it is none
            authorize=_authorize,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            ignoring_self_assistant_message_events_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.error(self._listeners.on_bolt_error)
        # In this order: Bolt asks each in turn. The first two are found without it (see `_answered`).
        app.command(_ANYTHING)(self._listeners.on_command)
        app.view_submission(_ANYTHING)(self._listeners.on_submission)
        app.block_action(re.compile(re.escape(PRESS)))(self._listeners.on_message_button)
        app.block_action(re.compile(re.escape(OPEN)))(self._listeners.on_open_button)
        app.block_action(re.compile(re.escape(FORM_BUTTON)))(self._listeners.on_form_button)
        app.block_action(_ANYTHING)(self._listeners.on_typing)
        app.view_closed(CALLBACK)(self._listeners.on_closed)
        app.message_shortcut(_ANYTHING)(self._listeners.on_shortcut)
        app.global_shortcut(_ANYTHING)(self._listeners.on_shortcut)
        app.block_suggestion(_ANYTHING)(self._listeners.on_search)
        app.event("message")(self._listeners.on_line)
        app.event("app_mention")(self._listeners.on_line)
        app.event("app_home_opened")(self._listeners.on_home_opened)
        app.event("link_shared")(self._listeners.on_link)
        app.event(_ANYTHING)(self._listeners.on_other_event)
        return app


async def _authorize() -> AuthorizeResult:
    """Bolt would ask Slack who it is for each request; no listener uses its client."""
    return AuthorizeResult(enterprise_id=None, team_id=None)


async def _look(request: web.Request) -> web.Response:
    """Slack looks at the certificate now and then, see `is_ssl_check`. Nothing else is to be had here by looking."""
    return web.Response(status=200 if request.query.get("ssl_check") == "1" else 405, headers={"Allow": "POST"})
