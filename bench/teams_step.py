"""A card step in Teams, with a handler that does nothing, through our adapter and through stock botbuilder's.

Both get the same activity (an `adaptiveCard/action` invoke) and answer with the same card, through botbuilder's
pipeline and its `ActivityHandler`. Stock botbuilder is made to work first: as it comes, its HTTP layer answers every
card with a 500, so the activity is read, `process_activity` called and the body written as JSON by hand (platforms.md,
«Teams: what botbuilder gets wrong»). Neither checks a token here; what that costs us is printed as well.

    python -m bench.teams_step
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.schema import Activity, InvokeResponse
from botframework.connector.auth import BotFrameworkAuthenticationFactory, PasswordServiceClientCredentialFactory
from cryptography.hazmat.primitives.asymmetric import rsa

from bench.common import Request, Verdict, describe, load, middle, server
from bot.teams.apps import Apps
from bot.teams.callers import CallerCheck
from bot.teams.cards import form_card
from bot.teams.door import Door, response
from bot.teams.tokens import NoTokens
from bot.teams.turns import Turns
from config.teams_apps import ANY_TENANT
from handlers.calendar.clock import SystemClock
from handlers.dialogs.dialog import Form, FormField, LongText, Text
from tests.teams.standin import APP_ID, Identity

TARGET = 5.0
ROUNDS = 3
STEPS = 300
WARM_UP = 40
SERVICE_URL = "http://127.0.0.1:9/"
KEY = "bench"


def _body() -> dict[str, Any]:
    fields = (FormField("more", Text("Noe mer"), "Noe mer"), FormField("lines", LongText("Linjer"), "Linjer"))
    form = Form(token="sak.how.0123456789abcdef", title="Litt til", submit="Neste", fields=fields)
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": form_card(form)}


BODY = _body()


async def next_card(_activity: Activity) -> tuple[int, Any]:
    """The empty handler: every step is followed by the same one."""
    return 200, BODY


async def nothing(_activity: Activity) -> None:
    return None


class Empty(ActivityHandler):  # type: ignore[misc] # botbuilder has no types
    """The same for stock botbuilder."""

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        return InvokeResponse(status=200, body=BODY)


@contextlib.asynccontextmanager
async def ours() -> AsyncIterator[web.Application]:
    """Our adapter, for a local client."""
    async with aiohttp.ClientSession() as http:
        yield _application(Apps.local(http, SystemClock()), None)


@contextlib.asynccontextmanager
async def ours_with_tokens(metadata_url: str) -> AsyncIterator[web.Application]:
    """Our adapter as in production: every request's token is checked."""
    clock = SystemClock()
    async with aiohttp.ClientSession() as http:
        callers = CallerCheck(http, clock, [APP_ID], metadata_url=metadata_url)
        yield _application(Apps.of(http, clock, [(APP_ID, ANY_TENANT, NoTokens())]), callers)


def _application(apps: Apps, callers: CallerCheck | None) -> web.Application:
    door = Door(apps, callers)
    turns = Turns(apps, message=nothing, installed=nothing, invoke=next_card)

    async def messages(request: web.Request) -> web.Response:
        activity = turns.read(await door.activity(request))
        return response(*await turns.run(activity))

    application = web.Application()
    application.router.add_post("/api/messages", messages)
    return application


@contextlib.asynccontextmanager
async def stock() -> AsyncIterator[web.Application]:
    """botbuilder's own adapter, with what its HTTP layer gets wrong done by hand."""
    adapter = CloudAdapterBase(
        BotFrameworkAuthenticationFactory.create(credential_factory=PasswordServiceClientCredentialFactory())
    )
    bot = Empty()

    async def messages(request: web.Request) -> web.Response:
        activity = Activity().deserialize(await request.json())
        answer = await adapter.process_activity(request.headers.get("Authorization", ""), activity, bot.on_turn)
        return web.json_response(answer.body, status=answer.status)

    application = web.Application()
    application.router.add_post("/api/messages", messages)
    yield application


def activity(service_url: str) -> dict[str, Any]:
    data = {"token": "sak.what.0123456789abcdef", "intent": "next", "fields": ["title~"], "title": "Felles opplæring"}
    return {
        "type": "invoke",
        "id": "f:1",
        "name": "adaptiveCard/action",
        "timestamp": "2026-09-01T08:00:00.000Z",
        "localTimestamp": "2026-09-01T10:00:00.000+02:00",
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": {"id": "29:somebody", "name": "Eksempel Medlem", "aadObjectId": "aad"},
        "recipient": {"id": f"28:{APP_ID}", "name": "Helsefellesskap"},
        "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": "tenant"},
        "channelData": {"tenant": {"id": "tenant"}, "source": {"name": "message"}},
        "entities": [{"type": "clientInfo", "locale": "nb-NO", "country": "NO", "platform": "Web"}],
        "replyToId": "1",
        "value": {"action": {"type": "Action.Execute", "verb": "form", "data": data}, "trigger": "manual"},
    }


def requests(count: int, service_url: str = SERVICE_URL, token: str = "") -> list[Request]:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return [Request("/api/messages", json.dumps(activity(service_url)).encode(), headers)] * count


async def compare(verdict: Verdict) -> None:
    async with server("bench.teams_step:ours") as our_base, server("bench.teams_step:stock") as stock_base:
        for base in (our_base, stock_base):
            await load(base, requests(WARM_UP), concurrency=1)
        for concurrency in (1, 8):
            ratios = []
            for _round in range(ROUNDS):
                our_times = await load(our_base, requests(STEPS), concurrency=concurrency)
                stock_times = await load(stock_base, requests(STEPS), concurrency=concurrency)
                ratios.append(our_times.per_second / stock_times.per_second)
            print(f"ours,  concurrency {concurrency}: {our_times}")
            print(f"stock, concurrency {concurrency}: {stock_times}")
            verdict.at_least(f"a card step, ours to stock, concurrency {concurrency}", middle(ratios), TARGET, " times")


async def with_tokens() -> None:
    """For the record: the same with a token that is checked each time."""
    identity = Identity()
    identity.keys[KEY] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    await identity.start()
    try:
        async with server("bench.teams_step:ours_with_tokens", identity.metadata_url) as base:
            service_url = "https://smba.example/"
            now = (SystemClock().now() - timedelta(minutes=1)).timestamp()
            sent = requests(STEPS, service_url, identity.token(KEY, service_url, now))
            await load(base, sent[:WARM_UP], concurrency=1)
            print(f"ours with tokens checked, concurrency 1: {await load(base, sent, concurrency=1)}")
    finally:
        await identity.stop()


def main() -> None:
    describe("aiohttp", "botbuilder-core", "microsoft-teams-cards", "pyjwt")
    verdict = Verdict()
    asyncio.run(compare(verdict))
    asyncio.run(with_tokens())
    verdict.exit()


if __name__ == "__main__":
    main()
