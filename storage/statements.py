"""Statements that are put together once and run many times.

Putting a statement together costs SQLAlchemy several times what running it does, so what is asked at each call stands
in a module as a constant, with `bindparam` for what varies.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from sqlalchemy import literal_column
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

Insert = Callable[[Any], Any]
"""The `insert` of a dialect; SQLite's and PostgreSQL's have the same `on_conflict_…`."""


class PerDialect:
    """A statement with `ON CONFLICT`, built once for each kind of database."""

    def __init__(self, build: Callable[[Insert], Any]) -> None:
        self._build = build
        self._built: dict[str, Any] = {}

    def on(self, session: AsyncSession) -> Any:
        """The statement for the session's database."""
        name = session.get_bind().dialect.name
        if name not in self._built:
            self._built[name] = self._build(sqlite_insert if name == "sqlite" else postgresql_insert)
        return self._built[name]


def table(model: Any) -> Any:
    """The plain table of a model: statements on it skip the ORM's own work."""
    return model.__table__


def written_out(status: StrEnum) -> Any:
    """A status that stands in the statement as such: only so is an index used that holds just the rows with it."""
    return literal_column(f"'{status}'")
