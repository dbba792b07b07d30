"""Finding a date (datovalg): times that are proposed for a meeting, and who can come at which of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, false, text
from sqlmodel import Field

from storage.append_only import append_only
from storage.tables.columns import moment, points_to, row_id
from storage.tables.history import HistoryEvent
from storage.tables.row import Row


class PollStatus(StrEnum):
    """Where a poll stands."""

    OPEN = "open"
    CHOSEN = "chosen"
    """One of its times became a meeting."""
    CANCELLED = "cancelled"


class PollAsks(StrEnum):
    """Who is asked, besides those who are named."""

    COMMITTEE = "committee"
    """Everybody who is convened to the committee's meetings."""
    VOTING = "voting"
    """Those of them who have a vote."""
    NAMED = "named"
    """Nobody."""


class Suits(StrEnum):
    """What somebody says of a proposed time."""

    YES = "yes"
    IF_NEEDED = "if_needed"
    NO = "no"


class DatePoll(Row, table=True):
    """That a committee is asked when it can meet.

    `about`: what the meeting is to be about, in words. `substitutes`: the committee's substitutes are asked too.
    `closes_at`: until when people answer (UTC), and `closes_since`: since when that is so, if it was another before.
    `over_at`: the `closes_at` after which everybody was told that it is
    over. `meeting_id`: the meeting that the chosen time became.
    """

    __tablename__ = "date_poll"
    id: int = row_id()
    draft_id: str = Field(unique=True)
    committee_id: int = points_to("committee.id")
    about: str = Field(default="")
    place: str = Field(default="")
    zone: str
    extraordinary: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    asks: str = Field(default=PollAsks.COMMITTEE)
    substitutes: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    closes_at: datetime = moment()
    closes_since: datetime | None = moment(null=True)
    status: str = Field(default=PollStatus.OPEN)
    created_by_id: int = points_to("person.id", index=False)
    created_at: datetime = moment()
    over_at: datetime | None = moment(null=True)
    closed_at: datetime | None = moment(null=True)
    meeting_id: int | None = points_to("meeting.id", null=True)


class DatePollTime(Row, table=True):
    """A time that is proposed (UTC). They are numbered in the order in which they come. `chosen`: it became the
    meeting."""

    __tablename__ = "date_poll_time"
    __table_args__ = (UniqueConstraint("poll_id", "starts_at", "ends_at"),)
    id: int = row_id()
    poll_id: int = points_to("date_poll.id", index=False)
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    chosen: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class DatePollAsked(Row, table=True):
    """Somebody who is asked.

    `named`: by name, so what becomes of their roles changes nothing. `gone_at`: since when they are not asked any more,
    since they left the committee. `answered_at`: when they had said something of every time that was still to come.
    `page`: which of several pages of times stands before them.
    """

    __tablename__ = "date_poll_asked"
    __table_args__ = (UniqueConstraint("poll_id", "person_id"),)
    id: int = row_id()
    poll_id: int = points_to("date_poll.id", index=False)
    person_id: int = points_to("person.id")
    named: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    asked_at: datetime = moment()
    gone_at: datetime | None = moment(null=True)
    answered_at: datetime | None = moment(null=True)
    page: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class DatePollAnswer(Row, table=True):
    """What somebody says of one time (`storage.tables.Suits`)."""

    __tablename__ = "date_poll_answer"
    __table_args__ = (UniqueConstraint("time_id", "person_id"),)
    id: int = row_id()
    poll_id: int = points_to("date_poll.id")
    time_id: int = points_to("date_poll_time.id", index=False)
    person_id: int = points_to("person.id")
    suits: str
    at: datetime = moment()


@append_only
class DatePollEvent(HistoryEvent, table=True):
    """An event in the life of a poll."""

    __tablename__ = "date_poll_event"
    poll_id: int = points_to("date_poll.id")
