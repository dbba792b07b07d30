"""Old papers (gamle papirer) that were read in."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from storage.append_only import append_only
from storage.tables.columns import json_column, moment, points_to, row_id
from storage.tables.history import HistoryEvent
from storage.tables.row import Row
from storage.types import JsonObject


class PaperStatus(StrEnum):
    """What became of a paper."""

    WAITING = "waiting"
    """Read, and nobody has confirmed it yet."""
    STORED = "stored"
    REPLACED = "replaced"
    """A later version of the same minutes was read in."""
    THROWN = "thrown"
    """Not confirmed."""
    UNDONE = "undone"
    """Taken back after it was stored."""


class Paper(Row, table=True):
    """A paper that was read in: what it says, not the file itself.

    `digest`: SHA-256 of the file, so that the same one under two names is known. `read`: what it says, as
    `handlers.papers.record.as_json`. `taken_out`: how many possible identity numbers were taken out of it.
    """

    __tablename__ = "paper"
    id: int = row_id()
    name: str
    digest: str = Field(index=True)
    kind: str
    committee_id: int | None = points_to("committee.id", null=True)
    read: JsonObject = json_column()
    taken_out: int = Field(default=0)
    status: str = Field(default=PaperStatus.WAITING)
    version_of_id: int | None = points_to("paper.id", null=True, index=False)
    by_id: int | None = points_to("person.id", null=True, index=False)
    """None: it was read in at the command line."""
    at: datetime = moment()
    settled_at: datetime | None = moment(null=True)


@append_only
class PaperEvent(HistoryEvent, table=True):
    """An event in the life of a paper: read, stored, replaced, taken back."""

    __tablename__ = "paper_event"
    paper_id: int = points_to("paper.id")
