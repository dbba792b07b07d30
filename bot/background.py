"""Work that goes on after a request was answered: bounded, and waited for when the process stops."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from handlers import faults

log = logging.getLogger(__name__)


class BackgroundTasks:
    """At most `limit` at once, so that a flood ends in a polite «prøv igjen» and not in a full memory."""

    def __init__(self, limit: int = 200) -> None:
        self._limit = limit
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> bool:
        """Run `work` soon. False: there is too much to do already; `work` is closed and will not run."""
        if len(self._tasks) >= self._limit:
            work.close()
            return False
        task = asyncio.create_task(self._logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def drain(self, seconds: float = 10.0) -> None:
        """Wait for what is under way, at most `seconds`; what is left then is cancelled and counted in the log."""
        if not self._tasks:
            return
        _done, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            log.error("%d background tasks did not end in time", len(late))

    @staticmethod
    async def _logged(work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            # Whoever waits for it is told by the work itself; this is what it did not foresee.
            faults.untold(log, error, "a background task failed")
