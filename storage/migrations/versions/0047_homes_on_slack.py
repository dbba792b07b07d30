"""Whose home stands where on Slack, and when it is to be brought up to date."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "home_tab",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("changes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("greeted", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("claimed_by", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_index("ix_home_tab_due_at", "home_tab", ["due_at"])
