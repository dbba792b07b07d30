"""Write the next migration: `make migration WHAT="what it does"`.

It compares `storage/tables` with an empty database at the newest version. Read what it wrote before you commit it:
a renamed column looks to it like one dropped and one added.
"""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection

from storage.database import Database
from storage.migrate import alembic_config, migrate, newest


def _write(connection: Connection, message: str) -> Path:
    config = alembic_config(connection)
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    script: Any = command.revision(config, message, autogenerate=True, rev_id=f"{int(newest()) + 1:04}")
    return Path(script.path)


async def _compare(message: str) -> Path:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.sqlite")
        await migrate(database)
        async with database.engine.begin() as connection:
            path = await connection.run_sync(_write, message)
        await database.close()
    return path


def write(message: str) -> Path:
    """Write the next migration and return its file."""
    path = asyncio.run(_compare(message))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("    # ### ")), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(path)], check=True)
    subprocess.run([sys.executable, "-m", "ruff", "check", "-q", "--fix", str(path)], check=True)
    return path


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('Say what it does: make migration WHAT="what it does"')
    sys.stdout.write(f"{write(sys.argv[1])}\n")
