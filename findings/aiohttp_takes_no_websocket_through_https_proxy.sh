#!/usr/bin/env bash
# Guessed: with `trust_env`, a session of aiohttp takes a websocket over TLS (wss://) through the proxy of HTTPS_PROXY, as
# it takes https:// and as a browser does.
# Seen (aiohttp 3.14.5): it goes by the scheme as it is written, so wss:// goes straight out, past the proxy, unless a
# variable WSS_PROXY says otherwise. Behind a firewall Slack's Socket Mode does not connect, while every call does.
# For the product: the socket is given the proxy of HTTPS_PROXY (bot/outgoing.py, tests/test_outgoing.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aiohttp==3.14.5
cat > "$folder/try.py" <<'PY'
import asyncio
import os

import aiohttp

for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[name]
asked = []


async def refuse(reader, writer):
    asked.append((await reader.readline()).decode().split()[1])
    writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()
    writer.close()


async def attempt(connect):
    before = len(asked)
    try:
        await connect
    except aiohttp.ClientError:
        pass
    return "proxy" if len(asked) > before else "straight out"


async def main():
    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        proxy = "http://127.0.0.1:%d" % server.sockets[0].getsockname()[1]
        os.environ["HTTPS_PROXY"] = proxy
        async with aiohttp.ClientSession(trust_env=True) as http:
            told = ["https: " + await attempt(http.get("https://there.invalid/"))]
            told.append("wss: " + await attempt(http.ws_connect("wss://there.invalid/")))
            os.environ["WSS_PROXY"] = proxy
            told.append("wss with WSS_PROXY: " + await attempt(http.ws_connect("wss://there.invalid/")))
    return "; ".join(told)


print(asyncio.run(main()))
PY
seen=$("$folder/venv/bin/python" "$folder/try.py")
expected="https: proxy; wss: straight out; wss with WSS_PROXY: proxy"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected «$expected»"; exit 1; }
