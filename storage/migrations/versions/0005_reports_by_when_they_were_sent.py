"""Reports by when they were sent: patterns are looked for among the newest."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_deviation_sent", "deviation", ["sent_at"], unique=False)
