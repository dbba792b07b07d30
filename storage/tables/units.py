"""The units (enheter) that deviations are sent to, and who handles them there."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, UniqueConstraint
from sqlmodel import Field

from storage.tables.columns import json_column, moment, points_to, row_id
from storage.tables.row import Row
from storage.types import ID_TYPE, JsonObject


class StaffRole(StrEnum):
    """What somebody is in a unit. The Norwegian word is saksbehandler, stedfortreder or (nærmeste) leder."""

    HANDLER = "handler"
    DEPUTY = "deputy"
    LEADER = "leader"


class Unit(Row, table=True):
    """A unit (enhet): a hospital's department or section, or a municipality's service or place of service.

    `service` is the kind of municipal service (a key of `handlers.deviations.words.SERVICES`), empty for a hospital's.
    """

    __tablename__ = "unit"
    id: int = row_id()
    organisation_id: int = points_to("organisation.id")
    key: str = Field(unique=True)
    name: str
    service: str = Field(default="")
    response_days: int = Field(default=21)
    """How long the unit has to answer (svarfrist), in calendar days from when it got the report."""
    serious_response_days: int = Field(default=7)
    """The same for a serious event; never longer."""
    removed_at: datetime | None = moment(null=True)


class UnitAlias(Row, table=True):
    """Another or an older name of a unit, with the dates (local) it was in use.

    Learnt from a wrong routing where `learnt_by_id` says by whom; loading the partnership leaves those alone.
    """

    __tablename__ = "unit_alias"
    __table_args__ = (UniqueConstraint("unit_id", "alias"),)
    id: int = row_id()
    unit_id: int = points_to("unit.id")
    alias: str
    valid_from: date | None = None
    valid_to: date | None = None
    learnt_by_id: int | None = points_to("person.id", null=True, index=False)


class UnitStaff(Row, table=True):
    """What a person is in a unit, from and to a local date, both included."""

    __tablename__ = "unit_staff"
    __table_args__ = (UniqueConstraint("unit_id", "person_id", "role"),)
    id: int = row_id()
    unit_id: int = points_to("unit.id")
    person_id: int = points_to("person.id")
    role: str
    valid_from: date | None = None
    valid_to: date | None = None


class Workplace(Row, table=True):
    """The unit somebody works in (arbeidssted), as the partnership file or the person has said."""

    __tablename__ = "workplace"
    person_id: int = Field(sa_column=Column(ID_TYPE, ForeignKey("person.id"), primary_key=True))
    unit_id: int = points_to("unit.id")


class Setting(Row, table=True):
    """Something the partnership has decided for all, by name: `deviations` (see `handlers.deviations.settings`)."""

    __tablename__ = "setting"
    name: str = Field(primary_key=True)
    value: JsonObject = json_column()
