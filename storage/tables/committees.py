"""Committees and meetings."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, String, UniqueConstraint, false, text
from sqlmodel import Field

from storage.tables.columns import json_column, moment, new_list, points_to, row_id
from storage.tables.row import Row
from storage.types import JsonObject


class Committee(Row, table=True):
    """A committee (utvalg). `settings` holds the offsets of its deadlines and reminders (see handlers.meetings)."""

    __tablename__ = "committee"
    id: int = row_id()
    key: str = Field(unique=True)
    name: str
    number_template: str
    proposals_from: str = Field(default="members")
    """Who may propose cases: `members`, or `everyone` in the partnership."""
    zone: str = Field(default="Europe/Oslo")
    settings: JsonObject = json_column()
    standing_items: list[Any] = json_column(new_list)
    removed_at: datetime | None = moment(null=True)


class CommitteeAlias(Row, table=True):
    """Another or an older name of a committee, with the dates (local) it was in use."""

    __tablename__ = "committee_alias"
    id: int = row_id()
    committee_id: int = points_to("committee.id")
    alias: str
    valid_from: date | None = None
    valid_to: date | None = None


class YearlyDutyDone(Row, table=True):
    """That a committee has done what it is to do each year, in that year. `name`: as its settings have it."""

    __tablename__ = "yearly_duty_done"
    __table_args__ = (UniqueConstraint("committee_id", "name", "year"),)
    id: int = row_id()
    committee_id: int = points_to("committee.id", index=False)
    name: str
    year: int
    done_by_id: int = points_to("person.id", index=False)
    done_at: datetime = moment()


class Membership(Row, table=True):
    """A person's role in a committee, from and to a local date, both included."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("committee_id", "person_id", "role"),)
    id: int = row_id()
    committee_id: int = points_to("committee.id")
    person_id: int = points_to("person.id")
    role: str
    valid_from: date | None = None
    valid_to: date | None = None
    substitute_for_id: int | None = points_to("person.id", null=True, index=False)


class AlsoSubstitute(Row, table=True):
    """A further member whose substitute (stedfortreder) somebody is in a committee, besides the one that their
    `Membership` names. Their membership says from when to when."""

    __tablename__ = "also_substitute"
    __table_args__ = (UniqueConstraint("committee_id", "person_id", "member_id"),)
    id: int = row_id()
    committee_id: int = points_to("committee.id", index=False)
    person_id: int = points_to("person.id")
    member_id: int = points_to("person.id", index=False)


class MeetingSource(StrEnum):
    """Who said when and where a meeting is. What was said in chat, on a page or by a plan that was handed in is not
    undone by loading the file: whoever loads is asked which holds."""

    FILE = "file"
    """The partnership file."""
    PLAN = "plan"
    """A plan for a year that was handed in."""
    CHAT = "chat"
    PAGE = "page"
    PAPER = "paper"
    """An old paper."""


def new_uid() -> str:
    """What calendars call a meeting: unlike those of every other installation, too."""
    return f"{uuid4()}@helsefellesskap-bot"


class Meeting(Row, table=True):
    """A meeting (møte) of a committee, with the deadline (frist) for proposing cases to it.

    `day_only`: an old paper says on which day it was held, and not when; it then begins and ends at midnight, local
    time.
    """

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("committee_id", "key"),)
    id: int = row_id()
    committee_id: int = points_to("committee.id")
    key: str
    starts_at: datetime = moment(index=True)
    ends_at: datetime = moment()
    deadline_at: datetime = moment()
    zone: str
    place: str = Field(default="")
    cancelled_at: datetime | None = moment(null=True)
    day_only: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    paper_id: int | None = points_to("paper.id", null=True)
    """The paper that it was made from."""
    source: str = Field(default=MeetingSource.FILE, sa_column_kwargs={"server_default": text("'file'")})
    """Where its time, place and whether it is held were last said."""
    sequence: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """Goes up by one with each change of its time or place, and when it is cancelled or held after all: calendars know
    by it which entry is the newest (RFC 5545, SEQUENCE), and who changes it says which one they saw."""
    extraordinary: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Outside the plan (ekstraordinært møte)."""
    chair_id: int | None = points_to("person.id", null=True, index=False)
    """Who is to lead it (møteleder), where the plan says so."""
    host_id: int | None = points_to("organisation.id", null=True, index=False)
    """The party where it is held (vertskap), where the plan says so."""
    uid: str = Field(
        default_factory=new_uid,
        sa_column=Column(String, nullable=False, default=new_uid, server_default=text("''"), index=True),
    )
    """What calendars call it (RFC 5545, UID): the same for as long as it is the same meeting, wherever it stands."""
    join_url: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """Where those who are not in the room join it (http or https); empty: nowhere."""
