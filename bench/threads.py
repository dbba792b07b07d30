"""What a meeting's thread in its committee's channel costs: statements and processor time for each change that is
posted, on both databases, and for a tick with nothing to post.

    python -m bench.threads --changes 5 40

The channel itself takes no time. A thread has so many changes that wait; they are posted one after the other, a second
apart, as in a real channel. However many wait, each costs the same.
"""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import process_time

from bench.common import Verdict, describe
from bench.home import Counted
from bench.ticks import databases
from storage.database import Database
from storage.migrate import migrate
from storage.tables import Meeting
from tests.clock import FixedClock
from tests.meetings.threads.scene import Scene
from tests.meetings.threads.test_following import begun
from tests.world import World, build

STARTS = datetime(2026, 9, 1, 8, tzinfo=UTC)
_MOST_STATEMENTS = 14
_MOST_IDLE = 1


async def move(scene: Scene) -> None:
    """FSU's next meeting begins an hour later, and that is to be said."""
    async with scene.world.database.transaction() as session:
        row = await session.get_one(Meeting, scene.world.meetings["fsu-1"])
        row.starts_at += timedelta(hours=1)
        row.ends_at += timedelta(hours=1)
    await scene.surface.worker.do_chores()
    scene.clock.forward(timedelta(milliseconds=10))


async def post_all(scene: Scene) -> None:
    while await scene.poster.post_due():
        scene.clock.forward(timedelta(seconds=1))


async def one(world: World, changes: int) -> tuple[float, float, int]:
    """(statements for a post, milliseconds for a post, statements where nothing is due)."""
    scene = Scene(world, FixedClock(STARTS))
    await begun(scene)
    counted = Counted(world.database)
    idle = await counted.during(scene.poster.post_due)
    for _change in range(changes):
        await move(scene)
    before, began = scene.channels.posts + scene.channels.changes, process_time()
    asked = await counted.during(lambda: post_all(scene))
    spent = process_time() - began
    posted = scene.channels.posts + scene.channels.changes - before
    assert posted >= changes, (posted, changes)
    return asked / posted, spent / posted * 1e3, idle


async def measure(kind: str, sizes: Sequence[int], verdict: Verdict) -> None:
    for changes in sizes:
        async with databases(kind) as url:
            database = Database(url, patience=60)
            await migrate(database)
            statements, milliseconds, idle = await one(await build(database, STARTS), changes)
            await database.close()
        of = f"{kind}: {changes} changes"
        print(f"{of}: {statements:.1f} statements and {milliseconds:.2f} ms for each post, {idle} with nothing due")
        verdict.at_most(f"{of}, statements for each post", statements, _MOST_STATEMENTS)
        verdict.at_most(f"{of}, statements with nothing due", idle, _MOST_IDLE)


async def run(sizes: Sequence[int], kinds: Sequence[str] = ("sqlite", "postgresql")) -> None:
    describe("sqlalchemy", "asyncpg", "pydantic")
    verdict = Verdict()
    for kind in kinds:
        await measure(kind, sizes, verdict)
    verdict.exit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, nargs="+", default=[5, 40])
    asyncio.run(run(parser.parse_args().changes))


if __name__ == "__main__":
    main()
