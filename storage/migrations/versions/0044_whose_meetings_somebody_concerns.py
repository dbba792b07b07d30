"""Somebody who leaves, or comes back, concerns the reminders of their own committees and meetings, and not all."""

from alembic import op

from storage import watched

revision = "0044"
down_revision = "0043"

_WATCHES = (
    watched.Watch(
        "meetings.reminders",
        "person",
        "'p' || CAST({row}.id AS VARCHAR)",
        columns="removed_at",
        added=False,
        removed=False,
    ),
)
_NAME = "person_told_meetings_reminders_update"


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        op.execute(f"DROP TRIGGER {_NAME}")
    else:
        op.execute(f"DROP TRIGGER {_NAME} ON person")
        op.execute(f"DROP FUNCTION {_NAME}()")
    for statement in watched.statements(dialect, _WATCHES):
        op.execute(statement)
