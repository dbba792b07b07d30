"""Statements compiled once for all the tests: each test has a database of its own, and SQLAlchemy compiles every
statement anew for each, which took a sixth of the tests' processor time."""

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache

_MOST = 1000
"""Some statements have another shape for each number of rows."""
_KEPT: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}
"""By the kind of server: the dialect that statements are compiled for, and the statements."""


def keep() -> None:
    """From now on. A connection of any database then has the dialect of the first of its kind, which is another
    object and says the same: what is compiled is kept by it."""
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    dialect, compiled = _KEPT.setdefault(connection.dialect.name, (connection.dialect, LRUCache(_MOST)))
    connection.dialect = dialect
    connection.execution_options(compiled_cache=compiled)
