"""All that is stored, to search for what must not be there."""

from pathlib import Path
from typing import Any

from sqlalchemy import text

from storage.database import Database


async def everything_in(database: Database) -> str:
    """Every row of every table as text; and the very bytes of a SQLite file, where what was deleted may remain."""
    async with database.reading() as session:
        sqlite = database.is_sqlite
        catalog = (
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if sqlite
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        tables = [str(name) for name in await session.scalars(text(catalog))]
        assert "draft" in tables
        # Of the driver itself: most tables have no row, and finding that out is most of what there is to do.
        driver: Any = (await (await session.connection()).get_raw_connection()).driver_connection
        rows: list[str] = []
        for name in tables:
            asked = f'SELECT * FROM "{name}"'
            rows += (repr(tuple(row)) for row in (driver.execute(asked) if sqlite else await driver.fetch(asked)))
    kept = "\n".join(rows)
    if sqlite and database.engine.url.database:
        file = Path(database.engine.url.database)
        for each in (file, *file.parent.glob(file.name + "-*")):
            kept += each.read_bytes().decode("utf-8", "replace")
    return kept
