#!/usr/bin/env bash
# Guessed: closing an aiosqlite connection in the middle of a transaction rolls it back, so that the next one can write.
# Seen (aiosqlite 0.22.1, Python 3.11): while a cursor with rows left over is alive somewhere, as in the frames of an
# exception after a task was cancelled, the closed connection keeps its transaction and its lock. Others get «database is
# locked» until the cursor is gone. SQLite documents it for sqlite3_close_v2.
# For the product: storage/sqlite_connection.py rolls back before it closes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aiosqlite==0.22.1
cat > "$folder/try.py" <<'PY'
import asyncio
import gc
import sqlite3
import sys

import aiosqlite


async def can_write(path):
    other = await aiosqlite.connect(path, isolation_level=None, timeout=0.2)
    try:
        await other.execute("BEGIN IMMEDIATE")
        return "free"
    except sqlite3.OperationalError as error:
        return str(error)
    finally:
        await other.close()


async def main(path):
    first = await aiosqlite.connect(path, isolation_level=None)
    await first.execute("CREATE TABLE meeting (day TEXT)")
    await first.execute("INSERT INTO meeting VALUES ('2026-11-26'), ('2026-12-03')")
    await first.execute("BEGIN IMMEDIATE")
    await first.execute("INSERT INTO meeting VALUES ('2026-12-10')")
    cursor = await first.execute("SELECT day FROM meeting")
    await first.close()
    closed = await can_write(path)
    del cursor
    gc.collect()
    return closed, await can_write(path)


print("after close: %s; after the cursor is gone: %s" % asyncio.run(main(sys.argv[1])))
PY
seen=$("$folder/venv/bin/python" "$folder/try.py" "$folder/meetings.sqlite")
expected="after close: database is locked; after the cursor is gone: free"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected «$expected»"; exit 1; }
