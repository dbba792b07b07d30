"""The shape of a history: what happened to something, when, and who did it (see `storage.history`)."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from storage.tables.columns import new_dict
from storage.tables.row import Row
from storage.types import ID_TYPE, JSON_TYPE, JsonObject, UtcDateTime


class HistoryEvent(Row):
    """One event in the life of something; a table adds what it is about, and its own name.

    Append-only (see `storage.append_only`). `actor_id` is None where the clock did it. `internal`: for those who handle
    it among themselves, never shown to whoever it came from. `draft_id` makes each form count once.
    """

    # Not by `storage.tables.columns`: each table gets a column of its own from these.
    id: int = Field(default=None, primary_key=True, sa_type=ID_TYPE)
    kind: str
    actor_id: int | None = Field(default=None, foreign_key="person.id", sa_type=ID_TYPE)
    at: datetime = Field(sa_type=UtcDateTime)
    note: str = Field(default="", sa_type=Text)
    data: JsonObject = Field(default_factory=new_dict, sa_type=JSON_TYPE)
    internal: bool = Field(default=False)
    draft_id: str | None = Field(default=None, unique=True)
