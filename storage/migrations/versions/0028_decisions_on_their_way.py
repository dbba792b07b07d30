"""Who answers for a party; what changes about decisions on their way down and out is noted by triggers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storage.watched import Watch, statements

revision = "0028"
down_revision = "0027"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")

_WATCHES = (
    Watch(
        "decisions.chains",
        "follow_up",
        "CAST({row}.entry_id AS VARCHAR)",
        "owner_committee_id, owner_organisation_id, recommended, status, answer, conclusion_id, due_on",
    ),
    Watch("decisions.chains", "minutes", "'m' || CAST({row}.id AS VARCHAR)", "status", removed=False),
    Watch(
        "decisions.chains",
        "conclusion",
        "CAST({row}.entry_id AS VARCHAR)",
        "revoked_by_id",
        added=False,
        removed=False,
    ),
    Watch(
        "decisions.chains",
        "agenda_item",
        "SELECT CAST(entry_id AS VARCHAR) FROM follow_up WHERE became_item_id = {row}.id",
        "status, meeting_id, committee_id",
        added=False,
        removed=False,
    ),
    Watch(
        "decisions.chains",
        "organisation",
        "'o' || CAST({row}.id AS VARCHAR)",
        "merged_into_id, removed_at, contacts",
        added=False,
        removed=False,
    ),
)


def upgrade() -> None:
    op.add_column("organisation", sa.Column("contacts", JSON, server_default=sa.text("'[]'"), nullable=False))
    for statement in statements(op.get_context().dialect.name, _WATCHES):
        op.execute(statement)
