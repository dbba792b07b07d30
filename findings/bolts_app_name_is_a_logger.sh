#!/usr/bin/env bash
# Guessed: the `name` of a Slack Bolt app is a label, and the `logger` handed to it is the only one that it touches.
# Seen (slack-bolt 1.30.0): at the first request the logger that is called as the app gets the level of the one handed
# over. An app named as the package it stands in («agenda.slack») silences the whole package's own INFO lines.
# For the product: Bolt's app is not named as a package of ours.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check slack-bolt==1.30.0 slack-sdk==3.47.0 aiohttp==3.14.5
cat > "$folder/try.py" <<'PY'
import asyncio
import logging

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

logging.basicConfig(level=logging.INFO)
quiet = logging.getLogger("quiet")
quiet.setLevel(logging.WARNING)


async def authorize():
    return AuthorizeResult(enterprise_id=None, team_id=None)


async def main():
    app = AsyncApp(name="agenda.slack", logger=quiet, authorize=authorize, signing_secret="x")

    async def on_command(ack):
        await ack()

    app.command("/sak")(on_command)
    ours = logging.getLogger("agenda.slack.messenger")
    before = logging.getLevelName(ours.getEffectiveLevel())
    body = {"command": "/sak", "text": "", "team_id": "T1", "user_id": "U1"}
    response = await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    after = logging.getLevelName(ours.getEffectiveLevel())
    return "answered %d; our logger: %s before, %s after the first request" % (response.status, before, after)


print(asyncio.run(main()))
PY
seen=$("$folder/venv/bin/python" "$folder/try.py")
expected="answered 200; our logger: INFO before, WARNING after the first request"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected «$expected»"; exit 1; }
