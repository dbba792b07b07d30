"""How often minutes were sent to people, until when they may answer, and when the clock looks at them next."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("minutes", sa.Column("round", sa.Integer(), server_default="0", nullable=False))
    op.add_column("minutes", sa.Column("approve_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("minutes", sa.Column("clock_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_minutes_clock_at", "minutes", ["clock_at"])
    op.add_column("minutes_comment", sa.Column("part", sa.String(), server_default="", nullable=False))
    op.add_column("minutes_comment", sa.Column("before", sa.Text(), server_default="", nullable=False))
