"""A stand-in for Slack that takes messages from a worker, at once or after a while."""

import asyncio
import itertools
import json
from time import perf_counter

from aiohttp import web

from tests.world import HOSPITAL_TEAM


class Slack:
    """Says ok to every call, and keeps when each message came. Runs in the client's process."""

    def __init__(self, seconds: float) -> None:
        self.url = ""
        self.begun: float | None = None
        """When the first message came."""
        self.ended = 0.0
        """When the last one was answered."""
        self.twice = 0
        """Messages to somebody who had got theirs."""
        self.at_once = 0
        """The most that were waited for at a time."""
        self._seconds = seconds
        self._got: set[str] = set()
        self._waiting = 0
        self._expected = 0
        self._all = asyncio.Event()
        self._numbers = itertools.count(1)
        application = web.Application(client_max_size=1024 * 1024)
        application.router.add_post("/api/{method}", self._answer)
        application.router.add_get("/api/{method}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)

    async def __aenter__(self) -> "Slack":
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/api/"
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method != "chat.postMessage":
            # Who the app is, what was said last in a conversation: nothing that differs from build to build.
            return web.json_response(
                {"ok": True, "team_id": HOSPITAL_TEAM, "user_id": "UBOT", "bot_id": "BBOT", "messages": []}
            )
        if self.begun is None:
            self.begun = perf_counter()
        self._waiting += 1
        self.at_once = max(self.at_once, self._waiting)
        call = json.loads(await request.read())
        if self._seconds:
            await asyncio.sleep(self._seconds)
        self._waiting -= 1
        self.twice += call["channel"] in self._got
        self._got.add(call["channel"])
        self.ended = perf_counter()
        if len(self._got) == self._expected:
            self._all.set()
        return web.json_response({"ok": True, "channel": f"D{call['channel']}", "ts": f"1.{next(self._numbers):06d}"})

    async def all_came(self, count: int, seconds: float) -> None:
        """Until so many messages came. Raises `TimeoutError`."""
        self._expected = count
        if len(self._got) < count:
            await asyncio.wait_for(self._all.wait(), seconds)
