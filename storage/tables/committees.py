"""Committees and meetings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint, false
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
