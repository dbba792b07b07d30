"""What has become of a follow-up since its minutes left the minute taker stands beside what they say; what changes
about one is noted by triggers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storage.watched import Watch, statements

revision = "0029"
down_revision = "0028"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")

_WATCHES = (
    Watch("decisions.following", "minutes", "'m' || CAST({row}.id AS VARCHAR)", "status", removed=False),
    Watch(
        "decisions.following",
        "follow_up",
        "CAST({row}.id AS VARCHAR)",
        "text, owner_id, owner_committee_id, owner_organisation_id, owner_text, due_on, due_text, status, rhythm, "
        "report_on",
    ),
    Watch(
        "decisions.following",
        "agenda_item",
        "SELECT CAST(follow_up.id AS VARCHAR) FROM follow_up "
        "JOIN minutes_entry ON minutes_entry.id = follow_up.entry_id "
        "JOIN agenda_slot ON agenda_slot.id = minutes_entry.slot_id WHERE agenda_slot.item_id = {row}.id",
        "title, number, closed_under",
        added=False,
        removed=False,
    ),
    Watch(
        "decisions.following", "committee", "'c' || CAST({row}.id AS VARCHAR)", "settings", added=False, removed=False
    ),
    Watch("decisions.following", "membership", "'c' || CAST({row}.committee_id AS VARCHAR)"),
    Watch(
        "decisions.following",
        "organisation",
        "'o' || CAST({row}.id AS VARCHAR)",
        "contacts",
        added=False,
        removed=False,
    ),
    Watch("decisions.following", "person", "''", "removed_at", added=False, removed=False),
)


def upgrade() -> None:
    # Not in a batch: that would copy the table on SQLite, and leave the triggers that watch it behind.
    op.add_column("follow_up", sa.Column("added_later", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("follow_up", sa.Column("said", JSON, nullable=True))
    for statement in statements(op.get_context().dialect.name, _WATCHES):
        op.execute(statement)
