"""A meeting may go without a standing item; who changes an agenda that was told of is noted by triggers."""

import sqlalchemy as sa
from alembic import op

from storage.watched import Watch, statements

revision = "0020"
down_revision = "0019"

_WATCHES = (
    Watch(
        "meetings.agendas",
        "agenda",
        "CAST({row}.meeting_id AS VARCHAR)",
        columns="revision, draft_since",
        when="{row}.told_at IS NOT NULL",
        added=False,
        removed=False,
    ),
    Watch(
        "meetings.agendas",
        "agenda_item",
        "SELECT CAST(meeting_id AS VARCHAR) FROM agenda WHERE meeting_id = {row}.meeting_id AND told_at IS NOT NULL",
        columns="meeting_id, status, number, title, minutes",
        when="{row}.number IS NOT NULL",
        removed=False,
    ),
)


def upgrade() -> None:
    op.add_column("agenda_slot", sa.Column("left_out", sa.Boolean(), server_default=sa.false(), nullable=False))
    for statement in statements(op.get_context().dialect.name, _WATCHES):
        op.execute(statement)
