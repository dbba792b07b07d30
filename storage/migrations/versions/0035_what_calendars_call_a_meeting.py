"""What calendars call a meeting, from its first day on and not only once it is convened."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

_RANDOM = {
    "sqlite": "lower(hex(randomblob(16)))",
    "postgresql": "CAST(gen_random_uuid() AS VARCHAR)",
}
_CONVENED = {
    "sqlite": "json_extract(agenda.convened, '$.uid')",
    "postgresql": "agenda.convened ->> 'uid'",
}


def upgrade() -> None:
    # Not in a batch: that would copy the table on SQLite, and leave the triggers that watch it behind.
    op.add_column("meeting", sa.Column("uid", sa.String(), server_default=sa.text("''"), nullable=False))
    dialect = op.get_context().dialect.name
    # What calendars have got already stays what it is.
    op.execute(
        f"UPDATE meeting SET uid = COALESCE((SELECT {_CONVENED[dialect]} FROM agenda "  # noqa: S608 - of constants
        f"WHERE agenda.meeting_id = meeting.id), {_RANDOM[dialect]} || '@helsefellesskap-bot')"
    )
    op.create_index("ix_meeting_uid", "meeting", ["uid"])
