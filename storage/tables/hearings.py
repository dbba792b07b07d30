"""Rounds of written comments (høring)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import false
from sqlmodel import Field

from storage.append_only import append_only
from storage.tables.columns import json_column, long_text, moment, new_list, points_to, row_id
from storage.tables.history import HistoryEvent
from storage.tables.row import Row


class HearingStatus(StrEnum):
    """Where a round stands."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Hearing(Row, table=True):
    """A round of written comments (høring) of a committee, about a case or about something else that it asks.

    `deadline_at`: until when comments are asked for (UTC); later ones are taken and marked. `links`: what is to be
    read. `clock_at`: when the clock is to look at it next.
    """

    __tablename__ = "hearing"
    id: int = row_id()
    draft_id: str = Field(unique=True)
    committee_id: int = points_to("committee.id")
    item_id: int | None = points_to("agenda_item.id", null=True)
    title: str
    question: str = long_text()
    links: list[Any] = json_column(new_list)
    deadline_at: datetime = moment()
    status: str = Field(default=HearingStatus.OPEN)
    created_by_id: int = points_to("person.id", index=False)
    created_at: datetime = moment()
    closed_at: datetime | None = moment(null=True)
    revision: int = Field(default=0)
    clock_at: datetime | None = moment(null=True, index=True)


class HearingRecipient(Row, table=True):
    """Somebody whose comments are asked for, and what they answered.

    `on_behalf_of`: the party or committee that they speak for, in words. `no_remarks`: they have none (ingen
    merknader).
    """

    __tablename__ = "hearing_recipient"
    id: int = row_id()
    hearing_id: int = points_to("hearing.id")
    person_id: int | None = points_to("person.id", null=True)
    name: str = Field(default="")
    on_behalf_of: str = Field(default="")
    organisation_id: int | None = points_to("organisation.id", null=True, index=False)
    committee_id: int | None = points_to("committee.id", null=True, index=False)
    asked_at: datetime = moment()
    text: str = long_text()
    no_remarks: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    answered_at: datetime | None = moment(null=True)
    answered_by_id: int | None = points_to("person.id", null=True, index=False)
    revision: int = Field(default=0)


@append_only
class HearingEvent(HistoryEvent, table=True):
    """An event in the life of a round of comments."""

    __tablename__ = "hearing_event"
    hearing_id: int = points_to("hearing.id")
