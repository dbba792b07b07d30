"""Workers that start in a tenth of the time: forked from a process that has read the program already.

Each is a process of its own that runs the command `worker` from its beginning, as `python -m bot worker` does.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path


class Worker:
    """One of them. `said`: the file that its output goes to; it says so when it sends."""

    def __init__(self, pid: int, said: Path) -> None:
        self.pid = pid
        self._said = said

    @property
    def lives(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    @property
    def is_ready(self) -> bool:
        return self.lives and self._said.stat().st_size > 0

    def signal(self, number: signal.Signals) -> None:
        if self.lives:
            os.kill(self.pid, number)

    async def ended(self) -> None:
        while self.lives:  # noqa: ASYNC110 - it is no child of this process, so nothing tells
            await asyncio.sleep(0.02)


class Forker:
    """The process that they are forked from."""

    def __init__(self, process: Process, folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._number = 0
        self._asking = asyncio.Lock()

    @classmethod
    async def start(cls, environment: Mapping[str, str], folder: Path) -> "Forker":
        """`folder`: where the workers' output goes."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.forked", env=environment, stdin=PIPE, stdout=PIPE
        )
        return cls(process, folder)

    async def worker(self) -> Worker:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._asking:
            self._number += 1
            said = self._folder / f"worker{self._number}.txt"
            said.touch()
            self._process.stdin.write(f"{said}\n".encode())
            return Worker(int(await self._process.stdout.readline()), said)

    async def stop(self) -> None:
        """It ends when nobody asks any more. The workers are ended before."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


def main() -> None:
    # What a worker reads as it starts, and when it first sends.
    from bot.__main__ import cli

    # Nobody waits for a worker that has ended; with this it is gone then.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            said = os.open(line.strip(), os.O_WRONLY | os.O_APPEND)
            os.dup2(said, sys.stdout.fileno())
            os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
            cli(["worker"])
        print(pid, flush=True)


if __name__ == "__main__":
    main()
