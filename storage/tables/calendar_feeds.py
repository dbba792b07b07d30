"""Addresses at which people's calendars fetch their meetings and deadlines (kalenderadresse)."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field

from storage.tables.columns import moment
from storage.tables.row import Row
from storage.types import ID_TYPE


class CalendarFeed(Row, table=True):
    """The one calendar address that a person has.

    It consists of a `handle`, which is no secret, and of a secret, of which only a hash is kept: a new address is a new
    pair, and the former one leads nowhere. `read_at`: when a calendar last fetched it, to the hour. `version`: of what
    was in it then; `changed_at`: since when it is that.
    """

    __tablename__ = "calendar_feed"
    person_id: int = Field(sa_column=Column(ID_TYPE, ForeignKey("person.id"), primary_key=True))
    handle: str = Field(unique=True)
    secret_hash: str
    created_at: datetime = moment()
    read_at: datetime | None = moment(null=True)
    version: str = Field(default="")
    changed_at: datetime | None = moment(null=True)
