"""What the program keeps of requests that it has answered: its memory after thousands of them, and as many more.

The whole program in a process of its own, on SQLite, with Slack and Teams (stand-ins) and the local page; the same mix
of requests over and over: whole `/sak` with the form that opens on Slack, lines written on Teams, each with other
words, pages of the local chat, and lines written there. The first round fills what is meant to be filled (connections,
statements put together, the requests seen lately, what is imported at the first activity from Teams), so what is asked
of the second is that it adds next to nothing. `--count 10000` takes some ten minutes.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import aiohttp

from bench.common import Request, Verdict, describe, load
from bench.slack_servers import SECRET, TOKEN, StandIn, commands, prepare, walk
from storage.database import Database
from storage.migrate import migrate
from tests.teams.client import Client
from tests.teams.standin import Connector

COUNT = 4_000
CONCURRENCY = 8
PORT = 18475
_PIECE = 1000
MOST_ADDED = 5.0
"""Per cent."""


async def measure(count: int) -> list[float]:
    """Resident memory (MB) when started, after `count` requests, and after as many again."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite"
        database = Database(url)
        await migrate(database)
        await database.close()
        await prepare(url)
        async with StandIn() as slack, _teams() as teams:
            process = await _start(url, slack.url)
            try:
                found = [_resident(process.pid)]
                for _round in range(2):
                    await _ask(slack, teams, count)
                    found.append(_resident(process.pid))
                    print(f"  {', '.join(f'{each:.1f}' for each in found)} MB", flush=True)
                return found
            finally:
                process.terminate()
                await asyncio.wait_for(process.wait(), 20)


async def _start(url: str, slack_url: str) -> asyncio.subprocess.Process:
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "HOST": "127.0.0.1",
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack_url,
        "TEAMS_LOCAL": "1",
        "LOCAL_CHAT": "1",
        "LOCAL_CHAT_PORT": str(PORT + 1),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "web"),
        env={**environment, "PORT": str(PORT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 30)
    if b"http://" not in line:
        raise RuntimeError(f"did not start: {line!r}")
    return process


@contextlib.asynccontextmanager
async def _teams() -> AsyncIterator[Connector]:
    connector = Connector()
    await connector.start()
    yield connector
    await connector.stop()


async def _ask(slack: StandIn, teams: Connector, count: int) -> None:
    """A half of them `/sak` on Slack, a quarter lines on Teams, the rest on the local page."""
    bot, page = f"http://127.0.0.1:{PORT}", f"http://127.0.0.1:{PORT + 1}"
    async with aiohttp.ClientSession() as http:
        people = [Client(http, f"{bot}/api/messages", teams, name) for name in ("colleague", "nurse", "carer")]
    # In pieces, since a signature is good for five minutes.
    for begin in range(0, count, _PIECE):
        teams.calls.clear()
        await walk(slack, bot, commands(_PIECE // 2), concurrency=CONCURRENCY)
        numbers = range(begin, begin + _PIECE // 4)
        await load(bot, [_written(people[number % 3], number) for number in numbers], concurrency=CONCURRENCY)
        await load(page, [_local(page, number) for number in numbers], concurrency=CONCURRENCY)


def _written(person: Client, number: int) -> Request:
    text = f"hjelp med sak {number}" if number % 2 else "mote"
    body = json.dumps(person.activity(text=text, id=f"id-{person.name}-{uuid.uuid4().hex}")).encode()
    return Request("/api/messages", body, {"Content-Type": "application/json"})


def _local(page: str, number: int) -> Request:
    person = 1 + number % 10
    if number % 2:
        return Request(f"/lokal/{person}", b"", {}, "GET")
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": page}
    return Request(f"/lokal/{person}/command", urlencode({"text": "/mote"}).encode(), form)


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS")) / 1024


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="requests per round")
    count = parser.parse_args().count
    describe("aiohttp", "sqlalchemy", "slack-bolt")
    _first, warm, after = await measure(count)
    verdict = Verdict()
    verdict.at_most(f"memory added by {count} requests after {count}", 100 * (after / warm - 1), MOST_ADDED, " %")
    verdict.exit()


if __name__ == "__main__":
    asyncio.run(main())
