"""What is measured within a build: run by `bench.against` with that build's own Python, in that build's own folder.

    python -P inside.py TICK DATABASE_URL

Reads a word a line and answers each with a line of JSON. `tick`: one tick of this kind, {"ms", "written"}. `beside`:
ticks, with small writes beside them in the same process, {"longest_ms", "median_ms"}: the time from asking for the
write until it is committed, whatever it waits for.

This file is the same for all builds, and imports nothing but the build's modules and the standard library. What has
moved between builds is looked for where it is and where it was.
"""

import asyncio
import importlib
import json
import statistics
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

CHORES = {
    "meetings": ("handlers.meetings.reminders:REMIND",),
    "deviations": ("handlers.deviations.handling.reminders:REMIND",),
    "patterns": ("handlers.deviations.learning.pattern:OFFER",),
}
"""Where a tick's work is, in a build with chores."""
BEFORE = {
    "meetings": ("handlers.meetings.reminders:write_due_reminders", "handlers.reminders.remind:write_due_reminders"),
    "deviations": (
        "handlers.deviations.handling.reminders:write_due_reminders",
        "handlers.reminders.deviations:write_due_reminders",
    ),
    "patterns": ("handlers.deviations.learning.pattern:keep_ready",),
}
"""Where it was before that, the newest name first."""
_BESIDE = 3
"""Ticks that the small writes are made beside."""
_BETWEEN_SECONDS = 0.02

Tick = Callable[[], Awaitable[int]]


def named(names: tuple[str, ...]) -> Any:
    """The first of these (`module:name`) that this build has."""
    for name in names:
        module, _colon, attribute = name.partition(":")
        try:
            return getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError):
            continue
    raise LookupError(f"this build has none of {', '.join(names)}")


def tick_of(kind: str, database: Any) -> Tick:
    try:
        doer, chore = named(("bot.chores:Doer",)), named(CHORES[kind])
    except LookupError:
        return _tick_before(kind, database)
    clock = named(("handlers.calendar.clock:SystemClock",))()
    doing = doer(database, clock)

    async def tick() -> int:
        return int(await doing.do(chore))

    return tick


def _tick_before(kind: str, database: Any) -> Tick:
    write = named(BEFORE[kind])

    async def tick() -> int:
        async with database.transaction() as session:
            return int(await write(session, datetime.now(UTC)))

    return tick


async def once(tick: Tick) -> dict[str, float]:
    begun = perf_counter()
    written = await tick()
    return {"ms": (perf_counter() - begun) * 1e3, "written": written}


async def beside(tick: Tick, other: Any) -> dict[str, float]:
    first_time = named(("storage.seen:first_time",))
    waits: list[float] = []
    ended = asyncio.Event()

    async def press() -> None:
        while not ended.is_set():
            begun = perf_counter()
            async with other.transaction() as session:
                await first_time(session, f"bench-{begun}", datetime.now(UTC))
            waits.append(perf_counter() - begun)
            await asyncio.sleep(_BETWEEN_SECONDS)

    async def ticks() -> None:
        try:
            for _number in range(_BESIDE):
                await tick()
                await asyncio.sleep(10 * _BETWEEN_SECONDS)
        finally:
            ended.set()

    await asyncio.gather(press(), ticks())
    return {"longest_ms": max(waits) * 1e3, "median_ms": statistics.median(waits) * 1e3}


async def main() -> None:
    kind, url = sys.argv[1:]
    database_type = named(("storage.database:Database",))
    # As patient as can be: what is measured is how long it takes, not when somebody gives up.
    database, other = database_type(url, patience=30.0), database_type(url, patience=30.0)
    tick = tick_of(kind, database)
    print(json.dumps({"ready": True}), flush=True)
    while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
        found = await (once(tick) if word == "tick" else beside(tick, other))
        print(json.dumps(found), flush=True)
    await other.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main())
