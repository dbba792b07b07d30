"""Every table. Moments are UTC; the IANA zone of a meeting stands beside its times.

No table has a column for a patient's identity, and none may get one.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.types import ID_TYPE, JSON_TYPE, JsonObject, UtcDateTime


def _id() -> Any:
    return Field(default=None, sa_column=Column(ID_TYPE, primary_key=True, autoincrement=True))


def _moment(*, null: bool = False, index: bool = False) -> Any:
    column: Any = Column(UtcDateTime(), nullable=null, index=index)
    return Field(default=None, sa_column=column) if null else Field(sa_column=column)


def _to(target: str, *, null: bool = False, index: bool = True) -> Any:
    column: Any = Column(ID_TYPE, ForeignKey(target), nullable=null, index=index)
    return Field(default=None, sa_column=column) if null else Field(sa_column=column)


def _long_text(*, null: bool = False) -> Any:
    return Field(default=None if null else "", sa_column=Column(Text(), nullable=null))


def _new_dict() -> JsonObject:
    return {}


def _new_list() -> list[Any]:
    return []


def _json(factory: Any = _new_dict) -> Any:
    # Functions of our own: pydantic looks at a factory's signature each time, which is slow for built-in types.
    return Field(default_factory=factory, sa_column=Column(JSON_TYPE, nullable=False))


def _json_or_none() -> Any:
    return Field(default=None, sa_column=Column(JSON_TYPE, nullable=True))


# --- people and where they are reached ---------------------------------------------------------------------


class Organisation(SQLModel, table=True):
    """A party of the partnership (virksomhet): a hospital, a municipality, a district."""

    __tablename__ = "organisation"
    id: int | None = _id()
    key: str = Field(unique=True)
    name: str
    kind: str = Field(default="other")
    removed_at: datetime | None = _moment(null=True)


class Workspace(SQLModel, table=True):
    """A Slack workspace (team id) or a Teams tenant that an organisation owns."""

    __tablename__ = "workspace"
    __table_args__ = (UniqueConstraint("surface", "external_id"),)
    id: int | None = _id()
    organisation_id: int = _to("organisation.id")
    surface: str
    external_id: str


class Person(SQLModel, table=True):
    """Somebody the bot knows. `email` is stored in lower case and is one person's alone."""

    __tablename__ = "person"
    id: int | None = _id()
    organisation_id: int = _to("organisation.id")
    name: str
    email: str | None = Field(default=None, unique=True)
    language: str = Field(default="nb")
    also_at: list[str] = _json(_new_list)
    """Keys of further organisations this person works for («samme person hos to arbeidsgivere»)."""
    removed_at: datetime | None = _moment(null=True)


class Account(SQLModel, table=True):
    """One person on one surface, with the address (opaque to all but that surface) to reach them at."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("surface", "workspace", "user_id"),)
    id: int | None = _id()
    person_id: int = _to("person.id")
    surface: str
    workspace: str
    user_id: str
    reach: JsonObject = _json()
    seen_at: datetime = _moment()


# --- committees and meetings -------------------------------------------------------------------------------


class Committee(SQLModel, table=True):
    """A committee (utvalg). `settings` holds the offsets of its deadlines and reminders (see handlers.meetings)."""

    __tablename__ = "committee"
    id: int | None = _id()
    key: str = Field(unique=True)
    name: str
    number_template: str
    proposals_from: str = Field(default="members")
    """Who may propose cases: `members`, or `everyone` in the partnership."""
    zone: str = Field(default="Europe/Oslo")
    settings: JsonObject = _json()
    standing_items: list[Any] = _json(_new_list)
    removed_at: datetime | None = _moment(null=True)


class CommitteeAlias(SQLModel, table=True):
    """Another or an older name of a committee, with the dates (local) it was in use."""

    __tablename__ = "committee_alias"
    id: int | None = _id()
    committee_id: int = _to("committee.id")
    alias: str
    valid_from: date | None = None
    valid_to: date | None = None


class Membership(SQLModel, table=True):
    """A person's role in a committee, from and to a local date, both included."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("committee_id", "person_id", "role"),)
    id: int | None = _id()
    committee_id: int = _to("committee.id")
    person_id: int = _to("person.id")
    role: str
    valid_from: date | None = None
    valid_to: date | None = None
    substitute_for_id: int | None = _to("person.id", null=True, index=False)


class Meeting(SQLModel, table=True):
    """A meeting (møte) of a committee, with the deadline (frist) for proposing cases to it."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("committee_id", "key"),)
    id: int | None = _id()
    committee_id: int = _to("committee.id")
    key: str
    starts_at: datetime = _moment(index=True)
    ends_at: datetime = _moment()
    deadline_at: datetime = _moment()
    zone: str
    place: str = Field(default="")
    cancelled_at: datetime | None = _moment(null=True)


# --- cases -------------------------------------------------------------------------------------------------


class ItemStatus(StrEnum):
    """Where a case stands. `PROPOSED`, `QUESTIONED` and `DEFERRED` wait for the secretariat or the proposer."""

    PROPOSED = "proposed"
    QUESTIONED = "questioned"
    DEFERRED = "deferred"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class AgendaItem(SQLModel, table=True):
    """A case (sak) on its way to, or on, a committee's agenda (saksliste).

    `number` is issued once, from the committee's template, and never changes.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (UniqueConstraint("committee_id", "number"),)
    id: int | None = _id()
    draft_id: str = Field(unique=True)
    committee_id: int = _to("committee.id")
    meeting_id: int | None = _to("meeting.id", null=True)
    proposer_id: int = _to("person.id")
    status: str = Field(default=ItemStatus.PROPOSED)
    number: str | None = None
    number_year: int | None = None
    number_in_year: int | None = None
    title: str
    types: list[str] = _json(_new_list)
    purpose: str = _long_text()
    presenter_ids: list[int] = _json(_new_list)
    presenters_text: str = Field(default="")
    minutes: int | None = None
    conclusion: str = _long_text()
    links: list[str] = _json(_new_list)
    late: bool = Field(default=False)
    """Asked for after the deadline of `meeting_id`; the secretariat decides whether to let it in."""
    created_at: datetime = _moment()
    changed_at: datetime = _moment()


class AgendaItemEvent(SQLModel, table=True):
    """One step in a case's life: append-only, with who and when. `draft_id` makes each form count once."""

    __tablename__ = "agenda_item_event"
    id: int | None = _id()
    item_id: int = _to("agenda_item.id")
    kind: str
    actor_id: int = _to("person.id", index=False)
    at: datetime = _moment()
    note: str = _long_text()
    data: JsonObject = _json()
    draft_id: str | None = Field(default=None, unique=True)


class NumberSeries(SQLModel, table=True):
    """The last number used by a committee in a year. Counting up and using the number is one transaction."""

    __tablename__ = "number_series"
    committee_id: int = Field(sa_column=Column(ID_TYPE, ForeignKey("committee.id"), primary_key=True))
    year: int = Field(primary_key=True)
    last: int


# --- conversations -----------------------------------------------------------------------------------------


class DraftStatus(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    DISCARDED = "discarded"


class Draft(SQLModel, table=True):
    """The answers so far in a dialog: one person's, kept over restarts until `expires_at`.

    `answers` are raw values by field, just as the person gave them, right or wrong. `result` is what was shown
    when it was submitted, so that a second press shows the same.
    """

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_open", "person_id", "dialog", "status"),)
    id: str = Field(primary_key=True)
    person_id: int = _to("person.id", index=False)
    dialog: str
    step: str
    status: str = Field(default=DraftStatus.OPEN)
    arguments: JsonObject = _json()
    answers: JsonObject = _json()
    result: JsonObject | None = _json_or_none()
    created_at: datetime = _moment()
    changed_at: datetime = _moment()
    expires_at: datetime = _moment(index=True)


class SeenRequest(SQLModel, table=True):
    """A platform request that has had its effect; the same one again has none."""

    __tablename__ = "seen_request"
    key: str = Field(primary_key=True)
    at: datetime = _moment(index=True)


class LocalEntry(SQLModel, table=True):
    """A line in a person's conversation on the local chat page.

    `revision` counts up within the conversation with every line added or changed, so that an open page can ask for
    what came after the last one it saw.
    """

    __tablename__ = "local_entry"
    __table_args__ = (UniqueConstraint("person_id", "revision"),)
    id: int | None = _id()
    person_id: int = _to("person.id", index=False)
    content: JsonObject = _json()
    at: datetime = _moment()
    revision: int


# --- deliveries --------------------------------------------------------------------------------------------


class DeliveryStatus(StrEnum):
    """`WAITING`: the person could not be reached on any surface; due again when they speak, and now and then.
    `FAILED`: given up, with the reason."""

    PENDING = "pending"
    SENT = "sent"
    WAITING = "waiting"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Delivery(SQLModel, table=True):
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
    id: int | None = _id()
    key: str = Field(unique=True)
    subject: str = Field(default="")
    """What it is about, e.g. `item:12`, so that all messages about it are found together."""
    person_id: int = _to("person.id")
    account_id: int | None = _to("account.id", null=True, index=False)
    """The account it was sent to; set when it is first sent, so that updates go to the same place."""
    message: JsonObject = _json()
    status: str = Field(default=DeliveryStatus.PENDING)
    revision: int = Field(default=1)
    shown_revision: int = Field(default=0)
    ref: JsonObject | None = _json_or_none()
    """The surface's own reference to the message sent, needed to update it."""
    due_at: datetime = _moment()
    expires_at: datetime | None = _moment(null=True)
    """When it is no longer worth saying (a reminder of what is over)."""
    lease_until: datetime | None = _moment(null=True)
    attempts: int = Field(default=0)
    uncertain: int = Field(default=0)
    """How often a send may or may not have arrived (a time-out after the request was written)."""
    error: str = Field(default="")
    created_at: datetime = _moment()
    sent_at: datetime | None = _moment(null=True)
