"""What is measured of both builds, round by round: first the one, then the other, in the same minute.

Builds are driven from outside, as processes of their own (`python -m bot web`, `worker`, `run`) with signed requests
and SQL; only what a tick does is run within them (`inside`).
"""

import asyncio
import contextlib
import json
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.against import seed
from bench.against.builds import Build
from bench.against.seed import Filler, Place, Postgres, Sqlite
from bench.against.slack import Slack
from bench.common import START_SECONDS, STOP_SECONDS, load, server
from bench.slack_servers import SECRET, TOKEN, StandIn, commands, walk
from bench.submission import SECRET as SUBMISSION_SECRET
from bench.submission import submissions

INSIDE = Path(__file__).parent / "inside.py"
_SETTLE_SECONDS = 3.0
_LONGEST_SECONDS = 300.0


@dataclass(frozen=True)
class Size:
    """How much of each: what `--quick` and the arguments make smaller."""

    rounds: int = 5
    submissions: int = 400
    commands: int = 150
    committees: Sequence[int] = (160, 320)
    reports: int = 100_000
    deliveries: int = 2000
    slow_deliveries: int = 600
    starts: int = 5


@dataclass
class Row:
    """One line of the table: what each build gave in each round, in the order of the builds."""

    what: str
    unit: str
    more_is_better: bool
    found: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))


@dataclass
class Bench:
    """What the measurements share."""

    builds: tuple[Build, Build]
    """The older, and this one."""
    postgres: Postgres
    sqlite: Sqlite
    size: Size

    async def copies(self, place: Place, name: str, fill: Callable[[Filler], Awaitable[Any]]) -> tuple[Any, list[str]]:
        """What `fill` gave, and for each build the name of a database of its own with the same in it."""
        older, _here = self.builds
        source = f"{name}_source"
        await place.make(source)
        await seed.migrate(older, place.url(source))
        filler = await place.filler(source)
        given = await fill(filler)
        await filler.close()
        names = []
        for number, build in enumerate(self.builds):
            copy = f"{name}_{number}"
            await place.copy(source, copy)
            await seed.migrate(build, place.url(copy))
            filler = await place.filler(copy)
            await seed.known_for_sure(filler)
            await filler.close()
            names.append(copy)
        return given, names


# --- processes ---------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def process(
    build: Build, *arguments: str, talks: bool = False, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process of a build, from the line that says that it is ready until it has ended."""
    running = await asyncio.create_subprocess_exec(
        str(build.python),
        *arguments,
        cwd=build.tree,
        env=build.environment(**settings),
        stdin=asyncio.subprocess.PIPE if talks else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=None if talks else asyncio.subprocess.DEVNULL,
    )
    assert running.stdout is not None
    try:
        line = await asyncio.wait_for(running.stdout.readline(), START_SECONDS)
        if not line:
            raise RuntimeError(f"{build.name}: {' '.join(arguments)} did not start")
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.terminate()
        try:
            await asyncio.wait_for(running.wait(), 2 * STOP_SECONDS)
        except TimeoutError:
            running.kill()
            await running.wait()


@contextlib.asynccontextmanager
async def answering(build: Build, url: str, slack_url: str, secret: str) -> AsyncIterator[str]:
    """The address of a build's `web`, with Slack only."""
    port = free_port()
    settings = slack_settings(url, slack_url, secret)
    async with process(build, "-m", "bot", "web", PORT=str(port), **settings):
        yield f"http://127.0.0.1:{port}"


def slack_settings(url: str, slack_url: str, secret: str = SECRET) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": secret,
        "SLACK_API_URL": slack_url,
    }


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


class Inside:
    """A build's own process that is asked to tick."""

    def __init__(self, running: asyncio.subprocess.Process) -> None:
        self._running = running

    async def ask(self, word: str) -> dict[str, float]:
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        self._running.stdin.write(f"{word}\n".encode())
        line = await asyncio.wait_for(self._running.stdout.readline(), _LONGEST_SECONDS)
        if not line:
            raise RuntimeError("a build ended while it ticked")
        return dict(json.loads(line))


@contextlib.asynccontextmanager
async def ticking(build: Build, kind: str, url: str) -> AsyncIterator[Inside]:
    async with process(build, "-P", str(INSIDE), kind, url, talks=True) as running:
        yield Inside(running)


# --- measurements ------------------------------------------------------------------------------------------


async def submission(bench: Bench) -> list[Row]:
    """Submissions committed on PostgreSQL, eight at a time, beside a bare handler with one INSERT."""
    size = bench.size
    per_second = Row("submissions committed a second, PostgreSQL, 8 at a time", "/s", True)
    of_insert = Row("the same, of one raw INSERT's", "", True)
    listed, names = await bench.copies(
        bench.postgres, "submission", partial(_ready_to_submit, count=size.submissions * (size.rounds + 1))
    )
    async with contextlib.AsyncExitStack() as stack:
        bases = [
            await stack.enter_async_context(
                answering(build, bench.postgres.url(name), "http://127.0.0.1:9/", SUBMISSION_SECRET)
            )
            for build, name in zip(bench.builds, names, strict=True)
        ]
        await bench.postgres.make("bare")
        insert = await stack.enter_async_context(server("bench.submission:insert", bench.postgres.url("bare")))
        left = [iter(listed) for _build in bases]
        for number, base in enumerate(bases):
            await load(base, submissions(left[number], size.submissions), concurrency=8)
        await load(insert, submissions(iter(listed), size.submissions), concurrency=8)
        for _round in range(size.rounds):
            bare = await load(insert, submissions(iter(listed), size.submissions), concurrency=8)
            for number, base in enumerate(bases):
                full = await load(base, submissions(left[number], size.submissions), concurrency=8)
                per_second.found[number].append(full.per_second)
                of_insert.found[number].append(full.per_second / bare.per_second)
    for build, name in zip(bench.builds, names, strict=True):
        stored = await _count(bench.postgres, name, "SELECT count(*) FROM agenda_item")
        if stored != len(listed):
            raise RuntimeError(f"{build.name} stored {stored} of {len(listed)} submissions")
    return [per_second, of_insert]


async def _ready_to_submit(filler: Filler, count: int) -> list[str]:
    await seed.partnership(filler)
    return await seed.waiting_drafts(filler, count)


async def sak(bench: Bench) -> list[Row]:
    """The whole of `/sak` on both kinds of database, beside a handler written by hand."""
    return [row for place in (bench.postgres, bench.sqlite) for row in await _sak_on(bench, place)]


async def _sak_on(bench: Bench, place: Place) -> list[Row]:
    size, rows = bench.size, []
    _none, names = await bench.copies(place, "sak", seed.partnership)
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(StandIn())
        bases = []
        for build, name in zip(bench.builds, names, strict=True):
            base = await stack.enter_async_context(answering(build, place.url(name), slack.url, SECRET))
            await walk(slack, base, commands(size.commands), concurrency=8)
            bases.append(base)
        view = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "view.json"
        view.write_text(json.dumps(slack.last_view))
        by_hand = await stack.enter_async_context(server("bench.slack_servers:by_hand", str(view), slack.url))
        await walk(slack, by_hand, commands(size.commands), concurrency=8)
        for concurrency in (8, 1):
            what = f"`/sak` whole, {place.label}, {concurrency} at a time"
            per_second = Row(f"{what}, a second", "/s", True)
            of_hand = Row(f"{what}, of a handler written by hand", "", True)
            for _round in range(size.rounds):
                _answered, bare, _none = await walk(slack, by_hand, commands(size.commands), concurrency=concurrency)
                for number, base in enumerate(bases):
                    _answered, full, _none = await walk(slack, base, commands(size.commands), concurrency=concurrency)
                    per_second.found[number].append(full.per_second)
                    of_hand.found[number].append(full.per_second / bare.per_second)
            rows += [per_second, of_hand]
    return rows


async def meetings(bench: Bench) -> list[Row]:
    """The tick of the meetings' reminders with nothing left to write, and small writes beside it on SQLite."""
    rows = []
    for count in bench.size.committees:
        fill = partial(seed.many_committees, count=count)
        what = f"reminders of meetings with nothing to write, {count} committees"
        for place in (bench.postgres, bench.sqlite):
            _none, names = await bench.copies(place, f"committees{count}", fill)
            rows += await _ticks(bench, place, names, "meetings", what)
        rows.append(await _beside(bench, names, "meetings", f"longest wait of a small write beside {what}, SQLite"))
    return rows


async def deviations(bench: Bench) -> list[Row]:
    """The ticks of deviations with many reports and nothing to write."""
    count = bench.size.reports
    _none, names = await bench.copies(bench.postgres, "reports", partial(seed.many_reports, count=count))
    rows = await _ticks(
        bench, bench.postgres, names, "deviations", f"reminders of deviations with nothing to write, {count:,} reports"
    )
    return rows + await _ticks(bench, bench.postgres, names, "patterns", f"patterns looked for, {count:,} reports")


async def _ticks(bench: Bench, place: Place, names: Sequence[str], kind: str, what: str) -> list[Row]:
    took = Row(f"{what}, {place.label}", "ms", False)
    rows = [took]
    async with contextlib.AsyncExitStack() as stack:
        asked = [
            await stack.enter_async_context(ticking(build, kind, place.url(name)))
            for build, name in zip(bench.builds, names, strict=True)
        ]
        for inside in asked:
            # The first writes what is due, the second fills what is kept.
            await inside.ask("tick")
            await inside.ask("tick")
        for _round in range(bench.size.rounds):
            for number, inside in enumerate(asked):
                found = await inside.ask("tick")
                if found["written"]:
                    raise RuntimeError(f"{kind}: {found['written']} were written where nothing was to be")
                took.found[number].append(found["ms"])
    if isinstance(place, Postgres):
        statements = Row(f"{what}, statements", "", False)
        for number, (build, name) in enumerate(zip(bench.builds, names, strict=True)):
            statements.found[number].append(await _statements(place, build, kind, name))
        rows.append(statements)
    return rows


async def _statements(postgres: Postgres, build: Build, kind: str, name: str) -> int:
    """How many statements a tick takes, as the server counts them."""
    await postgres.log_statements(name, wanted=True)
    try:
        async with ticking(build, kind, postgres.url(name)) as inside:
            # What a connection asks for when it is new does not count.
            await inside.ask("tick")
            await inside.ask("tick")
            before = postgres.logged()
            await inside.ask("tick")
            return postgres.logged() - before
    finally:
        await postgres.log_statements(name, wanted=False)


async def _beside(bench: Bench, names: Sequence[str], kind: str, what: str) -> Row:
    row = Row(what, "ms", False)
    async with contextlib.AsyncExitStack() as stack:
        asked = [
            await stack.enter_async_context(ticking(build, kind, bench.sqlite.url(name)))
            for build, name in zip(bench.builds, names, strict=True)
        ]
        for inside in asked:
            await inside.ask("tick")
        for _round in range(bench.size.rounds):
            for number, inside in enumerate(asked):
                row.found[number].append((await inside.ask("beside"))["longest_ms"])
    return row


async def deliveries(bench: Bench) -> list[Row]:
    """Deliveries a second by one worker on PostgreSQL, to as many people, with a quick Slack and a slow one."""
    rows = []
    for label, seconds, count in (
        ("answers at once", 0.0, bench.size.deliveries),
        ("takes 200 ms", 0.2, bench.size.slow_deliveries),
    ):
        row = Row(f"deliveries a second, one worker, a Slack that {label}, PostgreSQL", "/s", True)
        most = Row(f"sends under way at once, a Slack that {label}", "", True)
        name = f"deliveries{count}"
        _none, names = await bench.copies(bench.postgres, name, partial(seed.due_deliveries, count=count))
        for copy in names:
            await bench.postgres.copy(copy, f"{copy}_full")
        for _round in range(bench.size.rounds):
            for number, (build, copy) in enumerate(zip(bench.builds, names, strict=True)):
                await bench.postgres.copy(f"{copy}_full", copy)
                async with Slack(seconds) as slack:
                    rate = await _deliver(bench, build, copy, slack, count)
                row.found[number].append(rate)
                most.found[number].append(slack.at_once)
        # Without a wait in it, the stand-in cannot tell.
        rows += [row, most] if seconds else [row]
    return rows


async def _deliver(bench: Bench, build: Build, name: str, slack: Slack, count: int) -> float:
    """Messages a second, from when the first came until the last was answered."""
    url = bench.postgres.url(name)
    async with process(build, "-m", "bot", "worker", **slack_settings(url, slack.url)):
        await slack.all_came(count, _LONGEST_SECONDS)
        await _settled(bench.postgres, name)
    if slack.twice:
        raise RuntimeError(f"{build.name} sent {slack.twice} messages twice")
    assert slack.begun is not None
    return count / (slack.ended - slack.begun)


async def _settled(postgres: Postgres, name: str) -> None:
    """Until all that was sent is written down. Raises `RuntimeError` where it is not."""
    for _time in range(100):
        if not await _count(postgres, name, "SELECT count(*) FROM delivery WHERE status <> 'sent'"):
            return
        await asyncio.sleep(STOP_SECONDS / 100)
    raise RuntimeError("not all that was sent was written down")


async def _count(postgres: Postgres, name: str, query: str) -> int:
    import asyncpg

    connection = await asyncpg.connect(postgres.url(name), timeout=10)
    try:
        return int(await connection.fetchval(query))
    finally:
        await connection.close()


async def starting(bench: Bench) -> list[Row]:
    """From the command to the line that says it is ready, with every surface on, and what it idles with."""
    ready = Row("start-up, warm, Slack, Teams and the local page on", "s", False)
    memory = Row("idle memory", "MB", False)
    settings = [
        {
            **slack_settings(bench.sqlite.url(f"starting_{number}"), "http://127.0.0.1:9/"),
            "TEAMS_LOCAL": "1",
            "PORT": str(free_port()),
        }
        for number in range(2)
    ]
    for number, build in enumerate(bench.builds):
        await _start(build, settings[number])
    for _round in range(bench.size.starts):
        for number, build in enumerate(bench.builds):
            seconds, resident = await _start(build, settings[number])
            ready.found[number].append(seconds)
            memory.found[number].append(resident)
    return [ready, memory]


async def _start(build: Build, settings: dict[str, str]) -> tuple[float, float]:
    begun = perf_counter()
    async with process(build, "-m", "bot", "run", **settings) as running:
        seconds = perf_counter() - begun
        await asyncio.sleep(_SETTLE_SECONDS)
        status = await asyncio.to_thread(Path(f"/proc/{running.pid}/status").read_text)
        return seconds, next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS")) / 1024


MEASUREMENTS: dict[str, Callable[[Bench], Awaitable[list[Row]]]] = {
    "submission": submission,
    "sak": sak,
    "meetings": meetings,
    "deviations": deviations,
    "deliveries": deliveries,
    "starting": starting,
}


def say(rows: Sequence[Row]) -> None:
    for row in rows:
        older, here = (", ".join(f"{value:.3g}" for value in values) for values in row.found)
        print(f"  {row.what} [{row.unit}]: {older} -> {here}", file=sys.stderr, flush=True)
