"""What the measurements share: the machine's description, servers in processes of their own, a bounded load, verdicts.

A server is named `module:function`; the function takes strings and is an async context manager that gives an aiohttp
application. It runs in its own process, so that client and server do not share one event loop.

    async with server("bench.common:bare") as base:
        timings = await load(base, requests, concurrency=8)
"""

import argparse
import asyncio
import contextlib
import gc
import importlib
import math
import platform
import statistics
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

from aiohttp import web

START_SECONDS = 20.0
STOP_SECONDS = 10.0
REQUEST_SECONDS = 15.0
"""Longer than this for one answer is a failure, so that nothing here hangs."""


def describe(*packages: str) -> None:
    """Print the machine and the versions that the figures below are from."""
    print(f"machine: {machine()}")
    print(f"versions: Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in packages))


def machine() -> str:
    """Processor, cores and system."""
    names = [line.partition(":")[2].strip() for line in _cpu_info() if line.startswith("model name")]
    cpu = names[0] if names else platform.processor() or "unknown processor"
    return f"{cpu}, {len(names) or '?'} cores, {platform.system()} {platform.release()}"


def _cpu_info() -> Sequence[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else ()


# --- servers -----------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def bare() -> AsyncIterator[web.Application]:
    """The baseline: an aiohttp handler that reads the request and answers 200, and nothing else."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    application = web.Application()
    application.router.add_post("/{path:.*}", answer)
    yield application


@contextlib.asynccontextmanager
async def server(target: str, *arguments: str) -> AsyncIterator[str]:
    """The application that `target` names, served in a process of its own; gives its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.common", target, *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        if not line.startswith(b"http://"):
            raise RuntimeError(f"{target} did not start")
        yield line.decode().strip()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _serve(target: str, arguments: Sequence[str]) -> None:
    import signal

    module, _colon, name = target.partition(":")
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with getattr(importlib.import_module(module), name)(*arguments) as application:
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        # As the bot does when it is ready (`bot.commands.serving`), and for the others alike.
        gc.collect()
        gc.freeze()
        print(f"http://{host}:{port}", flush=True)
        await stop.wait()
        await runner.cleanup()


# --- load --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """One request, ready to be written: headers and body are made before the clock starts."""

    path: str
    body: bytes
    headers: Mapping[str, str]
    method: str = "POST"


class Connection:
    """One kept connection. Speaks just enough HTTP/1.1 that the client costs little beside the server."""

    def __init__(self, base: str) -> None:
        address = urlsplit(base)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, request: Request) -> tuple[int, bytes]:
        """(status, body). Raises `RuntimeError` where the answer has no length."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        fields = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        head = (
            f"{request.method} {request.path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Content-Length: {len(request.body)}\r\n{fields}\r\n"
        )
        self._writer.write(head.encode() + request.body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        status = int(answer[9:12])
        start = answer.lower().find(b"content-length:")
        if start < 0:
            if status in (204, 304):
                return status, b""
            raise RuntimeError("an answer without a length")
        size = int(answer[start + 15 : answer.index(b"\r", start)])
        return status, await self._reader.readexactly(size) if size else b""

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(ConnectionError):
                await self._writer.wait_closed()


@dataclass(frozen=True)
class Timings:
    """Seconds per piece of work, and for all of it."""

    each: Sequence[float]
    whole: float

    @property
    def median(self) -> float:
        return statistics.median(self.each)

    @property
    def p99(self) -> float:
        return sorted(self.each)[max(0, math.ceil(len(self.each) * 0.99) - 1)]

    @property
    def per_second(self) -> float:
        return len(self.each) / self.whole

    def __str__(self) -> str:
        return (
            f"{self.per_second:8.0f}/s   median {self.median * 1e3:7.3f} ms   p99 {self.p99 * 1e3:7.3f} ms"
            f"   ({len(self.each)} times)"
        )


async def work(do: Iterable[Callable[[], Awaitable[None]]], *, workers: int) -> Timings:
    """Do each of these, `workers` at a time, and take the time of each."""
    jobs = iter(do)
    each: list[float] = []

    async def worker() -> None:
        for job in jobs:
            begun = perf_counter()
            await asyncio.wait_for(job(), REQUEST_SECONDS)
            each.append(perf_counter() - begun)

    begun = perf_counter()
    await asyncio.gather(*(worker() for _number in range(workers)))
    return Timings(each, perf_counter() - begun)


async def load(base: str, requests: Iterable[Request], *, concurrency: int, expect: int = 200) -> Timings:
    """Send these requests over `concurrency` kept connections, each as soon as the one before was answered.

    Raises `RuntimeError` for an answer with another status than `expect`: what fails fast is not fast.
    """
    left = iter(requests)
    each: list[float] = []

    async def client() -> None:
        connection = Connection(base)
        try:
            for request in left:
                begun = perf_counter()
                async with asyncio.timeout(REQUEST_SECONDS):
                    status, _body = await connection.send(request)
                each.append(perf_counter() - begun)
                if status != expect:
                    raise RuntimeError(f"{request.path} answered {status}")
        finally:
            await connection.close()

    begun = perf_counter()
    await asyncio.gather(*(client() for _number in range(concurrency)))
    return Timings(each, perf_counter() - begun)


def middle(rounds: Sequence[float]) -> float:
    """The middle one of a ratio measured in several rounds: a hiccup of the machine in one of them does not count."""
    return statistics.median(rounds)


# --- verdicts ----------------------------------------------------------------------------------------------


class Verdict:
    """Collects targets; `exit()` ends the process with 1 if one was missed."""

    def __init__(self) -> None:
        self._missed = 0

    def at_most(self, what: str, found: float, limit: float, unit: str = "") -> None:
        self._say(what, found, limit, unit, found <= limit, "at most")

    def at_least(self, what: str, found: float, limit: float, unit: str = "") -> None:
        self._say(what, found, limit, unit, found >= limit, "at least")

    def _say(self, what: str, found: float, limit: float, unit: str, met: bool, bound: str) -> None:
        self._missed += not met
        print(f"{'ok    ' if met else 'MISSED'}  {what}: {found:.3g}{unit} ({bound} {limit:g}{unit})")

    def exit(self) -> None:
        sys.exit(1 if self._missed else 0)


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve one of the measured applications (used by the measurements).")
    parser.add_argument("target", help="module:function")
    parser.add_argument("arguments", nargs="*")
    chosen = parser.parse_args()
    asyncio.run(_serve(chosen.target, chosen.arguments))


if __name__ == "__main__":
    main()
