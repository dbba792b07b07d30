"""Counting what comes often and says little, so that a flood of it is a line a minute and not a line each."""

import asyncio
from collections import Counter
from collections.abc import Callable

Say = Callable[[int, str], None]
"""Writes a line: how many, and of which kinds."""


class Tally:
    """The first is told at once; those after it are told together, `seconds` later."""

    def __init__(self, say: Say, *, seconds: float = 60.0) -> None:
        self._say = say
        self._seconds = seconds
        self._counts: Counter[str] = Counter()
        self._window: asyncio.TimerHandle | None = None

    def note(self, kind: str) -> None:
        """There was one more. `kind` never holds anything of what came."""
        self._counts[kind] += 1
        if self._window is None:
            self._tell()

    def close(self) -> None:
        """Tell what has not been told."""
        if self._window is not None:
            self._window.cancel()
            self._window = None
        if self._counts:
            self._write()

    def _tell(self) -> None:
        self._window = None
        if self._counts:
            self._write()
            self._window = asyncio.get_running_loop().call_later(self._seconds, self._tell)

    def _write(self) -> None:
        kinds = ", ".join(f"{kind} {count}" for kind, count in self._counts.most_common())
        count, self._counts = self._counts.total(), Counter()
        self._say(count, kinds)
