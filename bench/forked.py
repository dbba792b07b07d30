"""Workers that start in a tenth of the time (see `tests.forking`), each a process of its own that runs `bot worker`."""

import asyncio
import os
import signal
from collections.abc import Mapping
from pathlib import Path

from tests import forking
from tests.forking import Child


class Worker:
    """One of them. `said`: the file that its output goes to; it says so when it sends."""

    def __init__(self, child: Child, said: Path) -> None:
        self._child = child
        self._said = said

    @property
    def lives(self) -> bool:
        return not self._child.has_ended

    @property
    def is_ready(self) -> bool:
        return self.lives and self._said.stat().st_size > 0

    def signal(self, number: signal.Signals) -> None:
        if self.lives:
            self._child.signal(number)

    async def ended(self) -> None:
        while self.lives:  # noqa: ASYNC110 - it is no child of this process, so nothing tells
            await asyncio.sleep(0.02)


class Forker:
    """The process that they are forked from. It imports the program meanwhile.

    Args:
        folder: where the workers' output goes.
    """

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._environment = environment
        self._folder = folder
        self._number = 0
        self._forker = forking.Forker(environment)

    async def worker(self) -> Worker:
        self._number += 1
        said = self._folder / f"worker{self._number}.txt"
        return Worker(await asyncio.to_thread(self._start, said), said)

    def _start(self, said: Path) -> Child:
        with open(os.devnull) as nothing, said.open("w") as into:
            streams = (nothing.fileno(), into.fileno(), 2)
            return self._forker.start(["worker"], cwd=forking.ROOT, environment=self._environment, streams=streams)

    async def stop(self) -> None:
        """The workers are ended before."""
        await asyncio.to_thread(self._forker.stop)
