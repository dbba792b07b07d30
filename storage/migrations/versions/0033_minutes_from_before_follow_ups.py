"""Minutes that had left the minute taker before follow-ups were followed up: nobody is told of, or reminded of, what
was long due in them."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    # Not in a batch: that would copy the table on SQLite, and leave the triggers that watch it behind.
    op.add_column("minutes", sa.Column("followed_from", sa.Date(), nullable=True))
    op.execute(
        "UPDATE minutes SET followed_from = CURRENT_DATE WHERE status IN ('published', 'approved') AND paper_id IS NULL"
    )
