"""Who has claimed a delivery, whether it may have arrived, and which workers live."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("delivery", sa.Column("claimed_by", sa.String(), nullable=True))
    op.add_column(
        "delivery", sa.Column("may_have_arrived", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
