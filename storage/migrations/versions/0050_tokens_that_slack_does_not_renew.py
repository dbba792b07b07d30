"""Since when Slack gives no new token for an installation."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    op.add_column("slack_installation", sa.Column("stuck_at", sa.DateTime(timezone=True), nullable=True))
