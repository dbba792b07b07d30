"""Yearly duties that are done, and reminders that are about a committee and no meeting."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "yearly_duty_done",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("committee_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("done_by_id", ID, nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"]),
        sa.ForeignKeyConstraint(["done_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("committee_id", "name", "year"),
    )
    op.create_index(
        "ix_reminder_committee_id",
        "reminder",
        ["committee_id"],
        postgresql_where=sa.text("meeting_id IS NULL"),
        sqlite_where=sa.text("meeting_id IS NULL"),
    )
    # Committees are looked at once more, and not only at midnight.
    op.execute("DELETE FROM chore_look WHERE chore = 'meetings.reminders'")
