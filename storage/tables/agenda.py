"""The agenda of a meeting (saksliste): what stands on it, in which order."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, false
from sqlmodel import Field

from storage.append_only import append_only
from storage.tables.columns import json_or_none, long_text, moment, points_to, row_id
from storage.tables.history import HistoryEvent
from storage.tables.row import Row
from storage.types import JsonObject


class Agenda(Row, table=True):
    """The agenda (saksliste) of a meeting, from when it was first worked on, and its convocation (innkalling).

    `revision` goes up by one with each change of what stands on it, or of the order: who changes it says which one they
    saw. While `draft_since` is set it is worked on, and nobody is told of the changes (kladd). `told` is the agenda as
    the members were last told of it, `convened` as it was in the convocation; None: they were not.
    """

    __tablename__ = "agenda"
    __table_args__ = (UniqueConstraint("meeting_id"),)
    id: int = row_id()
    meeting_id: int = points_to("meeting.id", index=False)
    revision: int = Field(default=0)
    draft_since: datetime | None = moment(null=True)
    drafted_by_id: int | None = points_to("person.id", null=True, index=False)
    told: JsonObject | None = json_or_none()
    told_at: datetime | None = moment(null=True)
    convened: JsonObject | None = json_or_none()
    convened_at: datetime | None = moment(null=True)
    convened_by_id: int | None = points_to("person.id", null=True, index=False)


class SlotKind(StrEnum):
    """What stands in a place on an agenda."""

    CASE = "case"
    """A case that was proposed and accepted."""
    STANDING = "standing"
    """One that is on each of the committee's agendas (fast sak)."""
    BREAK = "break"
    """A pause."""
    OTHER = "other"
    """A line that the secretariat wrote itself, as something under «Eventuelt»."""


class AgendaSlot(Row, table=True):
    """A place on an agenda (punkt), in the order of `position`.

    A case or standing item without one stands where `handlers.meetings.agenda.order` puts it: rows are written when
    somebody changes something. `minutes`: the time set off for it here; for a case, instead of what it asked for.
    `starts_at`: it begins at that moment (UTC), whatever stands before it. `with_id`: it is handled together with
    that other place (sammenfallende). `number`: that of a standing item or a line of the secretariat's, where the
    committee numbers these; a case's is its own (`AgendaItem.number`). `left_out`: this meeting goes without that
    standing item, or the secretariat's line was taken away.
    """

    __tablename__ = "agenda_slot"
    __table_args__ = (UniqueConstraint("meeting_id", "item_id"), UniqueConstraint("meeting_id", "standing"))
    id: int = row_id()
    meeting_id: int = points_to("meeting.id")
    kind: str
    position: int
    item_id: int | None = points_to("agenda_item.id", null=True)
    standing: str | None = None
    """Which standing item: its title in the committee's list as the slot was written."""
    title: str = Field(default="")
    text: str = long_text()
    minutes: int | None = None
    starts_at: datetime | None = moment(null=True)
    with_id: int | None = points_to("agenda_slot.id", null=True, index=False)
    number: str | None = None
    number_year: int | None = None
    number_in_year: int | None = Field(default=None, index=True)
    presenters_text: str = Field(default="")
    left_out: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    paper_id: int | None = points_to("paper.id", null=True)


@append_only
class MeetingEvent(HistoryEvent, table=True):
    """An event in a meeting's life: its agenda changed, its convocation sent, somebody answered, it began."""

    __tablename__ = "meeting_event"
    meeting_id: int = points_to("meeting.id")
