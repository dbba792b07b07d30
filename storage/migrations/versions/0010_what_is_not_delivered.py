"""Messages that are not delivered for a fault: the reference that the log and people have of it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("reference", sa.String(), server_default="", nullable=False))
