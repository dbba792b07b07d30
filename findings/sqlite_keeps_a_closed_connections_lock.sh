#!/usr/bin/env bash
# Guessed: closing a connection of sqlite3 in the middle of a transaction rolls it back, so that the next one can write.
# Seen (SQLite as Python 3.11 has it): while a cursor with rows left over is alive somewhere, as in the frames of an
# exception after a task was cancelled, the closed connection keeps its transaction and its lock. Others get «database is
# locked» until the cursor is gone. SQLite documents it for sqlite3_close_v2.
# For the product: storage/sqlite_in_place.py rolls back before it closes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/try.py" <<'PY'
import gc
import sqlite3
import sys


def can_write(path):
    other = sqlite3.connect(path, isolation_level=None, timeout=0.2)
    try:
        other.execute("BEGIN IMMEDIATE")
        return "free"
    except sqlite3.OperationalError as error:
        return str(error)
    finally:
        other.close()


def main(path):
    first = sqlite3.connect(path, isolation_level=None)
    first.execute("CREATE TABLE meeting (day TEXT)")
    first.execute("INSERT INTO meeting VALUES ('2026-11-26'), ('2026-12-03')")
    first.execute("BEGIN IMMEDIATE")
    first.execute("INSERT INTO meeting VALUES ('2026-12-10')")
    cursor = first.execute("SELECT day FROM meeting")
    first.close()
    closed = can_write(path)
    del cursor
    gc.collect()
    return closed, can_write(path)


print("after close: %s; after the cursor is gone: %s" % main(sys.argv[1]))
PY
seen=$(python3.11 "$folder/try.py" "$folder/meetings.sqlite")
expected="after close: database is locked; after the cursor is gone: free"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected «$expected»"; exit 1; }
