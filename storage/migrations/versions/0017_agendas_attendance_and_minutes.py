"""Agendas, who comes to meetings, and their minutes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storage.append_only import statements

revision = "0017"
down_revision = "0016"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_HISTORIES = {"meeting_event": "meeting_id", "minutes_event": "minutes_id"}
"""Table, and the column that says what its events are about."""
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "agenda",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("draft_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drafted_by_id", ID, nullable=True),
        sa.Column("told", JSON, nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("convened", JSON, nullable=True),
        sa.Column("convened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("convened_by_id", ID, nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["convened_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id"),
    )
    op.create_table(
        "meeting_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("meeting_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draft_id"),
    )
    op.create_index("ix_meeting_event_meeting_id", "meeting_event", ["meeting_id"])

    op.create_table(
        "minutes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("number_year", sa.Integer(), nullable=True),
        sa.Column("number_in_year", sa.Integer(), nullable=True),
        sa.Column("chair_id", ID, nullable=True),
        sa.Column("minute_taker_id", ID, nullable=True),
        sa.Column("comments_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_how", sa.String(), nullable=True),
        sa.Column("approved_in_id", ID, nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["approved_in_id"], ["meeting.id"]),
        sa.ForeignKeyConstraint(["chair_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.ForeignKeyConstraint(["minute_taker_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id"),
    )
    op.create_table(
        "agenda_slot",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_id", ID, nullable=True),
        sa.Column("standing", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("with_id", ID, nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("number_year", sa.Integer(), nullable=True),
        sa.Column("number_in_year", sa.Integer(), nullable=True),
        sa.Column("presenters_text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.ForeignKeyConstraint(["with_id"], ["agenda_slot.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id", "item_id"),
        sa.UniqueConstraint("meeting_id", "standing"),
    )
    op.create_index("ix_agenda_slot_item_id", "agenda_slot", ["item_id"])
    op.create_index("ix_agenda_slot_meeting_id", "agenda_slot", ["meeting_id"])

    op.create_table(
        "minutes_approval",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("minutes_id", ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("minutes_id", "round", "person_id"),
    )
    op.create_index("ix_minutes_approval_minutes_id", "minutes_approval", ["minutes_id"])

    op.create_table(
        "minutes_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("minutes_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draft_id"),
    )
    op.create_index("ix_minutes_event_minutes_id", "minutes_event", ["minutes_id"])

    op.create_table(
        "attendance",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("slot_id", ID, nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("substitute_id", ID, nullable=True),
        sa.Column("substitute_name", sa.String(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=True),
        sa.Column("stands_in_for_id", ID, nullable=True),
        sa.Column("from_slot_id", ID, nullable=True),
        sa.Column("to_slot_id", ID, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["from_slot_id"], ["agenda_slot.id"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["slot_id"], ["agenda_slot.id"]),
        sa.ForeignKeyConstraint(["stands_in_for_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["substitute_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["to_slot_id"], ["agenda_slot.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id", "person_id"),
    )
    op.create_index("ix_attendance_meeting_id", "attendance", ["meeting_id"])
    op.create_index("ix_attendance_person_id", "attendance", ["person_id"])

    op.create_table(
        "disqualification",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("slot_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("substitute_id", ID, nullable=True),
        sa.Column("substitute_name", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["slot_id"], ["agenda_slot.id"]),
        sa.ForeignKeyConstraint(["substitute_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slot_id", "person_id"),
    )
    op.create_index("ix_disqualification_meeting_id", "disqualification", ["meeting_id"])
    op.create_index("ix_disqualification_slot_id", "disqualification", ["slot_id"])

    op.create_table(
        "minutes_entry",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("minutes_id", ID, nullable=False),
        sa.Column("slot_id", ID, nullable=False),
        sa.Column("discussion", sa.Text(), nullable=False),
        sa.Column("how_decided", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"]),
        sa.ForeignKeyConstraint(["slot_id"], ["agenda_slot.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("minutes_id", "slot_id"),
    )
    op.create_index("ix_minutes_entry_minutes_id", "minutes_entry", ["minutes_id"])
    op.create_index("ix_minutes_entry_slot_id", "minutes_entry", ["slot_id"])

    op.create_table(
        "conclusion",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["minutes_entry.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_conclusion_entry_id", "conclusion", ["entry_id"])

    op.create_table(
        "follow_up",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("owner_committee_id", ID, nullable=True),
        sa.Column("owner_text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["minutes_entry.id"]),
        sa.ForeignKeyConstraint(["owner_committee_id"], ["committee.id"]),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_follow_up_entry_id", "follow_up", ["entry_id"])
    op.create_index("ix_follow_up_owner_committee_id", "follow_up", ["owner_committee_id"])
    op.create_index("ix_follow_up_owner_id", "follow_up", ["owner_id"])

    op.create_table(
        "minutes_comment",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("minutes_id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("instead", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["entry_id"], ["minutes_entry.id"]),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draft_id"),
    )
    op.create_index("ix_minutes_comment_minutes_id", "minutes_comment", ["minutes_id"])

    op.create_table(
        "dispatch",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conclusion_id", ID, nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["conclusion_id"], ["conclusion.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_dispatch_conclusion_id", "dispatch", ["conclusion_id"])

    # Not in a batch: that would copy the table on SQLite, and leave the triggers that watch it behind.
    for name in ("closed_under", "archive_reference"):
        op.add_column("agenda_item", sa.Column(name, sa.String(), server_default="", nullable=False))
    for name, about in _HISTORIES.items():
        columns = ["id", "kind", "at", "note", "data", "internal", "draft_id", about]
        for statement in statements(op.get_context().dialect.name, name, columns):
            op.execute(statement)
