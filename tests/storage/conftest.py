"""Databases before any table is there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.conftest import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without any table; the SQLite file and its folder are not there yet."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/new/folder/test.sqlite"
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.create_empty()
    database = Database(url)
    yield database
    await database.close()
