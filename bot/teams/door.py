"""The HTTP around a turn: a request becomes an activity that is vouched for, or is refused with a 4xx, never a 5xx."""

import json
import logging
from typing import Any

from aiohttp import web

from bot.bodies import body_of
from bot.tally import Tally
from bot.teams.apps import App, Apps
from bot.teams.callers import Caller, CallerCheck, NoKeys, NotVouchedFor
from bot.teams.connector import Activity, as_sent
from config.settings import is_loopback

log = logging.getLogger(__name__)

BODY_LIMIT = 256 * 1024
"""Bytes. The Bot Connector service refuses larger activities itself."""


class Door:
    """Reads `POST /api/messages`.

    Args:
        callers: checks who is calling; None in local mode, where anybody on this machine may.
    """

    def __init__(self, apps: Apps, callers: CallerCheck | None) -> None:
        self._apps = apps
        self._callers = callers
        self._refused = Tally(lambda count, why: log.warning("refused %d calls to /api/messages: %s", count, why))

    async def activity(self, request: web.Request) -> Activity:
        """The activity in a request that is a proper one from Teams. Raises the HTTP error that it gets otherwise."""
        caller = await self._caller(request)
        activity = _read(await _body(request))
        service_url = activity["serviceUrl"]
        if not self._apps.may_call(service_url):
            raise web.HTTPForbidden(text="serviceUrl")
        if caller is not None and not caller.speaks_for(service_url, str(activity.get("channelId") or "")):
            log.warning("refused an activity with another service URL or channel than its token")
            raise web.HTTPForbidden(text="serviceUrl")
        if caller is not None:
            self._check_app(activity, self._apps.named(caller.app_id))
        return activity

    def _check_app(self, activity: Activity, app: App | None) -> None:
        """The app that the token is for is the one that is spoken to, in its own tenant: whoever administers another
        tenant could else have people of theirs taken for people of this one."""
        if app is None or _id(activity["recipient"]).lower() != app.bot_id:
            self._refused.note("an activity for another app than its token")
            raise web.HTTPForbidden(text="recipient")
        tenant = _tenant(activity)
        if tenant and not app.serves(tenant):
            self._refused.note("an activity from another tenant than the app's")
            raise web.HTTPForbidden(text="tenant")

    async def _caller(self, request: web.Request) -> Caller | None:
        if self._callers is None:
            # A web page elsewhere can lead its own name here (DNS rebinding), and would then speak as anybody.
            if not is_loopback(request.url.host or ""):
                raise web.HTTPForbidden(text="Host")
            return None
        try:
            return await self._callers.check(request.headers.get("Authorization"))
        except NotVouchedFor as error:
            self._refused.note(str(error))
            raise web.HTTPUnauthorized from None
        except NoKeys:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None


def response(status: int, body: Any) -> web.Response:
    """What a turn is answered with; `body` becomes JSON (botbuilder's own way serialises it twice)."""
    if body is None:
        return web.Response(status=status)
    return web.Response(status=status, body=as_sent(body), content_type="application/json", charset="utf-8")


async def _body(request: web.Request) -> bytes:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    return await body_of(request, BODY_LIMIT)


def _read(body: bytes) -> Activity:
    """The activity in a body. Raises 400 when there is none, or one without what an answer needs."""
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text="not JSON") from None
    if not isinstance(found, dict):
        raise web.HTTPBadRequest(text="not an activity")
    needed = {
        "type": found.get("type"),
        "serviceUrl": found.get("serviceUrl"),
        **{who: _id(found.get(who)) for who in ("from", "recipient", "conversation")},
    }
    missing = [name for name, value in needed.items() if not isinstance(value, str) or not value]
    if missing:
        raise web.HTTPBadRequest(text=f"missing: {', '.join(missing)}")
    return found


def _id(part: object) -> str:
    found = part.get("id") if isinstance(part, dict) else None
    return found if isinstance(found, str) else ""


def _tenant(activity: Activity) -> str:
    """The one that everything after goes by (see `bot.teams.activity.tenant`). Where none is said, the activity is let
    in, and its speaker belongs nowhere."""
    channel = activity.get("channelData")
    stated = _id(channel.get("tenant")) if isinstance(channel, dict) else ""
    return stated or str(activity["conversation"].get("tenantId") or "")
