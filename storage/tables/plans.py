"""Meeting plans (møteplaner) that were handed in, and wait for somebody to have looked at what they would change."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlmodel import Field

from storage.tables.columns import json_column, moment, points_to, row_id
from storage.tables.row import Row
from storage.types import JsonObject


class PlanStatus(StrEnum):
    """What became of a plan."""

    WAITING = "waiting"
    STORED = "stored"
    THROWN = "thrown"


class MeetingPlan(Row, table=True):
    """A plan as it was read, and what people have answered about it since. Neither is lost meanwhile.

    `name`: of the file; empty: it was written. `read`: what was read, as `handlers.planning.kept.as_json`. `answers`:
    as `handlers.planning.answers.PlanAnswers`. `revision` goes up with each answer.
    """

    __tablename__ = "meeting_plan"
    id: int = row_id()
    name: str
    year: int
    read: JsonObject = json_column()
    answers: JsonObject = json_column()
    revision: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    status: str = Field(default=PlanStatus.WAITING, index=True)
    by_id: int | None = points_to("person.id", null=True, index=False)
    """None: it was handed in at the command line."""
    at: datetime = moment()
    settled_by_id: int | None = points_to("person.id", null=True, index=False)
    settled_at: datetime | None = moment(null=True)
