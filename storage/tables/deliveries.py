"""Messages on their way."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field

from storage.tables.columns import json_column, json_or_none, moment, points_to, row_id
from storage.tables.row import Row
from storage.types import JsonObject


class DeliveryStatus(StrEnum):
    """`WAITING`: the person could not be reached on any surface; due again when they speak, and now and then.
    `FAILED`: given up, with the reason; due again when a worker starts."""

    PENDING = "pending"
    SENT = "sent"
    WAITING = "waiting"
    FAILED = "failed"
    CANCELLED = "cancelled"


class LiveWorker(Row, table=True):
    """A worker that holds deliveries, for as long as it says so."""

    __tablename__ = "worker"
    id: str = Field(primary_key=True)
    beat_at: datetime = moment()
    beats: int = Field(default=1)
    """How often it has said so without being taken for dead."""
    listened_since: datetime | None = moment(null=True)
    """Since it fell silent: since when another, or one after another, has listened for it without a gap."""
    listened_at: datetime | None = moment(null=True)
    """When somebody listened last."""


class Delivery(Row, table=True):
    """One message that somebody is to see, and the state it is to be in.

    A row is a wish: «person P sees message M under this key». A change of the wish raises `revision`; the worker
    makes `shown_revision` follow, by sending the first time and by updating in place afterwards. So there is never
    an old update overtaking a new one, and no second message where one was meant.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index(
            "ix_delivery_due",
            "due_at",
            postgresql_where=text("status = 'pending'"),
            sqlite_where=text("status = 'pending'"),
        ),
        Index("ix_delivery_subject", "subject"),
        # Asked for at each call: it is empty but for those who cannot be reached yet.
        Index(
            "ix_delivery_waiting",
            "person_id",
            postgresql_where=text("status = 'waiting'"),
            sqlite_where=text("status = 'waiting'"),
        ),
    )
    id: int = row_id()
    key: str = Field(unique=True)
    subject: str = Field(default="")
    """What it is about, e.g. `item:12`, so that all messages about it are found together."""
    person_id: int = points_to("person.id")
    account_id: int | None = points_to("account.id", null=True, index=False)
    """The account it was sent to; set when it is first sent, so that updates go to the same place."""
    message: JsonObject = json_column()
    status: str = Field(default=DeliveryStatus.PENDING)
    revision: int = Field(default=1)
    shown_revision: int = Field(default=0)
    ref: JsonObject | None = json_or_none()
    """The surface's own reference to the message sent, needed to update it."""
    due_at: datetime = moment()
    expires_at: datetime | None = moment(null=True)
    """When it is no longer worth saying (a reminder of what is over)."""
    lease_until: datetime | None = moment(null=True)
    """Nobody else brings it about before then: a worker has claimed it, or a surface is about to show it itself."""
    claimed_by: str | None = Field(default=None)
    """The worker that has claimed it (see `LiveWorker`)."""
    may_have_arrived: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whoever tried last could not say: it was killed, or the outcome is unknown. So the surface is asked before it is
    sent anew."""
    attempts: int = Field(default=0)
    uncertain: int = Field(default=0)
    """How often a send may or may not have arrived (a time-out after the request was written)."""
    before_loading: JsonObject | None = json_or_none()
    """What is seen, while a loading of the partnership has changed what is to be and nobody has seen that yet: a
    loading that changes it back then settles it again, as if nothing had been."""
    error: str = Field(default="")
    reference: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Of the fault for which it was not delivered, as the log and those who were told have it."""
    created_at: datetime = moment()
    sent_at: datetime | None = moment(null=True)
