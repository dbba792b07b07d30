"""Reminders, how people want them, and who said when and where a meeting is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034"
down_revision = "0033"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    # Not in a batch: that would copy the table on SQLite, and leave the triggers that watch it behind.
    for column in (
        sa.Column("source", sa.String(), server_default=sa.text("'file'"), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("extraordinary", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("join_url", sa.String(), server_default=sa.text("''"), nullable=False),
    ):
        op.add_column("meeting", column)
    for name, target in (("chair_id", "person.id"), ("host_id", "organisation.id")):
        op.add_column("meeting", sa.Column(name, ID, sa.ForeignKey(target), nullable=True), inline_references=True)
    op.execute("UPDATE meeting SET source = 'paper' WHERE paper_id IS NOT NULL")
    # What calendars have got goes on from there.
    op.execute(
        "UPDATE meeting SET sequence = "
        "COALESCE((SELECT agenda.sequence FROM agenda WHERE agenda.meeting_id = meeting.id), 0)"
    )

    op.create_table(
        "reminder",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("meeting_id", ID, nullable=True),
        sa.Column("committee_id", ID, nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("delivery_key", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "occurrence", "person_id"),
    )
    op.create_index(
        "ix_reminder_pending",
        "reminder",
        ["send_at"],
        postgresql_where=sa.text("status = 'pending'"),
        sqlite_where=sa.text("status = 'pending'"),
    )
    op.create_index("ix_reminder_person", "reminder", ["person_id", "send_at"])
    for name in ("subject", "delivery_key", "meeting_id"):
        op.create_index(f"ix_reminder_{name}", "reminder", [name])

    op.create_table(
        "reminder_wishes",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("wishes", JSON, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("person_id"),
    )
    if op.get_context().dialect.name == "postgresql":
        # As deliveries: what is due is found among all that ever were.
        op.execute(
            "ALTER TABLE reminder SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 200, "
            "autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)"
        )
