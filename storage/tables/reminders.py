"""Reminders (påminnelser), and how each person wants to be reminded."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from storage.tables.columns import json_column, moment, points_to, row_id
from storage.tables.row import Row
from storage.types import ID_TYPE, JsonObject


class ReminderStatus(StrEnum):
    """`PENDING`: it is to be said at `send_at`. `HANDED`: it is a delivery, or part of one. `SKIPPED`: it was due, and
    made no sense any more. `WITHDRAWN`: what it was about changed before it was due."""

    PENDING = "pending"
    HANDED = "handed"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


class Reminder(Row, table=True):
    """That one person is reminded, once, of one occurrence of something: one row under a unique key.

    It says what it is about, and not what is said: that is drawn when it is handed over to be delivered.

    `kind`: see `handlers.reminders.kind`. `occurrence`: which one of these, as `12:2026-02-01T11:00:00+00:00:7d 09:00`.
    `subject`: what it is about (`meeting:12`); all that is pending about it is laid anew when that changes. `due_at`:
    by the rule (UTC); `send_at`: by what the person wishes besides. `expires_at`: then it makes no sense any more.
    `reason`: why it was skipped or withdrawn (see `handlers.reminders.kind.Reason`). `delivery_key`: of the message
    that says it, perhaps with others.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("kind", "occurrence", "person_id"),
        Index(
            "ix_reminder_pending",
            "send_at",
            postgresql_where=text("status = 'pending'"),
            sqlite_where=text("status = 'pending'"),
        ),
        Index("ix_reminder_person", "person_id", "send_at"),
        Index("ix_reminder_subject", "subject"),
        Index("ix_reminder_delivery_key", "delivery_key"),
        Index("ix_reminder_meeting_id", "meeting_id"),
        # What is about a committee, and no meeting of its: few.
        Index(
            "ix_reminder_committee_id",
            "committee_id",
            postgresql_where=text("meeting_id IS NULL"),
            sqlite_where=text("meeting_id IS NULL"),
        ),
    )
    id: int = row_id()
    kind: str
    occurrence: str
    person_id: int = points_to("person.id", index=False)
    subject: str
    meeting_id: int | None = points_to("meeting.id", null=True, index=False)
    committee_id: int | None = points_to("committee.id", null=True, index=False)
    due_at: datetime = moment()
    send_at: datetime = moment()
    expires_at: datetime | None = moment(null=True)
    status: str = Field(default=ReminderStatus.PENDING)
    reason: str = Field(default="")
    delivery_key: str | None = None
    created_at: datetime = moment()
    settled_at: datetime | None = moment(null=True)


class ReminderWishes(Row, table=True):
    """How one person wants to be reminded; without a row, as everybody is. `wishes`: see
    `handlers.reminders.wishes`."""

    __tablename__ = "reminder_wishes"
    person_id: int = Field(sa_column=Column(ID_TYPE, ForeignKey("person.id"), primary_key=True))
    wishes: JsonObject = json_column()
    changed_at: datetime = moment()
