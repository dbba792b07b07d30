"""Who does a chore, what it is to look at when, and triggers that note what has changed since."""

import sqlalchemy as sa
from alembic import op

from storage.watched import Watch, statements

revision = "0016"
down_revision = "0015"

_OF_A_REPORT = (
    "reporter_id, reporter_organisation_id, workplace_id, unit_id, organisation_id, consequence, "
    "notice_considered_at, notice_sent_at, status, handler_id, created_at, sent_at, due_at, changed_at, asked_again_at"
)
_WATCHES = (
    Watch(
        "meetings.reminders",
        "meeting",
        "CAST({row}.committee_id AS VARCHAR)",
        columns="committee_id, starts_at, ends_at, deadline_at, zone, place, cancelled_at",
        removed=False,
    ),
    Watch(
        "meetings.reminders",
        "committee",
        "CAST({row}.id AS VARCHAR)",
        columns="settings, removed_at",
        added=False,
        removed=False,
    ),
    Watch("meetings.reminders", "membership", "CAST({row}.committee_id AS VARCHAR)"),
    Watch(
        "meetings.reminders",
        "agenda_item",
        "SELECT CAST(committee_id AS VARCHAR) FROM meeting WHERE id = {row}.meeting_id",
        columns="meeting_id, status, presenter_ids",
        when="{row}.status = 'accepted'",
        removed=False,
    ),
    Watch("meetings.reminders", "person", "''", columns="removed_at", added=False, removed=False),
    Watch("deviations.reminders", "deviation", "CAST({row}.id AS VARCHAR)", columns=_OF_A_REPORT, removed=False),
    Watch("deviations.reminders", "unit_staff", "''"),
    Watch("deviations.reminders", "unit", "''", columns="organisation_id", added=False, removed=False),
    Watch("deviations.reminders", "person", "''", columns="removed_at", added=False, removed=False),
    Watch("deviations.reminders", "setting", "''"),
    Watch(
        "deviations.patterns",
        "deviation",
        "CAST({row}.id AS VARCHAR)",
        columns="direction, service, status, sent_at, reject_reason",
        removed=False,
    ),
    Watch("deviations.patterns", "deviation_category", "CAST({row}.deviation_id AS VARCHAR)", removed=False),
    Watch("deviations.patterns", "setting", "''"),
    Watch("deviations.patterns", "committee", "''", columns="key, name, removed_at", removed=False),
    Watch("deviations.patterns", "committee_alias", "''"),
    Watch("deviations.patterns", "membership", "''"),
    Watch("deviations.patterns", "person", "''", columns="removed_at", added=False, removed=False),
)


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
    for statement in statements(op.get_context().dialect.name, _WATCHES):
        op.execute(statement)
