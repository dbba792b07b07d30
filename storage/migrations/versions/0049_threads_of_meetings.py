"""A committee's channel on a chat, and the threads that its meetings have there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storage.watched import Watch, statements

revision = "0049"
down_revision = "0048"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

_OF_MEETING = (
    "SELECT '{kind}' || CAST(meeting.id AS VARCHAR) FROM meeting "
    "JOIN committee_channel ON committee_channel.committee_id = meeting.committee_id WHERE meeting.id = {row}.{id}"
)
_WATCHES = (
    Watch(
        "meetings.threads",
        "meeting",
        _OF_MEETING.replace("{kind}", "m").replace("{id}", "id"),
        "committee_id, starts_at, ends_at, deadline_at, zone, place, cancelled_at",
        removed=False,
    ),
    Watch(
        "meetings.threads",
        "committee",
        "'c' || CAST({row}.id AS VARCHAR)",
        "name, settings, standing_items, removed_at",
        removed=False,
    ),
    Watch(
        "meetings.threads",
        "committee_channel",
        "'c' || CAST({row}.committee_id AS VARCHAR)",
        "surface, workspace, channel, is_on",
    ),
    Watch(
        "meetings.threads",
        "agenda",
        _OF_MEETING.replace("{kind}", "a").replace("{id}", "meeting_id"),
        "revision, draft_since, told_at, convened_at",
        removed=False,
    ),
    Watch(
        "meetings.threads",
        "agenda_item",
        "SELECT 'a' || CAST(meeting.id AS VARCHAR) FROM meeting "
        "JOIN committee_channel ON committee_channel.committee_id = meeting.committee_id "
        "WHERE meeting.id = {row}.meeting_id UNION SELECT 'meetings.threads', 'i' || CAST({row}.id AS VARCHAR) "
        "WHERE EXISTS (SELECT 1 FROM meeting_thread)",
        "meeting_id, status, number, title, minutes, closed_under",
        when="{row}.number IS NOT NULL",
    ),
    Watch(
        "meetings.threads",
        "minutes",
        _OF_MEETING.replace("{kind}", "m").replace("{id}", "meeting_id"),
        when="{row}.status <> 'draft' AND {row}.paper_id IS NULL",
        removed=False,
    ),
)


def upgrade() -> None:
    op.create_table(
        "chat_channel",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reach", JSON, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("surface", "workspace", "channel"),
    )
    op.create_table(
        "committee_channel",
        sa.Column("committee_id", ID, nullable=False),
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("changed_by_id", ID, nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"]),
        sa.PrimaryKeyConstraint("committee_id"),
    )
    op.create_table(
        "meeting_thread",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("committee_id", ID, nullable=False),
        sa.Column("surface", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("told", JSON, nullable=False),
        sa.Column("gathers_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id", "surface", "workspace", "channel"),
    )
    op.create_index("ix_meeting_thread_committee_id", "meeting_thread", ["committee_id"])

    op.create_table(
        "thread_post",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("thread_id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("message", JSON, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("shown_revision", sa.Integer(), nullable=False),
        sa.Column("ref", JSON, nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("may_have_arrived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("uncertain", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["thread_id"], ["meeting_thread.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("thread_id", "key"),
    )
    op.create_index(
        "ix_thread_post_due",
        "thread_post",
        ["due_at"],
        postgresql_where=sa.text("status = 'pending'"),
        sqlite_where=sa.text("status = 'pending'"),
    )
    op.create_index("ix_thread_post_thread_id", "thread_post", ["thread_id"])

    for statement in statements(op.get_context().dialect.name, _WATCHES):
        op.execute(statement)
