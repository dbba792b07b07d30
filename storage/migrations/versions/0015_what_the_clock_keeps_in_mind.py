"""Who does a chore, what it is to look at when, and triggers that note what has changed since."""

import sqlalchemy as sa
from alembic import op

from storage.watched import WATCHES, statements

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "chore_lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "chore_look",
        sa.Column("chore", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chore", "subject"),
    )
    op.create_index("ix_chore_look_due", "chore_look", ["chore", "at"])
    op.create_table(
        "chore_changed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("chore", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for statement in statements(op.get_context().dialect.name, WATCHES):
        op.execute(statement)
