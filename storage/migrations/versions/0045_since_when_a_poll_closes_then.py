"""Since when a poll's deadline is the one it is."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    op.add_column("date_poll", sa.Column("closes_since", sa.DateTime(timezone=True), nullable=True))
