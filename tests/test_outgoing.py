"""Where a network lets nothing out but through a proxy, everything goes there, Slack's socket too."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TRYING = """
import asyncio, aiohttp
from bot.outgoing import client, proxy_of_socket

async def main() -> None:
    async with client(aiohttp.ClientTimeout(total=10)) as http:
        for address in ("https://slack.invalid/api/auth.test", "https://beside.invalid/"):
            try:
                await http.post(address)
            except aiohttp.ClientError as error:
                print(type(error).__name__)
        socket = "wss://sockets.invalid/link"
        try:
            await http.ws_connect(socket, proxy=proxy_of_socket(socket))
        except aiohttp.ClientError as error:
            print(type(error).__name__)

asyncio.run(main())
"""


async def _run(**environment: str) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        TRYING,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")} | environment,
        stdout=subprocess.PIPE,
    )
    said, _errors = await process.communicate()
    return said.decode().split()


@pytest.mark.parametrize("besides", ["", "beside.invalid"])
async def test_everything_goes_through_the_proxy_but_what_is_beside_it(besides: str) -> None:
    asked: list[str] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readline()).decode().split()[1])
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        said = await _run(HTTPS_PROXY=f"http://127.0.0.1:{port}", NO_PROXY=besides)
    beside = "beside.invalid:443"
    assert asked == ["slack.invalid:443", *([] if besides else [beside]), "sockets.invalid:443"]
    assert said.count("ClientHttpProxyError") == len(asked)
