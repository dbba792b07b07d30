"""What the migrations are to lead to, and how its types are written in them."""

from typing import Any, Literal

from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import storage.tables  # noqa: F401 - fills the metadata
from storage.search_index import FTS, INDEX
from storage.types import ID_TYPE, JSON_TYPE, UtcDateTime

METADATA = SQLModel.metadata


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write plain SQLAlchemy types, so that an old migration means the same when our own types have changed.

    `ID` and `JSON` are spelled out at the head of each migration (script.py.mako).
    """
    if kind != "type":
        return False
    if item is ID_TYPE:
        return "ID"
    if item is JSON_TYPE:
        return "JSON"
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, AutoString):
        return f"sa.String({item.length or ''})"
    return False


def is_ours(_item: Any, name: str | None, kind: str, reflected: bool, _compared: Any) -> bool:
    """Whether something is to be as the tables say: not the full-text indexes, which each database has in its way."""
    return not (reflected and (name == INDEX or (kind == "table" and (name or "").startswith(FTS))))
