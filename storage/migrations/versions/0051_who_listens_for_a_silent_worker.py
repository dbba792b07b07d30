"""Since when a worker that says nothing is listened for, whoever does."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    op.add_column("worker", sa.Column("listened_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("worker", sa.Column("listened_at", sa.DateTime(timezone=True), nullable=True))
