"""What somebody's home costs with a hundred things waiting: statements and processor time, for a unit's handler, for a
secretariat, and for others, on both databases.

    python -m bench.home --waiting 100

Processor time is the process's own, of all from the call to what Slack is sent; how much of that is spent on drawing
Slack's view is told by itself.
"""

import argparse
import asyncio
import statistics
from collections.abc import Awaitable, Callable, Sequence
from time import process_time

from sqlalchemy import event
from sqlmodel import SQLModel

from bench.common import Verdict, describe
from bench.ticks import databases
from bot.slack.home import home_view
from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.people.context import Sender
from storage.database import Database
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.deviations.steps import report
from tests.surface import FakeSurface
from tests.world import build

ROUNDS, EACH = 7, 20
_MOST_MS = 5.0
WHO = ("nurse", "secretary", "member", "clinician")


async def wait_for(surface: FakeSurface, count: int) -> None:
    """So many reports for the nurse's unit, and so many proposals for the secretariat."""
    for _number in range(count):
        await report(surface)
        await propose(surface)


async def spent(do: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds of processor time for doing it once, the middle one of several rounds."""
    rounds = []
    for _round in range(ROUNDS):
        begun = process_time()
        for _each in range(EACH):
            await do()
        rounds.append((process_time() - begun) / EACH * 1e3)
    return statistics.median(rounds)


class Counted:
    """The statements that a database is asked."""

    def __init__(self, database: Database) -> None:
        self.statements: list[str] = []
        event.listen(database.engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        self.statements.append(statement)

    async def during(self, do: Callable[[], Awaitable[object]]) -> int:
        self.statements.clear()
        await do()
        return len(self.statements)


async def measure(kind: str, sizes: argparse.Namespace, verdict: Verdict) -> None:
    async with databases(kind) as url:
        database, clock = Database(url, patience=60), FixedClock()
        async with database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        surface = FakeSurface(await build(database, clock.now()), clock, registry())
        counted = Counted(database)
        senders = {who: surface.world.sender(who) for who in WHO}

        def drawing(sender: Sender) -> Callable[[], Awaitable[Message]]:
            return lambda: surface.bot.home(sender)

        await wait_for(surface, 1)
        few = {who: await counted.during(drawing(sender)) for who, sender in senders.items()}
        await wait_for(surface, sizes.waiting - 1)
        for who, sender in senders.items():
            statements = await counted.during(drawing(sender))
            verdict.at_most(f"{kind}: {who}, statements with {sizes.waiting} beside those with 1", statements, few[who])
            whole = await spent(drawing(sender))
            shown = await surface.bot.home(sender)

            async def view(shown: Message = shown) -> None:
                home_view(shown)

            of_view = await spent(view)
            print(f"{kind}: {who}: {statements} statements, {whole:.2f} ms, and {of_view:.2f} ms for Slack's view")
            verdict.at_most(f"{kind}: {who}, processor time", whole + of_view, _MOST_MS, " ms")
        await database.close()


async def run(sizes: argparse.Namespace, kinds: Sequence[str] = ("sqlite", "postgresql")) -> None:
    describe("sqlalchemy", "asyncpg", "pydantic")
    verdict = Verdict()
    for kind in kinds:
        await measure(kind, sizes, verdict)
    verdict.exit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--waiting", type=int, default=100)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
