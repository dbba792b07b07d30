"""Several series of numbers in one committee, and how a case reads in each committee that it has been in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    # Not in a batch: that would copy the table on SQLite, and leave the triggers that watch it behind.
    for table in ("agenda_item", "former_number"):
        op.add_column(table, sa.Column("number_series", sa.String(), server_default="", nullable=False))
    op.add_column("agenda_item", sa.Column("levels", JSON, nullable=True))
