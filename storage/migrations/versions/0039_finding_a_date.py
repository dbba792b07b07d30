"""Finding a date: times that are proposed for a meeting, who is asked, and which of them suit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storage.append_only import statements as append_only
from storage.watched import Watch, statements

revision = "0039"
down_revision = "0038"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

_WATCHES = (
    Watch("polls", "date_poll", "CAST({row}.id AS VARCHAR)", "status, closes_at", removed=False),
    Watch(
        "polls",
        "membership",
        "SELECT CAST(id AS VARCHAR) FROM date_poll WHERE committee_id = {row}.committee_id AND status = 'open'",
    ),
    Watch(
        "polls",
        "person",
        "SELECT CAST(date_poll.id AS VARCHAR) FROM date_poll "
        "JOIN date_poll_asked ON date_poll_asked.poll_id = date_poll.id "
        "WHERE date_poll_asked.person_id = {row}.id AND date_poll.status = 'open'",
        "removed_at",
        added=False,
        removed=False,
    ),
)


def upgrade() -> None:
    op.create_table(
        "date_poll",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("committee_id", ID, nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("extraordinary", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("asks", sa.String(), nullable=False),
        sa.Column("substitutes", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_by_id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("meeting_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"]),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draft_id"),
    )
    op.create_index("ix_date_poll_committee_id", "date_poll", ["committee_id"])
    op.create_index("ix_date_poll_meeting_id", "date_poll", ["meeting_id"])

    op.create_table(
        "date_poll_asked",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("poll_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("named", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("page", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["poll_id"], ["date_poll.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("poll_id", "person_id"),
    )
    op.create_index("ix_date_poll_asked_person_id", "date_poll_asked", ["person_id"])

    op.create_table(
        "date_poll_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("poll_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["poll_id"], ["date_poll.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draft_id"),
    )
    op.create_index("ix_date_poll_event_poll_id", "date_poll_event", ["poll_id"])

    op.create_table(
        "date_poll_time",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("poll_id", ID, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["date_poll.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("poll_id", "starts_at", "ends_at"),
    )
    op.create_table(
        "date_poll_answer",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("poll_id", ID, nullable=False),
        sa.Column("time_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("suits", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["poll_id"], ["date_poll.id"]),
        sa.ForeignKeyConstraint(["time_id"], ["date_poll_time.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("time_id", "person_id"),
    )
    op.create_index("ix_date_poll_answer_person_id", "date_poll_answer", ["person_id"])
    op.create_index("ix_date_poll_answer_poll_id", "date_poll_answer", ["poll_id"])

    dialect = op.get_context().dialect.name
    columns = ("id", "kind", "at", "note", "data", "internal", "draft_id", "poll_id")
    for statement in (*append_only(dialect, "date_poll_event", columns), *statements(dialect, _WATCHES)):
        op.execute(statement)
