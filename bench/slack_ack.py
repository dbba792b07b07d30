"""How soon Slack gets its answer to `/sak`, against a bare aiohttp handler that answers 200 and does nothing else.

With the target, each is sent to a server with nothing else to do, in turn. Without one, the bare handler is also asked
as fast as it answers, and the bot as soon as the form before is open, while it still puts that one away: there the
machine's own waking up counts for less, and what the bot does in the background for more. The database is PostgreSQL.
"""

import asyncio

from bench.common import Verdict, describe, load, middle, server
from bench.slack_servers import StandIn, commands, postgres, prepare, walk

ROUNDS = 5
PER_ROUND = 200


async def main() -> None:
    describe("aiohttp", "slack-bolt", "sqlalchemy", "asyncpg")
    verdict = Verdict()
    with postgres() as url:
        await prepare(url)
        async with (
            StandIn() as slack,
            server("bench.common:bare") as bare,
            server("bench.slack_servers:ours", url, slack.url) as bot,
        ):
            await walk(slack, bot, commands(PER_ROUND), concurrency=8, beside=bare)
            ratios = []
            for _round in range(ROUNDS):
                answered, _opened, nothing = await walk(slack, bot, commands(PER_ROUND), concurrency=1, beside=bare)
                assert nothing is not None
                print(f"1 at a time: /sak median {answered.median * 1e3:.3f} ms, bare {nothing.median * 1e3:.3f} ms")
                ratios.append(answered.median / nothing.median)
            closely = []
            for _round in range(ROUNDS):
                answered, _opened, _nothing = await walk(slack, bot, commands(PER_ROUND), concurrency=1)
                asked = [request for _trigger, request in commands(PER_ROUND)]
                closely.append(answered.median / (await load(bare, asked, concurrency=1)).median)
            tails = []
            for _round in range(ROUNDS):
                answered, _opened, _nothing = await walk(slack, bot, commands(PER_ROUND), concurrency=8)
                print(f"8 at a time: /sak median {answered.median * 1e3:.3f} ms, p99 {answered.p99 * 1e3:.3f} ms")
                tails.append(answered.p99 * 1e3)
    print(f"ratios: {', '.join(f'{ratio:.2f}' for ratio in ratios)}")
    print(f"one upon the other, without a target: {', '.join(f'{ratio:.2f}' for ratio in closely)}")
    verdict.at_most("answer's median, in bare ones, at concurrency 1", middle(ratios), 4)
    verdict.at_most("answer's p99 at concurrency 8", middle(tails), 50, " ms")
    verdict.exit()


if __name__ == "__main__":
    asyncio.run(main())
