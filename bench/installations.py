"""What many Slack workspaces cost: memory, `/sak` beside one workspace's, and whether anybody waits while the app is
installed, a token is changed, or one is revoked.

    python -m bench.installations

Both servers of `/sak` run at once and are asked in turn, so that the machine is the same for both. Memory is that of a
process that has spoken to each workspace, so that each token is decrypted and each client made. The loop's lag is
for how long nothing else has its turn, in a process that is the stand-in and the browser too.
"""

import asyncio
import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, thread_time

import aiohttp
from aiohttp import web

from bench.common import Verdict, describe, middle, server
from bench.slack_servers import SECRET, StandIn, commands, prepare, walk
from bot.background import BackgroundTasks
from bot.slack.app import SlackSurface
from bot.slack.installing.exchange import Exchange, Fresh
from bot.slack.installing.rotating import sealed_record
from bot.slack.installing.seals import Seals
from bot.slack.installing.workspaces import InstalledWorkspaces
from handlers.bot import Bot
from handlers.calendar.clock import SystemClock
from handlers.capabilities import registry
from storage import slack_installations
from storage.database import Database
from storage.tables import Organisation, Workspace
from tests.clock import FixedClock
from tests.slack.installing.several import Browser, several
from tests.slack.standin import CLIENT_ID, CLIENT_SECRET, Slack
from tests.world import HOSPITAL_TEAM

KEY = "bench-key-that-is-as-long-as-it-has-to-be"
MANY = 50
ROUNDS, PER_ROUND, CONCURRENCY = 9, 150, 8
MOST_MB, LEAST_RATIO, MOST_LAG_MS = 10.0, 0.95, 20.0


def place(number: int) -> str:
    """The hospital's is the first."""
    return HOSPITAL_TEAM if number == 0 else f"T{number:06d}"


async def fill(url: str, count: int) -> None:
    """A partnership with so many organisations that have a Slack workspace each, and the app in all of them."""
    await prepare(url)
    database, now, seals = Database(url), datetime.now(UTC), Seals([KEY])
    async with database.transaction() as session:
        for number in range(count):
            if number:
                owner = Organisation(key=f"o{number}", name=f"Eksempel kommune {number}", kind="municipality")
                session.add(owner)
                await session.flush()
                session.add(Workspace(organisation_id=owner.id, surface="slack", external_id=place(number)))
            fresh = Fresh(f"xoxb-bench-{number}", f"xoxe-bench-{number}", 43_200)
            await slack_installations.save(
                session,
                place(number),
                {
                    "grid": "",
                    "name": f"Eksempel {number}",
                    "app_id": "A1",
                    "bot_user_id": "U-BOT",
                    "scopes": ["chat:write"],
                    "installed_at": now,
                    "installed_by": "U-1",
                    "sealed": seals.seal(sealed_record(fresh)),
                    "expires_at": now + timedelta(hours=12),
                },
            )
    await database.close()


@contextlib.asynccontextmanager
async def installed(database_url: str, api_url: str, count: str) -> AsyncIterator[web.Application]:
    """The bot as it runs in production, with Slack only, in several workspaces; each has been spoken to."""
    database, background, clock = Database(database_url), BackgroundTasks(), SystemClock()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        exchange = Exchange(http, url=api_url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, clock=clock)
        workspaces = InstalledWorkspaces(database, exchange, Seals([KEY]), clock)
        surface = SlackSurface(
            Bot(database, registry(), clock),
            workspaces=workspaces,
            signing_secret=SECRET,
            api_url=api_url,
            http=http,
            background=background,
            clock=clock,
        )
        application = web.Application()
        application.add_routes([*surface.routes(), web.get("/memory", _memory)])
        for number in range(int(count)):
            api = await workspaces.api([place(number)])
            await api.ask("auth.test", {})
        yield application
        await background.drain()
    await database.close()


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def _memory(_request: web.Request) -> web.Response:
    return web.Response(text=str(_resident()))


async def _megabytes(base: str) -> float:
    async with aiohttp.ClientSession() as http, http.get(f"{base}/memory") as answer:
        return float(await answer.text())


async def requests(folder: str, verdict: Verdict) -> None:
    """Memory, and `/sak`, of one workspace and of many."""
    urls = {count: f"sqlite:///{folder}/{count}.sqlite" for count in (1, MANY)}
    for count, url in urls.items():
        await fill(url, count)
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(StandIn())
        bases = {
            count: await stack.enter_async_context(server("bench.installations:installed", url, slack.url, str(count)))
            for count, url in urls.items()
        }
        memory = {count: await _megabytes(base) for count, base in bases.items()}
        print(f"memory: {memory[1]:.1f} MB with one workspace, {memory[MANY]:.1f} MB with {MANY}")
        verdict.at_most(f"memory of {MANY} workspaces more than of one, MB", memory[MANY] - memory[1], MOST_MB)
        for base in bases.values():
            await walk(slack, base, commands(PER_ROUND), concurrency=CONCURRENCY)
        ratios = []
        for turn in range(ROUNDS):
            speeds = {}
            for count in sorted(bases, reverse=turn % 2 == 0):
                _answered, full, _none = await walk(slack, bases[count], commands(PER_ROUND), concurrency=CONCURRENCY)
                speeds[count] = full.per_second
            ratios.append(speeds[MANY] / speeds[1])
        print(f"/sak with {MANY} workspaces, in /sak with one: {', '.join(f'{ratio:.3f}' for ratio in ratios)}")
        verdict.at_least(f"/sak's throughput with {MANY} workspaces, in that with one", middle(ratios), LEAST_RATIO)


class Lag:
    """For how long the loop let nothing else have its turn, at most, in milliseconds: of the processor's time, since
    others use the machine too."""

    def __init__(self) -> None:
        self.worst = 0.0
        self.late = 0.0

    async def __aenter__(self) -> "Lag":
        self._task = asyncio.create_task(self._watch())
        await asyncio.sleep(0.05)
        self.worst = self.late = 0.0
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _watch(self) -> None:
        while True:
            begun, used = perf_counter(), thread_time()
            await asyncio.sleep(0)
            self.worst = max(self.worst, (thread_time() - used) * 1000)
            self.late = max(self.late, (perf_counter() - begun) * 1000)


async def lag(folder: str, verdict: Verdict) -> None:
    """The first installation, many at once, tokens that are changed at once, and revoked ones."""
    url = f"sqlite:///{folder}/lag.sqlite"
    await prepare(url)
    database, clock, slack = Database(url), FixedClock(datetime.now(UTC)), Slack()
    async with database.transaction() as session:
        for number in range(1, MANY):
            owner = Organisation(key=f"o{number}", name=f"Eksempel kommune {number}", kind="municipality")
            session.add(owner)
            await session.flush()
            session.add(Workspace(organisation_id=owner.id, surface="slack", external_id=place(number)))
    await slack.start()
    slack.lives = 43_200
    there = [slack.workspace(place(number)) for number in range(1, MANY)]

    async with several(database, slack, clock) as bot:

        async def install(number: int) -> None:
            slack.approves = there[number]
            browser = Browser(bot.http, bot.address)
            page = await browser.get(await browser.approves(await browser.begin()))
            assert page.status == 200, page.text

        async def ask(number: int) -> None:
            await (await bot.workspaces.api([there[number].id])).ask("auth.test", {})

        async with Lag() as first:
            await install(0)
        async with Lag() as installing:
            for number in range(1, len(there)):
                await install(number)
        async with Lag() as reading:
            for number in range(len(there)):
                await ask(number)
        clock.forward(timedelta(hours=11))
        before = len(slack.made("oauth.v2.access"))
        async with Lag() as refreshing:
            await asyncio.gather(*(ask(number) for number in range(len(there))))
            # They are renewed beside what is sent.
            await bot.workspaces.background.drain()
        assert len(slack.made("oauth.v2.access")) == before + len(there)
        for workspace in there:
            slack.uninstall(workspace)
        async with Lag() as revoking:
            for workspace in there:
                client = bot.client(workspace, "U-1")
                await client.event({"type": "app_uninstalled"})
            await bot.background.drain()
    rows = {"the first page": first, f"{MANY - 2} installations": installing, "reading them all": reading}
    rows |= {f"{MANY - 1} tokens changed at once": refreshing, f"{MANY - 1} revoked": revoking}
    for what, found in rows.items():
        print(f"  {what}: at most {found.late:.1f} ms by the clock on the wall")
        verdict.at_most(f"the loop's lag, ms: {what}", found.worst, MOST_LAG_MS)
    await slack.stop()
    await database.close()


async def main() -> None:
    # What is revoked is told of at length.
    logging.getLogger("bot").setLevel(logging.CRITICAL)
    describe("aiohttp", "slack-bolt", "cryptography", "sqlalchemy")
    verdict = Verdict()
    with tempfile.TemporaryDirectory() as folder:
        await lag(folder, verdict)
        await requests(folder, verdict)
    verdict.exit()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
