"""numbers that cases had before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "former_number",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("committee_id", ID, nullable=False),
        sa.Column("meeting_id", ID, nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("number_year", sa.Integer(), nullable=False),
        sa.Column("number_in_year", sa.Integer(), nullable=False),
        sa.Column("number_types", JSON, nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"],
            ["committee.id"],
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["agenda_item.id"],
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("committee_id", "number"),
    )
    with op.batch_alter_table("former_number", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_number_item_id"), ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_former_number_meeting_id"), ["meeting_id"], unique=False)

    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number_types", JSON, nullable=True))
    # As far as anybody knows, the letters in the numbers that were issued are those of the cases.
    op.execute(
        "UPDATE agenda_item SET number_types = types WHERE number IS NOT NULL "
        "AND committee_id IN (SELECT id FROM committee WHERE number_template LIKE '%{types}%')"
    )
