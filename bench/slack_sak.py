"""The whole of `/sak`, from the request until the form is open at a stand-in for Slack.

Against a bare aiohttp handler that verifies, answers, and opens a form that never changes, with no database at all.
The target is for PostgreSQL; SQLite, which waits for the disk at each form, is printed beside it.
"""

import asyncio
import json
import tempfile
from pathlib import Path

from bench.common import Verdict, describe, middle, server
from bench.slack_servers import StandIn, commands, postgres, prepare, walk

ROUNDS = 7
PER_ROUND = 150
TARGETS = {1: 0.35, 8: 0.2}


async def measure(url: str) -> dict[int, float]:
    """Our throughput, in that of the bare handler, by concurrency."""
    await prepare(url)
    found = {}
    async with StandIn() as slack, server("bench.slack_servers:ours", url, slack.url) as bot:
        await walk(slack, bot, commands(PER_ROUND), concurrency=8)
        with tempfile.TemporaryDirectory() as folder:
            view = Path(folder) / "view.json"
            view.write_text(json.dumps(slack.last_view))
            async with server("bench.slack_servers:by_hand", str(view), slack.url) as hand:
                await walk(slack, hand, commands(PER_ROUND), concurrency=8)
                for concurrency in TARGETS:
                    ratios = []
                    for _round in range(ROUNDS):
                        _answered, full, _none = await walk(slack, bot, commands(PER_ROUND), concurrency=concurrency)
                        _answered, bare, _none = await walk(slack, hand, commands(PER_ROUND), concurrency=concurrency)
                        ratios.append(full.per_second / bare.per_second)
                    print(f"{concurrency} at a time, last round:\n  /sak     {full}\n  by hand  {bare}")
                    print(f"  ratios {', '.join(f'{ratio:.3f}' for ratio in ratios)}")
                    found[concurrency] = middle(ratios)
    return found


async def main() -> None:
    describe("aiohttp", "slack-bolt", "sqlalchemy", "asyncpg")
    verdict = Verdict()
    with postgres() as url:
        on_postgres = await measure(url)
    with tempfile.TemporaryDirectory() as folder:
        print("SQLite")
        on_sqlite = await measure(f"sqlite:///{folder}/bench.sqlite")
    print(f"SQLite, without a target: {', '.join(f'{ratio:.3f} at {number}' for number, ratio in on_sqlite.items())}")
    for number, ratio in on_postgres.items():
        verdict.at_least(f"/sak's throughput, in the bare handler's, at concurrency {number}", ratio, TARGETS[number])
    verdict.exit()


if __name__ == "__main__":
    asyncio.run(main())
