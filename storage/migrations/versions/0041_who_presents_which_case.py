"""Who presents which case, to be found by the person; what of minutes somebody is waited for in."""

import sqlalchemy as sa
from alembic import op

from storage.presenters import statements, those_there

revision = "0041"
down_revision = "0040"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "case_presenter",
        sa.Column("presenter_id", ID, autoincrement=False, nullable=False),
        sa.Column("item_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("presenter_id", "item_id"),
    )
    op.create_index("ix_case_presenter_item_id", "case_presenter", ["item_id"])
    dialect = op.get_context().dialect.name
    op.execute(those_there(dialect))
    for statement in statements(dialect):
        op.execute(statement)
    op.create_index("ix_minutes_status", "minutes", ["status"])
    op.create_index("ix_minutes_approval_person_id", "minutes_approval", ["person_id"])
