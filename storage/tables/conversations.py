"""Conversations: drafts, requests that were seen, and what stands on the local page."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field

from storage.progress import Progress, ProgressType
from storage.tables.columns import json_column, json_or_none, moment, points_to, row_id
from storage.tables.row import Row
from storage.types import JsonObject


class DraftStatus(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    DISCARDED = "discarded"


class Draft(Row, table=True):
    """The answers so far in a dialog: one person's, kept over restarts until `expires_at`.

    `arguments` are what it is about, `answers` raw values by field, just as the person gave them, right or wrong.
    `result` is what was shown when it was submitted, so that a second press shows the same.
    """

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_open", "person_id", "dialog", "status"),)
    id: str = Field(primary_key=True)
    person_id: int = points_to("person.id", index=False)
    dialog: str
    step: str
    status: str = Field(default=DraftStatus.OPEN)
    arguments: JsonObject = json_column()
    answers: JsonObject = json_column()
    progress: Progress = Field(default_factory=Progress, sa_column=Column(ProgressType(), nullable=False))
    result: JsonObject | None = json_or_none()
    created_at: datetime = moment()
    changed_at: datetime = moment()
    expires_at: datetime = moment(index=True)


class SeenRequest(Row, table=True):
    """A platform request that has had its effect; the same one again has none."""

    __tablename__ = "seen_request"
    key: str = Field(primary_key=True)
    at: datetime = moment(index=True)


class Welcomed(Row, table=True):
    """A conversation in which the bot has said who it is, and does not again."""

    __tablename__ = "welcomed"
    surface: str = Field(primary_key=True)
    workspace: str = Field(primary_key=True)
    conversation: str = Field(primary_key=True)
    at: datetime = moment()


class LocalEntry(Row, table=True):
    """A line in a person's conversation on the local chat page.

    `revision` counts up within the conversation with every line added or changed, so that an open page can ask for
    what came after the last one it saw.
    """

    __tablename__ = "local_entry"
    __table_args__ = (UniqueConstraint("person_id", "revision"),)
    id: int = row_id()
    person_id: int = points_to("person.id", index=False)
    content: JsonObject = json_column()
    at: datetime = moment()
    revision: int
