"""People and where they are reached."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import json_column, moment, new_list, points_to, row_id
from storage.types import JsonObject


class Organisation(SQLModel, table=True):
    """A party of the partnership (virksomhet): a hospital, a municipality, a district."""

    __tablename__ = "organisation"
    id: int | None = row_id()
    key: str = Field(unique=True)
    name: str
    kind: str = Field(default="other")
    leaders_complete: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether the nearest leader completes a deviation report before it is sent."""
    removed_at: datetime | None = moment(null=True)


class Workspace(SQLModel, table=True):
    """A Slack workspace (team id) or a Teams tenant that an organisation owns."""

    __tablename__ = "workspace"
    __table_args__ = (UniqueConstraint("surface", "external_id"),)
    id: int | None = row_id()
    organisation_id: int = points_to("organisation.id")
    surface: str
    external_id: str


class LanguageFrom(StrEnum):
    """Who said in which language somebody is spoken to. Each gives way to those below it."""

    NOBODY = ""
    PLATFORM = "platform"
    FILE = "file"
    PERSON = "person"


class Person(SQLModel, table=True):
    """Somebody the bot knows. `email` is stored in lower case and is one person's alone."""

    __tablename__ = "person"
    id: int | None = row_id()
    organisation_id: int = points_to("organisation.id")
    name: str
    email: str | None = Field(default=None, unique=True)
    language: str = Field(default="nb")
    language_from: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Who said so (see `LanguageFrom`)."""
    also_at: list[str] = json_column(new_list)
    """Keys of further organisations this person works for («samme person hos to arbeidsgivere»)."""
    removed_at: datetime | None = moment(null=True)


class Account(SQLModel, table=True):
    """One person on one surface, with the address (opaque to all but that surface) to reach them at."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("surface", "workspace", "user_id"),)
    id: int | None = row_id()
    person_id: int = points_to("person.id")
    surface: str
    workspace: str
    user_id: str
    reach: JsonObject = json_column()
    seen_at: datetime = moment()
