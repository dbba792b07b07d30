"""The whole of `/sak`, from the request until the form is open at a stand-in for Slack.

Against a bare aiohttp handler that verifies, answers, and opens a form that never changes, with no database at all.
On both databases; SQLite waits for the disk at each form.
"""

import asyncio
import json
import tempfile
from pathlib import Path

from bench.common import Verdict, describe, middle, server
from bench.slack_servers import StandIn, commands, postgres, prepare, walk

ROUNDS = 7
PER_ROUND = 150
TARGETS = {"PostgreSQL": {8: 0.38, 1: 0.48}, "SQLite": {8: 0.35, 1: 0.45}}
"""The least ratio, by database and concurrency."""


async def measure(name: str, url: str, verdict: Verdict) -> None:
    """Our throughput, in that of the bare handler, at each concurrency."""
    print(name)
    await prepare(url)
    async with StandIn() as slack, server("bench.slack_servers:ours", url, slack.url) as bot:
        await walk(slack, bot, commands(PER_ROUND), concurrency=8)
        with tempfile.TemporaryDirectory() as folder:
            view = Path(folder) / "view.json"
            view.write_text(json.dumps(slack.last_view))
            async with server("bench.slack_servers:by_hand", str(view), slack.url) as hand:
                await walk(slack, hand, commands(PER_ROUND), concurrency=8)
                for concurrency, target in TARGETS[name].items():
                    ratios = []
                    for _round in range(ROUNDS):
                        _answered, full, _none = await walk(slack, bot, commands(PER_ROUND), concurrency=concurrency)
                        _answered, bare, _none = await walk(slack, hand, commands(PER_ROUND), concurrency=concurrency)
                        ratios.append(full.per_second / bare.per_second)
                    print(f"{concurrency} at a time, last round:\n  /sak     {full}\n  by hand  {bare}")
                    print(f"  ratios {', '.join(f'{ratio:.3f}' for ratio in ratios)}")
                    verdict.at_least(
                        f"{name}: /sak's throughput, in the bare handler's, at concurrency {concurrency}",
                        middle(ratios),
                        target,
                    )


async def main() -> None:
    describe("aiohttp", "slack-bolt", "sqlalchemy", "asyncpg")
    verdict = Verdict()
    with postgres() as url:
        await measure("PostgreSQL", url, verdict)
    with tempfile.TemporaryDirectory() as folder:
        await measure("SQLite", f"sqlite:///{folder}/bench.sqlite", verdict)
    verdict.exit()


if __name__ == "__main__":
    asyncio.run(main())
