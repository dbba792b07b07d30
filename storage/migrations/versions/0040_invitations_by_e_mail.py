"""What each person's calendar is sent of a meeting, and how far the mailbox with answers is read."""

import sqlalchemy as sa
from alembic import op

from storage.watched import Watch, statements

revision = "0040"
down_revision = "0039"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CHORE = "meetings.invitations"
_WATCHES = (
    Watch(
        _CHORE,
        "meeting",
        "'m' || CAST({row}.id AS VARCHAR)",
        "committee_id, starts_at, ends_at, zone, place, join_url, cancelled_at, sequence",
        removed=False,
    ),
    Watch(
        _CHORE,
        "committee",
        "'c' || CAST({row}.id AS VARCHAR)",
        "settings, removed_at",
        added=False,
        removed=False,
    ),
    Watch(_CHORE, "membership", "'c' || CAST({row}.committee_id AS VARCHAR)"),
    Watch(
        _CHORE,
        "agenda_item",
        "SELECT 'm' || CAST(id AS VARCHAR) FROM meeting WHERE id = {row}.meeting_id",
        "meeting_id, status, presenter_ids",
        when="{row}.status = 'accepted'",
        removed=False,
    ),
    Watch(
        _CHORE,
        "attendance",
        "'m' || CAST({row}.meeting_id AS VARCHAR)",
        "person_id, stands_in_for_id, guest_in",
        when="{row}.stands_in_for_id IS NOT NULL OR {row}.capacity = 'gjest'",
    ),
    Watch(
        _CHORE,
        "person",
        "'p' || CAST({row}.id AS VARCHAR)",
        "email, removed_at",
        added=False,
        removed=False,
    ),
    Watch(_CHORE, "reminder_wishes", "'p' || CAST({row}.person_id AS VARCHAR)"),
)


def upgrade() -> None:
    op.create_table(
        "meeting_invitation",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id", "person_id"),
    )
    op.create_index("ix_meeting_invitation_person_id", "meeting_invitation", ["person_id"])
    op.create_table(
        "read_mailbox",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    for statement in statements(op.get_context().dialect.name, _WATCHES):
        op.execute(statement)
