"""One index fewer to write with each case: that of a committee's numbers finds its cases as well."""

from alembic import op

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    op.drop_index("ix_agenda_item_committee_id", "agenda_item")
