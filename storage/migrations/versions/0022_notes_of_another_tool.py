"""Notes of another tool, as a draft for the minutes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "minutes_notes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("minutes_id", ID, nullable=False),
        sa.Column("slot_id", ID, nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["minutes_id"], ["minutes.id"]),
        sa.ForeignKeyConstraint(["slot_id"], ["agenda_slot.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_minutes_notes_minutes_id", "minutes_notes", ["minutes_id"])
