"""Disagreements (uenighet) that a case ended in, and their protocols."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.append_only import append_only
from storage.tables.columns import json_or_none, long_text, moment, points_to, row_id
from storage.tables.history import HistoryEvent
from storage.tables.row import Row


class DisagreementStep(StrEnum):
    """Where a disagreement is taken: the ladder, from below."""

    COMMITTEE = "committee"
    """The committee itself goes on trying."""
    SSU = "ssu"
    """The strategic committee (strategisk samarbeidsutvalg)."""
    LOCAL_BOARD = "local_board"
    """The local dispute board (lokal tvisteløsningsnemnd)."""
    NATIONAL_BOARD = "national_board"
    """The national dispute board (nasjonal tvisteløsningsnemnd)."""


class ClosedHow(StrEnum):
    """How a protocol was closed."""

    OPEN = ""
    OUTCOME = "outcome"
    """The secretariat wrote what it came to."""
    MINUTES = "minutes"
    """The minutes were put right after somebody had written in it: there was no disagreement."""
    GONE = "gone"
    """The same before anybody had written: it counts as never opened, and is shown nowhere."""


class Disagreement(Row, table=True):
    """The protocol of a disagreement (uenighetsprotokoll), of one item of a meeting's minutes.

    `due_on` (local): by when the step that it stands at is to be over; `views_due_on`: by when the parties are to have
    written. `outcome`: what it came to, once it is closed. `shown_at`: since when each party reads what the other
    wrote. `revision` goes up with whatever its documents say. `clock_at`: when the clock is to look at it next.

    `masked_words`: what else is taken out of the anonymised copy, which was looked over as it was in
    `checked_revision`.
    """

    __tablename__ = "disagreement"
    __table_args__ = (UniqueConstraint("entry_id"),)
    id: int = row_id()
    entry_id: int = points_to("minutes_entry.id", index=False)
    meeting_id: int = points_to("meeting.id")
    committee_id: int = points_to("committee.id")
    item_id: int | None = points_to("agenda_item.id", null=True)
    step: str = Field(default=DisagreementStep.COMMITTEE)
    tried: str = long_text()
    """What was tried to agree."""
    due_on: date | None = None
    opened_at: datetime = moment()
    opened_by_id: int | None = points_to("person.id", null=True, index=False)
    closed_at: datetime | None = moment(null=True)
    outcome: str = long_text()
    revision: int = Field(default=0)
    clock_at: datetime | None = moment(null=True, index=True)
    views_due_on: date | None = None
    shown_at: datetime | None = moment(null=True)
    closed_how: str = Field(default=ClosedHow.OPEN, sa_column_kwargs={"server_default": ClosedHow.OPEN})
    raised_item_id: int | None = points_to("agenda_item.id", null=True, index=False)
    """The case that was proposed to the committee that it was taken to."""
    masked_words: list[str] | None = json_or_none()
    checked_revision: int | None = None
    checked_at: datetime | None = moment(null=True)
    checked_by_id: int | None = points_to("person.id", null=True, index=False)


class DisagreementView(Row, table=True):
    """How one party sees a disagreement (syn), in its own words. `party`: its name as it was then.

    `kind`: what it is (`hospital`, `municipality`, or empty), as it is called where none is named. `ordinal`: 1 or 2.
    """

    __tablename__ = "disagreement_view"
    __table_args__ = (UniqueConstraint("disagreement_id", "party"),)
    id: int = row_id()
    disagreement_id: int = points_to("disagreement.id")
    party: str
    organisation_id: int | None = points_to("organisation.id", null=True, index=False)
    text: str = long_text()
    wishes: str = long_text()
    """What it asks for (påstand)."""
    revision: int = Field(default=0)
    written_by_id: int | None = points_to("person.id", null=True, index=False)
    written_at: datetime | None = moment(null=True)
    kind: str = Field(default="", sa_column_kwargs={"server_default": ""})
    ordinal: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class DisagreementWriter(Row, table=True):
    """Somebody who writes for a party of a disagreement."""

    __tablename__ = "disagreement_writer"
    __table_args__ = (UniqueConstraint("view_id", "person_id"),)
    id: int = row_id()
    view_id: int = points_to("disagreement_view.id", index=False)
    person_id: int = points_to("person.id")


@append_only
class DisagreementEvent(HistoryEvent, table=True):
    """An event in the life of a disagreement."""

    __tablename__ = "disagreement_event"
    disagreement_id: int = points_to("disagreement.id")
