"""Deviations (samhandlingsavvik). No column holds who the patient is, and none may."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index
from sqlmodel import Field

from storage.append_only import append_only
from storage.tables.columns import long_text, moment, points_to, row_id
from storage.tables.history import HistoryEvent
from storage.tables.row import Row
from storage.types import ID_TYPE


class DeviationStatus(StrEnum):
    """Where a report stands.

    `AT_LEADER`: the reporter's nearest leader completes it first. `SENT`: at the unit, nobody has taken it. `ASKED`:
    the unit waits for the reporter. `ANSWERED`, `REJECTED` and `WITHDRAWN` are closed.
    """

    AT_LEADER = "at_leader"
    SENT = "sent"
    TAKEN = "taken"
    ASKED = "asked"
    ANSWERED = "answered"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


SERIOUS = ("major", "death")
"""The consequences («Betydelig», «Død») of events that come first, and that the statutory notice may concern."""


class Deviation(Row, table=True):
    """A report of an undesired event in the cooperation (samhandlingsavvik), from the draft to the rated answer.

    The codes (direction, service, consequence, consent) are keys of `handlers.deviations.words`. `unit_id` and
    `organisation_id` say who is to answer now; they change with a hand-over, the clock does not.
    """

    __tablename__ = "deviation"
    __table_args__ = (
        Index("ix_deviation_month", "month", "direction"),
        Index("ix_deviation_unit_open", "unit_id", "status", "sent_at"),
        Index("ix_deviation_due", "status", "due_at"),
        # Patterns are looked for among the newest at each tick.
        Index("ix_deviation_sent", "sent_at"),
    )
    id: int = row_id()
    draft_id: str = Field(unique=True)
    reference: str = Field(unique=True)
    """`AVV-2026-0007`: issued once, the same on every surface."""
    year: int
    number_in_year: int
    direction: str
    reporter_id: int = points_to("person.id")
    reporter_organisation_id: int = points_to("organisation.id")
    workplace_id: int | None = points_to("unit.id", null=True)
    """The reporter's own unit."""
    unit_id: int = points_to("unit.id", index=False)
    organisation_id: int = points_to("organisation.id")
    service: str = Field(default="")
    """The municipal service concerned, whichever side it is on; empty when not said."""
    service_other: str = Field(default="")
    category_other: str = Field(default="")
    happened_on: date | None = None
    """Local date of the event."""
    happened_clock: time | None = None
    """Local time of the event."""
    happened_last_on: date | None = None
    """Local date of its last day, where it was not over on its first one, or it is not known which day it was."""
    happened_last_clock: time | None = None
    """Local time that it lasted to; one before `happened_clock` is the next day's."""
    description: str = long_text()
    immediate_measures: str = long_text()
    consequence: str
    near_miss: bool = Field(default=False)
    prevention: str = long_text()
    consent: str
    notice_considered_at: datetime | None = moment(null=True)
    """When somebody on the reporter's side ticked that the statutory notice of a serious event had been considered
    (varslingsplikten); who, the history tells."""
    notice_sent_at: datetime | None = moment(null=True)
    """When they ticked that it had been sent."""
    status: str
    handler_id: int | None = points_to("person.id", null=True)
    """Who has taken it (saksbehandler)."""
    month: str
    """The local month it was reported in, `2026-11`: what statistics count by."""
    created_at: datetime = moment()
    sent_at: datetime | None = moment(null=True)
    """When the first unit got it: the clock for the answer starts here."""
    due_at: datetime | None = moment(null=True)
    answered_at: datetime | None = moment(null=True)
    """When it was first answered."""
    seconds_to_answer: int | None = None
    """From `sent_at` to `answered_at`."""
    answered_in_time: bool | None = None
    """Whether the first answer came by the deadline there was then; None: there is no answer yet."""
    closed_at: datetime | None = moment(null=True)
    changed_at: datetime = moment()
    finding: str = long_text()
    """The answer: what was found."""
    measure: str = long_text()
    """The answer: the measure (tiltak)."""
    measure_by: str = Field(default="")
    """The answer: who carries the measure out."""
    measure_due: str = Field(default="")
    """The answer: by when, as written («før sommeren»)."""
    reject_reason: str = Field(default="")
    duplicate_of_id: int | None = points_to("deviation.id", null=True, index=False)
    asked_again_at: datetime | None = moment(null=True)
    """When the reporter asked once more, which reopened it. Only once."""
    rating: str = Field(default="")
    """What the reporter thought of the answer: `helpful`, `not_helpful` or nothing yet."""


class DeviationCategory(Row, table=True):
    """One of the things a deviation concerns."""

    __tablename__ = "deviation_category"
    deviation_id: int = Field(sa_column=Column(ID_TYPE, ForeignKey("deviation.id"), primary_key=True))
    category: str = Field(primary_key=True)


@append_only
class DeviationEvent(HistoryEvent, table=True):
    """An event in a deviation's life."""

    __tablename__ = "deviation_event"
    deviation_id: int = points_to("deviation.id")


class DirectFix(Row, table=True):
    """An event that was fixed on the spot («løst direkte»): counted, with no text, and without who counted it."""

    __tablename__ = "direct_fix"
    __table_args__ = (Index("ix_direct_fix_month", "month", "direction"),)
    id: int = row_id()
    organisation_id: int = points_to("organisation.id")
    direction: str
    category: str
    month: str
    at: datetime = moment()
