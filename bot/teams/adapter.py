"""The way in: an HTTP request becomes an activity that is vouched for, and what the bot answers becomes the response.

botbuilder's `BotAdapter` gives the pipeline and the `TurnContext`. What it leaves to its own `CloudAdapter` (tokens,
sending, the HTTP body) is done here; `docs/decisions` says why.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationReference, InvokeResponse, ResourceResponse

from bot.teams.callers import Caller, CallerCheck, NoKeys, NotVouchedFor
from bot.teams.connector import Connector

log = logging.getLogger(__name__)

BODY_LIMIT = 256 * 1024
"""Bytes. The Bot Connector service refuses larger activities itself."""
TURN_SECONDS = 14.0
"""Teams gives up a turn after 15 s, and sends it again."""

Logic = Callable[[TurnContext], Awaitable[Any]]


class ConnectorAdapter(BotAdapter):  # type: ignore[misc] # botbuilder has no types
    """Args:
    callers: checks who is calling; None in local mode, where anybody on this machine may.
    """

    def __init__(
        self, connector: Connector, callers: CallerCheck | None, *, turn_seconds: float = TURN_SECONDS
    ) -> None:
        super().__init__()
        self._connector = connector
        self._callers = callers
        self._turn_seconds = turn_seconds

    async def handle(self, request: web.Request, logic: Logic) -> web.Response:
        """Answer `POST /api/messages`. A request that is not a proper one from Teams gets a 4xx, never a 5xx."""
        caller = await self._caller(request)
        activity = _activity(await _body(request))
        self._check_service_url(activity, caller)
        context = TurnContext(self, activity)
        try:
            async with asyncio.timeout(self._turn_seconds):
                await self.run_pipeline(context, logic)
        except TimeoutError:
            log.error("a turn of type %s did not end in time", activity.type)
            raise web.HTTPServiceUnavailable from None
        return _response(context)

    async def _caller(self, request: web.Request) -> Caller | None:
        if self._callers is None:
            return None
        try:
            return await self._callers.check(request.headers.get("Authorization"))
        except NotVouchedFor as error:
            log.warning("refused a call to /api/messages: %s", error)
            raise web.HTTPUnauthorized from None
        except NoKeys:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None

    def _check_service_url(self, activity: Activity, caller: Caller | None) -> None:
        if not self._connector.may_call(activity.service_url):
            raise web.HTTPForbidden(text="serviceUrl")
        if caller is not None and not caller.speaks_for(activity.service_url, activity.channel_id or ""):
            log.warning("refused an activity with another service URL or channel than its token")
            raise web.HTTPForbidden(text="serviceUrl")

    # --- what botbuilder asks of an adapter ----------------------------------------------------------------

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Send in the conversation of the turn. An invoke's response is kept for the HTTP answer."""
        sent = []
        for activity in activities:
            if activity.type == ActivityTypes.invoke_response:
                context.turn_state[BotAdapter._INVOKE_RESPONSE_KEY] = activity
                sent.append(ResourceResponse())
            else:
                conversation = context.activity.conversation.id
                activity_id = await self._connector.send(
                    context.activity.service_url, conversation, activity.serialize()
                )
                sent.append(ResourceResponse(id=activity_id))
        return sent

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        conversation = context.activity.conversation.id
        await self._connector.update(context.activity.service_url, conversation, activity.id, activity.serialize())
        return ResourceResponse(id=activity.id)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        await self._connector.delete(context.activity.service_url, reference.conversation.id, reference.activity_id)


async def _body(request: web.Request) -> bytes:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        await request.content.readexactly(BODY_LIMIT + 1)
    except asyncio.IncompleteReadError as whole:
        return whole.partial
    raise web.HTTPRequestEntityTooLarge(BODY_LIMIT, BODY_LIMIT + 1)


def _activity(body: bytes) -> Activity:
    """The activity in a body. Raises 400 when there is none, or one without what an answer needs."""
    try:
        found = json.loads(body)
        if not isinstance(found, dict):
            raise web.HTTPBadRequest(text="not an activity")
        activity: Activity = Activity().deserialize(found)
    except (ValueError, RecursionError):
        # What botbuilder cannot read is a ValueError too.
        raise web.HTTPBadRequest(text="not an activity") from None
    needed = {
        "type": activity.type,
        "serviceUrl": activity.service_url,
        "from": activity.from_property and activity.from_property.id,
        "conversation": activity.conversation and activity.conversation.id,
        "recipient": activity.recipient and activity.recipient.id,
    }
    missing = [name for name, value in needed.items() if not isinstance(value, str) or not value]
    if missing:
        raise web.HTTPBadRequest(text=f"missing: {', '.join(missing)}")
    return activity


def _response(context: TurnContext) -> web.Response:
    """botbuilder's own way serialises the body twice: it is JSON already."""
    if context.activity.type != ActivityTypes.invoke:
        return web.Response(status=200)
    kept = context.turn_state.get(BotAdapter._INVOKE_RESPONSE_KEY)
    if kept is None:
        return web.Response(status=501)
    response: InvokeResponse = kept.value
    if response.body is None:
        return web.Response(status=response.status)
    content = json.dumps(response.body, ensure_ascii=False).encode()
    return web.Response(status=response.status, body=content, content_type="application/json", charset="utf-8")
