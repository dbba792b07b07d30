"""Who writes for each party of a disagreement, since when they read each other, and its anonymised copy.

That minutes have left the minute taker is noted by triggers, and how their items were decided.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storage.watched import Watch, statements

revision = "0031"
down_revision = "0030"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

_WATCHES = (
    Watch(
        "decisions.disagreements",
        "minutes",
        "CAST({row}.id AS VARCHAR)",
        "status",
        when="{row}.status <> 'draft' AND {row}.paper_id IS NULL",
        removed=False,
    ),
    Watch(
        "decisions.disagreements",
        "minutes_entry",
        "SELECT CAST(id AS VARCHAR) FROM minutes WHERE id = {row}.minutes_id AND status <> 'draft' "
        "AND paper_id IS NULL",
        "how_decided",
        added=False,
        removed=False,
    ),
)


def upgrade() -> None:
    op.add_column("disagreement", sa.Column("views_due_on", sa.Date(), nullable=True))
    op.add_column("disagreement", sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("disagreement", sa.Column("closed_how", sa.String(), server_default="", nullable=False))
    op.add_column(
        "disagreement",
        sa.Column("raised_item_id", ID, sa.ForeignKey("agenda_item.id"), nullable=True),
        inline_references=True,
    )
    op.add_column("disagreement", sa.Column("masked_words", JSON, nullable=True))
    op.add_column("disagreement", sa.Column("checked_revision", sa.Integer(), nullable=True))
    op.add_column("disagreement", sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "disagreement",
        sa.Column("checked_by_id", ID, sa.ForeignKey("person.id"), nullable=True),
        inline_references=True,
    )
    op.add_column("disagreement_view", sa.Column("kind", sa.String(), server_default="", nullable=False))
    op.add_column("disagreement_view", sa.Column("ordinal", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "disagreement_writer",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("view_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["view_id"], ["disagreement_view.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("view_id", "person_id"),
    )
    op.create_index("ix_disagreement_writer_person_id", "disagreement_writer", ["person_id"])
    for statement in statements(op.get_context().dialect.name, _WATCHES):
        op.execute(statement)
