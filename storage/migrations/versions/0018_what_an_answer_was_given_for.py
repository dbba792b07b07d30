"""When a meeting was to begin as somebody answered that they come; a guest may come to several items."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("attendance") as batch_op:
        batch_op.add_column(sa.Column("answered_for", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("guest_in", JSON, nullable=True))
    rows = sa.table(
        "attendance",
        sa.column("id"),
        sa.column("slot_id"),
        sa.column("guest_in", JSON),
        sa.column("answered_for"),
        sa.column("answer"),
        sa.column("meeting_id"),
    )
    meetings = sa.table("meeting", sa.column("id"), sa.column("starts_at"))
    connection = op.get_bind()
    connection.execute(sa.update(rows).values(guest_in=[]))
    for row_id, slot_id in connection.execute(sa.select(rows.c.id, rows.c.slot_id).where(rows.c.slot_id.is_not(None))):
        connection.execute(sa.update(rows).where(rows.c.id == row_id).values(guest_in=[slot_id]))
    starts_at = sa.select(meetings.c.starts_at).where(meetings.c.id == rows.c.meeting_id).scalar_subquery()
    connection.execute(sa.update(rows).where(rows.c.answer.is_not(None)).values(answered_for=starts_at))
    with op.batch_alter_table("attendance") as batch_op:
        batch_op.alter_column("guest_in", existing_type=JSON, nullable=False)
        batch_op.drop_column("slot_id")
