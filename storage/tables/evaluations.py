"""Evaluations of meetings (evaluering)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, UniqueConstraint, false
from sqlmodel import Field

from storage.tables.columns import json_column, moment, new_list, points_to, row_id
from storage.tables.row import Row


class Evaluation(Row, table=True):
    """The questions that those who were at a meeting are asked after it.

    `clock_at`: when the clock is to look at it next.
    """

    __tablename__ = "evaluation"
    __table_args__ = (UniqueConstraint("meeting_id"),)
    id: int = row_id()
    meeting_id: int = points_to("meeting.id", index=False)
    questions: list[Any] = json_column(new_list)
    opened_at: datetime = moment()
    closes_at: datetime = moment()
    closed_at: datetime | None = moment(null=True)
    clock_at: datetime | None = moment(null=True, index=True)


class EvaluationAsked(Row, table=True):
    """Who was asked, and whether they have answered; not what, nor when."""

    __tablename__ = "evaluation_asked"
    __table_args__ = (UniqueConstraint("evaluation_id", "person_id"),)
    id: int = row_id()
    evaluation_id: int = points_to("evaluation.id")
    person_id: int = points_to("person.id")
    answered: bool = Field(default=False, sa_column=Column(Boolean(), nullable=False, server_default=false()))


class EvaluationAnswer(Row, table=True):
    """What somebody answered, nobody knows who. `id` is drawn by lot, so that the order tells nothing."""

    __tablename__ = "evaluation_answer"
    id: str = Field(primary_key=True)
    evaluation_id: int = points_to("evaluation.id")
    answers: list[Any] = json_column(new_list)
