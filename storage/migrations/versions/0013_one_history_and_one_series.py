"""One shape of history for cases and deviations, append-only; and one table for every series of numbers."""

import sqlalchemy as sa
from alembic import op

from storage.append_only import statements

revision = "0013"
down_revision = "0012"

_HISTORIES = {"agenda_item_event": "item_id", "deviation_event": "deviation_id"}
"""Table, and the column that says what its events are about."""


def upgrade() -> None:
    dialect = op.get_context().dialect.name
    # On SQLite this copies the table, which nothing refers to; so the triggers come after it.
    with op.batch_alter_table("agenda_item_event") as batch_op:
        batch_op.add_column(sa.Column("internal", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.alter_column("actor_id", existing_type=sa.BigInteger(), nullable=True)
    if dialect == "postgresql":
        op.execute("DROP TRIGGER deviation_event_stays ON deviation_event")
        op.execute("DROP FUNCTION deviation_event_stays()")
    else:
        op.execute("DROP TRIGGER deviation_event_stays_update")
        op.execute("DROP TRIGGER deviation_event_stays_delete")
    for name, about in _HISTORIES.items():
        for statement in statements(dialect, name, ["id", "kind", "at", "note", "data", "internal", "draft_id", about]):
            op.execute(statement)

    op.create_table(
        "series",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "year"),
    )
    op.execute(
        "INSERT INTO series (name, year, last) "
        "SELECT 'cases:' || CAST(committee_id AS VARCHAR), year, last FROM number_series"
    )
    op.execute("INSERT INTO series (name, year, last) SELECT 'deviations', year, last FROM deviation_series")
    op.drop_table("number_series")
    op.drop_table("deviation_series")
