"""People and where they are reached."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from storage.tables.columns import json_column, moment, new_list, points_to, row_id
from storage.tables.row import Row
from storage.types import ID_TYPE, JSON_TYPE, JsonObject


class Organisation(Row, table=True):
    """A party of the partnership (virksomhet): a hospital, a municipality, a district."""

    __tablename__ = "organisation"
    id: int = row_id()
    key: str = Field(unique=True)
    name: str
    kind: str = Field(default="other")
    leaders_complete: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether the nearest leader completes a deviation report before it is sent."""
    guests: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether guests of its workspaces are let in though the partnership file does not name them."""
    contacts: list[str] = Field(
        default_factory=new_list, sa_column=Column(JSON_TYPE, nullable=False, server_default=text("'[]'"))
    )
    """Addresses of those who answer for it where its answer is asked for (kontaktpersoner)."""
    removed_at: datetime | None = moment(null=True)
    merged_into_id: int | None = points_to("organisation.id", null=True, index=False)
    """The one that it became part of, as municipalities do (kommunesammenslåing)."""


class Workspace(Row, table=True):
    """A Slack workspace (`T…`), an Enterprise Grid of these (`E…`), or a Teams tenant, that an organisation owns."""

    __tablename__ = "workspace"
    __table_args__ = (UniqueConstraint("surface", "external_id"),)
    id: int = row_id()
    organisation_id: int = points_to("organisation.id")
    surface: str
    external_id: str


class LanguageFrom(StrEnum):
    """Who said in which language somebody is spoken to. Each gives way to those below it."""

    NOBODY = ""
    PLATFORM = "platform"
    FILE = "file"
    PERSON = "person"


class Person(Row, table=True):
    """Somebody the bot knows. `email` is stored in lower case and is one person's alone."""

    __tablename__ = "person"
    id: int = row_id()
    organisation_id: int = points_to("organisation.id")
    name: str
    email: str | None = Field(default=None, unique=True)
    language: str = Field(default="nb")
    language_from: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Who said so (see `LanguageFrom`)."""
    also_at: list[str] = json_column(new_list)
    """Keys of further organisations this person works for («samme person hos to arbeidsgivere»)."""
    listed: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether they stand in the partnership file."""
    slack_id: str | None = Field(default=None, index=True)
    """Their user id on Slack (`U…`), if the file gives it: whoever has it is they, whatever is said of an address."""
    teams_id: str | None = Field(default=None, index=True)
    """Their object id in Entra ID, likewise."""
    guest: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether the platforms that they write from all call them an outsider (see `storage.people.is_guest`)."""
    joined_to_id: int | None = points_to("person.id", null=True, index=False)
    """Who they turned out to be (see `storage.joining`). Such a row is removed, and nothing else refers to it."""
    removed_at: datetime | None = moment(null=True)


class Account(Row, table=True):
    """One person on one surface, with the address (opaque to all but that surface) to reach them at."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("surface", "workspace", "user_id"),
        # One organisation may have several workspaces, and a person is the same in all of them.
        Index("ix_account_user", "surface", "user_id"),
    )
    id: int = row_id()
    person_id: int = points_to("person.id")
    surface: str
    workspace: str
    user_id: str
    reach: JsonObject = json_column()
    seen_at: datetime = moment()
    outsider: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether the platform calls them an outsider of the workspace, the last time it was asked."""
    unvouched: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """Why the platform vouches for no e-mail address of theirs (see `handlers.people.context.Unvouched`); empty if it
    does."""
    ask_at: datetime | None = moment(null=True)
    """When the platform is asked again who they are; None: at once (they were met by an older version of the bot)."""
    asked: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """How often it was asked in vain since they were met."""


class LookUp(Row, table=True):
    """Somebody who was looked for on a surface, and not found: when to look again, ever less often.

    `outcome`: `absent` (the surface does not know them), `later` or `misconfigured` (it did not say).
    """

    __tablename__ = "look_up"
    surface: str = Field(primary_key=True)
    person_id: int = Field(sa_column=Column(ID_TYPE, ForeignKey("person.id"), primary_key=True, index=True))
    outcome: str
    times: int
    """How often in a row it came out so."""
    ask_at: datetime = moment()
